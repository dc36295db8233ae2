"""Cases sorted for a claim: by what they are, by seed, by condition; never by their titles."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from gbglass.build.cells.slab import OTHER
from gbglass.claims.case_record import CaseRecord

K = TypeVar("K", bound=Hashable)


def once_each(cases: Iterable[CaseRecord]) -> list[CaseRecord]:
    """Drop what was finished twice: one case in two folders is one sample."""
    return list({case.identity: case for case in cases}.values())


def sort_by(cases: Iterable[CaseRecord], key: Callable[[CaseRecord], K]) -> dict[K, list[CaseRecord]]:
    """Sort cases by a property, in the order in which it is met."""
    found: dict[K, list[CaseRecord]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return found


def seeds_of(cases: Sequence[CaseRecord]) -> int:
    """Count the seeds among some cases."""
    return len({case.seed for case in cases})


def is_papers(case: CaseRecord) -> bool:
    """Say whether a case is about what the paper is about, not about a material of its user's own."""
    is_own = any((case.asked.get(table) or {}).get("file") for table in ("crystal", "electrode"))
    is_own |= bool((case.asked.get("cell") or {}).get("crystal"))
    return not is_own and OTHER not in (case.find("cell", "parts") or ())


def time_and_atoms(cases: Iterable[CaseRecord]) -> tuple[float, float]:
    """Return how much MD some cases took [ns], and of how many atoms it was on average; not a number of no MD."""
    runs = [run for case in cases for run in case.runs]
    time = sum(run.nanoseconds for run in runs)
    return time, sum(run.nanoseconds * run.atoms for run in runs) / time if time > 0.0 else math.nan


def most_seeds(groups: Mapping[str, list[CaseRecord]]) -> list[CaseRecord]:
    """Choose the group with the most seeds; of equal ones the hottest, in which lithium moves furthest.

    What a claim is judged by is thus chosen by what was asked, before anything that was found is looked at.
    """
    return max(groups.values(), key=lambda cases: (seeds_of(cases), cases[0].temperature), default=[])


def pairs_by_seed(
    first: Sequence[CaseRecord], second: Sequence[CaseRecord]
) -> dict[str, tuple[CaseRecord, CaseRecord]]:
    """Pair the cases of two kinds that have one seed; if several have it, the first."""
    others = {case.seed: case for case in reversed(second)}
    mine = {case.seed: case for case in reversed(first)}
    return {seed: (mine[seed], others[seed]) for seed in mine if seed in others}
