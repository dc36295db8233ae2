"""``gbglass potential select`` from a store and a file to a file; the same again with the kept measure."""

import json
from pathlib import Path

import pytest
from ase import Atoms
from ase.build import bulk
from ase.io import read, write
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.errors import FormatError, InputError, StateError
from gbglass.learning.selection.coverage import make_measure
from gbglass.learning.selection.measure_file import load_measure, save_measure
from gbglass.verbs.selection import select_structures
from tests.example_files import copper, write_copper_store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    write_copper_store(tmp_path / "store")
    return tmp_path / "store"


def test_the_far_ones_are_chosen_and_written_with_their_numbers(store: Path, tmp_path: Path) -> None:
    fresh, out = tmp_path / "fresh.extxyz", tmp_path / "chosen.extxyz"
    candidates = [copper(100), copper(101, 4.2), copper(102), copper(103, 3.1)]
    write(fresh, candidates)
    words = ["potential", "select", str(store), str(fresh), "--out", str(out), "--json"]
    first = json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout)
    assert set(first["chosen"]) == {1, 3}
    assert first["coverage_after"]["Cu"] > first["coverage_before"]["Cu"]
    chosen = read(out, index=":")
    assert [atoms.info["candidate"] for atoms in chosen] == first["chosen"]
    for atoms in chosen:
        assert_allclose(atoms.positions, candidates[atoms.info["candidate"]].positions, atol=1e-7)
    again = json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout)
    assert again == first
    assert "covered" in CliRunner().invoke(app, words[:-1], catch_exceptions=False).stdout


def test_a_kept_measure_is_the_same(tmp_path: Path) -> None:
    training = [copper(number) for number in range(5)]
    measure = make_measure(training)
    save_measure(measure, tmp_path / "measure.npz")
    back = load_measure(tmp_path / "measure.npz")
    assert back.species == measure.species
    assert_allclose(back.place(training)["Cu"].points, measure.place(training)["Cu"].points, rtol=0, atol=0)


def test_mistakes_are_named_and_nothing_is_written(store: Path, tmp_path: Path) -> None:
    fresh, out = tmp_path / "fresh.extxyz", tmp_path / "chosen.extxyz"
    with pytest.raises(StateError, match="not a folder of labels"):
        select_structures(tmp_path / "absent", fresh, out, 1)
    with pytest.raises(InputError, match="no file"):
        select_structures(store, fresh, out, 1)
    fresh.write_text("2\nnot extxyz\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"fresh\.extxyz"):
        select_structures(store, fresh, out, 1)
    write(fresh, [copper(1), Atoms("Cu")])
    with pytest.raises(InputError, match="structures 1 are not periodic"):
        select_structures(store, fresh, out, 1)
    write(fresh, bulk("Li"))
    with pytest.raises(InputError, match="Li"):
        select_structures(store, fresh, out, 1)
    (tmp_path / "measure.npz").write_bytes(b"something else")
    with pytest.raises(StateError, match="not a measure"):
        select_structures(store, _written(fresh), out, 1, tmp_path / "measure.npz")
    assert not out.exists()
    assert not (tmp_path / "coverage-measure.npz").exists()


def _written(path: Path) -> Path:
    write(path, copper(1))
    return path
