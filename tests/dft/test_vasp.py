"""VASP's files: inputs by what stands in them, outputs by what was written into them."""

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms, units
from ase.build import bulk
from ase.io import read
from numpy.testing import assert_allclose

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp import POTCARS, vasp_input
from gbglass.dft.vasp_output import read_vasp
from gbglass.errors import CutFileError, FormatError, GbglassError, InputError, NotConverged
from tests.dft.vasp_files import Run, outcar, some_run, unconverged, vasprun

SETTINGS = DftSettings()
KINDS = pytest.mark.parametrize(("name", "text"), [("OUTCAR", outcar), ("vasprun.xml", vasprun)])
Text = Callable[[Run], str]


def put(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def words(incar: str) -> dict[str, str]:
    return dict(line.split(" = ") for line in incar.splitlines())


def test_the_input_of_lithium_is_the_papers() -> None:
    texts = vasp_input(bulk("Li", "bcc", a=3.44), SETTINGS)
    assert texts.kpoints == "spacing 0.25 1/A\n0\nGamma\n11 11 11\n0 0 0\n"
    assert texts.potcars == ("Li_sv",)
    said = words(texts.incar)
    wanted = {"ENCUT": "500", "EDIFF": "0.0001", "ISMEAR": "0", "SIGMA": "0.05", "GGA": "PE", "ISPIN": "1", "NSW": "0"}
    assert {key: said[key] for key in wanted} == wanted
    assert set(texts.files()) == {"INCAR", "KPOINTS", "POSCAR", "POTCAR.list"}
    relaxed = words(vasp_input(bulk("Li", "bcc", a=3.44), SETTINGS, "relax").incar)
    assert (relaxed["EDIFFG"], relaxed["IBRION"], relaxed["ISIF"]) == ("-0.1", "2", "2")


def test_a_garnet_stands_by_species_and_is_the_same_structure() -> None:
    atoms = cubic_llzo(12, np.random.default_rng(1))
    atoms = atoms[np.random.default_rng(2).permutation(len(atoms))]
    texts = vasp_input(atoms, SETTINGS)
    assert texts.potcars == ("La", "Li_sv", "O", "Zr_sv")
    assert texts.kpoints.splitlines()[3] == "2 2 2"
    back = read(StringIO(texts.poscar), format="vasp")
    assert isinstance(back, Atoms)
    order = np.argsort(atoms.get_chemical_symbols(), kind="stable")
    assert list(back.symbols) == list(atoms.symbols[order])
    assert_allclose(back.positions, atoms.positions[order], atol=1e-10)
    assert_allclose(back.cell.array, atoms.cell.array, atol=1e-12)


def test_more_lithium_than_is_neutral_gets_spin() -> None:
    cell = 9 * np.eye(3)
    charged = Atoms("LiZr2O4", positions=np.arange(21).reshape(7, 3) * 0.4, cell=cell, pbc=True)
    assert words(vasp_input(charged, SETTINGS).incar)["ISPIN"] == "2"
    assert words(vasp_input(charged[1:], SETTINGS).incar)["ISPIN"] == "1"


def test_all_that_vasp_cannot_be_asked_is_named_at_once() -> None:
    left = Atoms("PuLi", positions=[[0, 0, 0], [1, 1, 1]], cell=[[0, 3, 0], [3, 0, 0], [0, 0, 3]], pbc=True)
    with pytest.raises(InputError, match=r"right-handed.*Pu"):
        vasp_input(left, SETTINGS)
    with pytest.raises(InputError, match="periodic"):
        vasp_input(Atoms("Li", cell=[3, 3, 3]), SETTINGS)
    with pytest.raises(InputError, match="no atoms"):
        vasp_input(Atoms(cell=[3, 3, 3], pbc=True), SETTINGS)


@KINDS
def test_what_was_written_is_read_with_its_sign_and_unit(name: str, text: Text, tmp_path: Path) -> None:
    """VASP writes minus the stress in kB: positive where the cell wants to grow."""
    run = some_run()
    frames = read_vasp(put(tmp_path, name, text(run)), SETTINGS)
    assert len(frames) == len(run.steps)
    for frame, said in zip(frames, run.steps, strict=True):
        xx, yy, zz, xy, yz, zx = said.kilobar
        assert frame.atoms.get_chemical_symbols() == ["Li", "Li", "O"]
        assert frame.atoms.pbc.all()
        assert_allclose(frame.atoms.cell.array, said.atoms.cell.array, atol=1e-8)
        assert_allclose(frame.atoms.positions, said.atoms.positions, atol=1e-5)
        assert frame.labels.energy == pytest.approx(said.toten, abs=1e-8)
        assert_allclose(frame.labels.forces, said.forces, atol=1e-8)
        assert_allclose(frame.labels.stress, -0.1 * units.GPa * np.array([xx, yy, zz, yz, zx, xy]), atol=1e-9)
        growing = float(np.trace(frame.labels.virial(frame.atoms.get_volume())))
        assert np.sign(growing) == np.sign(xx + yy + zz)
        assert frame.labels.source.version == "vasp 6.3.0"


def test_both_files_of_a_run_are_of_one_source(tmp_path: Path) -> None:
    run = some_run()
    first = read_vasp(put(tmp_path, "OUTCAR", outcar(run)), SETTINGS)
    second = read_vasp(put(tmp_path, "vasprun.xml", vasprun(run)), SETTINGS)
    assert first[0].labels.source == second[0].labels.source
    assert read_vasp(tmp_path / "OUTCAR", replace(SETTINGS, energy_tolerance_eV=1e-3))[0].labels.source != (
        first[0].labels.source
    )


@KINDS
def test_a_file_cut_anywhere_is_refused_by_name(name: str, text: Text, tmp_path: Path) -> None:
    whole = text(some_run())
    end = whole.rfind("General" if name == "OUTCAR" else "</modeling")
    for cut in np.linspace(1, end, 12).astype(int):
        with pytest.raises(FormatError, match=name) as caught:
            read_vasp(put(tmp_path, name, whole[:cut]), SETTINGS)
        if cut > 400:
            assert isinstance(caught.value, CutFileError)


@KINDS
def test_a_step_that_did_not_converge_is_named(name: str, text: Text, tmp_path: Path) -> None:
    with pytest.raises(NotConverged, match=rf"{name}: .*step 2 of 2.*NELM"):
        read_vasp(put(tmp_path, name, text(unconverged(some_run(), 1))), SETTINGS)


@KINDS
def test_other_settings_are_all_named_at_once(name: str, text: Text, tmp_path: Path) -> None:
    titles = ("PAW_PBE Li 17Jan2003", "PAW_PBE O 08Apr2002")
    other = replace(
        some_run(), encut=400.0, sigma=0.2, ediff=1e-3, ismear=1, gga="PS", metagga="R2SCAN", mesh=(3, 10, 10),
        titles=titles,
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_vasp(put(tmp_path, name, text(other)), SETTINGS)
    for part in (
        "ENCUT is 400, not 500",
        "SIGMA",
        "EDIFF is 0.001, looser than 0.0001",
        "ISMEAR",
        "GGA is PS",
        "METAGGA is on",
        "PAW_PBE Li,",
        "(3, 10, 10)",
    ):
        assert part in str(caught.value)
    assert "PAW_PBE Li_sv" in str(caught.value)


@KINDS
def test_settings_that_are_not_worse_are_taken(name: str, text: Text, tmp_path: Path) -> None:
    finer = replace(some_run(), mesh=(12, 12, 12), ispin=2, ediff=1e-6, gga="--", metagga="--")
    assert len(read_vasp(put(tmp_path, name, text(finer)), SETTINGS)) == 2
    with pytest.raises(InputError, match="ISPIN is 1"):
        read_vasp(put(tmp_path, name, text(some_run())), DftSettings(spin="always"))


@KINDS
def test_without_stress_the_missing_tag_is_named(name: str, text: Text, tmp_path: Path) -> None:
    content = text(some_run()).replace("  in kB ", "  in no ").replace('name="stress"', 'name="other"')
    with pytest.raises(FormatError, match=r"lacks stress.*ISIF"):
        read_vasp(put(tmp_path, name, content), SETTINGS)


@pytest.mark.parametrize("content", ["", "hello\n", "<modeling></modeling>", "vasp.\n", "<a>"])
@pytest.mark.parametrize("name", ["OUTCAR", "vasprun.xml"])
def test_other_files_are_refused_not_misread(name: str, content: str, tmp_path: Path) -> None:
    with pytest.raises(GbglassError, match=name):
        read_vasp(put(tmp_path, name, content), SETTINGS)
    with pytest.raises(InputError, match="there is no file"):
        read_vasp(tmp_path / "absent", SETTINGS)


def test_every_element_of_the_garnets_has_a_paw_set() -> None:
    assert {"Li", "La", "Zr", "O", "Al", "Ga", "Ta", "Nb"} <= set(POTCARS)


def test_an_outcar_that_lists_its_points_is_held_to_their_number(tmp_path: Path) -> None:
    """VASP lists them with how many each stands for; a mesh of its own it prints only for KSPACING."""
    lines = [" Following reciprocal coordinates:", "            Coordinates               Weight"]
    lines += ["  0.000000  0.000000  0.000000      1.000000", "  0.100000  0.000000  0.000000    {}.000000", "", ""]
    text = outcar(some_run())
    mesh = next(line for line in text.splitlines() if "generate k-points" in line)
    for others, is_enough in ((999, True), (63, False)):
        path = put(tmp_path, "OUTCAR", text.replace(mesh, "\n".join(lines).format(others)))
        if is_enough:
            assert len(read_vasp(path, SETTINGS)) == 2
        else:
            with pytest.raises(InputError, match="64 in all"):
                read_vasp(path, SETTINGS)


def test_a_hubbard_u_is_seen(tmp_path: Path) -> None:
    text = outcar(some_run()).replace("   LHFCALC =", " LDA+U is selected, type is set to LDAUTYPE = 2\n   LHFCALC =")
    with pytest.raises(InputError, match="LDAU is on"):
        read_vasp(put(tmp_path, "OUTCAR", text), SETTINGS)
