"""Networks of boundaries: by themselves with a real potential, and between electrodes; what melted is told by place."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.analysis.melting import find_melting
from gbglass.analysis.order import FrameworkOrder
from gbglass.analysis.polyhedra import count_polyhedra
from gbglass.core.arrays import frozen_floats, frozen_ints
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import ConfigError
from gbglass.protocol.stages import Hold, Minimise
from gbglass.protocol.timeline import TimedStage
from gbglass.report.present import campaign_figures, campaign_rows
from gbglass.studies.kinds import STUDIES
from gbglass.studies.network import NetworkStudySpec, compared_ends, first_like_last
from gbglass.studies.reading import check_study
from gbglass.verbs.case import asked_of, case
from tests.report.browser import look_at
from tests.studies.soft import CELL, MINIMISE, SHORT, study_of_cell

COLUMNS = {"axis": [1, 0, 0], "angles": [0.0, 30.0], "size_A": [30.0, 26.0]}
HOLD = {"kind": "hold", "temperature_K": 800.0, "duration_ps": 0.5}
DISCHARGE = {"kind": "discharge", "temperature_K": 900.0, "duration_ps": 0.64}
QUICK = {"window_ps": 0.16, "above_A": 18.0}


def alone(*stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "study": "network",
        "name": "columns",
        "seed": 1,
        "potential": {"name": "buckingham-llzo"},
        "network": COLUMNS,
        "stage": [{**MINIMISE, "max_iterations": 60}, *(stages or (HOLD,))],
        "run": {"frame_every_ps": 0.02, "segment_ps": 0.5, "ranks": 1},
        **more,
    }


def between(**more: Any) -> dict[str, Any]:
    cell = {**CELL, "model": "cell-gb", "strain_limit": 0.06, **more.pop("cell", {})}
    given: dict[str, Any] = {"network": COLUMNS, "alone": [MINIMISE, SHORT], "surface": QUICK, **more}
    return study_of_cell("network", DISCHARGE, cell=cell, **given)


def done(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    folder.mkdir()
    (folder / "study.json").write_text(json.dumps(asked_of(raw, folder / "x.toml")), encoding="utf-8")
    case(folder)
    results: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return results


@pytest.mark.lammps
@pytest.mark.xdist_group("network")
def test_a_network_by_itself_says_what_melts_and_where_polyhedra_are_missing(tmp_path: Path) -> None:
    results = done(alone({**HOLD, "duration_ps": 0.2}, HOLD), tmp_path / "run")
    network = results["network"]
    assert network["hottest"]["value"] == 800.0
    assert network["melts_first"] == "none", "half a picosecond at 800 K melts nothing"
    boundary, bulk = network["melting"]["boundary"], network["melting"]["bulk"]
    assert boundary["glassy_at_start"]["value"] > bulk["glassy_at_start"]["value"], "two orientations have no order"
    assert 0.7 < network["polyhedra"]["before"]["whole"]["value"] <= 1.0
    assert network["polyhedra"]["before"]["unevenness"]["unit"] == "1"
    assert network["polyhedra"]["window"] == {"value": pytest.approx(0.2), "unit": "ps"}, "of the shorter hold"
    assert {network["polyhedra"][when]["whole"]["frames"]["value"] for when in ("before", "after")} == {10}
    moved = network["framework"]["boundary"]
    assert moved["O"]["displacement"]["value"] > moved["Zr"]["displacement"]["value"] > 0.0
    (row,) = campaign_rows(results)
    assert row["verdict"] == "solid"
    assert [figure.name for figure in campaign_figures([results, results])] == ["melting", "unevenness"]


@pytest.mark.lammps
@pytest.mark.xdist_group("network")
def test_a_network_comes_between_electrodes_after_it_was_run(tmp_path: Path) -> None:
    results = done(between(), tmp_path / "run")
    assert results["cell"]["model"] == "cell-gb"
    assert results["discharge"]["ledger_max_abs_error"]["value"] == 0
    assert set(results["places"]) == {"times", "formula_units", "boundary", "bulk"}
    assert results["places"]["boundary"]["first"]["value"] > 0.0
    assert results["surface"]["maps"]["value"] == 4
    assert results["network"]["melting"]["boundary"]["last"]["value"] <= 1.0
    names = {figure.name for figure in campaign_figures([results, results])}
    assert names == {"transfers", "highest", "roughness", "melting", "unevenness"}
    look_at(tmp_path / "run" / "report.html")


def hopping(rng: np.random.Generator, first_step: int, n_frames: int) -> tuple[Trajectory, TimedStage]:
    """One whole ZrO6 in a box of 4 × 4 columns of 5 Å along x, and 80 Li that hop at random from column to column.

    The frame at the start of the first stage counts to it; those of a later one do not begin with the end before.
    """
    octahedron = np.concatenate([np.zeros((1, 3)), 2.1 * np.eye(3), -2.1 * np.eye(3)]) + 10.0
    steps = np.arange(first_step + 10 * (first_step > 0), first_step + 10 * n_frames + 1, 10)
    lithium = rng.uniform(0.0, 20.0, (80, 3)) + 5.0 * np.cumsum(rng.integers(-1, 2, (len(steps), 80, 3)), axis=0)
    frames = [
        Frame(int(step), 0.01 * step, 20.0 * np.eye(3), np.concatenate([octahedron, at]))
        for step, at in zip(steps, lithium, strict=True)
    ]
    hold = Hold(temperature_K=800.0, duration_ps=0.1 * n_frames)
    timed = TimedStage(1, hold, first_step, 10 * n_frames)
    return Trajectory(("Zr", *("O",) * 6, *("Li",) * 80), lambda: iter(frames)), timed


def test_lithium_that_hops_at_random_is_as_even_after_as_before() -> None:
    """Of equal times, that is: over all of a stage six times as long it is more even, and nothing has changed."""
    rng, anchor = np.random.default_rng(3), FrameworkAnchor(np.array([0]), np.full((1, 3), 0.5))
    over_all, over_equal = [], []
    for _ in range(40):
        first, last = hopping(rng, 0, 5), hopping(rng, 50, 30)
        before, after, n = compared_ends(first, last, 10, anchor)
        assert n == 5
        assert before.times.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
        assert after.times.tolist() == pytest.approx([3.1, 3.2, 3.3, 3.4, 3.5])
        whole = count_polyhedra(last[0], anchor, axis=0)["all"]
        over_all.append(whole.lithium_unevenness - before.lithium_unevenness)
        over_equal.append(after.lithium_unevenness - before.lithium_unevenness)
    error = np.std(over_equal, ddof=1) / np.sqrt(40)
    assert abs(np.mean(over_equal)) < 4 * error
    assert np.mean(over_all) < -10 * error


def test_before_is_the_hold_before_the_melt_at_the_temperature_of_the_end() -> None:
    heat = {"kind": "amorphise_heating", "from_K": 800.0, "temperature_K": 800.0, "melt_ps": 1.0, "hold_ps": 1.0}
    ramp = {"kind": "ramp", "from_K": 300.0, "to_K": 800.0, "rate_K_per_fs": 0.5}
    for stages, place in (([ramp, HOLD, heat], 1), ([ramp, heat], 0), ([HOLD], 0)):
        spec = check_study(alone(*stages))
        assert isinstance(spec, NetworkStudySpec)
        written = [stage for stage in spec.stages if not isinstance(stage, Minimise)]
        assert first_like_last(written) == place
        assert written[-1].ends_at_K == 800.0


def test_onset_is_when_half_has_melted_for_good() -> None:
    glassy = np.array([2] * 20 + [8] * 5 + [2] * 5 + [9] * 10)
    nothing = frozen_floats([])
    cations = frozen_ints([10] * 40)
    order = FrameworkOrder(
        "rim", frozen_floats(np.arange(40.0)), cations, frozen_ints(glassy), nothing, cations, nothing
    )
    found = find_melting({"rim": order})["rim"]
    assert found.at_start == 0.2
    assert found.onset == 30.0
    assert found.melted[-1] == pytest.approx((0.9 - 0.2) / 0.8)


@pytest.mark.parametrize(
    ("raw", "path", "says"),
    [
        (alone(network={**COLUMNS, "size_A": [1.0, 26.0]}), "network", "edges of"),
        (alone(network={**COLUMNS, "sizes": [1.0]}), "network.sizes", "size_A"),
        (alone(alone=[MINIMISE, SHORT]), "alone", "says all in [[stage]]"),
        (alone(cell={"model": "cell-2"}), "cell.model", "must be one of network, cell-gb, cell-a"),
        (between(alone=[]), "alone", "run by itself first"),
        (alone({**HOLD, "ensemble": "npt"}), "stage.2.ensemble", 'must be "nvt"'),
        (between(surface={"window_ps": 0.5}), "stage.2.duration_ps", "fewer than 4 windows"),
    ],
)
def test_what_is_no_network_is_named(raw: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw)
    assert says in dict(caught.value.problems)[path]


def test_heating_a_network_promises_nothing_of_planes_that_it_has_not() -> None:
    heat = {"kind": "amorphise_heating", "from_K": 300.0, "temperature_K": 300.0, "melt_ps": 1.0, "hold_ps": 1.0}
    planned = STUDIES["network"].plan(check_study(alone(heat)))
    assert planned.spec.promises == ()
    cell = check_study(between(cell={"model": "cell-a"}, alone=[MINIMISE, heat]))
    first = STUDIES["network"].plan(cell).first
    assert first is not None
    assert first.spec.promises == ()
