"""Curves of several cases in one set of axes, such as what the cathodes of several cells took up."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import cycle

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gbglass.core.arrays import FloatArray
from gbglass.figures.palette import AXIS_COLOURS, BOUNDARY_COLOURS, OTHER_COLOURS
from gbglass.figures.style import LEGEND_SIZE, new_figure

_LONG, _LINE = 22, 54
"""Letters of a name that leave no room for another beside it, and of a line of a legend."""

_LINES = ("-", "--", ":", "-.")
COLOURS = (*AXIS_COLOURS, *OTHER_COLOURS, *BOUNDARY_COLOURS)
"""Of models, in their order."""

Curve = tuple[FloatArray, FloatArray]
Curves = Mapping[str, Curve]
"""x and y by name."""


def draw_lines(curves: Curves, axes_names: tuple[str, str], flat: Mapping[str, float] | None = None) -> Figure:
    """Draw a line for each curve; one that shares a name up to a comma with another has its colour, and another style.

    Parameters
    ----------
    curves
        x and y by name [in the units of the names, (n_points,)].
    axes_names
        Of x and y.
    flat
        Levels that are drawn across, by name.

    """
    figure, axes = new_figure()
    colours = dict(zip(dict.fromkeys(map(_stem, curves)), cycle(COLOURS), strict=False))
    seen: dict[str, int] = {}
    for name, (x, y) in curves.items():
        style = _LINES[seen.setdefault(_stem(name), 0) % len(_LINES)]
        seen[_stem(name)] += 1
        axes.plot(x, y, color=colours[_stem(name)], ls=style, lw=1.3, label=name)
    for name, level in (flat or {}).items():
        axes.axhline(level, color="black", lw=0.8, ls=":", label=name)
    axes.set(xlabel=axes_names[0], ylabel=axes_names[1])
    axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=LEGEND_SIZE)
    return figure


def draw_models(
    models: Mapping[str, Sequence[Curve]], axes_names: tuple[str, str], flat: Mapping[str, float] | None = None
) -> Figure:
    """Draw the curves of several models, one colour a model: its seeds share it, and the legend names it once.

    Parameters
    ----------
    models
        x and y of each seed, by the name of the model [in the units of the names, (n_points,)].
    axes_names
        Of x and y.
    flat
        Levels that are drawn across, by name.

    """
    figure, axes = new_figure()
    for (name, curves), colour in zip(models.items(), cycle(COLOURS), strict=False):
        seeds = f" ({len(curves)} seeds)" if len(curves) > 1 else ""
        for number, (x, y) in enumerate(curves):
            axes.plot(x, y, color=colour, lw=1.2, alpha=0.8, label=f"{name}{seeds}" if number == 0 else "_seed")
    for name, level in (flat or {}).items():
        axes.axhline(level, color="black", lw=0.8, ls=":", label=name)
    axes.set(xlabel=axes_names[0], ylabel=axes_names[1])
    axes.margins(x=0.01)
    name_colours(figure, [line for line in axes.lines if not str(line.get_label()).startswith("_")])
    return figure


def name_colours(figure: Figure, lines: Sequence[Line2D]) -> None:
    """Put a legend of some lines above a figure, in as many columns as their names leave room for."""
    names = [textwrap.fill(str(line.get_label()), _LINE) for line in lines]
    columns = legend_columns(names)
    figure.legend(lines, names, loc="outside upper center", ncols=columns, frameon=False, fontsize=LEGEND_SIZE)


def legend_columns(names: Sequence[str]) -> int:
    """Return in how many columns a legend has room for some names."""
    return 1 if max(map(len, names), default=0) > _LONG else 2


def _stem(name: str) -> str:
    return name.split(",", maxsplit=1)[0]
