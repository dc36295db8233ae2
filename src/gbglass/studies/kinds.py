"""The studies there are: one entry each, by the word that a study file begins with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.studies import discharge, mechanics, segregation, transport
from gbglass.studies.checks import Check
from gbglass.studies.discharge import DischargeFindings, DischargeSpec
from gbglass.studies.mechanics import MechanicsFindings, MechanicsSpec
from gbglass.studies.planned import Planned, S
from gbglass.studies.protocol_checks import ends_with_a_hold
from gbglass.studies.segregation import SegregationFindings, SegregationSpec
from gbglass.studies.transport import TransportFindings, TransportSpec

F = TypeVar("F")


@dataclass(frozen=True)
class StudyKind(Generic[S, F]):
    """A kind of study.

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

    """

    spec: type[S]
    checks: tuple[Check, ...]
    plan: Callable[[S], Planned[S]]
    collect: Callable[[Planned[S], Simulation, Lammps, str], F]


Findings = SegregationFindings | MechanicsFindings | DischargeFindings | TransportFindings
"""What the studies find."""

STUDIES: Mapping[str, StudyKind[Any, Findings]] = MappingProxyType(
    {
        "segregation": StudyKind(SegregationSpec, (ends_with_a_hold,), segregation.plan, segregation.collect),
        "discharge": StudyKind(DischargeSpec, (discharge.problems,), discharge.plan, discharge.collect),
        "mechanics": StudyKind(MechanicsSpec, (mechanics.problems,), mechanics.plan, mechanics.collect),
        "transport": StudyKind(TransportSpec, (ends_with_a_hold,), transport.plan, transport.collect),
    }
)
"""By the key ``study`` of their files."""
