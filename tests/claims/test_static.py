"""Claims 7 and 20 on records that never ran: as claimed, the other way, undecided, and without what they rest on."""

from typing import Any

import pytest

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Judgement
from gbglass.claims.registry import judge_cases
from gbglass.report.records import quantity
from tests.claims.made import made


def of(judgements: tuple[Judgement, ...], number: int) -> Judgement:
    (found,) = [one for one in judgements if one.claim.number == number]
    return found


def volts(own: tuple[float, float], gpaw: tuple[float, float], lacking: int = 0) -> CaseRecord:
    spans = [(0.0, 0.5), (0.5, 1.0)]
    found: dict[str, Any] = {
        "potential_is": "mine",
        "sources": {"mine": {"plateaus": [{"voltage": quantity(v, "V")} for v in own]}},
        "against": {
            "gpaw-pbe": {
                "plateaus": [
                    {
                        "from": quantity(a, "1"), "to": quantity(b, "1"), "voltage": quantity(g, "V"),
                        "potential_minus_this": quantity(v - g, "V"),
                    }
                    for (a, b), v, g in zip(spans, own, gpaw, strict=True)
                ],
                "corners_lacking": quantity(lacking, "corners"),
            }
        },
    }  # fmt: skip
    return made("voltage", 1, {"contents": [0.0, 0.5, 1.0]}, found)


@pytest.mark.parametrize(
    ("own", "lacking", "word"),
    [
        ((1.8, 0.9), 0, "reproduced"),
        ((1.3, 1.2), 0, "contradicted"),
        ((1.8, 0.9), 1, "contradicted"),
        ((1.8, -0.1), 0, "contradicted"),
    ],
)
def test_7_the_steps_are_those_of_dft(own: tuple[float, float], lacking: int, word: str) -> None:
    found = of(judge_cases([volts(own, (1.9, 0.8), lacking)]), 7)
    assert found.verdict == word
    measured = [next(iter(part.effect.by_seed.values())) for part in found.parts]
    assert measured == pytest.approx([min(own), max(abs(own[0] - 1.9), abs(own[1] - 0.8)) / 0.55, lacking])


def test_7_without_gpaw_says_what_is_missing() -> None:
    case = made("voltage", 1, {}, {"potential_is": "mine", "sources": {}, "against": {}})
    found = of(judge_cases([case]), 7)
    assert found.verdict == "undecided"
    assert "[gpaw]" in found.needed


def electrons(seed: int, gathered: float, glass: float, off: float = 0.05) -> CaseRecord:
    jitter = (0.01, -0.005, -0.005)[seed % 3]

    def one(density: float, variation: float) -> dict[str, Any]:
        return {
            "density": quantity(density + jitter, "1"), "variation": quantity(variation + 2 * jitter, "1"),
            "boundary_density": quantity(gathered + jitter, "1"), "off_the_fewest": quantity(off, "1"),
        }  # fmt: skip

    found = {
        "interfaces": {
            "LLZO-GB/Li": {"1": one(1.4 * gathered, 0.5), "2": one(1.0, 0.1)},
            "LLZO-A/Li": {"1": one(1.4, glass), "2": one(1.0, 0.1)},
            "LLZO/Li": {"1": one(1.3, 0.4), "2": one(1.0, 0.1)},
        }
    }
    return made("charge", seed, {"electrons": [1, 2]}, found)


@pytest.mark.parametrize(
    ("gathered", "glass", "word"),
    [(1.3, 0.2, "reproduced"), (0.8, 0.2, "contradicted"), (1.3, 0.8, "contradicted")],
)
def test_20_electrons_gather_at_the_boundary_and_spread_over_the_glass(
    gathered: float, glass: float, word: str
) -> None:
    assert of(judge_cases([electrons(seed, gathered, glass) for seed in (1, 2, 3)]), 20).verdict == word


def test_20_two_seeds_or_electrons_that_do_not_add_up_decide_nothing() -> None:
    few = of(judge_cases([electrons(seed, 1.3, 0.2) for seed in (1, 2)]), 20)
    assert few.verdict == "undecided"
    odd = of(judge_cases([electrons(seed, 1.3, 0.2, off=0.7) for seed in (1, 2, 3)]), 20)
    assert odd.verdict == "undecided"
    assert "do not add up" in odd.reason
    none = made("charge", 1, {}, {"interfaces": {}})
    assert "[gpaw]" in of(judge_cases([none]), 20).needed
