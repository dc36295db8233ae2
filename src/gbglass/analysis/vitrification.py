r"""Whether a whole cell has become glass: nothing of the crystal is left, in order, distances, coordination or density.

A cell that was melted and cooled has no crystal beside it to compare with; it is compared with what it was before. The
Zr of garnet lie on a body-centred lattice: from 6.5 Å, the second neighbours, to 9.2 Å, the third, there is no pair of
them. In a glass there are as many there as anywhere,

.. math:: f = \langle g_{ZrZr}(r) \rangle_{7.2 ≤ r ≤ 7.9\,Å}

with f near 0 in a crystal (0.00 from 300 to 3000 K with buckingham-llzo and SevenNet-0) and near 1 in a glass (0.7 on
average, 0.40 or more in each of 52 frames of 174 or 192 atoms).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.amorphisation import LEAST_GLASS
from gbglass.analysis.order import OrderCounter
from gbglass.analysis.polyhedra import PolyhedraCounter
from gbglass.analysis.rdf import RadialDistributions
from gbglass.core.cell import cell_volume
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.masses import atomic_masses
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.units import G_PER_CM3_PER_DALTON_PER_A3

LEAST_FILLED = 0.3
"""Of the gap between the second and the third Zr neighbours of a garnet [1]."""

COORDINATION = (4.5, 6.8)
"""Oxygen around a Zr: 5.4 in a melt at 6000 K, 5.7 in its glass, 5.9 in a melted layer, 6.0 in the crystal [1]."""

DENSITY = (0.8, 1.05)
"""Over that before: a glass of LLZO is 10 to 13 % lighter than its crystal [1]."""

_GAP = (7.2, 7.9)
_REACH = 8.0


@dataclass(frozen=True)
class Vitrification:
    """What a whole cell is in the hold after it was melted and cooled.

    Parameters
    ----------
    glassy
        Share of the La and Zr that are glassy, mean over the hold [1].
    filled
        g of Zr-Zr where a garnet has no pair, mean over the hold [1].
    coordination
        Oxygen within 2.8 Å of a Zr, mean over the hold [1].
    density, density_before
        In the hold and before all was melted [g/cm³].
    n_frames
        Of the hold.

    """

    glassy: float
    filled: float
    coordination: float
    density: float
    density_before: float
    n_frames: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why this is no glass; empty if it is one."""
        return tuple(self._faults())

    @property
    def statement(self) -> str:
        """What is left, in a sentence."""
        return (
            f"left glass everywhere: {self.glassy:.0%} of the La and Zr are glassy, {self.density:.2f} g/cm³ "
            f"({self.density_before:.2f} before), {self.coordination:.2f} O around a Zr, and g of Zr-Zr is "
            f"{self.filled:.2f} where the crystal has no pair."
        )

    def _faults(self) -> Iterator[str]:
        if self.glassy < LEAST_GLASS:
            yield (
                f"only {self.glassy:.0%} of the La and Zr are glassy, {LEAST_GLASS:.0%} are needed: melt hotter or "
                "longer, cool faster"
            )
        if self.filled < LEAST_FILLED:
            yield (
                f"g of Zr-Zr is {self.filled:.2f} from {_GAP[0]:g} to {_GAP[1]:g} Å, where a garnet has no pair, and "
                f"must be {LEAST_FILLED:g} or more: distances are those of the crystal"
            )
        low, high = COORDINATION
        if not low <= self.coordination <= high:
            yield f"{self.coordination:.2f} O lie around a Zr, {low:g} to {high:g} do in a glass of LLZO"
        low, high = (part * self.density_before for part in DENSITY)
        if not low <= self.density <= high:
            yield (
                f"its density is {self.density:.2f} g/cm³, {low:.2f} to {high:.2f} are due where it was "
                f"{self.density_before:.2f}: hold it longer at 0 bar"
            )


def vitrification(hold: Trajectory, before: Frame, anchor: FrameworkAnchor) -> Vitrification:
    """Measure a whole cell in the hold after it was melted and cooled.

    Parameters
    ----------
    hold
        The frames of the hold.
    before
        The last frame before all was heated.
    anchor
        La and Zr of the structure.

    Raises
    ------
    InputError
        If there is no frame, or no Zr.

    """
    order = OrderCounter(hold.symbols)
    octahedra = PolyhedraCounter(hold.symbols, anchor)
    distances = RadialDistributions(hold.symbols, (("Zr", "Zr"),), _REACH)
    volumes: list[float] = []
    for frame in hold:
        order.add(frame)
        octahedra.add(frame)
        distances.add(frame)
        volumes.append(cell_volume(frame.cell))
    if not volumes:
        raise InputError("whether a cell is glass is measured over a hold with frames")
    (rdf,) = distances.result().values()
    (census,) = octahedra.result().values()
    weight = float(atomic_masses(hold.symbols).sum()) * G_PER_CM3_PER_DALTON_PER_A3
    return Vitrification(
        glassy=float(order.result()["all"].glassy_share.mean()),
        filled=float(rdf.g[(rdf.r >= _GAP[0]) & (rdf.r <= _GAP[1])].mean()),
        coordination=float(census.ligands @ np.arange(len(census.ligands))),
        density=weight / float(np.mean(volumes)),
        density_before=weight / cell_volume(before.cell),
        n_frames=len(volumes),
    )
