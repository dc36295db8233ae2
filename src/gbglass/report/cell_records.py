"""Numbers of the analyses of full cells as plain data, each with its unit."""

import math
from typing import Any

import numpy as np

from gbglass.analysis.charge import Evenness, PlaneShares
from gbglass.analysis.comparison import Comparison
from gbglass.analysis.discharge import Discharge
from gbglass.analysis.discharge_rate import DischargeRate
from gbglass.analysis.flux import Flux
from gbglass.analysis.metallic import MetallicLithium
from gbglass.analysis.migration import MigrationMap
from gbglass.analysis.protrusion import Protrusions
from gbglass.analysis.stress_strain import StressStrain
from gbglass.analysis.voltage import VoltageCurve
from gbglass.report.records import estimate_record, quantity, series_record, thinned

Plain = dict[str, Any]


def discharge_record(discharge: Discharge) -> Plain:
    """Write what moved from the first frame to the last, and that the account closes."""
    gained = discharge.counts[-1] - discharge.counts[0]
    return {
        "species": discharge.species,
        "atoms": quantity(discharge.n_total, "atoms"),
        "from": quantity(float(discharge.times[0]), "ps"),
        "to": quantity(float(discharge.times[-1]), "ps"),
        "gained": {name: quantity(int(n), "atoms") for name, n in zip(discharge.compartments, gained, strict=True)},
        "content": [quantity(float(x), "1") for x in discharge.content[[0, -1]]] if discharge.n_hosts else None,
        "ledger_max_abs_error": quantity(int(np.abs(discharge.ledger).max()), "atoms"),
        "remark": "neutral atoms move to where their chemical potential is lower; there is no outer circuit",
    }


def rate_record(rate: DischargeRate) -> Plain:
    """Write the rates of a discharge."""
    return {
        "from": quantity(rate.start, "ps"),
        "to": quantity(rate.end, "ps"),
        "from_negative": estimate_record(rate.from_negative),
        "into_positive": estimate_record(rate.into_positive),
        "current_density": estimate_record(rate.current_density),
        "kept_by_electrolyte": quantity(rate.kept_by_electrolyte, "atoms"),
        "through_closure": quantity(rate.through_closure, "atoms"),
    }


def comparison_record(comparison: Comparison) -> Plain:
    """Write a difference with its interval, its p-value and the word."""
    low, high = comparison.interval
    return {
        "difference": quantity(comparison.difference, comparison.unit),
        "standard_error": quantity(comparison.standard_error, comparison.unit),
        "interval_95": [quantity(low, comparison.unit), quantity(high, comparison.unit)],
        "degrees_of_freedom": quantity(comparison.freedom, "1"),
        "p_value": quantity(comparison.p_value, "1"),
        "verdict": comparison.verdict,
        "reason": comparison.reason,
    }


def flux_record(flux: Flux) -> Plain:
    """Write the flux through each plane and the current density of the whole."""
    return {
        "from": quantity(flux.start, "ps"),
        "to": quantity(flux.end, "ps"),
        "planes": [
            {"at": quantity(float(plane), "cell lengths"), "flux": estimate_record(mean)}
            for plane, mean in zip(flux.planes, flux.through, strict=True)
        ],
        "whole": estimate_record(flux.whole),
        "current_density": estimate_record(flux.current_density),
    }


def migration_record(found: MigrationMap) -> Plain:
    """Write how migration was measured and what the framework has left of rattling."""
    return {
        "species": found.species,
        "lag": quantity(found.rule.lag, "ps"),
        "averaged_over": quantity(found.rule.average, "ps"),
        "framework_speed": quantity(found.framework_speed, "Å/ps"),
        "displacements": quantity(float(found.counts.sum()), "displacements"),
    }


def protrusion_record(found: Protrusions) -> Plain:
    """Write the last map's protrusion, the highest of all, and how it grows."""
    return {
        "height": quantity(float(found.heights[-1]), "Å"),
        "highest": quantity(float(found.heights.max()), "Å"),
        "base_width": quantity(float(found.base_widths[-1]), "Å"),
        "half_angle": quantity(float(found.half_angles[-1]), "degrees"),
        "excess_roughness": quantity(float(found.excess_roughness[-1]), "Å"),
        "growth": None if found.growth is None else estimate_record(found.growth),
        "beyond_twin": bool(found.beyond_twin[-1]),
        "twin": {
            "threshold": quantity(found.twin.threshold, "Å"),
            "highest": quantity(found.twin.highest, "Å"),
            "roughness": quantity(found.twin.roughness, "Å"),
            "seeds": quantity(found.twin.n_seeds, "runs"),
        },
    }


def metal_record(metal: MetallicLithium) -> Plain:
    """Write the largest of each series and when what happened."""
    return {
        "metal_in_electrolyte": quantity(int(metal.in_electrolyte.max()), "atoms"),
        "largest_isolated": quantity(int(metal.largest_isolated.max()), "atoms"),
        "depth": quantity(float(metal.depth.max()), "Å"),
        "nucleation_time": _time(metal.nucleation_time),
        "short_time": _time(metal.short_time),
    }


def stress_strain_record(curve: StressStrain) -> Plain:
    """Write what was read from a stress-strain curve."""
    kept = thinned(len(curve.strain))
    return {
        "modulus": estimate_record(curve.modulus),
        "strength": quantity(curve.strength, "GPa"),
        "stress_error": quantity(curve.stress_error, "GPa"),
        "averaged_over": quantity(curve.window, "ps"),
        "strain_rate": quantity(curve.strain_rate, "1/ps"),
        "strain_at_peak": quantity(curve.strain_at_peak, "1"),
        "strain_at_break": _maybe(curve.strain_at_break, "1", "it did not break"),
        "work_of_fracture": _maybe(curve.work_of_fracture, "J/m²", "it has not parted"),
        "opening": quantity(float(curve.opening[-1]), "Å"),
        "curve": {"strain": series_record(curve.strain[kept], "1"), "stress": series_record(curve.stress[kept], "GPa")},
    }


def voltage_record(curve: VoltageCurve) -> Plain:
    """Write the plateaus and their mean."""
    return {
        "mean": quantity(curve.mean, "V"),
        "lithium_energy": quantity(curve.lithium_energy, "eV"),
        "plateaus": [
            {"from": quantity(float(low), "1"), "to": quantity(float(high), "1"), "voltage": quantity(float(v), "V")}
            for low, high, v in zip(curve.contents[:-1], curve.contents[1:], curve.voltages, strict=True)
        ],
        "corners": list(curve.names),
    }


def charge_record(shares: PlaneShares, evennesses: tuple[Evenness, ...]) -> Plain:
    """Write how many electrons there are and how evenly each patch is filled."""
    return {
        "electrons": quantity(shares.electrons, "electrons"),
        "patches": [
            {
                "name": one.name,
                "density_over_layer": quantity(one.density, "1"),
                "variation": quantity(one.variation, "1"),
                "share_of_layer": quantity(one.share, "1"),
                "columns": quantity(one.n_columns, "columns"),
            }
            for one in evennesses
        ],
    }


def _time(time: float | None) -> Plain:
    return _maybe(time, "ps", "it did not happen")


def _maybe(value: float | None, unit: str, why_not: str) -> Plain:
    if value is None or not math.isfinite(value):
        return {"value": None, "unit": unit, "reason": why_not}
    return quantity(value, unit)
