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
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from gbglass.core.arrays import FloatArray, IntArray, frozen_floats
from gbglass.core.neighbours import find_pairs
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

    """

    pair: tuple[str, str]
    r: FloatArray
    g: FloatArray
    coordination: FloatArray
    n_frames: int

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

    def _peaks(self) -> IntArray:
        # A zero in front lets a peak stand in the first bin; a shell cut by the reach is not a peak.
        padded = np.concatenate([[0.0], self.g])
        peaks: IntArray = find_peaks(padded, prominence=_PROMINENCE * max(float(self.g.max()), ONSET_LEVEL))[0] - 1
        return peaks


class RadialDistributions:
    """Adds up pairs frame by frame.

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

    """

    def __init__(
        self, symbols: tuple[str, ...], pairs: Iterable[tuple[str, str]], reach: float = 8.0, spacing: float = 0.05
    ) -> None:
        self._symbols = np.array(symbols)
        self._pairs = tuple(pairs)
        missing = sorted({species for pair in self._pairs for species in pair} - set(symbols))
        if missing:
            raise InputError(f"no atom of {', '.join(missing)}; there are {', '.join(sorted(set(symbols)))}")
        self._edges = np.linspace(0.0, reach, round(reach / spacing) + 1)
        self._counts = np.zeros((len(self._pairs), len(self._edges) - 1))
        self._volume = 0.0
        self._n_frames = 0

    def add(self, frame: Frame) -> None:
        """Count the pairs of one frame."""
        near = find_pairs(frame.positions, frame.cell, float(self._edges[-1]))
        first, second = self._symbols[near.first], self._symbols[near.second]
        for row, (a, b) in enumerate(self._pairs):
            chosen = ((first == a) & (second == b)) | ((first == b) & (second == a))
            self._counts[row] += np.histogram(near.distances[chosen], self._edges)[0]
        self._volume += abs(float(np.linalg.det(frame.cell)))
        self._n_frames += 1

    def result(self) -> dict[str, RadialDistribution]:
        """Return each distribution by its name, such as ``"Li-O"``.

        Raises
        ------
        InputError
            If no frame was added.

        """
        if self._n_frames == 0:
            raise InputError("a radial distribution needs at least one frame, got none")
        shells = 4.0 / 3.0 * np.pi * np.diff(self._edges**3)
        middles = frozen_floats((self._edges[1:] + self._edges[:-1]) / 2)
        results = {}
        for (a, b), counts in zip(self._pairs, self._counts / self._n_frames, strict=True):
            n_a, n_b = np.sum(self._symbols == a), np.sum(self._symbols == b)
            possible = n_a * n_b / (2 if a == b else 1)
            g = counts * self._volume / self._n_frames / (possible * shells)
            around = np.cumsum(counts) * (2 if a == b else 1) / n_a
            results[pair_name(a, b)] = RadialDistribution(
                (a, b), middles, frozen_floats(g), frozen_floats(around), self._n_frames
            )
        return results


def radial_distributions(
    trajectory: Trajectory, pairs: Iterable[tuple[str, str]], every: int = 1
) -> dict[str, RadialDistribution]:
    """Average the distributions of some pairs to 8 Å over every n-th frame of a trajectory.

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
    if every < 1:
        raise InputError(f"'every' must be 1 or more, got {every}")
    total = RadialDistributions(trajectory.symbols, pairs)
    for number, frame in enumerate(trajectory):
        if number % every == 0:
            total.add(frame)
    return total.result()
