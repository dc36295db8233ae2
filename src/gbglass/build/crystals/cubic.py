"""Cubic LLZO: the perfect crystal, its lithium ordered."""

import numpy as np
from ase import Atoms

from gbglass.build.crystal import llzo_crystal
from gbglass.build.decorate import fill_sites
from gbglass.build.piece import cut_box, wrap_into


def cubic_llzo(n_tetrahedral: int, rng: np.random.Generator, repeat: tuple[int, int, int] = (1, 1, 1)) -> Atoms:
    """Build cubic Li7La3Zr2O12, 192 atoms a cell, its lithium ordered throughout.

    Parameters
    ----------
    n_tetrahedral
        Lithium on the 24 tetrahedral sites, from 8 (the tetragonal kind of order) to 13 (neutron refinements);
        the other ``56 - n_tetrahedral`` are octahedral.
    rng
        Decides the ordering.
    repeat
        Cells along each edge.

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
    piece = cut_box(llzo_crystal(), np.diag(np.array(repeat, dtype=np.float64)), np.zeros(3), periodic_normal=True)
    lithium = fill_sites(piece.sites, n_tetrahedral, rng)
    symbols = ["Li"] * len(lithium) + piece.symbols.tolist()
    points = wrap_into(np.concatenate([lithium, piece.positions]), piece.lengths)
    return Atoms(symbols, positions=points, cell=piece.lengths, pbc=True)
