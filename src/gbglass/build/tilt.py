"""Which symmetric tilt boundaries a cubic body-centred crystal has, and the lattice they repeat on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from gbglass.build.garnet import ATOMS_PER_CELL
from gbglass.errors import InputError

Miller = tuple[int, int, int]
Vector = tuple[float, float, float]

LARGEST_INDEX = 30
"""Of axes and planes: beyond it cells are far larger than anything that can be run."""

_SEARCHED_INDEX = 8
"""In-plane directions up to this index are tried as one edge of the cell; the other edge follows exactly."""

_LISTED_INDEX = 5
_LISTED_SIGMA = 33
_LISTED_PLANES = 8
"""What a message lists of the planes that would do."""


@dataclass(frozen=True)
class TiltBoundary:
    """Geometry of a symmetric tilt boundary; lengths are in lattice parameters.

    Both grains end on the same plane (hkl), one is the mirror image of the other.

    Parameters
    ----------
    axis
        Tilt axis [uvw], coprime.
    plane
        Boundary plane (hkl), coprime; contains the axis.
    sigma
        Volume of the coincidence cell over that of the crystal's primitive cell.
    angle
        Tilt about the axis from one grain to the other, the smallest equivalent one [degrees].
    spacing
        Between lattice planes (hkl) [a].
    periods
        Two orthogonal lattice vectors in the plane, of the smallest area; right-handed with the normal [a].

    """

    axis: Miller
    plane: Miller
    sigma: int
    angle: float
    spacing: float
    periods: tuple[Vector, Vector]

    @property
    def title(self) -> str:
        """Such as ``"Σ5(012)[100]"``."""
        return f"Σ{self.sigma}({_indices(self.plane)})[{_indices(self.axis)}]"

    @property
    def lengths(self) -> tuple[float, float]:
        """Lengths of the two periods [a]."""
        first, second = self.periods
        return math.hypot(*first), math.hypot(*second)

    @property
    def normal_period(self) -> float:
        """Shortest lattice vector along the normal [a]."""
        return math.hypot(*_primitive(self.plane))

    @property
    def atoms_per_layer(self) -> int:
        """Atoms of stoichiometric LLZO in one lattice plane spacing over one in-plane cell."""
        return round(math.prod(self.lengths) * self.spacing * ATOMS_PER_CELL)


def tilt_boundary(axis: Miller, plane: Miller, sigma: int | None = None) -> TiltBoundary:
    r"""Work out the geometry of the symmetric tilt boundary on a plane.

    For coprime (hkl), with ``N = h² + k² + l²``,

    .. math:: Σ = N \text{ if odd, else } N/2

    Indices with a common factor are divided by it.

    Parameters
    ----------
    axis
        Tilt axis [uvw].
    plane
        Boundary plane (hkl); must contain the axis.
    sigma
        If given, must be that of the plane: a guard against mistaken indices.

    Raises
    ------
    InputError
        If the plane does not contain the axis, is a mirror plane of the crystal so that no boundary results, or has
        another Σ; the message lists what is possible.

    Examples
    --------
    >>> boundary = tilt_boundary((1, 0, 0), (0, 1, 2))
    >>> boundary.title, round(boundary.angle, 2), boundary.atoms_per_layer
    ('Σ5(012)[100]', 53.13, 96)

    """
    axis, plane = _bounded("axis", axis), _bounded("plane", plane)
    if _dot(axis, plane) != 0:
        raise InputError(
            f"'plane' must contain the axis (h u + k v + l w = 0), got ({_indices(plane)}) for [{_indices(axis)}]; "
            f"planes that contain it: {_listed(axis)}"
        )
    found = _sigma(plane)
    if found == 1:
        raise InputError(
            f"'plane' ({_indices(plane)}) is a mirror plane of the cubic crystal (Σ1): both grains would be the same; "
            f"planes that give a boundary: {_listed(axis)}"
        )
    if sigma is not None and sigma != found:
        raise InputError(
            f"'sigma' must be that of the plane: ({_indices(plane)}) has Σ{found}, got Σ{sigma}; "
            f"planes that contain [{_indices(axis)}]: {_listed(axis, sigma)}"
        )
    spacing = (1.0 if sum(plane) % 2 == 0 else 0.5) / math.hypot(*plane)
    return TiltBoundary(axis, plane, found, _tilt_angle(axis, plane), spacing, _shortest_periods(axis, plane))


def _bounded(name: str, indices: Miller) -> Miller:
    """Reduce indices as they were given; beyond a bound, searching among them takes for ever."""
    if max(map(abs, indices)) > LARGEST_INDEX:
        raise InputError(f"'{name}' must have indices from -{LARGEST_INDEX} to {LARGEST_INDEX}, got {tuple(indices)}")
    return _coprime(name, indices)


def _coprime(name: str, indices: Miller) -> Miller:
    factor = math.gcd(*indices)
    if factor == 0:
        raise InputError(f"'{name}' must have an index that is not zero, got {tuple(indices)}")
    h, k, l = (index // factor for index in indices)  # noqa: E741  # crystallography's own letter
    return h, k, l


def _sigma(plane: Miller) -> int:
    norm = _dot(plane, plane)
    return norm if norm % 2 else norm // 2


def _dot(first: Miller, second: Miller) -> int:
    return sum(a * b for a, b in zip(first, second, strict=True))


def _indices(indices: Miller) -> str:
    return "".join(str(index) for index in indices)


def planes_of_zone(direction: Miller, largest: int) -> Iterator[Miller]:
    """Yield all coprime index triples perpendicular to a direction, one of each opposite pair.

    Parameters
    ----------
    direction
        [uvw].
    largest
        No index is larger than this.

    Examples
    --------
    >>> list(planes_of_zone((1, 0, 0), 1))
    [(0, 0, 1), (0, 1, -1), (0, 1, 0), (0, 1, 1)]

    """
    span = range(-largest, largest + 1)
    for triple in product(span, span, span):
        if _dot(triple, direction) == 0 and math.gcd(*triple) == 1 and triple > (0, 0, 0):
            yield triple


def _listed(axis: Miller, sigma: int | None = None) -> str:
    """List Σ and planes of a zone, those of the wanted Σ if there are any, one of each symmetric family."""
    families: dict[tuple[int, ...], Miller] = {}
    for plane in sorted(planes_of_zone(axis, _LISTED_INDEX), key=lambda p: (_sigma(p), sum(i < 0 for i in p), p)):
        if 1 < _sigma(plane) <= _LISTED_SIGMA:
            families.setdefault(tuple(sorted(map(abs, plane))), plane)
    wanted = [p for p in families.values() if _sigma(p) == sigma] or list(families.values())[:_LISTED_PLANES]
    return ", ".join(f"Σ{_sigma(p)} ({_indices(p)})" for p in wanted) or f"none up to Σ{_LISTED_SIGMA}"


def _primitive(direction: Miller) -> Vector:
    """Return the shortest vector of the body-centred lattice along a coprime direction [a]."""
    scale = 0.5 if all(index % 2 for index in direction) else 1.0
    x, y, z = (scale * index for index in direction)
    return x, y, z


def _cross(first: Miller, second: Miller) -> Miller:
    x, y, z = (int(component) for component in np.cross(first, second))
    return _coprime("axis", (x, y, z))


def _shortest_periods(axis: Miller, plane: Miller) -> tuple[Vector, Vector]:
    """Find the orthogonal in-plane cell of the smallest area; of equal ones, one with an edge along the axis."""

    def area_then_axis(first: Miller) -> tuple[float, bool, float]:
        edge, other = math.hypot(*_primitive(first)), math.hypot(*_primitive(_cross(plane, first)))
        return round(edge * other, 9), first != axis, round(edge, 9)

    first = min([axis, *planes_of_zone(plane, _SEARCHED_INDEX)], key=area_then_axis)
    return _primitive(first), _primitive(_cross(plane, first))


def _tilt_angle(axis: Miller, plane: Miller) -> float:
    """Return twice the angle of the normal to the nearest of the shortest directions across the axis [degrees]."""
    across = list(planes_of_zone(axis, max(map(abs, axis))))
    shortest = min(_dot(direction, direction) for direction in across)
    cosines = (
        abs(_dot(direction, plane)) / math.sqrt(shortest * _dot(plane, plane))
        for direction in across
        if _dot(direction, direction) == shortest
    )
    return 2.0 * math.degrees(math.acos(min(1.0, max(cosines))))
