"""Potentials in LAMMPS' own words that ask for atoms by their ids, as mace does: every deck has a map of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.potential import Potential
from gbglass.core.tokens import FOLDER
from gbglass.lammps.chain import simulate
from gbglass.lammps.drift import FreeMotion, energy_drift
from gbglass.lammps.engine import Lammps
from gbglass.lammps.preflight import probe
from gbglass.lammps.single_points import single_points
from gbglass.lammps.task import Runner
from gbglass.protocol.stages import Hold, Minimise
from tests.lammps.test_stages import discharge, half_cell

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("stages")]

DEPTH, LENGTH = 0.7, 2.8
SPHERES = {"elements": ["Li", "La", "Zr", "O"], "cutoff": 6.0}


def spheres(folder: Path, bound: tuple[int, int] | None) -> Potential:
    """Soft spheres, two of which are bound by their ids; the style that does it asks for a map, as mace does."""
    if bound is None:
        words = {"pair_style": ["lj/cut", "6.0"], "pair_coeff": [["*", "*", "0.15", "2.5"]]}
        return own_potential(LammpsCard.model_validate({**SPHERES, **words}))
    (folder / "bonds.txt").write_text(f"{bound[0]} {bound[1]} harmonic {DEPTH} {LENGTH}\n", encoding="utf-8")
    words = {
        "pair_style": ["hybrid/overlay", "lj/cut", "6.0", "list", "bonds.txt", "6.0"],
        "pair_coeff": [["*", "*", "lj/cut", "0.15", "2.5"], ["*", "*", "list"]],
    }
    table = {**SPHERES, **words, "files": ["bonds.txt"]}
    return own_potential(LammpsCard.model_validate(table, context={FOLDER: folder}))


def distance(atoms: Atoms) -> float:
    return float(atoms.get_distance(40, 41, mic=True))


def test_a_bond_between_two_ids_adds_its_energy(engine: Lammps, tmp_path: Path) -> None:
    atoms = half_cell()
    energies = []
    for bound in (None, (41, 42)):
        (found,) = single_points([atoms], spheres(tmp_path, bound), engine)
        energies.append(found.energy)
    assert_allclose(energies[1] - energies[0], DEPTH * (distance(atoms) - LENGTH) ** 2, atol=1e-9)


@pytest.mark.parametrize("ranks", [1, 2])
def test_it_holds_in_every_segment(engine: Lammps, tmp_path: Path, ranks: int) -> None:
    task = discharge()
    stages = (Minimise(max_iterations=500, force_eV_per_A=1e-3), Hold(temperature_K=1, duration_ps=0.1))
    settings = replace(task.settings, ranks=ranks, segment_steps=50)
    ends = {}
    for bound in (None, (41, 42)):
        bonded = replace(task, potential=spheres(tmp_path, bound), stages=stages, settings=settings)
        ends[bound] = simulate(bonded, tmp_path / str(bound), Runner(engine))
    assert len(ends[41, 42].segments) == 2
    free, bound_length = (distance(ends[bound].final_atoms()) for bound in (None, (41, 42)))
    assert abs(bound_length - LENGTH) < abs(free - LENGTH)


def test_what_is_run_before_a_study_has_it_too(engine: Lammps, tmp_path: Path) -> None:
    potential = spheres(tmp_path, (41, 42))
    assert probe(half_cell(), potential, engine).step_seconds > 0.0
    assert np.isfinite(energy_drift(half_cell(), potential, engine, FreeMotion(10.0, 0.1)).per_atom_ps)
