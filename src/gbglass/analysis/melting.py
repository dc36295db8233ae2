r"""What melts first: the share of each place that has turned from crystal to glass, against time.

.. math:: m(t) = \frac{g(t) - g_0}{1 - g_0}

g is the share of La and Zr that are glassy (`gbglass.analysis.order`) and g_0 that at the start: at a boundary two
orientations meet, and what has no order there as it is built has not melted. A place has melted from the frame on in
which half of it has, and stays so to the end. Pitfall: order is averaged over some Å: the rim of a melt looks glassy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.order import FrameworkOrder
from gbglass.core.arrays import FloatArray, frozen_floats

MELTED = 0.5
"""Of a place [1]."""

_START = 0.05
"""Part of the frames that g_0 is the mean over."""


@dataclass(frozen=True)
class Melting:
    """How a place melted.

    Parameters
    ----------
    place
        Its name.
    times
        [ps, (n_frames,)].
    melted
        Share that has turned to glass since the start [1, (n_frames,)].
    at_start
        Share that was glassy at the start [1].
    onset
        From when on half of it has melted, to the end; None if that is never so [ps].

    """

    place: str
    times: FloatArray
    melted: FloatArray
    at_start: float
    onset: float | None


def find_melting(orders: Mapping[str, FrameworkOrder]) -> dict[str, Melting]:
    """Read off the order of each place how it melted.

    Examples
    --------
    >>> from gbglass.core.arrays import frozen_ints
    >>> nothing, cations = frozen_floats([]), frozen_ints([10] * 40)
    >>> order = FrameworkOrder("rim", frozen_floats(range(40)), cations, frozen_ints([0] * 20 + [8] * 20),
    ...                        nothing, cations, nothing)
    >>> find_melting({"rim": order})["rim"].onset
    20.0

    """
    found = {}
    for place, order in orders.items():
        share = order.glassy_share
        start = float(share[: max(1, round(_START * len(share)))].mean())
        melted = (share - start) / max(1.0 - start, np.finfo(np.float64).eps)
        solid = np.flatnonzero(melted < MELTED)
        first = int(solid[-1]) + 1 if len(solid) else 0
        onset = float(order.times[first]) if first < len(melted) else None
        found[place] = Melting(place, order.times, frozen_floats(melted), start, onset)
    return found
