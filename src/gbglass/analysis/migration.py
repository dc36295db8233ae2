r"""How fast lithium migrates, mapped on a plane, its rattling removed.

The paper maps ``|r(t + 1 ps) - r(t)|`` (doi:10.1038/s41467-025-59895-9, Fig. 3d, e). Most of that is rattling in the
cage, of oxygen as of lithium. Here positions are averaged over short stretches of time first,

.. math:: v = \frac{\langle | \bar r(t + τ) - \bar r(t) | \rangle}{τ}

which leaves hops and takes nearly all of the rattling; what it leaves is measured on the framework, which does not
migrate, and taken out in squares. With stretches as long as the spacing of frames v is the paper's. A displacement
counts where its middle lies; the framework's drift is removed.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

_TOLERANCE = 1e-6
_HALF_A_CELL = 0.5


@dataclass(frozen=True)
class MigrationRule:
    """How migration is measured.

    Parameters
    ----------
    lag
        τ, from one stretch to the other; a whole number of stretches [ps].
    average
        Length of a stretch, whose positions are averaged [ps].
    spacing
        Largest width of a bin of the map [Å].
    axes
        The cell vectors that span the map.
    fewest
        A bin with fewer displacements has no value.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    lag: float = 1.0
    average: float = 0.5
    spacing: float = 1.5
    axes: tuple[int, int] = (1, 2)
    fewest: int = 10

    def __post_init__(self) -> None:
        if not (self.average > 0.0 and self.spacing > 0.0 and self.fewest >= 1):
            raise InputError("'average', 'spacing' and 'fewest' must be positive")
        stretches = self.lag / self.average
        if stretches < 1.0 - _TOLERANCE or abs(stretches - round(stretches)) > _TOLERANCE:
            raise InputError(f"'lag' must be a whole number of 'average', got {self.lag:g} and {self.average:g} ps")
        if len({*self.axes} & {0, 1, 2}) != len(self.axes):
            raise InputError(f"'axes' must be two different cell vectors of 0, 1 and 2, got {self.axes}")

    @property
    def apart(self) -> int:
        """How many stretches lie between the two whose positions are compared."""
        return round(self.lag / self.average)


@dataclass(frozen=True)
class MigrationMap:
    """Migration of a species, mapped on a plane.

    Parameters
    ----------
    species
        Whose.
    rule
        How it was measured.
    edges_1, edges_2
        Of the bins along the two axes [Å, (n_1 + 1,)] and [Å, (n_2 + 1,)].
    counts
        Displacements in each bin [1, (n_1, n_2)].
    speed
        Mean displacement per time, rattling included; not a number where there were too few [Å/ps, (n_1, n_2)].
    migration
        Root mean square displacement per time, what the framework has left out; not a number where there were too few
        [Å/ps, (n_1, n_2)].
    velocity
        Mean displacement per time along x, y, z, with its sign: what flows [Å/ps, (n_1, n_2, 3)].
    framework_speed
        Root mean square displacement of the atoms of the framework per time: what is left of rattling [Å/ps].

    """

    species: str
    rule: MigrationRule
    edges_1: FloatArray
    edges_2: FloatArray
    counts: FloatArray
    speed: FloatArray
    migration: FloatArray
    velocity: FloatArray
    framework_speed: float


class _Stretch(NamedTuple):
    """Sums over the frames of one stretch of time."""

    places: FloatArray
    cells: FloatArray
    n: int

    def plus(self, other: "_Stretch") -> "_Stretch":
        return _Stretch(self.places + other.places, self.cells + other.cells, self.n + other.n)


class _Sums(NamedTuple):
    """Number, |Δr|, |Δr|² and Δr in each bin [(n_1, n_2, 6)]; number and |Δr|² of the framework [(2,)]."""

    bins: FloatArray
    framework: FloatArray

    def plus(self, other: "_Sums") -> "_Sums":
        return _Sums(self.bins + other.bins, self.framework + other.framework)


class MigrationCounter:
    """Adds up displacements frame by frame; holds two lags of positions in memory.

    Parameters
    ----------
    trajectory
        Whose atoms are followed; its frames are added by the caller, in order of time.
    anchor
        The framework whose drift is removed.
    cell
        That of the first frame: it decides how many bins there are [Å, (3, 3)].
    rule
        How migration is measured.
    species
        Whose.

    """

    def __init__(
        self,
        trajectory: Trajectory,
        anchor: FrameworkAnchor,
        cell: FloatArray,
        rule: MigrationRule | None = None,
        species: str = "Li",
    ) -> None:
        self.rule = rule or MigrationRule()
        self._species = species
        self._mobile = np.array(trajectory.symbols) == species
        self._n_mobile = len(trajectory.indices(species))
        self._anchor = anchor
        lengths = np.linalg.norm(cell, axis=1)[list(self.rule.axes)]
        bins = np.maximum(1, np.ceil(lengths / self.rule.spacing - _TOLERANCE)).astype(np.int64)
        self._shape = (int(bins[0]), int(bins[1]))
        self.sums = _Sums(np.zeros((*self._shape, 6)), np.zeros(2))
        self.stretches: dict[int, _Stretch] = {}
        self.first = self.last = -1
        self.lengths = np.zeros(3)
        self.n_frames = 0
        self._before: FloatArray | None = None

    def add(self, frame: Frame) -> None:
        """Follow the atoms to one more frame.

        Raises
        ------
        InputError
            If the frame is not later than those before, a stretch of time has no frame, or an atom jumped by more than
            half a cell: then positions are wrapped, or frames too far apart.

        """
        places = self._anchor.coordinates(frame)
        ordered = np.concatenate([places[self._mobile], places[~self._mobile]])
        if self._before is not None and not np.abs(ordered - self._before).max() < _HALF_A_CELL:
            raise InputError(
                f"an atom moved by more than half a cell up to step {frame.step}; give unwrapped positions, or frames "
                f"nearer to each other"
            )
        stretch = math.floor(frame.time / self.rule.average + _TOLERANCE)
        if self.n_frames == 0:
            self.first = self.last = stretch
        if stretch not in (self.last, self.last + 1):
            raise InputError(
                f"frames must follow each other within {self.rule.average:g} ps, got one at {frame.time:g} ps after "
                f"stretch {self.last}; average over longer stretches"
            )
        if stretch > self.last:
            self._close(stretch)
        one = _Stretch(ordered, frame.cell, 1)
        self.stretches[stretch] = self.stretches[stretch].plus(one) if stretch in self.stretches else one
        self.lengths = self.lengths + np.linalg.norm(frame.cell, axis=1)
        self.n_frames += 1
        self._before = ordered

    def merge(self, other: "MigrationCounter") -> None:
        """Join what another found in the frames that come right after these, or right before.

        Each worker has frames that follow each other; a stretch that both had frames of is averaged over all of them,
        and displacements from one to the other are counted.

        Raises
        ------
        InputError
            If frames overlap, or are missing between the two.

        """
        early, late = (self, other) if self.first <= other.first else (other, self)
        if not (early.last <= late.first <= early.last + 1 and early.first < late.last):
            raise InputError("workers must have frames that follow on each other; give each worker its own frames")
        joined = dict(early.stretches)
        for number, stretch in late.stretches.items():
            joined[number] = joined[number].plus(stretch) if number in joined else stretch
        sums, apart = early.sums.plus(late.sums), self.rule.apart
        known = set(range(early.first + 1, early.last - apart)) | set(range(late.first + 1, late.last - apart))
        for start in range(early.first + 1, late.last - apart):
            if start not in known:
                sums = sums.plus(self._displaced(joined[start], joined[start + apart]))
        self.sums, self.stretches = sums, joined
        self.first, self.last = early.first, late.last
        self.lengths = early.lengths + late.lengths
        self.n_frames = early.n_frames + late.n_frames
        self._before = None
        self._forget()

    def result(self) -> MigrationMap:
        """Return the map of all displacements so far.

        Raises
        ------
        InputError
            If the frames do not reach from one stretch to the other.

        """
        if self.n_frames == 0:
            raise InputError("nothing was measured: at least one frame is needed, got none")
        total = self._total()
        counts = total.bins[:, :, 0]
        if counts.sum() == 0:
            raise InputError(f"the frames are too few for displacements over {self.rule.lag:g} ps; give a longer run")
        lengths = self.lengths / self.n_frames
        edges = [np.linspace(0.0, lengths[axis], n + 1) for axis, n in zip(self.rule.axes, self._shape, strict=True)]
        means = total.bins[:, :, 1:] / np.where(counts >= self.rule.fewest, counts, np.nan)[:, :, None]
        rattling = float(total.framework[1] / max(total.framework[0], 1.0))
        return MigrationMap(
            species=self._species,
            rule=self.rule,
            edges_1=frozen_floats(edges[0]),
            edges_2=frozen_floats(edges[1]),
            counts=frozen_floats(counts),
            speed=frozen_floats(means[:, :, 0] / self.rule.lag),
            migration=frozen_floats(np.sqrt(np.maximum(means[:, :, 1] - rattling, 0.0)) / self.rule.lag),
            velocity=frozen_floats(means[:, :, 2:] / self.rule.lag),
            framework_speed=math.sqrt(rattling) / self.rule.lag,
        )

    def _close(self, stretch: int) -> None:
        """Count what the stretch before completes; the first of all may lack frames and waits for the end."""
        start = self.last - self.rule.apart
        if start > self.first:
            self.sums = self.sums.plus(self._displaced(self.stretches[start], self.stretches[self.last]))
        self.last = stretch
        self._forget()

    def _forget(self) -> None:
        """Keep the stretches that a worker before or after these frames will need."""
        apart = self.rule.apart
        self.stretches = {
            number: kept
            for number, kept in self.stretches.items()
            if number <= self.first + apart or number >= self.last - apart
        }

    def _total(self) -> _Sums:
        """Add the displacements from the first stretch and to the last, if these are full."""
        total, apart = self.sums, self.rule.apart
        full = max(stretch.n for stretch in self.stretches.values())
        for start in sorted({self.first, self.last - apart}):
            pair = [self.stretches.get(number) for number in (start, start + apart)]
            if start >= self.first and all(each is not None and each.n == full for each in pair):
                total = total.plus(self._displaced(self.stretches[start], self.stretches[start + apart]))
        return total

    def _displaced(self, one: _Stretch, other: _Stretch) -> _Sums:
        start, end = one.places / one.n, other.places / other.n
        vectors = (end - start) @ (0.5 * (one.cells / one.n + other.cells / other.n))
        squares = (vectors**2).sum(axis=1)
        n = self._n_mobile
        middles = (0.5 * (start[:n] + end[:n]))[:, list(self.rule.axes)] % 1.0
        bins: IntArray = np.minimum((middles * self._shape).astype(np.int64), np.array(self._shape) - 1)
        flat = np.ravel_multi_index((bins[:, 0], bins[:, 1]), self._shape)
        summed = [np.ones(n), np.sqrt(squares[:n]), squares[:n], *vectors[:n].T]
        size = self._shape[0] * self._shape[1]
        columns = [np.bincount(flat, each, size).reshape(self._shape) for each in summed]
        framework = np.array([float(len(squares) - n), float(squares[n:].sum())])
        return _Sums(np.stack(columns, axis=-1).astype(np.float64, copy=False), framework)


def map_migration(
    trajectory: Trajectory, anchor: FrameworkAnchor, rule: MigrationRule | None = None, species: str = "Li"
) -> MigrationMap:
    """Map the migration of a species over a trajectory.

    Raises
    ------
    InputError
        As `MigrationCounter` does, or if there is no frame.

    Examples
    --------
    Lithium that flies at 2 Å/ps past a zirconium ion that stands still:

    >>> paths = [np.array([[0.0, 0.0, 2.0 * t], [5.0, 5.0, 5.0]]) for t in 0.1 * np.arange(41)]
    >>> frames = [Frame(n, 0.1 * n, np.eye(3) * 10.0, xyz) for n, xyz in enumerate(paths)]
    >>> anchor = FrameworkAnchor(np.array([1]), np.array([[0.5, 0.5, 0.5]]))
    >>> trajectory = Trajectory(("Li", "Zr"), lambda: iter(frames))
    >>> found = map_migration(trajectory, anchor, MigrationRule(spacing=5.0, fewest=1))
    >>> found.speed[0].round(9).tolist(), found.velocity[0, 0].round(9).tolist()
    ([2.0, 2.0], [0.0, 0.0, 2.0])

    """
    counter: MigrationCounter | None = None
    for frame in trajectory:
        if counter is None:
            counter = MigrationCounter(trajectory, anchor, frame.cell, rule, species)
        counter.add(frame)
    if counter is None:
        raise InputError("nothing was measured: at least one frame is needed, got none")
    return counter.result()
