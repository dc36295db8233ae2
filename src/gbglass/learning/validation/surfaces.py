r"""Surface energies, :math:`γ = (E_\mathrm{slab} - N e_\mathrm{bulk}) / 2A`, ions relaxed.

The area of lithium is that of its crystal at rest, and the crystal is not relaxed. LLZO is opened as in a full cell
(`gbglass.build.cells.opening`): the slab has all atoms of the cell, in its order of lithium, and the cell itself, at
the same area and as high as it wants to be, is what it is compared with. One order of lithium knows nothing of others.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from ase import Atoms
from ase.build import bcc100, bcc110, bcc111

from gbglass.build.cells.opening import open_slab, quietest_cut
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.species import FORMAL_CHARGES
from gbglass.errors import InputError
from gbglass.learning.crystals import LITHIUM_A, lithium
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.evaluator import AtRest, Evaluator
from gbglass.units import J_PER_M2_PER_EV_PER_A2

_GAP = 8.0
"""Vacuum on either side of a slab of lithium [Å]; models see 6 Å."""

_N_TETRAHEDRAL = 12
_NORMAL = 2

_NEUTRAL = 1e-6
_POLAR = 0.1
"""Dipole of the formal charges over the area from which a slab is polar: all that stands on a plane of La is 0.4, what
an order of lithium leaves is 0.02 [e/Å]."""

Surface = tuple[str, float, AtRest]
"""Its name, its energy [J/m²], and the slab at rest."""


def surface_energies(evaluator: Evaluator, crystals: tuple[str, ...] = ("Li", "LLZO")) -> Check:
    """Return the energies of three surfaces of bcc lithium and of LLZO(001).

    Parameters
    ----------
    evaluator
        Model or teacher. One that cannot describe a crystal, such as lithium with fixed charges, is asked of the other.
    crystals
        Of ``"Li"`` and ``"LLZO"``.

    Raises
    ------
    InputError
        If it can describe none of them.

    """
    numbers, remarks, refused = [], [], []
    for crystal in crystals:
        try:
            found = list(_OF[crystal](evaluator))
        except InputError as error:
            refused.append(f"{crystal}: {error}")
            continue
        for name, energy, slab in found:
            numbers.append(Number(f"γ of {name}", energy, "J/m²"))
            if slab.ending:
                remarks.append(f"{name}: {slab.ending}")
    if not numbers:
        raise InputError("; ".join(refused))
    return Check("Surface energies", tuple(numbers), remarks=(*remarks, *refused))


def surface_energy(slab: AtRest, bulk: float) -> float:
    """Return the energy of each of the two faces of a slab [J/m²].

    Parameters
    ----------
    slab
        At rest, across z.
    bulk
        Energy of as many atoms of the crystal [eV].

    """
    area = float(slab.atoms.cell.lengths()[0] * slab.atoms.cell.lengths()[1])
    return (slab.energy - bulk) / (2.0 * area) * J_PER_M2_PER_EV_PER_A2


def _of_lithium(evaluator: Evaluator) -> Iterator[Surface]:
    bulk = evaluator.label([lithium("bcc", (3, 3, 3))])[0].energy / len(lithium("bcc", (3, 3, 3)))
    for name, slab in _slabs().items():
        slab.pbc = True
        rested = evaluator.relax(slab, "fixed")
        yield f"Li({name})", surface_energy(rested, len(slab) * bulk), rested


def _slabs() -> dict[str, Atoms]:
    return {
        "100": bcc100("Li", (2, 2, 9), a=LITHIUM_A, vacuum=_GAP, orthogonal=True),
        "110": bcc110("Li", (2, 2, 7), a=LITHIUM_A, vacuum=_GAP, orthogonal=True),
        "111": bcc111("Li", (1, 2, 18), a=LITHIUM_A, vacuum=_GAP, orthogonal=True),
    }


def _of_llzo(evaluator: Evaluator) -> Iterator[Surface]:
    crystal = cubic_llzo(_N_TETRAHEDRAL, np.random.default_rng(1))
    slab = llzo_001(crystal)
    bulk = evaluator.relax(crystal, "normal")
    rested = evaluator.relax(slab, "fixed")
    ending = "; ".join(said for said in (bulk.ending and f"crystal: {bulk.ending}", rested.ending) if said)
    yield "LLZO(001)", surface_energy(rested, bulk.energy), AtRest(rested.atoms, rested.energy, ending)


_OF: Mapping[str, Callable[[Evaluator], Iterator[Surface]]] = MappingProxyType({"Li": _of_lithium, "LLZO": _of_llzo})


def llzo_001(crystal: Atoms) -> Atoms:
    """Open a cell of LLZO across z where that leaves the fewest charges on its faces, with vacuum above.

    Parameters
    ----------
    crystal
        Neutral, with orthogonal edges.

    Examples
    --------
    >>> crystal = cubic_llzo(12, np.random.default_rng(1))
    >>> llzo_001(crystal).symbols.formula.count() == crystal.symbols.formula.count()
    True

    """
    slab = open_slab(crystal, _NORMAL, quietest_cut(crystal, _NORMAL)).atoms
    need_comparable(slab, crystal)
    return slab


def need_comparable(slab: Atoms, crystal: Atoms) -> None:
    """Refuse a slab whose energy has no surface energy in it.

    Parameters
    ----------
    slab
        With its vacuum, not across the periodic boundary along z.
    crystal
        It is compared with.

    Raises
    ------
    InputError
        If it has other atoms than the crystal, is charged, or is polar: then what its faces cost grows with its
        thickness.

    """
    if slab.symbols.formula.count() != crystal.symbols.formula.count():
        raise InputError(
            f"a surface energy needs a slab with the atoms of its crystal, got {slab.get_chemical_formula()} for "
            f"{crystal.get_chemical_formula()}"
        )
    charges = np.array([FORMAL_CHARGES[symbol] for symbol in slab.get_chemical_symbols()])
    if abs(float(charges.sum())) > _NEUTRAL:
        raise InputError(f"a surface energy needs a neutral slab, {slab.symbols} carries {charges.sum():+g} e")
    area = float(slab.cell.lengths()[0] * slab.cell.lengths()[1])
    dipole = float(charges @ slab.positions[:, _NORMAL]) / area
    if abs(dipole) > _POLAR:
        raise InputError(
            f"the slab {slab.symbols} is polar: formal charges have a dipole of {dipole:+.2f} e/Å, an order of lithium "
            f"leaves less than {_POLAR:g}; open it at another plane"
        )
