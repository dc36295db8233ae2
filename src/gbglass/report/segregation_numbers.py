"""Numbers and curves of a study of segregation: each with its unit."""

import math
from collections.abc import Mapping
from statistics import fmean
from types import MappingProxyType
from typing import Any

import numpy as np

from gbglass.analysis.cavity import CavityProfile
from gbglass.analysis.equilibration import FEWEST_SAMPLES, Equilibration
from gbglass.analysis.msd import msd_exponent
from gbglass.analysis.region_counts import RegionCounts
from gbglass.analysis.segregation import BoundarySegregation, counts_settled, gibbs_excess
from gbglass.analysis.statistics import estimate
from gbglass.core.arrays import FloatArray
from gbglass.core.partition import BoundaryRegions
from gbglass.core.results import Estimate
from gbglass.report.records import estimate_record, quantity
from gbglass.report.run import thermodynamic_table
from gbglass.store.tables import Table
from gbglass.studies.segregation import SegregationFindings
from gbglass.units import CM2_PER_S_PER_A2_PER_PS

Plain = dict[str, Any]

_TENTH = 10
"""The energy at an end of the hold is a mean over one part in so many."""

_MEV = 1e3
_WHEN = MappingProxyType({"at_begin_of_hold": "when the hold begins", "at_end_of_hold": "at its end"})


def segregation_record(findings: SegregationFindings) -> Plain:
    """Write what the study found, but for its curves, as plain data."""
    counts = findings.counts
    over = settled(findings)
    return {
        "boundary": findings.run.title,
        "lithium": findings.lithium,
        "relaxation_time": quantity(findings.relaxation, "ps"),
        "averaged_over": quantity(_duration(findings), "ps"),
        "averaged": quantity(len(findings.hold_counts.steps), "counts"),
        "conservation": {
            "species": counts.species,
            "max_abs_error": counts.max_abs_error,
            "units": {"max_abs_error": "atoms"},
        },
        "regions": _regions(findings),
        "boundaries": [
            _boundary(findings, number, result) | {"settled": _settled(over[number] if over else None)}
            for number, result in enumerate(findings.segregation)
        ],
        "cavity": _cavity(findings.cavity),
        "msd": _msd(findings),
        "rdf": {
            name: {
                "onset": quantity(rdf.onset, "Å"),
                "first_peak": quantity(rdf.first_peak, "Å"),
                "frames": quantity(rdf.n_frames, "frames"),
            }
            for name, rdf in findings.rdfs.items()
        },
    }


def segregation_tables(findings: SegregationFindings) -> tuple[Table, ...]:
    """Collect every curve of the study."""
    cavity, msd = findings.cavity, findings.msd
    profile = {} if cavity is None else {"z (Å)": cavity.z, "cavity fraction (1)": cavity.fraction}
    return (
        Table("region_counts", _count_columns(findings)),
        excess_table(findings.hold_counts, findings.regions),
        *([Table("cavity", profile)] if profile else []),
        Table("msd", {"lag (ps)": msd.lags, "MSD (Å²)": msd.msd, "standard error (Å²)": msd.standard_error}),
        *(
            Table(f"rdf_{name}", {"r (Å)": rdf.r, "g (1)": rdf.g, "coordination (1)": rdf.coordination})
            for name, rdf in findings.rdfs.items()
        ),
        *_energy_table(findings),
        thermodynamic_table(findings.run),
    )


def excess_table(hold: RegionCounts, regions: BoundaryRegions) -> Table:
    """Return the excess of each boundary against time: what a comparison of the two is made of."""
    excess = {
        f"Gibbs excess, boundary {number} (atoms/nm²)": gibbs_excess(hold, slabs, regions.interior)
        for number, slabs in enumerate(regions.boundaries, start=1)
    }
    return Table("segregation", {"time (ps)": hold.times, **excess})


def _energy_table(findings: SegregationFindings) -> tuple[Table, ...]:
    if findings.energies is None:
        return ()
    columns = {"time (ps)": next(iter(findings.energies.values())).times}
    for name, one in findings.energies.items():
        columns |= {f"raw, {name} (eV)": one.raw, f"referenced, {name} (eV)": one.referenced}
    return (Table("energy", columns),)


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


def _boundary(findings: SegregationFindings, number: int, result: BoundarySegregation) -> Plain:
    counts, slabs = findings.counts, list(findings.regions.boundaries[number])
    cavity = math.nan if findings.cavity is None else findings.cavity.boundary_fractions[number]
    at_start = int(counts.counts[0, slabs].sum())
    volume = float(counts.widths[0, slabs].sum() * counts.areas[0])
    return {
        "name": result.name,
        "segregation_per_thickness": estimate_record(result.per_thickness),
        "gibbs_excess": estimate_record(result.gibbs_excess),
        "change": estimate_record(result.change),
        "cavity_fraction": quantity(cavity, "1"),
        "at_start": quantity(at_start, "atoms"),
        "room_per_lithium_at_start": quantity(cavity * volume / at_start if at_start else math.inf, "Å³"),
        "energy_over_interior": _energy_over_interior(findings, result.name),
        "verdict": result.verdict,
        "reason": result.reason,
        "needed_ns": _needed(result),
    }


def mean_energies(results: Mapping[str, Any]) -> dict[str, float]:
    """Read the energy of the boundaries over the bulk, mean of the two, by when [meV/atom]; empty without energies.

    Parameters
    ----------
    results
        The ``results.json`` of a case.

    Examples
    --------
    >>> over = {when: {"value": 0.002, "unit": "eV/atom"} for when in ("at_begin_of_hold", "at_end_of_hold")}
    >>> mean_energies({"boundaries": [{"energy_over_interior": over}]})
    {'when the hold begins': 2.0, 'at its end': 2.0}
    >>> mean_energies({"boundaries": [{"energy_over_interior": None}]})
    {}

    """
    found = [over for boundary in results["boundaries"] if (over := boundary.get("energy_over_interior"))]
    known = {said: [over[when]["value"] for over in found] for when, said in _WHEN.items()}
    if not found or any(value is None for values in known.values() for value in values):
        return {}
    return {said: _MEV * fmean(values) for said, values in known.items()}


def settled(findings: SegregationFindings) -> tuple[Equilibration, ...]:
    """Return since when the excess of each boundary goes nowhere any more; nothing of a few counts."""
    enough = len(findings.hold_counts.steps) >= FEWEST_SAMPLES
    return counts_settled(findings.hold_counts, findings.regions) if enough else ()


def _settled(found: Equilibration | None) -> Plain | None:
    if found is None:
        return None
    return {
        "reached": found.reached,
        "from": quantity(found.time, "ps"),
        "independent_samples": quantity(found.n_independent, "1"),
    }


def _cavity(profile: CavityProfile | None) -> Plain | None:
    if profile is None:
        return None
    return {
        "radii": {pair: quantity(radius, "Å") for pair, radius in profile.radii.items()},
        "spacing": quantity(profile.spacing, "Å"),
        "interior_fraction": quantity(profile.interior_fraction, "1"),
    }


def _energy_over_interior(findings: SegregationFindings, name: str) -> Plain | None:
    """Write the energy per atom over an interior of the same composition when the hold begins and when it ends."""
    if findings.energies is None:
        return None
    over = findings.energies[name].referenced
    part = max(1, len(over) // _TENTH)
    return {
        "at_begin_of_hold": quantity(float(over[:part].mean()), "eV/atom"),
        "at_end_of_hold": quantity(float(over[-part:].mean()), "eV/atom"),
        "remark": findings.energies[name].remark,
    }


def _duration(findings: SegregationFindings) -> float:
    """Time that the counts of the hold stand for, each for the spacing before it [ps]."""
    times = findings.hold_counts.times
    return round(float((times[-1] - times[0]) * len(times) / (len(times) - 1)), 9)


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
        "exponent": quantity(msd_exponent(findings.msd), "1"),
    }


def _needed(result: BoundarySegregation) -> Plain:
    if result.needed_ns is not None:
        return quantity(result.needed_ns, "ns")
    reason = "decided" if result.verdict != "undecided" else "no length of a hold is known that would decide"
    return {"value": None, "unit": "ns", "reason": reason}
