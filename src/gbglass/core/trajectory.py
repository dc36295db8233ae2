"""Frames of a simulation, one at a time, with true times; never all of them in memory."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, takewhile

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError

_TIME_SLACK = 1e-9
"""Times are written in decimals: what differs by less is the same time [ps]."""


@dataclass(frozen=True)
class Frame:
    """One instant.

    Parameters
    ----------
    step
        MD step, counted from the start of the first stage.
    time
        [ps], from the start of the first stage.
    cell
        Rows are the cell vectors [Å, (3, 3)]; the cell's origin is at 0.
    positions
        Unwrapped, in the order of the trajectory's symbols [Å, (n_atoms, 3)].
    arrays
        Whatever else was written for each atom, by its name, in the unit it was written in [(n_atoms,) each].

    """

    step: int
    time: float
    cell: FloatArray
    positions: FloatArray
    arrays: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def fractional(self) -> FloatArray:
        """Unwrapped fractional coordinates [1, (n_atoms, 3)]."""
        fractional: FloatArray = np.linalg.solve(self.cell.T, self.positions.T).T.astype(np.float64, copy=False)
        return fractional


@dataclass(frozen=True)
class Window:
    """Which frames of a trajectory are looked at.

    Parameters
    ----------
    first_ps, last_ps
        From when to when, both included [ps].
    every
        Take every n-th of them, the first included.

    Raises
    ------
    InputError
        If there is no such window.

    """

    first_ps: float = -math.inf
    last_ps: float = math.inf
    every: int = 1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise InputError(f"'every' must be 1 or more, got {self.every}")
        if not self.first_ps <= self.last_ps:
            raise InputError(f"a window must not end before it begins, got {self.first_ps:g} to {self.last_ps:g} ps")

    def begins_by(self, time: float) -> bool:
        """Say whether the window has begun at a time [ps]."""
        return time >= self.first_ps - _TIME_SLACK

    def ends_before(self, time: float) -> bool:
        """Say whether the window is over at a time [ps]."""
        return time > self.last_ps + _TIME_SLACK


@dataclass(frozen=True)
class Trajectory:
    """A fixed list of atoms and a way to walk through their frames, as often as wanted.

    Parameters
    ----------
    symbols
        Chemical symbol of each atom.
    open_frames
        Starts a new pass over the frames, in order of time.
    n_frames
        How many there are; None if nobody has counted them.

    """

    symbols: tuple[str, ...]
    open_frames: Callable[[], Iterator[Frame]]
    n_frames: int | None = None

    def __iter__(self) -> Iterator[Frame]:
        """Walk through the frames once.

        Raises
        ------
        InputError
            If two frames are not in order of time, or a frame has another number of atoms.

        """
        last_step = -1
        for frame in self.open_frames():
            if frame.step <= last_step:
                raise InputError(f"frames must come in order of time, got step {frame.step} after step {last_step}")
            if len(frame.positions) != len(self.symbols):
                raise InputError(
                    f"every frame must hold {len(self.symbols)} atoms, step {frame.step} has {len(frame.positions)}"
                )
            last_step = frame.step
            yield frame

    def part(self, window: "Window") -> "Trajectory":
        """Return the frames of a window of time; they are still read one at a time, and none after its end.

        Examples
        --------
        >>> frames = [Frame(n, 0.5 * n, np.eye(3), np.zeros((1, 3))) for n in range(9)]
        >>> trajectory = Trajectory(("Li",), lambda: iter(frames))
        >>> [frame.time for frame in trajectory.part(Window(first_ps=1.0, last_ps=3.0, every=2))]
        [1.0, 2.0, 3.0]

        """

        def frames() -> Iterator[Frame]:
            until = takewhile(lambda frame: not window.ends_before(frame.time), self.open_frames())
            within = (frame for frame in until if window.begins_by(frame.time))
            return islice(within, 0, None, window.every)

        return Trajectory(self.symbols, frames)

    def indices(self, *species: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the indices of the atoms of some species.

        Raises
        ------
        InputError
            If there is none.

        """
        chosen = np.flatnonzero(np.isin(np.array(self.symbols), species)).astype(np.int64)
        if len(chosen) == 0:
            present = ", ".join(sorted(set(self.symbols)))
            raise InputError(f"no atom of {', '.join(species)} in the trajectory; it holds {present}")
        return chosen
