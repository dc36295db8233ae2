r"""What is kept of the height maps of a run, so that runs can be compared without their maps.

Whether a protrusion stands out is judged against what the twin without a boundary does by itself
(`gbglass.analysis.protrusion`): against the 99th percentile of its heights over maps and seeds. A histogram of the
heights above the median of each map gives that to within 0.05 Å, and takes a hundred numbers in place of a million.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.protrusion import TwinSurface
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.errors import InputError

BIN = 0.1
"""Of the histogram [Å]."""

FEWEST_SEEDS = 3
"""Of a twin, for what its surface does by itself to be known."""

_PERCENTILE = 99.0


@dataclass(frozen=True)
class SurfaceSummary:
    """The surface of the negative electrode in one run.

    Parameters
    ----------
    times
        Of the maps [ps, (n_maps,)].
    mean_height
        Above the face between electrode and electrolyte [Å, (n_maps,)].
    roughness
        Of each map [Å, (n_maps,)].
    highest
        Of each map above its median [Å, (n_maps,)].
    low
        Where the histogram begins, a whole number of bins [Å].
    counts
        Columns of all maps by their height above the median, in bins of 0.1 Å [1, (n_bins,)].

    """

    times: FloatArray
    mean_height: FloatArray
    roughness: FloatArray
    highest: FloatArray
    low: float
    counts: IntArray

    def above(self, flat: TwinSurface) -> FloatArray:
        """Return how far each map rises above what is flat, 0 where it does not [Å, (n_maps,)]."""
        above: FloatArray = np.maximum(self.highest - flat.threshold, 0.0)
        return above


def summarise_surface(maps: HeightMaps) -> SurfaceSummary:
    """Summarise the maps of a run.

    Examples
    --------
    >>> from gbglass.analysis.interface_height import HeightRule
    >>> flat = np.zeros((1, 10, 10))
    >>> flat[0, 5, 5] = 2.0
    >>> maps = HeightMaps(HeightRule(), frozen_floats([0.0]), frozen_floats(flat), frozen_floats([10.0, 10.0]))
    >>> found = summarise_surface(maps)
    >>> float(found.highest[0]), int(found.counts[0]), int(found.counts[-1])
    (2.0, 99, 1)

    """
    deviations = maps.deviations
    bins = np.floor(deviations / BIN + 1e-9).astype(np.int64)
    low = int(bins.min())
    return SurfaceSummary(
        times=maps.times,
        mean_height=frozen_floats(maps.mean_height),
        roughness=frozen_floats(maps.roughness),
        highest=frozen_floats(deviations.max(axis=(1, 2))),
        low=low * BIN,
        counts=frozen_ints(np.bincount((bins - low).ravel())),
    )


def flat_surface(twins: Sequence[SurfaceSummary]) -> TwinSurface:
    """Learn from runs of the twin without a boundary what a flat interface does.

    Raises
    ------
    InputError
        If there are fewer than three.

    """
    if len(twins) < FEWEST_SEEDS:
        raise InputError(f"what a flat interface does needs {FEWEST_SEEDS} seeds of the twin or more, got {len(twins)}")
    low = min(round(run.low / BIN) for run in twins)
    size = max(round(run.low / BIN) - low + len(run.counts) for run in twins)
    counts = np.zeros(size)
    for run in twins:
        start = round(run.low / BIN) - low
        counts[start : start + len(run.counts)] += run.counts
    below = np.cumsum(counts)
    place = int(np.searchsorted(below, _PERCENTILE / 100.0 * below[-1]))
    threshold = (low + place + 0.5) * BIN
    squares = np.concatenate([run.roughness**2 for run in twins])
    highest = max(float(run.highest.max()) for run in twins)
    return TwinSurface(
        threshold=threshold,
        highest=max(0.0, highest - threshold),
        roughness=math.sqrt(float(squares.mean())),
        n_seeds=len(twins),
        n_maps=len(squares),
    )
