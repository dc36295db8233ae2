r"""Surface energies of lithium, :math:`γ = (E_\mathrm{slab} - N e_\mathrm{bulk}) / 2A`, ions relaxed, cell fixed."""

from ase import Atoms
from ase.build import bcc100, bcc110, bcc111

from gbglass.learning.crystals import LITHIUM_A, lithium
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.units import J_PER_M2_PER_EV_PER_A2

_GAP = 8.0
"""Vacuum on either side of a slab [Å]; models see 6 Å."""


def surface_energies(evaluator: Evaluator) -> Check:
    """Return the energies of three surfaces of bcc lithium.

    Parameters
    ----------
    evaluator
        Model or teacher.

    """
    bulk = evaluator.label([lithium("bcc", (3, 3, 3))])[0].energy / len(lithium("bcc", (3, 3, 3)))
    numbers, remarks = [], []
    for name, slab in _slabs().items():
        slab.pbc = True
        rested = evaluator.relax(slab, "fixed")
        area = float(slab.cell.lengths()[0] * slab.cell.lengths()[1])
        energy = (rested.energy - len(slab) * bulk) / (2.0 * area) * J_PER_M2_PER_EV_PER_A2
        numbers.append(Number(f"γ of Li({name})", energy, "J/m²"))
        if rested.ending:
            remarks.append(f"Li({name}): {rested.ending}")
    return Check("Surface energies of lithium", tuple(numbers), remarks=tuple(remarks))


def _slabs() -> dict[str, Atoms]:
    return {
        "100": bcc100("Li", (2, 2, 9), a=LITHIUM_A, vacuum=_GAP, orthogonal=True),
        "110": bcc110("Li", (2, 2, 7), a=LITHIUM_A, vacuum=_GAP, orthogonal=True),
        "111": bcc111("Li", (1, 2, 18), a=LITHIUM_A, vacuum=_GAP, orthogonal=True),
    }
