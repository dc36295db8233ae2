r"""Lithium that is missing or too much: formation energies against lithium metal.

.. math:: E_\mathrm{vacancy} = E(N - 1) - E(N) + e_\mathrm{Li}, \quad
    E_\mathrm{interstitial} = E(N + 1) - E(N) - e_\mathrm{Li}
"""

import numpy as np
from ase import Atoms
from scipy.spatial import KDTree

from gbglass.core.arrays import FloatArray
from gbglass.learning.crystals import lithium
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.learning.validation.lattice import crystal

_GRID = 24
"""Points along each cell length among which an interstitial gets the one with the most room."""


def defects(evaluator: Evaluator) -> Check:
    """Return vacancy and interstitial energies in lithium and in tetragonal LLZO, in cells of fixed size.

    Parameters
    ----------
    evaluator
        Model or teacher.

    """
    metal = lithium("bcc", (3, 3, 3))
    e_li = evaluator.relax(metal, "fixed").energy / len(metal)
    numbers, remarks = [], []
    for name in ("Li", "t-LLZO"):
        perfect = crystal(name)
        whole = evaluator.relax(perfect, "fixed")
        for what, atoms, sign in (
            ("vacancy", _without_one(perfect), 1.0),
            ("interstitial", with_one_more(perfect), -1.0),
        ):
            rested = evaluator.relax(atoms, "fixed")
            numbers.append(Number(f"Li {what} in {name}", rested.energy - whole.energy + sign * e_li, "eV"))
            if rested.ending:
                remarks.append(f"{what} in {name}: {rested.ending}")
    return Check("Lithium defects", tuple(numbers), remarks=tuple(remarks))


def _without_one(atoms: Atoms) -> Atoms:
    first = atoms.get_chemical_symbols().index("Li")
    fewer: Atoms = atoms.copy()
    del fewer[first]
    return fewer


def with_one_more(atoms: Atoms) -> Atoms:
    """Return a cell with a lithium where it has the most room, on a grid.

    Parameters
    ----------
    atoms
        In an orthogonal periodic cell.

    """
    ticks = (np.arange(_GRID) + 0.5) / _GRID
    grid = np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 3) @ atoms.cell.array
    more: Atoms = atoms.copy()
    more.append("Li")
    more.positions[-1] = grid[int(np.argmax(_room(atoms, grid)))]
    return more


def _room(atoms: Atoms, points: FloatArray) -> FloatArray:
    """Return the distance of each point to its nearest atom in an orthogonal cell [Å]."""
    lengths = atoms.cell.lengths()
    tree = KDTree(np.mod(atoms.positions, lengths), boxsize=lengths)
    distances: FloatArray = tree.query(np.mod(points, lengths))[0]
    return distances
