"""Potentials as data, the curve of each pair, and the structures that a potential refuses."""

import hashlib
import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from numpy.testing import assert_allclose

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.packaged import available_potentials, load_potential
from gbglass.core.potential import Potential
from gbglass.core.species import FORMAL_CHARGES, pair_name, species_pairs
from gbglass.core.suitability import check_structure, count_metallic_lithium
from gbglass.errors import InputError

COULOMB = 14.399645
"""e²/(4π ε0) [eV Å] (CODATA 2018)."""

FILE = files("gbglass") / "data" / "potentials" / "buckingham-llzo.toml"

ELEMENTS = ("Li", "La", "Zr", "O")


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def potential() -> Potential:
    return load_potential("buckingham-llzo")


def test_the_numbers_are_those_of_the_literature(table: dict[str, Any]) -> None:
    """Tian et al.; their table misprints Zr-O rho and the charge of La, their simulation input does not."""
    assert table["charges"] == {element: FORMAL_CHARGES[element] for element in ELEMENTS}
    assert table["buckingham"] == {
        "Li-O": [632.102, 0.2906, 0.0],
        "La-O": [4579.23, 0.3044, 0.0],
        "Zr-O": [1385.02, 0.35, 0.0],
        "O-O": [22764.3, 0.149, 27.63],
    }


def test_an_unknown_name_is_answered_with_those_that_exist() -> None:
    with pytest.raises(InputError, match="buckingham-llzo"):
        load_potential("buckingham")
    for name in available_potentials():
        assert load_potential(name).name == name


@pytest.mark.parametrize("name", ["../potentials/buckingham-llzo", "", "buckingham-llzo.toml"])
def test_a_path_is_not_a_name(name: str) -> None:
    with pytest.raises(InputError):
        load_potential(name)


def test_the_checksum_is_that_of_the_file(potential: Potential) -> None:
    assert potential.checksum == hashlib.sha256(FILE.read_bytes()).hexdigest()


def test_the_lines_name_the_styles_that_lammps_must_know(potential: Potential) -> None:
    words = next(line for line in potential.lines if line.startswith("pair_style")).split()
    assert potential.pair_styles <= set(words)


def _curve(table: dict[str, Any], pair: str, r: FloatArray, *, core: bool) -> FloatArray:
    """Energy of a lone pair with bare Coulomb [eV], written from the formula and not from the LAMMPS lines."""
    first, second = pair.split("-")
    energy: FloatArray = COULOMB * table["charges"][first] * table["charges"][second] / r
    if pair in table["buckingham"]:
        a, rho, c = table["buckingham"][pair]
        energy = energy + a * np.exp(-r / rho) - c / r**6
    if core:
        onset, strength = table["core"]["reach"][pair], table["core"]["strength"]
        x = (onset / 2.0 ** (1.0 / 6.0) / r) ** 6
        energy = energy + np.where(r < onset, 4.0 * strength * (x**2 - x) + strength, 0.0)
    return energy


@pytest.mark.parametrize("pair", [pair_name(*p) for p in species_pairs(ELEMENTS)])
def test_with_its_core_every_pair_repels_all_the_way_in(table: dict[str, Any], pair: str) -> None:
    r = np.linspace(0.05, table["core"]["reach"][pair], 4000)
    assert np.all(np.diff(_curve(table, pair, r, core=True)) < 0.0), "there is a hole to fall into"


@pytest.mark.parametrize("pair", ["Li-O", "La-O", "Zr-O", "O-O"])
def test_without_its_core_every_pair_with_oxygen_collapses(table: dict[str, Any], pair: str) -> None:
    r = np.linspace(0.02, 1.0, 4000)
    assert np.any(np.diff(_curve(table, pair, r, core=False)) > 0.0)


@pytest.mark.parametrize("pair", [pair_name(*p) for p in species_pairs(ELEMENTS)])
def test_the_core_begins_without_a_step_or_a_kink(table: dict[str, Any], pair: str) -> None:
    onset = table["core"]["reach"][pair]
    r = onset + np.array([-2e-4, -1e-4, 0.0, 1e-4, 2e-4])
    added = _curve(table, pair, r, core=True) - _curve(table, pair, r, core=False)
    assert_allclose(added[2:], 0.0, rtol=0, atol=1e-12)
    assert_allclose(np.gradient(added, 1e-4)[2], 0.0, rtol=0, atol=0.05)


def test_garnet_is_accepted_as_it_is_wherever_it_lies(potential: Potential) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(5))
    before = atoms.positions.copy()
    check_structure(potential, atoms)
    assert_allclose(atoms.positions, before, rtol=0, atol=0)
    atoms.translate([100.0, -55.5, 3.0])
    check_structure(potential, atoms)


def test_elements_the_potential_lacks_are_named(potential: Potential) -> None:
    with pytest.raises(InputError, match="Al, Ta"):
        check_structure(potential, Atoms("TaAlLi", cell=[9, 9, 9], pbc=True))


def test_a_charged_cell_is_refused_with_its_charge(potential: Potential) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(5))
    del atoms[next(i for i, atom in enumerate(atoms) if atom.symbol == "Li")]
    with pytest.raises(InputError, match=r"-1 e"):
        check_structure(potential, atoms)


def test_lithium_metal_is_refused_by_its_name_and_number(potential: Potential) -> None:
    metal = bulk("Li", a=3.51, cubic=True) * (3, 3, 3)
    with pytest.raises(InputError, match=r"lithium metal; 54 Li"):
        check_structure(potential, metal)


def test_a_slab_of_metal_in_a_garnet_cell_is_found_and_garnet_is_not(potential: Potential) -> None:
    garnet = cubic_llzo(12, np.random.default_rng(5))
    assert count_metallic_lithium(garnet) == 0
    assert count_metallic_lithium(bulk("LiCl", "rocksalt", a=5.13)) == 0, "every anion binds lithium, not oxygen alone"
    metal = bulk("Li", a=3.51, cubic=True) * (3, 3, 4)
    metal.translate([0.0, 0.0, garnet.cell[2, 2] + 2.0])
    both = garnet + metal
    both.set_cell([*garnet.cell.lengths()[:2], garnet.cell[2, 2] + 18.0])
    assert 0 < count_metallic_lithium(both) <= len(metal)
    with pytest.raises(InputError, match="cannot describe lithium metal"):
        check_structure(potential, both)
