"""An electrode that takes lithium up: which of its sites are filled, and in which orders."""

import math
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError

MOST_ORDERS = 100_000
"""Ways to fill sites that are gone through, in seconds [1]."""

_WHOLE = 1e-6
"""How near a content is to a whole number of lithium over all sites: thirds are written with six digits [1]."""

_APART = 3
"""Decimals of a distance by which two orders are told apart [Å]."""


@dataclass(frozen=True)
class Host:
    """A cell of an electrode with all its lithium; content x is the share of its lithium sites that are filled.

    Parameters
    ----------
    full
        Periodic, lithium on every site.
    empty_cell
        Of the same without lithium, lengths between the two by Vegard's law; that of `full` if absent [Å, (3, 3)].

    Raises
    ------
    InputError
        If there is no lithium, or nothing else.

    Examples
    --------
    >>> rock_salt = Atoms("LiO", [[0, 0, 0], [2, 0, 0]], cell=[4, 4, 4], pbc=True)  # a toy
    >>> host = Host(rock_salt * (2, 1, 1))
    >>> host.formula, host.n_sites, len(host.orders(1, most=5))
    ('LixO', 2, 1)

    """

    full: Atoms
    empty_cell: FloatArray | None = None

    def __post_init__(self) -> None:
        if not 0 < self.n_sites < len(self.full):
            raise InputError(
                f"an electrode must hold lithium, on all of its sites, and something else; got {self.full.symbols}"
            )

    @property
    def n_sites(self) -> int:
        """Lithium sites of the cell."""
        return int(self.full.symbols.count("Li"))

    @property
    def formula(self) -> str:
        """Such as ``LixZr2O4``, or ``Li3xV2P3O12`` where a formula unit has three sites."""
        counts = Counter(self.full.get_chemical_symbols())
        unit = math.gcd(*counts.values())
        said = {species: "" if count == unit else f"{count // unit}" for species, count in counts.items()}
        return f"Li{said.pop('Li')}x{''.join(species + number for species, number in said.items())}"

    def n_lithium(self, content: float) -> int:
        """Return how many lithium a content is.

        Raises
        ------
        InputError
            If it is no whole number of them, or has more orders than can be gone through.

        """
        count = round(content * self.n_sites)
        if abs(content - count / self.n_sites) > _WHOLE:
            raise InputError(f"must be whole parts of the {self.n_sites} lithium sites of the cell, got {content:g}")
        self._check_ways(count)
        return count

    def orders(self, n_lithium: int, most: int) -> list[Atoms]:
        """Return cells with the same content in different orders, those that repel least first.

        Two orders are the same if the distances between their ions are; repulsion is the sum of 1/r over nearest
        images.

        Parameters
        ----------
        n_lithium
            In the cell.
        most
            How many are wanted, at most.

        Raises
        ------
        InputError
            If there are more ways to fill the sites than can be gone through.

        """
        self._check_ways(n_lithium)
        symbols = np.array(self.full.get_chemical_symbols())
        sites, rest = np.flatnonzero(symbols == "Li"), np.flatnonzero(symbols != "Li")
        distances: FloatArray = self.full[sites].get_all_distances(mic=True)
        found: dict[tuple[float, ...], tuple[int, ...]] = {}
        for chosen in combinations(range(self.n_sites), n_lithium):
            pairs = np.array(list(combinations(chosen, 2)), dtype=np.intp).reshape(-1, 2)
            between = np.sort(np.round(distances[pairs[:, 0], pairs[:, 1]], _APART))
            found.setdefault(tuple(between.tolist()), chosen)
        ranked = sorted(found.items(), key=lambda entry: sum(1.0 / d for d in entry[0]))
        cell = self._cell(n_lithium / self.n_sites)
        cells = []
        for _, chosen in ranked[:most]:
            atoms = self.full[[*sites[list(chosen)].tolist(), *rest.tolist()]]
            atoms.set_cell(cell, scale_atoms=True)
            cells.append(atoms)
        return cells

    def _check_ways(self, n_lithium: int) -> None:
        ways = math.comb(self.n_sites, n_lithium)
        if ways > MOST_ORDERS:
            raise InputError(
                f"{n_lithium} lithium on {self.n_sites} sites stand in {ways} ways, of which {MOST_ORDERS} can be gone "
                "through; take a smaller cell"
            )

    def _cell(self, content: float) -> FloatArray:
        full: FloatArray = np.asarray(self.full.cell.array, dtype=np.float64)
        return full if self.empty_cell is None else content * full + (1.0 - content) * self.empty_cell
