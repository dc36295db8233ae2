"""Pairs of atoms within a distance, in any periodic cell; the neighbour search itself is vesin's."""

from dataclasses import dataclass

import numpy as np
from ase import Atoms
from vesin import NeighborList

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.species import pair_name, species_pairs


@dataclass(frozen=True)
class Pairs:
    """Each pair of atoms within a cutoff once; a pair seen through several images stands once for each.

    Parameters
    ----------
    first, second
        Indices of the atoms [int, (n_pairs,)].
    distances
        [Å, (n_pairs,)].

    """

    first: IntArray
    second: IntArray
    distances: FloatArray


def find_pairs(positions: FloatArray, cell: FloatArray, cutoff: float) -> Pairs:
    """Find all pairs within a cutoff under periodic boundaries in all directions.

    Parameters
    ----------
    positions
        [Å, (n_atoms, 3)]; need not be wrapped.
    cell
        Rows are the cell vectors [Å, (3, 3)].
    cutoff
        [Å]; may exceed half the cell.

    Examples
    --------
    >>> pairs = find_pairs(np.zeros((1, 3)), np.eye(3) * 3.0, 3.1)
    >>> len(pairs.distances)  # simple cubic: 6 neighbours, each pair once
    3

    """
    search = NeighborList(cutoff=cutoff, full_list=False)
    wrapped = np.linalg.solve(cell.T, positions.T).T % 1.0 @ cell
    i, j, d = search.compute(points=wrapped, box=np.ascontiguousarray(cell), periodic=True, quantities="ijd")
    return Pairs(i.astype(np.int64), j.astype(np.int64), d)


def shortest_contacts(atoms: Atoms, cutoff: float = 5.0) -> dict[str, float]:
    """Return the shortest distance [Å] of each pair of species, keyed ``"Li-O"``; infinite beyond the cutoff."""
    symbols = np.array(atoms.get_chemical_symbols())
    pairs = find_pairs(atoms.positions, atoms.cell.array, cutoff)
    kinds_first, kinds_second = symbols[pairs.first], symbols[pairs.second]
    shortest: dict[str, float] = {}
    for a, b in species_pairs(symbols.tolist()):
        of_pair = ((kinds_first == a) & (kinds_second == b)) | ((kinds_first == b) & (kinds_second == a))
        shortest[pair_name(a, b)] = float(pairs.distances[of_pair].min(initial=np.inf))
    return shortest
