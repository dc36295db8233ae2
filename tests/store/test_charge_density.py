"""Densities that ASE wrote come back with their electrons, and one written by hand by its places."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.vasp import VaspChargeDensity
from ase.io import write
from ase.units import Bohr
from numpy.testing import assert_allclose

from gbglass.errors import FormatError, InputError
from gbglass.store.charge_density import read_charge_density

CELL = np.array([[4.0, 0.0, 0.0], [0.5, 5.0, 0.0], [0.0, -0.4, 6.0]])
ATOMS = Atoms("LiO", positions=[[0, 0, 0], [1, 2, 3]], cell=CELL, pbc=True)
VALUES = np.random.default_rng(1).uniform(-0.5, 2.0, (4, 5, 6))


def written(folder: Path, name: str) -> Path:
    path = folder / name
    if path.suffix == ".cube":
        write(path, ATOMS, data=VALUES)
        return path
    density = VaspChargeDensity(None)
    density.atoms, density.chg = [ATOMS], [VALUES.copy()]
    density.write(str(path), format="chgcar")
    return path


def test_a_chgcar_is_density_times_volume(tmp_path: Path) -> None:
    density = read_charge_density(written(tmp_path, "CHGCAR"))
    assert_allclose(density.values, VALUES, rtol=1e-9, atol=1e-9)
    assert_allclose(density.cell, CELL, atol=1e-9)
    assert_allclose(density.electrons, VALUES.mean() * ATOMS.get_volume(), rtol=1e-9)


def test_a_chgcar_by_hand_has_its_first_axis_fastest(tmp_path: Path) -> None:
    text = "by hand\n1.0\n2 0 0\n0 2 0\n0 0 2\nLi\n1\nDirect\n0 0 0\n\n2 2 2\n8 16 24 32 40\n48 56 64\n"
    (tmp_path / "CHGCAR_sum").write_text(text)
    density = read_charge_density(tmp_path / "CHGCAR_sum")
    assert_allclose([density.values[place] for place in ((1, 0, 0), (0, 1, 0), (0, 0, 1))], [2.0, 3.0, 5.0])
    assert_allclose(density.electrons, 4.5 * 8.0)


def test_a_cube_is_read_in_the_unit_it_is_said_to_have(tmp_path: Path) -> None:
    path = written(tmp_path, "rho.cube")
    assert_allclose(read_charge_density(path, "1/A3").values, VALUES, rtol=1e-5, atol=1e-6)
    assert_allclose(read_charge_density(path, "1/bohr3").values, VALUES / Bohr**3, rtol=1e-5, atol=1e-6)
    assert_allclose(read_charge_density(path, "1/A3").cell, CELL, atol=1e-5)


@pytest.mark.parametrize(("name", "unit"), [("CHGCAR", None), ("rho.cube", "1/A3")])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_that_ends_too_early_is_named(tmp_path: Path, name: str, unit: str | None, part: float) -> None:
    path = written(tmp_path, name)
    text = path.read_text()
    path.write_text(text[: int(part * len(text))])
    with pytest.raises(FormatError, match=name):
        read_charge_density(path, unit)  # type: ignore[arg-type]  # one of the two


def test_a_unit_is_neither_guessed_nor_taken_where_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give one of 1/bohr3, 1/A3"):
        read_charge_density(written(tmp_path, "rho.cube"))
    with pytest.raises(InputError, match="leave 'unit' out"):
        read_charge_density(written(tmp_path, "CHGCAR"), "1/A3")
    with pytest.raises(InputError, match="must end on"):
        read_charge_density(tmp_path / "rho.dat")
