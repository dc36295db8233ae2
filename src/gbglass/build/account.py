"""The account of a structure: everything a Ledger says that can be read off the atoms."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols

from gbglass.build.crystal import WHOLE_OCTAHEDRON
from gbglass.core.arrays import FloatArray, StringArray
from gbglass.core.ledger import Counts
from gbglass.core.neighbours import Pairs, find_pairs
from gbglass.core.species import FORMAL_CHARGES, contact_limit, pair_name, species_pairs

_CONTACT_REACH = 7.0
"""Longer than the nearest distance of any two species in garnet, Zr-Zr with 5.62 Å [Å]."""

_FIRST_SHELL = 3.3
"""Within it most species of garnet meet each other; the rest are sought further out by themselves [Å]."""

OCTAHEDRAL = ("Zr", "Ta", "Nb")
"""Cations in the octahedra of the garnet framework."""

_OXYGEN_PER_OCTAHEDRON = 6


def is_garnet(species: Collection[str]) -> bool:
    """Say whether species are those of garnet, doped or not: octahedra are expected to be whole then.

    Those of the spinel share their oxygen.

    Examples
    --------
    >>> is_garnet(["Li", "La", "Zr", "Ta", "O"]), is_garnet(["Li", "La", "Ti", "O"])
    (True, False)

    """
    return {"La", "O"} <= set(species) and not set(OCTAHEDRAL).isdisjoint(species)


@dataclass(frozen=True)
class ForbiddenContact:
    """Two atoms nearer than any structure of these elements may have them."""

    first: int
    second: int
    pair: str
    distance: float
    limit: float

    def __str__(self) -> str:
        """Write it as a line for a message."""
        return f"{self.pair} {self.distance:.2f} Å between atoms {self.first} and {self.second} (limit {self.limit} Å)"


def count_species(atoms: Atoms) -> Counts:
    """Count the atoms of each species, alphabetically.

    Examples
    --------
    >>> count_species(Atoms("OLi2"))
    {'Li': 2, 'O': 1}

    """
    numbers, counts = np.unique(atoms.numbers, return_counts=True)
    return dict(sorted(zip((chemical_symbols[n] for n in numbers), counts.tolist(), strict=True)))


def first_shell(atoms: Atoms) -> Pairs:
    """Find all pairs that an account looks at, once for all of it: as far as the nearest neighbours.

    The functions below that take a shell find it themselves when it is not given.
    """
    limits = [contact_limit(a, b) for a, b in species_pairs(count_species(atoms))]
    return find_pairs(atoms.positions, atoms.cell.array, max(_FIRST_SHELL, WHOLE_OCTAHEDRON, *limits))


def contacts(atoms: Atoms, pairs: Pairs | None = None, shell: Pairs | None = None) -> dict[str, float]:
    """Return the shortest distance of each pair of species among some pairs of atoms, all within 7 Å by default [Å].

    Pairs of species that do not meet within that distance are left out.

    Examples
    --------
    >>> contacts(Atoms("LiO", [[0, 0, 0], [2, 0, 0]], cell=[9, 9, 9]))
    {'Li-O': 2.0}

    """
    symbols = _symbols(atoms)
    found = _shortest(symbols, pairs or shell or first_shell(atoms))
    shortest = {}
    for a, b in species_pairs(count_species(atoms)):
        if pairs is None and (a, b) not in found:
            # Few species meet no one of their kind in the first shell; all pairs to 7 Å would fill the memory.
            chosen = np.isin(symbols, (a, b))
            further = find_pairs(atoms.positions[chosen], atoms.cell.array, _CONTACT_REACH)
            found |= _shortest(symbols[chosen], further, (a, b))
        if (a, b) in found:
            shortest[pair_name(a, b)] = found[a, b]
    return shortest


def _shortest(symbols: StringArray, pairs: Pairs, only: tuple[str, str] | None = None) -> dict[tuple[str, str], float]:
    """Return the shortest distance of each pair of species that meets, or of one pair [Å]."""
    kinds, codes = np.unique(symbols, return_inverse=True)
    low, high = np.sort(np.stack([codes[pairs.first], codes[pairs.second]]), axis=0)
    shortest = np.full(len(kinds) ** 2, np.inf)
    np.minimum.at(shortest, low * len(kinds) + high, pairs.distances)
    names = [(str(a), str(b)) for a in kinds for b in kinds]
    return {
        pair: float(distance)
        for pair, distance in zip(names, shortest, strict=True)
        if np.isfinite(distance) and only in (None, pair)
    }


def contacts_across(atoms: Atoms, position: float) -> dict[str, float]:
    """Return the shortest distance of each pair of species whose atoms are of two grains, near one boundary [Å].

    Parameters
    ----------
    atoms
        With the array ``grain``; boundaries across the third cell vector.
    position
        Fractional coordinate of the boundary [1].

    """
    pairs = find_pairs(atoms.positions, atoms.cell.array, _CONTACT_REACH)
    grain, height = atoms.get_array("grain"), atoms.get_scaled_positions()[:, 2]
    from_boundary = np.abs((height - position + 0.5) % 1.0 - 0.5)
    nearer_here = from_boundary[pairs.first] + from_boundary[pairs.second] < 0.5  # noqa: PLR2004  # half the cell
    chosen = (grain[pairs.first] != grain[pairs.second]) & nearer_here
    return contacts(atoms, Pairs(pairs.first[chosen], pairs.second[chosen], pairs.distances[chosen]))


def forbidden_contacts(atoms: Atoms, shell: Pairs | None = None) -> list[ForbiddenContact]:
    """List all pairs of atoms nearer than their contact limit, the nearest first.

    Examples
    --------
    >>> print(*forbidden_contacts(Atoms("LiO", [[0, 0, 0], [1.2, 0, 0]], cell=[9, 9, 9])))
    Li-O 1.20 Å between atoms 0 and 1 (limit 1.5 Å)

    """
    symbols = _symbols(atoms)
    kinds, codes = np.unique(symbols, return_inverse=True)
    limits = np.array([[contact_limit(a, b) for b in kinds.tolist()] for a in kinds.tolist()])
    pairs = shell or find_pairs(atoms.positions, atoms.cell.array, float(limits.max()))
    limit_of = limits[codes[pairs.first], codes[pairs.second]]
    found = []
    for index in np.flatnonzero(pairs.distances < limit_of).tolist():
        i, j = int(pairs.first[index]), int(pairs.second[index])
        pair = pair_name(*sorted((str(symbols[i]), str(symbols[j]))))
        found.append(ForbiddenContact(i, j, pair, float(pairs.distances[index]), float(limit_of[index])))
    return sorted(found, key=lambda contact: contact.distance)


def intact_octahedra(atoms: Atoms, shell: Pairs | None = None) -> float:
    """Return the share of octahedral cations (Zr, Ta, Nb) with exactly six O within 2.6 Å [%]."""
    symbols = _symbols(atoms)
    pairs = shell or find_pairs(atoms.positions, atoms.cell.array, WHOLE_OCTAHEDRON)
    near = pairs.distances < WHOLE_OCTAHEDRON
    pairs = Pairs(pairs.first[near], pairs.second[near], pairs.distances[near])
    first, second = symbols[pairs.first], symbols[pairs.second]
    is_centre = np.isin(symbols, OCTAHEDRAL)
    centres = np.concatenate(
        [pairs.first[is_centre[pairs.first] & (second == "O")], pairs.second[(first == "O") & is_centre[pairs.second]]]
    )
    bonds = np.bincount(centres, minlength=len(atoms))[is_centre]
    return 100.0 * float((bonds == _OXYGEN_PER_OCTAHEDRON).mean())


def formal_charges(atoms: Atoms) -> FloatArray:
    """Return the formal charge of each atom [e, (n_atoms,)]."""
    return np.array([FORMAL_CHARGES[symbol] for symbol in atoms.get_chemical_symbols()], dtype=np.float64)


def not_neutral(charge: float) -> str:
    """Say in a ledger what a charged cell is good for [e]."""
    return f"Not neutral: formal charge {charge:+g} e; potentials with fixed charges refuse it."


def dipole_along_normal(atoms: Atoms) -> float:
    """Return the dipole of the formal charges along the third cell vector, for a neutral cell [e Å].

    In a periodic cell it is known only up to one elementary charge times the height; the smallest value is returned.
    """
    height = float(np.linalg.norm(atoms.cell.array[2]))
    dipole = float(formal_charges(atoms) @ atoms.get_scaled_positions()[:, 2]) * height
    return dipole - height * round(dipole / height)


def _symbols(atoms: Atoms) -> StringArray:
    symbols: StringArray = np.array(chemical_symbols)[atoms.numbers]
    return symbols
