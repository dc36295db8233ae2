"""Two phases: verdicts of known series, a search that closes in on a known melting point, and the real thing, tiny."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbglass.core.packaged import load_potential
from gbglass.errors import InputError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.melting import TwoPhases, Watched, bracket, melting_point, next_temperature, watch

SEARCH = TwoPhases(start_K=2000, step_K=400, lowest_K=1000, highest_K=4000, precision_K=100)


def behaves(temperature: float, slope: float, start: float = 0.6) -> Watched:
    times = np.linspace(0.0, 60.0, 240)
    noise = np.random.default_rng(int(temperature)).normal(0.0, 0.02, len(times))
    return Watched(temperature, times, np.clip(start + slope * times + noise, 0.0, 1.0))


@pytest.mark.parametrize(
    ("slope", "start", "verdict"),
    [(0.005, 0.6, "melts"), (-0.005, 0.6, "grows"), (0.0, 0.6, "undecided"), (0.001, 0.6, "undecided"),
     (0.0, 0.99, "melts"), (0.0, 0.05, "grows"), (-0.001, 0.6, "undecided")],
)  # fmt: skip
def test_a_share_that_rises_melts_and_one_that_falls_grows(slope: float, start: float, verdict: str) -> None:
    assert behaves(2000, slope, start).verdict == verdict


def search(truth: float, silent: float = 0.0) -> list[Watched]:
    """Ask a crystal that melts at a known temperature and says nothing close to it."""
    watched: list[Watched] = []
    while (temperature := next_temperature(watched, SEARCH)) is not None:
        away = temperature - truth
        slope = 0.0 if abs(away) < silent else 0.005 * np.sign(away)
        watched.append(behaves(temperature, float(slope)))
        assert len(watched) < 20
    return watched


@given(truth=st.floats(1100.0, 3900.0))
def test_the_search_brackets_the_melting_point(truth: float) -> None:
    watched = search(truth)
    found = bracket(watched)
    if found.grows_K is None or found.melts_K is None:  # it lies beyond the last step within the limits
        assert truth <= 1200.0 or truth >= 3600.0
        return
    assert found.grows_K <= truth <= found.melts_K
    assert found.half is not None
    assert found.half <= 100.0


@given(truth=st.floats(1500.0, 3500.0), silent=st.floats(60.0, 500.0))
def test_what_is_undecided_stays_in_the_bracket(truth: float, silent: float) -> None:
    found = bracket(search(truth, silent))
    assert found.grows_K is None or found.grows_K <= truth
    assert found.melts_K is None or found.melts_K >= truth
    assert all(abs(temperature - truth) < silent for temperature in found.undecided_K)


def test_a_crystal_that_never_grows_leaves_an_upper_bound() -> None:
    watched: list[Watched] = []
    while (temperature := next_temperature(watched, SEARCH)) is not None:
        watched.append(behaves(temperature, 0.005 if temperature > 2300.0 else 0.0))
    found = bracket(watched)
    assert (found.grows_K, found.half) == (None, None)
    assert found.melts_K is not None
    assert 2300.0 < found.melts_K <= 2400.0


def test_two_phases_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError, match="melts at 1800 K and grows at 2200 K"):
        bracket([behaves(1800, 0.005), behaves(2200, -0.005)])


def test_a_search_without_room_is_refused() -> None:
    with pytest.raises(InputError, match="'start_K' must lie between"):
        TwoPhases(start_K=500)
    with pytest.raises(InputError, match="hold_ps = -1"):
        TwoPhases(hold_ps=-1)


@pytest.mark.lammps
def test_a_crystal_that_melts_by_itself_is_not_watched_beside_its_melt(tmp_path: Path) -> None:
    evaluator = LammpsEvaluator(load_potential("buckingham-llzo"), find_lammps(), tmp_path)
    found = watch(evaluator, 7000, TwoPhases((1, 1, 1), settle_ps=3.0, highest_K=8000))
    assert found.glassy[0] < 0.5
    assert found.end > 0.9
    assert found.verdict == "melts"
    assert not list(tmp_path.rglob("beside"))


@pytest.mark.lammps
def test_half_of_a_cell_is_melted_and_watched_once(tmp_path: Path) -> None:
    evaluator = LammpsEvaluator(load_potential("buckingham-llzo"), find_lammps(), tmp_path)
    asked = TwoPhases((1, 1, 2), start_K=3900, step_K=500, hold_ps=1.5, melt_K=10_000, melt_ps=1.5, settle_ps=0.1)
    told: list[str] = []
    check = melting_point(evaluator, asked, told.append)
    assert len(check.curves) == 1
    assert check.remarks[0].startswith("Undecided within 100 K") or check.numbers
    assert told[0] == "LLZO and its melt at 3900 K, up to 1.5 ps"
    first = watch(evaluator, 3900, asked)
    assert 0.2 < first.glassy[0] <= 1.0  # a crystal has 0.00
    assert len(first.times) >= 6
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")}
    assert melting_point(evaluator, asked).curves[0].y.tolist() == check.curves[0].y.tolist()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")} == written
