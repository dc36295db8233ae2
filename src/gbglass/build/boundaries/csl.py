"""The symmetric tilt boundaries about an axis, each physical boundary once.

A symmetric boundary is fixed by its plane: planes that the cubic crystal's symmetry turns into each other give the same
boundary, whichever of its equivalent angles is typed, and however many axes its plane contains.
"""

import math
from dataclasses import dataclass

from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.tilt import Miller, TiltBoundary, planes_of_zone, tilt_boundary
from gbglass.errors import InputError

RECOMMENDED_THICKNESS = 25.0
"""Grains this thick keep two boundaries from feeling each other [Å]."""

_LARGEST_SIGMA = 200
_LISTED_SIGMA = 33


@dataclass(frozen=True)
class CslEntry:
    """One boundary of the list.

    Parameters
    ----------
    boundary
        Its geometry.
    layers
        Planes in each grain for the wanted thickness.
    thickness
        Of each grain then [Å].
    n_atoms
        In the smallest orthogonal cell with two boundaries, of the stoichiometric crystal.
    lattice_parameter
        Of the crystal [Å].

    """

    boundary: TiltBoundary
    layers: int
    thickness: float
    n_atoms: int
    lattice_parameter: float


def list_csl(
    axis: Miller, max_sigma: int, thickness: float = RECOMMENDED_THICKNESS, crystal: Crystal | None = None
) -> tuple[CslEntry, ...]:
    """List the symmetric tilt boundaries about an axis up to a Σ, sorted by Σ and size.

    Parameters
    ----------
    axis
        [uvw].
    max_sigma
        Largest Σ, up to 200.
    thickness
        Least thickness of a grain [Å].
    crystal
        Cubic; LLZO by default.

    Raises
    ------
    InputError
        If a value cannot be used, or the crystal is not cubic.

    Examples
    --------
    >>> [entry.boundary.title for entry in list_csl((1, 0, 0), 13)]
    ['Σ5(012)[100]', 'Σ5(013)[100]', 'Σ13(023)[100]', 'Σ13(015)[100]']

    """
    if not 1 <= max_sigma <= _LARGEST_SIGMA:
        raise InputError(f"'max_sigma' must be from 1 to {_LARGEST_SIGMA}, got {max_sigma}")
    if not (math.isfinite(thickness) and thickness > 0.0):
        raise InputError(f"'thickness' must be a positive number of Å, got {thickness}")
    crystal = crystal or llzo_crystal()
    lattice = crystal.lattice
    boundaries: dict[Miller, TiltBoundary] = {}
    planes = planes_of_zone(axis, math.isqrt(2 * max_sigma))
    for plane in sorted(planes, key=lambda p: (sum(index < 0 for index in p), p)):
        norm = sum(index * index for index in plane)
        if 1 < (norm if norm % 2 else norm // 2) <= max_sigma:
            boundary = tilt_boundary(axis, plane, lattice=lattice)
            boundaries.setdefault(boundary.representative().plane, boundary)
    entries = [_entry(boundary, crystal, thickness) for boundary in boundaries.values()]
    return tuple(sorted(entries, key=lambda entry: (entry.boundary.sigma, entry.n_atoms, entry.boundary.plane)))


def plane_at_angle(axis: Miller, angle: float, sigma: int, crystal: Crystal | None = None) -> Miller:
    """Find the plane of the symmetric boundary with a tilt angle, whichever of its equivalent angles is given.

    Parameters
    ----------
    axis
        [uvw].
    angle
        From one grain to the other about the axis [degrees].
    sigma
        Of the boundary, up to 200.
    crystal
        Cubic; LLZO by default.

    Raises
    ------
    InputError
        If no boundary of that Σ has that angle; the message lists those that there are.

    Examples
    --------
    >>> plane_at_angle((1, 0, 0), 53.13, 5), plane_at_angle((1, 0, 0), 126.87, 5), plane_at_angle((1, 0, 0), 36.87, 5)
    ((0, 1, 2), (0, 1, 2), (0, 1, 3))

    """
    boundaries = [entry.boundary for entry in list_csl(axis, sigma, crystal=crystal) if entry.boundary.sigma == sigma]
    for boundary in boundaries:
        if boundary.has_angle(angle):
            return boundary.plane
    about = f"about [{''.join(map(str, axis))}]"
    if not boundaries:
        listed = list_csl(axis, _LISTED_SIGMA, crystal=crystal)
        known = ", ".join(dict.fromkeys(f"Σ{entry.boundary.sigma}" for entry in listed))
        raise InputError(f"there is no symmetric Σ{sigma} boundary {about}; up to Σ{_LISTED_SIGMA} there are {known}")
    known = ", ".join(f"{b.angle:.2f}° ({''.join(map(str, b.plane))})" for b in boundaries)
    raise InputError(f"no Σ{sigma} boundary {about} has {angle:g}°; there are {known}")


def _entry(boundary: TiltBoundary, crystal: Crystal, thickness: float) -> CslEntry:
    parameter = crystal.lattice_parameter
    spacing = boundary.spacing * parameter
    layers = math.ceil(thickness / spacing - 1e-9)
    n_atoms = round(2 * layers * boundary.cells_per_layer * crystal.atoms_per_cell)
    return CslEntry(boundary, layers, layers * spacing, n_atoms, parameter)
