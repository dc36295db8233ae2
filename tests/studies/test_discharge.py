"""A cell that discharges: what cannot be is refused, the account closes, the page says what drives it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.errors import ConfigError, InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.report.page import render_page
from gbglass.report.present import campaign_rows, present
from gbglass.report.run import results_record
from gbglass.studies.discharge import DischargeFindings
from gbglass.studies.kinds import STUDIES
from gbglass.studies.planned import Planned
from gbglass.studies.reading import check_study

SOFT = {
    "elements": ["Li", "La", "Zr", "O"],
    "pair_style": ["zbl", "1.0", "1.8"],
    "pair_coeff": [[str(i), str(j), str(zi), str(zj)] for i, zi in enumerate((3, 57, 40, 8), 1)
                   for j, zj in enumerate((3, 57, 40, 8), 1) if j >= i],
    "cutoff": 1.8,
}  # fmt: skip
"""Atoms that only repel: they fly apart, so lithium crosses faces within a picosecond."""

CELL = {"model": "cell-0", "x": 0.5, "llzo_A": 12.0, "lzo_A": 9.0, "lithium_A": 8.0}
HOLD = {"kind": "hold", "temperature_K": 900.0, "duration_ps": 0.05}
DISCHARGE = {"kind": "discharge", "temperature_K": 900.0, "duration_ps": 0.8}


def study(*stages: dict[str, Any], cell: dict[str, Any] = CELL, **more: object) -> dict[str, Any]:
    return {
        "study": "discharge",
        "name": "cell",
        "seed": 1,
        "potential": SOFT,
        "cell": cell,
        "stage": [{"kind": "minimise", "max_iterations": 5}, *stages],
        "run": {"frame_every_ps": 0.02, "segment_ps": 0.5, "ranks": 1},
        **more,
    }


def planned_of(raw: dict[str, Any]) -> Planned[Any]:
    return STUDIES["discharge"].plan(check_study(raw))


@pytest.mark.lammps
@pytest.mark.xdist_group("discharge")
def test_a_discharge_accounts_for_every_lithium_and_says_what_drives_it(tmp_path: Path) -> None:
    planned = planned_of(study(HOLD, DISCHARGE))
    engine = find_lammps()
    simulation = simulate(planned.task, tmp_path, Runner(engine))
    found = STUDIES["discharge"].collect(planned, simulation, engine, "gbglass run cell.toml")
    assert isinstance(found, DischargeFindings)
    assert not found.discharge.ledger.any()
    assert found.discharge.counts.sum(axis=1).tolist() == [planned.ledger.atoms["Li"]] * 40
    held = planned.atoms.get_array("held").astype(bool)
    first, *_, last = (frame.positions for frame in simulation.last_stage())
    assert held.any()
    assert (last[held] == first[held]).all(), "the builder's own layer is held"
    assert np.abs(last[~held] - first[~held]).max() > 0.5
    shown = present(found)
    (row,) = campaign_rows(results_record(shown))
    assert row["current density (mA/cm²)"] == found.rate.current_density.value
    page = render_page(shown)
    assert "no external circuit" in page
    assert "states no lattice constants" in page


@pytest.mark.parametrize(
    ("raw", "path", "says"),
    [
        (study(HOLD), "stage.2.kind", "must be a discharge"),
        (study({**DISCHARGE, "duration_ps": 0.4}), "stage.2.duration_ps", "fewer than 32 frames"),
        (study({**HOLD, "ensemble": "npt"}, DISCHARGE), "stage.2", "ends in a vacuum"),
        (study(DISCHARGE, cell={**CELL, "model": "half-llzo"}), "cell.model", "has no cathode"),
        (study(DISCHARGE, cell={**CELL, "model": "cell-9"}), "cell.model", "must be one of cell-0"),
        (study(DISCHARGE, cell={**CELL, "model": "cell-2"}), "cell", "needs a boundary"),
        (study(DISCHARGE, cell={**CELL, "axis": [1, 0, 0]}), "cell", "belong together"),
        (study(DISCHARGE, cell={**CELL, "lzo_A": 5.0}), "cell", "must be 9 Å or more"),
        (study(DISCHARGE, regions={"gb": {"kind": "slub"}}), "regions.gb.kind", "must be one of slab, box, shell"),
        (study(DISCHARGE, cell={**CELL, "repeats": [0, 1]}), "cell.repeats.1", "greater than or equal to 1"),
        (study(DISCHARGE, cell={**CELL, "electrolyte": "absent.xyz"}), "cell.electrolyte", "there is no file"),
    ],
)
def test_what_cannot_discharge_is_named(raw: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw)
    assert says in dict(caught.value.problems)[path]


def test_a_held_layer_in_the_middle_is_refused_before_anything_runs() -> None:
    held = {"kind": "slab", "low": 0.3, "high": 0.4}
    with pytest.raises(InputError, match="the held layer at one of its faces"):
        planned_of(study({**DISCHARGE, "held": held}))


def test_a_cell_follows_its_seed_and_its_twin_has_no_boundary() -> None:
    boundary = {"axis": [1, -1, 0], "plane": [1, 1, 2], "layers": 3}
    cells = [
        planned_of(study(DISCHARGE, cell={**CELL, "model": "cell-2", **boundary, "twin": twin}))
        for twin in (False, True)
    ]
    assert [bool((cell.atoms.get_array("grain") == 2).any()) for cell in cells] == [True, False]
