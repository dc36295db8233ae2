"""Lithium between the faces of an electrolyte, nowhere a vacuum: a boundary, the glass of it, and the crystal.

Every electrolyte stands so that a boundary goes from face to face, and lithium touches both of its faces through the
periodic cell. The glass is made in the cell of the boundary itself: the two have one area and the same atoms. The
crystal is the boundary's twin where its grains are whole periods; else it has their normal, thickness and composition,
and is narrower by the room that the boundaries take.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated

import numpy as np
from ase import Atoms
from pydantic import Field

from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.cells.electrode_slabs import lithium_slab
from gbglass.build.cells.electrolyte import (
    Electrolyte,
    Stand,
    boundary_electrolyte,
    crystal_electrolyte,
    open_electrolyte,
    twin_electrolyte,
)
from gbglass.build.cells.slab import Slab, in_species_order
from gbglass.build.cells.stack import StackSpec, stack_parts
from gbglass.build.tilt import TiltBoundary, tilt_boundary
from gbglass.studies.tables import Miller, Table

BOUNDARY, GLASS, CRYSTAL = INTERFACES = ("LLZO-GB/Li", "LLZO-A/Li", "LLZO/Li")
"""With a boundary, with the glass of it, with the crystal."""

SLUGS: Mapping[str, str] = MappingProxyType({BOUNDARY: "gb", GLASS: "a", CRYSTAL: "crystal"})
"""For names of files."""

_CLEARANCE = 0.0
"""Beyond the contact limits [Å]: a gap is a vacuum too."""

_THIN = 0.1
"""Thinner than any slab [Å]."""

_TETRAHEDRAL = 12
_WHOLE = 1e-6


class InterfaceSize(Table):
    """How large the cells are."""

    axis: Annotated[Miller, Field(description="tilt axis [uvw] of the boundary")] = (1, -1, 0)
    plane: Annotated[Miller, Field(description="boundary plane (hkl)")] = (1, 1, 2)
    layers: Annotated[int, Field(ge=1, le=100, description="planes d_hkl in each grain")] = 2
    through: Annotated[
        int, Field(ge=0, le=1, description="period of the boundary from face to face: 0 the shorter, 1 the longer")
    ] = 1
    keep: Annotated[float, Field(gt=0.0, le=1.0, description="how much of that period is taken")] = 0.25
    lithium_A: Annotated[float, Field(gt=0.0, le=100.0, description="thickness of lithium, at least")] = 3.0

    @property
    def spec(self) -> BoundarySpec:
        """What the builder of boundaries is asked for."""
        return BoundarySpec(axis=self.axis, plane=self.plane, layers=self.layers, n_tetrahedral=_TETRAHEDRAL)

    @property
    def stand(self) -> Stand:
        """How it stands between the faces."""
        return Stand("perpendicular", through=self.through)

    @property
    def geometry(self) -> TiltBoundary:
        """Of the boundary."""
        return tilt_boundary(self.axis, self.plane).representative()


@dataclass(frozen=True)
class Interface:
    """A cell with lithium on both faces of an electrolyte.

    Parameters
    ----------
    atoms
        Periodic in all directions, lithium metal at the bottom; the array ``part`` is 0 in it.
    boundaries
        Places of grain boundaries along y, in parts of the cell.
    heights
        Of the planes between lithium and the electrolyte: above the metal, and at the top of the cell [Å].
    remarks
        What a reader must know of it.

    """

    atoms: Atoms
    boundaries: tuple[float, ...]
    heights: tuple[float, float]
    remarks: tuple[str, ...]


def boundary_slab(size: InterfaceSize, rng: np.random.Generator) -> Slab:
    """Build a slab with two boundaries that go from face to face.

    Raises
    ------
    InputError
        If it cannot be built.

    Examples
    --------
    >>> slab = boundary_slab(InterfaceSize(), np.random.default_rng(1))
    >>> slab.atoms.get_chemical_formula()
    'La12Li28O48Zr8'

    """
    return open_electrolyte(_standing(size, rng), (1, 1), _THIN)


def _standing(size: InterfaceSize, rng: np.random.Generator) -> Electrolyte:
    standing = boundary_electrolyte(size.spec, build_boundary(size.spec, rng), size.stand, rng)
    return replace(standing, keep=size.keep)


def crystal_slab(size: InterfaceSize, rng: np.random.Generator) -> Slab:
    """Cut the crystal for the same surfaces: the boundary's twin, or as much without its room.

    Raises
    ------
    InputError
        If it cannot be built.

    Examples
    --------
    >>> slab = crystal_slab(InterfaceSize(), np.random.default_rng(1))
    >>> slab.atoms.get_chemical_formula()
    'La12Li28O48Zr8'

    """
    geometry = size.geometry
    if (2 * size.layers * geometry.spacing / geometry.normal_period) % 1.0 < _WHOLE:
        standing = _standing(size, rng)
        twin = twin_electrolyte(size.spec, standing, size.stand, rng)
        return open_electrolyte(replace(twin, keep=size.keep), (1, 1), _THIN)
    normal = np.rint(2.0 * np.array(geometry.periods[size.through])).astype(np.int64)
    normal //= np.gcd.reduce(normal)
    h, k, l = (int(index) for index in normal)  # noqa: E741  # as crystallographers call them
    crystal = crystal_electrolyte((h, k, l), _TETRAHEDRAL, rng)
    return open_electrolyte(replace(crystal, keep=size.keep), (1, 1), _THIN)


def closed(slab: Slab) -> Atoms:
    """Return the atoms of a slab in a cell as thick as it is: what is melted to become the glass."""
    atoms: Atoms = slab.atoms.copy()
    atoms.set_cell([*slab.edges, slab.thickness])
    atoms.pbc = True
    atoms.wrap()
    return atoms


def glass_slab(glass: Atoms) -> Slab:
    """Open a glass where that is easiest.

    Raises
    ------
    InputError
        If it is not neutral or its cell not orthogonal.

    """
    return open_electrolyte(Electrolyte(in_species_order(glass), axis=2, title="glass"), (1, 1), _THIN)


def between_lithium(slab: Slab, lithium_A: float) -> Interface:
    """Put lithium under an electrolyte; through the periodic cell it lies above it too.

    Raises
    ------
    InputError
        If no lithium fits the edges, or atoms come too near.

    """
    cell = stack_parts((lithium_slab(slab.edges, lithium_A), slab), StackSpec(clearance=_CLEARANCE, closure="open"))
    length, top = float(cell.atoms.cell.lengths()[1]), float(cell.atoms.cell.lengths()[2])
    boundaries = tuple(standing.at / length % 1.0 for standing in slab.boundaries)
    return Interface(cell.atoms, boundaries, (cell.interfaces[0], top), cell.ledger.remarks)
