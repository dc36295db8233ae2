"""Voltage of LixZr2O4 against lithium: the lower convex hull over orderings of lithium, and its plateaus.

Aydinol et al., Phys. Rev. B 56, 1354 (1997), doi:10.1103/PhysRevB.56.1354; the paper's Fig. 2b.
"""

from gbglass.analysis.voltage import Ordering, VoltageCurve, voltage_curve
from gbglass.core.arrays import frozen_floats
from gbglass.learning.crystals import LITHIUM_PER_SPINEL, lithium, spinel_host
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.learning.validation.evaluator import Evaluator

_COUNTS = (0, 2, 4, 6, 8)
_ORDERINGS = 3
"""Tried at each content: those whose lithium ions are furthest from each other."""


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
            points.append(Ordering(count / LITHIUM_PER_SPINEL, rested.energy / host.n_sites))
            if rested.ending:
                remarks.append(f"x = {count / LITHIUM_PER_SPINEL:g}, ordering {number}: {rested.ending}")
    found = voltage_curve(points, e_li)
    steps = zip(found.contents[:-1], found.contents[1:], found.voltages, strict=True)
    numbers = [Number(f"plateau from x = {a:g} to {b:g}", float(volts), "V") for a, b, volts in steps]
    numbers.append(Number("mean voltage", found.mean, "V"))
    return Check("Voltage of LixZr2O4 against Li", tuple(numbers), (_hull(found),), tuple(remarks))


def _hull(found: VoltageCurve) -> Curve:
    """Return formation energies at the corners of the hull, against the two ends."""
    corners = [float(found.formation[found.all_contents == x].min()) for x in found.contents]
    return Curve("hull", found.contents, frozen_floats(corners), "x in LixZr2O4", "formation energy (eV/f.u.)")
