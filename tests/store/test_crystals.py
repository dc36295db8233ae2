"""Crystals from files: what is read is what was written, partial occupancies and all, and bad files say why."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import write

from gbglass.build.account import count_species
from gbglass.build.cubic import cubic_llzo
from gbglass.build.occupancy import PartialCrystal
from gbglass.errors import InputError
from gbglass.store.crystals import read_crystal
from gbglass.verbs.crystals import CrystalSpec, build_crystal, load_crystal

CIF = """\
data_garnet
_cell_length_a 12.9827
_cell_length_b 12.9827
_cell_length_c 12.9827
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'I a -3 d'
_symmetry_Int_Tables_number 230
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
La1 La 0.125 0 0.25 1
Zr1 Zr 0 0 0 {zr}
{tantalum}O1 O 0.0999 0.1962 0.28163 1
Li1 Li 0.375 0 0.25 {tetrahedral}
Li2 Li 0.0959 0.6922 0.5731 {octahedral}
"""


def cif(path: Path, tetrahedral: float, octahedral: float, tantalum: float = 0.0) -> Path:
    line = f"Ta1 Ta 0 0 0 {tantalum}\n" if tantalum else ""
    text = CIF.format(zr=1.0 - tantalum, tantalum=line, tetrahedral=tetrahedral, octahedral=octahedral)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_cif_with_partial_occupancies_keeps_them(tmp_path: Path) -> None:
    found = read_crystal(cif(tmp_path / "garnet.cif", 0.542, 0.448))
    assert isinstance(found, PartialCrystal)
    sites = {c.label: (len(c.positions), dict(c.occupancy)) for c in found.classes}
    assert sites["Li (24)"] == (24, {"Li": 0.542})
    assert sites["Li (96)"] == (96, {"Li": 0.448})
    assert sites["Zr (16)"] == (16, {"Zr": 1.0})
    assert sites["O (96)"] == (96, {"O": 1.0})


def test_a_cif_becomes_an_ordered_neutral_cell_and_a_boundary(tmp_path: Path) -> None:
    path = cif(tmp_path / "llzto.cif", 0.5, 0.42, tantalum=0.25)
    built = build_crystal(CrystalSpec(str(path)))
    assert built.ledger.formal_charge == 0.0
    assert count_species(built.atoms) == {"La": 24, "Li": 52, "O": 96, "Ta": 4, "Zr": 12}
    crystal = load_crystal(str(path))
    assert crystal.cubic is not None
    assert crystal.cubic.centring == "I"


@pytest.mark.parametrize("name", ["llzo.vasp", "llzo.extxyz", "llzo.cif"])
def test_an_ordered_crystal_comes_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(1))
    write(tmp_path / name, atoms, format={"llzo.vasp": "vasp"}.get(name))
    found = read_crystal(tmp_path / name)
    assert isinstance(found, Atoms)
    assert count_species(found) == count_species(atoms)
    np.testing.assert_allclose(found.cell.array, atoms.cell.array, atol=1e-6)
    ordered = found[np.argsort([["Li", "La", "Zr", "O"].index(s) for s in found.get_chemical_symbols()], kind="stable")]
    apart = ordered.get_scaled_positions() - atoms.get_scaled_positions()
    np.testing.assert_allclose(apart - np.round(apart), 0.0, atol=1e-4)


def test_files_that_are_no_crystals_say_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no file"):
        read_crystal(tmp_path / "absent.cif")
    (tmp_path / "broken.cif").write_text("data_x\nloop_\n_atom_site_label\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken.cif"):
        read_crystal(tmp_path / "broken.cif")
    write(tmp_path / "molecule.xyz", Atoms("LiO", [[0, 0, 0], [2, 0, 0]]), format="extxyz")
    with pytest.raises(InputError, match="has no periodic cell"):
        read_crystal(tmp_path / "molecule.xyz")
    twice = Atoms("LiLiO", [[0, 0, 0], [0.01, 0, 0], [2, 0, 0]], cell=[4, 4, 4], pbc=True)
    write(tmp_path / "twice.extxyz", twice)
    with pytest.raises(InputError, match=r"atoms 0 \(Li\) and 1 \(Li\) stand on one site"):
        read_crystal(tmp_path / "twice.extxyz")
    write(tmp_path / "xenon.extxyz", Atoms("Xe", cell=[4, 4, 4], pbc=True))
    with pytest.raises(InputError, match="known for Xe"):
        read_crystal(tmp_path / "xenon.extxyz")


def test_a_charged_crystal_is_refused_with_its_sum(tmp_path: Path) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(1))
    write(tmp_path / "poor.extxyz", atoms[1:])
    with pytest.raises(InputError, match=r"poor would carry -1 e \(La 24 x \+3, Li 55 x \+1"):
        build_crystal(CrystalSpec(str(tmp_path / "poor.extxyz")))
    allowed = build_crystal(CrystalSpec(str(tmp_path / "poor.extxyz"), allow_nonstoichiometric=True))
    assert allowed.ledger.formal_charge == -1.0


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (CrystalSpec("nowhere"), "there is no crystal and no file 'nowhere'; there are llzo-cubic"),
        (CrystalSpec("llzo-cubic", repeat=(0, 1, 1)), "'repeat' must be one or more"),
        (CrystalSpec("llzo-cubic", li2o=-1, dopants={"Al": 0.125}), "one of them at a time"),
        (CrystalSpec("llzo-cubic", n_tetrahedral=14), "'n_tetrahedral' must be from 8 to 13"),
    ],
)
def test_bad_requests_are_refused(spec: CrystalSpec, says: str) -> None:
    with pytest.raises(InputError, match=says):
        build_crystal(spec)
