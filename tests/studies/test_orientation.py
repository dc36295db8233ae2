"""How a boundary lies in a cell: every number that a verdict needs is there, and what cannot be measured is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.errors import ConfigError, InputError
from gbglass.report.present import campaign_figures, campaign_rows
from gbglass.report.surface_section import flat_of, surface_of
from gbglass.studies.kinds import STUDIES
from gbglass.studies.reading import check_study
from gbglass.verbs.case import asked_of, case
from tests.report.browser import look_at
from tests.studies.soft import BOUNDARY, CELL, MINIMISE, SHORT, study_of_cell

LYING = {**CELL, "model": "cell-1", **BOUNDARY}
DISCHARGE = {"kind": "discharge", "temperature_K": 900.0, "duration_ps": 0.8}
QUICK = {"surface": {"window_ps": 0.2, "above_A": 20.0}, "migration": {"lag_ps": 0.2, "average_ps": 0.1}}


def study(**more: Any) -> dict[str, Any]:
    return study_of_cell("orientation", DISCHARGE, **{"cell": LYING, **QUICK, **more})


@pytest.mark.lammps
@pytest.mark.xdist_group("orientation")
def test_a_cell_with_a_boundary_leaves_all_that_a_verdict_needs(tmp_path: Path) -> None:
    raw = study(alone=[MINIMISE, SHORT])
    (tmp_path / "study.json").write_text(json.dumps(asked_of(raw, tmp_path / "x.toml")), encoding="utf-8")
    case(tmp_path)
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["cell"]["model"] == "cell-1"
    assert results["rate"]["into_positive"]["interval_95"][0]["unit"] == "atoms/(nm² ps)"
    assert results["migration"]["in"]["boundary"]["value"] > 0.0
    assert results["migration"]["in"]["bulk"]["value"] > 0.0
    for place in ("boundary", "bulk"):
        assert results["framework"][place]["La"]["displacement"]["value"] > 0.0
    heavy, light = (results["framework"]["bulk"][species]["displacement"]["value"] for species in ("La", "O"))
    assert heavy < light, "free atoms move as fast as their mass lets them"
    with np.load(tmp_path / "arrays.npz") as arrays:
        heights = arrays["interface/height (Å)"].reshape(4, -1)
    deviations = heights - np.median(heights, axis=1)[:, None]
    surface = surface_of(results["surface"])
    np.testing.assert_allclose(surface.highest, deviations.max(axis=1), atol=1e-5)
    np.testing.assert_allclose(surface.roughness, heights.std(axis=1), atol=1e-5)
    assert surface.counts.sum() == heights.size
    twin = {**results, "cell": {**results["cell"], "is_twin": True}}
    assert flat_of([twin, twin]) is None, "two seeds do not say what a flat surface does"
    flat = flat_of([twin, twin, twin, results])
    assert flat is not None
    assert flat.threshold == pytest.approx(float(np.percentile(deviations, 99.0)), abs=0.1)
    assert {figure.name for figure in campaign_figures([results, twin])} == {"transfers", "highest", "roughness"}
    (row,) = campaign_rows(results)
    assert row["migration in boundary (Å/ps)"] == results["migration"]["in"]["boundary"]["value"]
    look_at(tmp_path / "report.html")


@pytest.mark.parametrize(
    ("raw", "path", "says"),
    [
        (study(surface={"window_ps": 1.0}), "stage.2.duration_ps", "fewer than 4 windows of 1 ps"),
        (study(migration={"lag_ps": 0.25, "average_ps": 0.1}), "migration.lag_ps", "whole number"),
        (study(migration={"lag_ps": 0.1, "average_ps": 0.01}), "migration.average_ps", "come every 0.02 ps"),
        (study(surface={"window": 1.0}), "surface.window", "did you mean 'window_ps'"),
        (study(cell={**CELL, "model": "half-llzo"}), "cell.model", "has no cathode"),
    ],
)
def test_what_cannot_be_measured_is_named(raw: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw)
    assert says in dict(caught.value.problems)[path]


def test_heights_beyond_the_cell_are_refused_before_anything_runs() -> None:
    raw = study(cell=CELL, surface={"window_ps": 0.2, "above_A": 80.0})
    with pytest.raises(InputError, match="do not fit into a cell"):
        STUDIES["orientation"].plan(check_study(raw))
