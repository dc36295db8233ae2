"""What lithium has around it in each place: distances, coordinations, types, and how glassy the framework is there.

The panels of doi:10.1038/s41467-025-59895-9, Fig. 4d-l, from one pass over the frames.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.coordination import JointCoordination, JointCoordinations, LithiumTypes
from gbglass.analysis.lobes import Lobe, find_lobes
from gbglass.analysis.order import FrameworkOrder, OrderCounter
from gbglass.analysis.rdf import RadialDistribution, RadialDistributions
from gbglass.core.arrays import BoolArray
from gbglass.core.groups import Groups
from gbglass.core.trajectory import Frame, Trajectory

_AROUND_LITHIUM = ("Li", "O")
_ORDERED = "Zr"


@dataclass(frozen=True)
class LocalStructure:
    """Lithium in a place.

    Parameters
    ----------
    place
        Its name.
    rdfs
        Of Li with Li and, where there is any, O, by pair; centres lie in the place.
    rdfs_of_types
        The same by the type of the lithium in the middle, those that there are.
    coordination
        Li-Li against Li-O, and the types by coordination alone.
    order
        Of the framework there; None where there is no Zr.

    """

    place: str
    rdfs: Mapping[str, RadialDistribution]
    rdfs_of_types: Mapping[str, RadialDistribution]
    coordination: JointCoordination
    order: FrameworkOrder | None

    @property
    def lobes(self) -> tuple[Lobe, ...]:
        """Kinds of lithium that the map of coordinations shows."""
        return find_lobes(self.coordination.histogram)


@dataclass(frozen=True)
class _TypesIn:
    """Lithium of each type within each of some groups."""

    types: LithiumTypes
    places: Groups

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{kind} in {place}" for place in self.places.names for kind in self.types.names)

    def masks(self, frame: Frame) -> BoolArray:
        types, places = self.types.masks(frame), self.places.masks(frame)
        both: BoolArray = (places[:, None, :] & types[None, :, :]).reshape(-1, types.shape[1])
        return both


def local_structure(trajectory: Trajectory, places: Groups, every: int = 1) -> dict[str, LocalStructure]:
    """Measure what lithium has around it in each of some places, over every n-th frame.

    Parameters
    ----------
    trajectory
        With lithium.
    places
        Groups of atoms.
    every
        n.

    Raises
    ------
    InputError
        If a place holds no lithium in any frame, or n is less than 1.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from gbglass.core.groups import WholeCell
    >>> metal = bulk("Li", "bcc", a=3.51, cubic=True)
    >>> frame = Frame(0, 0.0, metal.cell.array, metal.positions)
    >>> found = local_structure(Trajectory(("Li", "Li"), lambda: iter([frame])), WholeCell())["all"]
    >>> [(lobe.lithium, lobe.oxygen, lobe.share) for lobe in found.lobes], found.order is None
    ([(14, 0, 1.0)], True)

    """
    symbols = trajectory.symbols
    pairs = [("Li", other) for other in _AROUND_LITHIUM if other in symbols]
    by_type = _TypesIn(LithiumTypes(symbols), places)
    rdfs = RadialDistributions(symbols, pairs, centres=places)
    of_types = RadialDistributions(symbols, pairs, centres=by_type)
    coordination = JointCoordinations(symbols, places)
    order = OrderCounter(symbols, places) if _ORDERED in symbols else None
    for number, frame in enumerate(trajectory):
        if number % every == 0:
            for accumulator in (rdfs, of_types, coordination, *(() if order is None else (order,))):
                accumulator.add(frame)
    ordered = {} if order is None else order.result()
    joint, all_rdfs, typed = coordination.result(), rdfs.result(), of_types.result()
    return {
        place: LocalStructure(
            place,
            {"-".join(rdf.pair): rdf for rdf in all_rdfs.values() if rdf.group == place},
            {name: rdf for name, rdf in typed.items() if rdf.group.endswith(f" in {place}") and np.any(rdf.g)},
            joint[place],
            ordered.get(place),
        )
        for place in places.names
    }
