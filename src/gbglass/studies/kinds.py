"""The studies there are: one entry each, by the word that a study file begins with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.studies import (
    amorphisation,
    charge,
    discharge,
    mechanics,
    network,
    orientation,
    potential,
    segregation,
    transport,
    voltage,
)
from gbglass.studies.amorphisation import AmorphisationFindings, AmorphisationSpec
from gbglass.studies.charge import ChargeFindings, ChargeSpec
from gbglass.studies.checks import Check, lithium_moves
from gbglass.studies.discharge import DischargeFindings, DischargeSpec
from gbglass.studies.mechanics import MechanicsFindings, MechanicsSpec
from gbglass.studies.network import NetworkFindings, NetworkStudySpec
from gbglass.studies.orientation import OrientationFindings, OrientationSpec
from gbglass.studies.planned import Planned, S
from gbglass.studies.potential import PotentialFindings, PotentialSpec
from gbglass.studies.protocol_checks import ends_with_a_hold
from gbglass.studies.segregation import SegregationFindings, SegregationSpec
from gbglass.studies.static import P, PlannedWork, WorkDone
from gbglass.studies.transport import TransportFindings, TransportSpec
from gbglass.studies.voltage import VoltageFindings, VoltageSpec

F = TypeVar("F")


@dataclass(frozen=True)
class StudyKind(Generic[S, F]):
    """A kind of study of what happens in time: it has a protocol, and LAMMPS runs it.

    Parameters
    ----------
    spec
        What its file says.
    checks
        Mistakes that only this study can make.
    plan
        Builds what is simulated; pure.
    collect
        Reads a finished simulation and works out what it shows.
    go_on
        Builds what is simulated of what the run before it left; None if nothing is run before.

    """

    spec: type[S]
    checks: tuple[Check, ...]
    plan: Callable[[S], Planned[S]]
    collect: Callable[[Planned[S], Simulation, Lammps, str], F]
    go_on: Callable[[Planned[S], Simulation], Planned[S]] | None = None


@dataclass(frozen=True)
class StaticKind(Generic[P, F]):
    """A kind of study without time: it has work items, each done once.

    Parameters
    ----------
    spec
        What its file says.
    checks
        Mistakes that only this study can make.
    plan
        Lists what is to be done; pure.
    collect
        Works out what the items show.

    """

    spec: type[P]
    checks: tuple[Check, ...]
    plan: Callable[[P], PlannedWork[P]]
    collect: Callable[[WorkDone[P]], F]


TimedFindings = (
    SegregationFindings
    | MechanicsFindings
    | DischargeFindings
    | TransportFindings
    | OrientationFindings
    | AmorphisationFindings
    | NetworkFindings
)
StaticStudyFindings = VoltageFindings | ChargeFindings | PotentialFindings
Findings = TimedFindings | StaticStudyFindings
"""What the studies find."""

STUDIES: Mapping[str, StudyKind[Any, TimedFindings]] = MappingProxyType(
    {
        "segregation": StudyKind(
            SegregationSpec, (ends_with_a_hold, lithium_moves), segregation.plan, segregation.collect
        ),
        "discharge": StudyKind(
            DischargeSpec, (discharge.problems,), discharge.plan, discharge.collect, discharge.go_on
        ),
        "orientation": StudyKind(
            OrientationSpec, (orientation.problems,), orientation.plan, orientation.collect, orientation.go_on
        ),
        "amorphisation": StudyKind(
            AmorphisationSpec, (amorphisation.problems,), amorphisation.plan, amorphisation.collect, amorphisation.go_on
        ),
        "network": StudyKind(NetworkStudySpec, (network.problems,), network.plan, network.collect, network.go_on),
        "mechanics": StudyKind(MechanicsSpec, (mechanics.problems,), mechanics.plan, mechanics.collect),
        "transport": StudyKind(TransportSpec, (ends_with_a_hold, lithium_moves), transport.plan, transport.collect),
    }
)
"""Those of what happens in time, by the key ``study`` of their files."""

STATIC_STUDIES: Mapping[str, StaticKind[Any, StaticStudyFindings]] = MappingProxyType(
    {
        "voltage": StaticKind(VoltageSpec, (voltage.problems,), voltage.plan, voltage.collect),
        "charge": StaticKind(ChargeSpec, (charge.problems,), charge.plan, charge.collect),
        "potential": StaticKind(PotentialSpec, (potential.problems,), potential.plan, potential.collect),
    }
)
"""Those without time."""

ALL_STUDIES: Mapping[str, StudyKind[Any, TimedFindings] | StaticKind[Any, StaticStudyFindings]] = MappingProxyType(
    {**STUDIES, **STATIC_STUDIES}
)
"""All there are."""
