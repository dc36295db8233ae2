"""Structures as data files: what another program reads back."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.core.potential import Potential
from gbglass.lammps.data import data_text
from gbglass.lammps.engine import Lammps
from gbglass.verbs.crystals import CrystalSpec, build_crystal
from gbglass.verbs.structures import save_structure
from tests.lammps.conftest import read_data, single_point, start_lines


def _back(atoms: Atoms, potential: Potential, folder: Path) -> Atoms:
    path = folder / "start.data"
    path.write_text(data_text(atoms, potential), encoding="utf-8")
    return read_data(path)


def test_a_garnet_comes_back_with_its_order_charges_and_positions(
    garnet: Atoms, potential: Potential, tmp_path: Path
) -> None:
    back = _back(garnet, potential, tmp_path)
    assert back.get_chemical_symbols() == garnet.get_chemical_symbols()
    assert_allclose(back.cell.array, garnet.cell.array, rtol=1e-12, atol=1e-12)
    assert_allclose(back.positions, garnet.positions, rtol=0, atol=1e-9)
    assert potential.fixed_charges is not None
    expected = [potential.fixed_charges[symbol] for symbol in garnet.get_chemical_symbols()]
    assert_allclose(back.get_initial_charges(), expected, rtol=0, atol=0)


@pytest.mark.lammps
def test_a_built_structure_runs_with_fixed_charges_as_it_is_written(
    engine: Lammps, potential: Potential, tmp_path: Path
) -> None:
    """A user's own deck needs no charges set: the energy is that of the data file of a run."""
    built = build_crystal(CrystalSpec("llzo-cubic"))
    save_structure(built, tmp_path / "llzo.data")
    assert "atom_style charge, types 1 Li (+1 e), 2 La (+3 e), 3 Zr (+4 e)" in (tmp_path / "llzo.data").read_text()
    start = ["units metal", "atom_style charge", f"read_data {tmp_path}/llzo.data", *potential.lines]
    energy, _ = single_point(engine, tmp_path / "user", start)
    ours = start_lines(built.atoms, potential, tmp_path / "ours", potential.lines)
    expected, _ = single_point(engine, tmp_path / "ours", ours)
    assert_allclose(energy, expected, rtol=1e-9, atol=0)


def test_lithium_that_is_metal_here_and_an_ion_there_gets_no_charge(tmp_path: Path) -> None:
    built = build_crystal(CrystalSpec("llzo-cubic"))
    valence = {"metal": {"Li": 0.0}, **built.ledger.valence}
    both = dataclasses.replace(built, ledger=dataclasses.replace(built.ledger, valence=valence))
    save_structure(both, tmp_path / "cell.data")
    assert "atom_style atomic, types 1 Li, 2 La" in (tmp_path / "cell.data").read_text()


def test_types_follow_the_potential_and_not_the_structure(potential: Potential) -> None:
    lines = data_text(
        Atoms("OZrLaLi", positions=np.eye(4, 3) * 3 + 1, cell=[9, 9, 9], pbc=True), potential
    ).splitlines()
    heading = next(number for number, line in enumerate(lines) if line.startswith("Atoms"))
    rows = [line.split() for line in lines[heading + 2 :] if line.strip()]
    assert [(row[0], row[1]) for row in rows[:4]] == [("1", "4"), ("2", "3"), ("3", "2"), ("4", "1")]


def test_the_structure_itself_is_not_changed(garnet: Atoms, potential: Potential) -> None:
    before = garnet.copy()
    data_text(garnet, potential)
    assert garnet == before
    assert_allclose(garnet.get_initial_charges(), before.get_initial_charges(), rtol=0, atol=0)


def test_metal_without_fixed_charges_has_no_charge_column(potential: Potential) -> None:
    text = data_text(bulk("Li", cubic=True), dataclasses.replace(potential, fixed_charges=None))
    row = next(line for line in text.splitlines() if line.split()[:2] == ["1", "1"] and len(line.split()) > 2)
    assert len(row.split()) == 5


@given(st.integers(0, 2**31), st.lists(st.sampled_from(["Li", "La", "Zr", "O"]), min_size=1, max_size=20))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_neutral_or_charged_box_comes_back(
    potential: Potential, tmp_path: Path, seed: int, symbols: list[str]
) -> None:
    rng = np.random.default_rng(seed)
    cell = rng.uniform(4.0, 40.0, 3)
    atoms = Atoms(symbols, positions=rng.random((len(symbols), 3)) * cell, cell=cell, pbc=True)
    back = _back(atoms, potential, tmp_path)
    assert back.get_chemical_symbols() == symbols
    assert_allclose(back.positions, atoms.positions, rtol=0, atol=1e-9)
