"""Structures at rest: small forces, no pressure along the lengths that move, the energy of a second calculation."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, make_supercell
from ase.cell import Cell
from numpy.testing import assert_allclose

from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.potential import Potential
from gbglass.errors import EngineError, InputError, StateError
from gbglass.lammps.deck import CELL_PRESSURE
from gbglass.lammps.engine import Lammps
from gbglass.lammps.relaxation import Relaxed, RelaxTask, relax
from gbglass.lammps.task import Runner
from gbglass.protocol.stages import Minimise
from gbglass.units import J_PER_M2_PER_EV_PER_A2
from tests.lammps.conftest import single_point, start_lines
from tests.studies.own import LAYERED, layered

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("simulation")]

BAR_PER_EV_PER_A3 = J_PER_M2_PER_EV_PER_A2 * 1e5
"""1 eV/Å³ is 160.2 GPa."""

FORCE = 0.05
"""PPPM is no better than this [eV/Å]."""


@pytest.fixture
def rested(garnet: Atoms, potential: Potential, engine: Lammps, tmp_path: Path) -> Relaxed:
    stage = Minimise(force_eV_per_A=FORCE, cell="normal")
    return relax(RelaxTask(garnet, potential, stage), tmp_path / "rested", Runner(engine))


def test_energy_and_forces_are_those_of_a_second_calculation(
    rested: Relaxed, potential: Potential, engine: Lammps, tmp_path: Path
) -> None:
    wrapped = rested.atoms.copy()
    wrapped.wrap()
    start = start_lines(wrapped, potential, tmp_path / "point", potential.lines)
    energy, forces = single_point(engine, tmp_path / "point", start)
    assert rested.at_rest
    assert_allclose(rested.energy, energy, rtol=0, atol=1e-3)
    assert np.abs(forces).max() < 1.5 * FORCE  # the wrapped atoms meet the mesh elsewhere


def test_the_height_is_at_a_minimum_of_the_energy_and_the_other_lengths_stand(
    rested: Relaxed, garnet: Atoms, potential: Potential, engine: Lammps, tmp_path: Path
) -> None:
    """The slope of the energy over the height, from energies alone, is the pressure that may be left."""
    assert_allclose(rested.atoms.cell.lengths()[:2], garnet.cell.lengths()[:2], rtol=0, atol=1e-9)
    assert abs(rested.atoms.cell.lengths()[2] - garnet.cell.lengths()[2]) > 0.01
    energies = []
    for number, strain in enumerate((-4e-3, 4e-3)):
        atoms = rested.atoms.copy()
        atoms.set_cell(atoms.cell.array * [[1.0], [1.0], [1.0 + strain]], scale_atoms=True)
        atoms.wrap()
        task = RelaxTask(atoms, potential, Minimise(force_eV_per_A=FORCE))
        energies.append(relax(task, tmp_path / f"strained-{number}", Runner(engine)).energy)
    assert min(energies) > rested.energy
    slope = (energies[1] - energies[0]) / 8e-3 / rested.atoms.get_volume() * BAR_PER_EV_PER_A3
    curvature = (sum(energies) - 2.0 * rested.energy) / 16e-6 / rested.atoms.get_volume() * BAR_PER_EV_PER_A3
    assert abs(slope) < 10.0 * CELL_PRESSURE  # of a stiffness of 2 Mbar: the height is right within 0.05 %
    assert 1.5e6 < curvature < 3.5e6  # LLZO has 2.0 to 2.2 Mbar along an axis; forces of 0.05 eV/Å are left


def test_all_lengths_relax_where_they_are_asked_to(
    garnet: Atoms, potential: Potential, engine: Lammps, tmp_path: Path
) -> None:
    done = relax(RelaxTask(garnet, potential, Minimise(cell="lengths")), tmp_path / "a", Runner(engine))
    fixed = relax(RelaxTask(garnet, potential, Minimise()), tmp_path / "b", Runner(engine))
    assert done.at_rest
    assert_allclose(done.atoms.cell.lengths(), 12.94, rtol=0, atol=0.12)  # this potential's cubic LLZO at 0 K
    assert done.energy < fixed.energy - 0.05
    assert_allclose(fixed.atoms.cell.array, garnet.cell.array, rtol=0, atol=1e-6)


def softly_relaxed(atoms: Atoms, folder: Path, engine: Lammps) -> Relaxed:
    """Relax what is softer than an oxide, so that one try does not get there."""
    atoms = atoms.copy()
    atoms.wrap()
    for number in range(10):
        task = RelaxTask(atoms, own_potential(LAYERED), Minimise(force_eV_per_A=1e-3, cell="lengths"))
        done = relax(task, folder / f"{number}", Runner(engine))
        if done.at_rest:
            return done
        atoms = done.atoms
        atoms.wrap()
    raise AssertionError(done.ending)


@pytest.mark.parametrize("depth", ["0.02", "0.3", "8.0"])
def test_what_is_softer_or_stiffer_than_an_oxide_comes_to_rest_in_one_go(
    depth: str, engine: Lammps, tmp_path: Path
) -> None:
    """Lennard-Jones crystals of bulk moduli from a hundredth to four times that of LLZO end at one lattice constant."""
    table = {"elements": ["Zr"], "cutoff": 6.0, "pair_style": ["lj/smooth/linear", "6.0"]}
    card = LammpsCard.model_validate({**table, "pair_coeff": [["1", "1", depth, "2.6", "6.0"]]})
    atoms = bulk("Zr", "fcc", a=4.2, cubic=True).repeat(2)
    atoms.set_cell(atoms.cell.array * [1.0, 1.02, 0.99], scale_atoms=True)
    task = RelaxTask(atoms, own_potential(card), Minimise(force_eV_per_A=1e-3, cell="lengths"))
    done = relax(task, tmp_path / "rest", Runner(engine))
    assert done.at_rest, done.ending
    lengths = done.atoms.cell.lengths()
    assert_allclose(lengths, lengths.mean(), rtol=5e-3 if depth == "0.02" else 1e-3)


STRAIGHT, PRIMITIVE = [[1, 0, 0], [1, 2, 0], [0, 0, 1]], np.array([[2, 1, 1], [-1, 1, 1], [-1, -2, 1]]) / 3.0
CELLS = {"hexagonal": np.eye(3), "twice": np.diag([2, 1, 1]), "oblique": [[1, 0, 0], [1, 1, 0], [0, 1, 1]]}


@pytest.mark.parametrize("cell", [*CELLS, "primitive"])
def test_a_skew_cell_comes_to_the_rest_of_the_same_crystal_in_a_straight_one(
    cell: str, engine: Lammps, tmp_path: Path
) -> None:
    """A layered crystal, strained without its symmetry: however the cell is chosen, one energy and one volume."""
    skew = primitive(layered()) if cell == "primitive" else make_supercell(layered(), CELLS[cell])
    straight = make_supercell(layered(), STRAIGHT)
    found = []
    for number, atoms in enumerate((skew, straight)):
        atoms.set_cell(atoms.cell.array * [1.0, 1.02, 0.99], scale_atoms=True)
        found.append(softly_relaxed(atoms, tmp_path / f"{number}", engine))
    per_atom = [[one.energy / len(one.atoms), one.atoms.get_volume() / len(one.atoms)] for one in found]
    assert_allclose(per_atom[0], per_atom[1], rtol=1e-3)
    assert per_atom[0][0] == pytest.approx(per_atom[1][0], abs=1e-5)
    if cell != "primitive":
        back = found[0].atoms.cell.array
        lattice = np.linalg.solve(np.array(CELLS[cell], dtype=float), back)
        assert_allclose(Cell(lattice).angles(), [90.0, 90.0, 120.0], atol=0.05)


def primitive(atoms: Atoms) -> Atoms:
    """Return the rhombohedral cell of a third of the atoms."""
    third: Atoms = atoms.copy()
    third.set_cell(PRIMITIVE @ atoms.cell.array)
    third.wrap()
    fractional = np.round(third.get_scaled_positions(), 6) % 1.0
    _, kept = np.unique(np.column_stack([third.numbers, fractional]), axis=0, return_index=True)
    third = third[np.sort(kept)]
    assert len(third) == len(atoms) / 3
    return third


def test_a_finished_relaxation_is_read_and_other_inputs_are_refused(
    rested: Relaxed, garnet: Atoms, potential: Potential, engine: Lammps, tmp_path: Path
) -> None:
    nobody = Runner(replace(engine, binary=Path("/absent/lmp")))
    stage = Minimise(force_eV_per_A=FORCE, cell="normal")
    again = relax(RelaxTask(garnet, potential, stage), tmp_path / "rested", nobody)
    assert (again.energy, again.wall_seconds) == (rested.energy, rested.wall_seconds)
    assert_allclose(again.atoms.positions, rested.atoms.positions, rtol=0, atol=0)
    with pytest.raises(StateError, match="other inputs"):
        relax(RelaxTask(garnet, potential, Minimise(force_eV_per_A=FORCE)), tmp_path / "rested", nobody)


def test_what_did_not_come_to_rest_says_so(garnet: Atoms, potential: Potential, engine: Lammps, tmp_path: Path) -> None:
    hasty = Minimise(max_iterations=1, force_eV_per_A=1e-4)
    done = relax(RelaxTask(garnet, potential, hasty), tmp_path / "hasty", Runner(engine))
    assert not done.at_rest
    assert done.ending == "max iterations"


def test_a_structure_that_the_potential_cannot_describe_is_refused_before_anything_runs(potential: Potential) -> None:
    with pytest.raises(InputError, match="does not know Cu"):
        RelaxTask(Atoms("Cu", cell=[3, 3, 3], pbc=True), potential, Minimise())


def test_a_failing_lammps_leaves_nothing_finished(
    garnet: Atoms, potential: Potential, engine: Lammps, tmp_path: Path
) -> None:
    broken = replace(potential, lines=(*potential.lines, "pair_coeff 9 9 lj/cut 1.0 1.0"))
    with pytest.raises(EngineError, match="pair_coeff 9 9"):
        relax(RelaxTask(garnet, broken, Minimise()), tmp_path / "broken", Runner(engine))
    assert not (tmp_path / "broken").exists()
