"""``gbglass build``: lists of boundaries, and boundaries in files."""

from typing import Annotated, Literal

import typer

from gbglass.cli import options

app = typer.Typer(help="Build structures.", no_args_is_help=True, rich_markup_mode=None)

Axis = Annotated[tuple[int, int, int], typer.Option("--axis", metavar="U V W", help="Tilt axis.", show_default=False)]
Plane = Annotated[
    tuple[int, int, int], typer.Option("--plane", metavar="H K L", help="Boundary plane.", show_default=False)
]
Thickness = Annotated[float, typer.Option("--thickness", metavar="ANGSTROM", help="Least thickness of a grain (Å).")]


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
    sigma: Annotated[
        int | None, typer.Option("--sigma", metavar="N", help="If given, must be that of the plane.")
    ] = None,
    lithium: Annotated[
        Literal["placed", "carried"], typer.Option("--lithium", help="Where there is room, or as the cut exposes it.")
    ] = "placed",
    tetrahedral: Annotated[
        int, typer.Option("--tetrahedral", metavar="N", help="Li on each 24 tetrahedra of LLZO, 8 to 13.")
    ] = 12,
    cut_offset: Annotated[float, typer.Option("--cut-offset", metavar="PART", help="Of d_hkl, 0 to 1.")] = 0.0,
    shift: Annotated[
        tuple[float, float] | None,
        typer.Option("--shift", metavar="X Y", help="Of grain 2, in parts of the periods.", show_default="searched"),
    ] = None,
    expansion: Annotated[
        tuple[float, float] | None,
        typer.Option("--expansion", metavar="A B", help="Space at each boundary (Å).", show_default="least"),
    ] = None,
    cavity: Annotated[int, typer.Option("--cavity", metavar="N", help="Formula units to take out.")] = 0,
    cavity_shape: Annotated[
        Literal["lens", "crack"], typer.Option("--cavity-shape", help="Round, or along the whole boundary.")
    ] = "lens",
    cavity_boundary: Annotated[int, typer.Option("--cavity-boundary", metavar="N", help="1 or 2.")] = 1,
    seed: options.Seed = 1,
    out: options.StructureFile = None,
    view: options.ViewFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Build a symmetric tilt boundary of cubic LLZO and show its ledger."""
    from gbglass.build.boundary import BoundarySpec
    from gbglass.build.cavity import CavitySpec
    from gbglass.cli.present import present
    from gbglass.verbs.build import build_gb

    spec = BoundarySpec(axis, plane, layers, tetrahedral, cut_offset, shift, expansion, sigma, lithium)
    taken = CavitySpec(cavity, cavity_shape, cavity_boundary) if cavity else None
    built = build_gb(spec, seed, cavity=taken)
    present(built, built.geometry.title, out, view, as_json=as_json)
