"""``gbglass build``: lists of boundaries, and boundaries in files."""

from pathlib import Path
from typing import Annotated

import typer

from gbglass.cli import options

app = typer.Typer(help="Build structures.", no_args_is_help=True, rich_markup_mode=None)

Axis = Annotated[tuple[int, int, int], typer.Option("--axis", metavar="U V W", help="Tilt axis.", show_default=False)]
Plane = Annotated[
    tuple[int, int, int], typer.Option("--plane", metavar="H K L", help="Boundary plane.", show_default=False)
]
Thickness = Annotated[float, typer.Option("--thickness", metavar="ANGSTROM", help="Least thickness of a grain (Å).")]
GbFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="A new file: .extxyz, .data, .vasp, .cif.", show_default="none"),
]


@app.command("csl")
def csl_command(
    *,
    axis: Axis,
    max_sigma: Annotated[int, typer.Option("--max-sigma", metavar="N", help="Largest Σ.")] = 29,
    thickness: Thickness = 25.0,
    as_json: options.AsJson = False,
) -> None:
    """List the symmetric tilt boundaries about an axis: Σ, plane, angle, periods, atoms; each boundary once."""
    from gbglass.cli.boundaries import show_csl

    show_csl(axis, max_sigma, thickness, as_json=as_json)


@app.command("gb")
def gb_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    axis: Axis,
    plane: Plane,
    layers: Annotated[int, typer.Option("--layers", metavar="N", help="Planes d_hkl in each grain.")],
    cut_offset: Annotated[float, typer.Option("--cut-offset", metavar="PART", help="Of d_hkl, 0 to 1.")] = 0.0,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Decides where lithium goes.")] = 1,
    out: GbFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Build a symmetric tilt boundary of cubic LLZO and show its ledger."""
    from gbglass.build.boundary import BoundarySpec
    from gbglass.cli.boundaries import show_gb

    spec = BoundarySpec(axis=axis, plane=plane, layers=layers, cut_offset=cut_offset)
    show_gb(spec, seed, out, as_json=as_json)
