"""The verdict table: first on the page, in CSV and JSON, escaped, alive in a browser; old results are counted."""

import csv
import json
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.core.results import Estimate
from gbglass.errors import InputError
from gbglass.report.campaign import CampaignOutcome, CaseResult, write_campaign
from gbglass.report.records import estimate_record, quantity, series_record
from gbglass.report.reproduction import Reproduction, StudyOutcome, write_reproduction
from gbglass.verbs.claims import judge
from tests.claims.made import RUN, made
from tests.report.browser import browse, needs_browser, printed, said_by

EXAMPLES = Path(__file__).parents[2] / "examples"
POTENTIAL = "<b>mine</b>"
STRAIN = np.linspace(0.0, 0.3, 31)
MODULUS = estimate_record(Estimate(100.0, "GPa", 5.0, 1.0, 40, 20.0, (98.0, 102.0)))


def pulled(seed: int, at_break: float, *, melts: bool) -> Mapping[str, Any]:
    """Results of a pull, as a finished case leaves them."""
    strain = {"kind": "strain", "temperature_K": 300.0, "to_strain": 0.3, "rate_per_ps": 0.001, "lateral": "free"}
    shells = [{"kind": "shell", "position": at, "within_A": 5.0} for at in (0.0, 0.5)]
    stages = [{"kind": "melt_region", "region": {"kind": "union", "of": shells}}, strain] if melts else [strain]
    unit = {name: quantity(1.0, "1") for name in ("strength", "strain_at_peak", "work_of_fracture", "strain_rate")}
    found = {
        "title": "Σ3(112)[1-10]",
        "answers": [{"name": "it", "verdict": "breaks", "line": "it breaks"}],
        "potential": {"name": POTENTIAL, "checksum": "b" * 64},
        "stages": stages,
        "glassy": quantity(0.4 if melts else 0.1, "1"),
        "length": quantity(100.0, "Å"),
        "seeds": {"study": seed},
        "ledger": {"boundaries": [{"position": quantity(at, "cell lengths")} for at in (0.0, 0.5)]},
        "stress_strain": {
            **unit,
            "curve": {"strain": series_record(STRAIN, "1"), "stress": series_record(30 * STRAIN, "GPa")},
            "strain_at_break": quantity(at_break, "1"),
            "modulus": MODULUS,
        },
    }
    asked = {"model": {"boundary": {"plane": [1, 1, 2]}}, "run": RUN, "stage": stages}
    return made("mechanics", seed, asked, found, kelvin=300.0).results


def campaign(folder: Path, *, late: float = 0.15, seeds: tuple[int, ...] = (1, 2, 3)) -> CampaignOutcome:
    """Finished cases in a folder: a boundary and its glass, pulled apart."""
    cases = []
    for seed in seeds:
        for melts in (False, True):
            place = folder / "cases" / f"seed-{seed}-{melts}"
            place.mkdir(parents=True)
            results = pulled(seed, (late if melts else 0.08) + 0.001 * seed, melts=melts)
            (place / "results.json").write_text(json.dumps(results), encoding="utf-8")
            (place / "done.json").write_text("{}", encoding="utf-8")
            cases.append(CaseResult(place.name, {"seed": seed, "melts": melts}, "done", place, ("it breaks",)))
    return CampaignOutcome("pulls", folder, tuple(cases))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_campaign(campaign(tmp_path / "pulls"))
    return tmp_path / "pulls"


def test_page_record_and_table_open_with_the_verdicts(written: Path) -> None:
    page = (written / "report.html").read_text(encoding="utf-8")
    assert page.index('id="verdicts"') < page.index("<h2>Cases</h2>")
    assert ">reproduced</span>" in page
    assert POTENTIAL not in page
    assert "&lt;b&gt;mine" in page
    record = json.loads((written / "campaign.json").read_text(encoding="utf-8"))
    assert next(iter(record)) == "verdicts"
    (verdict,) = record["verdicts"]
    assert (verdict["claim"]["number"], verdict["verdict"], verdict["potentials"]) == (19, "reproduced", [POTENTIAL])
    assert verdict["effects"][0]["mean"]["value"] == pytest.approx(0.082)
    assert verdict["effects"][0]["by_seed"]["3"] == {"value": 0.083, "unit": "1"}
    assert verdict["atom_steps"]["value"] == 6 * 768 * 100_000
    rows = list(csv.DictReader(StringIO((written / "verdicts.csv").read_text(encoding="utf-8"))))
    assert [row["verdict"] for row in rows] == ["reproduced", "reproduced"]
    assert float(rows[0]["high_95"]) < 0.1 < float(rows[1]["low_95"]) + 0.1


def test_what_is_undecided_says_what_it_needs(tmp_path: Path) -> None:
    write_campaign(campaign(tmp_path, seeds=(1, 2)))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "2 seeds, 3 are needed" in page
    assert "Needs: 1 more seed: 0.2 ns × 768 atoms" in page


def test_old_results_are_left_out_and_counted(tmp_path: Path) -> None:
    outcome = campaign(tmp_path)
    results = json.loads((outcome.cases[0].folder / "results.json").read_text(encoding="utf-8"))
    del results["asked"]
    (outcome.cases[0].folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    write_campaign(outcome)
    assert "1 finished case was left out" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_several_folders_are_pooled_and_a_case_in_two_counts_once(tmp_path: Path) -> None:
    campaign(tmp_path / "a", seeds=(1, 2))
    campaign(tmp_path / "b", seeds=(2, 3))
    (found,) = judge([tmp_path / "a", tmp_path / "b"]).judgements
    assert (found.verdict, found.n_seeds, found.n_cases) == ("reproduced", 3, 6)
    (alone,) = judge([tmp_path / "a"]).judgements
    assert alone.verdict == "undecided"
    assert judge([tmp_path]).judgements == (found,)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no finished case"):
        judge([tmp_path / "empty"])
    with pytest.raises(InputError, match="there is no folder"):
        judge([tmp_path / "absent"])


def reproduction(folder: Path) -> Reproduction:
    outcome = campaign(folder / "mechanics", late=0.05)
    write_campaign(outcome)
    studies = (
        StudyOutcome("segregation", "s.toml", None, "the potential <i>x</i> is missing"),
        StudyOutcome("mechanics", "m.toml", outcome),
        StudyOutcome("transport", "t.toml", None),
    )
    return Reproduction("minimal", folder, studies)


def test_one_page_for_all_studies_links_to_theirs(tmp_path: Path) -> None:
    found = reproduction(tmp_path)
    write_reproduction(found)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'href="mechanics/report.html"' in page
    assert 'href="segregation/report.html"' not in page
    assert ">contradicted</span>" in page
    assert "&lt;i&gt;x" in page
    assert [study.state for study in found.studies] == ["failed", "6 of 6 cases done", "to do"]
    assert found.has_failed
    assert all(f'data-label="№">{number}<' in page for number in range(1, 21)), "those without cases too"
    assert "cannot answer" not in page, "only a page of one case folds claims away"
    record = json.loads((tmp_path / "reproduce.json").read_text(encoding="utf-8"))
    assert [study["state"] for study in record["studies"]] == ["failed", "6 of 6 cases done", "to do"]


def test_the_page_of_all_lists_every_claim_and_what_would_decide_it(tmp_path: Path) -> None:
    found = reproduction(tmp_path).verdicts()
    assert sorted({one.claim.number for one in found.judgements}) == list(range(1, 21))
    absent = [one for one in found.judgements if one.n_cases == 0]
    assert len(absent) == 19
    for one in absent:
        assert (one.verdict, one.atom_steps) == ("undecided", 0)
        assert any((EXAMPLES / file).is_file() for file in re.findall(r"examples/(\S+\.toml)", one.needed)), one.needed
    named = [one for one in found.judgements if one.claim.number == 19]
    assert [one.verdict for one in named] == [one.verdict for one in judge([tmp_path]).judgements]


@needs_browser
def test_pages_with_verdicts_are_silent_and_fit_a_phone(tmp_path: Path) -> None:
    write_reproduction(reproduction(tmp_path))
    for page in (tmp_path / "report.html", tmp_path / "mechanics" / "report.html"):
        picture = tmp_path / f"{page.parent.name}.png"
        for size in ("1100,1400", "390,1600"):
            seen = browse(page, f"--window-size={size}", f"--screenshot={picture}")
            assert said_by(seen) == []
            assert picture.stat().st_size > 10_000


@needs_browser
def test_what_is_folded_away_is_printed(tmp_path: Path) -> None:
    """Paper cannot be clicked: as many words are printed of a page as of one with everything unfolded."""
    write_campaign(campaign(tmp_path))
    folded = tmp_path / "report.html"
    text = folded.read_text(encoding="utf-8")
    assert "<details>" in text
    unfolded = tmp_path / "unfolded.html"
    unfolded.write_text(text.replace("<details>", "<details open>"), encoding="utf-8")
    words = [len(re.findall(rb"T[jJ]\b", printed(page))) for page in (folded, unfolded)]
    assert words[0] == words[1] > 100
