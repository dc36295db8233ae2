"""Numbers as plain data: each with its unit, nothing that is not finite."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.ledger import BoundaryEntry, BoundaryLithium, Ledger
from gbglass.core.results import Estimate

Plain = dict[str, Any]

MOST_POINTS = 200
"""Of a curve within a record: whoever wants all has the tables."""


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


def series_record(values: FloatArray, unit: str, digits: int = 6) -> Plain:
    """Write a short series with its unit; what is not finite becomes null.

    Examples
    --------
    >>> series_record(np.array([0.5, np.nan]), "Å")
    {'values': [0.5, None], 'unit': 'Å'}

    """
    return {"values": [round(float(v), digits) if math.isfinite(v) else None for v in values], "unit": unit}


def case_curve(record: Mapping[str, Any], x: str, y: str) -> tuple[FloatArray, FloatArray]:
    """Read a curve that `series_record` wrote; what is not finite is not a number again.

    Examples
    --------
    >>> case_curve({"t": {"values": [0, 1]}, "n": {"values": [2, None]}}, "t", "n")
    (array([0., 1.]), array([ 2., nan]))

    """
    first, second = (np.array(record[key]["values"], dtype=np.float64) for key in (x, y))
    return first, second


def thinned(n: int, most: int = MOST_POINTS) -> IntArray:
    """Return which of n points of a curve are kept in a record: so many at most, the first and the last among them.

    Examples
    --------
    >>> thinned(5, 3).tolist()
    [0, 2, 4]

    """
    return np.unique(np.round(np.linspace(0, n - 1, min(n, most))).astype(np.int64))


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


def estimate_of(record: Mapping[str, Any]) -> Estimate:
    """Read an estimate that `estimate_record` wrote.

    Examples
    --------
    >>> mean = Estimate(1.5, "Å", 0.2, 0.1, 40, 4.0, (1.2, math.inf))
    >>> estimate_of(estimate_record(mean)) == mean
    True

    """
    low, high = (end["value"] for end in record["interval_95"])
    return Estimate(
        _finite(record["value"]),
        record["unit"],
        _finite(record["standard_deviation"]["value"]),
        _finite(record["standard_error"]["value"]),
        record["frames"]["value"],
        record["independent_samples"]["value"],
        (-math.inf if low is None else low, math.inf if high is None else high),
    )


def _finite(value: float | None) -> float:
    return math.nan if value is None else value


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


def _distances(distances: Mapping[str, float]) -> Plain:
    return {pair: quantity(distance, "Å") for pair, distance in distances.items()}
