"""The claim about mechanics: a boundary breaks early, and later once it is glass."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, judge
from gbglass.claims.pick import most_seeds, pairs_by_seed, sort_by

BREAKS_BELOW = 0.10
"""The paper's number [1]."""

_EQUAL_LENGTH = 0.1
_GLASSIER = 2.0
_MELTS = "melt_region"
_AMORPHISE = "amorphise"

BREAKS = Claim(
    number=19,
    study="mechanics",
    sentence="A cell with boundaries breaks before it is strained by 10 %; amorphised, it breaks later.",
    source="Fig. 6a, b",
    measured=(
        "Engineering strain at which the stress first falls below half of its maximum. Boundary: below 0.10; "
        "amorphised boundary less boundary, seeds paired, equal rates, sides and temperatures, lengths within 10 %: "
        "above 0. A cell that did not break counts as broken at its last strain, which favours neither part. "
        "Amorphised is a boundary that its protocol melts, or a file with at least twice the boundary's share of "
        "glassy La and Zr."
    ),
    dated=date(2026, 11, 27),
)


def judge_breaks(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 19."""
    boundary = most_seeds(sort_by(filter(_is_boundary, cases), lambda case: case.same_but_seed))
    if not boundary:
        return absent(claim, "a boundary that was not melted", "three seeds of model.boundary", cases)
    early = {case.seed: _at_break(case) for case in boundary}
    partners = [case for case in cases if _is_amorphised(case, boundary) and _is_like(case, boundary[0])]
    amorphised = most_seeds(sort_by(partners, lambda case: case.same_but_seed))
    later = {
        seed: _at_break(glass) - _at_break(plain) if _broke(plain) else math.nan
        for seed, (glass, plain) in pairs_by_seed(amorphised, boundary).items()
    }
    effects = [
        Effect("strain at break of the boundary", "1", BREAKS_BELOW, "below", early),
        Effect("strain at break, amorphised less boundary", "1", 0.0, "above", later),
    ]
    return judge(claim, effects, [*boundary, *amorphised])


def _broke(case: CaseRecord) -> bool:
    return math.isfinite(case.number("stress_strain", "strain_at_break"))


def _at_break(case: CaseRecord) -> float:
    """Return the strain at break; of a cell that held, the last strain, which it is at least."""
    if _broke(case):
        return case.number("stress_strain", "strain_at_break")
    return float(case.stages[-1].get("to_strain", math.nan))


def _is_boundary(case: CaseRecord) -> bool:
    return bool(case.asked["model"].get("boundary")) and not _is_melted(case)


def _is_melted(case: CaseRecord) -> bool:
    asked = [str(stage["kind"]) for stage in case.asked["stage"]]
    return any(kind.startswith(_AMORPHISE) or kind == _MELTS for kind in asked)


def _is_amorphised(case: CaseRecord, boundary: Sequence[CaseRecord]) -> bool:
    if case.asked["model"].get("boundary"):
        return _is_melted(case)
    usual = sum(one.number("glassy") for one in boundary) / len(boundary)
    return bool(case.asked["model"].get("file")) and case.number("glassy") >= _GLASSIER * usual


def _is_like(case: CaseRecord, other: CaseRecord) -> bool:
    """Say whether two cells were pulled alike and are of about one length."""
    mine, its = case.stages[-1], other.stages[-1]
    alike = all(mine.get(key) == its.get(key) for key in ("rate_per_ps", "lateral", "temperature_K"))
    return alike and abs(case.number("length") / other.number("length") - 1.0) <= _EQUAL_LENGTH


JUDGES = MappingProxyType({BREAKS: judge_breaks})
