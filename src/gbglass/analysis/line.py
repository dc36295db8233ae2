r"""A straight line through correlated samples, and how well its slope is known.

Ordinary least squares gives the slope; its residuals have an integrated autocorrelation time τ, in samples, and for
noise that does not know of the line

.. math:: s_b^2 = \frac{s_r^2 \, 2τ}{n \, \mathrm{var}(x)}

(s_r the spread of the residuals, n the samples): 2τ times what independent samples would give.
"""

import math

import numpy as np

from gbglass.analysis.statistics import autocorrelation_time
from gbglass.analysis.student import student_quantile
from gbglass.core.arrays import FloatArray
from gbglass.core.results import Estimate
from gbglass.errors import InputError

_FEWEST = 8
_TAKEN = 2.0
"""Intercept and slope are taken from the samples."""

_FREEDOM = 0.5
_CONFIDENCE = 0.975


def fit_line(x: FloatArray, y: FloatArray, unit: str) -> Estimate:
    """Fit the slope of a series against a quantity that rises with time.

    Parameters
    ----------
    x
        Rising, such as a strain [(n,)].
    y
        Correlated samples [(n,)].
    unit
        Of the slope.

    Returns
    -------
    Estimate
        Its standard deviation is what the slope would scatter by if every sample were fitted by itself at the spread
        of x.

    Raises
    ------
    InputError
        If there are fewer than 8 samples, or x does not rise.

    Examples
    --------
    >>> strain = np.linspace(0.0, 0.02, 200)
    >>> noise = np.random.default_rng(1).normal(0.0, 0.1, 200)
    >>> modulus = fit_line(strain, 150.0 * strain + noise, "GPa")
    >>> modulus.interval[0] < 150.0 < modulus.interval[1]
    True

    """
    n = len(x)
    if n < _FEWEST or n != len(y) or not x[-1] > x[0]:
        raise InputError(f"a line needs {_FEWEST} samples or more along something that rises, got {n}")
    along = x - x.mean()
    spread = float(along @ along) / n
    slope = float(along @ (y - y.mean())) / (n * spread)
    residuals = y - y.mean() - slope * along
    rounding = np.finfo(float).eps * max(float(np.abs(y).max()), 1.0) * n
    if np.abs(residuals).max() <= rounding:
        return Estimate(slope, unit, 0.0, 0.0, n, 1.0, (slope, slope))
    tau = autocorrelation_time(residuals)
    n_independent = n / (2.0 * tau)
    left = max(1.0 - _TAKEN / n_independent, 1.0 / n) if n_independent > _TAKEN else 1.0 / n
    deviation = math.sqrt(float(residuals @ residuals) / n / left / spread)
    error = deviation / math.sqrt(n_independent)
    reach = student_quantile(_CONFIDENCE, max(_FREEDOM * (n_independent - _TAKEN), 1.0)) * error
    return Estimate(slope, unit, deviation, error, n, n_independent, (slope - reach, slope + reach))
