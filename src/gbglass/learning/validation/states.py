r"""Equations of state with clamped ions: the same cells, pressed and stretched evenly, asked of model and teacher.

.. math:: E(V) = \sum_{n=0}^{3} a_n V^{-2n/3}, \quad B = V \frac{d^2 E}{d V^2} \text{ at the minimum}

Birch, Phys. Rev. 71, 809 (1947), doi:10.1103/PhysRev.71.809.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.learning.disturb import scale
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.learning.validation.lattice import CRYSTALS, crystal
from gbglass.units import GPA_PER_EV_PER_A3

_FACTORS = np.linspace(0.97, 1.03, 9)
"""Of all lengths, around where the teacher has them."""

_REAL = 1e-9
"""Largest imaginary part of a root that is real."""


@dataclass(frozen=True)
class Minimum:
    """Of an equation of state.

    Parameters
    ----------
    volume
        [Å³, as the data].
    energy
        [eV].
    modulus
        Bulk modulus [eV/Å³].

    """

    volume: float
    energy: float
    modulus: float


def birch_murnaghan(volumes: FloatArray, energies: FloatArray) -> Minimum | None:
    """Fit the third-order equation of Birch and Murnaghan and return its minimum, or None if there is none inside.

    The equation is a cubic polynomial in V^(-2/3), so the fit is linear and has one answer.

    Parameters
    ----------
    volumes
        [Å³, (n,)].
    energies
        [eV, (n,)].

    Examples
    --------
    >>> v = np.linspace(18.0, 22.0, 9)
    >>> found = birch_murnaghan(v, 0.05 * (v - 20.0) ** 2 - 1.9)
    >>> round(found.volume, 1), round(found.energy, 2), round(found.modulus, 1)
    (20.0, -1.9, 2.0)

    """
    x = volumes ** (-2.0 / 3.0)
    fit = Polynomial.fit(x, energies, 3)
    slope, curvature = fit.deriv(), fit.deriv(2)
    roots = [complex(root) for root in slope.roots()]
    real = [root.real for root in roots if abs(root.imag) < _REAL * abs(root)]
    inside = [root for root in real if x.min() <= root <= x.max() and curvature(root) > 0.0]
    if not inside:
        return None
    place = inside[0]
    volume = float(place**-1.5)
    # At the minimum only the curvature in x counts: d²E/dV² = E''(x) (dx/dV)².
    modulus = volume * float(curvature(place)) * (2.0 / 3.0 * place / volume) ** 2
    return Minimum(volume, float(fit(place)), modulus)


def equations_of_state(evaluator: Evaluator, crystals: Sequence[str] = CRYSTALS) -> Check:
    """Return energy against volume of each crystal, and the volume and bulk modulus of its minimum.

    Parameters
    ----------
    evaluator
        Model or teacher.
    crystals
        Of `CRYSTALS`.

    """
    numbers, curves, remarks = [], [], []
    for name in crystals:
        cells = [scale(crystal(name), factor) for factor in _FACTORS.tolist()]
        n_atoms = len(cells[0])
        volumes = np.array([atoms.get_volume() for atoms in cells]) / n_atoms
        energies = np.array([labels.energy for labels in evaluator.label(cells)]) / n_atoms
        found = birch_murnaghan(volumes, energies)
        if found is None:
            remarks.append(f"{name} has no minimum between {volumes[0]:.2f} and {volumes[-1]:.2f} Å³/atom")
        else:
            numbers += [
                Number(f"volume of {name}", found.volume, "Å³/atom"),
                Number(f"bulk modulus of {name}", found.modulus * GPA_PER_EV_PER_A3, "GPa"),
            ]
        curves.append(
            Curve(name, frozen_floats(volumes), frozen_floats(energies), "volume (Å³/atom)", "energy (eV/atom)")
        )
    return Check("Equations of state, ions clamped", tuple(numbers), tuple(curves), tuple(remarks))
