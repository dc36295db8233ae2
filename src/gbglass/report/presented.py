"""A study as people and programs see it: what its page, its files and its terminal show, whatever it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from gbglass.figures.interactive.chart import chart_of
from gbglass.figures.style import to_svg
from gbglass.report.view3d import View
from gbglass.store.tables import Table
from gbglass.studies.findings import RunFindings
from gbglass.studies.static import StaticFindings


@dataclass(frozen=True)
class PageFigure:
    """A figure on the page.

    Parameters
    ----------
    name
        Of its file.
    heading
        Above it; empty if it goes on under the heading before.
    caption
        Below it.
    svg
        What is drawn.
    note
        Below the caption, of what the figure rests on; empty if there is nothing to say.
    chart
        The same as JSON that plotly draws; empty if it would not be the same.

    """

    name: str
    heading: str
    caption: str
    svg: str
    note: str = ""
    chart: str = ""


def page_figure(name: str, heading: str, figure: Figure, caption: str, note: str = "") -> PageFigure:
    """Draw a figure for the page."""
    svg, chart = to_svg(figure), chart_of(figure)
    return PageFigure(name, heading, caption, svg, note, "" if chart is None else chart.text())


@dataclass(frozen=True)
class Answer:
    """One answer of a study, which its page opens with where no claim has a value.

    Parameters
    ----------
    name
        What it is about, such as ``"boundary 1"``.
    verdict
        A word.
    sentence
        The answer.
    more
        What would decide it, if it is not; empty otherwise.
    colour
        Of its card.
    number
        The number that it rests on: its label and its value with error and unit.
    interval
        Where it lies; empty if one sample has none.
    details
        Pairs of a label and a value.
    line
        All of it in one line, for a terminal.

    """

    name: str
    verdict: str
    sentence: str
    more: str
    colour: str
    number: tuple[str, str]
    interval: str
    details: tuple[tuple[str, str], ...]
    line: str


@dataclass(frozen=True)
class Presented:
    """A study as it is shown.

    Parameters
    ----------
    study
        The word of its kind.
    run
        What is known of its run.
    heading
        Of the page.
    answers
        First things first.
    figures
        In the order of the page.
    tables
        Every curve.
    record
        The study's own part of ``results.json``.
    methods
        Paragraphs on the structure and on the analysis; what was run, or done, is written from `run`.
    error_bars
        What the error bars mean.
    view
        The picture that turns; None if there is none.
    view_note
        Below it.

    """

    study: str
    run: RunFindings | StaticFindings
    heading: str
    answers: tuple[Answer, ...]
    figures: tuple[PageFigure, ...]
    tables: tuple[Table, ...]
    record: Mapping[str, Any]
    methods: tuple[str, str]
    error_bars: str
    view: View | None
    view_note: str
