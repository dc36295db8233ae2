"""``gbglass build csl`` and ``build gb``: their options."""

from typing import Annotated, Literal

import typer

from gbglass.cli import options


def csl_command(
    *,
    axis: options.Axis,
    max_sigma: Annotated[int, typer.Option("--max-sigma", metavar="N", help="Largest Σ.")] = 29,
    thickness: Annotated[
        float, typer.Option("--thickness", metavar="ANGSTROM", help="Least thickness of a grain (Å).")
    ] = 25.0,
    crystal: options.CrystalSource = "llzo-cubic",
    as_json: options.AsJson = False,
) -> None:
    """List the symmetric tilt boundaries about an axis: Σ, plane, angle, periods, atoms; each boundary once."""
    from gbglass.cli.csl_table import show_csl

    show_csl(axis, max_sigma, thickness, crystal, as_json=as_json)


def gb_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    axis: options.Axis,
    plane: Annotated[
        tuple[int, int, int] | None,
        typer.Option("--plane", metavar="H K L", help="Boundary plane.", show_default="by its angle"),
    ] = None,
    layers: options.Layers,
    sigma: Annotated[
        int | None, typer.Option("--sigma", metavar="N", help="If given, must be that of the plane.")
    ] = None,
    angle: Annotated[
        float | None, typer.Option("--angle", metavar="DEGREES", help="Instead of a plane, with --sigma.")
    ] = None,
    lithium: options.LithiumMode = "placed",
    tetrahedral: options.Tetrahedral = 12,
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
    li2o: Annotated[int, typer.Option("--li2o", metavar="N", help="Li2O put into the boundaries, or taken out.")] = 0,
    extra: Annotated[
        int, typer.Option("--extra-lithium", metavar="N", help="Li above the neutral cell; below zero, less.")
    ] = 0,
    charged: Annotated[
        bool, typer.Option("--allow-nonstoichiometric", help="Let the cell be charged, as extra Li makes it.")
    ] = False,
    crystal: options.CrystalSource = "llzo-cubic",
    seed: options.Seed = 1,
    out: options.StructureFile = None,
    view: options.ViewFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Build a symmetric tilt boundary of a cubic crystal and show its ledger."""
    from gbglass.build.boundaries.boundary import BoundarySpec
    from gbglass.build.boundaries.cavity import CavitySpec
    from gbglass.cli.present import present
    from gbglass.verbs.build import boundary_plane, build_gb
    from gbglass.verbs.crystals import load_crystal

    cut_from = load_crystal(crystal, seed)
    hkl = boundary_plane(axis, plane, angle, sigma, cut_from)
    spec = BoundarySpec(axis, hkl, layers, tetrahedral, cut_offset, shift, expansion, sigma, lithium, extra, charged)
    taken = CavitySpec(cavity, cavity_shape, cavity_boundary) if cavity else None
    built = build_gb(spec, seed, cut_from, taken, li2o)
    present(built, built.geometry.title, out, view, as_json=as_json)
