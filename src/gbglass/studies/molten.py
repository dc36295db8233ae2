"""Whether a cell that was melted at constant volume is glass.

Order alone does not say so of a slab of 5 Å: it is broken by the cell's own images, and all cations of its crystal
count as glassy. There a melt is told by its La and Zr having left their places: of rigid ions at 3000 K a third or less
has after 1 ps, at 6000 K four of five after 3 ps.
"""

from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.analysis.amorphisation import LEAST_GLASS
from gbglass.analysis.order import GLASSY, cation_order
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import IMMOBILE_CATIONS
from gbglass.core.trajectory import Frame
from gbglass.errors import NotConverged

LEFT = 2.0
"""Further from its place than this, about half the way to the next cation, a La or Zr has left it [Å]."""


@dataclass(frozen=True)
class Molten:
    """What is left of a crystal that was melted.

    Parameters
    ----------
    glassy
        Share of the La and Zr that are glassy, at rest after the melt [1].
    left
        Share of the La and Zr that left their places in it [1].

    """

    glassy: float
    left: float

    @property
    def statement(self) -> str:
        """What is left, in a sentence."""
        return f"{self.glassy:.0%} of the La and Zr are glassy, {self.left:.0%} left their places in the melt"


def molten(crystal: Atoms, melt: FloatArray, glass: Atoms) -> Molten:
    """Compare a crystal with its melt and with what that became.

    Parameters
    ----------
    crystal
        Before.
    melt
        Positions at the end of the melt, unwrapped [Å, (n_atoms, 3)].
    glass
        The melt brought to rest.

    Raises
    ------
    InputError
        If there is no Zr.

    """
    order = cation_order(glass.get_chemical_symbols(), Frame(0, 0.0, glass.cell.array, glass.positions))
    cations = np.isin(crystal.get_chemical_symbols(), IMMOBILE_CATIONS)
    moved = (melt - crystal.positions)[cations]
    away = np.linalg.norm(moved - moved.mean(axis=0), axis=1)
    return Molten(float(np.mean(order.order < GLASSY)), float(np.mean(away > LEFT)))


def require_molten(found: Molten) -> None:
    """Refuse what kept the places or the order of its crystal.

    Raises
    ------
    NotConverged
        Says both shares and what to do.

    """
    if min(found.glassy, found.left) < LEAST_GLASS:
        raise NotConverged(
            f"melt: not a glass: {found.statement}, {LEAST_GLASS:.0%} are needed of both; melt hotter (rigid ions "
            "superheat: 6000 K) or longer"
        )
