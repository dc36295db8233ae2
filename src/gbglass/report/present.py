"""From what a study found to what is shown of it; and from the results of a case to its rows in a campaign's table."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gbglass.report import charge, discharge, mechanics, potential, segregation, transport, voltage
from gbglass.report.presented import PageFigure, Presented
from gbglass.studies.charge import ChargeFindings
from gbglass.studies.discharge import DischargeFindings
from gbglass.studies.kinds import Findings, StaticStudyFindings
from gbglass.studies.mechanics import MechanicsFindings
from gbglass.studies.potential import PotentialFindings
from gbglass.studies.segregation import SegregationFindings
from gbglass.studies.transport import TransportFindings
from gbglass.studies.voltage import VoltageFindings

_ROWS: Mapping[str, Callable[[Mapping[str, Any]], list[dict[str, Any]]]] = MappingProxyType(
    {
        "segregation": segregation.campaign_rows,
        "discharge": discharge.campaign_rows,
        "mechanics": mechanics.campaign_rows,
        "transport": transport.campaign_rows,
        "voltage": voltage.campaign_rows,
        "charge": charge.campaign_rows,
        "potential": potential.campaign_rows,
    }
)


def present(findings: Findings) -> Presented:
    """Show what a study found, whatever its kind."""
    match findings:
        case SegregationFindings():
            return segregation.present_segregation(findings)
        case DischargeFindings():
            return discharge.present_discharge(findings)
        case MechanicsFindings():
            return mechanics.present_mechanics(findings)
        case TransportFindings():
            return transport.present_transport(findings)
        case _:
            return _present_static(findings)


def _present_static(findings: StaticStudyFindings) -> Presented:
    match findings:
        case VoltageFindings():
            return voltage.present_voltage(findings)
        case ChargeFindings():
            return charge.present_charge(findings)
        case PotentialFindings():
            return potential.present_potential(findings)


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a campaign's table from the ``results.json`` of one case."""
    return _ROWS[results["study"]](results)


def campaign_figures(results: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what the finished cases of a campaign say together, from their ``results.json``."""
    return transport.campaign_figures(results) if results and results[0]["study"] == "transport" else []
