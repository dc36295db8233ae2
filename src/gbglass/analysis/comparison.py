r"""Two runs or structures against each other: the difference, its interval, a p-value that knows of correlation.

Each mean comes with the standard error of its independent samples and the degrees of freedom of its interval, so that
the difference is judged by Welch's test,

.. math:: t = \frac{a - b}{\sqrt{s_a^2 + s_b^2}}, \qquad
    ν = \frac{(s_a^2 + s_b^2)^2}{s_a^4/ν_a + s_b^4/ν_b}

(s the standard errors; Welch 1947, doi:10.1093/biomet/34.1-2.28), and not by the number of frames, which would call
nearly every two runs different. What is measured in the same frames, such as the two boundaries of one cell, shares its
fluctuations: `compare_paired` takes the series of their difference. Where there are several runs of each, a run is the
sample: `compare_runs`; or the difference within each run, for two parts of the same runs: `compare_paired_runs`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq

from gbglass.analysis.statistics import THIN, estimate, is_thin
from gbglass.analysis.student import student_quantile, student_tail
from gbglass.core.arrays import FloatArray
from gbglass.core.results import Estimate
from gbglass.errors import InputError

Order = Literal["larger", "smaller", "undecided"]

_CONFIDENCE = 0.975
_LEVEL = 0.05
_MOST_FREEDOM = 1e6
_FEWEST_RUNS = 2


@dataclass(frozen=True)
class Comparison:
    """How the first of two means differs from the second.

    Parameters
    ----------
    difference
        First less second, in `unit`.
    unit
        Of both means.
    standard_error
        Of the difference, in `unit`.
    freedom
        Degrees of freedom of that error [1].
    interval
        95 % confidence interval of the difference, in `unit`.
    p_value
        How probable a difference at least as large would be if there were none [1]; not a number where neither mean
        fluctuates.
    verdict
        The first is ``"larger"``, ``"smaller"``, or it is ``"undecided"``.
    reason
        Why, in a sentence.

    """

    difference: float
    unit: str
    standard_error: float
    freedom: float
    interval: tuple[float, float]
    p_value: float
    verdict: Order
    reason: str


def compare(first: Estimate, second: Estimate) -> Comparison:
    """Compare the means of two runs that know nothing of each other.

    Raises
    ------
    InputError
        If their units differ.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> long, short = (estimate(rng.normal(mean, 1.0, 400), "atoms/nm²") for mean in (3.0, 2.0))
    >>> compare(long, short).verdict, compare(long, short).p_value < 1e-6
    ('larger', True)

    """
    if first.unit != second.unit:
        raise InputError(f"two means must have one unit to be compared, got {first.unit} and {second.unit}")
    squares = np.array([first.standard_error**2, second.standard_error**2])
    freedoms = np.array([_freedom(first), _freedom(second)])
    total = float(squares.sum())
    freedom = total**2 / float((squares**2 / freedoms).sum()) if total > 0.0 else float(freedoms.min())
    thin = [mean for mean in (first, second) if is_thin(mean)]
    doubt = ""
    if thin:
        fewest = min(mean.n_independent for mean in thin)
        doubt = f"only {fewest:.1f} independent samples stand behind one of the means, {THIN:g} are needed"
    return _judge(first.value - second.value, first.unit, math.sqrt(total), freedom, doubt)


def compare_paired(first: FloatArray, second: FloatArray, unit: str) -> Comparison:
    """Compare two series of the same frames, such as those of the two boundaries of a cell.

    Parameters
    ----------
    first, second
        Equally spaced samples of the same instants [`unit`, (n,)].
    unit
        Of the samples.

    Raises
    ------
    InputError
        If they differ in length, or are too short for a mean.

    Examples
    --------
    >>> common, rng = np.cumsum(np.random.default_rng(1).normal(size=400)), np.random.default_rng(2)
    >>> compare_paired(common + rng.normal(1.0, 1.0, 400), common, "atoms").verdict
    'larger'

    """
    if len(first) != len(second):
        raise InputError(f"paired series must be of the same frames, got {len(first)} and {len(second)}")
    mean = estimate(np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64), unit)
    doubt = f"only {mean.n_independent:.1f} independent samples, {THIN:g} are needed" if is_thin(mean) else ""
    return _judge(mean.value, unit, mean.standard_error, _freedom(mean), doubt)


def compare_runs(first: Sequence[Estimate], second: Sequence[Estimate]) -> Comparison:
    """Compare several runs of one kind with several of another; each run, whatever its length, is one sample.

    The spread between runs holds the error within them, so that neither is counted twice.

    Raises
    ------
    InputError
        If there are fewer than two of a kind, or their units differ.

    Examples
    --------
    >>> from dataclasses import replace
    >>> run = estimate(np.random.default_rng(1).normal(0.0, 1.0, 100), "mA/cm²")
    >>> runs = [[replace(run, value=value) for value in values] for values in ((1.0, 1.2, 1.1), (2.0, 2.3, 2.1))]
    >>> compare_runs(*runs).verdict
    'smaller'

    """
    units = {run.unit for run in (*first, *second)}
    if min(len(first), len(second)) < _FEWEST_RUNS or len(units) != 1:
        raise InputError(
            f"comparing runs needs {_FEWEST_RUNS} or more of each kind in one unit, got {len(first)} and "
            f"{len(second)} in {', '.join(sorted(units))}"
        )
    values = [np.array([run.value for run in runs]) for runs in (first, second)]
    squares = np.array([np.var(each, ddof=1) / len(each) for each in values])
    total = float(squares.sum())
    below = np.array([len(each) - 1.0 for each in values])
    freedom = total**2 / float((squares**2 / below).sum()) if total > 0.0 else float(below.min())
    return _judge(float(values[0].mean() - values[1].mean()), units.pop(), math.sqrt(total), freedom, "")


def compare_paired_runs(first: Sequence[Estimate], second: Sequence[Estimate]) -> Comparison:
    """Compare two parts of the same runs, such as the two boundaries of a cell over seeds; each run is one sample.

    Parameters
    ----------
    first, second
        Means of the two parts, of the same runs in the same order.

    Raises
    ------
    InputError
        If there are fewer than two runs, not both parts of each, or their units differ.

    Examples
    --------
    What sets the runs apart, and both parts share, does not count:

    >>> from dataclasses import replace
    >>> run = estimate(np.random.default_rng(1).normal(0.0, 1.0, 100), "atoms/nm²")
    >>> parts = [[replace(run, value=value) for value in values] for values in ((1.0, 5.1, 9.0), (0.4, 4.4, 8.5))]
    >>> compare_paired_runs(*parts).verdict, compare_runs(*parts).verdict
    ('larger', 'undecided')

    """
    units = {run.unit for run in (*first, *second)}
    if len(first) != len(second) or len(first) < _FEWEST_RUNS or len(units) != 1:
        raise InputError(
            f"comparing two parts of the same runs needs both of {_FEWEST_RUNS} runs or more in one unit, got "
            f"{len(first)} and {len(second)} in {', '.join(sorted(units))}"
        )
    differences = np.array([one.value - other.value for one, other in zip(first, second, strict=True)])
    n = len(differences)
    error = float(differences.std(ddof=1)) / math.sqrt(n)
    return _judge(float(differences.mean()), units.pop(), error, n - 1.0, "")


def correct_for_many(p_values: FloatArray) -> FloatArray:
    """Raise p-values so that one of several comparisons being wrong is as rare as each claims (Holm 1979).

    Parameters
    ----------
    p_values
        Of several comparisons, such as of eleven regions [1, (n,)].

    Examples
    --------
    >>> correct_for_many(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]

    """
    order = np.argsort(p_values)
    raised = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(raised, 1.0)
    return corrected


def _judge(difference: float, unit: str, error: float, freedom: float, doubt: str) -> Comparison:
    if error == 0.0:
        reason = "neither of the two fluctuates, so nothing is known of their errors"
        return Comparison(difference, unit, 0.0, freedom, (-math.inf, math.inf), math.nan, "undecided", reason)
    reach = student_quantile(_CONFIDENCE, freedom) * error
    low, high = difference - reach, difference + reach
    p_value = 2.0 * student_tail(abs(difference) / error, freedom)
    verdict: Order = "larger" if difference > 0.0 else "smaller"
    reason = f"the 95 % interval of the difference is {low:.4g} to {high:.4g} {unit}, p = {p_value:.2g}"
    if p_value >= _LEVEL or doubt:
        verdict = "undecided"
        reason = f"{doubt}; {reason}" if doubt else reason
    return Comparison(difference, unit, error, freedom, (low, high), p_value, verdict, reason)


def _freedom(mean: Estimate) -> float:
    """Return the degrees of freedom that a mean's own interval was made with."""
    if mean.standard_error == 0.0:
        return 1.0
    width = 0.5 * (mean.interval[1] - mean.interval[0]) / mean.standard_error
    if width >= student_quantile(_CONFIDENCE, 1.0):
        return 1.0
    if width <= student_quantile(_CONFIDENCE, _MOST_FREEDOM):
        return _MOST_FREEDOM
    return float(brentq(lambda freedom: student_quantile(_CONFIDENCE, freedom) - width, 1.0, _MOST_FREEDOM))
