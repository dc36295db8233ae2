"""Pairs of atoms within a distance, in any periodic cell; the neighbour search itself is vesin's."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from ase import Atoms
from vesin import NeighborList

from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.core.species import pair_name, species_pairs

AT_ONCE = 600_000
"""Pairs held at a time by `pair_blocks`, about: 24 bytes each, and as much again while they are looked at."""

_RESOLUTION = 1 << 40
"""Parts of a cell vector in which the middle of a pair is placed: whole numbers, so that no two blocks claim it."""

_ROUNDING = 1e-9


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
    wrapped = _fractions(positions, cell) @ cell
    i, j, d = search.compute(points=wrapped, box=np.ascontiguousarray(cell), periodic=True, quantities="ijd")
    return Pairs(i.view(np.int64), j.view(np.int64), d)


def find_vectors(positions: FloatArray, cell: FloatArray, cutoff: float) -> tuple[IntArray, IntArray, FloatArray]:
    """Find all pairs within a cutoff in both directions, with the way from the first to the second.

    Returns
    -------
    tuple
        Indices of first and second [int, (n_pairs,) each], and vectors [Å, (n_pairs, 3)].

    Examples
    --------
    >>> first, second, away = find_vectors(np.zeros((1, 3)), np.eye(3) * 3.0, 3.1)
    >>> len(first), float(np.abs(away.sum()))
    (6, 0.0)

    """
    search = NeighborList(cutoff=cutoff, full_list=True)
    wrapped = _fractions(positions, cell) @ cell
    i, j, away = search.compute(points=wrapped, box=np.ascontiguousarray(cell), periodic=True, quantities="ijD")
    return i.view(np.int64), j.view(np.int64), away


def pair_blocks(positions: FloatArray, cell: FloatArray, cutoff: float, at_once: int = AT_ONCE) -> Iterator[Pairs]:
    """Find all pairs as `find_pairs` does, a block of the cell at a time, so that memory stays flat in its size.

    A pair belongs to the block that holds its middle, so a block needs no atoms farther than half a cutoff away.

    Parameters
    ----------
    positions, cell, cutoff
        As for `find_pairs`.
    at_once
        Pairs in a block, about; up to twice as many are found at once.

    Examples
    --------
    >>> positions = np.random.default_rng(1).random((500, 3)) * 20.0
    >>> blocks = list(pair_blocks(positions, np.eye(3) * 20.0, 4.0, at_once=500))
    >>> len(blocks) > 1, sum(len(b.first) for b in blocks) == len(find_pairs(positions, np.eye(3) * 20.0, 4.0).first)
    (True, True)

    """
    volume = abs(float(np.linalg.det(cell)))
    expected = len(positions) ** 2 / volume * 2.0 / 3.0 * math.pi * cutoff**3
    if expected <= 2.0 * at_once:
        yield find_pairs(positions, cell, cutoff)
        return
    heights = 1.0 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    edge = float(np.prod(heights) * at_once / expected) ** (1.0 / 3.0)
    blocks = np.maximum(1, np.round(heights / edge)).astype(np.int64)
    fractions = _fractions(positions, cell)
    halo = cutoff / 2.0 / heights + _ROUNDING
    for block in product(*(range(int(n)) for n in blocks)):
        yield _pairs_of_block(fractions, cell, cutoff, _Block(np.array(block), blocks, halo))


@dataclass(frozen=True)
class _Block:
    """One of the equal parts of a cell, by its number along each vector, and how far around it atoms are needed."""

    number: IntArray
    of: IntArray
    halo: FloatArray

    def around(self, fractions: FloatArray) -> tuple[IntArray, IntArray]:
        """Return the atoms in and around it [(n,)], and by how many cells each is moved [(n, 3)]."""
        atoms = np.arange(len(fractions))
        moved = np.zeros((len(fractions), 3), dtype=np.int64)
        for axis in range(3):
            low = self.number[axis] / self.of[axis] - self.halo[axis]
            high = (self.number[axis] + 1) / self.of[axis] + self.halo[axis]
            along = fractions[atoms, axis]
            images = range(math.floor(low), math.floor(high) + 1)
            found = [np.flatnonzero((along + image >= low) & (along + image < high)) for image in images]
            moved = np.concatenate([moved[which] for which in found])
            moved[:, axis] = np.repeat(list(images), [len(which) for which in found])
            atoms = np.concatenate([atoms[which] for which in found])
        return atoms, moved

    def holds(self, doubled: IntArray) -> BoolArray:
        """Say whether the sums of two places, in parts of a cell vector, are those of a middle in this block."""
        low = 2 * (self.number * _RESOLUTION // self.of)
        high = 2 * ((self.number + 1) * _RESOLUTION // self.of)
        inside: BoolArray = np.logical_and.reduce((doubled >= low) & (doubled < high), axis=1)
        return inside


def _pairs_of_block(fractions: FloatArray, cell: FloatArray, cutoff: float, block: _Block) -> Pairs:
    atoms, moved = block.around(fractions)
    search = NeighborList(cutoff=cutoff, full_list=False)
    points = (fractions[atoms] + moved) @ cell
    i, j, d = search.compute(points=points, box=np.zeros((3, 3)), periodic=False, quantities="ijd")
    places = np.floor(fractions[atoms] * _RESOLUTION).astype(np.int64) + moved * _RESOLUTION
    at_home = block.holds(2 * places)
    inside = at_home[i] & at_home[j]  # so is their middle
    unsure = np.flatnonzero(~inside)
    inside[unsure] = block.holds(places[i[unsure]] + places[j[unsure]])
    return Pairs(atoms[i[inside]], atoms[j[inside]], d[inside])


def _fractions(positions: FloatArray, cell: FloatArray) -> FloatArray:
    """Return fractional coordinates, wrapped [1, (n_atoms, 3)]."""
    return (np.linalg.solve(cell.T, positions.T).T % 1.0).astype(np.float64, copy=False)


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
