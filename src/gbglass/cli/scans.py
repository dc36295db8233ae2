"""``gbglass build scan``: its options."""

from pathlib import Path
from typing import Annotated

import typer

from gbglass.cli import options


def scan_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    axis: options.Axis,
    plane: Annotated[
        tuple[int, int, int], typer.Option("--plane", metavar="H K L", help="Boundary plane.", show_default=False)
    ],
    layers: options.Layers,
    potential: Annotated[
        str, typer.Option("--potential", metavar="NAME|CARD.toml", help="One that 'gbglass doctor' lists, or a card.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Output folder.", show_default=False)],
    offsets: Annotated[
        int | None,
        typer.Option(
            "--offsets", metavar="N", help="Cuts tried over one d_hkl, evenly.", show_default="all that differ"
        ),
    ] = None,
    shifts: Annotated[
        int, typer.Option("--shifts", metavar="M", help="M × M in-plane shifts besides the best rigid one.")
    ] = 0,
    expansion: Annotated[
        list[float] | None,
        typer.Option(
            "--expansions", "--expansion", metavar="A", help="Space beyond the least (Å); repeat it.", show_default="0"
        ),
    ] = None,
    decorations: Annotated[
        int, typer.Option("--decorations", metavar="K", help="Lithium decorations of each candidate.")
    ] = 4,
    bulk_decorations: Annotated[int, typer.Option("--bulk-decorations", metavar="K", help="Of the bulk.")] = 20,
    lithium: options.LithiumMode = "placed",
    tetrahedral: options.Tetrahedral = 12,
    force: Annotated[float, typer.Option("--force", metavar="F", help="Largest force left (eV/Å).")] = 0.05,
    ranks: Annotated[int, typer.Option("--ranks", metavar="N", help="MPI processes.")] = 1,
    seed: options.Seed = 1,
    lammps: options.LammpsBinary = None,
    as_json: options.AsJson = False,
) -> None:
    """Relax variants of a boundary (cuts, shifts, expansions, lithium) and rank them by energy.

    Ctrl-C stops it cleanly; the same command goes on where it stopped. Ends with 3 if some candidates failed, with 1 if
    all did.
    """
    from gbglass.scans.spec import ScanSpec

    spec = ScanSpec(
        axis=axis,
        plane=plane,
        layers=layers,
        potential=potential,
        offsets=offsets,
        shifts=shifts,
        expansions=tuple(expansion or (0.0,)),
        decorations=decorations,
        bulk_decorations=bulk_decorations,
        lithium=lithium,
        n_tetrahedral=tetrahedral,
        seed=seed,
        force=force,
        ranks=ranks,
    )
    from gbglass.cli.scan_table import show_scan

    show_scan(spec, out, lammps, as_json=as_json)
