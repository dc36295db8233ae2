"""Other compositions: dopants with the charge they bring made up for, and ions taken out."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from ase import Atoms

from gbglass.build.account import count_species
from gbglass.build.crystals.bulk import BuiltCrystal, Changes, account_crystal
from gbglass.build.crystals.choose import distances, in_order, nearest_lithium, spread
from gbglass.core.arrays import IntArray, StringArray
from gbglass.errors import InputError

LITHIUM_REMOVED: Mapping[str, int] = MappingProxyType({"Al": 2, "Ga": 2, "Ta": 1, "Nb": 1})
"""Li taken out for each dopant, besides the ion that it replaces."""

REPLACED: Mapping[str, str] = MappingProxyType({"Al": "Li", "Ga": "Li", "Ta": "Zr", "Nb": "Zr"})

_TETRAHEDRAL_REACH, _TETRAHEDRAL_OXYGEN = 2.8, 4
"""Lithium on 24d has four O within this distance, on 96h six [Å]."""

_GARNET = {"La", "O"}
"""Of every doped LLZO; Zr may all be replaced."""

_WHOLE = 1e-6


def dopant_count(atoms: Atoms, dopant: str, amount: float) -> int:
    """Return how many ions an amount for each formula unit (two octahedral cations) is.

    Parameters
    ----------
    atoms
        LLZO.
    dopant
        Al, Ga, Ta or Nb.
    amount
        For each Li7La3Zr2O12.

    Raises
    ------
    InputError
        If it is not a whole number of ions in this cell; the message lists the nearest amounts that are.

    Examples
    --------
    >>> from gbglass.build.crystals.cubic import cubic_llzo
    >>> dopant_count(cubic_llzo(12, np.random.default_rng(1)), "Al", 0.25)
    2

    """
    if not 0.0 <= amount < np.inf:
        raise InputError(f"the amount of {dopant} must be zero or more, got {amount}")
    units = sum(symbol in ("Zr", "Ta", "Nb") for symbol in atoms.get_chemical_symbols()) / 2
    count = amount * units
    if amount < 0.0 or abs(count - round(count)) > _WHOLE * max(1.0, units):
        near = sorted({max(0, int(count)), int(count) + 1})
        raise InputError(
            f"{dopant} = {amount:g} is not a whole number of ions in {units:g} formula units; the nearest amounts that "
            f"are: {', '.join(f'{n / units:.6g}' for n in near)}; or take a larger cell"
        )
    return round(count)


def dope(atoms: Atoms, dopants: Mapping[str, int], rng: np.random.Generator, name: str = "doped LLZO") -> BuiltCrystal:
    """Put dopants into LLZO, as far from each other as their number allows, and take out the lithium they replace.

    Al and Ga go on tetrahedral lithium sites and take two more Li out, Ta and Nb go on Zr and take one out: those
    nearest to the dopant, which repels them.

    Parameters
    ----------
    atoms
        LLZO.
    dopants
        How many of each.
    rng
        Decides where.
    name
        For people.

    Raises
    ------
    InputError
        If a dopant is unknown, or there are too few sites or lithium for it.

    Examples
    --------
    >>> from gbglass.build.crystals.cubic import cubic_llzo
    >>> pure = cubic_llzo(12, np.random.default_rng(1))
    >>> dope(pure, {"Ta": 4}, np.random.default_rng(1)).atoms.get_chemical_formula()
    'La24Li52O96Ta4Zr12'

    """
    unknown = sorted(set(dopants) - set(REPLACED))
    if unknown:
        raise InputError(f"no rule is known for the dopant {', '.join(unknown)}; known are {', '.join(REPLACED)}")
    symbols = np.array(atoms.get_chemical_symbols(), dtype="<U2")
    if not set(symbols) >= _GARNET:
        raise InputError(f"dopants are known for LLZO, with La and O; {name} is {atoms.get_chemical_formula()}")
    gone: list[int] = []
    for dopant, count in dopants.items():
        for site in spread(atoms, _sites(atoms, symbols, dopant, gone), count, dopant, rng).tolist():
            symbols[site] = dopant
            gone += nearest_lithium(atoms, symbols, site, LITHIUM_REMOVED[dopant], gone)
    doped: Atoms = atoms.copy()
    doped.set_chemical_symbols(symbols.tolist())
    kept = doped[np.setdiff1d(np.arange(len(atoms)), gone)]
    added = {dopant: count for dopant, count in dopants.items() if count}
    removed = {"Li": len(gone) + sum(n for d, n in added.items() if REPLACED[d] == "Li")}
    removed["Zr"] = sum(n for d, n in added.items() if REPLACED[d] == "Zr")
    changes = Changes(count_species(atoms), {s: n for s, n in removed.items() if n}, added)
    return account_crystal(in_order(kept), name, changes)


def remove_ions(
    atoms: Atoms,
    ions: Mapping[str, int],
    rng: np.random.Generator,
    name: str = "LLZO",
    *,
    allow_nonstoichiometric: bool = False,
) -> BuiltCrystal:
    """Take out ions, from places far apart.

    Parameters
    ----------
    atoms
        Any crystal.
    ions
        How many of each species.
    rng
        Decides which.
    name
        For people.
    allow_nonstoichiometric
        Let the cell be charged: only a potential without fixed charges can describe it.

    Raises
    ------
    InputError
        If there are not so many, or the cell would be charged and that was not allowed.

    """
    if min(ions.values(), default=0) < 0:
        raise InputError(f"ions can be taken out, not put in: {', '.join(f'{s}={n}' for s, n in ions.items())}")
    symbols = np.array(atoms.get_chemical_symbols())
    gone = [spread(atoms, np.flatnonzero(symbols == s), count, s, rng) for s, count in ions.items()]
    kept = atoms[np.setdiff1d(np.arange(len(atoms)), np.concatenate([[], *gone]))]
    changes = Changes(count_species(atoms), {species: count for species, count in ions.items() if count})
    return account_crystal(kept, name, changes, allow_nonstoichiometric=allow_nonstoichiometric)


def _sites(atoms: Atoms, symbols: StringArray, dopant: str, gone: list[int]) -> IntArray:
    """Return where a dopant may go: Zr, or lithium with four O around it."""
    here = np.setdiff1d(np.flatnonzero(symbols == REPLACED[dopant]), gone)
    if REPLACED[dopant] == "Zr":
        return here.astype(np.int64)
    oxygen = np.flatnonzero(symbols == "O")
    near = np.array([(distances(atoms, site, oxygen) < _TETRAHEDRAL_REACH).sum() for site in here.tolist()])
    tetrahedral: IntArray = here[near == _TETRAHEDRAL_OXYGEN].astype(np.int64)
    return tetrahedral
