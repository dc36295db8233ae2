"""Amorphised boundaries: cells and what they are compared with leave what a verdict needs; a melt is demanded."""

import json
from pathlib import Path
from typing import Any

import pytest

from gbglass.errors import ConfigError
from gbglass.report.present import campaign_figures, campaign_rows
from gbglass.studies.kinds import STUDIES
from gbglass.studies.reading import check_study
from gbglass.verbs.case import asked_of, case
from tests.report.browser import look_at
from tests.studies.soft import BOUNDARY, CELL, MINIMISE, SHORT, study_of_cell

LAYER = {**CELL, "model": "layer-1", **BOUNDARY}
DISCHARGE = {"kind": "discharge", "temperature_K": 900.0, "duration_ps": 0.64}
HOLD = {"kind": "hold", "temperature_K": 300.0, "duration_ps": 0.4}
MELTED = {"kind": "shell", "position": 0.0, "within_A": 4.0}


def study(*stages: dict[str, Any], cell: dict[str, Any] = LAYER, **more: Any) -> dict[str, Any]:
    return study_of_cell("amorphisation", *(stages or (DISCHARGE,)), cell=cell, **more)


def done(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    folder.mkdir()
    (folder / "study.json").write_text(json.dumps(asked_of(raw, folder / "x.toml")), encoding="utf-8")
    case(folder)
    results: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return results


@pytest.mark.lammps
@pytest.mark.xdist_group("amorphisation")
def test_a_cell_and_lithium_metal_say_what_lithium_has_around_it(tmp_path: Path) -> None:
    cell = done(study(alone=[MINIMISE, SHORT]), tmp_path / "cell")
    metal = done(study(HOLD, cell={"model": "metal", "bulk": [1, 1, 1]}), tmp_path / "metal")
    (lobe,) = metal["local"]["all"]["lobes"]
    assert (lobe["lithium"]["value"], lobe["oxygen"]["value"]) == (14, 0), "no atom feels another: still a crystal"
    assert metal["local"]["all"]["types"]["metallic"]["value"] == pytest.approx(1.0, abs=0.1)
    assert set(cell["local"]) == {"boundary", "bulk"}
    for place in cell["local"].values():
        assert sum(share["value"] for share in place["types"].values()) == pytest.approx(1.0, abs=1e-9)
        assert sum(sum(row["values"]) for row in place["map"]) == pytest.approx(1.0, abs=1e-3)
        assert 0.0 <= place["glassy"]["value"] <= 1.0
    assert cell["places"]["boundary"]["mean"]["value"] > 0.0
    names = {figure.name for figure in campaign_figures([cell, cell, metal])}
    assert names == {"transfers", "box", "li-li", "maps-of-all"}
    assert [row["kinds (1)"] for row in campaign_rows(metal)] == [1]
    look_at(tmp_path / "cell" / "report.html")


@pytest.mark.parametrize(
    ("raw", "path", "says"),
    [
        (study(cell={**LAYER, "model": "layer-2"}), "cell.electrolyte", "or say in [[alone]] how"),
        (study(HOLD, cell={"model": "glass"}), "stage", "take the recipe melt_quench"),
        (study(cell={"model": "crystal"}), "stage.2.kind", "must be a hold"),
        (study(HOLD, cell={"model": "crystal"}, alone=[MINIMISE, SHORT]), "alone", "say all in [[stage]]"),
        (study(HOLD), "stage.2.kind", "must be a discharge"),
        (study(cell={**LAYER, "model": "layer-9"}), "cell.model", "must be one of cell-0"),
        (
            study(alone=[MINIMISE, SHORT, {"kind": "melt_region", "region": MELTED, "duration_ps": 0.02}]),
            "alone.3",
            "needs a hold after it",
        ),
    ],
)
def test_what_is_no_amorphised_cell_is_named(raw: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw)
    assert says in dict(caught.value.problems)[path]


def test_a_melted_layer_is_promised_of_the_electrolyte_alone() -> None:
    """What has to be glass is said, and measured, of the run before; the cell itself promises nothing."""
    melt = {"kind": "amorphise_layer", "region": MELTED, "temperature_K": 300.0, "melt_ps": 0.02, "hold_ps": 0.06}
    raw = study(cell={**LAYER, "model": "layer-2"}, alone=[MINIMISE, SHORT, melt])
    planned = STUDIES["amorphisation"].plan(check_study(raw))
    assert planned.first is not None
    (promise,) = planned.first.spec.promises
    assert promise.name == "alone.3 (amorphise_layer)"
    assert planned.first.task.names[-1] == "alone.3 (amorphise_layer): its hold"
    assert planned.spec.promises == ()
