"""Slabs, the parts of a cell: neutral, with two free surfaces across z and vacuum above."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from ase import Atoms

from gbglass.build.piece import wrap_into
from gbglass.core.arrays import FloatArray
from gbglass.core.ledger import BoundaryEntry
from gbglass.errors import InputError

Z = 2
"""The axis that slabs are stacked along."""

VACUUM = 15.0
"""Above a slab: more than twice the reach of the potentials, so that its images do not feel each other [Å]."""

SPECIES_ORDER = ("Li", "La", "Zr", "O")
"""In which structures are listed; other species come after these."""

GARNET, OTHER = "LLZO", "electrolyte"
ELECTROLYTES = (GARNET, OTHER)
"""What the part between the electrodes is called: garnet, doped or not, or a material of its user's."""

_RIGHT_ANGLE = 1e-6

Strain = tuple[float, float, float]

Role = Literal["electrolyte", "anode", "cathode"]
"""What a part does in a cell: the electrolyte keeps its place and its octahedra, the cathode's outer layer is held."""


@dataclass(frozen=True)
class StandingBoundary:
    """A grain boundary in a slab.

    Parameters
    ----------
    entry
        Of the ledger of the boundary's own cell.
    axis
        Of its normal: 1 if it stands across y, 2 if it lies across z.
    at
        Where, along that axis; z from the slab's lowest atom [Å].

    """

    entry: BoundaryEntry
    axis: int
    at: float


@dataclass(frozen=True)
class Slab:
    """A part of a cell: neutral, with free surfaces across z.

    Parameters
    ----------
    atoms
        With vacuum along z; the arrays ``grain`` (0 where there is no grain) and ``layer``.
    name
        Of the part, such as ``"LLZO"``.
    role
        In the cell.
    thickness
        Nominal: whole layers times their spacing, or the period that was opened [Å].
    valence
        Charge of each species [e].
    strain
        Put into it along x, y, z, by what it is compared with [1].
    remarks
        What a user must know of it.
    face
        Height of the lower nominal face above the lowest atom [Å].
    boundaries
        Grain boundaries in it.

    """

    atoms: Atoms
    name: str
    role: Role
    thickness: float
    valence: Mapping[str, float]
    strain: Mapping[str, Strain]
    remarks: tuple[str, ...] = field(default=())
    face: float = 0.0
    boundaries: tuple[StandingBoundary, ...] = ()

    @property
    def charges(self) -> FloatArray:
        """Charge of each atom [e, (n_atoms,)]."""
        return np.array([self.valence[symbol] for symbol in self.atoms.get_chemical_symbols()], dtype=np.float64)

    @property
    def edges(self) -> tuple[float, float]:
        """In-plane lengths [Å]."""
        first, second, _ = self.atoms.cell.lengths()
        return float(first), float(second)


def with_vacuum(atoms: Atoms, edges: tuple[float, float]) -> Atoms:
    """Put a slab into a cell with vacuum above it, its lowest atom at height 0, its species in order.

    Parameters
    ----------
    atoms
        At heights as they are in the slab; x and y are wrapped.
    edges
        In-plane lengths of the cell [Å].

    """
    points = atoms.positions.copy()
    points[:, 2] -= points[:, 2].min()
    box = np.array([*edges, points[:, 2].max() + VACUUM])
    result = atoms.copy()
    result.set_cell(box)
    result.set_pbc(True)
    result.positions = wrap_into(points, box)
    for array in ("grain", "layer"):
        if not result.has(array):
            result.set_array(array, np.zeros(len(result), dtype=np.int64))
    return in_species_order(result)


def in_species_order(atoms: Atoms) -> Atoms:
    """List atoms species by species: Li, La, Zr, O, then others; within a species as they were."""
    symbols = atoms.get_chemical_symbols()
    known = [*SPECIES_ORDER, *sorted(set(symbols) - set(SPECIES_ORDER))]
    sorted_atoms: Atoms = atoms[np.argsort([known.index(symbol) for symbol in symbols], kind="stable")]
    return sorted_atoms


def check_orthogonal(atoms: Atoms, what: str) -> None:
    """Refuse a cell that is not a box along x, y, z.

    Raises
    ------
    InputError
        With the cell.

    """
    cell = atoms.cell.array
    if not atoms.pbc.all() or np.abs(cell - np.diag(np.diag(cell))).max() > _RIGHT_ANGLE or np.diag(cell).min() <= 0.0:
        raise InputError(
            f"{what} must have a periodic cell with edges along x, y and z, got {np.round(cell, 4).tolist()} with "
            f"periods {atoms.pbc.tolist()}; make it orthogonal first, such as with ase.build.make_supercell"
        )
