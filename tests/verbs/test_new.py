"""Study files to start from: they are read as they stand, and so is each key that they only mention."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from gbglass.errors import InputError, StateError
from gbglass.studies.kinds import STUDIES
from gbglass.studies.reading import check_study
from gbglass.studies.start import start_text
from gbglass.studies.tables import RunSettings
from gbglass.verbs.new import new
from tests.end_to_end.conftest import gbglass

CARD = """
elements = ["Li", "La", "Zr", "O"]
pair_style = ["zbl", "1.0", "1.8"]
pair_coeff = [["1", "1", "3", "3"], ["1", "2", "3", "57"], ["1", "3", "3", "40"], ["1", "4", "3", "8"],
    ["2", "2", "57", "57"], ["2", "3", "57", "40"], ["2", "4", "57", "8"],
    ["3", "3", "40", "40"], ["3", "4", "40", "8"], ["4", "4", "8", "8"]]
cutoff = 1.8
"""


@pytest.mark.parametrize("kind", sorted(STUDIES))
def test_each_study_can_be_begun_and_says_what_its_keys_mean(kind: str, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    card = tmp_path / "models" / "soft.toml"
    card.write_text(CARD, encoding="utf-8")
    out = new(kind, tmp_path / "mine.toml", str(card))
    text = out.read_text(encoding="utf-8")
    spec = check_study(tomllib.loads(text), out)
    assert (spec.study, spec.name, spec.seed) == (kind, "mine", 1)
    assert spec.potential.load().cutoff == 1.8
    for field in RunSettings.model_fields.values():
        assert field.description is None or f"# {field.description}" in text


@pytest.mark.parametrize("kind", ["segregation", "transport", "mechanics"])
def test_what_stands_in_a_comment_is_what_is_done_without_it(kind: str) -> None:
    text = start_text(kind, {"name": "buckingham-llzo"})
    said = re.sub(r"^# (\w+ = (?!\.\.\.))", r"\1", text, flags=re.MULTILINE)
    assert said != text
    assert check_study(tomllib.loads(said)) == check_study(tomllib.loads(text))


def test_nothing_is_written_over_and_nothing_that_cannot_run(tmp_path: Path) -> None:
    there = tmp_path / "there.toml"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(StateError, match="exists already"):
        new("segregation", there)
    assert there.read_text(encoding="utf-8") == "mine"
    for study, potential, says in (
        ("discharge", "buckingham-llzo", "knows lithium metal"),
        ("dischrge", "buckingham-llzo", "must be one of"),
        ("segregation", "morse", "potential"),
        ("segregation", "absent.toml", "cannot be read"),
    ):
        with pytest.raises(InputError, match=says):
            new(study, tmp_path / "new.toml", potential)
    assert not (tmp_path / "new.toml").exists()


def test_a_study_that_was_begun_can_be_planned(tmp_path: Path) -> None:
    begun = gbglass("new", "segregation", "mine.toml", cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    planned = gbglass("plan", "mine.toml", "--no-probe", "--json", cwd=tmp_path)
    (case,) = json.loads(planned.stdout)["cases"]
    assert case["n_atoms"] == 1728
