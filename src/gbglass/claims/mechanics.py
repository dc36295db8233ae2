"""The claim about mechanics: a boundary breaks early, and later once it is glass."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

import numpy as np
from pydantic import TypeAdapter

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, judge
from gbglass.claims.pick import most_seeds, pairs_by_seed, sort_by
from gbglass.core.arrays import BoolArray
from gbglass.core.framework import AnchoredFrame
from gbglass.core.region import Region, Sites

BREAKS_BELOW = 0.10
"""The paper's number [1]."""

_EQUAL_LENGTH = 0.1
_GLASSIER = 2.0
_MELTS = "melt_region"
_MELT_ALL = frozenset({"amorphise_heating", "melt_quench"})
"""Recipes that make glass of every boundary, and are held to it when their case is read."""

_REGION: TypeAdapter[Region] = TypeAdapter(Region)
_ACROSS = 12
"""Points along each side of a plane that a melt must reach."""

BREAKS = Claim(
    number=19,
    study="mechanics",
    sentence="A cell with boundaries breaks before it is strained by 10 %; amorphised, it breaks later.",
    source="Fig. 6a, b",
    measured=(
        "Engineering strain at which the stress first falls below half of its maximum. Boundary: below 0.10; "
        "amorphised boundary less boundary, seeds paired, equal rates, sides and temperatures, lengths within 10 %: "
        "above 0. A cell that did not break counts as broken at its last strain, which favours neither part. "
        "Amorphised is a cell in which the protocol melts the whole plane of every boundary, as one of two left alone "
        "breaks as it is; or a file with at least twice the boundary's share of glassy La and Zr."
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
    """Say whether any of it was melted."""
    return _melts_all(case) or bool(_melts(case))


def _melts_all(case: CaseRecord) -> bool:
    return any(str(stage["kind"]) in _MELT_ALL for stage in case.asked["stage"])


def _melts(case: CaseRecord) -> list[Region]:
    return [_REGION.validate_python(stage["region"]) for stage in case.stages if stage["kind"] == _MELTS]


def _is_melted_through(case: CaseRecord) -> bool:
    """Say whether the whole plane of every boundary was melted."""
    planes = [float(entry["position"]["value"]) for entry in case.find("ledger", "boundaries") or ()]
    regions, length = _melts(case), case.number("length")
    if _melts_all(case):
        return True
    return bool(planes and regions) and all(
        np.logical_or.reduce([_reaches(region, plane, length) for region in regions]).all() for plane in planes
    )


def _reaches(region: Region, plane: float, length: float) -> BoolArray:
    """Say of points of a plane across z whether a region holds them [bool, (n_points,)]; sites say nothing of it."""
    along = (np.arange(_ACROSS) + 0.5) / _ACROSS
    points = np.array([(x, y, plane) for x in along for y in along])
    if isinstance(region, Sites):
        return np.zeros(len(points), dtype=bool)
    return region.mask(AnchoredFrame(points, np.eye(3) * length, np.empty(0, dtype=np.int64)))


def _is_amorphised(case: CaseRecord, boundary: Sequence[CaseRecord]) -> bool:
    if case.asked["model"].get("boundary"):
        return _is_melted_through(case)
    usual = sum(one.number("glassy") for one in boundary) / len(boundary)
    return bool(case.asked["model"].get("file")) and case.number("glassy") >= _GLASSIER * usual


def _is_like(case: CaseRecord, other: CaseRecord) -> bool:
    """Say whether two cells were pulled alike and are of about one length."""
    mine, its = case.stages[-1], other.stages[-1]
    alike = all(mine.get(key) == its.get(key) for key in ("rate_per_ps", "lateral", "temperature_K"))
    return alike and abs(case.number("length") / other.number("length") - 1.0) <= _EQUAL_LENGTH


JUDGES = MappingProxyType({BREAKS: judge_breaks})
