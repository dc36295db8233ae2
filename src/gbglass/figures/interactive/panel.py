"""One set of axes: what plotly calls it, and what a reader is told of a point in it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, Formatter, LogFormatter, NullFormatter, ScalarFormatter

from gbglass.core.arrays import FloatArray
from gbglass.figures.interactive.numbers import NotUnderstoodError, short
from gbglass.figures.interactive.words import plotly_text

_NUMBERS = "%{{{name}:.6~g}}"


@dataclass(frozen=True)
class Panel:
    """One set of axes.

    Parameters
    ----------
    axes
        Of matplotlib.
    number
        From 1, in the order of the figure.
    others
        All sets of axes of the figure, this one too.

    """

    axes: Axes
    number: int
    others: tuple[Axes, ...]

    def name(self, axis: str) -> str:
        """Return what plotly calls an axis, such as ``"x"`` or ``"y2"``."""
        return axis if self.number == 1 else f"{axis}{self.number}"

    @property
    def on(self) -> dict[str, str]:
        """Say of a trace which axes it is drawn in."""
        return {"xaxis": self.name("x"), "yaxis": self.name("y")}

    @cached_property
    def titles(self) -> tuple[str, str]:
        """Names of x and y with their units; of axes that are shared, where they are written."""
        axes = self.axes
        beside = [one for one in self.others if axes.get_shared_x_axes().joined(one, axes)]
        level = [one for one in self.others if axes.get_shared_y_axes().joined(one, axes)]
        x = next((one.get_xlabel() for one in (axes, *beside) if one.get_xlabel()), "x")
        y = next((one.get_ylabel() for one in (axes, *level) if one.get_ylabel()), "y")
        return plotly_text(x), plotly_text(y)

    def hover(self, more: str = "") -> str:
        """Say what a reader is told of a point: both values with their units; of an axis with words, the word."""
        axes = (self.axes.xaxis, self.axes.yaxis)
        told = [
            "%{text}" if words(axis) else f"{title}: {_NUMBERS.format(name=name)}"
            for axis, title, name in zip(axes, self.titles, "xy", strict=True)
        ]
        return "<br>".join([*told, more] if more else told)

    def texts(self, x: FloatArray, y: FloatArray) -> dict[str, Any]:
        """Give the word of each point along an axis that has words, that of the nearest tick."""
        for axis, values in ((self.axes.xaxis, x), (self.axes.yaxis, y)):
            if (named := words(axis)) and len(values):
                places = np.array(list(named))
                said = [list(named.values())[int(np.argmin(np.abs(places - value)))] for value in values]
                return {"text": said}
        return {}


def words(axis: Axis) -> dict[float, str]:
    """Return the words at the ticks of an axis by their places; none if it has numbers."""
    formatter = axis.get_major_formatter()
    if _is_of_numbers(formatter):
        return {}
    locator = axis.get_major_locator()
    if not isinstance(locator, FixedLocator):
        raise NotUnderstoodError(f"ticks written by a {type(formatter).__name__}")
    places = [float(place) for place in locator()]
    return dict(zip(places, map(plotly_text, formatter.format_ticks(places)), strict=True))


def axis_layout(panel: Panel, name: str) -> dict[str, Any]:
    """Lay out one axis of a panel: its range, its scale, its ticks, its title."""
    axis: Axis = getattr(panel.axes, f"{name}axis")
    scale = axis.get_scale()
    if scale not in ("linear", "log") or axis.get_converter() is not None:
        raise NotUnderstoodError(f"an axis of scale {scale!r} or with units")
    limits = np.array(getattr(panel.axes, f"get_{name}lim")())
    label = axis.get_label_text()
    side = {"x": "bottom", "y": "left"}[name]
    return {
        "type": scale,
        "range": [short(float(end)) for end in (np.log10(limits) if scale == "log" else limits)],
        "anchor": panel.name("y" if name == "x" else "x"),
        "showticklabels": bool(axis.get_tick_params().get(f"label{side}", True))
        and not isinstance(axis.get_major_formatter(), NullFormatter),
        **({"title": {"text": plotly_text(label)}} if label else {}),
        **_shared(panel, name),
        **_ticks(axis),
    }


def _is_of_numbers(formatter: Formatter) -> bool:
    return isinstance(formatter, (ScalarFormatter, LogFormatter, NullFormatter))


def _shared(panel: Panel, name: str) -> dict[str, str]:
    """Tie an axis to the first that it is shared with."""
    group = getattr(panel.axes, f"get_shared_{name}_axes")()
    joined = (number for number, one in enumerate(panel.others, start=1) if group.joined(one, panel.axes))
    first = next(joined, panel.number)
    return {} if first == panel.number else {"matches": name if first == 1 else f"{name}{first}"}


def _ticks(axis: Axis) -> dict[str, Any]:
    locator = axis.get_major_locator()
    if not isinstance(locator, FixedLocator):
        return {}
    named = words(axis)
    places = [short(float(place)) for place in locator()]
    return {"tickvals": places, **({"ticktext": list(named.values())} if named else {})}
