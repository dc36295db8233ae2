"""Whether a potential can describe a structure at all; asked before anything runs."""

import math

import numpy as np
from ase import Atoms

from gbglass.core.neighbours import find_pairs, shortest_contacts
from gbglass.core.packaged import available_potentials, load_potential
from gbglass.core.potential import Potential
from gbglass.core.species import FORMAL_CHARGES
from gbglass.errors import InputError

_METAL_DISTANCE = 4.0
"""Main valley of the Li-Li distribution in LLZO; a metal atom has 14 neighbours within it [Å]."""

_METAL_NEIGHBOURS = 8
_BOND_DISTANCE = 3.1
"""Valley of the Li-O distribution: nearer than this to an anion, lithium is an ion [Å]."""

_ANIONS = tuple(species for species, charge in FORMAL_CHARGES.items() if charge < 0)

_NEUTRAL = 1e-6


def check_structure(potential: Potential, atoms: Atoms) -> None:
    """Refuse a structure that a potential cannot describe.

    Raises
    ------
    InputError
        If it has elements that the potential lacks, or a pair of atoms nearer than it was made for; with fixed charges,
        if it has lithium metal or a net charge.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from gbglass.core.packaged import load_potential
    >>> check_structure(load_potential("buckingham-llzo"), bulk("Cu"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    gbglass.errors.InputError: potential buckingham-llzo does not know Cu; it knows Li, La, Zr, O; none of ...

    """
    check_elements(potential, atoms)
    _check_contacts(potential, atoms)
    if potential.fixed_charges is None:
        return
    metal = count_metallic_lithium(atoms)
    if metal:
        raise InputError(
            f"potential {potential.name} has fixed charges and cannot describe lithium metal; {metal} Li atoms have "
            f"{_METAL_NEIGHBOURS} or more Li within {_METAL_DISTANCE:g} Å and no anion within {_BOND_DISTANCE:g} Å"
        )
    charges = [potential.fixed_charges[symbol] for symbol in atoms.get_chemical_symbols()]
    charge = math.fsum(charges)
    if abs(charge) > _NEUTRAL:
        raise InputError(
            f"potential {potential.name} has fixed charges and needs a neutral cell; {atoms.symbols} carries "
            f"{charge:+g} e; change the number of Li or O"
        )


def check_elements(potential: Potential, atoms: Atoms) -> None:
    """Refuse a structure with elements that a potential lacks.

    Raises
    ------
    InputError
        Names them, and a potential that would do.

    """
    unknown = sorted(set(atoms.get_chemical_symbols()) - set(potential.elements))
    if unknown:
        known = ", ".join(potential.elements)
        raise InputError(
            f"potential {potential.name} does not know {', '.join(unknown)}; it knows {known}; {_advice(atoms)}"
        )


def _check_contacts(potential: Potential, atoms: Atoms) -> None:
    if not potential.shortest:
        return
    found = shortest_contacts(atoms, max(potential.shortest.values()))
    near = {pair: d for pair, d in found.items() if d < potential.shortest.get(pair, 0.0)}
    if near:
        said = ", ".join(f"{pair} {d:.2f} Å (shortest {potential.shortest[pair]:.2f} Å)" for pair, d in near.items())
        raise InputError(
            f"potential {potential.name} was not made for atoms as near as in {atoms.symbols}: {said}; move them apart"
        )


def _advice(atoms: Atoms) -> str:
    """Say which packaged potentials know all elements, or which kind would do."""
    needed = set(atoms.get_chemical_symbols())
    knowing = [name for name in available_potentials() if needed <= set(load_potential(name).elements)]
    if knowing:
        return f"{' and '.join(knowing)} would do"
    return (
        f"none of the packaged ones ({', '.join(available_potentials())}) knows all of {', '.join(sorted(needed))}; "
        "one trained on these elements would do"
    )


def count_metallic_lithium(atoms: Atoms) -> int:
    """Count the lithium atoms that are surrounded by lithium, with no anion near.

    Examples
    --------
    >>> from ase.build import bulk
    >>> count_metallic_lithium(bulk("Li", cubic=True))
    2

    """
    symbols = np.array(atoms.get_chemical_symbols())
    lithium, anion = symbols == "Li", np.isin(symbols, _ANIONS)
    pairs = find_pairs(atoms.positions, atoms.cell.array, _METAL_DISTANCE)
    both = lithium[pairs.first] & lithium[pairs.second]
    n_lithium = _count(pairs.first[both], pairs.second[both], len(atoms))
    bonded = (pairs.distances < _BOND_DISTANCE) & (
        (lithium[pairs.first] & anion[pairs.second]) | (anion[pairs.first] & lithium[pairs.second])
    )
    n_anions = _count(pairs.first[bonded], pairs.second[bonded], len(atoms))
    return int(np.sum(lithium & (n_lithium >= _METAL_NEIGHBOURS) & (n_anions == 0)))


def _count(
    first: np.ndarray[tuple[int], np.dtype[np.int64]], second: np.ndarray[tuple[int], np.dtype[np.int64]], n_atoms: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.bincount(first, minlength=n_atoms) + np.bincount(second, minlength=n_atoms)
