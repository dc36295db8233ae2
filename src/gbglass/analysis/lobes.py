r"""How many kinds of lithium a map of coordinations shows: maxima that stand out of it.

The paper reads kinds of lithium off the map of Li-Li against Li-O coordination by eye (doi:10.1038/s41467-025-59895-9,
Fig. 4g-l): two lobes in cubic LLZO, one in its glass, a third in a boundary that gathers lithium. Here a lobe is a
maximum of the map from which one has to go down by a fourth of its height or more to reach a higher one,

.. math:: 1 - \frac{h_\mathrm{saddle}}{h_\mathrm{maximum}} ≥ 0.25,

and that holds two in a hundred of all lithium or more; lithium belongs to the lobe that it is reached from uphill.
Steps go to the eight neighbours in the map. Pitfall: maps of few atoms are ragged and have lobes by chance.
"""

from dataclasses import dataclass

import numpy as np

from gbglass.core.arrays import FloatArray

STANDS_OUT = 0.25
"""Least depth of the saddle to a higher maximum, over the height of the lower one [1]."""

LEAST_SHARE = 0.02
"""Of all lithium in a lobe [1]."""


@dataclass(frozen=True)
class Lobe:
    """A kind of lithium in a map of coordinations.

    Parameters
    ----------
    lithium, oxygen
        Coordination by Li and O at its maximum.
    share
        Of all lithium [1].

    """

    lithium: int
    oxygen: int
    share: float


def find_lobes(histogram: FloatArray) -> tuple[Lobe, ...]:
    """Find the lobes of a map, the largest share first.

    Parameters
    ----------
    histogram
        Share of lithium by coordination with Li (first axis) and O (second); sums to 1 [1, (n, m)].

    Examples
    --------
    >>> share = np.zeros((12, 9))
    >>> share[4, 4], share[5, 5], share[6, 6] = 0.4, 0.1, 0.5
    >>> [(lobe.lithium, lobe.oxygen) for lobe in find_lobes(share)]
    [(6, 6), (4, 4)]

    """
    owner = np.full(histogram.shape, -1, dtype=np.int64)
    joined: list[int] = []
    tops: list[tuple[int, int]] = []
    order = np.argsort(-histogram, axis=None, kind="stable")
    for flat in order[: np.count_nonzero(histogram)]:
        row, column = (int(k) for k in np.unravel_index(int(flat), histogram.shape))
        near = owner[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        around = sorted({_root(joined, int(lobe)) for lobe in near.ravel() if lobe >= 0})
        if not around:
            owner[row, column] = len(tops)
            joined.append(len(tops))
            tops.append((row, column))
            continue
        highest, *others = around  # numbered as they were found: the first is the highest
        owner[row, column] = highest
        for other in others:
            if 1.0 - histogram[row, column] / histogram[tops[other]] < STANDS_OUT:
                joined[other] = highest
    shares = np.zeros(len(tops))
    for lobe, share in zip(owner.ravel(), histogram.ravel(), strict=True):
        if lobe >= 0:
            shares[_root(joined, int(lobe))] += share
    found = [Lobe(*top, float(share)) for top, share in zip(tops, shares, strict=True) if share >= LEAST_SHARE]
    return tuple(sorted(found, key=lambda lobe: -lobe.share))


def _root(joined: list[int], lobe: int) -> int:
    while joined[lobe] != lobe:
        lobe = joined[lobe]
    return lobe
