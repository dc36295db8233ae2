"""``gbglass build cell`` and ``build match``: what people and scripts get, and electrolytes from files and runs."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import read, write

from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.cells.cell import CellSpec, Thicknesses
from gbglass.build.cells.wanted import WantedBoundary, boundary_for
from gbglass.errors import InputError
from gbglass.lammps.segments import Segment
from gbglass.verbs.cells import cell, read_electrolyte
from tests.cli.here import gbglass as command

SMALL = ("--llzo-thickness", "6", "--li-thickness", "6", "--lzo-thickness", "9")


@pytest.fixture
def bicrystal(tmp_path: Path) -> Path:
    built = build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 5), np.random.default_rng(1))
    path = tmp_path / "gb.extxyz"
    write(path, built.atoms)
    return path


def test_matches_are_listed_for_people_and_for_scripts() -> None:
    shown = command("build", "match", "--x", "1", "--repeats", "1").stdout
    assert "−0.66, −0.66" in shown
    rows = json.loads(command("build", "match", "--x", "1", "--repeats", "5", "--json").stdout)
    seven = next(row for row in rows if row["repeats"] == [5, 5] and row["angle_degrees"] == pytest.approx(0.0))
    assert seven["misfit"] == pytest.approx([-0.0165, -0.0165], abs=5e-5)
    lithium = json.loads(command("build", "match", "--surface", "bcc-100", "--repeats", "3", "--json").stdout)
    assert any(row["surface_edges_A"] == pytest.approx([38.61, 38.61]) for row in lithium)


def test_what_does_not_fit_is_refused_with_the_best() -> None:
    refused = command("build", "match", "--x", "0", "--repeats", "1")
    assert refused.returncode == 2
    assert "misfit +2.61 %" in refused.stderr


def test_a_cell_is_shown_and_written(tmp_path: Path) -> None:
    out = tmp_path / "cell.extxyz"
    done = command("build", "cell", "cell-0", "--x", "1", *SMALL, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "Interface Li | LLZO" in done.stdout
    atoms = read(out)
    assert isinstance(atoms, Atoms)
    assert set(atoms.get_array("part").tolist()) == {0, 1, 2}
    assert atoms.get_array("held").astype(bool).any()
    ledger = json.loads(command("build", "cell", "cell-0", "--x", "1", *SMALL, "--json").stdout)
    assert ledger["formal_charge"]["value"] == 0.0
    assert ledger["valence"]["Li"]["Li"]["value"] == 0.0
    assert {"LZO at x = 0", "LZO at x = 1"} <= ledger["strain"].keys()


def test_a_boundary_and_its_twin_from_a_file(bicrystal: Path, tmp_path: Path) -> None:
    words = ("build", "cell", "half-gb", "--axis", "1", "0", "0", "--plane", "0", "1", "2", "--layers", "5", *SMALL)
    counts = []
    for number, more in enumerate((("--electrolyte", bicrystal), ("--electrolyte", bicrystal, "--twin"))):
        out = tmp_path / f"{number}.extxyz"
        done = command(*words, *more, "--out", out)
        assert done.returncode == 0, done.stderr
        atoms = read(out)
        assert isinstance(atoms, Atoms)
        counts.append((atoms.get_chemical_formula(), atoms.cell.lengths()[:2].round(6).tolist()))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("cell-9",), "'model' must be one of"),
        (("cell-1", "--axis", "1", "0", "0"), "give --axis and --plane, or neither"),
        (("cell-1",), "cell-1 needs a boundary"),
        (("layer-2", "--axis", "1", "0", "0", "--plane", "0", "1", "2"), "needs an electrolyte"),
        (("cell-0", "--vacuum", "5"), "'vacuum' must be from 15"),
        (("cell-gb", "--electrolyte", "/absent.extxyz"), "there is no file /absent.extxyz"),
    ],
)
def test_what_cannot_be_built_is_refused_with_its_reason(words: tuple[str, ...], says: str) -> None:
    refused = command("build", "cell", *words)
    assert refused.returncode == 2
    assert says in " ".join(refused.stderr.split())


class TestElectrolyte:
    def test_every_format_gives_the_same_structure(self, bicrystal: Path, tmp_path: Path) -> None:
        atoms = read_electrolyte(bicrystal)
        for name, form in (("a.vasp", "vasp"), ("a.cif", "cif"), ("a.data", "lammps-data")):
            path = tmp_path / name
            if form == "lammps-data":
                order = list(dict.fromkeys(atoms.get_chemical_symbols()))
                write(path, atoms, format=form, masses=True, specorder=order, units="metal")
            else:
                write(path, atoms, format=form)
            again = read_electrolyte(path)
            assert again.get_chemical_formula() == atoms.get_chemical_formula()
            assert again.cell.lengths() == pytest.approx(atoms.cell.lengths(), abs=1e-4)

    def test_the_last_frame_of_a_run_is_taken(self, bicrystal: Path, tmp_path: Path) -> None:
        atoms = read_electrolyte(bicrystal)
        run = tmp_path / "run"
        (run / "structure").mkdir(parents=True)
        write(run / "structure" / "built.extxyz", atoms)
        lengths = atoms.cell.lengths() * [1.0, 1.0, 1.01]
        for place, offset in (
            ("2-ramp/segment-0000", 9.0),
            ("3-hold/segment-0000", 5.0),
            ("3-hold/segment-0001", 0.25),
            ("3-hold/segment-0002.failed", 7.0),  # what a try left that blew up
            ("3-hold/segment-0002.partial", 8.0),
            ("1-minimise/segment-0000", 3.0),
            ("set-aside/4-hold-0123456789ab/segment-0000", 6.0),
        ):
            folder = run / "md" / place
            folder.mkdir(parents=True)
            frames = [dump_frame(atoms, lengths, offset + 1.0), dump_frame(atoms, lengths, offset + 2.0)]
            (folder / "frames.lammpstrj").write_text("".join(frames), encoding="utf-8")
            (folder / "end.lammpstrj").write_text(dump_frame(atoms, lengths, offset), encoding="utf-8")
            if not place.endswith("partial"):
                record = Segment(folder, {}, 0, 100, 2, 1.0, {"end.lammpstrj": ""})
                plain = {name: value for name, value in asdict(record).items() if name != "folder"}
                (folder / "done.json").write_text(json.dumps(plain), encoding="utf-8")
        last = read_electrolyte(run)
        assert last.cell.lengths() == pytest.approx(lengths)
        assert last.get_array("grain").tolist() == atoms.get_array("grain").tolist()
        moved = last.positions - atoms.positions - np.array([0.25, 0.0, 0.0])
        moved -= lengths * np.round(moved / lengths)
        assert np.abs(moved).max() < 1e-4

    def test_folders_and_files_without_a_structure_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="is no folder of a run"):
            read_electrolyte(tmp_path)
        (tmp_path / "notes.txt").write_text("no atoms", encoding="utf-8")
        with pytest.raises(InputError, match="cannot be read as a structure"):
            read_electrolyte(tmp_path / "notes.txt")
        write(tmp_path / "free.xyz", Atoms("Li", positions=[[0, 0, 0]]))
        with pytest.raises(InputError, match="holds no periodic structure"):
            read_electrolyte(tmp_path / "free.xyz")
        (tmp_path / "structure").mkdir()
        write(tmp_path / "structure" / "built.extxyz", Atoms("Li", cell=[3, 3, 3], pbc=True))
        with pytest.raises(InputError, match="has no finished segment yet"):
            read_electrolyte(tmp_path)

    def test_it_goes_into_the_cell(self, bicrystal: Path) -> None:
        spec = CellSpec("half-a", thicknesses=Thicknesses(llzo=10.0, lithium=6.0))
        built = cell(spec, seed=3, electrolyte=bicrystal)
        llzo = built.atoms[built.atoms.get_array("part") == 1]
        assert llzo.get_chemical_formula() == read_electrolyte(bicrystal).get_chemical_formula()


def dump_frame(atoms: Atoms, lengths: np.ndarray, offset: float) -> str:
    kinds = {"Li": 1, "La": 2, "Zr": 3, "O": 4}
    rows = [
        f"{number} {kinds[atom.symbol]} {atom.position[0] + offset:.6f} {atom.position[1]:.6f} {atom.position[2]:.6f}"
        for number, atom in enumerate(atoms, start=1)
    ]
    bounds = "".join(f"0.0 {length:.10f}\n" for length in lengths)
    return (
        f"ITEM: UNITS\nmetal\nITEM: TIME\n{1.0 - offset / 100}\nITEM: TIMESTEP\n{round(1000 - offset)}\n"
        f"ITEM: NUMBER OF ATOMS\n{len(atoms)}\nITEM: BOX BOUNDS pp pp pp\n{bounds}"
        "ITEM: ATOMS id type xu yu zu\n" + "\n".join(rows) + "\n"
    )


@pytest.mark.parametrize(("model", "layers"), [("cell-1", 5), ("cell-2", 10), ("half-gb", 10)])
def test_layers_follow_from_the_thickness_of_the_cell(model: str, layers: int) -> None:
    wanted = WantedBoundary((1, 0, 0), (0, 1, 2))
    assert boundary_for(model, wanted, Thicknesses()).layers == layers
    assert boundary_for(model, WantedBoundary((1, 0, 0), (0, 1, 2), 7), Thicknesses()).layers == 7
    if model == "cell-1":
        assert boundary_for(model, wanted, Thicknesses(), boundaries=1).layers == 10


CARD = """
elements = ["Li", "La", "Zr", "O"]
cutoff = 6.0
pair_style = ["lj/cut", "6.0"]
pair_coeff = [["*", "*", "0.1", "2.5"]]
lattice = [
    { of = "LLZO", temperature_K = 300, a = 12.90 }, { of = "LLZO", temperature_K = 900, a = 13.20 },
    { of = "LiZr2O4", temperature_K = 300, a = 9.00 }, { of = "LiZr2O4", temperature_K = 900, a = 9.06 },
    { of = "Zr2O4", temperature_K = 300, a = 9.20 }, { of = "Zr2O4", temperature_K = 900, a = 9.32 },
    { of = "Li", temperature_K = 300, a = 3.50 },
]
"""


class TestLatticesOfAPotential:
    def test_all_parts_are_built_at_the_temperature_of_the_run(self, tmp_path: Path) -> None:
        card, out = tmp_path / "model.toml", tmp_path / "cell.extxyz"
        card.write_text(CARD, encoding="utf-8")
        done = command(
            "build", "cell", "cell-0", *SMALL, "--x", "1", "--potential", card, "--temperature", "600",
            "--strain-limit", "0.03", "--out", out, "--json",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        built = read(out)
        assert isinstance(built, Atoms)
        edges = built.cell.lengths()[:2] / 13.05
        assert edges == pytest.approx(np.round(edges), abs=1e-9)
        lzo = [one["value"] for one in json.loads(done.stdout)["strain"]["LZO at x = 1"]]
        # Turned by 45 degrees, sqrt(2) of 9.03 Å lie on 13.05 Å.
        assert lzo[:2] == pytest.approx([13.05 / (9.03 * 2**0.5) - 1.0] * 2, abs=1e-6)

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (("--temperature", "600"), "give --potential and --temperature, or neither"),
            (("--potential", "CARD"), "give --potential and --temperature, or neither"),
            (("--potential", "CARD", "--temperature", "950"), "from 300 to 900 K, not at 950 K"),
            (("--potential", "buckingham-llzo", "--temperature", "300"), "known at no temperature"),
            (("--potential", "CARD", "--temperature", "600", "--a-full", "9.1"), "leave out --a-full"),
        ],
    )
    def test_what_is_not_known_is_not_guessed(self, tmp_path: Path, options: tuple[str, ...], says: str) -> None:
        (tmp_path / "model.toml").write_text(CARD, encoding="utf-8")
        words = [str(tmp_path / "model.toml") if word == "CARD" else word for word in options]
        refused = command("build", "cell", "cell-0", *SMALL, *words)
        assert refused.returncode == 2
        assert says in " ".join(refused.stderr.split())
