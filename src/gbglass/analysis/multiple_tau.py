r"""Mean squared displacement of a trajectory of any length, in memory that does not grow with it.

Lags grow by factors of two: level l looks at every :math:`2^l`-th frame and keeps the last 16 of these, so that lags of
8 to 15 of its steps are counted there (all from 1 to 15 at level 0). Positions are not averaged on the way up, as some
correlators do: every displacement counted is one that was made. Lags and origins are fewer than those of
`gbglass.analysis.msd`, where a trajectory fits into memory.

Source: Frenkel and Smit, Understanding Molecular Simulation, 4.4.2; Ramírez et al., doi:10.1063/1.3491098.
"""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.msd import FIT, N_PARTS, check_cell, diffusivity_from
from gbglass.analysis.streaming import Accumulation
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

MOST_ATOMS = 20_000
"""More atoms than these tell nothing more; then every k-th is followed."""

_KEPT = 16
_DIMENSIONS = 3
_FEWEST_FITTED = 3
_TIME_TOLERANCE = 1e-6


@dataclass(frozen=True)
class StreamedDisplacement:
    """MSD of a species at lags that grow by factors of two.

    Parameters
    ----------
    species
        Whose.
    n_atoms
        How many were followed.
    lags
        [ps, (n_lags,)], from the time between frames.
    msd
        [Å², (n_lags,)].
    msd_axes
        Along x, y and z; they sum to the MSD [Å², (n_lags, 3)].
    standard_error
        Of each value, from the atoms that move by themselves and the stretches of time that do not overlap
        [Å², (n_lags,)].
    n_origins
        Frames that displacements of this lag began at [1, (n_lags,)].
    diffusivity
        From the slope over lags of 10 to 50 % of the trajectory [Å²/ps]; as that of `MeanSquareDisplacement`.
    diffusivity_axes
        Along x, y and z [Å²/ps].

    """

    species: str
    n_atoms: int
    lags: FloatArray
    msd: FloatArray
    msd_axes: FloatArray
    standard_error: FloatArray
    n_origins: FloatArray
    diffusivity: Estimate
    diffusivity_axes: tuple[Estimate, Estimate, Estimate]


class MultipleTau(Accumulation):
    """Adds up displacements frame by frame; parts are joined by adding up, without displacements from one to the other.

    Joined parts are unbiased, but know less of long lags than one pass would.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    species
        Whose displacements.
    anchor
        The framework whose drift is removed.
    most_atoms
        Follow about so many atoms at most.

    """

    def __init__(
        self, symbols: tuple[str, ...], species: str, anchor: FrameworkAnchor, most_atoms: int = MOST_ATOMS
    ) -> None:
        indices = np.flatnonzero(np.array(symbols) == species)
        if len(indices) == 0:
            raise InputError(f"no atom of {species} in the trajectory; it holds {', '.join(sorted(set(symbols)))}")
        followed = indices[:: -(-len(indices) // most_atoms)]
        parts = [followed[part :: min(N_PARTS, len(followed))] for part in range(min(N_PARTS, len(followed)))]
        self._indices = np.concatenate(parts)
        self._sizes = np.array([len(part) for part in parts])
        self._starts = np.cumsum(self._sizes) - self._sizes
        super().__init__("streamed mean squared displacement", species, len(self._indices))
        self._species, self._anchor = species, anchor
        self._kept: list[deque[FloatArray]] = []
        self._cell: FloatArray | None = None
        self._start: FloatArray | None = None
        self._last_time = 0.0
        self.spacing: float | None = None

    def add(self, frame: Frame) -> None:
        """Count the displacements that end in one frame.

        Raises
        ------
        InputError
            If the cell changes or the frames are not equally spaced.

        """
        fractional = self._anchor.coordinates(frame)[self._indices]
        if self._cell is None or self._start is None:
            self._cell, self._start = frame.cell, fractional
        else:
            check_cell(frame.cell, self._cell, frame.step)
            self._check_time(frame)
        number = self.n_frames
        self.take_note_of(frame)
        self._last_time = frame.time
        position = (fractional - self._start) @ self._cell
        level = 0
        while number % (1 << level) == 0:
            self._count(level, position)
            if number == 0:
                break
            level += 1

    def _check_time(self, frame: Frame) -> None:
        spacing = frame.time - self._last_time
        self.spacing = spacing if self.spacing is None else self.spacing
        if abs(spacing - self.spacing) > _TIME_TOLERANCE * self.spacing + 1e-9:
            raise InputError(
                f"frames must be equally spaced in time, got {spacing:g} ps before step {frame.step} "
                f"after {self.spacing:g} ps"
            )

    def _count(self, level: int, position: FloatArray) -> None:
        """Count displacements to here from the kept positions of a level, and keep this one."""
        if level == len(self._kept):
            # Whatever the level, the very first frame belongs to it; it was kept at the level below.
            first = deque(list(self._kept[-1])[:1] if self._kept else [], maxlen=_KEPT - 1)
            self._kept.append(first)
        kept = self._kept[level]
        for steps, before in enumerate(reversed(kept), start=1):
            if level == 0 or steps >= _KEPT // 2:
                self._add_lag(steps << level, position - before)
        kept.append(position)

    def _add_lag(self, lag: int, moved: FloatArray) -> None:
        squares = moved**2
        by_part = np.add.reduceat(squares, self._starts, axis=0) / self._sizes[:, None]
        whole = squares @ np.ones(_DIMENSIONS)
        mean = float(whole.mean())
        moments = np.array([1.0, mean, mean**2, float(whole @ whole) / len(whole) - mean**2])
        for name, values in ((f"parts {lag}", by_part), (f"moments {lag}", moments)):
            self.sums[name] = self.sums[name] + values if name in self.sums else values

    def merge(self, other: "MultipleTau") -> None:
        """Take in the displacements of another part of the trajectory."""
        missing = {name: np.zeros_like(values) for name, values in other.sums.items() if name not in self.sums}
        self.sums.update(missing)
        super().merge(other)
        self.spacing = other.spacing if self.spacing is None else self.spacing

    def result(self) -> StreamedDisplacement:
        """Return the MSD at all lags that were counted.

        Raises
        ------
        InputError
            If there are too few frames to fit a diffusivity to.

        """
        lags = sorted(int(name.split()[1]) for name in self.sums if name.startswith("moments"))
        spacing, n_atoms = self.spacing, len(self._indices)
        fitted = [lag for lag in lags if FIT[0] * self.n_frames <= lag < FIT[1] * self.n_frames]
        if spacing is None or len(fitted) < _FEWEST_FITTED:
            raise InputError(f"a streamed MSD needs 20 frames or more, got {self.n_frames}")
        moments = np.stack([self.sums[f"moments {lag}"] for lag in lags])
        origins, means = moments[:, 0], moments[:, 1] / moments[:, 0]
        parts = np.stack([self.sums[f"parts {lag}"] for lag in lags]) / origins[:, None, None]
        axes = np.einsum("lpk,p->lk", parts, self._sizes / n_atoms)
        together = self._collectivity(lags, moments)
        stretches = np.maximum(1.0, self.n_frames / np.array(lags))
        scatter = np.sqrt(np.maximum(moments[:, 3], 0.0) / origins)  # where all move alike it may round below 0
        window = np.isin(lags, fitted)
        fitted_lags = spacing * np.array(fitted)
        squares = [np.concatenate([parts.mean(axis=2).T, means[None] / _DIMENSIONS])]
        squares += [np.concatenate([parts[:, :, axis].T, axes[None, :, axis]]) for axis in range(_DIMENSIONS)]
        whole, *along = (diffusivity_from(rows[:, window], fitted_lags, together, self.n_frames) for rows in squares)
        return StreamedDisplacement(
            self._species,
            n_atoms,
            frozen_floats(spacing * np.array(lags)),
            frozen_floats(means),
            frozen_floats(axes),
            frozen_floats(together * scatter / np.sqrt(n_atoms * stretches)),
            frozen_floats(origins),
            whole,
            (along[0], along[1], along[2]),
        )

    def _collectivity(self, lags: list[int], moments: FloatArray) -> float:
        """Return how many times larger collective motion makes the scatter of the mean at a tenth of the trajectory."""
        row = int(np.searchsorted(lags, FIT[0] * self.n_frames))
        origins, mean, mean_square, scatter = moments[row]
        apart = scatter / origins / len(self._indices)
        together = (mean_square / origins - (mean / origins) ** 2) * origins / max(origins - 1.0, 1.0)
        return max(1.0, math.sqrt(together / apart)) if apart > 0.0 else 1.0


def streamed_displacement(trajectory: Trajectory, species: str, anchor: FrameworkAnchor) -> StreamedDisplacement:
    """Measure the MSD of a species at constant volume in one pass, however long the trajectory.

    Raises
    ------
    InputError
        If the frames are too few or unequally spaced, or the cell changes.

    Examples
    --------
    >>> cell, zirconium = np.eye(3) * 9.0, np.zeros((1, 3))
    >>> walk = np.cumsum(np.random.default_rng(0).normal(0.0, 0.2, size=(200, 50, 3)), axis=0)
    >>> frames = [Frame(n, 0.1 * n, cell, np.concatenate([zirconium, xyz])) for n, xyz in enumerate(walk)]
    >>> trajectory = Trajectory(("Zr",) + ("Li",) * 50, lambda: iter(frames))
    >>> msd = streamed_displacement(trajectory, "Li", FrameworkAnchor(np.array([0]), zirconium))
    >>> low, high = msd.diffusivity.interval
    >>> low < 0.2**2 / (2 * 0.1) < high
    True

    """
    counter = MultipleTau(trajectory.symbols, species, anchor)
    for frame in trajectory:
        counter.add(frame)
    return counter.result()
