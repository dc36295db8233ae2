"""The account of what a builder did: nothing is added, removed or strained without standing here."""

from dataclasses import dataclass, field

Counts = dict[str, int]


@dataclass(frozen=True)
class BoundaryEntry:
    """What one boundary of a cell looks like.

    Parameters
    ----------
    name
        Such as ``"boundary 1"``.
    position
        Fractional coordinate along the normal [1].
    expansion
        Space put between the grains here [Å].
    lithium_sites_lost
        Crystal sites that the other grain's framework closed.
    lithium_on_cavities
        Lithium placed on cavity sites that belong to neither crystal.
    shortest_contacts
        Across this boundary, by species pair [Å].

    """

    name: str
    position: float
    expansion: float
    lithium_sites_lost: int
    lithium_on_cavities: int
    shortest_contacts: dict[str, float]


@dataclass(frozen=True)
class Ledger:
    """Account of a structure.

    Parameters
    ----------
    atoms
        Atoms of each species in the finished cell.
    removed, added
        Against the cut crystal, by species.
    formal_charge
        Of the whole cell [e].
    valence
        Formal charge each part carries, by part and species: Li metal 0, garnet ions formal.
    dipole_along_normal
        Of the formal charges within the cell, along the boundary normal, wrapped to the smallest [e Å].
    li2o_excess_per_area
        Li2O units above the garnet's composition, over both boundaries [1/nm²].
    intact_octahedra
        Share of Zr with exactly six O within 2.6 Å [%].
    shortest_contacts
        By species pair [Å].
    strain
        Put into each part, along the cell vectors [1].
    area
        Of one boundary [Å²].
    boundaries
        One entry each.

    """

    atoms: Counts
    removed: Counts
    added: Counts
    formal_charge: int
    valence: dict[str, dict[str, int]]
    dipole_along_normal: float
    li2o_excess_per_area: float
    intact_octahedra: float
    shortest_contacts: dict[str, float]
    strain: dict[str, tuple[float, float, float]]
    area: float
    boundaries: tuple[BoundaryEntry, ...] = field(default=())
