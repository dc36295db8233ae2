"""The verdicts as a table: for people on a page, for programs as plain data and as CSV."""

import csv
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType
from typing import Any

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Judgement, Part, VerdictWord
from gbglass.claims.registry import judge_cases, judge_every
from gbglass.errors import InputError
from gbglass.report.assets import page_asset
from gbglass.report.page import page_environment
from gbglass.report.records import Plain, estimate_record, quantity

VERDICT_COLOURS: Mapping[VerdictWord, str] = MappingProxyType(
    {"reproduced": "#00694c", "contradicted": "#a63c00", "undecided": "#5a5a5a"}
)
"""Told apart by the colour-blind too, and dark enough for white words on them; the word always stands beside."""


@dataclass(frozen=True)
class Verdicts:
    """What finished cases say of the claims.

    Parameters
    ----------
    judgements
        In the order of their numbers.
    n_old
        Cases that were left out: an older gbglass finished them, and their results do not say what was asked.

    """

    judgements: tuple[Judgement, ...]
    n_old: int = 0

    def count(self, word: VerdictWord) -> int:
        """Return how many claims have a verdict."""
        return sum(found.verdict == word for found in self.judgements)

    @property
    def has_value(self) -> bool:
        """Whether anything was measured that a claim is judged by."""
        return any(found.has_value for found in self.judgements)

    @property
    def summary(self) -> str:
        """How many claims came out how, in a line."""
        words: tuple[VerdictWord, ...] = ("reproduced", "contradicted", "undecided")
        counted = ", ".join(f"{self.count(word)} {word}" for word in words if self.count(word))
        return f"claims: {counted or 'none'}"


def judge_results(
    cases: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], *, all_claims: bool = False
) -> Verdicts:
    """Judge the claims from the swept values and the ``results.json`` of finished cases.

    Parameters
    ----------
    cases
        Of any studies.
    all_claims
        Whether claims are listed too of whose study no case is finished.

    """
    records, old = [], 0
    for setting, results in cases:
        try:
            records.append(CaseRecord(setting, results))
        except InputError:
            old += 1
    return Verdicts(judge_every(records) if all_claims else judge_cases(records), old)


def claim_record(claim: Claim) -> Plain:
    """Write a claim as plain data."""
    return {
        "number": claim.number,
        "study": claim.study,
        "sentence": claim.sentence,
        "source": claim.source,
        "measured": claim.measured,
        "dated": claim.dated.isoformat(),
        "fewest_seeds": claim.fewest_seeds,
    }


def judgement_record(found: Judgement) -> Plain:
    """Write what came of a claim as plain data."""
    return {
        "claim": claim_record(found.claim),
        "verdict": found.verdict,
        "reason": found.reason,
        "needed": found.needed,
        "effects": [_part_record(part) for part in found.parts],
        "potentials": list(found.potentials),
        "cases": quantity(found.n_cases, "cases"),
        "seeds": quantity(found.n_seeds, "seeds"),
        "atom_steps": quantity(found.atom_steps, "atom-steps"),
    }


def verdicts_csv(verdicts: Verdicts) -> str:
    """Write one row for each effect of each claim, and one for each claim without any."""
    text = StringIO()
    names = ("claim", "study", "sentence", "effect", "value", "low_95", "high_95", "unit", "seeds", "potential")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*names, "atom_steps", "verdict", "reason", "needed", "rule_dated"))
    for found in verdicts.judgements:
        claim = found.claim
        before = (claim.number, claim.study, claim.sentence)
        after = (found.atom_steps, found.verdict, found.reason, found.needed, claim.dated.isoformat())
        potential = " and ".join(found.potentials)
        for part in found.parts or (None,):
            writer.writerow((*before, *_cells(part), potential, *after))
    return text.getvalue()


def verdicts_html(verdicts: Verdicts, *, is_one_case: bool = False) -> str:
    """Write the table of the claims; what came from a user is escaped.

    Parameters
    ----------
    verdicts
        What cases say of the claims.
    is_one_case
        Whether the claims without any value are folded into one line below the table: one case cannot have them all.

    """
    template = page_environment().from_string(page_asset("verdicts.html.j2"))
    listed = [found for found in verdicts.judgements if found.has_value or not is_one_case]
    return template.render(
        v=verdicts,
        rows=[(found, [(part.effect.name, effect_text(part)) for part in found.parts]) for found in listed],
        folded=[found for found in verdicts.judgements if found not in listed],
        is_one_case=is_one_case,
        colours=VERDICT_COLOURS,
        power=power_text,
    )


def judge_one_case(results: Mapping[str, Any]) -> Verdicts:
    """Judge the claims by one case alone.

    Parameters
    ----------
    results
        What its ``results.json`` is to hold.

    """
    return judge_results([({}, json.loads(json.dumps(results)))])


def one_case_html(verdicts: Verdicts) -> str:
    """Write what one case says of the claims of its study; nothing if its study has none."""
    return verdicts_html(verdicts, is_one_case=True) if verdicts.judgements else ""


def effect_text(part: Part) -> str:
    """Write the mean of an effect with its interval and unit.

    Examples
    --------
    >>> from gbglass.claims.claim import Effect
    >>> from gbglass.claims.judge import mean_over_seeds
    >>> mean = mean_over_seeds({"1": 1.0, "2": 2.0, "3": 3.0}, "Å")
    >>> effect_text(Part(Effect("x", "Å", 0.0, "above", {}), mean, "undecided", "", None))
    '2 Å (95 %: −0.484 to 4.48)'

    """
    if part.estimate is None:
        return "not measured"
    low, high = part.estimate.interval
    unit = "" if part.estimate.unit == "1" else f" {part.estimate.unit}"
    value = f"{part.estimate.value:.3g}{unit}"
    interval = f" (95 %: {low:.3g} to {high:.3g})" if math.isfinite(high - low) else " (one value has no interval)"
    return (value + interval).replace("-", "−")


def power_text(number: int) -> str:
    """Write a large number with a power of ten.

    Examples
    --------
    >>> power_text(230_400_000)
    '2.3 × 10⁸'

    """
    if number == 0:
        return "0"
    exponent = math.floor(math.log10(number))
    raised = str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{number / 10**exponent:.1f} × 10{raised}"


def _part_record(part: Part) -> Plain:
    effect = part.effect
    return {
        "name": effect.name,
        "claimed": {"side": effect.side, "threshold": quantity(effect.threshold, effect.unit)},
        "mean": None if part.estimate is None else estimate_record(part.estimate),
        "by_seed": {seed: quantity(value, effect.unit) for seed, value in effect.by_seed.items()},
        "verdict": part.verdict,
        "reason": part.reason,
    }


def _cells(part: Part | None) -> Sequence[object]:
    if part is None or part.estimate is None:
        return ("" if part is None else part.effect.name, "", "", "", "", 0)
    mean = part.estimate
    return (part.effect.name, mean.value, *mean.interval, mean.unit, mean.n_frames)
