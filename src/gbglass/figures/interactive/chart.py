"""A whole figure as a chart: its panels where they were, on axes of their own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec

from gbglass.core.arrays import FloatArray
from gbglass.figures.interactive.artists import annotations, drawn_in
from gbglass.figures.interactive.legend import named
from gbglass.figures.interactive.numbers import NotUnderstoodError
from gbglass.figures.interactive.panel import Panel, axis_layout
from gbglass.figures.interactive.words import plotly_text

_PIXELS_PER_INCH = 100.0
"""Of a page between a telephone and a desk: gaps between panels are for letters, which do not grow with the chart."""

_TICKS, _TITLE, _BESIDE, _LEAST = 44.0, 20.0, 62.0, 16.0
"""Room for tick labels with the name of their axis, for a title, for those of y, and where there are none [px]."""

_LOWEST = 0.1
"""Words of a figure that lie lower are below its axes, in parts of its height."""


@dataclass(frozen=True)
class Chart:
    """What plotly draws.

    Parameters
    ----------
    data
        Its traces.
    layout
        Its axes, shapes and words; ``meta`` holds width over height.

    """

    data: tuple[dict[str, Any], ...]
    layout: dict[str, Any]

    def text(self) -> str:
        """Write it as JSON that plotly reads."""
        return json.dumps({"data": self.data, "layout": self.layout}, separators=(",", ":"), allow_nan=False)


def chart_of(figure: Figure) -> Chart | None:
    """Turn a figure into a chart with the same numbers; None if it holds anything that would be lost, such as a map."""
    try:
        return _chart(figure)
    except NotUnderstoodError:
        return None


def _chart(figure: Figure) -> Chart:
    all_axes = tuple(figure.axes)
    if not all_axes or figure.images or figure.lines or figure.patches or figure.artists or figure.subfigs:
        raise NotUnderstoodError("no axes, or what lies beside them")
    if any(axes.name != "rectilinear" or not axes.axison for axes in all_axes):
        raise NotUnderstoodError("axes that are not two at a right angle")
    panels = [Panel(axes, number, all_axes) for number, axes in enumerate(all_axes, start=1)]
    drawn = list(named(figure, panels, [one for panel in panels for one in drawn_in(panel)]))
    width, height = figure.get_size_inches()
    words = [one for panel in panels for one in annotations(panel)]
    layout: dict[str, Any] = {
        "shapes": [one.plain for one in drawn if one.is_shape],
        "annotations": [*words, *_below(figure)],
        "showlegend": any(one.plain["showlegend"] for one in drawn),
        **({"margin": {"b": _TICKS + _TITLE}} if figure.texts else {}),
        "meta": {"ratio": round(float(width / height), 3)},
    }
    above = _TITLE if any(one["y"] == 1.0 and one["yanchor"] == "bottom" for one in words) else 0.0
    for panel, domains in zip(panels, _domains(all_axes, (float(width), float(height)), above), strict=True):
        for name, domain in zip("xy", domains, strict=True):
            layout[f"{name}axis{'' if panel.number == 1 else panel.number}"] = {
                **axis_layout(panel, name), "domain": domain, **_aspect(panel, name)
            }  # fmt: skip
    traces = tuple(one.plain for one in drawn if not one.is_shape)
    return Chart(traces, layout)


def _below(figure: Figure) -> list[dict[str, Any]]:
    """Give the words below the axes."""
    if any(text.get_position()[1] > _LOWEST or text.get_rotation() for text in figure.texts):
        raise NotUnderstoodError("words of the figure beside its axes")
    return [
        {"text": plotly_text(text.get_text()), "xref": "paper", "yref": "paper", "x": 0.0, "y": 0.0, "yshift": -_TICKS,
         "xanchor": "left", "yanchor": "top", "showarrow": False, "font": {"size": 11}}
        for text in figure.texts
    ]  # fmt: skip


def _aspect(panel: Panel, name: str) -> dict[str, Any]:
    """Keep an ångström as long along x as along y where it was so."""
    if panel.axes.get_aspect() == "auto":
        return {}
    if panel.axes.get_aspect() != 1.0:
        raise NotUnderstoodError("axes with a ratio")
    return {"constrain": "domain", **({"scaleanchor": panel.name("x")} if name == "y" else {})}


def _domains(
    all_axes: Sequence[Axes], size: tuple[float, float], above: float
) -> list[tuple[list[float], list[float]]]:
    """Place the panels, each with room for the letters around it, in parts of the chart from the lower left."""
    width, height = (inches * _PIXELS_PER_INCH for inches in size)
    places = [_place(axes) for axes in all_axes]
    grid = places[0].get_gridspec()
    shape = (grid.nrows, grid.ncols)
    if len({(p.num1, p.num2) for p in places}) < len(places) or any(
        (p.get_gridspec().nrows, p.get_gridspec().ncols) != shape for p in places
    ):
        raise NotUnderstoodError("axes that lie on each other")
    has_ticks = any(
        axes.xaxis.get_tick_params().get("labelbottom", True) and p.rowspan.stop < grid.nrows
        for axes, p in zip(all_axes, places, strict=True)
    )
    has_titles = any(axes.get_title(loc=loc) for axes in all_axes for loc in ("left", "center", "right"))
    between = (_TICKS if has_ticks else _LEAST) + (_TITLE if has_titles else 0.0)
    rows = _shares(np.asarray(grid.get_height_ratios(), dtype=np.float64), between / height)
    columns = _shares(np.asarray(grid.get_width_ratios(), dtype=np.float64), _BESIDE / width)
    used = 1.0 - above / height
    return [
        (
            [columns[p.colspan.start][0], columns[p.colspan.stop - 1][1]],
            [round(used * (1.0 - end), 4) for end in (rows[p.rowspan.stop - 1][1], rows[p.rowspan.start][0])],
        )
        for p in places
    ]


def _place(axes: Axes) -> SubplotSpec:
    place = axes.get_subplotspec()
    if place is None or type(place.get_gridspec()) is not GridSpec:
        raise NotUnderstoodError("axes outside a grid")
    return place


def _shares(ratios: FloatArray, gap: float) -> list[tuple[float, float]]:
    """Part the length 1 in some ratios with gaps between.

    Examples
    --------
    >>> _shares(np.ones(2), 0.2)
    [(0.0, 0.4), (0.6, 1.0)]

    """
    sizes = ratios / ratios.sum() * (1.0 - gap * (len(ratios) - 1))
    starts = np.concatenate([[0.0], np.cumsum(sizes[:-1] + gap)])
    return [(round(float(s), 4), round(float(s + size), 4)) for s, size in zip(starts, sizes, strict=True)]
