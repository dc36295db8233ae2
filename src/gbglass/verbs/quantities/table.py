"""The quantities by the names that the command line knows; a new one is one class in its family and one line here."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gbglass.verbs.quantities.cells import DischargeOfCell, Interface, Metal
from gbglass.verbs.quantities.counting import Regions, Segregation
from gbglass.verbs.quantities.energies import Energy, EnergyDrift
from gbglass.verbs.quantities.framework import Glass, Order, Polyhedra
from gbglass.verbs.quantities.motion import Flux, Haven, Migration, Msd
from gbglass.verbs.quantities.neighbours import Coordination, Rdf, RdfByType
from gbglass.verbs.quantities.space import Cavity, Density, VoidsOfTheEnd
from gbglass.verbs.quantities.strain import Stress
from gbglass.verbs.quantities.system import Quantity, System

QUANTITIES: Mapping[str, Callable[[System], Quantity]] = MappingProxyType(
    {
        "regions": Regions,
        "segregation": Segregation,
        "msd": Msd,
        "haven": Haven,
        "energy": Energy,
        "cavity": Cavity,
        "rdf": Rdf,
        "rdf-types": RdfByType,
        "coordination": Coordination,
        "density": Density,
        "migration": Migration,
        "flux": Flux,
        "discharge": DischargeOfCell,
        "interface": Interface,
        "metal": Metal,
        "voids": VoidsOfTheEnd,
        "polyhedra": Polyhedra,
        "order": Order,
        "glass": Glass,
        "drift": EnergyDrift,
        "stress": Stress,
    }
)
"""By the name that the command line knows."""

WHOLE_CELL: Mapping[str, str] = MappingProxyType(
    {
        "segregation": "it compares the boundaries with the interior of the whole cell",
        "cavity": "its profile shows every place of the framework already",
        "migration": "its map shows every place already, and a displacement begins in one and ends in another",
        "haven": "the charge that is carried is that of all ions of the cell",
        "rdf-types": "each lithium is in the middle of its own type already",
        "flux": "it counts what goes through planes of the whole cell",
        "interface": "a surface is that of the whole electrode",
        "metal": "a cluster hangs together through the whole cell",
        "voids": "a void may go on beyond a region",
        "glass": "its width is that of the whole cell at each boundary",
        "drift": "only the energy of the whole cell is known",
        "stress": "it is the pressure of the whole cell",
    }
)
"""Quantities that cannot be restricted to a region, and why."""
