"""The perfect crystal: an ordered cell of cubic LLZO."""

import numpy as np
from ase import Atoms

from gbglass.build.order import order_lithium
from gbglass.build.piece import cut_cell, wrap_into


def cubic_llzo(n_tetrahedral: int, rng: np.random.Generator) -> Atoms:
    """Build an ordered cell of cubic Li7La3Zr2O12 with 192 atoms.

    Parameters
    ----------
    n_tetrahedral
        Lithium on the 24 tetrahedral sites, from 8 (the tetragonal kind of order) to 13 (neutron refinements);
        the other ``56 - n_tetrahedral`` are octahedral.
    rng
        Decides the ordering.

    Raises
    ------
    InputError
        If no ordering has that many tetrahedral Li.
    NotConverged
        If no ordering was found.

    Examples
    --------
    >>> cubic_llzo(12, np.random.default_rng(1)).get_chemical_formula()
    'La24Li56O96Zr16'

    """
    piece = cut_cell()
    lithium = order_lithium(piece.sites, n_tetrahedral, rng)
    oxygen = piece.oxygen.reshape(-1, 3)
    positions = {"Li": lithium, "La": piece.la, "Zr": piece.zr, "O": oxygen}
    symbols = np.repeat(list(positions), [len(of_species) for of_species in positions.values()])
    points = wrap_into(np.concatenate(list(positions.values())), piece.lengths)
    return Atoms(symbols.tolist(), positions=points, cell=piece.lengths, pbc=True)
