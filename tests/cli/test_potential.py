"""The commands of potentials: mistakes end in one message before anything is begun."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.errors import EngineError, InputError, StateError


def invoke(*words: str) -> BaseException | None:
    """Run a command in this process and return what it raised, which `main` would turn into a message."""
    return CliRunner().invoke(app, ["potential", *words]).exception


def test_help_names_the_commands_and_what_goes_on_after_a_stop() -> None:
    said = CliRunner().invoke(app, ["potential", "--help"]).stdout
    assert all(word in said for word in ("train", "validate", "ask-teacher", "explore"))
    said = CliRunner().invoke(app, ["potential", "train", "--help"]).stdout
    assert "goes on from the last checkpoint" in said


@pytest.mark.parametrize("command", ["train", "ask-teacher"])
def test_a_store_that_is_not_there_is_named(command: str, tmp_path: Path) -> None:
    store = str(tmp_path / "absent")
    words = [store, str(tmp_path / "x")] if command == "train" else [str(tmp_path / "x"), "--store", store]
    caught = invoke(command, *words)
    assert isinstance(caught, StateError | EngineError)
    assert not (tmp_path / "x").exists()


def test_a_potential_that_is_not_there_is_named(tmp_path: Path) -> None:
    caught = invoke("validate", "mine", "--store", str(tmp_path), "--out", str(tmp_path / "x"))
    assert isinstance(caught, InputError)
    assert "buckingham-llzo" in str(caught)
    caught = invoke("validate", str(tmp_path / "mine.toml"), "--store", str(tmp_path), "--out", str(tmp_path / "x"))
    assert "cannot be read" in str(caught)


@pytest.mark.parametrize("option", ["--store", "--dft", "--dft-teacher"])
def test_a_store_to_test_on_that_is_not_there_is_named(option: str, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    caught = invoke("validate", "buckingham-llzo", option, str(absent), "--out", str(tmp_path / "x"))
    assert isinstance(caught, StateError)
    assert f"{absent} is not a folder of labels" in str(caught)
    assert not (tmp_path / "x").exists()


def test_a_search_for_a_melting_point_takes_time(tmp_path: Path) -> None:
    caught = invoke("validate", "buckingham-llzo", "--out", str(tmp_path / "x"), "--hold", "0")
    assert isinstance(caught, InputError)
    assert "hold_ps = 0" in str(caught)


@pytest.mark.parametrize(("option", "value"), [("--members", "0"), ("--members", "17"), ("--steps", "0")])
def test_numbers_that_cannot_be_are_refused_before_anything_is_written(option: str, value: str, tmp_path: Path) -> None:
    caught = invoke("train", str(tmp_path), str(tmp_path / "x"), option, value)
    assert isinstance(caught, InputError | EngineError)
    assert not (tmp_path / "x").exists()


def test_a_loop_that_is_not_there_or_is_wrong_is_named(tmp_path: Path) -> None:
    loop, store = tmp_path / "loop.toml", tmp_path / "store"
    words = ["explore", str(loop), str(store), str(tmp_path / "x")]
    assert "cannot be read" in str(invoke(*words))
    loop.write_text("limit = 0\nlimits = 3\n", encoding="utf-8")
    caught = invoke(*words)
    assert isinstance(caught, InputError)
    assert all(word in str(caught) for word in ("3 mistakes", "limit:", "limits:", "start:"))
    loop.write_text('[[start]]\norigin = "li/bcc 300 K"\ntemperatures_K = [300]\n', encoding="utf-8")
    assert "is not a folder of labels" in str(invoke(*words))
    assert "'iterations'" in str(invoke(*words, "--iterations", "0"))
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(find_spec("deepmd") is not None, reason="it is installed here")
def test_training_without_deepmd_kit_says_how_to_get_it(tmp_path: Path) -> None:
    caught = invoke("train", str(tmp_path), str(tmp_path / "x"))
    assert "gbglass[deepmd]" in str(caught)
