"""What LAMMPS says of structures as they stand: held against another program, in cells of any shape."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.lj import LennardJones
from ase.neighborlist import neighbor_list
from numpy.testing import assert_allclose

from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.potential import KnownEnergy, Potential
from gbglass.errors import EngineError, InputError
from gbglass.lammps.engine import Lammps
from gbglass.lammps.preflight import check_known_energy, check_styles, preflight, probe
from gbglass.lammps.single_points import single_points

pytestmark = pytest.mark.lammps

SIGMA, EPSILON, REACH = 2.6, 0.05, 6.0


@pytest.fixture(scope="module")
def spheres() -> Potential:
    """A user's own potential without charges."""
    table = {
        "elements": ["O", "Li"],
        "pair_style": ["lj/cut", f"{REACH}"],
        "pair_coeff": [["*", "*", f"{EPSILON}", f"{SIGMA}"]],
        "cutoff": REACH,
    }
    return own_potential(LammpsCard.model_validate(table))


def _skewed(number: int) -> Atoms:
    rng = np.random.default_rng(number)
    atoms: Atoms = bulk("Li", a=3.4, cubic=True) * (2, 2, 3)
    atoms.set_cell(atoms.cell.array @ (np.eye(3) + rng.uniform(-0.15, 0.15, (3, 3))), scale_atoms=True)
    atoms.rotate(40.0, (1, 2, 3), rotate_cell=True)
    atoms.rattle(0.1, seed=number)
    atoms.symbols[:number] = "O"
    return atoms


def test_energies_forces_and_stresses_are_those_of_another_program_in_any_cell(
    engine: Lammps, spheres: Potential
) -> None:
    structures = [_skewed(number) for number in range(3)]
    for atoms, said in zip(structures, single_points(structures, spheres, engine), strict=True):
        atoms.calc = LennardJones(sigma=SIGMA, epsilon=EPSILON, rc=REACH, smooth=False)
        shift = 4.0 * EPSILON * ((SIGMA / REACH) ** 12 - (SIGMA / REACH) ** 6)
        n_pairs = _pairs_within(atoms)
        assert_allclose(said.energy, atoms.get_potential_energy() + n_pairs * shift, rtol=1e-9)
        assert_allclose(said.forces, atoms.get_forces(), atol=1e-8)
        assert_allclose(said.stress, atoms.get_stress(), atol=1e-9)


def _pairs_within(atoms: Atoms) -> int:
    """Pairs by ASE's own search: it shifts its energies to zero at the reach, LAMMPS does not."""
    return len(neighbor_list("i", atoms, REACH)) // 2


def test_elements_are_types_by_name_and_not_by_their_order_in_a_structure(engine: Lammps) -> None:
    table = {
        "elements": ["O", "Li"],
        "pair_style": ["lj/cut", "5.0"],
        "pair_coeff": [["1", "1", "0.0", "1.0"], ["1", "2", "0.0", "1.0"], ["2", "2", "0.1", "2.0"]],
        "cutoff": 5.0,
    }
    potential = own_potential(LammpsCard.model_validate(table))
    dimer = Atoms("Li2", [[0, 0, 0], [2.2, 0, 0]], cell=[15, 15, 15], pbc=True)
    mixed = Atoms("LiO", [[0, 0, 0], [2.2, 0, 0]], cell=[15, 15, 15], pbc=True)
    lithium, oxide = single_points([dimer, mixed], potential, engine)
    assert lithium.energy < -0.09
    assert oxide.energy == 0.0
    with pytest.raises(InputError, match="does not know Zr"):
        single_points([Atoms("Zr", cell=[9, 9, 9], pbc=True)], potential, engine)


def test_a_probe_says_what_a_step_costs_and_moves_nothing(engine: Lammps, potential: Potential, garnet: Atoms) -> None:
    before = garnet.positions.copy()
    found = preflight(garnet, potential, engine, ranks=2)
    assert_allclose(garnet.positions, before, rtol=0, atol=0)
    assert 1e-5 < found.step_seconds < 1.0
    assert 10.0 < found.memory_mib < 4000.0
    assert found.atom_steps_per_second == pytest.approx(192 / found.step_seconds)
    larger = probe(garnet * (2, 2, 1), potential, engine)
    alone = probe(garnet, potential, engine)
    assert larger.step_seconds > alone.step_seconds
    assert alone.rank_mib < 1.5 * found.rank_mib, "not the memory of whoever started it"


def test_a_known_energy_is_found_again_or_the_potential_is_not_believed(
    engine: Lammps, spheres: Potential, tmp_path: Path
) -> None:
    atoms = _skewed(1)
    atoms.write(tmp_path / "known.extxyz")
    energy = single_points([atoms], spheres, engine)[0].energy
    right = dataclasses.replace(spheres, known=KnownEnergy(tmp_path / "known.extxyz", energy))
    check_known_energy(right, engine)
    wrong = dataclasses.replace(spheres, known=KnownEnergy(tmp_path / "known.extxyz", energy + 0.1))
    with pytest.raises(EngineError, match="the order of its elements"):
        check_known_energy(wrong, engine)
    with pytest.raises(InputError, match="cannot be read"):
        check_known_energy(dataclasses.replace(spheres, known=KnownEnergy(tmp_path / "no.xyz", 0.0)), engine)


def test_a_style_that_lammps_lacks_is_named_with_the_way_to_get_it(engine: Lammps, spheres: Potential) -> None:
    check_styles(spheres, engine)
    absent = dataclasses.replace(spheres, pair_styles=frozenset({"nep"}))
    with pytest.raises(EngineError, match="lacks pair style nep"):
        check_styles(absent, engine)
