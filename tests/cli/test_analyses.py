"""``gbglass analyse`` and ``gbglass export``: what people and scripts get, and what is asked for."""

import json
from pathlib import Path

import pytest

from tests.cli.here import gbglass as command
from tests.verbs.test_trajectories import dump_text


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "traj.dump"
    path.write_text(dump_text("id type xu yu zu", times=False))
    return path


def test_a_dump_without_elements_and_times_is_asked_for_both(dump: Path) -> None:
    out = dump.with_name("out")
    done = command("analyse", dump, "--out", out)
    assert done.returncode == 2
    assert "--structure gb.data" in done.stderr
    done = command("analyse", dump, "--elements", "Li La Zr O", "--out", out)
    assert done.returncode == 2
    assert "--timestep-fs" in done.stderr
    assert not out.exists()


def test_numbers_are_shown_to_people_and_given_to_scripts(dump: Path) -> None:
    words = ("--elements", "Li La Zr O", "--timestep-fs", "2", "--quantity", "rdf", "--from", "0.5", "--every", "4")
    done = command("analyse", dump, *words, "--out", dump.with_name("one"))
    assert done.returncode == 0, done.stderr
    assert "rdf: Li-O onset" in done.stdout
    record = json.loads(command("analyse", dump, *words, "--out", dump.with_name("two"), "--json").stdout)
    assert record["frames"] == 5
    assert record["quantities"]["rdf"]["Li-O"]["onset"]["unit"] == "Å"
    assert (dump.with_name("two") / "figures" / "rdf.svg").is_file()


def test_elements_may_have_commas_and_are_doubted_when_they_are_not_neutral(dump: Path) -> None:
    words = ("--timestep-fs", "2", "--quantity", "rdf")
    right = command("analyse", dump, *words, "--elements", "Li,La,Zr,O", "--out", dump.with_name("right"))
    assert "frames of Li2 La1 Zr1 O3" in right.stdout
    wrong = command("analyse", dump, *words, "--elements", "Zr La Li O", "--out", dump.with_name("wrong"), "--json")
    record = json.loads(wrong.stdout)
    assert record["atoms"] == {"Zr": 2, "La": 1, "Li": 1, "O": 3}
    assert "add up to +6 e; is that the order of the types?" in record["remarks"][0]


def test_what_is_asked_for_stands_on_the_first_line_of_the_answer(dump: Path) -> None:
    done = command("analyse", dump, "--elements", "Li La Zr O", "--out", dump.with_name("out"))
    assert done.stderr.startswith("gbglass: ")


def test_export_says_what_it_wrote(dump: Path) -> None:
    words = ("export", dump, "--elements", "Li La Zr O", "--timestep-fs", "2", "--to", "0.3")
    done = command(*words, "--out", dump.with_name("part.h5md"), "--json")
    assert json.loads(done.stdout) == {"file": str(dump.with_name("part.h5md")), "frames": 4}
    done = command(*words, "--out", dump.with_name("part.h5md"))
    assert done.returncode == 1
    assert "exists already" in done.stderr
