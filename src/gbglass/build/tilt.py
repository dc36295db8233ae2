"""Which symmetric tilt boundaries a cubic crystal has, and the lattice they repeat on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product
from typing import Literal

import numpy as np

from gbglass.errors import InputError

Miller = tuple[int, int, int]
Vector = tuple[float, float, float]

LARGEST_INDEX = 30
"""Of axes and planes: beyond it cells are far larger than anything that can be run."""

_SEARCHED_INDEX = 8
"""In-plane directions up to this index are tried as one edge of the cell; the other edge follows exactly."""

_SAME_ANGLE = 0.05
"""Angles are typed with two digits [degrees]."""

_LISTED_INDEX = 5
_LISTED_SIGMA = 33
_LISTED_PLANES = 8
"""What a message lists of the planes that would do."""


@dataclass(frozen=True)
class CubicLattice:
    """What of a cubic crystal decides the geometry of its boundaries.

    Parameters
    ----------
    centring
        Of its lattice.
    laue_class
        ``"m-3m"``, or ``"m-3"``, in which (012) and (021) are different planes.

    """

    centring: Literal["P", "I", "F"]
    laue_class: Literal["m-3m", "m-3"] = "m-3m"


GARNET = CubicLattice("I")


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
        Two orthogonal lattice vectors in the plane, of the smallest area, the shorter first; right-handed with the
        normal [a].
    lattice
        Of the crystal.

    """

    axis: Miller
    plane: Miller
    sigma: int
    angle: float
    spacing: float
    periods: tuple[Vector, Vector]
    lattice: CubicLattice = GARNET

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
        return math.hypot(*_primitive(self.plane, self.lattice))

    @property
    def cells_per_layer(self) -> float:
        """Volume of one lattice plane spacing over one in-plane cell, in cubic cells [1]."""
        return math.prod(self.lengths) * self.spacing

    def has_angle(self, angle: float) -> bool:
        """Say whether a tilt about the axis is this boundary's, or one that the crystal's symmetry makes equivalent.

        Examples
        --------
        >>> boundary = tilt_boundary((1, 0, 0), (0, 1, 2))
        >>> [boundary.has_angle(angle) for angle in (53.13, 126.87, -53.13, 36.87)]
        [True, True, True, False]

        """
        turn = 360.0 / len(_shortest_across(self.axis))
        return any(
            abs((angle - equivalent + 0.5 * turn) % turn - 0.5 * turn) < _SAME_ANGLE
            for equivalent in (self.angle, -self.angle)
        )

    def representative(self) -> "TiltBoundary":
        """Return the same physical boundary on the first of its symmetry-equivalent planes.

        Builders cut this one, so that every way to type a boundary gives one cell.

        Examples
        --------
        >>> tilt_boundary((0, 0, 1), (-2, 1, 0)).representative().title
        'Σ5(012)[100]'

        """
        images = ((_turned(self.plane, turn), _turned(self.axis, turn)) for turn in _symmetries(self.lattice))
        plane, axis = min(images, key=_fewest_negative)
        return tilt_boundary(axis, plane, lattice=self.lattice)


def _fewest_negative(image: tuple[Miller, Miller]) -> tuple[int, Miller, int, Miller]:
    plane, axis = image
    opposite = (-axis[0], -axis[1], -axis[2])
    return sum(index < 0 for index in plane), plane, sum(index < 0 for index in axis), opposite


def tilt_boundary(
    axis: Miller, plane: Miller, sigma: int | None = None, lattice: CubicLattice = GARNET
) -> TiltBoundary:
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
    lattice
        Of the crystal; garnet's by default.

    Raises
    ------
    InputError
        If the plane does not contain the axis, is a mirror plane of the crystal so that no boundary results, or has
        another Σ; the message lists what is possible.

    Examples
    --------
    >>> boundary = tilt_boundary((1, 0, 0), (0, 1, 2))
    >>> boundary.title, round(boundary.angle, 2), round(boundary.cells_per_layer, 6)
    ('Σ5(012)[100]', 53.13, 0.5)

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
    spacing = _spacing_factor(plane, lattice) / math.hypot(*plane)
    periods = _shortest_periods(plane, lattice)
    return TiltBoundary(axis, plane, found, _tilt_angle(axis, plane), spacing, periods, lattice)


def _spacing_factor(plane: Miller, lattice: CubicLattice) -> float:
    """Return 1, or 1/2 where centring puts a lattice plane halfway."""
    is_whole = {
        "P": True,
        "I": sum(plane) % 2 == 0,
        "F": all(index % 2 for index in plane),
    }
    return 1.0 if is_whole[lattice.centring] else 0.5


def _symmetries(lattice: CubicLattice) -> Iterator[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    """Yield the permutations and signs that turn the lattice into itself."""
    cyclic = {(0, 1, 2), (1, 2, 0), (2, 0, 1)}
    for order in permutations((0, 1, 2)):
        if lattice.laue_class == "m-3m" or order in cyclic:
            for signs in product((1, -1), repeat=3):
                yield (order[0], order[1], order[2]), (signs[0], signs[1], signs[2])


def _turned(indices: Miller, turn: tuple[tuple[int, int, int], tuple[int, int, int]]) -> Miller:
    order, signs = turn
    x, y, z = (sign * indices[place] for place, sign in zip(order, signs, strict=True))
    return x, y, z


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


def _primitive(direction: Miller, lattice: CubicLattice) -> Vector:
    """Return the shortest lattice vector along a coprime direction [a]."""
    is_halved = {
        "P": False,
        "I": all(index % 2 for index in direction),
        "F": sum(direction) % 2 == 0,
    }
    scale = 0.5 if is_halved[lattice.centring] else 1.0
    x, y, z = (scale * index for index in direction)
    return x, y, z


def _cross(first: Miller, second: Miller) -> Miller:
    x, y, z = (int(component) for component in np.cross(first, second))
    return _coprime("axis", (x, y, z))


def _shortest_periods(plane: Miller, lattice: CubicLattice) -> tuple[Vector, Vector]:
    """Find the orthogonal in-plane cell of the smallest area, whatever axis the plane was reached by."""

    def area_then_edge(first: Miller) -> tuple[float, float, Miller]:
        edge = math.hypot(*_primitive(first, lattice))
        other = math.hypot(*_primitive(_cross(plane, first), lattice))
        return round(edge * other, 9), round(edge, 9), first

    first = min(planes_of_zone(plane, _SEARCHED_INDEX), key=area_then_edge)
    return _primitive(first, lattice), _primitive(_cross(plane, first), lattice)


def _shortest_across(axis: Miller) -> list[Miller]:
    """List the shortest directions perpendicular to the axis, one of each opposite pair; they are evenly spread."""
    across = list(planes_of_zone(axis, max(map(abs, axis))))
    shortest = min(_dot(direction, direction) for direction in across)
    return [direction for direction in across if _dot(direction, direction) == shortest]


def _tilt_angle(axis: Miller, plane: Miller) -> float:
    """Return twice the angle of the normal to the nearest of the shortest directions across the axis [degrees]."""
    cosines = (
        abs(_dot(direction, plane)) / math.sqrt(_dot(direction, direction) * _dot(plane, plane))
        for direction in _shortest_across(axis)
    )
    return 2.0 * math.degrees(math.acos(min(1.0, max(cosines))))
