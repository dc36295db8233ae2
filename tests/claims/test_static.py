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


SPANS = [(0.0, 0.5), (0.5, 1.0)]
ONE_PLATEAU = [(0.0, 1.0)]


def plateaus(volts: tuple[float, ...]) -> list[dict[str, Any]]:
    spans = SPANS if len(volts) == len(SPANS) else ONE_PLATEAU
    return [
        {"from": quantity(a, "1"), "to": quantity(b, "1"), "voltage": quantity(v, "V")}
        for (a, b), v in zip(spans, volts, strict=True)
    ]


def volts(
    own: tuple[float, ...], gpaw: tuple[float, float] | None, seed: int = 1, rattle: float | None = 0.05
) -> CaseRecord:
    jitter = (0.01, -0.005, -0.005)[seed % 3]
    found: dict[str, Any] = {
        "potential_is": "mine",
        "sources": {"mine": {"plateaus": plateaus(tuple(v + jitter for v in own))}},
        "against": {} if gpaw is None else {"gpaw-pbe": {"plateaus": plateaus(gpaw)}},
    }
    return made("voltage", seed, {"contents": [0.0, 0.5, 1.0], "rattle_A": rattle}, found)


@pytest.mark.parametrize(
    ("own", "word", "middle"),
    [
        ((1.8, 0.9), "reproduced", (0.9, 0.1 / 0.55, 0.0)),
        ((1.3, 1.2), "contradicted", (1.2, 0.6 / 0.55, 0.0)),
        ((1.35,), "contradicted", (1.35, 0.55 / 0.55, 1.0)),
        ((1.8, -0.1), "contradicted", (-0.1, 0.9 / 0.55, 0.0)),
    ],
)
@pytest.mark.parametrize("of_one", [False, True], ids=["each seed", "one seed"])
def test_7_the_steps_are_those_of_dft(
    own: tuple[float, ...], word: str, middle: tuple[float, ...], *, of_one: bool
) -> None:
    gpaw = (1.9, 0.8)
    cases = [volts(own, None if of_one and seed != 2 else gpaw, seed) for seed in (1, 2, 3)]
    found = of(judge_cases(cases), 7)
    assert found.verdict == word
    assert [part.estimate.value for part in found.parts if part.estimate] == pytest.approx(middle, abs=0.02)


def test_7_seeds_that_put_nothing_off_its_place_are_one_sample() -> None:
    same = of(judge_cases([volts((1.8, 0.9), (1.9, 0.8), seed, rattle=None) for seed in (1, 2, 3)]), 7)
    assert (same.verdict, same.n_seeds) == ("undecided", 1)
    assert "1 seed, 3 are needed" in same.parts[0].reason


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
