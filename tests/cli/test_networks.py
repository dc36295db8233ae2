"""``gbglass build polycrystal`` and ``build network``: what people and scripts get, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import read

from gbglass.errors import InputError
from gbglass.verbs.networks import read_angles
from tests.cli.here import gbglass as command


def test_a_polycrystal_is_shown_and_written(tmp_path: Path) -> None:
    out = tmp_path / "poly.extxyz"
    done = command("build", "polycrystal", "--grains", "3", "--size", "40", "42", "38", "--seed", "2", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "polycrystal of 3 grains" in done.stdout
    assert "nm² of boundary" in done.stdout
    assert "disorientation (°)" in done.stdout
    atoms = read(out)
    assert isinstance(atoms, Atoms)
    assert sorted(np.unique(atoms.get_array("grain")).tolist()) == [1, 2, 3]
    np.testing.assert_allclose(atoms.cell.lengths(), [40.0, 42.0, 38.0])


def test_a_network_is_an_account_for_scripts_and_the_same_again() -> None:
    words = ("build", "network", "--axis", "1", "1", "0", "--angles", "0,35,-35", "--size", "60", "50", "--json")
    ledger = json.loads(command(*words).stdout)
    assert ledger["formal_charge"]["value"] == 0.0
    assert ledger["intact_octahedra"]["value"] == 100.0
    assert json.loads(command(*words).stdout) == ledger
    assert [grain["grain"] for grain in ledger["grains"]] == [1, 2, 3]
    turns = np.array([grain["orientation"] for grain in ledger["grains"]])
    along = turns @ np.array([1.0, 1.0, 0.0]) / np.sqrt(2.0)
    np.testing.assert_allclose(along, np.tile([1.0, 0.0, 0.0], (3, 1)), atol=1e-12)
    angles = {tuple(pair["grains"]): pair["angle_degrees"] for pair in ledger["grain_boundaries"]}
    assert angles[1, 2] == pytest.approx(35.0)
    bare = json.loads(command(*words, "--fewest-removed").stdout)
    assert bare["removed"]["La"]["value"] < ledger["removed"]["La"]["value"]


def test_another_crystal_is_named() -> None:
    words = ("--grains", "2", "--size", "30", "30", "30", "--crystal", "lizr2o4", "--json")
    ledger = json.loads(command("build", "polycrystal", *words).stdout)
    assert ledger["formal_charge"]["value"] == 0.0
    assert ledger["atoms"]["Zr"]["value"] == 2 * ledger["atoms"]["Li"]["value"]


def test_what_cannot_be_built_is_refused_with_its_reason() -> None:
    crowded = command("build", "polycrystal", "--grains", "90", "--size", "30", "30", "30")
    assert crowded.returncode == 2
    assert "90 grains have no room 10.0 Å apart" in crowded.stderr
    words = command("build", "network", "--axis", "1", "0", "0", "--angles", "0,x", "--size", "40", "40")
    assert words.returncode == 2
    assert "'angles' must be numbers" in words.stderr


@pytest.mark.parametrize(("text", "angles"), [("0,20,45", (0, 20, 45)), ("0 -20.5", (0, -20.5)), ("", ())])
def test_angles_are_read_with_commas_or_spaces(text: str, angles: tuple[float, ...]) -> None:
    assert read_angles(text) == angles


def test_words_are_no_angles() -> None:
    with pytest.raises(InputError, match="such as 0,20,45; got 'ten'"):
        read_angles("ten")
