"""Error bars that hold the truth as often as they say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import lfilter

from gbglass.analysis.statistics import THIN, autocorrelation_time, estimate, is_thin
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError


def correlated(rng: np.random.Generator, n_series: int, n: int, memory: float) -> FloatArray:
    """Series x_k = memory x_(k-1) + noise around 0, in equilibrium from the start [(n_series, n)]."""
    noise = rng.normal(size=(n_series, n))
    noise[:, 0] /= np.sqrt(1 - memory**2)
    series: FloatArray = lfilter([1.0], [1.0, -memory], noise, axis=1)
    return series


def exact_time(memory: float) -> float:
    """½ + Σ memory^k, the sum of a geometric series."""
    return 0.5 + memory / (1 - memory)


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9, 0.97])
def test_the_autocorrelation_time_of_a_known_process(memory: float) -> None:
    series = correlated(np.random.default_rng(1), 1, 400_000, memory)[0]
    assert_allclose(autocorrelation_time(series), exact_time(memory), rtol=0.06)


def test_an_alternating_series_is_never_better_than_independent() -> None:
    assert autocorrelation_time(correlated(np.random.default_rng(2), 1, 10_000, -0.8)[0]) == 0.5


@pytest.mark.parametrize(
    ("memory", "n"),
    [(0.0, 25), (0.5, 75), (0.8, 225), (0.9, 475), (0.95, 975), (0.0, 200), (0.8, 500), (0.9, 1000), (0.95, 4000)],
)  # the first five last exactly 50 autocorrelation times, the shortest that must hold
def test_the_95_per_cent_interval_holds_the_truth_95_per_cent_of_the_time(memory: float, n: int) -> None:
    assert n / exact_time(memory) >= 50 - 1e-9
    held = [
        low < 0.0 < high
        for low, high in (
            estimate(series, "1").interval for series in correlated(np.random.default_rng(3), 2000, n, memory)
        )
    ]
    assert 0.93 <= np.mean(held) <= 0.97  # 2000 draws of 95 % scatter by 0.5 %


def test_below_twenty_autocorrelation_times_most_series_are_called_thin() -> None:
    memory, n = 0.95, 195
    assert n / exact_time(memory) < 20
    thin = [is_thin(estimate(series, "1")) for series in correlated(np.random.default_rng(4), 300, n, memory)]
    assert np.mean(thin) > 0.5


@pytest.mark.parametrize("lasting", [3, 10, 20])
def test_a_series_that_is_not_thin_seldom_excludes_the_truth(lasting: int) -> None:
    """A wrong verdict takes an interval without the truth and a series that hides how short it is."""
    memory = 0.9
    n = int(lasting * exact_time(memory))
    means = [estimate(series, "1") for series in correlated(np.random.default_rng(7), 1000, n, memory)]
    wrong = [mean.excludes_zero and not is_thin(mean) for mean in means]
    assert np.mean(wrong) < 0.12  # 0.05 would take twice as many samples; 1000 draws scatter by 1 %


@pytest.mark.parametrize("n", [4, 5, 8])
def test_the_shortest_series_have_a_finite_interval_and_are_thin(n: int) -> None:
    mean = estimate(np.arange(n, dtype=np.float64), "1")
    low, high = mean.interval
    assert np.isfinite([low, high, mean.standard_error, mean.n_independent]).all()
    assert low < mean.value < high
    assert is_thin(mean)


@pytest.mark.parametrize("n", [8, 20, 300, 3000])
def test_a_trend_is_thin_however_many_frames_show_it(n: int) -> None:
    """Lithium still on its way has one long relaxation, not many samples."""
    assert is_thin(estimate(1.0 - np.exp(-np.arange(n) / (0.7 * n)), "1"))


def test_the_spread_of_frames_does_not_shrink_but_the_error_does() -> None:
    series = correlated(np.random.default_rng(5), 1, 64_000, 0.9)[0]
    short, long = estimate(series[:4000], "1"), estimate(series, "1")
    assert_allclose(short.standard_deviation, long.standard_deviation, rtol=0.1)
    assert_allclose(short.standard_error / long.standard_error, 4.0, rtol=0.3)
    assert_allclose(long.n_independent, 64_000 / (2 * exact_time(0.9)), rtol=0.2)


def test_a_constant_series_is_one_sample() -> None:
    mean = estimate(np.full(100, 7.0), "atoms")
    assert mean.value == 7.0
    assert mean.standard_error == 0.0
    assert mean.n_independent == 1.0 < THIN


def test_units_scale_and_offset_go_through(  # the law of linear change of variable
) -> None:
    series = correlated(np.random.default_rng(6), 1, 2000, 0.7)[0]
    plain, changed = estimate(series, "1"), estimate(3.0 * series + 1e4, "1")
    assert_allclose(changed.standard_error, 3.0 * plain.standard_error, rtol=1e-9)
    assert_allclose(changed.value, 3.0 * plain.value + 1e4, rtol=1e-12)


@pytest.mark.parametrize("series", [[1.0, 2.0], [1.0, 2.0, np.nan, 3.0, 4.0]])
def test_too_little_or_broken_data_is_refused(series: list[float]) -> None:
    with pytest.raises(InputError, match="4 or more finite samples"):
        estimate(np.array(series), "1")
