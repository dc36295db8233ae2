r"""Equations of state with clamped ions: the same cells, pressed and stretched evenly, asked of model and teacher.

.. math:: E(V) = E_0 + \frac{9 V_0 B}{16} \left\{ [η^2 - 1]^3 B' + [η^2 - 1]^2 [6 - 4 η^2] \right\}, \quad
    η = (V_0 / V)^{1/3}

Birch, Phys. Rev. 71, 809 (1947), doi:10.1103/PhysRev.71.809.
"""

import numpy as np
from scipy.optimize import curve_fit

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.learning.disturb import scale
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.learning.validation.lattice import CRYSTALS, crystal
from gbglass.units import GPA_PER_EV_PER_A3

_FACTORS = np.linspace(0.97, 1.03, 9)
"""Of all lengths, around where the teacher has them."""


def birch_murnaghan(volume: FloatArray, e_0: float, v_0: float, modulus: float, derivative: float) -> FloatArray:
    """Return the energy at a volume, in the units of its parameters.

    Examples
    --------
    >>> float(birch_murnaghan(np.array([20.0]), -1.9, 20.0, 0.1, 4.0)[0])
    -1.9

    """
    eta = (v_0 / volume) ** (2.0 / 3.0) - 1.0
    energy: FloatArray = e_0 + 9.0 * v_0 * modulus / 16.0 * (eta**3 * derivative + eta**2 * (2.0 - 4.0 * eta))
    return energy


def equations_of_state(evaluator: Evaluator) -> Check:
    """Return energy against volume of each crystal, and the volume and bulk modulus of its minimum.

    Parameters
    ----------
    evaluator
        Model or teacher.

    """
    numbers, curves = [], []
    for name in CRYSTALS:
        cells = [scale(crystal(name), factor) for factor in _FACTORS.tolist()]
        n_atoms = len(cells[0])
        volumes = np.array([atoms.get_volume() for atoms in cells]) / n_atoms
        energies = np.array([labels.energy for labels in evaluator.label(cells)]) / n_atoms
        lowest = int(np.argmin(energies))
        guess = (energies[lowest], volumes[lowest], 0.5, 4.0)
        (_, v_0, modulus, _), _ = curve_fit(birch_murnaghan, volumes, energies, p0=guess, maxfev=10_000)
        numbers += [
            Number(f"volume of {name}", float(v_0), "Å³/atom"),
            Number(f"bulk modulus of {name}", float(modulus) * GPA_PER_EV_PER_A3, "GPa"),
        ]
        curves.append(
            Curve(name, frozen_floats(volumes), frozen_floats(energies), "volume (Å³/atom)", "energy (eV/atom)")
        )
    return Check("Equations of state, ions clamped", tuple(numbers), tuple(curves))
