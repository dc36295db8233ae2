"""``gbglass analyse`` and ``gbglass export``: their options."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from gbglass.cli import options

if TYPE_CHECKING:
    from gbglass.core.trajectory import Window
    from gbglass.verbs.quantities.system import DiffusivityBy

TrajectoryFile = Annotated[
    Path, typer.Argument(metavar="TRAJECTORY", help="A trajectory file, or the folder of a run.", show_default=False)
]
Structure = Annotated[
    Path | None,
    typer.Option("--structure", metavar="FILE", help="The same atoms, such as gb.data: says which element each is."),
]
Elements = Annotated[
    str | None, typer.Option("--elements", metavar="'Li La Zr O'", help="The element of each LAMMPS type, in order.")
]
TimestepFs = Annotated[
    float | None, typer.Option("--timestep-fs", metavar="FS", help="Of the MD, if the dump states no times.")
]
IntervalFs = Annotated[
    float | None, typer.Option("--interval-fs", metavar="FS", help="Between frames, if the format knows no times.")
]
DropCut = Annotated[bool, typer.Option("--drop-cut-frame", help="Leave out a last frame that is not whole.")]
From = Annotated[float | None, typer.Option("--from", metavar="PS", help="First time (ps).", show_default="all")]
To = Annotated[float | None, typer.Option("--to", metavar="PS", help="Last time (ps).", show_default="all")]
Every = Annotated[int, typer.Option("--every", metavar="N", min=1, help="Take every n-th frame.")]


Region = Annotated[
    Path | None, typer.Option("--region", metavar="FILE.json", help="A region as plain data: only what is inside.")
]


def analyse_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    trajectory: TrajectoryFile,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Output folder.", show_default=False)],
    structure: Structure = None,
    elements: Elements = None,
    timestep_fs: TimestepFs = None,
    interval_fs: IntervalFs = None,
    drop_cut_frame: DropCut = False,
    quantity: Annotated[
        list[str] | None,
        typer.Option("--quantity", metavar="NAME", help="What to measure; repeat it.", show_default="all"),
    ] = None,
    species: Annotated[str, typer.Option("--species", metavar="ELEMENT", help="Whose counts and paths.")] = "Li",
    first_ps: From = None,
    last_ps: To = None,
    every: Every = 1,
    processes: Annotated[int, typer.Option("--processes", metavar="N", min=1, help="Frames side by side.")] = 1,
    region: Region = None,
    interfaces: Annotated[
        str | None,
        typer.Option("--interfaces", metavar="'Z1 Z2'", help="Faces between the parts of a cell at the start (Å)."),
    ] = None,
    energies: Annotated[
        str | None,
        typer.Option("--energies", metavar="'COLUMN ...'", help="Columns with the energy of each atom (eV)."),
    ] = None,
    twin: Annotated[
        list[Path] | None,
        typer.Option("--twin", metavar="DIR", help="Analysed surface of a cell without a boundary; repeat it."),
    ] = None,
    temperature_k: Annotated[
        float | None, typer.Option("--temperature-K", metavar="K", help="Of the run: gives a conductivity.")
    ] = None,
    radii_from: Annotated[
        Path | None,
        typer.Option(
            "--radii-from",
            metavar="BULK",
            help="Results or trajectory of the crystal: radii of cavities.",
            show_default="buckingham-llzo's",
        ),
    ] = None,
    diffusivity_by: Annotated[
        str, typer.Option("--diffusivity-by", metavar="PACKAGE", help="Fit and interval of msd: gbglass, or kinisi.")
    ] = "gbglass",
    as_json: options.AsJson = False,
) -> None:
    """Measure quantities of any trajectory in one pass: numbers, curves and figures into a folder.

    Quantities: all, or any of regions, segregation, msd, haven, energy, cavity, rdf, rdf-types, coordination, density,
    migration, flux, discharge, interface, metal, voids, polyhedra, order, glass, drift, stress.
    """
    from gbglass.cli.analysis_table import show_analysis
    from gbglass.verbs.analyse import AnalysisSpec
    from gbglass.verbs.quantities.layout import Known
    from gbglass.verbs.regions import read_region
    from gbglass.verbs.trajectories import Reading

    reading = Reading(structure, _words(elements), timestep_fs, interval_fs, drop_cut_frame)
    faces, columns = _numbers("--interfaces", interfaces), _words(energies)
    known = Known(faces, columns, tuple(twin or ()), temperature_k, radii_from)
    inside = None if region is None else read_region(region)
    window = _window(first_ps, last_ps, every)
    whose = cast("DiffusivityBy", diffusivity_by)
    spec = AnalysisSpec(tuple(quantity or ("all",)), species, window, processes, inside, known, whose)
    show_analysis(trajectory, out, spec, reading, as_json=as_json)


def export_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    trajectory: TrajectoryFile,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="A new .h5md, .extxyz, .lammpstrj, .data, .vasp, .cif.", show_default=False
        ),
    ],
    structure: Structure = None,
    elements: Elements = None,
    timestep_fs: TimestepFs = None,
    interval_fs: IntervalFs = None,
    drop_cut_frame: DropCut = False,
    first_ps: From = None,
    last_ps: To = None,
    every: Every = 1,
    frame: Annotated[
        int | None, typer.Option("--frame", metavar="N", help="One frame, from 0; -1 is the last.", show_default="all")
    ] = None,
    region: Region = None,
    as_json: options.AsJson = False,
) -> None:
    """Write a trajectory, a window of time, what starts in a region or one frame of it to another format.

    One frame: .data (LAMMPS), .vasp, .cif, .extxyz. Many: .h5md (the store), .extxyz, .lammpstrj.
    """
    from gbglass.cli.analysis_table import show_export
    from gbglass.verbs.export import ExportSpec
    from gbglass.verbs.trajectories import Reading

    reading = Reading(structure, _words(elements), timestep_fs, interval_fs, drop_cut_frame)
    spec = ExportSpec(_window(first_ps, last_ps, every), frame, region)
    show_export(trajectory, out, spec, reading, as_json=as_json)


def _words(text: str | None) -> tuple[str, ...]:
    """Read words with spaces or commas between them."""
    return tuple((text or "").replace(",", " ").split())


def _numbers(option: str, text: str | None) -> tuple[float, ...]:
    """Read the numbers that an option was given.

    Raises
    ------
    InputError
        If a word is none.

    """
    from gbglass.errors import InputError

    try:
        return tuple(float(word) for word in (text or "").split())
    except ValueError:
        raise InputError(f"'{option}' must be numbers with spaces between them, got {text!r}") from None


def _window(first_ps: float | None, last_ps: float | None, every: int) -> "Window":
    """Make the window that --from, --to and --every ask for."""
    from gbglass.core.trajectory import Window

    return Window(-math.inf if first_ps is None else first_ps, math.inf if last_ps is None else last_ps, every)
