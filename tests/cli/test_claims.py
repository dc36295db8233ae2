"""``gbglass claims`` and ``gbglass reproduce`` as they are typed: the list, verdicts, wrong input."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.errors import InputError
from tests.report.test_verdicts import campaign


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_the_list_says_each_rule_its_date_and_which_claims_have_none() -> None:
    shown = said("claims")
    assert "Spearman" in shown
    assert "2026-11-27" in shown
    listed = {claim["number"] for claim in json.loads(said("claims", "--json"))}
    missing = sorted(set(range(1, 21)) - listed)
    assert ("of the 20 claims yet" in shown) == bool(missing)


def test_folders_are_judged(tmp_path: Path) -> None:
    campaign(tmp_path / "pulls")
    shown = said("claims", str(tmp_path))
    assert "reproduced" in shown
    assert "claims: 1 reproduced" in shown
    assert "<b>mine</b>" in shown
    (verdict,) = json.loads(said("claims", str(tmp_path), "--json"))
    assert verdict["verdict"] == "reproduced"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("claims", "absent"), "there is no folder absent"),
        (("reproduce", "--size", "huge"), "must be one of minimal, laptop, full"),
        (("reproduce", "--examples", "absent"), "there is no folder absent"),
    ],
)
def test_wrong_input_is_one_clear_message(
    words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, list(words))
    assert isinstance(done.exception, InputError)
    assert message in str(done.exception)
