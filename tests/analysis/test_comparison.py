"""Differences between runs: what is the same is called different as often as the p-value says, and no more."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import lfilter
from scipy.stats import ttest_ind, ttest_rel

from gbglass.analysis.comparison import (
    compare,
    compare_paired,
    compare_paired_runs,
    compare_runs,
    correct_for_many,
)
from gbglass.analysis.equilibration import find_equilibration
from gbglass.analysis.rates import mean_rate
from gbglass.analysis.statistics import estimate
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError

LEVELS = np.array([0.02, 0.05, 0.1, 0.25, 0.5, 0.75])


def correlated(rng: np.random.Generator, n: int, tau: float) -> FloatArray:
    """A first-order autoregressive series of unit variance."""
    memory = math.exp(-1.0 / tau)
    noise = rng.normal(size=n + int(20 * tau))
    series: FloatArray = lfilter([math.sqrt(1.0 - memory**2)], [1.0, -memory], noise)[-n:]
    return series


def spaced(n: int, spacing: float) -> FloatArray:
    return spacing * np.arange(n, dtype=np.float64)


def spread_evenly(p_values: list[float], slack: float) -> None:
    below = np.mean(np.array(p_values)[:, None] < LEVELS, axis=0)
    noise = 3.0 * np.sqrt(LEVELS * (1.0 - LEVELS) / len(p_values))
    assert (np.abs(below - LEVELS) <= noise + slack).all(), dict(zip(LEVELS.tolist(), below.tolist(), strict=True))


@pytest.mark.parametrize(("n", "tau"), [(600, 4.0), (1500, 20.0)])
def test_p_values_of_equal_runs_are_evenly_spread(n: int, tau: float) -> None:
    """T/τ of 75 and 150; frames taken as independent would give p < 0.05 two times in three."""
    rng = np.random.default_rng(1)
    p_values = [compare(*(estimate(correlated(rng, n, tau), "atoms") for _ in range(2))).p_value for _ in range(500)]
    spread_evenly(p_values, slack=0.03)


def test_a_long_run_against_a_short_one_and_spreads_that_differ() -> None:
    rng, p_values = np.random.default_rng(2), []
    for _ in range(500):
        long, short = correlated(rng, 2000, 5.0), 3.0 * correlated(rng, 500, 5.0)
        p_values.append(compare(estimate(long, "atoms"), estimate(short, "atoms")).p_value)
    spread_evenly(p_values, slack=0.03)


def test_intervals_hold_the_difference_that_was_put_in() -> None:
    rng, held = np.random.default_rng(3), []
    for _ in range(300):
        low, high = compare(*(estimate(correlated(rng, 800, 6.0) + m, "atoms") for m in (2.0, 1.3))).interval
        held.append(low < 0.7 < high)
    assert 0.92 <= np.mean(held) <= 0.98


def test_p_values_of_runs_are_evenly_spread_though_seeds_differ_more_than_frames() -> None:
    rng, p_values = np.random.default_rng(4), []
    one = estimate(rng.normal(size=50), "GPa")
    for _ in range(2000):
        runs = [[replace(one, value=float(v)) for v in rng.normal(0.0, s, n)] for s, n in ((1.0, 4), (1.0, 5))]
        p_values.append(compare_runs(*runs).p_value)
    spread_evenly(p_values, slack=0.01)


def test_paired_runs_are_compared_as_by_scipy_and_two_are_enough() -> None:
    rng = np.random.default_rng(6)
    first, second = rng.normal(3.0, 1.0, 7), rng.normal(2.0, 2.0, 7)
    runs = [[replace(estimate(rng.normal(size=50), "K"), value=float(v)) for v in values] for values in (first, second)]
    found, expected = compare_paired_runs(*runs), ttest_rel(first, second)
    assert_allclose(found.p_value, expected.pvalue, rtol=1e-9, atol=0)
    assert_allclose(found.interval, expected.confidence_interval(), rtol=1e-9, atol=0)
    assert compare_paired_runs(runs[0][:2], runs[1][:2]).freedom == 1.0
    for wrong in ((runs[0][:1], runs[1][:1]), (runs[0], runs[1][:3]), ([], [])):
        with pytest.raises(InputError, match="needs both of 2 runs or more in one unit"):
            compare_paired_runs(*wrong)


def test_boundaries_that_are_alike_are_rarely_called_different_from_where_their_difference_is_at_rest() -> None:
    """Searching for the equilibrium looks at the data first: p-values must stay evenly spread all the same."""
    rng, below = np.random.default_rng(12), []
    for _ in range(200):
        shared, own = (correlated(rng, 600, 4.0) for _ in range(2))
        first, second = shared + own, shared - own
        start = find_equilibration(np.arange(600.0), first - second).first
        below.append(compare_paired(first[start:], second[start:], "atoms").p_value < 0.05)
    assert 0.01 <= np.mean(below) <= 0.11  # 200 draws scatter by 1.8 %; of 1000 it was 6.7 %, of whole series 6.5 %


def test_runs_are_compared_as_by_scipy() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(0.0, 1.0, 4), rng.normal(1.0, 3.0, 6)
    one = estimate(rng.normal(size=50), "GPa")
    ours = compare_runs(*([replace(one, value=float(v)) for v in each] for each in values))
    theirs = ttest_ind(*values, equal_var=False)
    assert_allclose(ours.p_value, theirs.pvalue, rtol=1e-10)
    assert_allclose(ours.interval, theirs.confidence_interval(0.95), rtol=1e-10)


def test_what_two_series_share_cancels_in_pairs() -> None:
    rng = np.random.default_rng(6)
    shared = 10.0 * correlated(rng, 1000, 30.0)
    one, other = shared + correlated(rng, 1000, 2.0) + 0.5, shared + correlated(rng, 1000, 2.0)
    assert compare_paired(one, other, "atoms").verdict == "larger"
    assert compare(estimate(one, "atoms"), estimate(other, "atoms")).verdict == "undecided"


@pytest.mark.parametrize("by", [100.0, -1e5])
def test_a_number_added_to_both_and_a_swap_change_nothing_else(by: float) -> None:
    rng = np.random.default_rng(7)
    one, other = correlated(rng, 500, 4.0) + 1.0, correlated(rng, 500, 4.0)
    here = compare(estimate(one, "Å"), estimate(other, "Å"))
    there = compare(estimate(other + by, "Å"), estimate(one + by, "Å"))
    assert_allclose(there.p_value, here.p_value, rtol=1e-6)
    assert_allclose(there.interval, (-here.interval[1], -here.interval[0]), rtol=1e-6)
    assert {here.verdict, there.verdict} == {"larger", "smaller"}


def test_what_is_thin_still_or_of_another_kind_is_not_decided() -> None:
    rng = np.random.default_rng(8)
    thin = estimate(correlated(rng, 100, 30.0) + 50.0, "atoms")
    long = estimate(correlated(rng, 1000, 2.0), "atoms")
    assert compare(thin, long).verdict == "undecided"
    assert "independent samples" in compare(thin, long).reason
    still = compare(estimate(np.full(50, 2.0), "atoms"), estimate(np.full(50, 1.0), "atoms"))
    assert (still.verdict, math.isnan(still.p_value)) == ("undecided", True)
    with pytest.raises(InputError, match="one unit"):
        compare(long, replace(long, unit="GPa"))
    with pytest.raises(InputError, match="same frames"):
        compare_paired(np.zeros(10), np.zeros(11), "Å")
    with pytest.raises(InputError, match="2 or more of each"):
        compare_runs([long], [long, long])


def test_many_comparisons_are_corrected_one_by_one() -> None:
    p = np.random.default_rng(9).uniform(0.0, 0.2, 7)
    slow, highest = {}, 0.0
    for rank, k in enumerate(sorted(range(7), key=lambda k: p[k])):
        highest = max(highest, min(1.0, (7 - rank) * p[k]))
        slow[k] = highest
    assert_allclose(correct_for_many(p), [slow[k] for k in range(7)])


@pytest.mark.parametrize("kind", ["crossings", "crossings that rattle", "a slowly changing current"])
def test_intervals_of_rates_hold_the_true_rate(kind: str) -> None:
    rng, times, held = np.random.default_rng(10), spaced(800, 0.5), []
    for _ in range(300):
        chance = rng.poisson(0.1, 800) if "crossings" in kind else 0.1 + 0.3 * correlated(rng, 800, 8.0)
        series = np.cumsum(np.asarray(chance, dtype=np.float64))
        if "rattle" in kind:
            series += 3.0 * correlated(rng, 800, 4.0)
        low, high = mean_rate(times, series, "atoms/ps").interval
        held.append(low < 0.2 < high)
    assert 0.91 <= np.mean(held) <= 1.0  # 300 draws of 95 % scatter by 1.3 %; what rattles is bounded from above


def test_a_line_has_its_slope_and_nothing_else_is_guessed() -> None:
    times = 3.0 + spaced(50, 0.25)
    rate = mean_rate(times, 100.0 - 2.0 * times, "Å/ps")
    assert_allclose(rate.value, -2.0, rtol=1e-9)
    assert_allclose(rate.interval, (-2.0, -2.0), rtol=1e-6)
    with pytest.raises(InputError, match="32 samples"):
        mean_rate(times[:20], times[:20], "Å/ps")
    with pytest.raises(InputError, match="equally spaced"):
        mean_rate(times**2, times, "Å/ps")
