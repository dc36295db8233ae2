"""The claim that lithium segregates where there is room for it, on boundaries about three axes."""

import math
from collections.abc import Sequence
from datetime import date

import numpy as np

from gbglass.analysis.correlation import FEWEST_CELLS, RankCorrelation, rank_correlation
from gbglass.analysis.student import student_quantile
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import FEWEST_SEEDS, Claim, Effect, Judgement, Part
from gbglass.claims.evened_out import not_evened_out
from gbglass.claims.judge import absent, judge_parts
from gbglass.claims.pick import seeds_of, sort_by, time_and_atoms
from gbglass.core.results import Estimate

AXES = ("[100]", "[110]", "[210]")
"""Of the paper's boundaries, Fig. 1e and SI Fig. 12; axes of one form are one."""

_SEED = 1
_MOST_CELLS = 200
_HALF = 0.5

CAVITY = Claim(
    number=2,
    study="segregation",
    sentence="The larger the cavity fraction of a boundary, the more lithium segregates there, about all three axes.",
    source="Fig. 1e, SI Fig. 12",
    measured=(
        "Spearman's correlation of cavity fraction and Gibbs excess over boundaries, each the mean of its seeds (three "
        "or more), the interval from drawing whole cells anew (six or more of an axis): above 0 for [100], [110] and "
        "[210]. Of several temperatures that with the most cells, of equal ones the hottest. Holds must be as long as "
        "lithium needs to even out across a grain."
    ),
    dated=date(2026, 11, 27),
)


def judge_cavity(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 2."""
    alike = max(
        sort_by(cases, lambda case: case.same_but("boundary") + str(case.find("lithium"))).values(),
        key=lambda same: (len(_cells(claim, same)), same[0].temperature),
        default=[],
    )
    cells = _cells(claim, alike)
    if not cells:
        add = f"three seeds of {FEWEST_CELLS} cells or more of each axis"
        return absent(claim, f"a cell with {claim.fewest_seeds} seeds", add, cases)
    by_axis = {axis: [same for same in cells if _axis(same[0]) == axis] for axis in AXES}
    parts = tuple(_part(axis, found) for axis, found in by_axis.items())
    used = [case for same in cells for case in same]
    return judge_parts(claim, parts, used, _needed(claim, parts, used), not_evened_out(used))


def _cells(claim: Claim, cases: Sequence[CaseRecord]) -> list[list[CaseRecord]]:
    """Return the cells that have enough seeds, each with its cases."""
    found = sort_by(cases, lambda case: case.same_but_seed).values()
    return [same for same in found if seeds_of(same) >= claim.fewest_seeds]


def _axis(case: CaseRecord) -> str:
    """Name the form of an axis: [1-10] is one of [110]."""
    return "[" + "".join(str(index) for index in sorted(map(abs, case.asked["boundary"]["axis"]), reverse=True)) + "]"


def _part(axis: str, cells: Sequence[Sequence[CaseRecord]]) -> Part:
    effect = Effect(f"rank correlation, {axis}", "1", 0.0, "above", {})
    if len(cells) < FEWEST_CELLS:
        reason = f"{axis}: {len(cells)} cells, {FEWEST_CELLS} are needed"
        return Part(effect, None, "undecided", reason, (FEWEST_CELLS - len(cells)) * FEWEST_SEEDS)
    means = [[_means(cell, what) for cell in cells] for what in ("cavity_fraction", "gibbs_excess")]
    found = rank_correlation(means[0], means[1], np.random.default_rng(_SEED))
    low, high = found.interval
    n = found.n_cells
    mean = Estimate(found.value, "1", math.nan, math.nan, n, float(n), found.interval)
    where = f"{axis}: the 95 % interval over {n} cells, {low:.2f} to {high:.2f}"
    if low > 0.0:
        return Part(effect, mean, "reproduced", f"{where}, lies above 0", None)
    if _upper(found) < 0.0:
        return Part(effect, mean, "contradicted", f"{where}, lies below 0", None)
    return Part(effect, mean, "undecided", f"{where}, holds 0", None)


def _means(cell: Sequence[CaseRecord], what: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Average a quantity of each boundary over the seeds of a cell."""
    numbers = range(len(cell[0].results["boundaries"]))
    return np.array([np.mean([case.number("boundaries", k, what) for case in cell]) for k in numbers])


def _upper(found: RankCorrelation) -> float:
    """Return the upper end of an interval as much wider as keeps three of them from erring more often than one."""
    low, high = np.arctanh(found.interval)
    wide, usual = (student_quantile(1.0 - level, found.n_cells - 1) for level in (0.025 / len(AXES), 0.025))
    return math.tanh(_HALF * (low + high) + _HALF * (high - low) * wide / usual)


def _needed(claim: Claim, parts: Sequence[Part], cases: Sequence[CaseRecord]) -> str:
    """Say how many cells more would decide, and what those cost."""
    more = {part.effect.name: _more_cells(part) for part in parts if part.verdict == "undecided"}
    if not more:
        return ""
    if any(count is None for count in more.values()):
        return f"more than {_MOST_CELLS} cells: if there is a correlation it is weak"
    counts = [count for count in more.values() if count is not None]
    time, atoms = time_and_atoms(cases)
    each = ", ".join(f"{count} of {name.split(', ')[1]}" for name, count in more.items())
    total = time / len(cases) * claim.fewest_seeds * sum(counts)
    return f"more cells ({each}), {claim.fewest_seeds} seeds each: {total:.2g} ns × {atoms:.0f} atoms"


def _more_cells(part: Part) -> int | None:
    """Count the cells that would decide if the correlation and the spread stay; None if too many."""
    if part.estimate is None:
        return (part.needed_seeds or 0) // FEWEST_SEEDS
    low, high = np.arctanh(part.estimate.interval)
    middle, reach, n = _HALF * (low + high), _HALF * (high - low), part.estimate.n_frames
    wanted = n * (reach / abs(middle)) ** 2 if middle else math.inf
    return max(1, math.ceil(wanted) - n) if wanted <= _MOST_CELLS else None
