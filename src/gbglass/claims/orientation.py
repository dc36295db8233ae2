"""The claims about how a boundary lies in a cell: rates, migration within it, and what grows from the metal."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from gbglass.claims.beside import (
    SMOOTHED,
    comparable,
    differences,
    heights,
    log_ratios,
    of_model,
    rate,
    rise,
    values,
)
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, judge

_LYING, _STANDING, _WIDE, _NONE = "cell-1", "cell-2", "cell-2s", "cell-0"
_PATHS = ("cell.model", "cell.twin")
_OF_A_BOUNDARY = ("cell.axis", "cell.plane", "cell.layers", "cell.cut_offset", "cell.boundaries")
"""What a cell without one may say otherwise, or not at all."""

RATES = Claim(
    number=10,
    study="orientation",
    sentence="A cell without a boundary discharges fastest, one with a boundary parallel to the electrodes slowest.",
    source="Fig. 3b",
    measured=(
        "Current density less that of the twin without a boundary, seeds paired: below 0 for the parallel and for the "
        "crossing boundary; and that of the parallel less that of the crossing one: below 0. Rates of 0 or less count "
        "as they are."
    ),
    dated=date(2026, 11, 28),
)

MIGRATION = Claim(
    number=11,
    study="orientation",
    sentence="Lithium migrates faster within a boundary that it has to cross.",
    source="Fig. 3d, e",
    measured=(
        "Logarithm of the migration (root mean square over the boundary, rattling taken out) in the boundary parallel "
        "to the electrodes: over that in the rest of its electrolyte, and over that in the boundary that goes from "
        "electrode to electrode, seeds paired: both above 0."
    ),
    dated=date(2026, 11, 27),
)

PROTRUSION = Claim(
    number=12,
    study="orientation",
    sentence=(
        "A crossing boundary with a larger cavity grows a protrusion and a cell without a boundary none; the metal is "
        "rougher with a crossing boundary than without one or with a parallel one."
    ),
    source="Fig. 3c, f, g",
    measured=(
        "Highest place of the metal above its median in the last map: of cell-2s less the highest that the cell "
        "without a boundary reaches in any map, above 0; of that cell itself less that in its first map, below 2.4 Å, "
        "the width of the smoothing. Mean roughness of cell-2 less that without a boundary, and less that of cell-1, "
        "each above 0. Seeds paired."
    ),
    dated=date(2026, 11, 27),
)


def judge_rates(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 10."""
    same = comparable(cases, *_PATHS)
    lying, standing = of_model(same, _LYING), of_model(same, _STANDING)
    twins = [of_model(same, model, twin=True) for model in (_LYING, _STANDING)]
    if not (lying and standing and all(twins)):
        return absent(claim, "cell-1 and cell-2, each with its twin", "three seeds of cell.model and cell.twin", cases)
    effects = [
        Effect(f"rate, {what}", "mA/cm²", 0.0, "below", differences(slow, fast, rate))
        for what, slow, fast in (
            ("parallel less its twin", lying, twins[0]),
            ("crossing less its twin", standing, twins[1]),
            ("parallel less crossing", lying, standing),
        )
    ]
    return judge(claim, effects, [*lying, *standing, *twins[0], *twins[1]])


def judge_migration(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 11."""
    same = comparable(cases, *_PATHS)
    lying, standing = of_model(same, _LYING), of_model(same, _STANDING)
    if not lying or not standing:
        return absent(claim, "cell-1 beside cell-2", "three seeds of cell.model = 'cell-1' and 'cell-2'", cases)
    effects = [
        Effect("ln of migration, boundary over bulk", "1", 0.0, "above", values(lying, _within)),
        Effect("ln of migration, parallel over crossing", "1", 0.0, "above", log_ratios(lying, standing, _migration)),
    ]
    return judge(claim, effects, [*lying, *standing])


def judge_protrusion(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 12."""
    same = comparable(cases, *_PATHS)
    lying, standing, wide = (of_model(same, model) for model in (_LYING, _STANDING, _WIDE))
    none = of_model(same, _STANDING, twin=True) or _without_boundary(cases, standing)
    if not (lying and standing and wide and none):
        add = "three seeds each of cell-1, cell-2, cell-2s and of the twin of cell-2 (or a cell-0 as thick)"
        return absent(claim, "all four cells beside each other", add, cases)
    level = max((_highest_of_all(case) for case in none), default=math.nan)
    effects = [
        Effect("cell-2s above a flat surface", "Å", 0.0, "above", values(wide, lambda case: _highest(case) - level)),
        Effect("rise without a boundary", "Å", SMOOTHED, "below", values(none, rise)),
        Effect("roughness over no boundary", "Å", 0.0, "above", differences(standing, none, _roughness)),
        Effect("roughness over a parallel one", "Å", 0.0, "above", differences(standing, lying, _roughness)),
    ]
    return judge(claim, effects, [*lying, *standing, *wide, *none])


def _without_boundary(cases: Sequence[CaseRecord], standing: Sequence[CaseRecord]) -> list[CaseRecord]:
    """Choose the cells without a boundary that are like those with one in all that is not about boundaries."""
    paths = (*_PATHS, *_OF_A_BOUNDARY)
    alike = {case.same_but(*paths) for case in standing}
    return [case for case in of_model(cases, _NONE) if case.same_but(*paths) in alike]


def _migration(case: CaseRecord) -> float:
    return case.number("migration", "in", "boundary")


def _within(case: CaseRecord) -> float:
    inside, bulk = _migration(case), case.number("migration", "in", "bulk")
    return math.log(inside / bulk) if min(inside, bulk) > 0.0 else math.nan


def _highest(case: CaseRecord) -> float:
    return case.number("surface", "last", "highest")


def _highest_of_all(case: CaseRecord) -> float:
    return max(heights(case), default=math.nan)


def _roughness(case: CaseRecord) -> float:
    return case.number("surface", "roughness")


JUDGES = MappingProxyType({RATES: judge_rates, MIGRATION: judge_migration, PROTRUSION: judge_protrusion})
