"""The claims about discharge: thickness changes its rate; the bulk is refilled while the boundary goes on filling."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from gbglass.claims.beside import differences, rate
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement, Part
from gbglass.claims.judge import LEVEL, absent, either_side, judge, judge_parts, more_seeds_text
from gbglass.claims.pick import pairs_by_seed, seeds_of, sort_by
from gbglass.claims.ratio import ratio_interval

NEGLIGIBLE = 0.05
"""Of the logarithm of a ratio of rates: what differs by less than 5 % does not differ [1]."""

_PARTS = {"LLZO": "llzo_A", "LixZr2O4": "lzo_A"}
"""Whose thickness changes, and its key in the study."""

_BOUNDARY, _BULK, _REST = "boundary", "bulk", "rest of LLZO"
"""Places of the electrolyte that records tell apart."""

THICKNESS = Claim(
    number=8,
    study="discharge",
    sentence="The rate of discharge changes with the thickness of the cell's parts.",
    source="Fig. 2e; the text says LixZr2O4, the caption LLZO",
    measured=(
        "Current density of the thickest cell less that of the thinnest, all else equal, seeds paired; once for the "
        "thickness of LLZO, once for that of LixZr2O4. Each must have an interval that excludes 0, which is when "
        "Fieller's interval of the ratio of the two means excludes 1; its sign is told. Otherwise contradicted if that "
        "interval of the ratio, at 97.5 % as there are two parts, lies within 5 % of 1. The ratio has one only where "
        "the interval of the thinnest cell's rate lies above 0. Rates of 0 or less count as they are."
    ),
    dated=date(2026, 11, 28),
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
    found = {what: _thicker(cases, key) for what, key in _PARTS.items()}
    used = [case for pair in found.values() for some in pair for case in some]
    if not used:
        add = "three seeds each of two values of cell.llzo_A, and of two of cell.lzo_A, all else equal"
        return absent(claim, "two cells that differ in one thickness alone", add, cases)
    parts = tuple(_changed(claim, what, thick, thin) for what, (thick, thin) in found.items())
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


def _thicker(cases: Sequence[CaseRecord], key: str) -> tuple[list[CaseRecord], list[CaseRecord]]:
    """Choose the thickest and the thinnest of the cells that differ in one thickness alone; the most pairs win."""
    ends: list[tuple[list[CaseRecord], list[CaseRecord]]] = []
    for same in sort_by(cases, lambda case: case.same_but(f"cell.{key}")).values():
        by_value = sort_by(same, lambda case: float(case.asked["cell"][key]))
        if len(by_value) > 1:
            ends.append((by_value[max(by_value)], by_value[min(by_value)]))
    best = max(ends, key=lambda pair: len(pairs_by_seed(*pair)), default=([], []))
    return best if pairs_by_seed(*best) else ([], [])


def _changed(claim: Claim, what: str, thick: Sequence[CaseRecord], thin: Sequence[CaseRecord]) -> Part:
    """Judge one thickness by the difference of rates, which keeps a cell that blocks, and by their ratio."""
    effect = Effect(f"rate, thickest less thinnest, {what}", "mA/cm²", 0.0, "above", differences(thick, thin, rate))
    part = either_side(claim, effect)
    pairs = [(rate(one), rate(other)) for one, other in pairs_by_seed(thick, thin).values()]
    known = [pair for pair in pairs if all(map(math.isfinite, pair))]
    if len(known) < claim.fewest_seeds:
        return part
    over, under = zip(*known, strict=True)
    ratio, wide = (ratio_interval(over, under, level) for level in (LEVEL, LEVEL / len(_PARTS)))
    if ratio is None:
        no_ratio = "the ratio has no interval, as that of the thinnest cell's rate does not lie above 0"
        return replace(part, reason=f"{part.reason}; {no_ratio}")
    told = f"{part.reason}; the ratio is {ratio[0]:.4g} to {ratio[1]:.4g}"
    if part.verdict == "reproduced" or wide is None or not _within(wide, NEGLIGIBLE):
        return replace(part, reason=told)
    return replace(part, verdict="contradicted", reason=f"{told}, next to 1", needed_seeds=None)


def _within(ratio: tuple[float, float], negligible: float) -> bool:
    """Say whether all of an interval of a ratio is so near 1, in its logarithm."""
    low, high = ratio
    return low > math.exp(-negligible) and high < math.exp(negligible)


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
