"""Tetragonal and cubic: phases of known cells, brackets of known courses, and the real thing, tiny."""

from pathlib import Path

import numpy as np
import pytest

from gbglass.core.packaged import load_potential
from gbglass.errors import InputError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.transition import Held, Steps, between, expansion, held, report, transition


def at(temperature: float, ratio: float, axis: int = 2, memory: float = 0.0) -> Held:
    """Hold a cell with a shortest edge of so much of the others, whichever lies along it."""
    rng = np.random.default_rng(int(temperature))
    noise = rng.normal(0.0, 0.02, (400, 3))
    for k in range(1, len(noise)):
        noise[k] = memory * noise[k - 1] + np.sqrt(1.0 - memory**2) * noise[k]
    lengths = np.full((400, 3), 13.0 * (1.0 + 1.5e-5 * temperature)) + noise
    lengths[:, axis] *= ratio
    return held(temperature, lengths)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_phase_is_that_of_the_shortest_edge(axis: int) -> None:
    assert at(300, 0.964, axis).phase == "tetragonal"
    assert at(300, 1.0, axis).phase == "cubic"
    assert at(300, 0.982, axis).phase == "undecided"


def test_a_cell_that_hardly_moved_decides_nothing() -> None:
    assert at(300, 1.0, memory=0.999).phase == "undecided"


def test_the_bracket_is_where_one_phase_follows_the_other() -> None:
    course = [at(600, 0.964), at(800, 0.966), at(900, 0.982), at(1000, 1.0), at(1200, 1.0)]
    assert between(course) == (800, 1000)
    assert between(list(reversed(course))) == (800, 1000)
    assert between(course[:2]) is None
    assert between([at(600, 1.0), at(800, 0.964)]) is None


def test_a_report_has_brackets_lattice_and_expansion() -> None:
    heating = [at(t, 0.964 if t < 900 else 1.0) for t in (300, 500, 700, 900, 1100, 1300)]
    cooling = [at(t, 0.964 if t < 700 else 1.0) for t in (1300, 1100, 900, 700, 500, 300)]
    check = report(heating, cooling)
    numbers = {number.name: number.value for number in check.numbers}
    assert numbers["tetragonal to cubic on heating"] == 800.0
    assert numbers["half of its bracket on heating"] == 100.0
    assert numbers["tetragonal to cubic on cooling"] == 600.0
    assert numbers["a of t-LLZO at 300 K"] == pytest.approx(13.0585, abs=0.005)
    assert numbers["c of t-LLZO at 300 K"] == pytest.approx(0.964 * 13.0585, abs=0.005)
    reach = numbers["half interval of the expansion of c-LLZO"]
    assert abs(numbers["expansion of c-LLZO"] - 15.0) < max(3.0 * reach, 1.0)
    assert [curve.name for curve in check.curves] == ["heating", "cooling"]
    lone = report(heating[:3])
    assert "undecided" in lone.remarks[0]
    assert not [number for number in lone.numbers if "on heating" in number.name]


def test_an_expansion_knows_how_well_it_is_known() -> None:
    temperatures = np.linspace(300.0, 1100.0, 9)
    rng = np.random.default_rng(1)
    held_it = 0
    for _ in range(200):
        lengths = 13.0 * np.exp(1.5e-5 * temperatures) + rng.normal(0.0, 0.002, len(temperatures))
        value, reach = expansion(np.column_stack([temperatures, lengths]))
        held_it += abs(value - 1.5e-5) < reach
    assert 180 <= held_it <= 198


def test_temperatures_must_rise() -> None:
    with pytest.raises(InputError, match="rising temperatures"):
        Steps((300, 300, 400))


@pytest.mark.lammps
def test_a_cell_is_heated_and_cooled_and_run_once(tmp_path: Path) -> None:
    evaluator = LammpsEvaluator(load_potential("buckingham-llzo"), find_lammps(), tmp_path)
    steps = Steps((200.0, 400.0, 600.0), hold_ps=0.3, repeat=(1, 1, 1))
    check = transition(evaluator, steps)
    assert [len(curve.x) for curve in check.curves] == [3, 3]
    ratios = check.curves[0].y
    assert 0.94 < ratios[0] < 0.985  # tetragonal LLZO is what it begins with
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")}
    assert transition(evaluator, steps).plain() == check.plain()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")} == written
