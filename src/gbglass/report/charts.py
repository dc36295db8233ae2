"""Figures that a reader can hover over: their numbers on the page, drawn by plotly's script once somebody asks."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup
from plotly.offline import get_plotlyjs

from gbglass.report.presented import PageFigure

ROOM = 600_000
"""That the numbers of all charts may take on a page, which is to stay below 10 MB [bytes]."""

_BUTTON = '<button type="button" class="to-chart" hidden>interactive</button>'
"""Hidden until the page's script shows it: without JavaScript there is nothing behind it."""


def within_room(figures: Sequence[PageFigure], room: int = ROOM) -> list[PageFigure]:
    """Leave charts out, those with most numbers first, until the others fit on a page; no figure itself is left out.

    Parameters
    ----------
    figures
        Of a page.
    room
        For all [bytes].

    Examples
    --------
    >>> page = [PageFigure("few", "", "", "", chart="{}"), PageFigure("many", "", "", "", chart="[1, 2, 3]")]
    >>> [figure.chart for figure in within_room(page, room=5)]
    ['{}', '']

    """
    kept, taken = set(), 0
    for figure in sorted(figures, key=lambda one: len(one.chart)):
        taken += len(figure.chart)
        kept |= {figure.name} if taken <= room else set()
    return [figure if figure.name in kept else replace(figure, chart="") for figure in figures]


def chart_html(figure: PageFigure) -> Markup:
    """Write what stands in a figure below its drawing: its numbers and the button that draws them, if it has any."""
    if not figure.chart:
        return Markup()
    data = figure.chart.replace("<", "\\u003c")  # nothing of a user's text can end the script element
    return Markup(f'<script class="chart-data" type="application/json">{data}</script>{_BUTTON}')  # noqa: S704


def plotly_waiting() -> str:
    """Return plotly's script in an element that is not run: a page without a structure opens as fast as without it."""
    return f'<script id="plotly-waiting" type="text/plain">{get_plotlyjs()}</script>'
