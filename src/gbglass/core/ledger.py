"""The account of what a builder did: nothing is added, removed or strained without standing here."""

from dataclasses import dataclass, field
from typing import Protocol

from ase import Atoms

Counts = dict[str, int]


@dataclass(frozen=True)
class BoundaryLithium:
    """What a grain boundary did to the lithium of the grains.

    Parameters
    ----------
    sites_lost
        Crystal sites that the other grain's framework closed.
    on_cavities
        Lithium placed on cavity sites that belong to neither crystal.
    excess_per_area
        Lithium on this boundary's side of both grains above the crystal's composition; what the other boundary's side
        lacks, if the cell as a whole has that composition [1/nm²].

    """

    sites_lost: int
    on_cavities: int
    excess_per_area: float


@dataclass(frozen=True)
class BoundaryEntry:
    """What one grain boundary or interface of a cell looks like.

    Parameters
    ----------
    name
        Such as ``"boundary 1"``.
    position
        Fractional coordinate along the normal [1].
    expansion
        Space put between the grains or the parts here [Å].
    shortest_contacts
        Across it, by species pair [Å].
    lithium
        Of a grain boundary; None for an interface of two materials.

    """

    name: str
    position: float
    expansion: float
    shortest_contacts: dict[str, float]
    lithium: BoundaryLithium | None = None


@dataclass(frozen=True)
class Ledger:
    """Account of a structure.

    Parameters
    ----------
    atoms
        Atoms of each species in the finished cell.
    removed, added
        Against what was cut, by species: atoms = cut - removed + added.
    formal_charge
        Of the whole cell, each part with its own valences [e].
    valence
        Charge of each species in each part: Li metal 0, garnet ions formal, Zr of LixZr2O4 mixed, (8 - x)/2 [e].
    shortest_contacts
        By species pair [Å].
    dipole_along_normal
        Of the formal charges within the cell, along the boundary normal, wrapped to the smallest; None where there is
        no one normal [e Å].
    li2o_excess_per_area
        Li2O units above the crystal's composition, over both boundaries; None where that has no meaning [1/nm²].
    intact_octahedra
        Share of the octahedral cations (Zr, Ta, Nb) of the electrolyte with exactly six O within 2.6 Å; None where
        there is none [%].
    area
        Of one boundary or interface; None where there is no one plane [Å²].
    strain
        Put into each part, along the cell vectors [1].
    boundaries
        One entry each.
    cut
        Atoms of each species before anything was removed or added.
    remarks
        What else a user must know of this cell, one sentence each.

    """

    atoms: Counts
    removed: Counts
    added: Counts
    formal_charge: float
    valence: dict[str, dict[str, float]]
    shortest_contacts: dict[str, float]
    dipole_along_normal: float | None = None
    li2o_excess_per_area: float | None = None
    intact_octahedra: float | None = None
    area: float | None = None
    strain: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    boundaries: tuple[BoundaryEntry, ...] = ()
    cut: Counts = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class Built(Protocol):
    """What every builder returns: a structure with its account."""

    @property
    def atoms(self) -> Atoms:
        """The structure."""

    @property
    def ledger(self) -> Ledger:
        """What was done."""
