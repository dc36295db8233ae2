"""Rank correlation over cells: known correlations are held, a shared cell is no second sample."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import spearmanr

from gbglass.analysis.correlation import rank_correlation
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError


def cells(rng: np.random.Generator, n_cells: int, rho: float) -> tuple[list[FloatArray], list[FloatArray]]:
    """Pairs of boundaries of which one gains what the other loses, correlated normal variables."""
    x, noise = (0.8 * rng.normal(size=(n_cells, 1)) * [1, -1] + 0.6 * rng.normal(size=(n_cells, 2)) for _ in range(2))
    return list(x), list(rho * x + math.sqrt(1 - rho**2) * noise)


@pytest.mark.parametrize(("rho", "n_cells"), [(0.0, 10), (0.7, 10), (0.0, 6), (0.9, 6)])
def test_intervals_hold_the_truth_at_least_as_often_as_they_say(rho: float, n_cells: int) -> None:
    rng, held = np.random.default_rng(1), []
    true = 6 / math.pi * math.asin(rho / 2)  # of normal variables
    for _ in range(60):
        low, high = rank_correlation(*cells(rng, n_cells, rho), rng).interval
        held.append(low < true < high)
    assert np.mean(held) >= 0.9  # 60 draws of 95 % scatter by 2.8 %


def test_a_drawing_that_correlates_perfectly_does_not_drown_what_six_cells_say() -> None:
    rng = np.random.default_rng(6)
    assert np.mean([rank_correlation(*cells(rng, 6, 0.95), rng).decided for _ in range(40)]) > 0.2


def test_the_value_is_spearmans_and_the_p_value_that_of_chance() -> None:
    rng = np.random.default_rng(2)
    x, y = cells(rng, 12, 0.6)
    found = rank_correlation(x, y, rng)
    assert_allclose(found.value, spearmanr(np.concatenate(x), np.concatenate(y)).statistic, rtol=1e-12)
    assert (found.n_cells, found.n_boundaries) == (12, 24)
    x, y = [np.round(one) for one in x], [np.round(one) for one in y]  # ties share the mean of their ranks
    tied = rank_correlation(x, y, rng).value
    assert_allclose(tied, spearmanr(np.concatenate(x), np.concatenate(y)).statistic, rtol=1e-12)
    small = [rank_correlation(*cells(rng, 8, 0.0), rng).p_value < 0.1 for _ in range(200)]
    assert 0.04 < np.mean(small) < 0.17  # 200 draws of 10 % scatter by 2.1 %


def test_boundaries_that_are_copies_of_each_other_are_not_more_samples() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(12, 1)), rng.normal(size=(12, 1))
    y += 0.8 * x
    once = rank_correlation(list(x), list(y), np.random.default_rng(4))
    often = rank_correlation(list(np.repeat(x, 5, axis=1)), list(np.repeat(y, 5, axis=1)), np.random.default_rng(4))
    assert_allclose(often.value, once.value, atol=0.02)
    assert_allclose(np.ptp(often.interval), np.ptp(once.interval), rtol=0.1)


def test_what_cannot_be_correlated_is_refused() -> None:
    rng = np.random.default_rng(5)
    x, y = cells(rng, 8, 0.5)
    for first, second, message in (
        (x[:5], y[:5], "6 cells or more"),
        (x, [*y[:7], y[7][:1]], "cell 8 must have both"),
        (x, [np.ones(2)] * 8, "the same everywhere"),
        ([*x[:7], np.array([np.nan, 1.0])], y, "finite"),
    ):
        with pytest.raises(InputError, match=message):
            rank_correlation(first, second, rng)
