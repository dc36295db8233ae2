"""A periodic box of cubic LLZO in any orientation, its lithium in order."""

import numpy as np
from ase import Atoms

from gbglass.build.crystal import llzo_crystal
from gbglass.build.decorate import fill_sites
from gbglass.build.piece import cut_box, wrap_into
from gbglass.core.arrays import FloatArray


def fill_box(edges: FloatArray, origin: FloatArray, n_tetrahedral: int, rng: np.random.Generator) -> Atoms:
    """Cut a periodic box from the crystal, edges and origin in lattice parameters, and order its lithium."""
    piece = cut_box(llzo_crystal(), edges, origin, periodic_normal=True)
    lithium = fill_sites(piece.sites, n_tetrahedral, rng)
    symbols = ["Li"] * len(lithium) + piece.symbols.tolist()
    points = wrap_into(np.concatenate([lithium, piece.positions]), piece.lengths)
    atoms = Atoms(symbols, positions=points, cell=piece.lengths, pbc=True)
    atoms.set_array("grain", np.ones(len(atoms), dtype=np.int64))
    atoms.set_array("layer", np.zeros(len(atoms), dtype=np.int64))
    return atoms
