r"""Voltage of LixZr2O4 against lithium: the lower convex hull over orderings of lithium, and its plateaus.

.. math:: V = -\frac{E(x_2) - E(x_1) - (x_2 - x_1) E_{\mathrm{Li}}}{(x_2 - x_1) e}

Aydinol et al., Phys. Rev. B 56, 1354 (1997), doi:10.1103/PhysRevB.56.1354; the paper's Fig. 2b.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.learning.crystals import LITHIUM_PER_SPINEL, lithium, spinel_host
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.learning.validation.evaluator import Evaluator

_COUNTS = (0, 2, 4, 6, 8)
_ORDERINGS = 3
"""Tried at each content: those whose lithium ions are furthest from each other."""

_ZR_PER_FORMULA = 2
_SAME = 1e-6


def voltage(evaluator: Evaluator) -> Check:
    """Relax LixZr2O4 at five contents and lithium metal; return formation energies and plateaus.

    Parameters
    ----------
    evaluator
        Model or teacher.

    """
    metal = evaluator.relax(lithium("bcc", (3, 3, 3)), "lengths")
    e_li = metal.energy / len(metal.atoms)
    host, points, remarks = spinel_host(), [], [f"Li: {metal.ending}"] if metal.ending else []
    for count in _COUNTS:
        for number, atoms in enumerate(host.orders(count, _ORDERINGS), start=1):
            rested = evaluator.relax(atoms, "lengths")
            formulas = rested.atoms.symbols.count("Zr") / _ZR_PER_FORMULA
            points.append((count / LITHIUM_PER_SPINEL, rested.energy / formulas))
            if rested.ending:
                remarks.append(f"x = {count / LITHIUM_PER_SPINEL:g}, ordering {number}: {rested.ending}")
    hull = lower_hull(np.array(points))
    steps = list(plateaus(hull, e_li))
    numbers = [Number(f"plateau from x = {a:g} to {b:g}", volts, "V") for a, b, volts in steps]
    mean = sum((b - a) * volts for a, b, volts in steps)
    numbers.append(Number("mean voltage", mean, "V"))
    return Check("Voltage of LixZr2O4 against Li", tuple(numbers), (_curve(hull),), tuple(remarks))


def lower_hull(points: FloatArray) -> FloatArray:
    """Return the corners of the lower convex hull of points, by x.

    Parameters
    ----------
    points
        x and energy [(n_points, 2)].

    Examples
    --------
    >>> lower_hull(np.array([[0, 0], [0.5, -1], [0.5, 1], [0.75, 0], [1, 0]])).tolist()
    [[0.0, 0.0], [0.5, -1.0], [1.0, 0.0]]

    """
    hull: list[FloatArray] = []
    for point in sorted(points.tolist()):
        corner = np.array(point)
        if hull and abs(hull[-1][0] - corner[0]) < _SAME:
            continue  # points of one x come with the lowest first
        while len(hull) > 1 and _turns_right(hull[-2], hull[-1], corner):
            hull.pop()
        hull.append(corner)
    return np.array(hull, dtype=np.float64)


def _turns_right(a: FloatArray, b: FloatArray, c: FloatArray) -> bool:
    return bool((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0.0)


def plateaus(hull: FloatArray, metal: float) -> Iterator[tuple[float, float, float]]:
    """Yield each plateau: content before and after, and voltage [V].

    Parameters
    ----------
    hull
        x and energy per formula unit [1, eV, (n_corners, 2)].
    metal
        Energy of lithium metal [eV/atom].

    Examples
    --------
    >>> list(plateaus(np.array([[0.0, -10.0], [1.0, -13.0]]), -2.0))
    [(0.0, 1.0, 1.0)]

    """
    for (x_1, e_1), (x_2, e_2) in pairwise(hull.tolist()):
        yield x_1, x_2, -(e_2 - e_1 - (x_2 - x_1) * metal) / (x_2 - x_1)


def _curve(hull: FloatArray) -> Curve:
    """Return formation energies along the hull, against the two ends."""
    x, energy = hull[:, 0], hull[:, 1]
    ends = energy[0] + (energy[-1] - energy[0]) * (x - x[0]) / (x[-1] - x[0])
    return Curve("hull", frozen_floats(x), frozen_floats(energy - ends), "x in LixZr2O4", "formation energy (eV/f.u.)")
