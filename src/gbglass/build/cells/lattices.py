"""Lattice constants of all parts of a cell, at the temperature of the run."""

from dataclasses import dataclass

from gbglass.build.crystals.lattice_constants import LITHIUM_LATTICE, LLZO_LATTICE, LZO_LATTICE, LatticeConstants
from gbglass.core.potential import Potential


@dataclass(frozen=True)
class Lattices:
    """Lattice constants of the parts of a cell.

    Parameters
    ----------
    llzo
        Of cubic LLZO [Å].
    lzo, lithium
        Of the electrodes.

    """

    llzo: float = LLZO_LATTICE
    lzo: LatticeConstants = LZO_LATTICE
    lithium: LatticeConstants = LITHIUM_LATTICE


def lattices_of(potential: Potential, temperature: float, *, builds_llzo: bool = True) -> Lattices:
    """Return the lattice constants that a potential's card states for a temperature.

    Parameters
    ----------
    potential
        With its card's lattice constants.
    temperature
        Of the run [K]. Above the hottest at which lithium was measured it is taken from there: it melts, and a liquid
        fits anything.
    builds_llzo
        Whether the electrolyte is built; one that is given keeps its own constant, and none is asked of the card.

    Raises
    ------
    InputError
        If the card does not state them at this temperature.

    """
    hottest = max((one.temperature for one in potential.lattice if one.of == "Li"), default=temperature)
    lithium = potential.lattice_constant("Li", min(temperature, hottest))
    full, empty = (potential.lattice_constant(of, temperature) for of in ("LiZr2O4", "Zr2O4"))
    return Lattices(
        potential.lattice_constant("LLZO", temperature) if builds_llzo else LLZO_LATTICE,
        LatticeConstants(full, empty),
        LatticeConstants(lithium, lithium),
    )
