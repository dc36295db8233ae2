"""Where the boundary of a cell is, as a region: beside its planes, between the grains of a network, in its twin."""

from typing import Literal

import numpy as np
from ase import Atoms
from scipy.spatial import KDTree

from gbglass.build.boundaries.boundary import BoundarySpec
from gbglass.build.cells.cell import MODELS, CellSpec
from gbglass.build.cells.slab import ELECTROLYTES
from gbglass.build.cells.stack import BuiltCell, PlaneAcross
from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.build.tilt import tilt_boundary
from gbglass.core.arrays import IntArray
from gbglass.core.framework import IMMOBILE_CATIONS
from gbglass.core.region import Intersection, Region, Shell, Sites, Slab, Union

BOUNDARY, BULK = "boundary", "bulk"
"""Names of the two places that are compared."""

_BETWEEN_GRAINS = 6.2
"""La and Zr with one of another grain this near lie at a boundary: the reach over which order is averaged [Å]."""

_Y: Literal[1] = 1
_Z: Literal[2] = 2


def boundary_region(built: BuiltCell, wanted: CellSpec, within: float) -> Region | None:
    """Return the boundary of a cell; in a twin what would be its boundary, in a crystal without one nothing.

    Parameters
    ----------
    built
        The cell.
    wanted
        What it was built from.
    within
        What is nearer to a plane belongs to it [Å].

    """
    if wanted.network is not None:
        return between_grains(built.atoms, np.flatnonzero(built.atoms.get_array("part") == electrolyte_part(built)))
    planes = built.grain_boundaries or _planes_of_twin(built, wanted)
    if not planes:
        return None
    shells = tuple(Shell(position=plane.position, within_A=within, axis=plane.axis) for plane in planes)
    return Intersection(of=(Union(of=shells), electrolyte_slab(built)))


def electrolyte_part(built: BuiltCell) -> int:
    """Return the number of the electrolyte among the parts."""
    return next(number for number, name in enumerate(built.parts) if name in ELECTROLYTES)


def electrolyte_slab(built: BuiltCell) -> Slab:
    """Return what lies between the interfaces of the electrolyte."""
    height = float(built.atoms.cell.lengths()[_Z])
    part = electrolyte_part(built)
    return Slab(low=built.interfaces[part - 1] / height, high=built.interfaces[part] / height)


def between_grains(atoms: Atoms, among: IntArray | None = None) -> Sites | None:
    """Return what is nearest to the La and Zr that have one of another grain beside them; nothing if none has.

    Parameters
    ----------
    atoms
        With the array ``grain``; 0 is no grain.
    among
        Indices of the atoms that count; all if absent.

    """
    if not atoms.has("grain"):
        return None
    grain = atoms.get_array("grain")
    is_cation = np.isin(np.array(atoms.get_chemical_symbols()), IMMOBILE_CATIONS) & (grain > 0)
    cations = np.flatnonzero(is_cation) if among is None else np.intersect1d(np.flatnonzero(is_cation), among)
    if len(cations) == 0:
        return None
    lengths = atoms.cell.lengths()
    tree = KDTree(atoms.positions[cations] % lengths % lengths, boxsize=lengths)
    pairs = tree.query_pairs(_BETWEEN_GRAINS, output_type="ndarray")
    apart = pairs[grain[cations[pairs[:, 0]]] != grain[cations[pairs[:, 1]]]]
    chosen = np.unique(cations[apart])
    return Sites(cations=tuple(chosen.tolist())) if len(chosen) else None


def _planes_of_twin(built: BuiltCell, wanted: CellSpec) -> tuple[PlaneAcross, ...]:
    """Return where the boundaries would be: in the quarters of the electrolyte, or at 0 and 1/2 of each period."""
    if wanted.boundary is None or not (wanted.twin or MODELS[wanted.model].source == "twin"):
        return ()
    if wanted.stand.is_parallel:
        slab = electrolyte_slab(built)
        parts = (0.5,) if wanted.boundaries == 1 else (0.25, 0.75)
        return tuple(PlaneAcross(_Z, slab.low + part * (slab.high - slab.low)) for part in parts)
    copies = max(1, round(float(built.atoms.cell.lengths()[_Y]) / _period(wanted.boundary)))
    return tuple(PlaneAcross(_Y, k / (2 * copies)) for k in range(2 * copies))


def _period(boundary: BoundarySpec) -> float:
    geometry = tilt_boundary(boundary.axis, boundary.plane, boundary.sigma)
    return 2 * boundary.layers * geometry.spacing * LATTICE_PARAMETER
