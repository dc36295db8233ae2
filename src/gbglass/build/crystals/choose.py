"""Which atoms: far apart, nearest to another, in the order in which structures list them."""

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray, IntArray, StringArray
from gbglass.core.species import FORMAL_CHARGES
from gbglass.errors import InputError

_SAME = 1e-6
"""Distances that agree so far are equal: chance decides, on every machine alike [Å]."""


def spread(atoms: Atoms, sites: IntArray, count: int, what: str, rng: np.random.Generator) -> IntArray:
    """Choose sites one by one, each as far from the nearest chosen one as can be; the first by chance.

    Parameters
    ----------
    atoms
        The structure.
    sites
        Indices to choose from.
    count
        How many.
    what
        For the message.
    rng
        Decides between equals.

    Raises
    ------
    InputError
        If there are not so many.

    """
    if not 0 <= count <= len(sites):
        raise InputError(f"{count} {what} were asked for, but there are {len(sites)} places for them")
    chosen: list[int] = []
    nearest = np.full(len(sites), np.inf)
    for _ in range(count):
        farthest = nearest >= nearest.max() - _SAME
        place = int(rng.choice(np.flatnonzero(farthest)))
        chosen.append(int(sites[place]))
        nearest = np.minimum(nearest, distances(atoms, int(sites[place]), sites))
        nearest[place] = -1.0
    return np.array(chosen, dtype=np.int64)


def nearest_lithium(atoms: Atoms, symbols: StringArray, site: int, count: int, gone: list[int]) -> list[int]:
    """Return the lithium nearest to a site that is not gone yet.

    Raises
    ------
    InputError
        If there is not so much left.

    """
    lithium = np.setdiff1d(np.flatnonzero(symbols == "Li"), [*gone, site])
    if len(lithium) < count:
        raise InputError(f"{count} Li must go for an ion at {site}, but {len(lithium)} are left")
    order = np.argsort(np.round(distances(atoms, site, lithium), 6), kind="stable")
    return [int(index) for index in lithium[order[:count]]]


def distances(atoms: Atoms, site: int, others: IntArray) -> FloatArray:
    """Return the distance of one atom to others, the nearest images [Å]."""
    if not atoms.cell.orthorhombic:
        return np.asarray(atoms.get_distances(site, others, mic=True), dtype=np.float64)
    apart = atoms.positions[others] - atoms.positions[site]  # ten times as fast as for any cell
    edges = atoms.cell.lengths()
    apart -= edges * np.round(apart / edges)
    return np.asarray(np.linalg.norm(apart, axis=1), dtype=np.float64)


def in_order(atoms: Atoms) -> Atoms:
    """List the species in the order of the table of ions."""
    symbols = atoms.get_chemical_symbols()
    order = np.argsort([list(FORMAL_CHARGES).index(symbol) for symbol in symbols], kind="stable")
    ordered: Atoms = atoms[order]
    return ordered
