"""Findings as plain data and as tables: every number with its unit, nothing that is not finite."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gbglass.analysis.segregation import BoundarySegregation
from gbglass.analysis.statistics import estimate
from gbglass.core.arrays import FloatArray
from gbglass.core.ledger import BoundaryEntry, BoundaryLithium, Ledger
from gbglass.core.results import Estimate
from gbglass.store.tables import Table
from gbglass.studies.findings import SegregationFindings
from gbglass.units import CM2_PER_S_PER_A2_PER_PS

SCHEMA = "gbglass.results/1"
FEWEST_FRAMES = 4
"""A mean needs so many."""

Plain = dict[str, Any]


def quantity(value: float, unit: str) -> Plain:
    """Write a number with its unit; one that is not finite becomes null with the reason.

    Examples
    --------
    >>> quantity(3, "atoms")
    {'value': 3, 'unit': 'atoms'}
    >>> quantity(math.inf, "Å")["reason"]
    'has no upper bound'

    """
    if math.isfinite(value):
        return {"value": value, "unit": unit}
    return {"value": None, "unit": unit, "reason": _why_not_finite(value)}


def results_record(findings: SegregationFindings) -> Plain:
    """Write everything of a study but its curves as plain data."""
    counts, potential = findings.counts, findings.potential
    return {
        "schema": SCHEMA,
        "study": "segregation",
        "name": findings.name,
        "boundary": findings.boundary_title,
        "potential": {
            "name": potential.name,
            "title": potential.title,
            "checksum": potential.checksum,
            "citation": potential.citation,
            "validated_for": potential.validated_for,
            "cutoff": quantity(potential.cutoff, "Å"),
        },
        "ledger": ledger_record(findings.ledger),
        "frames": _frames(findings),
        "conservation": {
            "species": counts.species,
            "max_abs_error": counts.max_abs_error,
            "units": {"max_abs_error": "atoms"},
        },
        "regions": _regions(findings),
        "boundaries": [
            _boundary(result, cavity)
            for result, cavity in zip(findings.segregation, findings.cavity.boundary_fractions, strict=True)
        ],
        "cavity": {
            "radii": {pair: quantity(radius, "Å") for pair, radius in findings.cavity.radii.items()},
            "spacing": quantity(findings.cavity.spacing, "Å"),
            "interior_fraction": quantity(findings.cavity.interior_fraction, "1"),
        },
        "msd": _msd(findings),
        "rdf": {
            name: {
                "onset": quantity(rdf.onset, "Å"),
                "first_peak": quantity(rdf.first_peak, "Å"),
                "frames": quantity(rdf.n_frames, "frames"),
            }
            for name, rdf in findings.rdfs.items()
        },
        "thermodynamics": _thermodynamics(findings),
        "protocol": list(findings.protocol),
        "remarks": list(findings.remarks),
        **_provenance(findings),
    }


def ledger_record(ledger: Ledger) -> Plain:
    """Write a ledger with units."""
    return {
        "atoms": _atoms(ledger.atoms),
        "cut": _atoms(ledger.cut),
        "removed": _atoms(ledger.removed),
        "added": _atoms(ledger.added),
        "formal_charge": quantity(ledger.formal_charge, "e"),
        "valence": {
            part: {species: quantity(charge, "e") for species, charge in valence.items()}
            for part, valence in ledger.valence.items()
        },
        "dipole_along_normal": _optional(ledger.dipole_along_normal, "e Å"),
        "li2o_excess_per_area": _optional(ledger.li2o_excess_per_area, "1/nm²"),
        "intact_octahedra": _optional(ledger.intact_octahedra, "%"),
        "shortest_contacts": _distances(ledger.shortest_contacts),
        "strain": {part: [quantity(strain, "1") for strain in strains] for part, strains in ledger.strain.items()},
        "area": _optional(ledger.area, "Å²"),
        "boundaries": [_boundary_entry(entry) for entry in ledger.boundaries],
        "remarks": list(ledger.remarks),
    }


def _optional(value: float | None, unit: str) -> Plain | None:
    return None if value is None else quantity(value, unit)


def estimate_record(mean: Estimate) -> Plain:
    """Write an estimate with all that travels with it."""
    low, high = mean.interval
    return {
        **quantity(mean.value, mean.unit),
        "standard_deviation": quantity(mean.standard_deviation, mean.unit),
        "standard_error": quantity(mean.standard_error, mean.unit),
        "interval_95": [quantity(low, mean.unit), quantity(high, mean.unit)],
        "frames": quantity(mean.n_frames, "frames"),
        "independent_samples": quantity(mean.n_independent, "samples"),
    }


def tables(findings: SegregationFindings) -> list[Table]:
    """Collect every curve of a study."""
    thermo, cavity, msd = findings.thermodynamics, findings.cavity, findings.msd
    return [
        Table("region_counts", _count_columns(findings)),
        Table("cavity", {"z (Å)": cavity.z, "cavity fraction (1)": cavity.fraction}),
        Table("msd", {"lag (ps)": msd.lags, "MSD (Å²)": msd.msd, "standard error (Å²)": msd.standard_error}),
        *(
            Table(f"rdf_{name}", {"r (Å)": rdf.r, "g (1)": rdf.g, "coordination (1)": rdf.coordination})
            for name, rdf in findings.rdfs.items()
        ),
        Table(
            "thermodynamics",
            {
                "time (ps)": thermo.times,
                "temperature (K)": thermo.temperatures,
                "thermostat (K)": thermo.targets,
                "pressure (bar)": thermo.pressures,
                "energy per atom (eV)": thermo.energies,
                **{f"L{axis} (Å)": thermo.lengths[:, number] for number, axis in enumerate("xyz")},
            },
        ),
    ]


def _count_columns(findings: SegregationFindings) -> Mapping[str, FloatArray]:
    counts = findings.counts
    regions = {
        f"region {slab + 1} (atoms)": counts.counts[:, slab].astype(np.float64)
        for slab in range(counts.partition.n_slabs)
    }
    return {
        "step (1)": counts.steps.astype(np.float64),
        "time (ps)": counts.times,
        **regions,
        "length along normal (Å)": counts.lengths,
        "area (Å²)": counts.areas,
    }


def _frames(findings: SegregationFindings) -> Plain:
    every, last = findings.frame_every, findings.n_steps
    return {
        "count": last // every + 1,
        "first_step": 0,
        "last_step": last // every * every,
        "every": every,
        "averaged": len(findings.hold_counts.steps),
        "timestep": findings.timestep,
        "units": {
            "count": "frames",
            "first_step": "steps",
            "last_step": "steps",
            "every": "steps",
            "averaged": "frames",
            "timestep": "ps",
        },
    }


def _regions(findings: SegregationFindings) -> list[Plain]:
    hold = findings.hold_counts
    edges = hold.partition.edges
    densities = hold.counts / hold.widths
    return [
        {
            "region": slab + 1,
            "from": quantity(edges[slab], "cell lengths"),
            "to": quantity(edges[slab + 1], "cell lengths"),
            "atoms": estimate_record(estimate(hold.counts[:, slab].astype(np.float64), "atoms")),
            "per_thickness": estimate_record(estimate(densities[:, slab], "atoms/Å")),
        }
        for slab in range(hold.partition.n_slabs)
    ]


def _boundary(result: BoundarySegregation, cavity: float) -> Plain:
    return {
        "name": result.name,
        "segregation_per_thickness": estimate_record(result.per_thickness),
        "gibbs_excess": estimate_record(result.gibbs_excess),
        "change": estimate_record(result.change),
        "cavity_fraction": quantity(cavity, "1"),
        "verdict": result.verdict,
        "reason": result.reason,
        "needed_ns": _needed(result),
    }


def _msd(findings: SegregationFindings) -> Plain:
    diffusivity = findings.msd.diffusivity
    factor = CM2_PER_S_PER_A2_PER_PS
    low, high = diffusivity.interval
    in_cm2 = Estimate(
        diffusivity.value * factor,
        "cm²/s",
        diffusivity.standard_deviation * factor,
        diffusivity.standard_error * factor,
        diffusivity.n_frames,
        diffusivity.n_independent,
        (low * factor, high * factor),
    )
    return {
        "species": findings.msd.species,
        "atoms": quantity(findings.msd.n_atoms, "atoms"),
        "diffusivity": estimate_record(in_cm2),
    }


def _provenance(findings: SegregationFindings) -> Plain:
    made = findings.provenance
    return {
        "seeds": made.seeds,
        "versions": made.versions,
        "checksums": made.checksums,
        "machine": made.machine,
        "performance": {"md_speed": quantity(made.speed, "steps/s")},
        "command": made.command,
    }


def _boundary_lithium(lithium: BoundaryLithium) -> Plain:
    return {
        "sites_lost": quantity(lithium.sites_lost, "sites"),
        "on_cavities": quantity(lithium.on_cavities, "atoms"),
        "excess_per_area": quantity(lithium.excess_per_area, "1/nm²"),
    }


def _boundary_entry(entry: BoundaryEntry) -> Plain:
    return {
        "name": entry.name,
        "position": quantity(entry.position, "cell lengths"),
        "expansion": quantity(entry.expansion, "Å"),
        "lithium": None if entry.lithium is None else _boundary_lithium(entry.lithium),
        "shortest_contacts": _distances(entry.shortest_contacts),
    }


def _atoms(counts: Mapping[str, int]) -> Plain:
    return {species: quantity(count, "atoms") for species, count in counts.items()}


def _why_not_finite(value: float) -> str:
    if math.isnan(value):
        return "could not be determined"
    return "has no upper bound" if value > 0.0 else "has no lower bound"


def _thermodynamics(findings: SegregationFindings) -> Plain:
    """Average the logs over the hold; the cell's lengths are those at the end."""
    thermo = findings.thermodynamics
    chosen = thermo.times > findings.hold_start
    if np.count_nonzero(chosen) < FEWEST_FRAMES:
        return {"remark": f"fewer than {FEWEST_FRAMES} rows of the logs lie in the hold"}
    return {
        "temperature": estimate_record(estimate(thermo.temperatures[chosen], "K")),
        "target": quantity(float(thermo.targets[-1]), "K"),
        "pressure": estimate_record(estimate(thermo.pressures[chosen], "bar")),
        "energy_per_atom": estimate_record(estimate(thermo.energies[chosen], "eV")),
        "final_lengths": [quantity(float(length), "Å") for length in thermo.lengths[-1]],
    }


def _needed(result: BoundarySegregation) -> Plain:
    if result.needed_ns is not None:
        return quantity(result.needed_ns, "ns")
    reason = "decided" if result.verdict != "undecided" else "no length of a hold is known that would decide"
    return {"value": None, "unit": "ns", "reason": reason}


def _distances(distances: Mapping[str, float]) -> Plain:
    return {pair: quantity(distance, "Å") for pair, distance in distances.items()}
