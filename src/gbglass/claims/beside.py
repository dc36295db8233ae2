"""Cells beside each other, as the claims about them need it: one model against another, seed by seed."""

import math
from collections.abc import Callable, Sequence

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.pick import pairs_by_seed, seeds_of, sort_by

Measure = Callable[[CaseRecord], float]

SMOOTHED = 2.4
"""Width that the density of the metal's surface is smoothed with: what rises by less is no protrusion [Å]."""


def comparable(cases: Sequence[CaseRecord], *paths: str) -> list[CaseRecord]:
    """Return the cases that differ in their seed and at some places of the study alone.

    Of several such sets the one with the most kinds of cells, then the most seeds, then the hottest: what was asked
    chooses it, not what was found.
    """
    groups = sort_by(cases, lambda case: case.same_but(*paths)).values()
    return max(groups, key=_rank, default=[])


def _rank(same: Sequence[CaseRecord]) -> tuple[int, int, float]:
    return len({model_of(case) for case in same}), seeds_of(same), same[0].temperature


def model_of(case: CaseRecord) -> tuple[str, bool]:
    """Say which cell it is, and whether the twin of one; layer-0 is the twin of layer-1."""
    model = str(case.asked["cell"]["model"])
    return model, bool(case.asked["cell"]["twin"]) or model == "layer-0"


def of_model(cases: Sequence[CaseRecord], model: str, *, twin: bool = False) -> list[CaseRecord]:
    """Choose the cells of a model, or their twins."""
    return [case for case in cases if model_of(case) == (model, twin)]


def log_ratios(first: Sequence[CaseRecord], second: Sequence[CaseRecord], measure: Measure) -> dict[str, float]:
    """Return the logarithm of a ratio of what is above zero by its nature, by seed [1].

    Rates are of either sign: a cell that blocks scatters about zero, and only their differences keep it.
    """
    return _paired(first, second, lambda one, other: _log_ratio(measure(one), measure(other)))


def differences(first: Sequence[CaseRecord], second: Sequence[CaseRecord], measure: Measure) -> dict[str, float]:
    """Return a difference, by seed, in the unit of what is measured."""
    return _paired(first, second, lambda one, other: measure(one) - measure(other))


def values(cases: Sequence[CaseRecord], measure: Measure) -> dict[str, float]:
    """Return what is measured, by seed."""
    return {case.seed: measure(case) for case in cases}


def rate(case: CaseRecord) -> float:
    """Return the current density [mA/cm²]."""
    return case.number("rate", "current_density")


def heights(case: CaseRecord) -> list[float]:
    """Return the highest place of the metal above its median, map by map [Å]."""
    found = case.find("surface", "course", "highest", "values")
    return [float(value) for value in found] if found else []


def rise(case: CaseRecord) -> float:
    """Return what the highest place of the metal gained from the first map to the last [Å]."""
    course = heights(case)
    return course[-1] - course[0] if course else math.nan


def _paired(
    first: Sequence[CaseRecord], second: Sequence[CaseRecord], compare: Callable[[CaseRecord, CaseRecord], float]
) -> dict[str, float]:
    """Compare two kinds of cells by seed; not a number for a seed that one of them lacks, so that it is told."""
    pairs = pairs_by_seed(first, second)
    seeds = dict.fromkeys(case.seed for case in (*first, *second))
    return {seed: compare(*pairs[seed]) if seed in pairs else math.nan for seed in seeds}


def _log_ratio(one: float, other: float) -> float:
    return math.log(one / other) if min(one, other) > 0.0 else math.nan
