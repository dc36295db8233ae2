"""Numbers by model: means over seeds with Student's interval, none of one seed, and always with the potential."""

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from gbglass.report.campaign import write_campaign
from gbglass.report.model_table import model_rows, models_csv, models_html
from gbglass.report.present import campaign_rows
from gbglass.report.records import quantity
from gbglass.report.run import results_record
from tests.report.sample import shown
from tests.report.test_verdicts import POTENTIAL, campaign, pulled

BREAKS = (0.05, 0.08, 0.14)


def seeds(n: int) -> list[Mapping[str, Any]]:
    return [pulled(seed, at, melts=False) for seed, at in enumerate(BREAKS[:n], start=1)]


def test_a_number_is_the_mean_over_seeds_with_students_interval() -> None:
    (row,) = model_rows(seeds(3))
    mean = row.means["strain at break (1)"]
    low, high = t.interval(0.95, 2, loc=np.mean(BREAKS), scale=np.std(BREAKS, ddof=1) / np.sqrt(3))
    assert (row.n_seeds, row.potential, mean.unit) == (3, POTENTIAL, "1")
    assert (mean.value, *mean.interval) == pytest.approx((np.mean(BREAKS), low, high))
    assert not [name for name in row.means if name.startswith(("standard error", "95 %"))], "those are of one case"
    (line,) = [one for one in csv.DictReader(StringIO(models_csv([row]))) if one["quantity"] == "strain at break (1)"]
    assert [float(line[key]) for key in ("mean", "low_95", "high_95")] == [mean.value, *mean.interval]
    assert "0.09 (-0.0238 to 0.204)".replace("-", "−") in models_html([row])


def test_one_seed_has_a_value_without_an_interval_and_a_case_twice_is_one_seed() -> None:
    for cases in (seeds(1), seeds(1) * 2):
        (row,) = model_rows(cases)
        assert row.n_seeds == 1
        (line,) = [one for one in csv.DictReader(StringIO(models_csv([row]))) if "break" in one["quantity"]]
        assert (line["mean"], line["low_95"], line["high_95"], line["seeds"]) == ("0.05", "", "", "1")
        assert '<td class="whole">0.05</td>' in models_html([row])


def test_a_number_that_some_seeds_lack_says_of_how_many_it_is() -> None:
    cases = [json.loads(json.dumps(case)) for case in seeds(3)]
    cases[0]["stress_strain"]["strain_at_break"] = quantity(float("nan"), "1")
    (row,) = model_rows(cases)
    assert (row.n_seeds, row.means["strain at break (1)"].n_frames) == (3, 2)
    assert ", 2 of them</td>" in models_html([row])


def test_models_potentials_and_boundaries_have_rows_of_their_own() -> None:
    case = results_record(shown())
    other = {**case, "potential": {"name": "other"}}
    rows = model_rows([case, other])
    assert len({row.model for row in rows}) == 4
    assert [row.potential for row in rows] == ["buckingham-llzo"] * 2 + ["other"] * 2
    assert all(f"boundary {number}" in row.model for number, row in zip((1, 2, 1, 2), rows, strict=True))
    excess = [boundary["gibbs_excess"]["value"] for boundary in case["boundaries"]]
    assert [row.means["Li excess (atoms/nm²)"].value for row in rows] == excess * 2
    assert all(name.endswith(")") and " (" in name for row in rows for name in row.means), "each has its unit"
    assert len(campaign_rows(case)) == 2


def test_the_page_has_the_table_and_all_tables_name_the_potential(tmp_path: Path) -> None:
    outcome = campaign(tmp_path)
    waiting = replace(outcome.cases[0], state="new", answers=(), folder=tmp_path / "cases" / "not-there")
    write_campaign(replace(outcome, cases=(*outcome.cases, waiting)))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.index('id="verdicts"') < page.index("<h2>By model</h2>") < page.index("<h2>Cases</h2>")
    assert POTENTIAL not in page
    for name in ("models.csv", "verdicts.csv"):
        rows = list(csv.DictReader(StringIO((tmp_path / name).read_text(encoding="utf-8"))))
        assert {row["potential"] for row in rows} == {POTENTIAL}, name
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        assert [row["potential"] for row in csv.DictReader(file)] == [POTENTIAL] * 6 + [""]
    write_campaign(replace(outcome, cases=(waiting,)))
    assert "<h2>By model</h2>" not in (tmp_path / "report.html").read_text(encoding="utf-8")
