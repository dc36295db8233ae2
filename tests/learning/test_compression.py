"""A model is compressed once, whole or not at all; what is not to be compressed is left alone."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gbglass.core.packaged import load_potential
from gbglass.errors import EngineError
from gbglass.learning.compression import compressed_model, fast_potential
from gbglass.learning.deepmd_kit import DeepmdKit

STAND_IN = """\
#!{python}
import sys
from pathlib import Path
words = sys.argv[1:]
if Path(words[2]).read_text() == "broken":
    Path(words[4]).write_text("half")
    sys.exit("cannot")
Path(words[4]).write_text("fast " + Path(words[2]).read_text())
"""


@pytest.fixture
def kit(tmp_path: Path) -> DeepmdKit:
    program = tmp_path / "dp"
    program.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    return DeepmdKit(program, "stand-in 1")


def test_a_model_is_compressed_once(kit: DeepmdKit, tmp_path: Path) -> None:
    model, told = tmp_path / "m.pb", list[str]()
    model.write_text("model", encoding="utf-8")
    first = compressed_model(kit, model, tmp_path / "cache", told.append)
    assert first.read_text(encoding="utf-8") == "fast model"
    assert compressed_model(kit, model, tmp_path / "cache", told.append) == first
    assert told == ["compressing m.pb, once on this machine"]


def test_another_model_or_another_program_is_another_file(kit: DeepmdKit, tmp_path: Path) -> None:
    model, cache = tmp_path / "m.pb", tmp_path / "cache"
    model.write_text("model", encoding="utf-8")
    first = compressed_model(kit, model, cache, print)
    newer = compressed_model(replace(kit, version="stand-in 2"), model, cache, print)
    model.write_text("other model", encoding="utf-8")
    assert len({first, newer, compressed_model(kit, model, cache, print)}) == 3


def test_a_failure_leaves_nothing_that_looks_finished(kit: DeepmdKit, tmp_path: Path) -> None:
    model, cache = tmp_path / "m.pb", tmp_path / "cache"
    model.write_text("broken", encoding="utf-8")
    with pytest.raises(EngineError, match=r"dp compress failed(.|\n)*cannot"):
        compressed_model(kit, model, cache, print)
    assert list(cache.iterdir()) == []


def test_a_potential_without_such_a_model_is_left_alone(tmp_path: Path) -> None:
    told: list[str] = []
    potential = load_potential("buckingham-llzo")
    assert fast_potential(potential, told.append, tmp_path) is potential
    assert told == []
