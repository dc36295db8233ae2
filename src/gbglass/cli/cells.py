"""``gbglass build match`` and ``build cell``: their options."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gbglass.cli import options


def match_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    cell: Annotated[
        tuple[float, float], typer.Option("--cell", metavar="A B", help="In-plane lengths of the electrolyte (Å).")
    ] = (12.9827, 12.9827),
    surface: Annotated[
        Literal["spinel-100", "bcc-100", "bcc-110"], typer.Option("--surface", help="What is to lie on it.")
    ] = "spinel-100",
    x: options.Content = 0.0,
    full: Annotated[
        float | None, typer.Option("--a-full", metavar="ANGSTROM", help="Its lattice constant at x = 1 (Å).")
    ] = None,
    empty: Annotated[
        float | None, typer.Option("--a-empty", metavar="ANGSTROM", help="Its lattice constant at x = 0 (Å).")
    ] = None,
    limit: options.StrainLimit = 0.02,
    repeats: Annotated[int, typer.Option("--repeats", metavar="N", help="Most repeats along either edge, to 8.")] = 8,
    as_json: options.AsJson = False,
) -> None:
    """List the cells of an electrode's surface that fit an electrolyte, turned and repeated."""
    from gbglass.build.cells.match import BCC_100, BCC_110, SPINEL_100, Surface
    from gbglass.build.crystals.lattice_constants import LITHIUM_LATTICE, LZO_LATTICE, given_constants
    from gbglass.cli.match_table import show_matches
    from gbglass.verbs.cells import match

    lattice = {"spinel-100": SPINEL_100, "bcc-100": BCC_100, "bcc-110": BCC_110}[surface]
    known = LZO_LATTICE if surface == "spinel-100" else LITHIUM_LATTICE
    wanted = Surface(lattice, given_constants(known, full, empty), x)
    show_matches(match(cell, wanted, limit, repeats), as_json=as_json)


def cell_command(  # noqa: PLR0913  # each option is one line of the command's help
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="cell-0, cell-1, cell-2, cell-2s, layer-0 to layer-3, "
            "cell-gb, cell-a, half-llzo, half-gb, half-a or half-both.",
            show_default=False,
        ),
    ],
    *,
    axis: Annotated[
        tuple[int, int, int] | None, typer.Option("--axis", metavar="U V W", help="Tilt axis.", show_default="none")
    ] = None,
    plane: Annotated[
        tuple[int, int, int] | None,
        typer.Option("--plane", metavar="H K L", help="Boundary plane.", show_default="none"),
    ] = None,
    layers: Annotated[
        int | None,
        typer.Option("--layers", metavar="N", help="Planes d_hkl in each grain.", show_default="enough"),
    ] = None,
    cut_offset: Annotated[float, typer.Option("--cut-offset", metavar="PART", help="Of d_hkl, 0 to 1.")] = 0.0,
    boundaries: Annotated[int, typer.Option("--boundaries", metavar="N", help="Parallel ones to keep, 1 or 2.")] = 2,
    through: Annotated[
        int | None,
        typer.Option(
            "--through",
            metavar="N",
            help="Period of the boundary, 0 or 1, from electrode to electrode past perpendicular ones.",
            show_default="along the axis",
        ),
    ] = None,
    twin: Annotated[bool, typer.Option("--twin", help="The same cell without a boundary.")] = False,
    electrolyte: Annotated[
        Path | None,
        typer.Option("--electrolyte", metavar="PATH", help="A file, or the folder of a run.", show_default="built"),
    ] = None,
    anode: Annotated[
        Path | None, typer.Option("--anode", metavar="PATH", help="A slab of lithium.", show_default="built")
    ] = None,
    cathode: Annotated[
        Path | None, typer.Option("--cathode", metavar="PATH", help="A slab of LixZr2O4.", show_default="built")
    ] = None,
    llzo: Annotated[float, typer.Option("--llzo-thickness", metavar="ANGSTROM", help="Of the electrolyte (Å).")] = 25.0,
    lzo: Annotated[float, typer.Option("--lzo-thickness", metavar="ANGSTROM", help="Of LixZr2O4 (Å).")] = 18.0,
    lithium: Annotated[float, typer.Option("--li-thickness", metavar="ANGSTROM", help="Of lithium metal (Å).")] = 20.0,
    x: options.Content = 0.0,
    potential: Annotated[
        str | None,
        typer.Option("--potential", metavar="NAME|CARD.toml", help="Take the lattice constants that its card states."),
    ] = None,
    temperature: Annotated[
        float | None, typer.Option("--temperature", metavar="KELVIN", help="Of the run, with --potential (K).")
    ] = None,
    full: Annotated[
        float | None, typer.Option("--a-full", metavar="ANGSTROM", help="Of LiZr2O4 (Å).", show_default="9.12")
    ] = None,
    empty: Annotated[
        float | None, typer.Option("--a-empty", metavar="ANGSTROM", help="Of Zr2O4 (Å).", show_default="9.42")
    ] = None,
    metal: Annotated[
        float | None, typer.Option("--a-lithium", metavar="ANGSTROM", help="Of bcc lithium (Å).", show_default="3.51")
    ] = None,
    limit: options.StrainLimit = 0.02,
    repeats: Annotated[
        tuple[int, int] | None,
        typer.Option("--repeats", metavar="M N", help="Of the electrolyte in the plane.", show_default="searched"),
    ] = None,
    cavity: Annotated[
        int, typer.Option("--cavity", metavar="N", help="Formula units out of cell-2s.", show_default="a crack")
    ] = 0,
    clearance: Annotated[
        float, typer.Option("--clearance", metavar="ANGSTROM", help="On top of contact limits at interfaces (Å).")
    ] = 0.5,
    vacuum: Annotated[float, typer.Option("--vacuum", metavar="ANGSTROM", help="15 or more (Å).")] = 20.0,
    closure: Annotated[
        Literal["vacuum", "open"],
        typer.Option("--closure", help="Whether LixZr2O4 and Li meet through the periodic boundary."),
    ] = "vacuum",
    seed: options.Seed = 1,
    out: options.StructureFile = None,
    view: options.ViewFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Build a full or a half cell: lithium metal, the electrolyte on it, LixZr2O4 on top."""
    from gbglass.build.boundaries.cavity import CavitySpec
    from gbglass.build.cells.cell import CellSpec, Thicknesses
    from gbglass.build.cells.stack import StackSpec
    from gbglass.build.cells.wanted import WantedBoundary, boundary_for
    from gbglass.cli.present import present
    from gbglass.errors import InputError
    from gbglass.verbs.cells import ElectrodeFiles, wanted_lattices
    from gbglass.verbs.cells import cell as build

    if (axis is None) != (plane is None):
        raise InputError("a boundary has both an axis and a plane; give --axis and --plane, or neither")
    lattices = wanted_lattices((potential, temperature), (full, empty, metal))
    thicknesses = Thicknesses(llzo, lzo, lithium)
    wanted = None if axis is None or plane is None else WantedBoundary(axis, plane, layers, cut_offset)
    spec = CellSpec(
        model,
        boundary=None if wanted is None else boundary_for(model, wanted, thicknesses, boundaries),
        x=x,
        thicknesses=thicknesses,
        twin=twin,
        through=through,
        boundaries=boundaries,
        repeats=repeats,
        cavity=CavitySpec(cavity, boundary=2) if cavity else None,
        llzo=lattices.llzo,
        lzo=lattices.lzo,
        lithium=lattices.lithium,
        strain_limit=limit,
        stack=StackSpec(clearance, vacuum, closure),
    )
    built = build(spec, seed, electrolyte, ElectrodeFiles(anode, cathode))
    present(built, built.title, out, view, as_json=as_json)
