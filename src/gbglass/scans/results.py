"""What came of the candidates of a scan: merged where they are one, ranked where they differ, named as models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gbglass.build.boundaries.join import Shift
from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.core.species import contact_limit
from gbglass.scans.bench import BulkReference
from gbglass.scans.measure import MeasuredCell
from gbglass.scans.ranking import BoundaryEnergy, Shape, are_one, extremes, ranks
from gbglass.scans.spec import Candidate, ScanSpec, shift_distance

PairField = Literal["shift", "expansion", "lithium_excess", "cavity", "room_per_lithium"]

GAINS, LOSES = "gb-model-1", "gb-model-2"
"""The boundary that is expected to gain lithium, and the one that is expected to lose it, as the paper calls them
(doi:10.1038/s41467-025-59895-9, Fig. 1)."""


@dataclass(frozen=True)
class CandidateResult:
    """What came of a candidate.

    Parameters
    ----------
    number
        In the order of the scan, from 1.
    candidate
        What was tried.
    cells
        Its decorations at rest.
    energy
        Of its boundaries; None with fewer than two decorations.
    rank
        Equal for candidates that cannot be told apart; None for those without an energy of their own.
    is_tied
        Whether another candidate has the same rank.
    same_as
        Number of the candidate that came to rest as the same structure, if one did.
    models
        Name of boundary 1 and 2 as models of the paper, or an empty text.
    problems
        Why decorations are missing, each reason once.
    may_succeed_later
        Whether LAMMPS failed, which a full disk can explain; all other reasons stay.

    """

    number: int
    candidate: Candidate
    cells: tuple[MeasuredCell, ...]
    energy: BoundaryEnergy | None = None
    rank: int | None = None
    is_tied: bool = False
    same_as: int | None = None
    models: tuple[str, str] = ("", "")
    problems: tuple[str, ...] = ()
    may_succeed_later: bool = False

    @property
    def wall_seconds(self) -> float:
        """What its relaxations took [s]."""
        return sum(cell.wall_seconds for cell in self.cells)

    def mean_of(self, name: PairField) -> tuple[float, float]:
        """Average over the decorations what each cell has one of for boundary 1 and 2, or for x and y."""
        first, second = np.mean([getattr(cell, name) for cell in self.cells], axis=0)
        return float(first), float(second)


@dataclass(frozen=True)
class ScanResult:
    """A scan as far as it got.

    Parameters
    ----------
    title
        Of the boundary.
    n_candidates
        That the scan has.
    bulk
        The reference; None if it could not be had, then `bulk_problem` says why.
    candidates
        Those that were tried, best first; those without an energy last.
    bulk_problem
        Empty if all went well.

    """

    title: str
    n_candidates: int
    bulk: BulkReference | None
    candidates: tuple[CandidateResult, ...]
    bulk_problem: str = ""

    @property
    def is_final(self) -> bool:
        """Whether running it again could change nothing."""
        is_whole = len(self.candidates) == self.n_candidates
        return is_whole and self.bulk is not None and not any(tried.may_succeed_later for tried in self.candidates)

    @property
    def n_failed(self) -> int:
        """Candidates that lack a decoration or all of them."""
        return sum(bool(result.problems) for result in self.candidates)


def judge(results: Sequence[CandidateResult], spec: ScanSpec) -> tuple[CandidateResult, ...]:
    """Merge candidates that came to rest as one structure, rank the others, and name the models.

    Parameters
    ----------
    results
        As tried.
    spec
        Of the scan.

    """
    merged = _merge(results, spec)
    own = [result for result in merged if result.energy is not None and result.same_as is None]
    found = ranks([result.energy for result in own if result.energy is not None])
    ranked = {
        result.number: replace(result, rank=rank, is_tied=found.count(rank) > 1)
        for result, rank in zip(own, found, strict=True)
    }
    named = _name_models(list(ranked.values()))
    complete = [named.get(result.number, result) for result in merged]
    return tuple(sorted(complete, key=_place))


def _place(result: CandidateResult) -> tuple[bool, float, int]:
    return result.energy is None, result.energy.value if result.energy else 0.0, result.number


def _merge(results: Sequence[CandidateResult], spec: ScanSpec) -> list[CandidateResult]:
    geometry = spec.geometry.representative()
    kept: list[CandidateResult] = []
    merged = []
    for result in results:
        twins = (other.number for other in kept if _are_one(other, result, lambda a, b: shift_distance(geometry, a, b)))
        same_as = next(twins, None) if result.energy else None
        if same_as is None and result.energy:
            kept.append(result)
        merged.append(replace(result, rank=None, is_tied=False, same_as=same_as, models=("", "")))
    return merged


def _are_one(first: CandidateResult, second: CandidateResult, distance: Callable[[Shift, Shift], float]) -> bool:
    if first.energy is None or second.energy is None:
        return False
    apart = distance(first.mean_of("shift"), second.mean_of("shift")) * LATTICE_PARAMETER
    return are_one(_shape(first), _shape(second), apart, (first.energy, second.energy))


def _shape(result: CandidateResult) -> Shape:
    return Shape(
        offset=result.candidate.termination.offset,
        atoms=tuple(sorted(result.cells[0].atoms.items())),
        height=float(np.mean([cell.height for cell in result.cells])),
    )


def _name_models(results: list[CandidateResult]) -> dict[int, CandidateResult]:
    """Name the boundary with the most room per lithium and the one with the least."""
    places = [(result, boundary) for result in results for boundary in (0, 1)]
    found = extremes([_room(result, boundary) for result, boundary in places])
    named = {result.number: result for result in results}
    for place, name in zip(found or (), (GAINS, LOSES), strict=False):
        number, boundary = places[place][0].number, places[place][1]
        models = list(named[number].models)
        models[boundary] = name
        named[number] = replace(named[number], models=(models[0], models[1]))
    return named


def _room(result: CandidateResult, boundary: int) -> tuple[float, float]:
    rooms = np.array([cell.room_per_lithium[boundary] for cell in result.cells])
    return float(rooms.mean()), float(rooms.std(ddof=1) / np.sqrt(len(rooms)))


def closest_contact(result: CandidateResult) -> tuple[str, float] | None:
    """Return the contact of a candidate's cells that is nearest to its limit, and its distance [Å]."""
    found = [(pair, distance) for cell in result.cells for pair, distance in cell.contacts.items()]
    return min(found, key=lambda contact: contact[1] / _limit(contact[0]), default=None)


def _limit(pair: str) -> float:
    first, second = pair.split("-")
    return contact_limit(first, second)
