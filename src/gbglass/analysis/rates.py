"""How fast something grows, from one correlated series.

A count of ions that crossed a plane adds up chance: its points are not independent, and a line fitted through all of
them would be far too sure of its slope. Here the series is cut into stretches; each gives a slope by least squares,
which rattling to and fro over the plane disturbs little, and the slopes are averaged as a correlated series.
"""

import numpy as np

from gbglass.analysis.statistics import estimate
from gbglass.core.arrays import FloatArray
from gbglass.core.results import Estimate
from gbglass.errors import InputError

MOST_STRETCHES = 40
FEWEST_STRETCHES = 8
"""Fewer slopes than these say nothing of their spread."""

_FEWEST_IN_A_STRETCH = 4
_TOLERANCE = 1e-6


def mean_rate(times: FloatArray, series: FloatArray, unit: str) -> Estimate:
    """Average the rate of change of a series.

    Parameters
    ----------
    times
        Equally spaced [ps, (n,)].
    series
        What changes [(n,)].
    unit
        Of the rate: that of the series, per ps.

    Returns
    -------
    Estimate
        Its frames are the stretches, its standard deviation that of their slopes.

    Raises
    ------
    InputError
        If the times are not equally spaced, or there are fewer than 32 samples.

    Examples
    --------
    >>> times = np.arange(400) * 0.5
    >>> crossed = np.cumsum(np.random.default_rng(1).poisson(0.2, 400))
    >>> rate = mean_rate(times, crossed.astype(np.float64), "atoms/ps")
    >>> rate.interval[0] < 0.4 < rate.interval[1]
    True

    """
    n = len(times)
    if n < FEWEST_STRETCHES * _FEWEST_IN_A_STRETCH or n != len(series):
        raise InputError(f"a rate needs {FEWEST_STRETCHES * _FEWEST_IN_A_STRETCH} samples or more, got {n}")
    spacings = np.diff(times)
    spacing = float(spacings.mean())
    if not spacing > 0.0 or np.abs(spacings - spacing).max() > _TOLERANCE * spacing + 1e-9:
        raise InputError(
            f"samples must be equally spaced in time, got spacings from {spacings.min():g} to {spacings.max():g} ps"
        )
    stretches = min(MOST_STRETCHES, n // _FEWEST_IN_A_STRETCH)
    length = n // stretches
    rows = np.asarray(series, dtype=np.float64)[n - stretches * length :].reshape(stretches, length)
    along = (np.arange(length) - 0.5 * (length - 1)) * spacing
    slopes: FloatArray = (rows - rows.mean(axis=1, keepdims=True)) @ along / float(along @ along)
    return estimate(slopes, unit)
