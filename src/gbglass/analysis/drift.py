r"""Is a series still going somewhere? The slope of an energy, with the interval of correlated data.

.. math:: b = \frac{\sum (t - \bar t)(x - \bar x)}{\sum (t - \bar t)^2}, \qquad
    σ_b = \sqrt{\frac{2τ}{Δt}}\; \frac{s}{\sqrt{\sum (t - \bar t)^2}}

with s the spread of the residuals and τ their integrated autocorrelation time. A glass that still transforms loses
energy steadily; that is what Fig. 5c of doi:10.1038/s41467-025-59895-9 shows.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gbglass.analysis.statistics import THIN, autocorrelation_time
from gbglass.analysis.student import student_quantile
from gbglass.core.arrays import FloatArray
from gbglass.core.results import Estimate
from gbglass.errors import InputError

_FEWEST_FRAMES = 20
_CONFIDENCE = 0.975
_FREEDOM = 0.5
_WINDOW = 5.0

Course = Literal["falling", "rising", "steady", "undecided"]


@dataclass(frozen=True)
class Drift:
    """Where a series goes.

    Parameters
    ----------
    slope
        Per ps, in the series' unit over ps.
    change
        Slope times the length of the series: how far it went, in the series' unit.
    course
        ``"falling"`` or ``"rising"`` where the interval of the slope excludes zero, ``"steady"`` where it does not, and
        ``"undecided"`` where fewer than 10 independent samples stand behind it.
    reason
        Why, in a sentence.

    """

    slope: Estimate
    change: float
    course: Course
    reason: str


def find_drift(times: FloatArray, series: FloatArray, unit: str) -> Drift:
    """Fit a line through a series of equally spaced samples.

    Parameters
    ----------
    times
        [ps, (n,)].
    series
        Such as the potential energy per atom [`unit`, (n,)].
    unit
        Of the series.

    Raises
    ------
    InputError
        If there are fewer than 20 samples or one is not finite.

    Examples
    --------
    >>> times = np.arange(400.0)
    >>> noise = np.random.default_rng(1).normal(0.0, 1e-3, 400)
    >>> find_drift(times, -1e-4 * times + noise, "eV").course
    'falling'

    """
    n = len(series)
    if n < _FEWEST_FRAMES or not (np.isfinite(series).all() and np.isfinite(times).all()):
        raise InputError(f"a drift needs {_FEWEST_FRAMES} or more finite samples, got {n}")
    from_middle = times - times.mean()
    spread_of_times = float(from_middle @ from_middle)
    slope = float(from_middle @ (series - series.mean())) / spread_of_times
    residuals = series - series.mean() - slope * from_middle
    two_tau = 2.0 * _memory(residuals)
    n_independent = n / two_tau
    # The line takes two of the independent samples.
    left = max(n_independent - 2.0, 1.0)
    spread = math.sqrt(float(residuals @ residuals) / n * n_independent / left)
    error = math.sqrt(two_tau) * spread / math.sqrt(spread_of_times)
    reach = student_quantile(_CONFIDENCE, max(_FREEDOM * left, 1.0)) * error
    fitted = Estimate(slope, f"{unit}/ps", spread, error, n, n_independent, (slope - reach, slope + reach))
    change = slope * float(times[-1] - times[0])
    low, high = fitted.interval
    if n_independent < THIN:
        reason = f"only {n_independent:.1f} independent samples stand behind the slope, {THIN:g} are needed"
        return Drift(fitted, change, "undecided", reason)
    if not fitted.excludes_zero:
        most = max(abs(low), abs(high)) * float(times[-1] - times[0])
        return Drift(fitted, change, "steady", f"if it goes anywhere, it is by {most:.3g} {unit} or less in this time")
    course: Course = "falling" if slope < 0.0 else "rising"
    return Drift(fitted, change, course, f"it went by {change:.3g} {unit}, and its interval excludes zero")


def _memory(residuals: FloatArray) -> float:
    """Return the autocorrelation time in samples; a line takes a mean's worth of correlation more than a mean does."""
    tau = autocorrelation_time(residuals)
    return min(tau * (1.0 + 2.0 * _WINDOW * (tau - 0.5) / len(residuals)), len(residuals) / 2.0)
