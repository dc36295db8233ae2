"""Lithium: known walks, what is doubted of them, and the real thing, tiny; expansion of known lattices."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from gbglass.analysis.msd import MeanSquareDisplacement, mean_square_displacement
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.packaged import load_potential
from gbglass.core.potential import LatticeConstant
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.diffusion import Moved, Warm, diffusion, diffusion_report
from gbglass.learning.validation.warm_lattice import card_expansion
from gbglass.units import BOLTZMANN_EV_PER_K

BARRIER, PREFACTOR = 0.3, 20.0
"""Of known walks [eV, Å²/ps]."""


def walk(temperature: float, seed: int, prefactor: float = PREFACTOR) -> MeanSquareDisplacement:
    """Return the MSD of 56 walkers that know nothing of each other, with a known diffusivity."""
    rng = np.random.default_rng(seed)
    step = np.sqrt(2.0 * prefactor * np.exp(-BARRIER / (BOLTZMANN_EV_PER_K * temperature)) * 0.1)
    paths = np.cumsum(rng.normal(0.0, step, (600, 56, 3)), axis=0)
    still, cell = np.zeros((1, 3)), np.eye(3) * 13.0
    frames = [Frame(n, 0.1 * n, cell, np.concatenate([still, xyz])) for n, xyz in enumerate(paths)]
    trajectory = Trajectory(("Zr",) + ("Li",) * 56, lambda: iter(frames))
    return mean_square_displacement(trajectory, "Li", FrameworkAnchor(np.array([0]), still))


def test_a_known_barrier_lies_in_its_interval_about_as_often_as_it_says() -> None:
    inside = 0
    for seed in range(40):
        check = diffusion_report([Moved(t, walk(t, 7 * seed + int(t)), 0.0) for t in (800.0, 1000.0, 1200.0)])
        numbers = {number.name: number.value for number in check.numbers}
        away = abs(numbers["activation energy of Li"] - BARRIER)
        inside += away < numbers["half interval of the activation energy"]
        assert check.remarks == ()
    assert inside >= 34, "19 of 20, and four short of it by chance"


def test_diffusivities_are_in_cm2_per_s() -> None:
    moved = [Moved(t, walk(t, int(t)), 0.0) for t in (800.0, 1000.0, 1200.0)]
    check = diffusion_report(moved)
    numbers = {number.name: (number.value, number.unit) for number in check.numbers}
    value, unit = numbers["D of Li at 1000 K"]
    assert unit == "cm²/s"
    assert value == pytest.approx(PREFACTOR * np.exp(-BARRIER / (BOLTZMANN_EV_PER_K * 1000.0)) * 1e-4, rel=0.2)
    (curve,) = check.curves
    assert np.all(np.diff(curve.y) > 0.0), "rising temperatures, falling 1000/T"
    assert np.all(np.diff(curve.x) < 0.0)


def test_what_rattles_and_what_melted_is_doubted() -> None:
    still = walk(800.0, 1, prefactor=1e-3)
    check = diffusion_report([Moved(800.0, still, 0.0), Moved(1000.0, walk(1000.0, 2), 0.5)])
    rattled, molten, no_line = check.remarks
    assert "At 800 K lithium went 0." in rattled
    assert "50% of the La and Zr are glassy" in molten
    assert "No activation energy" in no_line


@pytest.mark.parametrize("wrong", [(800.0, 900.0), (800.0, 800.0, 900.0), (-1.0, 800.0, 900.0)])
def test_temperatures_that_make_no_line_are_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(InputError):
        Warm(wrong)


@pytest.mark.lammps
def test_lithium_is_watched_at_the_volume_of_the_card_and_once(tmp_path: Path) -> None:
    edge = 13.2
    known = tuple(LatticeConstant("LLZO", t, edge) for t in (1000.0, 1300.0))
    potential = dataclasses.replace(load_potential("buckingham-llzo"), lattice=known)
    evaluator = LammpsEvaluator(potential, find_lammps(), tmp_path)
    warm = Warm((900.0, 1100.0, 1300.0), settle_ps=0.1, hold_ps=0.6)
    check = diffusion(evaluator, warm)
    assert [number.name for number in check.numbers if number.name.startswith("D of")] == [
        "D of Li at 900 K", "D of Li at 1100 K", "D of Li at 1300 K",
    ]  # fmt: skip
    assert "at 900 K: the volume is that at the end" in check.remarks[0]
    assert sum("rattling" in remark for remark in check.remarks) == 3, "0.3 ps are no time to diffuse in"
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")}
    assert diffusion(evaluator, warm).plain() == check.plain()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")} == written


def test_the_expansion_of_a_card_is_that_of_its_warm_lattice() -> None:
    known = tuple(LatticeConstant("LLZO", t, 13.0 * np.exp(2e-5 * t)) for t in (300.0, 800.0, 1200.0))
    cold = (LatticeConstant("LiZr2O4", 0.0, 9.0), LatticeConstant("LiZr2O4", 300.0, 9.1))
    potential = dataclasses.replace(load_potential("buckingham-llzo"), lattice=known + cold)
    check = card_expansion(potential)
    numbers = {number.name: number.value for number in check.numbers}
    assert numbers["linear expansion of LLZO, 300 to 1200 K"] == pytest.approx(20.0)
    assert numbers["half interval of the expansion of LLZO, 300 to 1200 K"] < 1e-3
    assert check.remarks == ("The card has 1 warm lattice constants of LiZr2O4, 3 are needed",)
