"""Numbers with their intervals: over each other by name, or against another number."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gbglass.figures.lines import COLOURS, legend_columns, name_colours
from gbglass.figures.style import LEGEND_SIZE, WIDTH, new_figure, tidy

_ROW, _LINE, _AROUND = 0.32, 0.15, 0.9
"""Least height of a row, that of a line of its name, and of what is around the rows [inch]."""

_LETTERS = 30
"""Of a line of a row's name."""

_SPREAD = 0.5
"""Part of a row that its points are spread over."""


@dataclass(frozen=True)
class Point:
    """A number with its 95 % interval, and where it stands along the other axis.

    Parameters
    ----------
    value, low, high
        In the unit of the axis; an end that is not finite is not drawn.
    x
        What it is drawn against; of no meaning in rows.

    """

    value: float
    low: float
    high: float
    x: float = 0.0


def draw_rows(rows: Mapping[str, Mapping[str, Sequence[Point]]], axis: str, mark: float | None = None) -> Figure:
    """Draw points in a row for each name, one colour a group.

    Parameters
    ----------
    rows
        Points by group, by the name of the row; the legend names the groups if there are two or more.
    axis
        Name of the number, with its unit.
    mark
        What a line stands at, such as 0.

    """
    names = [textwrap.fill(name, _LETTERS) for name in rows]
    groups = list(dict.fromkeys(group for row in rows.values() for group in row))
    height = max([_ROW, *(_LINE * (1 + name.count("\n")) for name in names)])
    above = _LINE * -(-len(groups) // legend_columns(groups))
    figure = Figure(figsize=(WIDTH, _AROUND + above + height * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    tidy(axes)
    colours = dict(zip(groups, cycle(COLOURS), strict=False))
    for place, row in enumerate(rows.values()):
        points = [(group, point) for group, some in row.items() for point in some]
        shifts = np.linspace(-_SPREAD / 2, _SPREAD / 2, len(points)) if len(points) > 1 else [0.0]
        for (group, point), shift in zip(points, shifts, strict=True):
            axes.plot(point.value, place + shift, "o", ms=4, color=colours[group])
            axes.plot(_interval(point), [place + shift] * 2, color=colours[group], lw=1.0)
    axes.set_yticks(range(len(rows)), names, fontsize=LEGEND_SIZE - 1)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set(xlabel=axis)
    if mark is not None:
        axes.axvline(mark, color="black", lw=0.6)
    _legend(figure, axes, groups, colours)
    return figure


def draw_against(groups: Mapping[str, Sequence[Point]], axes_names: tuple[str, str], *, joined: bool = False) -> Figure:
    """Draw points against another number, one colour a group.

    Parameters
    ----------
    groups
        Points by the name of the group.
    axes_names
        Of x and y, with their units.
    joined
        Whether the means of a group at each x are joined by a line.

    """
    figure, axes = new_figure()
    colours = dict(zip(groups, cycle(COLOURS), strict=False))
    for name, points in groups.items():
        axes.plot([one.x for one in points], [one.value for one in points], "o", ms=4, color=colours[name])
        for one in points:
            axes.plot([one.x] * 2, _interval(one), color=colours[name], lw=0.9, alpha=0.6)
        if joined:
            places = sorted({one.x for one in points})
            means = [float(np.mean([one.value for one in points if one.x == x])) for x in places]
            axes.plot(places, means, color=colours[name], lw=1.2)
    axes.set(xlabel=axes_names[0], ylabel=axes_names[1])
    axes.axhline(0.0, color="black", lw=0.6)
    axes.margins(x=0.05)
    _legend(figure, axes, list(groups), colours)
    return figure


def _interval(point: Point) -> list[float]:
    is_known = np.isfinite(point.low) and np.isfinite(point.high)
    return [point.low, point.high] if is_known else [point.value, point.value]


def _legend(figure: Figure, axes: Axes, groups: Sequence[str], colours: Mapping[str, str]) -> None:
    if len(groups) <= 1:  # one needs no legend
        return
    name_colours(figure, [axes.plot([], [], "o", color=colours[name], label=name)[0] for name in groups])
