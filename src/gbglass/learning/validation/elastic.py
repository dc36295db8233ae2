r"""Elastic constants with clamped ions, from the stress of small strains: σ_i = C_ij ε_j in Voigt's notation.

Lattice and ions are where the teacher has them; the stress of the unstrained cell cancels in the central difference.
"""

from collections.abc import Sequence

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.learning.validation.lattice import CRYSTALS, crystal
from gbglass.units import GPA_PER_EV_PER_A3

_STRAIN = 0.005
_WANTED = {
    "t-LLZO": ((0, 0), (2, 2), (0, 1), (0, 2), (3, 3), (5, 5)),
    "Li": ((0, 0), (0, 1), (3, 3)),
    "LiZr2O4": ((0, 0), (0, 1), (3, 3)),
    "Zr2O4": ((0, 0), (0, 1), (3, 3)),
}
"""Components by Voigt indices from 0: of a tetragonal crystal six, of cubic ones three."""


def elastic_constants(evaluator: Evaluator, crystals: Sequence[str] = CRYSTALS) -> Check:
    """Return the elastic constants of each crystal.

    Parameters
    ----------
    evaluator
        Model or teacher.
    crystals
        Of `CRYSTALS`.

    """
    numbers = []
    for name in crystals:
        columns = sorted({column for _, column in _WANTED[name]})
        cells = [_strained(crystal(name), column, sign) for column in columns for sign in (1.0, -1.0)]
        stresses = np.array([labels.stress for labels in evaluator.label(cells)])
        slopes = (stresses[::2] - stresses[1::2]) / (2.0 * _STRAIN) * GPA_PER_EV_PER_A3
        for row, column in _WANTED[name]:
            value = float(slopes[columns.index(column), row])
            numbers.append(Number(f"C{row + 1}{column + 1} of {name}", value, "GPa"))
    return Check("Elastic constants, ions clamped", tuple(numbers))


def _strained(atoms: Atoms, column: int, sign: float) -> Atoms:
    strained: Atoms = atoms.copy()
    deformation = np.eye(3) + sign * _STRAIN * _voigt_matrix(column)
    strained.set_cell(atoms.cell.array @ deformation, scale_atoms=True)
    return strained


def _voigt_matrix(column: int) -> FloatArray:
    """Return the strain matrix of a unit strain in Voigt's notation; shears count twice there."""
    unit = np.zeros((3, 3))
    i, j = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))[column]
    unit[i, j] += 0.5
    unit[j, i] += 0.5
    return unit
