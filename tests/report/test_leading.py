"""What leads a page: verdicts and three pictures, a case's own answers before them where no claim has a value of it;
no picture is there twice, none is lost, each stands under its own heading.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.build.decorate import LithiumMode
from gbglass.claims.case_record import CaseRecord
from gbglass.report.folder import write_report
from gbglass.report.leading import MOST, split
from gbglass.report.present import present
from gbglass.report.presented import PageFigure
from gbglass.report.verdicts import judge_one_case, one_case_html
from gbglass.studies.kinds import ALL_STUDIES
from tests.claims.test_static import electrons, volts
from tests.report.sample import findings

NAMES = ("discharge", "maps", "places", "surface", "surface-course", "migration", "melted", "polyhedra", "rdf", "msd")


def under_headings(figures: list[PageFigure]) -> dict[str, str]:
    """The heading that a reader sees above each figure."""
    seen, last = {}, ""
    for figure in figures:
        last = figure.heading or last
        seen[figure.name] = last
    return seen


@settings(deadline=None)
@given(st.sampled_from(sorted(ALL_STUDIES)), st.permutations(NAMES), st.sets(st.sampled_from(NAMES)))
def test_figures_move_up_and_keep_their_headings(study: str, order: list[str], goes_on: set[str]) -> None:
    page = [PageFigure(n, "" if n in goes_on and n != order[0] else f"of {n}", "", "<svg>") for n in order]
    leading, rest = split(study, page)
    assert len(leading) <= MOST
    assert sorted(figure.name for figure in (*leading, *rest)) == sorted(order)
    before = under_headings(page)
    assert {figure.name: figure.heading for figure in leading} == {f.name: before[f.name] for f in leading}
    assert under_headings(rest) == {f.name: before[f.name] for f in rest}


def case_page(folder: Path, lithium: LithiumMode) -> str:
    """The page of a boundary whose lithium was placed, or carried along by the cut."""
    write_report(present(replace(findings(), lithium=lithium)), folder)
    return (folder / "report.html").read_text(encoding="utf-8")


def folded_of(page: str) -> str:
    """What a reader sees after a click on the line of the claims that the case cannot answer."""
    (folded,) = re.findall(r"<details><summary>\d+ claims? of the paper that this case.*?</details>", page, re.DOTALL)
    return str(folded)


VERDICTS, PICTURE, ANSWERS, REMARKS = 'id="verdicts"', 'id="figure-excess"', '<div class="answers">', 'class="remarks"'


@pytest.mark.parametrize(
    ("lithium", "order"),
    [
        ("carried", (VERDICTS, '<table class="verdicts">', PICTURE, ANSWERS, REMARKS, "<h2>The structure</h2>")),
        ("placed", (ANSWERS, REMARKS, VERDICTS, PICTURE, "<h2>The structure</h2>")),
    ],
)
def test_a_case_page_opens_with_its_verdicts_and_three_pictures_or_with_its_answers_if_no_claim_has_a_value(
    tmp_path: Path, lithium: LithiumMode, order: tuple[str, ...]
) -> None:
    page = case_page(tmp_path, lithium)
    drawn = re.findall(r'<figure id="figure-([^"]+)"', page)
    assert sorted(drawn) == sorted(figure.name for figure in present(findings()).figures), "none twice, none lost"
    assert drawn[:3] == ["excess", "profile", "region_counts"]
    assert [page.count(mark) for mark in order] == [1] * len(order)
    places = [page.index(mark) for mark in order]
    assert places == sorted(places)


def test_claims_that_a_case_has_no_value_for_are_one_folded_line_with_what_each_needs(tmp_path: Path) -> None:
    page = case_page(tmp_path, "placed")
    folded = folded_of(page)
    assert "6 claims of the paper that this case alone cannot answer</summary>" in folded
    assert re.findall(r"<b>№ (\d+)</b>", folded) == ["1", "2", "3", "4", "5", "6"]
    assert folded.count(" Needs: ") == 6
    assert "No case of a boundary that was cooled and held. Needs: " in folded
    assert "examples/segregation/laptop-cooling.toml" in folded
    assert '<table class="verdicts">' not in page
    assert "What the paper says" not in page, "a heading above nothing that came out"


def test_a_claim_that_a_case_has_a_value_for_stays_in_sight_and_the_others_fold_below_it(tmp_path: Path) -> None:
    page = case_page(tmp_path, "carried")
    (table,) = re.findall(r'<table class="verdicts">.*?</table>', page, re.DOTALL)
    folded = folded_of(page)
    assert re.findall(r'data-label="№">(\d+)<', table) == ["1"]
    assert "one value has no interval" in table
    assert "5 claims of the paper" in folded
    assert re.findall(r"<b>№ (\d+)</b>", folded) == ["2", "3", "4", "5", "6"]
    assert page.index(table) < page.index(folded)


@pytest.mark.parametrize(("case", "number"), [(volts((1.8, 0.9), (1.9, 0.8)), 7), (electrons(1, 1.5, 0.2), 20)])
def test_a_study_of_one_case_shows_its_verdicts_too(case: CaseRecord, number: int) -> None:
    html = one_case_html(judge_one_case(case.results))
    assert f'<td data-label="№">{number}</td>' in html
    assert "Judged by this case alone" in html
    assert "cannot answer" not in html, "nothing to fold"


def test_one_claim_that_a_case_cannot_answer_is_counted_as_one() -> None:
    html = one_case_html(judge_one_case(volts((1.8, 0.9), None).results))
    assert "1 claim of the paper that this case alone cannot answer" in html
    assert "<table" not in html


def test_a_case_that_answers_no_claim_shows_no_empty_table() -> None:
    assert one_case_html(judge_one_case({**volts((1.8, 0.9), (1.9, 0.8)).results, "study": "potential"})) == ""
