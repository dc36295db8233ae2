r"""Where lithium would fit: the Li cavity fraction of a framework (doi:10.1038/s41467-025-59895-9, SI Note 3).

.. math:: CV(x,y,z) = 1 \text{ if } d(\mathrm{La}) > r_\mathrm{La},\ d(\mathrm{Zr}) > r_\mathrm{Zr},\
    d(\mathrm{O}) > r_\mathrm{O}, \text{ else } 0; \qquad CV(z) = \frac{1}{n_x n_y} \sum_{x,y} CV(x,y,z)

The radii are the onsets of the Li-La, Li-Zr and Li-O distributions of the bulk: the paper's "minimum bonding distance".
At the valleys of these distributions nothing would be left. The fraction falls steeply with the radii, so they are
fixed once, stated, and compared only with themselves. Lithium itself is ignored; the framework is the one before MD.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from gbglass.core.partition import BoundaryRegions
from gbglass.errors import InputError

_ATOMS_AT_ONCE = 64
_ROUNDING = 1e-9


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
    if not (spacing > 0.0 and min(radii.values(), default=0.0) > 0.0):
        raise InputError(f"'spacing' and 'radii' must be positive, got {spacing} and {dict(radii)} Å")
    cell = atoms.cell.array
    shape = np.ceil(np.linalg.norm(cell, axis=1) / spacing - _ROUNDING).astype(np.int64)
    free = np.ones(shape, dtype=np.bool_)
    symbols = np.array(atoms.get_chemical_symbols())
    fractional = atoms.get_scaled_positions()
    for pair, radius in radii.items():
        species = pair.removeprefix("Li-")
        centres = fractional[symbols == species]
        if len(centres) == 0:
            raise InputError(f"'radii' names {pair}, but the structure {atoms.symbols} has no {species}")
        for start in range(0, len(centres), _ATOMS_AT_ONCE):
            _fill(free, centres[start : start + _ATOMS_AT_ONCE], cell, radius)
    return free


def cavity_profile(
    atoms: Atoms, radii: Mapping[str, float], regions: BoundaryRegions, spacing: float = 0.25
) -> CavityProfile:
    """Measure the cavity fraction of a framework, in planes and by region.

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
    free = cavity_grid(atoms, radii, spacing)
    axis = regions.partition.axis
    n_planes = free.shape[axis]
    fraction = np.moveaxis(free, axis, 0).mean(axis=(1, 2))
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


def _fill(free: BoolArray, centres: FloatArray, cell: FloatArray, radius: float) -> None:
    """Take away the points within a radius of some atoms."""
    shape = np.array(free.shape)
    heights = 1.0 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    reach = np.ceil(radius / heights * shape).astype(np.int64) + 1
    offsets = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    nearest: IntArray = np.floor(centres * shape).astype(np.int64)
    points = nearest[:, None, :] + offsets
    away = ((points + 0.5) / shape - centres[:, None, :]) @ cell
    covered = points[np.einsum("ijk,ijk->ij", away, away) <= radius**2] % shape
    free[covered[:, 0], covered[:, 1], covered[:, 2]] = False
