"""Crystals from files: what is read is what was written, partial occupancies and all, and bad files say why."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import write

from gbglass.build.account import count_species
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.occupancy import PartialCrystal
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


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("empty.cif", "", "holds no structure"),
        ("short.vasp", "x\n1.0\n", "could not be read as a structure: IndexError"),
        ("words", "no structure", "does not say which format it is"),
        ("frame.extxyz", "2\nno cell\nLi 0 0 0\n", "could not be read as a structure: XYZError"),
        ("element.cif", CIF.replace("Zr1 Zr", "Qq1 Qq"), "Qq is no element"),
        ("unknown.cif", CIF.replace("{octahedral}", "?"), r"the occupancy of Li is '\?'; it must be a number"),
        ("negative.cif", CIF.replace("{octahedral}", "-0.4"), r"from 0 to 1, also together; Li \(96\) has Li -0.4"),
        (
            "overfull.cif",
            CIF.replace("{tantalum}", "Ta1 Ta 0 0 0 0.4\n"),
            "holds Zr 1, Ta 0.4, which is more than full",
        ),
        ("edge.cif", CIF.replace("_cell_length_a 12.9827\n", ""), "has no periodic cell"),
        (
            "nan.extxyz",
            '1\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3\nLi nan 0 0\n',
            "coordinates that are no numbers",
        ),
    ],
)
def test_bad_files_are_refused_with_their_reason(tmp_path: Path, name: str, text: str, says: str) -> None:
    filled = text.format(zr=1.0, tantalum="", tetrahedral=0.5, octahedral=0.42) if "data_garnet" in text else text
    (tmp_path / name).write_text(filled, encoding="utf-8")
    with pytest.raises(InputError, match=says) as refused:
        read_crystal(tmp_path / name)
    assert name in str(refused.value) or name == "negative.cif"


def test_a_site_that_a_refinement_found_empty_stays_empty(tmp_path: Path) -> None:
    """48 octahedra cannot hold 56 Li, and the tetrahedra are not offered: the message says how many can be full."""
    with pytest.raises(InputError, match="no more than 48 sites can be full together, and 56 are needed"):
        build_crystal(CrystalSpec(str(cif(tmp_path / "garnet.cif", 0.0, 0.58))))


@pytest.mark.parametrize("name", ["li", "lizr2o4", "zr2o4", "lixzr2o4", "llzo-tetragonal"])
def test_what_is_built_by_name_is_read_back_with_its_valence(tmp_path: Path, name: str) -> None:
    own = build_crystal(CrystalSpec(name))
    write(tmp_path / "own.cif", own.atoms)
    read = build_crystal(CrystalSpec(str(tmp_path / "own.cif")))
    assert list(read.ledger.valence.values()) == list(own.ledger.valence.values())
    assert read.ledger.atoms == own.ledger.atoms


SPINEL = (
    CIF[: CIF.index("La1")].replace("12.9827", "9.12").replace("I a -3 d", "F d -3 m{origin}").replace("230", "227")
    + "Li1 Li 0.125 0.125 0.125 {x}\nZr1 Zr 0.5 0.5 0.5 1\nO1 O 0.2625 0.2625 0.2625 1\n"
)


@pytest.mark.parametrize("says", [":2", "' \n_symmetry_space_group_setting '2"])
def test_the_origin_of_a_space_group_is_taken_from_its_name_or_setting(tmp_path: Path, says: str) -> None:
    (tmp_path / "spinel.cif").write_text(SPINEL.format(origin=says, x=1), encoding="utf-8")
    built = build_crystal(CrystalSpec(str(tmp_path / "spinel.cif")))
    assert built.ledger.atoms == {"Li": 8, "O": 32, "Zr": 16}
    assert built.ledger.shortest_contacts["Zr-O"] == pytest.approx(2.172, abs=1e-3)


def test_a_space_group_with_two_origins_needs_to_say_which(tmp_path: Path) -> None:
    (tmp_path / "spinel.cif").write_text(SPINEL.format(origin="", x=1), encoding="utf-8")
    with pytest.raises(InputError, match="has two origins; say which one with '_symmetry_space_group_setting 1'"):
        read_crystal(tmp_path / "spinel.cif")


def test_a_mixed_valent_crystal_with_partial_occupancies_keeps_its_lithium(tmp_path: Path) -> None:
    (tmp_path / "spinel.cif").write_text(SPINEL.format(origin=":2", x=0.26), encoding="utf-8")
    built = build_crystal(CrystalSpec(str(tmp_path / "spinel.cif"), repeat=(2, 1, 1)))
    assert built.ledger.atoms == {"Li": 4, "O": 64, "Zr": 32}
    assert built.ledger.valence["spinel"]["Zr"] == 3.875
    assert built.ledger.formal_charge == 0.0


def test_a_charged_crystal_is_refused_with_its_sum(tmp_path: Path) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(1))
    write(tmp_path / "poor.extxyz", atoms[1:])
    with pytest.raises(InputError, match=r"poor would carry -1 e \(La 24 x \+3, Li 55 x \+1"):
        build_crystal(CrystalSpec(str(tmp_path / "poor.extxyz")))
    with pytest.raises(InputError, match="1 more Li would make it neutral"):
        build_crystal(CrystalSpec(str(tmp_path / "poor.extxyz")))
    allowed = build_crystal(CrystalSpec(str(tmp_path / "poor.extxyz"), allow_nonstoichiometric=True))
    assert allowed.ledger.formal_charge == -1.0


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (CrystalSpec("nowhere"), "there is no crystal and no file 'nowhere'; there are llzo-cubic"),
        (CrystalSpec("llzo-cubic", repeat=(0, 1, 1)), "'repeat' must be one or more"),
        (CrystalSpec("llzo-cubic", x=0.3), "llzo-cubic takes no such thing: 'x' is of lixzr2o4; leave it out"),
        (CrystalSpec("lizr2o4", density=0.9, n_tetrahedral=9), "'n_tetrahedral' is of llzo-cubic, 'density' is of"),
        (CrystalSpec("llzo-cubic", li2o=-1, dopants={"Al": 0.125}), "one of them at a time"),
        (CrystalSpec("llzo-cubic", dopants={"Al": -0.5}), "the amount of Al must be zero or more"),
        (CrystalSpec("lizr2o4", dopants={"Ta": 0.5}), "dopants are known for LLZO"),
        (CrystalSpec("llzo-cubic", removed={"Li": -1}), "ions can be taken out, not put in"),
        (CrystalSpec("llzo-cubic", n_tetrahedral=14), "'n_tetrahedral' must be from 8 to 13"),
    ],
)
def test_bad_requests_are_refused(spec: CrystalSpec, says: str) -> None:
    with pytest.raises(InputError, match=says):
        build_crystal(spec)
