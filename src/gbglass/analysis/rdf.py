r"""Partial radial distribution functions and running coordination numbers.

.. math:: g_{ab}(r) = \frac{V}{N_a N_b} \frac{\langle n_{ab}(r) \rangle}{4π r^2 Δr}

=========  ==========================================================
symbol     here
=========  ==========================================================
n_ab(r)    pairs of an a and a b at a distance within a bin around r
N_a N_b    all such pairs; N_a² / 2 for like pairs, since images of an atom itself count too
4πr²Δr     volume of the bin, taken exactly as that of its shell
=========  ==========================================================

An ideal gas of N atoms has g = 1 for unlike and 1 - 1/N for like pairs. All periodic images count, so the reach may
exceed half the cell.

Centres may be those of a group, such as the atoms of a region or lithium of a type: then N_a counts these, while the
neighbours b are all of the cell and N_b/V is their mean density in it. Pitfall: where b is not spread evenly, g of a
group does not go to 1 at large r; the running coordination number has no such convention in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from gbglass.core.cell import cell_volume
from gbglass.core.groups import WHOLE, Groups, WholeCell
from gbglass.core.neighbours import Pairs, pair_blocks
from gbglass.core.species import pair_name
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

ONSET_LEVEL = 0.02
"""Where g(r) counts as begun [1]."""

_PROMINENCE = 0.1
"""A peak rises by this part of the highest value of g over the valleys beside it; less is noise."""


@dataclass(frozen=True)
class RadialDistribution:
    """One partial radial distribution function.

    Parameters
    ----------
    pair
        The two species, the centre first.
    r
        Middles of the bins [Å, (n_bins,)].
    g
        [1, (n_bins,)].
    coordination
        Mean number of the second species within the outer edge of each bin around the first [1, (n_bins,)].
    n_frames
        Frames averaged over.
    group
        Which atoms of the first species are centres; ``"all"`` when all of them are.

    """

    pair: tuple[str, str]
    r: FloatArray
    g: FloatArray
    coordination: FloatArray
    n_frames: int
    group: str = WHOLE

    @property
    def onset(self) -> float:
        """Where g first reaches 0.02, as the inner edge of that bin [Å]; infinite if it never does."""
        begun = np.flatnonzero(self.g >= ONSET_LEVEL)
        half_bin = (self.r[1] - self.r[0]) / 2
        return float(self.r[begun[0]] - half_bin) if len(begun) else float("inf")

    @property
    def first_peak(self) -> float:
        """Where g has its first maximum that is no noise, be it the highest or not [Å]; infinite if it has none."""
        peaks = self._peaks()
        return float(self.r[peaks[0]]) if len(peaks) else float("inf")

    @property
    def first_valley(self) -> float:
        """Where g is lowest between its first two maxima [Å]; infinite if it has no two within reach.

        Pitfall: the deepest of a wide, empty gap is its first bin.
        """
        peaks = self._peaks()
        if len(peaks) < 2:  # noqa: PLR2004  # a valley lies between two
            return float("inf")
        return float(self.r[peaks[0] + np.argmin(self.g[peaks[0] : peaks[1]])])

    @property
    def main_valley(self) -> float:
        """Where g is lowest between its highest maximum and the next one [Å]; infinite if there is none within reach.

        For Li-Li in garnet this is the valley near 4 Å that tells lithium of coordination 4 from 6, past a weak one.
        """
        peaks = self._peaks()
        highest = int(np.argmax(self.g[peaks])) if len(peaks) else 0
        if len(peaks) < highest + 2:
            return float("inf")
        return float(self.r[peaks[highest] + np.argmin(self.g[peaks[highest] : peaks[highest + 1]])])

    def _peaks(self) -> IntArray:
        from scipy.signal import find_peaks  # noqa: PLC0415  # takes half a second, which few commands need

        # A zero in front lets a peak stand in the first bin; a shell cut by the reach is not a peak.
        padded = np.concatenate([[0.0], self.g])
        peaks: IntArray = find_peaks(padded, prominence=_PROMINENCE * max(float(self.g.max()), ONSET_LEVEL))[0] - 1
        return peaks


class RadialDistributions(Accumulation):
    """Adds up pairs frame by frame; memory does not grow with the frames, and with the atoms only as a frame does.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    pairs
        Which pairs of species; the centre first.
    reach
        Largest distance [Å].
    spacing
        Width of a bin [Å].
    centres
        Groups that the centres are sorted into; a distribution for each.

    Raises
    ------
    InputError
        If a species is not there, or the reach does not hold a bin.

    """

    def __init__(
        self,
        symbols: tuple[str, ...],
        pairs: Iterable[tuple[str, str]],
        reach: float = 8.0,
        spacing: float = 0.05,
        centres: Groups | None = None,
    ) -> None:
        self._pairs = tuple(pairs)
        species = sorted({name for pair in self._pairs for name in pair})
        missing = sorted(set(species) - set(symbols))
        if missing:
            raise InputError(f"no atom of {', '.join(missing)}; there are {', '.join(sorted(set(symbols)))}")
        if not 0.0 < spacing <= reach:
            raise InputError(f"'spacing' must be above 0 and not above 'reach', got {spacing:g} and {reach:g} Å")
        self._searched = np.flatnonzero(np.isin(np.array(symbols), species)).astype(np.int64)
        self._kinds = np.searchsorted(species, np.array(symbols)[self._searched]).astype(np.int64)
        self._n_kinds = len(species)
        self._codes = [(species.index(a), species.index(b)) for a, b in self._pairs]
        self._edges = np.linspace(0.0, reach, round(reach / spacing) + 1)
        self._centres = WholeCell() if centres is None else centres
        names = self._centres.names
        super().__init__("radial distribution", self._pairs, reach, spacing, names)
        self.sums["counts"] = np.zeros((len(names), self._n_kinds, self._n_kinds, len(self._edges) - 1))
        self.sums["centres"] = np.zeros((len(names), self._n_kinds))

    def add(self, frame: Frame) -> None:
        """Count the pairs of one frame."""
        self.take_note_of(frame)
        masks = self._centres.masks(frame)[:, self._searched]
        for near in pair_blocks(frame.positions[self._searched], frame.cell, float(self._edges[-1])):
            self._count(near, masks)
        for row, mask in enumerate(masks):
            self.sums["centres"][row] += np.bincount(self._kinds[mask], minlength=self._n_kinds)
        self.rows[frame.step] = (cell_volume(frame.cell),)

    def _count(self, near: Pairs, masks: BoolArray) -> None:
        """Sort pairs by the kinds of centre and neighbour and by distance, in both directions."""
        n_kinds, n_bins = self._n_kinds, len(self._edges) - 1
        bins = np.minimum((near.distances * (n_bins / self._edges[-1])).astype(np.int64), n_bins - 1)
        first, second = self._kinds[near.first], self._kinds[near.second]
        shape, size = (n_kinds, n_kinds, n_bins), n_kinds * n_kinds * n_bins
        there = (first * n_kinds + second) * n_bins + bins
        if masks.all():
            counts = np.bincount(there, minlength=size).reshape(shape)
            self.sums["counts"] += counts + counts.transpose(1, 0, 2)
            return
        back = (second * n_kinds + first) * n_bins + bins
        for row, mask in enumerate(masks):
            for keys, centre in ((there, near.first), (back, near.second)):
                self.sums["counts"][row] += np.bincount(keys[mask[centre]], minlength=size).reshape(shape)

    def result(self) -> dict[str, RadialDistribution]:
        """Return each distribution by its name, such as ``"Li-O"``, or ``"Li-O, boundary 1"`` of a group.

        Raises
        ------
        InputError
            If no frame was added.

        """
        self.need_frames()
        results = {}
        for row, group in enumerate(self._centres.names):
            for pair, codes in zip(self._pairs, self._codes, strict=True):
                name = pair_name(*pair) if pair[0] == pair[1] or group == WHOLE else "-".join(pair)
                results[name if group == WHOLE else f"{name}, {group}"] = self._one(row, pair, codes)
        return results

    def _one(self, row: int, pair: tuple[str, str], codes: tuple[int, int]) -> RadialDistribution:
        centre, neighbour = codes
        shells = 4.0 / 3.0 * np.pi * np.diff(self._edges**3)
        middles = frozen_floats((self._edges[1:] + self._edges[:-1]) / 2)
        n_centres = self.sums["centres"][row, centre] / self.n_frames
        n_neighbours = np.count_nonzero(self._kinds == neighbour)
        counts = self.sums["counts"][row, centre, neighbour] / self.n_frames
        group = self._centres.names[row]
        if n_centres == 0:
            nothing = frozen_floats(np.zeros(len(shells)))
            return RadialDistribution(pair, middles, nothing, nothing, self.n_frames, group)
        volume = float(np.mean([row[0] for row in self.in_order()]))
        g = counts * volume / (n_centres * n_neighbours * shells)
        around = frozen_floats(np.cumsum(counts) / n_centres)
        return RadialDistribution(pair, middles, frozen_floats(g), around, self.n_frames, group)


def radial_distributions(
    trajectory: Trajectory, pairs: Sequence[tuple[str, str]], every: int = 1, centres: Groups | None = None
) -> dict[str, RadialDistribution]:
    """Average the distributions of some pairs to 8 Å over every n-th frame of a trajectory.

    Parameters
    ----------
    trajectory
        Any.
    pairs
        Of species; the centre first.
    every
        n.
    centres
        Groups that the centres are sorted into, such as regions; a distribution for each.

    Raises
    ------
    InputError
        If n is less than 1, a species is not there, or there is no frame.

    Examples
    --------
    >>> two = Frame(0, 0.0, np.diag([3.0, 3.0, 6.0]), np.array([[0.0, 0, 0], [0, 0, 3.0]]))
    >>> rdf = radial_distributions(Trajectory(("Li", "Li"), lambda: iter([two])), [("Li", "Li")])["Li-Li"]
    >>> round(float(rdf.coordination[rdf.r < 3.5][-1]))  # simple cubic
    6

    """
    return stream(trajectory, RadialDistributions(trajectory.symbols, pairs, centres=centres), every).result()
