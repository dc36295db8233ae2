"""Dynamics of a potential that may be bad: what it visited is kept, also where it blew up."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ase import Atoms

from gbglass.core.potential import Potential
from gbglass.core.trajectory import Frame
from gbglass.errors import EngineError, FormatError, InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.deck import FRAMES
from gbglass.lammps.dump import read_dump
from gbglass.lammps.segments import finished_segments, stage_folders
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.learning.exploration.sane import sane_frames
from gbglass.learning.exploration.spec import MdTable
from gbglass.protocol.stages import Hold, Minimise
from gbglass.protocol.timeline import whole_steps
from gbglass.units import PS_PER_FS

_SEGMENT_PS = 2.0
_RELAX = Minimise(max_iterations=50)

_BLOWN_UP = re.compile(
    r"Fix halt condition|Lost atoms|Non-numeric|Out of range atoms|non-finite|[Nn]eighbor list overflow|"
    r"\b[Nn]a[Nn]\b|fell into each other|exit code -(?:6|8|11)\b"
)
"""What is said when atoms go where no atom should be; LAMMPS itself may crash of it (SIGABRT, SIGFPE, SIGSEGV)."""

_FULL = "disk is full"


@dataclass(frozen=True)
class RunPlan:
    """One run of an exploration.

    Parameters
    ----------
    start
        What records call its start.
    domain
        Of its frames.
    atoms
        Where it begins: an orthogonal cell.
    temperature_K
        [K].
    ensemble
        ``"nvt"`` or ``"npt"``.
    seed
        Of the velocities.

    """

    start: str
    domain: str
    atoms: Atoms
    temperature_K: float
    ensemble: str
    seed: int

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"{self.start} at {self.temperature_K:g} K"


@dataclass(frozen=True)
class Visited:
    """Where a run went.

    Parameters
    ----------
    frames
        The sane ones, each with its step.
    cause
        Why it blew up or could not begin; empty if it ended well.

    """

    frames: tuple[tuple[int, Atoms], ...]
    cause: str


@dataclass(frozen=True)
class Explorer:
    """What runs of one iteration share.

    Parameters
    ----------
    potential
        The current model.
    runner
        Which LAMMPS.
    table
        How long and how finely.
    trained
        Shortest trained contacts by pair [Å].

    """

    potential: Potential
    runner: Runner
    table: MdTable
    trained: Mapping[str, float]

    def visit(self, plan: RunPlan, folder: Path) -> Visited:
        """Run dynamics, going on from what is finished in the folder; a run that blows up is a result.

        A run that gave no sane frame leaves its start, if that is one.

        Raises
        ------
        EngineError
            If LAMMPS fails for another reason than atoms that went astray.

        """
        cause = ""
        try:
            frames: Iterator[Frame] = iter(simulate(self._task(plan), folder, self.runner).trajectory())
        except InputError as error:  # nearer than the model was trained for
            frames, cause = iter(()), f"did not begin: {error}"
        except EngineError as error:
            if _FULL in error.what or not _BLOWN_UP.search(error.what):
                raise
            frames, cause = _frames_left(folder), error.what.splitlines()[0]
        sane = sane_frames(frames, plan.atoms, self.trained)
        if not cause and sane.flaw:
            cause = f"ended, but {sane.flaw}"
        return Visited(sane.frames or sane_frames([_frame_of(plan.atoms)], plan.atoms, self.trained).frames, cause)

    def _task(self, plan: RunPlan) -> MdTask:
        table, timestep = self.table, self.table.timestep_fs * PS_PER_FS
        hold = {"temperature_K": plan.temperature_K, "duration_ps": table.duration_ps, "ensemble": plan.ensemble}
        settings = MdSettings(
            timestep,
            whole_steps(table.frame_every_ps, timestep),
            max(1, round(_SEGMENT_PS / timestep)),
            table.ranks,
            plan.seed,
        )
        return MdTask(plan.atoms, self.potential, (_RELAX, Hold.model_validate(hold)), settings)


def _frame_of(atoms: Atoms) -> Frame:
    return Frame(0, 0.0, atoms.cell.array, atoms.positions)


def _frames_left(md: Path) -> Iterator[Frame]:
    """Walk through the frames of a run that failed: its finished segments, then what the last one wrote."""
    for stage in stage_folders(md)[1:] if md.is_dir() else ():  # the first is the minimisation
        finished = finished_segments(stage)
        places = [*finished, *sorted(stage.glob("segment-*.failed"))]
        for place in places:
            if (place / FRAMES).is_file():
                yield from _whole_frames(place / FRAMES)


def _whole_frames(dump: Path) -> Iterator[Frame]:
    """Read a dump up to where it was cut, or where its numbers are none."""
    try:
        for dumped in read_dump(dump):
            yield dumped.frame
    except FormatError:
        return
