"""The claims about discharge: thickness changes its rate; the bulk is refilled while the boundary goes on filling."""

import math
from collections.abc import Callable, Sequence
from datetime import date
from types import MappingProxyType

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, either_side, judge, judge_parts, more_seeds_text
from gbglass.claims.pick import pairs_by_seed, seeds_of, sort_by

NEGLIGIBLE = 0.05
"""Of the logarithm of a ratio of rates: what differs by less than 5 % does not differ [1]."""

_ELECTROLYTE, _CATHODE = "llzo_A", "lzo_A"
_BOUNDARY, _BULK, _REST = "boundary", "bulk", "rest of LLZO"
"""Places of the electrolyte that records tell apart."""

THICKNESS = Claim(
    number=8,
    study="discharge",
    sentence="The rate of discharge changes with the thickness of the cell's parts.",
    source="Fig. 2e; the text says LixZr2O4, the caption LLZO",
    measured=(
        "Logarithm of the current density of the thickest cell over that of the thinnest, all else equal, seeds "
        "paired; once for the thickness of LLZO, once for that of LixZr2O4. Each must have an interval that "
        "excludes 0; its sign is told. Contradicted if the whole interval is within 5 % of no change."
    ),
    dated=date(2026, 11, 27),
)

REFILL = Claim(
    number=9,
    study="discharge",
    sentence=(
        "Before the discharge the boundary draws lithium from the bulk; during it the bulk is refilled and the "
        "boundary goes on rising."
    ),
    source="Fig. 2f",
    measured=(
        "Of a cell with a boundary, lithium gained during the discharge by the boundary: above 0; by the bulk of LLZO "
        "beside it: above 0; and by that bulk while the electrolyte was equilibrated alone before: below 0."
    ),
    dated=date(2026, 11, 27),
)


def judge_thickness(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 8."""
    found = [_thicker(cases, key) for key in (_ELECTROLYTE, _CATHODE)]
    used = [case for _, some in found for case in some]
    if not used:
        add = "three seeds each of two values of cell.llzo_A, and of two of cell.lzo_A, all else equal"
        return absent(claim, "two cells that differ in one thickness alone", add, cases)
    effects = [
        Effect(f"ln of the ratio, {what}", "1", 0.0, "above", ratios)
        for what, (ratios, _) in zip(("LLZO", "LixZr2O4"), found, strict=True)
    ]
    parts = tuple(either_side(claim, effect, NEGLIGIBLE) for effect in effects)
    return judge_parts(claim, parts, used, more_seeds_text(claim, parts, used))


def judge_refill(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 9."""
    same = max(
        sort_by(filter(_has_boundary, cases), lambda case: case.same_but_seed).values(), key=seeds_of, default=[]
    )
    if not same:
        add = "three seeds of a cell with a boundary that is equilibrated alone before"
        return absent(claim, "a cell with a boundary that is counted by itself", add, cases)
    effects = [
        Effect("gain of the boundary", "atoms", 0.0, "above", _by_seed(same, _of_boundary)),
        Effect("gain of the bulk", "atoms", 0.0, "above", _by_seed(same, _of_bulk)),
        Effect("gain of the bulk when equilibrated alone", "atoms", 0.0, "below", _by_seed(same, _of_bulk_before)),
    ]
    return judge(claim, effects, same)


def _thicker(cases: Sequence[CaseRecord], key: str) -> tuple[dict[str, float], list[CaseRecord]]:
    """Compare the thickest with the thinnest of the cells that differ in one thickness alone; the most seeds win."""
    best: tuple[dict[str, float], list[CaseRecord]] = ({}, [])
    for same in sort_by(cases, lambda case: case.same_but(f"cell.{key}")).values():
        by_value = sort_by(same, lambda case: float(case.asked["cell"][key]))
        if len(by_value) == 1:
            continue
        pairs = pairs_by_seed(by_value[max(by_value)], by_value[min(by_value)])
        if len(pairs) > len(best[0]):
            ratios = {seed: _log_ratio(thick, thin) for seed, (thick, thin) in pairs.items()}
            best = (ratios, [case for pair in pairs.values() for case in pair])
    return best


def _log_ratio(thick: CaseRecord, thin: CaseRecord) -> float:
    """Return the logarithm of the ratio of two rates; not a number if one of them does not discharge."""
    rates = [case.number("rate", "current_density") for case in (thick, thin)]
    return math.log(rates[0] / rates[1]) if min(rates) > 0.0 else math.nan


def _by_seed(cases: Sequence[CaseRecord], measure: Callable[[CaseRecord], float]) -> dict[str, float]:
    return {case.seed: measure(case) for case in cases}


def _of_boundary(case: CaseRecord) -> float:
    return _of_place(case, _BOUNDARY, sum(case.number("discharge", "gained", name) for name in _regions(case)))


def _of_bulk(case: CaseRecord) -> float:
    return _of_place(case, _BULK, case.number("discharge", "gained", _REST))


def _of_bulk_before(case: CaseRecord) -> float:
    return _change(case, "alone", "places", _BULK)


def _of_place(case: CaseRecord, place: str, gained: float) -> float:
    """Return what a place of the electrolyte gained: from first to last part of its curve, or from the account."""
    change = _change(case, "places", place)
    return gained if math.isnan(change) else change


def _change(case: CaseRecord, *path: str) -> float:
    return case.number(*path, "last") - case.number(*path, "first")


def _regions(case: CaseRecord) -> list[str]:
    return list(case.asked.get("regions") or ())


def _has_boundary(case: CaseRecord) -> bool:
    return not case.asked["cell"]["twin"] and math.isfinite(_of_boundary(case)) and math.isfinite(_of_bulk(case))


JUDGES = MappingProxyType({THICKNESS: judge_thickness, REFILL: judge_refill})
