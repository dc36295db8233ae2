r"""Where lithium would fit: the Li cavity fraction of a framework (doi:10.1038/s41467-025-59895-9, SI Note 3).

.. math:: CV(x,y,z) = 1 \text{ if } d(\mathrm{La}) > r_\mathrm{La},\ d(\mathrm{Zr}) > r_\mathrm{Zr},\
    d(\mathrm{O}) > r_\mathrm{O}, \text{ else } 0; \qquad CV(z) = \frac{1}{n_x n_y} \sum_{x,y} CV(x,y,z)

The radii are the onsets of the Li-La, Li-Zr and Li-O distributions of the bulk: the paper's "minimum bonding distance".
At the valleys of these distributions nothing would be left. The fraction falls steeply with the radii, so they are
fixed once, stated, and compared only with themselves. Lithium itself is ignored; the framework is the one before MD.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.analysis.rdf import RadialDistribution
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from gbglass.core.partition import BoundaryRegions
from gbglass.errors import InputError, NotConverged

_ATOMS_AT_ONCE = 64
_ROUNDING = 1e-9
_POINTS_AT_ONCE = 32_000_000
_COARSEST, _FINEST, _FINER = 0.25, 0.05, 1.5

TOLERANCE = 0.001
"""Largest change of a fraction from one grid to the next at which it counts as converged [1]."""


@dataclass(frozen=True)
class CavityProfile:
    """Cavity fraction along the normal.

    Parameters
    ----------
    z
        Distance from the cell's lower face along the boundary normal, middles of the grid planes [Å, (n_planes,)].
    fraction
        CV(z) [1, (n_planes,)].
    radii
        Of each pair such as ``"Li-O"`` [Å].
    spacing
        Largest distance between neighbouring grid points [Å].
    boundary_fractions
        Mean over the regions of each boundary [1].
    interior_fraction
        Mean over the regions of the interior [1].

    """

    z: FloatArray
    fraction: FloatArray
    radii: Mapping[str, float]
    spacing: float
    boundary_fractions: tuple[float, ...]
    interior_fraction: float


@dataclass(frozen=True)
class ConvergedCavity:
    """Cavity fraction on a grid that is fine enough.

    Parameters
    ----------
    profile
        On the finest grid that was tried.
    change
        Largest difference of a boundary's or the interior's fraction from the grid before, 1.5 times as coarse; not a
        number if there was none [1].

    """

    profile: CavityProfile
    change: float

    def is_converged(self, tolerance: float = TOLERANCE) -> bool:
        """Say whether the last step to a finer grid changed no fraction by more."""
        return self.change <= tolerance


def cavity_grid(atoms: Atoms, radii: Mapping[str, float], spacing: float = 0.25) -> BoolArray:
    """Mark the grid points of a cell at which lithium would fit.

    Parameters
    ----------
    atoms
        Any periodic cell; lithium in it is ignored.
    radii
        For each pair such as ``"Li-O"`` the distance that must be exceeded [Å].
    spacing
        Largest distance between neighbouring points [Å].

    Returns
    -------
    BoolArray
        [(n_x, n_y, n_z)], points at the middles of equal parts of the cell vectors.

    Raises
    ------
    InputError
        If there is no radius, one or the spacing is not positive, or the structure has no atom of a species.

    Examples
    --------
    >>> one_oxygen = Atoms("O", cell=[6.0, 6.0, 6.0], pbc=True)
    >>> taken = 1.0 - float(cavity_grid(one_oxygen, {"Li-O": 2.0}, spacing=0.1).mean())
    >>> round(taken * 6.0**3, 1), round(4.0 / 3.0 * np.pi * 2.0**3, 1)
    (33.6, 33.5)

    """
    shape = _grid_shape(atoms, radii, spacing)
    return _planes(atoms, radii, shape, _Planes(0, 0, int(shape[0])))


def cavity_profile(
    atoms: Atoms, radii: Mapping[str, float], regions: BoundaryRegions, spacing: float = 0.25
) -> CavityProfile:
    """Measure the cavity fraction of a framework, in planes and by region.

    Some planes at a time are held in memory, however large the cell.

    Parameters
    ----------
    atoms
        The minimised structure, slabs following each other along the partition's axis.
    radii, spacing
        As for `cavity_grid`.
    regions
        Which slabs are boundaries and interior.

    Raises
    ------
    InputError
        As for `cavity_grid`, or if the grid is too coarse to have a plane in every slab.

    """
    axis = regions.partition.axis
    shape = _grid_shape(atoms, radii, spacing)
    n_planes = int(shape[axis])
    at_once = max(1, _POINTS_AT_ONCE * n_planes // int(np.prod(shape)))
    parts = [_Planes(axis, first, min(first + at_once, n_planes)) for first in range(0, n_planes, at_once)]
    fraction = np.concatenate(
        [np.moveaxis(_planes(atoms, radii, shape, part), axis, 0).mean(axis=(1, 2)) for part in parts]
    )
    middles = (np.arange(n_planes) + 0.5) / n_planes
    faces = np.delete(atoms.cell.array, axis, axis=0)
    height = abs(float(np.linalg.det(atoms.cell.array))) / float(np.linalg.norm(np.cross(*faces)))
    along = np.zeros((n_planes, 3))
    along[:, axis] = middles
    slabs = regions.partition.assign(along)
    empty = sorted(set(range(regions.partition.n_slabs)) - set(slabs.tolist()))
    if empty:
        raise InputError(
            f"'spacing' must put a plane in every region, got {spacing:g} Å: none in region {empty[0] + 1}"
        )

    def mean_over(chosen: tuple[int, ...]) -> float:
        return float(fraction[np.isin(slabs, chosen)].mean())

    return CavityProfile(
        z=frozen_floats(middles * height),
        fraction=frozen_floats(fraction),
        radii=dict(radii),
        spacing=spacing,
        boundary_fractions=tuple(mean_over(slabs_of_one) for slabs_of_one in regions.boundaries),
        interior_fraction=mean_over(regions.interior),
    )


def converged_cavity(
    atoms: Atoms, radii: Mapping[str, float], regions: BoundaryRegions, tolerance: float = TOLERANCE
) -> ConvergedCavity:
    """Make the grid finer until no fraction of a region changes.

    From 0.25 Å the spacing is divided by 1.5 each time, which moves the points against the lattice.

    Parameters
    ----------
    atoms, radii, regions
        As for `cavity_profile`.
    tolerance
        Largest change of a boundary's or the interior's fraction [1].

    Raises
    ------
    NotConverged
        If a grid of 0.05 Å is still not fine enough.

    """
    found = finest_cavity(atoms, radii, regions, tolerance=tolerance)
    if not found.is_converged(tolerance):
        raise NotConverged(
            f"cavity fractions still change by {found.change:.4f} at a spacing of {found.profile.spacing:.3g} Å, more "
            f"than {tolerance:g}; take larger regions or a larger tolerance"
        )
    return found


def finest_cavity(
    atoms: Atoms,
    radii: Mapping[str, float],
    regions: BoundaryRegions,
    most_points: float = math.inf,
    tolerance: float = TOLERANCE,
) -> ConvergedCavity:
    """Make the grid finer until no fraction of a region changes, or it would have too many points.

    Parameters
    ----------
    atoms, radii, regions
        As for `cavity_profile`.
    most_points
        Of a grid beyond the first [1].
    tolerance
        Largest change of a boundary's or the interior's fraction [1].

    """
    found = ConvergedCavity(cavity_profile(atoms, radii, regions, _COARSEST), math.nan)
    spacing = _COARSEST / _FINER
    while not found.is_converged(tolerance) and spacing >= _FINEST and atoms.cell.volume / spacing**3 <= most_points:
        fine = cavity_profile(atoms, radii, regions, spacing)
        change = max(abs(a - b) for a, b in zip(_fractions(fine), _fractions(found.profile), strict=True))
        found, spacing = ConvergedCavity(fine, change), spacing / _FINER
    return found


def onset_radii(rdfs: Mapping[str, RadialDistribution]) -> dict[str, float]:
    """Fix the radii from the distributions of a bulk crystal: the onsets of Li-La, Li-Zr and Li-O [Å].

    Do it once, with the bulk at the temperature of the runs, and use the same radii for every boundary.

    Parameters
    ----------
    rdfs
        Of the bulk, by name.

    Raises
    ------
    InputError
        If one of the three is missing or never begins.

    """
    wanted = ("Li-La", "Li-Zr", "Li-O")
    unusable = [pair for pair in wanted if pair not in rdfs or not math.isfinite(rdfs[pair].onset)]
    if unusable:
        raise InputError(f"radii need distributions of {', '.join(wanted)}; {', '.join(unusable)} is missing or empty")
    return {pair: rdfs[pair].onset for pair in wanted}


def _fractions(profile: CavityProfile) -> tuple[float, ...]:
    return (*profile.boundary_fractions, profile.interior_fraction)


def _grid_shape(atoms: Atoms, radii: Mapping[str, float], spacing: float) -> IntArray:
    if not (spacing > 0.0 and min(radii.values(), default=0.0) > 0.0):
        raise InputError(f"'spacing' and 'radii' must be positive, got {spacing} and {dict(radii)} Å")
    for pair in radii:
        if pair.removeprefix("Li-") not in atoms.get_chemical_symbols():
            raise InputError(
                f"'radii' names {pair}, but the structure {atoms.symbols} has no {pair.removeprefix('Li-')}"
            )
    shape: IntArray = np.ceil(np.linalg.norm(atoms.cell.array, axis=1) / spacing - _ROUNDING).astype(np.int64)
    return shape


@dataclass(frozen=True)
class _Planes:
    """Planes of a grid from one to before another, across an axis."""

    axis: int
    first: int
    end: int


def _planes(atoms: Atoms, radii: Mapping[str, float], shape: IntArray, part: _Planes) -> BoolArray:
    """Mark the points of some planes at which lithium would fit."""
    size = shape.copy()
    size[part.axis] = part.end - part.first
    free = np.ones(size, dtype=np.bool_)
    cell = atoms.cell.array
    symbols = np.array(atoms.get_chemical_symbols())
    fractional = atoms.get_scaled_positions()
    for pair, radius in radii.items():
        centres = fractional[symbols == pair.removeprefix("Li-")]
        reached = centres[_within_reach(centres, cell, radius, shape, part)]
        for start in range(0, len(reached), _ATOMS_AT_ONCE):
            _fill(free, reached[start : start + _ATOMS_AT_ONCE], cell, radius, (shape, part))
    return free


def _within_reach(centres: FloatArray, cell: FloatArray, radius: float, shape: IntArray, part: _Planes) -> BoolArray:
    """Say which atoms reach some planes."""
    n = int(shape[part.axis])
    if part.end - part.first == n:
        return np.ones(len(centres), dtype=np.bool_)
    halo = radius * float(np.linalg.norm(np.linalg.inv(cell)[:, part.axis])) + 2.0 / n
    return (centres[:, part.axis] - part.first / n + halo) % 1.0 < (part.end - part.first) / n + 2.0 * halo


def _fill(
    free: BoolArray, centres: FloatArray, cell: FloatArray, radius: float, grid: tuple[IntArray, _Planes]
) -> None:
    """Take away the points within a radius of some atoms."""
    shape, part = grid
    offsets = _offsets(cell, radius, shape)
    nearest: IntArray = np.floor(centres * shape).astype(np.int64)
    points = nearest[:, None, :] + offsets
    away = ((points + 0.5) / shape - centres[:, None, :]) @ cell
    covered = points[np.einsum("ijk,ijk->ij", away, away) <= radius**2] % shape
    covered[:, part.axis] -= part.first
    here = covered[(covered[:, part.axis] >= 0) & (covered[:, part.axis] < part.end - part.first)]
    free[here[:, 0], here[:, 1], here[:, 2]] = False


def _offsets(cell: FloatArray, radius: float, shape: IntArray) -> IntArray:
    """Return the points around an atom's own that may lie within a radius, wherever in its voxel it is [(n, 3)]."""
    heights = 1.0 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    reach = np.ceil(radius / heights * shape).astype(np.int64) + 1
    offsets = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    step = cell / shape[:, None]
    diagonals = np.array([[1, a, b] for a in (-1, 1) for b in (-1, 1)]) @ step
    half_diagonal = 0.5 * float(np.linalg.norm(diagonals, axis=1).max())
    near: IntArray = offsets[np.linalg.norm(offsets @ step, axis=1) <= radius + half_diagonal + _ROUNDING]
    return near
