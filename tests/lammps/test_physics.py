"""The potential as LAMMPS computes it: forces are slopes, energy is conserved, the core waits until needed."""

import re
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.neighbours import shortest_contacts
from gbglass.core.potential import Potential
from gbglass.lammps.dump import read_dump
from gbglass.lammps.engine import Lammps
from tests.lammps.conftest import run_deck, single_point, start_lines, without_core

pytestmark = pytest.mark.lammps

EXACT = ("kspace_modify mesh 48 48 48", "pair_modify table 0")
"""A fixed fine mesh and no tables: what remains is the potential and not its numerical short cuts."""


def _tight(potential: Potential) -> list[str]:
    lines = [re.sub(r"pppm \S+", "pppm 1e-06", line) for line in potential.lines]
    assert any("1e-06" in line for line in lines)
    return [*lines, *EXACT]


def _close_pair(potential: Potential, distance: float) -> Atoms:
    """A garnet cell with one O brought near another."""
    atoms = cubic_llzo(12, np.random.default_rng(11))
    atoms.rattle(0.03, seed=4)
    oxygen = [i for i, symbol in enumerate(atoms.get_chemical_symbols()) if symbol == "O"]
    first = oxygen[0]
    others = [i for i in oxygen if i != first]
    second = others[int(np.argmin(atoms.get_distances(first, others, mic=True)))]
    apart = atoms.get_distance(first, second, mic=True, vector=True)
    atoms.positions[second] = atoms.positions[first] + apart / np.linalg.norm(apart) * distance
    atoms.wrap()
    assert potential.fixed_charges is not None
    return atoms


@pytest.mark.parametrize("distance", [None, 1.1, 0.7], ids=["crystal", "in the core", "deep in the core"])
def test_forces_are_the_slope_of_the_energy(
    engine: Lammps, potential: Potential, garnet: Atoms, tmp_path: Path, distance: float | None
) -> None:
    atoms = garnet if distance is None else _close_pair(potential, distance)
    _, forces = single_point(engine, tmp_path / "0", start_lines(atoms, potential, tmp_path / "0", _tight(potential)))
    direction = np.random.default_rng(8).normal(size=(len(atoms), 3))
    if distance is not None:  # the steepest way, so that the core is what is tested
        direction = np.where(np.abs(forces) == np.abs(forces).max(), forces, 0.0)
    direction /= np.linalg.norm(direction)
    h = 2e-4
    energies = []
    for number, sign in enumerate((-1.0, 1.0), start=1):
        moved = atoms.copy()
        moved.positions += sign * h * direction
        folder = tmp_path / str(number)
        energies.append(single_point(engine, folder, start_lines(moved, potential, folder, _tight(potential)))[0])
    slope = (energies[1] - energies[0]) / (2.0 * h)
    along = float(np.sum(forces * direction))
    assert_allclose(-slope, along, rtol=2e-3, atol=2e-3)


def test_the_core_adds_nothing_to_a_crystal(
    engine: Lammps, potential: Potential, garnet: Atoms, tmp_path: Path
) -> None:
    """Exactly nothing: energies and forces agree to the rounding of sums."""
    with_core = single_point(engine, tmp_path / "a", start_lines(garnet, potential, tmp_path / "a", potential.lines))
    bare_lines = without_core(potential)
    bare = single_point(engine, tmp_path / "b", start_lines(garnet, potential, tmp_path / "b", bare_lines))
    assert_allclose(with_core[0], bare[0], rtol=1e-12, atol=0)
    assert_allclose(with_core[1], bare[1], rtol=0, atol=1e-9)


def _relax(engine: Lammps, folder: Path, atoms: Atoms, potential: Potential, lines: list[str]) -> Atoms:
    deck = [
        *start_lines(atoms, potential, folder, lines),
        "thermo_style custom step pe",
        "min_style cg",
        "min_modify dmax 0.1",
        "minimize 0.0 0.5 60 300",
        "dump frames all custom 1 frames.lammpstrj id type xu yu zu",
        "dump_modify frames sort id units yes time yes format float %.8f",
        "run 0",
    ]
    run_deck(engine, folder, deck)
    relaxed: Atoms = atoms.copy()
    relaxed.set_positions(next(read_dump(folder / "frames.lammpstrj")).frame.positions)
    return relaxed


def test_two_oxygen_pressed_together_come_apart_and_without_the_core_they_collapse(
    engine: Lammps, potential: Potential, tmp_path: Path
) -> None:
    atoms = _close_pair(potential, 0.6)
    assert shortest_contacts(atoms)["O-O"] == pytest.approx(0.6, abs=1e-6)
    relaxed = _relax(engine, tmp_path / "with", atoms, potential, list(potential.lines))
    assert shortest_contacts(relaxed)["O-O"] > 2.0
    collapsed = _relax(engine, tmp_path / "without", atoms, potential, without_core(potential))
    assert shortest_contacts(collapsed)["O-O"] < 0.6


@pytest.mark.parametrize("ranks", [1, 2])
def test_energy_is_conserved_without_a_thermostat(
    engine: Lammps, potential: Potential, garnet: Atoms, tmp_path: Path, ranks: int
) -> None:
    """Less than 1 meV an atom in a picosecond at about 500 K, and no drift of the centre of mass."""
    deck = [
        *start_lines(garnet, potential, tmp_path, potential.lines),
        "neighbor 1.0 bin",
        "timestep 0.001",
        "velocity all create 1000 7 mom yes rot no",
        "fix nve all nve",
        "variable drift equal sqrt(vcm(all,x)^2+vcm(all,y)^2+vcm(all,z)^2)",
        "thermo_style custom step temp etotal v_drift",
        "thermo_modify format float %.12g",
        "thermo 20",
        "run 600",
    ]
    lines = run_deck(engine, tmp_path, deck, ranks).splitlines()
    header = next(number for number, line in enumerate(lines) if line.split()[:2] == ["Step", "Temp"])
    table = np.array([[float(word) for word in line.split()] for line in lines[header + 1 : header + 32]])
    energy = table[5:, 2] / len(garnet)
    slope = np.polyfit(table[5:, 0] * 1e-3, energy, 1)[0]
    assert abs(slope) < 1e-3, f"energy drifts by {slope:.2e} eV/atom/ps"
    assert np.ptp(energy) < 2e-3
    assert np.all(np.abs(table[:, 3]) < 1e-6), "momentum is not conserved"


def test_one_and_two_ranks_give_the_same_forces(
    engine: Lammps, potential: Potential, garnet: Atoms, tmp_path: Path
) -> None:
    found = []
    for ranks in (1, 2):
        folder = tmp_path / str(ranks)
        ending = ["dump forces all custom 1 forces.dump id fx fy fz", "dump_modify forces sort id format float %.15g"]
        run_deck(engine, folder, [*start_lines(garnet, potential, folder, potential.lines), *ending, "run 0"], ranks)
        found.append(np.loadtxt(folder / "forces.dump", skiprows=9)[:, 1:])
    assert_allclose(found[1], found[0], rtol=0, atol=1e-8)
