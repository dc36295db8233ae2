"""The claim about excess electrons: they gather where a boundary meets lithium, and spread evenly where glass does."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import Doubt, absent, judge
from gbglass.claims.pick import most_seeds, sort_by

BOUNDARY, GLASS, CRYSTAL = "LLZO-GB/Li", "LLZO-A/Li", "LLZO/Li"

_ADDS_UP = 0.5
"""Off by more than this, one electron does not stand for many [1]."""

ELECTRONS = Claim(
    number=20,
    study="charge",
    sentence="Excess electrons are denser where a boundary meets lithium than elsewhere, and more even at glass.",
    source="Fig. 6c, d",
    measured=(
        "Excess density for the fewest electrons, in the layer around each plane where LLZO meets Li, mean of both "
        "planes. At the boundaries of LLZO-GB/Li over the mean of that interface: above 1. Interface density (over an "
        "even spread over the cell) of LLZO-GB/Li less the larger one of LLZO-A/Li and LLZO/Li: above 0. Variation "
        "over columns of 5 Å, LLZO-A/Li less LLZO-GB/Li: below 0. No verdict where the density for each electron of "
        "any other number is off by half or more."
    ),
    dated=date(2026, 11, 27),
)


def judge_electrons(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 20."""
    measured = [case for case in cases if case.find("interfaces", BOUNDARY)]
    best = most_seeds(sort_by(measured, lambda case: case.same_but_seed))
    if not best:
        return absent(claim, "calculated densities", "a table [gpaw], a Python that has it, and three seeds", cases)
    effects = [
        Effect(
            "density at the boundaries over their interface's", "1", 1.0, "above",
            {case.seed: _number(case, BOUNDARY, "boundary_density") for case in best},
        ),
        Effect(
            "interface density, boundary less others", "1", 0.0, "above", {case.seed: _gathered(case) for case in best}
        ),
        Effect(
            "variation, glass less boundary", "1", 0.0, "below",
            {case.seed: _number(case, GLASS, "variation") - _number(case, BOUNDARY, "variation") for case in best},
        ),
    ]  # fmt: skip
    return judge(claim, effects, best, _doubt(best))


def _fewest(case: CaseRecord, interface: str) -> str:
    return str(min(map(int, case.find("interfaces", interface) or {}), default=""))


def _number(case: CaseRecord, interface: str, what: str) -> float:
    return case.number("interfaces", interface, _fewest(case, interface), what)


def _gathered(case: CaseRecord) -> float:
    others = max(_number(case, interface, "density") for interface in (GLASS, CRYSTAL))
    return _number(case, BOUNDARY, "density") - others


def _doubt(cases: Sequence[CaseRecord]) -> Doubt | None:
    off = [
        case.number("interfaces", interface, n, "off_the_fewest")
        for case in cases
        for interface in (BOUNDARY, GLASS, CRYSTAL)
        for n in case.find("interfaces", interface) or {}
    ]
    worst = max((value for value in off if math.isfinite(value)), default=0.0)
    if worst < _ADDS_UP:
        return None
    return Doubt(f"electrons do not add up: the density for each is off by {worst:.0%}", "larger cells")


JUDGES = MappingProxyType({ELECTRONS: judge_electrons})
