"""``gbglass build polycrystal`` and ``build network``: their options."""

from typing import Annotated, Literal

import typer

from gbglass.cli import options


def polycrystal_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    grains: Annotated[int, typer.Option("--grains", metavar="N", help="How many.")],
    size: Annotated[tuple[float, float, float], typer.Option("--size", metavar="X Y Z", help="Edges of the box (Å).")],
    crystal: options.CrystalSource = "llzo-cubic",
    tetrahedral: options.Tetrahedral = 12,
    keep_composition: options.KeepComposition = True,
    seed: options.Seed = 1,
    out: options.StructureFile = None,
    view: options.ViewFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Build a polycrystal of LLZO or another crystal: periodic Voronoi grains, turned at random."""
    from gbglass.build.networks.layout import PolycrystalSpec
    from gbglass.cli.network_table import show_network
    from gbglass.verbs.crystals import load_crystal
    from gbglass.verbs.networks import polycrystal

    spec = PolycrystalSpec(size, grains, n_tetrahedral=tetrahedral, keep_composition=keep_composition)
    built = polycrystal(spec, seed, load_crystal(crystal, seed))
    show_network(built, f"polycrystal of {grains} grains", out, view, as_json=as_json)


def network_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    axis: options.Axis,
    angles: Annotated[
        str, typer.Option("--angles", metavar="A,B,...", help="Of each column about the axis (degrees).")
    ],
    size: Annotated[
        tuple[float, float], typer.Option("--size", metavar="Y Z", help="Edges of the box across the axis (Å).")
    ],
    repeats: Annotated[int, typer.Option("--repeats", metavar="N", help="Periods of the crystal along the axis.")] = 1,
    arrangement: Annotated[
        Literal["hexagonal", "random"], typer.Option("--arrangement", help="Of the columns.")
    ] = "hexagonal",
    crystal: options.CrystalSource = "llzo-cubic",
    tetrahedral: options.Tetrahedral = 12,
    keep_composition: options.KeepComposition = True,
    seed: options.Seed = 1,
    out: options.StructureFile = None,
    view: options.ViewFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Build columns of LLZO or another crystal turned about one axis: several tilt boundaries in one periodic box."""
    from gbglass.build.networks.layout import NetworkSpec
    from gbglass.cli.network_table import show_network
    from gbglass.verbs.crystals import load_crystal
    from gbglass.verbs.networks import network, read_angles

    spec = NetworkSpec(
        axis,
        read_angles(angles),
        size,
        repeats,
        arrangement,
        n_tetrahedral=tetrahedral,
        keep_composition=keep_composition,
    )
    built = network(spec, seed, load_crystal(crystal, seed))
    show_network(built, f"network of {len(spec.angles)} columns", out, view, as_json=as_json)
