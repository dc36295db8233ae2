"""Curves of several cases in one set of axes, such as what the cathodes of several cells took up."""

from collections.abc import Mapping
from itertools import cycle

from matplotlib.figure import Figure

from gbglass.core.arrays import FloatArray
from gbglass.figures.style import AXIS_COLOURS, BOUNDARY_COLOURS, LEGEND_SIZE, OTHER_COLOURS, new_figure

_LINES = ("-", "--", ":", "-.")
_COLOURS = (*AXIS_COLOURS, *OTHER_COLOURS, *BOUNDARY_COLOURS)

Curves = Mapping[str, tuple[FloatArray, FloatArray]]
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
    colours = dict(zip(dict.fromkeys(map(_stem, curves)), cycle(_COLOURS), strict=False))
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


def _stem(name: str) -> str:
    return name.split(",", maxsplit=1)[0]
