"""A protocol, run in fixed segments: interrupted equals uninterrupted, because both are cut in the same places.

Each segment is one LAMMPS process that starts from the restart file at the end of the one before, with the same
number of ranks. A segment that was interrupted is redone from its start (docs/decisions/0003-segments.md).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import copyfile

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray
from gbglass.core.potential import Potential
from gbglass.core.provenance import content_id, sha256_text
from gbglass.core.suitability import check_structure
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError, StateError
from gbglass.lammps.data import data_text
from gbglass.lammps.deck import DATA, END, START, THERMO_EVERY, Recording, SegmentSpan, minimise_deck, segment_deck
from gbglass.lammps.dump import read_dump
from gbglass.lammps.engine import DECK, Job, Lammps, run_lammps
from gbglass.lammps.log import read_thermo, stopping_criterion
from gbglass.lammps.segments import Promise, Segment, finish_segment, load_segment, partial_folder
from gbglass.protocol.stages import Hold, Minimise, Stage
from gbglass.protocol.timeline import TimedStage, lay_out

_FORMAT = 2
"""Counts changes after which old segments may not be gone on from."""

_MINIMISED = "minimised-"
"""Marks the key of a structure at rest: the segment after it draws velocities."""


@dataclass(frozen=True)
class MdSettings:
    """How MD is run.

    Parameters
    ----------
    timestep
        [ps].
    frame_every
        MD steps between frames.
    segment_steps
        MD steps in a segment; an interruption loses at most one segment.
    ranks
        MPI processes.
    seed
        Of the velocities.

    """

    timestep: float
    frame_every: int
    segment_steps: int
    ranks: int
    seed: int


@dataclass(frozen=True)
class MdTask:
    """What is to be simulated.

    Parameters
    ----------
    atoms
        The structure, inside its cell.
    potential
        What acts between the atoms.
    stages
        A minimisation, then stages in which time passes.
    settings
        How.

    Raises
    ------
    InputError
        If the potential cannot describe the structure, or the stages are not in this order.

    """

    atoms: Atoms
    potential: Potential
    stages: tuple[Stage, ...]
    settings: MdSettings

    def __post_init__(self) -> None:
        check_structure(self.potential, self.atoms)
        kinds = [stage.kind for stage in self.stages]
        if kinds[:1] != ["minimise"] or "minimise" in kinds[1:] or len(kinds) == 1:
            raise InputError(f"'stages' must be one minimise and then others, got {', '.join(kinds)}")

    @property
    def timeline(self) -> tuple[TimedStage, ...]:
        """The stages in which time passes, on the common clock."""
        return lay_out(self.stages, self.settings.timestep)


@dataclass(frozen=True)
class Runner:
    """Who runs it and who is told.

    Parameters
    ----------
    engine
        The LAMMPS to start.
    on_step
        Called with what runs, MD steps done and MD steps in all.
    pass_fds
        File descriptors that LAMMPS keeps open, such as the lock of the case.

    """

    engine: Lammps
    on_step: Callable[[str, int, int], None] = field(default=lambda _text, _step, _total: None)
    pass_fds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Simulation:
    """A finished simulation.

    Parameters
    ----------
    task
        What was asked.
    minimised
        The minimisation.
    stages
        The segments of each stage in which time passes, in order.

    """

    task: MdTask
    minimised: Segment
    stages: tuple[tuple[Segment, ...], ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All MD segments, in order of time."""
        return tuple(segment for stage in self.stages for segment in stage)

    @property
    def steps_per_second(self) -> float:
        """MD steps a second of wall time, over all segments."""
        steps = sum(segment.last_step - segment.first_step for segment in self.segments)
        return steps / sum(segment.wall_seconds for segment in self.segments)

    @property
    def minimisation_end(self) -> str:
        """Why the minimisation ended: ``"force tolerance"`` is the end that was asked for."""
        return stopping_criterion(self.minimised.log)

    def trajectory(self) -> Trajectory:
        """Return all frames of MD, each step once."""
        return self._trajectory_of(self.segments)

    def last_stage(self) -> Trajectory:
        """Return the frames of the last stage, after the step at which it starts."""
        return self._trajectory_of(self.stages[-1])

    def minimised_atoms(self) -> Atoms:
        """Return the structure that MD starts from, in the order of the trajectory and unwrapped like it."""
        return self._atoms(next(iter(self._trajectory_of((self.minimised,)))))

    def final_atoms(self) -> Atoms:
        """Return the last frame, wrapped into its cell."""
        *_, last = self.last_stage()
        atoms = self._atoms(last)
        atoms.wrap()
        return atoms

    def thermo(self) -> FloatArray:
        """Return the logged rows of all MD, columns as in `gbglass.lammps.log.THERMO_COLUMNS`, each step once."""
        tables = [read_thermo(segment.log) for segment in self.segments]
        rows = np.concatenate([tables[0], *(table[1:] for table in tables[1:])])
        # LAMMPS also prints the last step of a segment, wherever it lies: only equally spaced rows are a series.
        even: FloatArray = rows[rows[:, 0] % THERMO_EVERY == 0]
        return even

    def _trajectory_of(self, segments: Sequence[Segment]) -> Trajectory:
        symbols = tuple(self.task.atoms.get_chemical_symbols())

        def frames() -> Iterator[Frame]:
            return (dumped.frame for segment in segments for dumped in read_dump(segment.frames))

        return Trajectory(symbols, frames)

    def _atoms(self, frame: Frame) -> Atoms:
        atoms: Atoms = self.task.atoms.copy()
        atoms.set_cell(frame.cell)
        atoms.set_positions(frame.positions)
        return atoms


def simulate(task: MdTask, folder: Path, runner: Runner) -> Simulation:
    """Run a protocol in a folder, going on from whatever is finished there.

    Parameters
    ----------
    task
        What to simulate.
    folder
        Gets one folder a stage.
    runner
        Which LAMMPS, and who listens.

    Raises
    ------
    EngineError
        If LAMMPS fails.
    StateError
        If the folder holds segments of other inputs, or a longer hold than is asked for.

    """
    return _Simulator(task, folder, runner).run()


class _Simulator:
    """Walks along the chain of segments, running those that are missing."""

    def __init__(self, task: MdTask, folder: Path, runner: Runner) -> None:
        self._task = task
        self._folder = folder
        self._runner = runner
        self._data = data_text(task.atoms, task.potential)
        self._total = task.timeline[-1].last_step
        threads = "buck/coul/long/omp" in runner.engine.pair_styles
        self._recording = Recording(task.settings.timestep, task.settings.frame_every, threads)

    def run(self) -> Simulation:
        minimised = self._minimise()
        stages: list[tuple[Segment, ...]] = []
        last = minimised
        for timed in self._task.timeline:
            segments = tuple(self._run_stage(timed, last))
            stages.append(segments)
            last = segments[-1]
        return Simulation(self._task, minimised, tuple(stages))

    def _minimise(self) -> Segment:
        stage = self._task.stages[0]
        if not isinstance(stage, Minimise):
            raise InputError(f"the first stage must be a minimise, got {stage.kind}")
        settings = self._task.settings
        key = _MINIMISED + content_id(
            {
                "format": _FORMAT,
                "lammps": self._runner.engine.version,
                "threads": self._recording.threads,
                "potential": self._task.potential.checksum,
                "structure": sha256_text(self._data),
                "stage": stage.model_dump(mode="json"),
                "timestep": settings.timestep,
                "frame_every": settings.frame_every,
                "ranks": settings.ranks,
                "seed": settings.seed,
            }
        )
        folder = self._folder / "1-minimise" / "segment-0000"
        found = load_segment(folder, lambda _last: key)
        if found:
            return found
        working = partial_folder(folder)
        (working / DATA).write_text(self._data, encoding="utf-8")
        deck = minimise_deck(stage, self._task.potential, threads=self._recording.threads)
        return self._run_deck(folder, deck, Promise(key, 0, 0, (0,)), "minimise")

    def _run_stage(self, timed: TimedStage, before: Segment) -> Iterator[Segment]:
        folder = self._folder / f"{timed.number}-{timed.stage.kind}"
        step, number = timed.first_step, 0
        while step < timed.last_step:
            place = folder / f"segment-{number:04d}"
            segment = load_segment(place, partial(self._key, timed, before))
            segment = segment or self._run_segment(place, timed, before)
            yield segment
            before, step, number = segment, segment.last_step, number + 1
        if step > timed.last_step or (folder / f"segment-{number:04d}").exists():
            raise StateError(
                f"{folder} holds a longer {timed.stage.kind} than {timed.n_steps * self._task.settings.timestep:g} ps; "
                "ask for at least what is there, or use another output folder"
            )

    def _run_segment(self, place: Path, timed: TimedStage, before: Segment) -> Segment:
        settings = self._task.settings
        done = before.last_step - timed.first_step
        on_grid = timed.first_step + (done // settings.segment_steps + 1) * settings.segment_steps
        last_step = min(on_grid, timed.last_step)
        seed = settings.seed if before.key.startswith(_MINIMISED) else None
        span = SegmentSpan(timed, before.last_step, last_step, seed)
        working = partial_folder(place)
        copyfile(before.restart, working / START)
        deck = segment_deck(span, self._task.potential, self._recording)
        first_frame = span.first_step if span.first_step == 0 else span.first_step + 1
        every = settings.frame_every
        frames = tuple(range(-(-first_frame // every) * every, last_step + 1, every))
        promise = Promise(self._key(timed, before, last_step), span.first_step, last_step, frames)
        return self._run_deck(place, deck, promise, timed.stage.kind)

    def _run_deck(self, place: Path, deck: str, promise: Promise, text: str) -> Segment:
        working = place.with_name(f"{place.name}.partial")
        (working / DECK).write_text(deck, encoding="utf-8")
        is_md = promise.last_step > promise.first_step
        job = Job(working, self._task.settings.ranks, promise.last_step if is_md else None, self._runner.pass_fds)

        def on_step(step: int) -> None:
            self._runner.on_step(text, step if is_md else 0, self._total)

        start = time.monotonic()
        run_lammps(self._runner.engine, job, on_step)
        (working / START).unlink(missing_ok=True)  # a copy of what the segment before keeps
        return finish_segment(place, promise, time.monotonic() - start)

    def _key(self, timed: TimedStage, before: Segment, last_step: int) -> str:
        stage = timed.stage.model_dump(mode="json")
        if isinstance(timed.stage, Hold):
            del stage["duration_ps"]  # lengthening a hold changes nothing that was done
        start = {"key": before.key, "restart": before.checksums[END]}
        content = {"before": start, "stage": stage, "first_step": before.last_step, "last_step": last_step}
        return content_id(content)
