"""Dynamics in pieces: a stop changes nothing of what comes out, and costs no more than the piece in work."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes
from ase.units import kB
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.core.labels import LabelSource
from gbglass.core.trajectory import Trajectory
from gbglass.errors import StateError
from gbglass.learning.crystals import lithium
from gbglass.learning.labelled import LabelStore
from gbglass.learning.validation.evaluator import Dynamics
from gbglass.learning.validation.in_pieces import PIECE, run_in_pieces
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.verbs.potential import ask_teacher
from tests.learning.frames import add_frames

ASKED = Dynamics(temperature_K=300.0, skip_ps=0.02, duration_ps=0.09, timestep_fs=2.0)
"""55 steps: two whole pieces and one that ends early."""
LENGTH = 20


class Mortal(Calculator):
    """Atoms in a field of waves, each by itself; stopped by the user after so many forces."""

    implemented_properties = ["energy", "forces", "stress"]  # noqa: RUF012  # as ASE declares it

    def __init__(self, lives: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.lives, self.asked = lives, 0

    def calculate(self, atoms: Any = None, properties: Any = None, system_changes: Any = all_changes) -> None:
        """Count, stop or answer."""
        self.asked += 1
        if self.asked > self.lives:
            raise KeyboardInterrupt
        super().calculate(atoms, properties, system_changes)  # type: ignore[no-untyped-call]
        waves = 2.0 * np.pi / 3.0 * atoms.positions
        self.results = {
            "energy": float((1.0 - np.cos(waves)).sum()),
            "forces": -2.0 * np.pi / 3.0 * np.sin(waves),
            "stress": np.zeros(6),
        }


def atoms_in(calculator: Mortal) -> Atoms:
    atoms = lithium("bcc", (2, 2, 2))
    atoms.calc = calculator
    return atoms


def positions(run: Trajectory) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([frame.positions for frame in run])


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = run_in_pieces(atoms_in(Mortal(100)), ASKED, tmp_path / "whole", LENGTH)
    for lives in (LENGTH // 2, LENGTH + 5, LENGTH + 10):
        with pytest.raises(KeyboardInterrupt):
            run_in_pieces(atoms_in(Mortal(lives)), ASKED, tmp_path / "stopped", LENGTH)
    last = Mortal(100)
    stopped = run_in_pieces(atoms_in(last), ASKED, tmp_path / "stopped", LENGTH)
    assert last.asked < LENGTH, "what was kept is not run again"
    assert_array_equal(positions(stopped), positions(whole))
    assert [frame.step for frame in stopped] == [20, 30, 40, 50]
    assert_allclose([frame.time for frame in stopped], [0.04, 0.06, 0.08, 0.1])
    assert_array_equal(
        positions(run_in_pieces(atoms_in(Mortal(0)), ASKED, tmp_path / "stopped", LENGTH)), positions(whole)
    )


def test_pieces_are_one_motion(tmp_path: Path) -> None:
    """With a piece as long as the run there is no seam: what pieces give must be that."""
    asked = Dynamics(temperature_K=300.0, skip_ps=0.0, duration_ps=0.1, timestep_fs=2.0)
    whole = run_in_pieces(atoms_in(Mortal(100)), asked, tmp_path / "whole", 50)
    pieces = run_in_pieces(atoms_in(Mortal(100)), asked, tmp_path / "pieces", 10)
    assert_allclose(positions(pieces), positions(whole), atol=1e-9)


def test_atoms_are_as_warm_as_they_were_asked_to_be_and_the_start_stays(tmp_path: Path) -> None:
    atoms = atoms_in(Mortal(10_000))
    before = atoms.positions.copy()
    asked = Dynamics(temperature_K=300.0, skip_ps=0.5, duration_ps=3.0, timestep_fs=2.0)
    run_in_pieces(atoms, asked, tmp_path, 50)
    assert_array_equal(atoms.positions, before)
    kinetic = []
    for piece in sorted(tmp_path.glob("*.npz"))[5:]:
        with np.load(piece, allow_pickle=False) as kept:
            kinetic.append(float((kept["momenta"] ** 2 / atoms.get_masses()[:, None]).sum()) / 2.0)
    warm = 2.0 * float(np.mean(kinetic)) / (3.0 * len(atoms) * kB)
    assert len(kinetic) == 30
    assert 250.0 < warm < 350.0, "30 instants of 48 degrees of freedom scatter by 11 K about 300 K"


def test_a_piece_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / f"{LENGTH:06d}.npz").write_bytes(b"nothing")
    with pytest.raises(StateError, match=r"000020\.npz is not a piece of dynamics"):
        run_in_pieces(atoms_in(Mortal(100)), ASKED, tmp_path, LENGTH)


def test_a_teacher_that_is_stopped_in_the_check_of_structure_goes_on(tmp_path: Path) -> None:
    calculator = Mortal(10_000)
    teacher = CalculatorTeacher(LabelSource("mortal", "ase", "1"), calculator)
    add_frames(LabelStore(tmp_path / "store"), teacher, ["train"])
    calculator.lives = calculator.asked + PIECE + 50
    with pytest.raises(KeyboardInterrupt):
        ask_teacher(teacher, tmp_path / "said", ("structure",), tmp_path / "store")
    assert len(list((tmp_path / "said").glob("dynamics/*/*.npz"))) == 1
    calculator.lives, calculator.asked = 10_000, 0
    found = ask_teacher(teacher, tmp_path / "said", ("structure",), tmp_path / "store")
    assert calculator.asked < 450 - PIECE + 5, "450 steps of the crystal, less the piece that was kept"
    assert any("glassy" in number.name for number in found["structure"].numbers)
