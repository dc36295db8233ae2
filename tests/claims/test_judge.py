"""The one rule: known effects get their word; one at its threshold is called reproduced once in forty times."""

import dataclasses
import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement, Side
from gbglass.claims.judge import Doubt, absent, judge, mean_over_seeds
from gbglass.claims.pick import most_seeds, once_each, pairs_by_seed, sort_by
from gbglass.errors import InputError
from tests.claims.made import made

CLAIM = Claim(99, "transport", "It is so.", "Fig. 0", "x above 1", date(2026, 11, 27))
CASES = [made("transport", seed, {}, {}) for seed in (1, 2, 3)]


def effect(values: Sequence[float], side: Side = "above", threshold: float = 1.0) -> Effect:
    return Effect("x", "Å", threshold, side, {str(seed): value for seed, value in enumerate(values, start=1)})


def judged(*effects: Effect, doubt: Doubt | None = None) -> Judgement:
    return judge(CLAIM, effects, CASES, doubt)


def test_three_seeds_beyond_short_of_and_on_the_threshold() -> None:
    assert judged(effect([2.0, 2.1, 1.9])).verdict == "reproduced"
    assert judged(effect([0.0, 0.1, -0.1])).verdict == "contradicted"
    assert judged(effect([0.5, 1.0, 1.5])).verdict == "undecided"
    assert judged(effect([0.0, 0.1, -0.1], "below")).verdict == "reproduced"
    assert judged(effect([2.0, 2.1, 1.9], "below")).verdict == "contradicted"


def test_the_interval_is_students_over_seeds() -> None:
    mean = mean_over_seeds({"1": 1.0, "2": 2.0, "3": 4.0, "4": math.nan}, "Å")
    assert mean is not None
    reach = 4.302652729696142 * np.std([1.0, 2.0, 4.0], ddof=1) / math.sqrt(3)
    assert mean.interval == pytest.approx((7 / 3 - reach, 7 / 3 + reach), rel=1e-8)
    assert mean.n_frames == 3


@pytest.mark.parametrize("values", [[], [100.0], [100.0, 100.1], [100.0, 100.1, math.nan]])
def test_fewer_than_three_seeds_decide_nothing_whatever_the_numbers(values: list[float]) -> None:
    found = judged(effect(values))
    assert found.verdict == "undecided"
    assert "more seed" in found.needed


def test_an_effect_on_its_threshold_is_called_reproduced_once_in_forty_times() -> None:
    rng = np.random.default_rng(1)
    n = 4000
    for seeds in (3, 5):
        words = [judged(effect(rng.normal(1.0, 0.3, seeds).tolist())).verdict for _ in range(n)]
        for word in ("reproduced", "contradicted"):
            assert words.count(word) / n == pytest.approx(0.025, abs=4 * math.sqrt(0.025 * 0.975 / n))


def test_a_claim_of_parts_needs_all_and_is_contradicted_no_oftener_than_one_part() -> None:
    good, bad, open_ = effect([2.0, 2.1, 1.9]), effect([0.0, 0.1, -0.1]), effect([0.5, 1.0, 1.5])
    assert judged(good, good).verdict == "reproduced"
    assert judged(good, bad).verdict == "contradicted"
    assert judged(good, open_).verdict == "undecided"
    rng = np.random.default_rng(2)
    n = 4000
    words = [judged(*(effect(rng.normal(1.0, 0.3, 4).tolist()) for _ in range(3))).verdict for _ in range(n)]
    assert words.count("contradicted") / n <= 0.025 + 4 * math.sqrt(0.025 * 0.975 / n)


def test_the_seeds_that_are_said_to_be_needed_do_decide() -> None:
    found = judged(effect([0.9, 1.3, 1.6]))
    part = found.parts[0]
    assert found.verdict == "undecided"
    assert part.needed_seeds is not None
    assert part.estimate is not None
    n = 3 + part.needed_seeds
    mean, spread = part.estimate.value, part.estimate.standard_deviation
    pattern = np.resize([-1.0, 1.0], n) if n % 2 == 0 else np.append(np.resize([-1.0, 1.0], n - 1), 0.0)
    more = mean + pattern * spread / np.std(pattern, ddof=1)
    assert judged(effect(more.tolist())).verdict == "reproduced"
    # each of the three seeds cost 0.1 ns of 768 atoms
    assert found.needed == f"{part.needed_seeds} more seeds: {0.1 * part.needed_seeds:.2g} ns × 768 atoms"
    assert found.atom_steps == 3 * 768 * 100_000


def test_an_effect_too_near_its_threshold_asks_for_no_number_of_seeds() -> None:
    assert "more than 1000 seeds" in judged(effect([0.5, 1.0001, 1.5])).needed


def test_a_doubt_forbids_a_verdict_and_says_what_removes_it() -> None:
    found = judged(effect([2.0, 2.1, 1.9]), doubt=Doubt("the hold is too short", "a hold of 2 ns"))
    assert (found.verdict, found.needed) == ("undecided", "a hold of 2 ns")
    assert found.reason.startswith("the hold is too short; ")


def test_the_part_that_a_verdict_hangs_on_is_shown() -> None:
    found = judged(effect([2.0, 2.1, 1.9]), effect([0.0, 0.1, -0.1]))
    assert found.effect is not None
    assert found.effect.value == pytest.approx(0.0)
    assert found.values == {"1": 0.0, "2": 0.1, "3": -0.1}


def test_a_claim_without_cases_says_what_to_add() -> None:
    found = absent(CLAIM, "a glass", "three seeds of one", CASES)
    assert (found.verdict, found.reason, found.needed) == ("undecided", "no case of a glass", "three seeds of one")
    assert found.effect is None
    assert found.potentials == ("buckingham-llzo",)


def test_cases_are_told_apart_by_what_was_asked() -> None:
    one = made("transport", 1, {"model": {"bulk": {"repeats": [1, 1, 1]}}}, {})
    two = made("transport", 2, {"model": {"bulk": {"repeats": [1, 1, 1]}}}, {})
    hot = made("transport", 1, {"model": {"bulk": {"repeats": [1, 1, 1]}}}, {}, kelvin=1200.0)
    again = CaseRecord({}, {**one.results, "asked": {**one.asked, "name": "elsewhere"}})
    assert one.same_but_seed == two.same_but_seed != hot.same_but_seed
    assert one.same_but("stage") == hot.same_but("stage")
    assert len(once_each([one, two, hot, again])) == 3
    assert list(pairs_by_seed([one, two], [hot])) == ["1"]
    assert most_seeds(sort_by([one, two, hot], lambda case: case.same_but_seed)) == [one, two]
    assert (one.temperature, hot.temperature, one.atom_steps) == (1000.0, 1200.0, 76_800_000)


def test_results_that_do_not_say_what_was_asked_are_refused() -> None:
    with pytest.raises(InputError, match="lack asked"):
        CaseRecord({}, {key: value for key, value in CASES[0].results.items() if key != "asked"})


def test_judgements_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        judged(effect([1.0])).verdict = "reproduced"  # type: ignore[misc]


def test_a_key_that_came_later_and_says_none_parts_no_cases() -> None:
    """Finished cases keep what they wrote; a gbglass with one more key writes that key as well."""
    before = made("segregation", 1, {"crystal": {"name": "llzo-cubic"}}, {})
    after = made("segregation", 2, {"crystal": {"name": "llzo-cubic", "file": None}, "view": None}, {})
    other = made("segregation", 3, {"crystal": {"name": "llzo-cubic", "file": "my.cif"}}, {})
    assert before.same_but_seed == after.same_but_seed
    assert after.same_but_seed != other.same_but_seed
