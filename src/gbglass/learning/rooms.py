"""Room for neighbours of each element: a DeePMD descriptor has so many places, and leaves out what does not fit."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from ase import Atoms

from gbglass.core.neighbours import find_pairs
from gbglass.learning.training import CUTOFF, MOST_NEIGHBOURS

_MARGIN, _STEP = 1.2, 4
"""What is run may be denser than what was trained; DeePMD-kit computes multiples of four fastest."""


def most_neighbours(structures: Iterable[Atoms]) -> dict[str, int]:
    """Return the most atoms of each element within the cutoff of any one atom.

    Parameters
    ----------
    structures
        Periodic in all directions.

    Examples
    --------
    >>> from ase.build import bulk
    >>> most_neighbours([bulk("NaCl", "rocksalt", a=5.64)])  # 12 + 6 like ones, 6 + 8 unlike
    {'Na': 18, 'Cl': 18}

    """
    most: dict[str, int] = {}
    for atoms in structures:
        pairs = find_pairs(atoms.positions, atoms.cell.array, CUTOFF)
        symbols = np.array(atoms.get_chemical_symbols())
        for symbol in dict.fromkeys(symbols.tolist()):
            around = [pairs.first[symbols[pairs.second] == symbol], pairs.second[symbols[pairs.first] == symbol]]
            count = int(np.bincount(np.concatenate(around), minlength=len(atoms)).max())
            most[symbol] = max(count, most.get(symbol, 0))
    return most


def rooms_for(elements: Sequence[str], structures: Iterable[Atoms]) -> dict[str, int]:
    """Return the room for neighbours of each element, in the order given.

    That of `MOST_NEIGHBOURS` for its elements if there are no others or it is enough; else a fifth more than the most
    that any structure has, rounded up to a multiple of four.

    Parameters
    ----------
    elements
        In the order of the types.
    structures
        What is trained; not looked at if `MOST_NEIGHBOURS` has all elements.

    Examples
    --------
    >>> from ase.build import bulk
    >>> rooms_for(("Li", "Cl"), [bulk("LiCl", "rocksalt", a=5.13)])
    {'Li': 96, 'Cl': 48}

    """
    known = {symbol: MOST_NEIGHBOURS.get(symbol, 0) for symbol in elements}
    if all(known.values()):
        return known
    most = most_neighbours(structures)
    return {symbol: _room(most.get(symbol, 0), room) for symbol, room in known.items()}


def _room(count: int, known: int) -> int:
    return known if count <= known > 0 else _STEP * max(1, math.ceil(_MARGIN * count / _STEP))
