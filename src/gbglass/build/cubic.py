"""Cubic LLZO: an ordered cell of the perfect crystal."""

import numpy as np
from ase import Atoms

from gbglass.build.crystal import llzo_crystal
from gbglass.build.decorate import fill_sites
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
    piece = cut_cell(llzo_crystal())
    lithium = fill_sites(piece.sites, n_tetrahedral, rng)
    symbols = ["Li"] * len(lithium) + piece.symbols.tolist()
    points = wrap_into(np.concatenate([lithium, piece.positions]), piece.lengths)
    return Atoms(symbols, positions=points, cell=piece.lengths, pbc=True)
