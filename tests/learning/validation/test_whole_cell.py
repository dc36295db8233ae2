"""A full cell that is held: what left it, what came near, what turned to glass; of spheres that are no garnet."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.geometry import get_distances
from typer.testing import CliRunner

from gbglass.build.cells.cell import Thicknesses
from gbglass.cli.main import app
from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.packaged import load_potential
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError, StateError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.check import Check
from gbglass.learning.validation.contacts import shortest_seen
from gbglass.learning.validation.validate import CELL, ValidationSpec, validate
from gbglass.learning.validation.whole_cell import HeldCell, left_behind, whole_cell

SPHERES = {
    "elements": ["Li", "La", "Zr", "O"],
    "pair_style": ["morse", "6.5"],
    "pair_coeff": [["*", "*", "0.25", "3.0", "3.0"]],
    "cutoff": 6.5,
    "shortest": {"La-La": 3.9, "Li-O": 1.8},
}
"""The same for all elements: metal, garnet and spinel are all alike to them, and none is at rest."""


def spheres(folder: Path, ranks: int = 1) -> LammpsEvaluator:
    return LammpsEvaluator(own_potential(LammpsCard.model_validate(SPHERES)), find_lammps(), folder, ranks)


def values(check: Check) -> dict[str, float]:
    return {number.name: number.value for number in check.numbers}


@pytest.mark.lammps
def test_a_cell_is_held_and_what_became_of_it_is_said(tmp_path: Path) -> None:
    check = whole_cell(spheres(tmp_path), HeldCell(hold_ps=0.5, settle_ps=0.2))
    found = values(check)
    assert (found["held at 800 K"], found["atoms of the cell"], found["atoms that left it"]) == (0.5, 361.0, 0.0)
    assert found["glassy La and Zr of the LLZO as built"] == 0.0  # with the Zr of the spinel it would be 0.56
    assert found["glassy La and Zr of the LLZO at 800 K"] > 0.5
    assert found["shortest La-La over the shortest trained"] == found["shortest La-La at 800 K"] / 3.9
    said = " ".join(check.remarks)
    assert "The LLZO became glassy: 0% of its La and Zr as built" in said
    assert f"(in brackets): La-La {found['shortest La-La at 800 K']:.2f} Å (3.90 Å)" in said
    assert "Li-O 1" not in said, "it came nowhere nearer than 1.8 Å"
    assert "lattice constants of experiment" in said


@pytest.mark.lammps
def test_a_longer_hold_goes_on_from_a_shorter_one(tmp_path: Path) -> None:
    whole_cell(spheres(tmp_path), HeldCell(hold_ps=0.2, settle_ps=0.2))
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")}
    check = whole_cell(spheres(tmp_path), HeldCell(hold_ps=0.4, settle_ps=0.2))
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("done.json")}
    assert written.items() < after.items()
    assert values(check)["held at 800 K"] == 0.4


@pytest.mark.lammps
def test_dynamics_run_on_as_many_ranks_as_are_asked_for(tmp_path: Path) -> None:
    asked = HeldCell(hold_ps=0.1, settle_ps=0.1)
    if find_lammps().mpiexec is None:
        pytest.skip("no mpiexec")
    whole_cell(spheres(tmp_path, ranks=2), asked)
    logs = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("log.lammps")]
    grids = [re.findall(r"(\d+) by (\d+) by (\d+) MPI", log) for log in logs]
    assert {math.prod(map(int, grid)) for found in grids for grid in found} == {2}
    with pytest.raises(StateError, match="ranks"):
        whole_cell(spheres(tmp_path, ranks=1), asked)


@pytest.mark.lammps
def test_fixed_charges_cannot_have_metal_and_a_cell_has_an_end(tmp_path: Path) -> None:
    ions = LammpsEvaluator(load_potential("buckingham-llzo"), find_lammps(), tmp_path)
    found, _ = validate(ions, None, ValidationSpec((CELL,)), lambda _: None)
    assert "Failed: potential buckingham-llzo has fixed charges and cannot describe lithium metal" in str(
        found.checks[CELL].remarks
    )
    with pytest.raises(InputError, match="at most 1000 are held here"):
        whole_cell(spheres(tmp_path), HeldCell(thicknesses=Thicknesses(llzo=60.0)))
    with pytest.raises(InputError, match="hold_ps=0"):
        HeldCell(hold_ps=0.0)
    assert not list(tmp_path.rglob("segment-*"))


def test_what_evaporates_has_left_and_what_meets_its_image_has_not() -> None:
    film = bulk("Li", a=3.5, cubic=True) * (3, 3, 3)
    film.cell[2, 2] += 20.0
    assert left_behind(film) == 0
    film.append("Li")
    film.positions[-1] = [5.0, 5.0, 19.0]
    assert left_behind(film) == 1
    film.positions[-1] = [5.0, 5.0, 27.0]  # 3.5 Å below the image of the lowest layer
    assert left_behind(film) == 0
    film.append("Li")
    film.positions[-2:] = [[5.0, 5.0, 18.0], [5.0, 5.0, 21.0]]  # two together are gone as well
    assert left_behind(film) == 2


def test_the_shortest_contacts_are_those_of_the_frames_that_are_looked_at() -> None:
    rng = np.random.default_rng(3)
    atoms = Atoms("Li6O3", positions=rng.uniform(0.0, 7.0, (9, 3)), cell=[7.0, 8.0, 9.0], pbc=True)
    frames = [
        Frame(k, 0.1 * k, atoms.cell.array * (1.0 + 0.01 * k), atoms.positions + rng.normal(0.0, 0.3, (9, 3)))
        for k in range(5)
    ]
    found = shortest_seen(atoms, Trajectory(tuple(atoms.get_chemical_symbols()), lambda: iter(frames)), every=2)
    least = np.inf
    for frame in frames[::2]:
        _, distances = get_distances(frame.positions[:6], frame.positions[6:], cell=frame.cell, pbc=True)
        least = min(least, float(distances.min()))
    assert found["Li-O"] == pytest.approx(least)
    assert set(found) == {"Li-Li", "Li-O", "O-O"}


def test_the_help_names_the_check_and_its_options() -> None:
    said = CliRunner().invoke(app, ["potential", "validate", "--help"]).stdout
    assert all(word in said for word in ("--cell", "--ranks", "cell (lithium on LLZO on LixZr2O4)"))
