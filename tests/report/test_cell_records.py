"""Numbers of full cells keep their values and units on the way to JSON and CSV."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.charge import evenness, plane_shares
from gbglass.analysis.discharge_rate import compare_with_twin, discharge_rate
from gbglass.analysis.flux import mean_flux
from gbglass.analysis.metallic import find_metal
from gbglass.analysis.protrusion import TwinSurface, find_protrusions
from gbglass.analysis.stress_strain import stress_strain
from gbglass.analysis.voltage import Ordering, voltage_curve
from gbglass.report import cell_records as records
from gbglass.report import cell_tables as tables
from gbglass.store.tables import Table, write_tables
from tests.analysis.synthetic import anchor_of
from tests.contracts import cell_analyses as made
from tests.contracts.test_analyses import given

TRAJECTORY = given().trajectory
DISCHARGE = made.discharge_of(TRAJECTORY)
METAL = find_metal(TRAJECTORY, made.parts_of(TRAJECTORY), anchor_of(TRAJECTORY))
PROTRUSIONS = find_protrusions(made.heights_of(TRAJECTORY), TwinSurface(0.1, 0.5, 0.3, 3, 12))
CURVE = stress_strain(made.pull_of(TRAJECTORY), window=0.2)
VOLTAGE = voltage_curve([Ordering(0.0, -53.0), Ordering(0.5, -55.0), Ordering(1.0, -56.4)], -1.9)
RATE = discharge_rate(DISCHARGE)

RECORDS: dict[str, Any] = {
    "discharge": records.discharge_record(DISCHARGE),
    "rate": records.rate_record(RATE),
    "comparison": records.comparison_record(compare_with_twin(RATE, RATE)),
    "flux": records.flux_record(mean_flux(made.crossings_of(TRAJECTORY))),
    "migration": records.migration_record(made.migration_of(TRAJECTORY)),
    "protrusions": records.protrusion_record(PROTRUSIONS),
    "metal": records.metal_record(METAL),
    "stress-strain": records.stress_strain_record(CURVE),
    "voltage": records.voltage_record(VOLTAGE),
    "charge": records.charge_record(plane_shares(made.DENSITY), evenness(made.LAYER)),
}
TABLES: list[Table] = [
    tables.discharge_table(DISCHARGE),
    tables.crossings_table(made.crossings_of(TRAJECTORY)),
    tables.migration_table(made.migration_of(TRAJECTORY)),
    tables.height_table(made.heights_of(TRAJECTORY)),
    tables.protrusion_table(PROTRUSIONS),
    tables.metal_table(METAL),
    tables.stress_strain_table(CURVE),
    tables.voltage_table(VOLTAGE),
    tables.plateau_table(VOLTAGE),
    tables.plane_share_table(plane_shares(made.DENSITY)),
    tables.layer_table(made.LAYER),
]


def numbers(plain: object) -> Iterator[dict[str, Any]]:
    if isinstance(plain, dict):
        if "values" in plain:
            assert plain["unit"], "a series has one unit for all of its numbers"
        elif "value" in plain:
            yield plain
        else:
            for part in plain.values():
                yield from numbers(part)
    elif isinstance(plain, list):
        for part in plain:
            yield from numbers(part)
    else:
        assert plain is None or isinstance(plain, (str, bool)), f"{plain} has no unit"


@pytest.mark.parametrize("name", RECORDS)
def test_every_number_has_a_unit_and_what_is_not_finite_a_reason(name: str) -> None:
    plain = json.loads(json.dumps(RECORDS[name], allow_nan=False))
    found = list(numbers(plain))
    assert found
    for number in found:
        assert number["unit"]
        assert number["value"] is not None or number["reason"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_a_unit_and_no_name_stands_twice(table: Table, tmp_path: Path) -> None:
    for heading in table.columns:
        assert heading.endswith(")"), heading
        assert " (" in heading, heading
    write_tables([table], tmp_path)
    back = np.genfromtxt(tmp_path / "csv" / f"{table.name}.csv", delimiter=",", skip_header=1)
    assert_allclose(back.reshape(-1, len(table.columns)), np.column_stack(list(table.columns.values())), rtol=1e-8)


def test_records_are_the_results() -> None:
    assert RECORDS["discharge"]["ledger_max_abs_error"] == {"value": 0, "unit": "atoms"}
    gained = [entry["value"] for entry in RECORDS["discharge"]["gained"].values()]
    assert gained == (DISCHARGE.counts[-1] - DISCHARGE.counts[0]).tolist()
    assert RECORDS["stress-strain"]["modulus"]["value"] == CURVE.modulus.value
    assert [p["voltage"]["value"] for p in RECORDS["voltage"]["plateaus"]] == VOLTAGE.voltages.tolist()
    assert RECORDS["comparison"]["verdict"] == "undecided"
    assert RECORDS["metal"]["short_time"] == {"value": None, "unit": "ps", "reason": "it did not happen"}
    assert len({table.name for table in TABLES}) == len(TABLES)
