r"""Energies of boundaries with their errors, and which of them are truly lower than others.

.. math:: γ = \frac{E_\mathrm{cell} - N E_\mathrm{bulk}}{2A}

with N formula units in the cell and the area A of one boundary. A cell has two boundaries: γ is the mean of the two,
and that of each only if they are equivalent.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.student import student_quantile
from gbglass.errors import InputError
from gbglass.units import J_PER_M2_PER_EV_PER_A2

_CONFIDENCE = 0.95
_FEWEST = 2

SAME_ENERGY = 0.005
"""Two structures whose energies differ by less may be one, however small their errors: minimisations end so far apart
[J/m²]."""

SAME_SHIFT = 0.25
"""Relaxed shifts nearer than this are one: lithium moves the grains so far [Å]."""

SAME_HEIGHT = 0.15
"""Heights of relaxed cells nearer than this are one [Å]."""


@dataclass(frozen=True)
class BulkEnergy:
    """Energy of the bulk crystal over its lithium decorations.

    Parameters
    ----------
    mean
        Of a formula unit [eV].
    standard_deviation
        Among decorations [eV].
    n_decorations
        How many.

    """

    mean: float
    standard_deviation: float
    n_decorations: int

    @property
    def standard_error(self) -> float:
        """Of the mean [eV]."""
        return self.standard_deviation / math.sqrt(self.n_decorations)


@dataclass(frozen=True)
class BoundaryEnergy:
    """Energy of a boundary over its lithium decorations: the mean of the two boundaries of the cell.

    Parameters
    ----------
    value
        γ [J/m²].
    error_of_decorations
        Standard error from the decorations of the boundary [J/m²].
    error_of_bulk
        Standard error from those of the bulk, the same for all candidates of a scan [J/m²].
    n_decorations
        Of the boundary.

    """

    value: float
    error_of_decorations: float
    error_of_bulk: float
    n_decorations: int

    @property
    def error(self) -> float:
        """Standard error, both sources together [J/m²]."""
        return math.hypot(self.error_of_decorations, self.error_of_bulk)


def bulk_energy(energies: Sequence[float]) -> BulkEnergy:
    """Average the bulk.

    Parameters
    ----------
    energies
        Of a formula unit in each decoration [eV].

    Raises
    ------
    InputError
        If there are fewer than two.

    Examples
    --------
    >>> round(bulk_energy([-1.0, -1.2]).standard_error, 6)
    0.1

    """
    _check_count("energies", energies)
    return BulkEnergy(float(np.mean(energies)), float(np.std(energies, ddof=1)), len(energies))


def boundary_energy(energies: Sequence[float], n_formula_units: float, area: float, bulk: BulkEnergy) -> BoundaryEnergy:
    """Compare cells with as much of the bulk.

    Parameters
    ----------
    energies
        Of the cell in each decoration [eV].
    n_formula_units
        In the cell.
    area
        Of one boundary [Å²].
    bulk
        The reference.

    Raises
    ------
    InputError
        If there are fewer than two decorations.

    Examples
    --------
    >>> bulk = BulkEnergy(-10.0, 0.0, 10)
    >>> energy = boundary_energy([-98.0, -98.0], 10, 16.021766208, bulk)
    >>> round(energy.value, 9), energy.error
    (1.0, 0.0)

    """
    _check_count("energies", energies)
    per_area = J_PER_M2_PER_EV_PER_A2 / (2.0 * area)
    spread = float(np.std(energies, ddof=1))
    return BoundaryEnergy(
        value=(float(np.mean(energies)) - n_formula_units * bulk.mean) * per_area,
        error_of_decorations=spread / math.sqrt(len(energies)) * per_area,
        error_of_bulk=n_formula_units * bulk.standard_error * per_area,
        n_decorations=len(energies),
    )


def are_tied(first: BoundaryEnergy, second: BoundaryEnergy) -> bool:
    """Say whether two candidates of one scan cannot be told apart with 95 % confidence.

    Both are measured against the same bulk, so its error is in both alike and does not count here.

    Examples
    --------
    >>> low, high = BoundaryEnergy(1.0, 0.01, 0.5, 4), BoundaryEnergy(1.2, 0.01, 0.5, 4)
    >>> are_tied(low, high), are_tied(low, low)
    (False, True)

    """
    freedom = first.n_decorations + second.n_decorations - 2
    margin = student_quantile(0.5 + 0.5 * _CONFIDENCE, freedom)
    error = math.hypot(first.error_of_decorations, second.error_of_decorations)
    return abs(first.value - second.value) <= margin * error


def ranks(energies: Sequence[BoundaryEnergy]) -> list[int]:
    """Rank each candidate: one more than the number of candidates that are lower beyond the error.

    Those that cannot be told apart from the same candidates share a rank.

    Examples
    --------
    >>> values = (1.3, 1.0, 1.01)
    >>> ranks([BoundaryEnergy(value, 0.01, 0.0, 4) for value in values])
    [3, 1, 1]

    """
    return [
        1 + sum(other.value < energy.value and not are_tied(other, energy) for other in energies) for energy in energies
    ]


@dataclass(frozen=True)
class Shape:
    """What tells relaxed candidates apart besides their energy.

    Parameters
    ----------
    offset
        Of the cut, the first of its equals [1].
    atoms
        Of each species.
    height
        Of the cell [Å].

    """

    offset: float
    atoms: tuple[tuple[str, int], ...]
    height: float


def are_one(first: Shape, second: Shape, apart: float, energies: tuple[BoundaryEnergy, BoundaryEnergy]) -> bool:
    """Say whether two candidates came to rest as one structure.

    Parameters
    ----------
    first, second
        The candidates.
    apart
        How far their relaxed shifts are from equivalent [Å].
    energies
        Of the two.

    """
    return (
        (first.offset, first.atoms) == (second.offset, second.atoms)
        and apart <= SAME_SHIFT
        and abs(first.height - second.height) <= SAME_HEIGHT
        and (are_tied(*energies) or abs(energies[0].value - energies[1].value) <= SAME_ENERGY)
    )


def extremes(rooms: Sequence[tuple[float, float]]) -> tuple[int, int] | None:
    """Find the boundaries that lithium finds roomiest and tightest, if they can be told apart.

    Parameters
    ----------
    rooms
        Room per lithium of each boundary and its standard error, in any one unit.

    Returns
    -------
    tuple[int, int] | None
        Which is roomiest and which is tightest; None if their difference is within twice its error.

    Examples
    --------
    >>> extremes([(2.0, 0.1), (3.0, 0.1), (1.0, 0.1)]), extremes([(1.0, 0.1), (1.1, 0.1)])
    ((1, 2), None)

    """
    if len(rooms) < _FEWEST:
        return None
    order = sorted(range(len(rooms)), key=lambda index: rooms[index][0])
    tightest, roomiest = order[0], order[-1]
    error = math.hypot(rooms[tightest][1], rooms[roomiest][1])
    if rooms[roomiest][0] - rooms[tightest][0] <= 2.0 * error:
        return None
    return roomiest, tightest


def _check_count(name: str, values: Sequence[float]) -> None:
    if len(values) < _FEWEST:
        raise InputError(f"'{name}' must be {_FEWEST} or more to have an error, got {len(values)}")
