"""A rule keeps its date only as long as it keeps its words: `rules.toml` has the hash of each at each of its dates."""

import hashlib
import inspect
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

from gbglass import claims
from gbglass.claims.claim import Claim
from gbglass.claims.registry import all_claims

TABLE = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
RULES: Mapping[str, Mapping[str, str]] = TABLE["rules"]
DECISION = (Path(__file__).parents[2] / "docs/decisions/0016-verdicts.md").read_text(encoding="utf-8")
FIRST = date(2026, 11, 27)
CHANGED = "give the rule a new date and a line in decision 16, then add both to tests/claims/rules.toml"


def words_of(claim: Claim) -> str:
    words = json.dumps([claim.number, claim.sentence, claim.measured, claim.fewest_seeds], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@pytest.mark.parametrize("claim", all_claims(), ids=lambda claim: str(claim.number))
def test_a_rule_that_says_something_else_has_another_date(claim: Claim) -> None:
    dates = RULES[str(claim.number)]
    assert claim.dated.isoformat() == max(dates), f"claim {claim.number}: {CHANGED}"
    assert words_of(claim) == dates[claim.dated.isoformat()], (
        f"claim {claim.number} dated {claim.dated} now says something else (hash {words_of(claim)}): {CHANGED}"
    )
    for later in sorted(dates)[1:]:
        assert f"| {claim.number} | {later} |" in DECISION, f"claim {claim.number}: decision 16 has no line of {later}"


def test_every_rule_is_in_the_table_and_each_date_brought_other_words() -> None:
    assert {str(claim.number) for claim in all_claims()} == set(RULES)
    for number, dates in RULES.items():
        assert all(date.fromisoformat(one) >= FIRST for one in dates)
        words = [dates[one] for one in sorted(dates)]
        assert all(one != other for one, other in pairwise(words)), f"claim {number}: a new date, the same words"


def numbers_of(module: ModuleType) -> dict[str, float]:
    """Numbers that a module gives a name, those that it takes from another left out."""
    source = inspect.getsource(module)
    return {
        name: value
        for name, value in vars(module).items()
        if name.isupper()
        and isinstance(value, int | float)
        and re.search(rf"^([A-Z_]+, )?{name}\b.* = ", source, re.MULTILINE)
    }


def test_a_number_in_a_rule_is_changed_only_with_its_date() -> None:
    """Thresholds stand as constants in the modules of claims, most of them not in the words."""
    names = [one.name for one in iter_modules(claims.__path__) if one.name != "decided_by"]
    found = {name: numbers_of(import_module(f"{claims.__name__}.{name}")) for name in names}
    assert {name: numbers for name, numbers in found.items() if numbers} == TABLE["numbers"], CHANGED
