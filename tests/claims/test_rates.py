"""Claims about rates, which are of either sign: a cell that blocks scatters about 0 and is the paper's own case."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Judgement
from gbglass.claims.ratio import ratio_interval
from gbglass.claims.registry import judge_cases
from gbglass.report.records import quantity
from tests.claims.made import made

LAYERS = ("layer-0", "layer-1", "layer-2", "layer-3")
CELLS = (("cell-1", False), ("cell-1", True), ("cell-2", False), ("cell-2", True))
THICKNESSES = {"thin": (12.0, 9.0), "thick LLZO": (24.0, 9.0), "thick LixZr2O4": (12.0, 18.0)}
BLOCKED = (-0.2, 0.1, 0.05)
Rates = Sequence[float]


def verdict(cases: Sequence[CaseRecord], number: int) -> Judgement:
    (found,) = (one for one in judge_cases(cases) if one.claim.number == number)
    return found


def cells(study: str, asked: Mapping[str, Any], rates: Rates) -> list[CaseRecord]:
    """A cell that discharges at one rate a seed."""
    return [
        made(study, seed, {"cell": {"twin": False, **asked}}, {"rate": {"current_density": quantity(rate, "mA/cm²")}})
        for seed, rate in enumerate(rates, start=1)
    ]


def layers(rates: Sequence[Rates]) -> list[CaseRecord]:
    """Layer-0 to layer-3."""
    pairs = zip(LAYERS, rates, strict=True)
    return [case for model, some in pairs for case in cells("amorphisation", {"model": model}, some)]


def lying(rates: Sequence[Rates]) -> list[CaseRecord]:
    """The parallel boundary, its twin, the crossing one, its twin."""
    pairs = zip(CELLS, rates, strict=True)
    return [
        case for (model, twin), some in pairs for case in cells("orientation", {"model": model, "twin": twin}, some)
    ]


def thicknesses(rates: Sequence[Rates]) -> list[CaseRecord]:
    """A thin cell, one with more LLZO, one with more LixZr2O4."""
    pairs = zip(THICKNESSES.values(), rates, strict=True)
    return [
        case
        for (llzo, lzo), some in pairs
        for case in cells("discharge", {"model": "cell-2", "llzo_A": llzo, "lzo_A": lzo}, some)
    ]


def test_13_a_layer_that_blocks_is_slower_than_one_that_does_not() -> None:
    flows = (4.0, 4.1, 3.9)
    found = verdict(layers([flows, flows, BLOCKED, BLOCKED[::-1]]), 13)
    assert found.verdict == "reproduced", found.reason
    assert found.parts[0].effect.by_seed == pytest.approx({"1": 4.2, "2": 4.0, "3": 3.85})
    assert found.parts[0].effect.unit == "mA/cm²"
    assert verdict(layers([BLOCKED, flows, flows, flows]), 13).verdict == "contradicted"


def test_10_a_boundary_that_blocks_is_slowest() -> None:
    assert verdict(lying([BLOCKED, (4.0, 4.1, 3.9), (2.0, 2.1, 1.9), (4.0, 4.1, 3.9)]), 10).verdict == "reproduced"
    assert verdict(lying([(4.0, 4.1, 3.9), BLOCKED, (2.0, 2.1, 1.9), (4.0, 4.1, 3.9)]), 10).verdict == "contradicted"


def test_8_a_thick_cell_that_blocks_has_another_rate_and_so_has_a_thin_one() -> None:
    flows = (10.0, 10.1, 9.9)
    slower = verdict(thicknesses([flows, BLOCKED, (5.0, 5.1, 4.9)]), 8)
    assert slower.verdict == "reproduced", slower.reason
    assert "lies below 0 mA/cm²; the ratio is -0.04" in slower.parts[0].reason
    faster = verdict(thicknesses([BLOCKED, flows, flows]), 8)
    assert faster.verdict == "reproduced"
    assert "the ratio has no interval" in faster.reason


def test_8_rates_that_all_scatter_about_0_decide_nothing_and_say_why() -> None:
    found = verdict(thicknesses([BLOCKED, BLOCKED[::-1], (0.1, -0.1, 0.02)]), 8)
    assert found.verdict == "undecided"
    for part in found.parts:
        assert "the ratio has no interval, as that of the thinnest cell's rate does not lie above 0" in part.reason


@pytest.mark.parametrize(("spread", "word"), [(0.005, "contradicted"), (0.015, "undecided")])
def test_8_is_contradicted_by_an_interval_within_5_percent_of_1_at_the_level_of_two_parts(
    spread: float, word: str
) -> None:
    """Student's t of three seeds: 6.2 × 0.015 / √3 is 5.4 % at 97.5 %, though 4.3 × 0.015 / √3 at 95 % is 3.7 %."""
    same = tuple(10.0 * (1.0 + spread * one) for one in (1.0, -1.0, 0.0))
    assert verdict(thicknesses([(10.0, 10.0, 10.0), same, (30.0, 31.0, 29.0)]), 8).verdict == word


def test_a_seed_without_a_value_is_told() -> None:
    flows, slow = (4.0, 4.1, 3.9, 4.0), (1.0, 1.1, 0.9, math.nan)
    found = verdict(layers([flows, flows, slow, slow[:3]]), 13)
    assert found.verdict == "reproduced"
    assert [part.reason.endswith("(no value of seed 4)") for part in found.parts] == [True] * 4


def student(values: Rates, level: float) -> tuple[float, float]:
    found = stats.ttest_1samp(values, 0.0).confidence_interval(1.0 - level)
    return float(found.low), float(found.high)


def naive(parts: Sequence[Rates]) -> str:
    """What is to lie above 0, by scipy's t test."""
    if all(student(part, 0.05)[0] > 0.0 for part in parts):
        return "reproduced"
    return "contradicted" if any(student(part, 0.05 / len(parts))[1] < 0.0 for part in parts) else "undecided"


def drawn(rng: np.random.Generator, n: int) -> list[Rates]:
    """Rates of several cells, some of which block and some of which run backwards."""
    seeds = int(rng.integers(3, 7))
    return [rng.normal(rng.choice([-1.0, 0.0, 1.0, 3.0]), rng.choice([0.1, 0.5]), seeds).tolist() for _ in range(n)]


def less(one: Rates, other: Rates) -> Rates:
    return [a - b for a, b in zip(one, other, strict=True)]


def test_10_and_13_are_scipys_t_test_of_paired_differences() -> None:
    rng, words = np.random.default_rng(5), set()
    for _ in range(150):
        a, b, c, d = drawn(rng, 4)
        expected = naive([less(a, c), less(a, d), less(b, c), less(b, d)])
        assert verdict(layers([a, b, c, d]), 13).verdict == expected
        words.add(expected)
        expected = naive([less(b, a), less(d, c), less(c, a)])
        assert verdict(lying([a, b, c, d]), 10).verdict == expected
    assert words == {"reproduced", "contradicted", "undecided"}


def naive_thickness(thin: Rates, thicks: Sequence[Rates]) -> str:
    """Two one-sided tests for sameness, and scipy's t test for a difference."""

    def over(factor: float, thick: Rates) -> tuple[float, float]:
        return student([a - factor * b for a, b in zip(thick, thin, strict=True)], 0.025)

    differ = [not low <= 0.0 <= high for low, high in (student(less(thick, thin), 0.05) for thick in thicks)]
    alike = [over(math.exp(0.05), thick)[1] < 0.0 < over(math.exp(-0.05), thick)[0] for thick in thicks]
    if all(differ):
        return "reproduced"
    return "contradicted" if any(a and not d for a, d in zip(alike, differ, strict=True)) else "undecided"


def test_8_is_a_t_test_for_a_difference_and_two_one_sided_ones_for_none() -> None:
    rng, words = np.random.default_rng(6), []
    for _ in range(200):
        thin, thick, other = drawn(rng, 3)
        if rng.random() < 0.5:
            other = (np.array(thin) * rng.normal(1.0, 0.01, len(thin))).tolist()
        expected = naive_thickness(thin, [thick, other])
        assert verdict(thicknesses([thin, thick, other]), 8).verdict == expected
        words.append(expected)
    assert all(words.count(word) > 10 for word in ("reproduced", "contradicted", "undecided"))


def test_at_the_ends_of_fiellers_interval_t_is_at_its_quantile() -> None:
    rng = np.random.default_rng(7)
    for _ in range(100):
        below = rng.normal(5.0, 0.5, 5)
        above = rng.normal(rng.choice([-3.0, 0.0, 6.0]), 0.7, 5) + 0.5 * below
        ends = ratio_interval(above.tolist(), below.tolist(), 0.05)
        assert ends is not None
        assert ends[0] < above.mean() / below.mean() < ends[1]
        for end in ends:
            assert abs(stats.ttest_1samp(above - end * below, 0.0).statistic) == pytest.approx(2.7764451, rel=1e-6)


def test_fiellers_interval_misses_the_ratio_as_often_as_it_says() -> None:
    rng = np.random.default_rng(8)
    n, missed = 4000, 0
    for _ in range(n):
        below = rng.normal(5.0, 0.5, 4)
        found = ratio_interval((2.0 * below + rng.normal(0.0, 1.0, 4)).tolist(), below.tolist(), 0.05)
        assert found is not None
        missed += not found[0] < 2.0 < found[1]
    assert missed / n == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / n))
