"""From what a study found to what is shown of it; and from the results of a case to its rows in a campaign's table."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gbglass.report import (
    amorphisation,
    charge,
    discharge,
    mechanics,
    network,
    orientation,
    potential,
    segregation,
    segregation_campaign,
    transport,
    voltage,
)
from gbglass.report.presented import PageFigure, Presented
from gbglass.studies.amorphisation import AmorphisationFindings
from gbglass.studies.charge import ChargeFindings
from gbglass.studies.discharge import DischargeFindings
from gbglass.studies.kinds import Findings
from gbglass.studies.mechanics import MechanicsFindings
from gbglass.studies.network import NetworkFindings
from gbglass.studies.orientation import OrientationFindings
from gbglass.studies.potential import PotentialFindings
from gbglass.studies.segregation import SegregationFindings
from gbglass.studies.transport import TransportFindings
from gbglass.studies.voltage import VoltageFindings

_PRESENT: Mapping[type, Callable[[Any], Presented]] = MappingProxyType(
    {
        SegregationFindings: segregation.present_segregation,
        DischargeFindings: discharge.present_discharge,
        MechanicsFindings: mechanics.present_mechanics,
        TransportFindings: transport.present_transport,
        OrientationFindings: orientation.present_orientation,
        AmorphisationFindings: amorphisation.present_amorphisation,
        NetworkFindings: network.present_network,
        VoltageFindings: voltage.present_voltage,
        ChargeFindings: charge.present_charge,
        PotentialFindings: potential.present_potential,
    }
)

_ROWS: Mapping[str, Callable[[Mapping[str, Any]], list[dict[str, Any]]]] = MappingProxyType(
    {
        "segregation": segregation.campaign_rows,
        "discharge": discharge.campaign_rows,
        "mechanics": mechanics.campaign_rows,
        "transport": transport.campaign_rows,
        "orientation": orientation.campaign_rows,
        "amorphisation": amorphisation.campaign_rows,
        "network": network.campaign_rows,
        "voltage": voltage.campaign_rows,
        "charge": charge.campaign_rows,
        "potential": potential.campaign_rows,
    }
)

_FIGURES: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], list[PageFigure]]] = MappingProxyType(
    {
        "discharge": discharge.campaign_figures,
        "transport": transport.campaign_figures,
        "orientation": orientation.campaign_figures,
        "amorphisation": amorphisation.campaign_figures,
        "network": network.campaign_figures,
        "segregation": segregation_campaign.campaign_figures,
        "mechanics": mechanics.campaign_figures,
        "voltage": voltage.campaign_figures,
        "charge": charge.campaign_figures,
        "potential": potential.campaign_figures,
    }
)


def present(findings: Findings) -> Presented:
    """Show what a study found, whatever its kind."""
    return _PRESENT[type(findings)](findings)


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a campaign's table from the ``results.json`` of one case."""
    return _ROWS[results["study"]](results)


def campaign_figures(results: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what the finished cases of a campaign say together, from their ``results.json``."""
    return _FIGURES[results[0]["study"]](results) if results else []
