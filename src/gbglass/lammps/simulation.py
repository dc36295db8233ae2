"""A finished simulation: its frames, its log, its counts, each step once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray
from gbglass.core.frame_store import FrameStore
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.lammps.counting import COUNTS, Counted, read_counts
from gbglass.lammps.deck import THERMO_EVERY
from gbglass.lammps.log import read_thermo, stopping_criterion
from gbglass.lammps.segments import Segment, end_frame, frames_of
from gbglass.lammps.task import MdTask


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
    store
        Reads segments whose frames are stored; dumps need none.

    """

    task: MdTask
    minimised: Segment
    stages: tuple[tuple[Segment, ...], ...]
    store: FrameStore | None = None

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
        """Return the evenly spaced frames of MD, each step once."""
        return self._evenly(self.segments)

    def last_stage(self) -> Trajectory:
        """Return the evenly spaced frames of the last stage, after the step at which it starts."""
        return self.stage(-1)

    def stage(self, place: int) -> Trajectory:
        """Return the evenly spaced frames of one of the stages in which time passes, counted from 0."""
        return self._evenly(self.stages[place])

    def dense_window(self) -> Trajectory:
        """Return the frames of the dense window at the end, which stand closer together.

        Raises
        ------
        InputError
            If none was asked for, or a segment in it was run when the window lay elsewhere.

        """
        window = self.task.settings.dense
        if window is None:
            raise InputError("this simulation has no dense window; ask for one in its settings")
        first = self.task.timeline[-1].last_step - window.steps
        sparse = [s for s in self.segments if s.last_step > first and s.n_frames < self._due(s, window.every)]
        if sparse:
            raise InputError(
                f"{sparse[0].folder} was run when the protocol was longer, with fewer frames than the dense window "
                "wants; move it away to run it again"
            )
        return self._trajectory_of(self.segments, lambda step: step > first and step % window.every == 0)

    def _due(self, segment: Segment, every: int) -> int:
        return segment.last_step // every - segment.first_step // every

    def minimised_atoms(self) -> Atoms:
        """Return the structure that MD starts from, in the order of the trajectory and unwrapped like it."""
        return self._atoms(end_frame(self.minimised))

    def final_atoms(self) -> Atoms:
        """Return where all stages ended, wrapped into its cell."""
        atoms = self._atoms(end_frame(self.segments[-1]))
        atoms.wrap()
        return atoms

    def thermo(self) -> FloatArray:
        """Return the logged rows of all MD, columns as in `gbglass.lammps.log.THERMO_COLUMNS`, each step once."""
        tables = [read_thermo(segment.log) for segment in self.segments]
        rows = np.concatenate([tables[0], *(table[1:] for table in tables[1:])])
        # LAMMPS also prints the last step of a segment, wherever it lies: only equally spaced rows are a series.
        even: FloatArray = rows[rows[:, 0] % THERMO_EVERY == 0]
        return even

    def counts(self) -> Counted:
        """Return what was counted on the fly.

        Raises
        ------
        InputError
            If nothing was.

        """
        counted = self.task.settings.counted
        if counted is None:
            raise InputError("this simulation counted nothing on the fly; ask for it in its settings")
        return read_counts([segment.folder / COUNTS for segment in self.segments], len(counted.regions))

    def _evenly(self, segments: Sequence[Segment]) -> Trajectory:
        every = self.task.settings.frame_every
        return self._trajectory_of(segments, lambda step: step % every == 0)

    def _trajectory_of(self, segments: Sequence[Segment], is_wanted: Callable[[int], bool]) -> Trajectory:
        symbols = tuple(self.task.atoms.get_chemical_symbols())

        def frames() -> Iterator[Frame]:
            every = (frame for segment in segments for frame in frames_of(segment, self.store))
            return (frame for frame in every if is_wanted(frame.step))

        return Trajectory(symbols, frames)

    def _atoms(self, frame: Frame) -> Atoms:
        atoms: Atoms = self.task.atoms.copy()
        atoms.set_cell(frame.cell)
        atoms.set_positions(frame.positions)
        return atoms
