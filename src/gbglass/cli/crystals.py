"""``gbglass build crystal``."""

from typing import Annotated

import typer

from gbglass.cli import options

Repeat = Annotated[tuple[int, int, int], typer.Option("--repeat", metavar="A B C", help="Cells along each edge.")]


def crystal_command(  # noqa: PLR0913  # each option is one line of the command's help
    source: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE",
            help="llzo-cubic, llzo-tetragonal, llzo-random, li, lizr2o4, zr2o4, lixzr2o4, or a CIF, POSCAR, ...",
            show_default=False,
        ),
    ],
    *,
    repeat: Repeat = (1, 1, 1),
    tetrahedral: Annotated[
        int | None,
        typer.Option(
            "--tetrahedral", metavar="N", help="Li on each 24 tetrahedra of llzo-cubic, 8 to 13.", show_default="12"
        ),
    ] = None,
    x: Annotated[
        float | None, typer.Option("--x", metavar="X", help="Of lixzr2o4, 0 to 1.", show_default="0.5")
    ] = None,
    density: Annotated[
        float | None,
        typer.Option("--density", metavar="PART", help="Of llzo-random, over the crystal's.", show_default="1"),
    ] = None,
    dope: Annotated[
        list[str] | None,
        typer.Option("--dope", metavar="Al=0.25", help="A dopant and its amount for each formula unit; repeatable."),
    ] = None,
    li2o: Annotated[int, typer.Option("--li2o", metavar="N", help="Li2O units to add; below zero to take out.")] = 0,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", metavar="Li=1", help="Ions to take out; repeatable."),
    ] = None,
    allow_nonstoichiometric: Annotated[
        bool, typer.Option("--allow-nonstoichiometric", help="Let the cell be charged.")
    ] = False,
    seed: options.Seed = 1,
    out: options.StructureFile = None,
    view: options.ViewFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Build a crystal: by name, or from a file, whose partial occupancies become an ordered, neutral cell."""
    from gbglass.cli.present import present
    from gbglass.verbs.crystals import CrystalSpec, build_crystal

    spec = CrystalSpec(
        source,
        repeat,
        tetrahedral,
        x,
        density,
        dopants=_amounts(dope, "--dope"),
        li2o=li2o,
        removed=_whole(_amounts(remove, "--remove"), "--remove"),
        allow_nonstoichiometric=allow_nonstoichiometric,
    )
    built = build_crystal(spec, seed)
    present(built, built.name, out, view, as_json=as_json)


def _amounts(words: list[str] | None, option: str) -> dict[str, float]:
    """Read words such as ``Al=0.25``."""
    amounts: dict[str, float] = {}
    for word in words or []:
        species, equals, amount = word.partition("=")
        try:
            amounts[species] = float(amount)
        except ValueError:
            equals = ""
        if not equals or not species:
            raise typer.BadParameter(f"{option} takes a species and a number such as Al=0.25, got {word!r}")
    return amounts


def _whole(amounts: dict[str, float], option: str) -> dict[str, int]:
    if not all(amount.is_integer() for amount in amounts.values()):
        raise typer.BadParameter(f"{option} takes whole numbers of ions, got {', '.join(map(str, amounts.values()))}")
    return {species: int(amount) for species, amount in amounts.items()}
