"""Frames of a simulation, one at a time, with true times; never all of them in memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError


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
class Trajectory:
    """A fixed list of atoms and a way to walk through their frames, as often as wanted.

    Parameters
    ----------
    symbols
        Chemical symbol of each atom.
    open_frames
        Starts a new pass over the frames, in order of time.

    """

    symbols: tuple[str, ...]
    open_frames: Callable[[], Iterator[Frame]]

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
