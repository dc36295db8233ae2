"""Study files as campaigns: what a case is asked is what its study says, wherever it is read."""

import hashlib
import json
from pathlib import Path

import pytest

from gbglass.errors import StateError
from gbglass.studies.reading import check_study
from gbglass.verbs.campaign import Campaign, WatchedStudy, read_campaign

ROOT = Path(__file__).parents[2]
CARD = """\
kind = "deepmd"
elements = ["Li", "La", "Zr", "O"]
cutoff = 6.0
model = "model.pb"
sha256 = "{sha256}"
"""


def check_what_is_asked(campaign: Campaign) -> None:
    for task, case in zip(campaign.tasks, campaign.study.cases, strict=True):
        asked = json.loads(json.dumps(task.study))
        assert check_study(asked["study"], Path(asked["relative_to"]) / "study.json") == case.spec


@pytest.mark.parametrize("example", sorted((ROOT / "examples").rglob("*.toml")), ids=lambda path: path.name)
def test_a_case_read_from_its_folder_is_the_case_that_was_meant(example: Path, tmp_path: Path) -> None:
    check_what_is_asked(read_campaign(example, tmp_path / "run"))


def swept_potentials(folder: Path) -> Path:
    models = folder / "models"
    models.mkdir()
    (models / "model.pb").write_bytes(b"a graph")
    (models / "mine.toml").write_text(CARD.format(sha256=hashlib.sha256(b"a graph").hexdigest()), encoding="utf-8")
    text = (ROOT / "examples" / "quickstart.toml").read_text(encoding="utf-8")
    study = folder / "study.toml"
    study.write_text(
        f'{text}\n[sweep]\npotential = [{{name = "buckingham-llzo"}}, {{card = "models/mine.toml"}}]\n',
        encoding="utf-8",
    )
    return study


def test_names_of_files_are_relative_to_the_study_wherever_a_case_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = swept_potentials(tmp_path)
    monkeypatch.chdir("/")
    campaign = read_campaign(study, tmp_path / "run")
    check_what_is_asked(campaign)
    assert [case.label for case in campaign.study.cases] == ["name-buckingham-llzo", "card-models-mine.toml"]
    assert len({task.id for task in campaign.tasks}) == 2


def test_another_model_behind_the_same_name_is_another_case(tmp_path: Path) -> None:
    study = swept_potentials(tmp_path)
    before = [task.id for task in read_campaign(study, tmp_path / "run").tasks]
    (tmp_path / "models" / "model.pb").write_bytes(b"another graph")
    card = CARD.format(sha256=hashlib.sha256(b"another graph").hexdigest())
    (tmp_path / "models" / "mine.toml").write_text(card, encoding="utf-8")
    after = [task.id for task in read_campaign(study, tmp_path / "run").tasks]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_study_that_is_saved_while_it_runs_is_noticed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gbglass.verbs.campaign._LOOK_AGAIN_SECONDS", 0.0)
    study = swept_potentials(tmp_path)
    watched = WatchedStudy(study, tmp_path / "run")
    assert len(watched.campaign().tasks) == 2
    assert not watched.has_changed()
    text = study.read_text(encoding="utf-8")
    study.write_text(text + "seed = [1, 2]\n", encoding="utf-8")
    assert watched.has_changed()
    assert len(watched.campaign().tasks) == 4
    assert not watched.has_changed()
    study.write_text("", encoding="utf-8")  # as an editor leaves it for a moment
    assert not watched.has_changed()
    study.write_text(text.replace('name = "quickstart"', 'name = "other"'), encoding="utf-8")
    assert watched.has_changed()
    with pytest.raises(ValueError, match="its name was 'quickstart'"):
        watched.campaign()


def test_a_folder_with_strange_files_is_refused(tmp_path: Path) -> None:
    study, run = swept_potentials(tmp_path), tmp_path / "run"
    run.mkdir()
    assert read_campaign(study, run).tasks
    (run / "thesis.tex").touch()
    with pytest.raises(StateError, match=r"thesis\.tex"):
        read_campaign(study, run)
