"""The three pictures that lead a page: no picture twice, none lost, and every one under its own heading."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.claims.case_record import CaseRecord
from gbglass.report.folder import write_report
from gbglass.report.leading import MOST, split
from gbglass.report.present import present
from gbglass.report.presented import PageFigure
from gbglass.report.verdicts import one_case_html
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


def test_a_case_page_opens_with_verdicts_then_three_pictures_and_shows_none_twice(tmp_path: Path) -> None:
    shown = present(findings())
    write_report(shown, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    drawn = re.findall(r'<figure id="figure-([^"]+)"', page)
    assert sorted(drawn) == sorted(figure.name for figure in shown.figures)
    assert drawn[:3] == ["excess", "profile", "region_counts"]
    places = [page.index(mark) for mark in ('id="verdicts"', 'id="figure-excess"', '<div class="answers">')]
    assert places == sorted(places)


@pytest.mark.parametrize(("case", "number"), [(volts((1.8, 0.9), (1.9, 0.8)), 7), (electrons(1, 1.5, 0.2), 20)])
def test_a_study_of_one_case_shows_its_verdicts_too(case: CaseRecord, number: int) -> None:
    html = one_case_html(case.results)
    assert f'<td data-label="№">{number}</td>' in html
    assert "this case alone" in html


def test_a_case_that_answers_no_claim_shows_no_empty_table() -> None:
    assert one_case_html({**volts((1.8, 0.9), (1.9, 0.8)).results, "study": "potential"}) == ""
