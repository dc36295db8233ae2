"""How figures look: one palette that colour-blind readers can tell apart, one size, one way to become SVG."""

from collections.abc import Mapping
from io import StringIO
from types import MappingProxyType

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SPECIES_COLOURS: Mapping[str, str] = MappingProxyType(
    {"Li": "#0072B2", "La": "#CC79A7", "Zr": "#009E73", "O": "#D55E00"}
)
"""Okabe and Ito's palette."""

BOUNDARY_COLOURS = ("#D55E00", "#0072B2")
INTERIOR_COLOUR = "#666666"
FAINT_COLOUR = "#BBBBBB"

_WIDTH, _HEIGHT = 6.4, 3.6


def new_figure(height: float = _HEIGHT) -> tuple[Figure, Axes]:
    """Make an empty figure with one set of axes in our style."""
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    tidy(axes)
    return figure, axes


def tidy(axes: Axes) -> None:
    """Take away what carries no information."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(direction="out", length=3)


def to_svg(figure: Figure) -> str:
    """Draw a figure as SVG that is the same for the same figure.

    Examples
    --------
    >>> to_svg(new_figure()[0]).count("</svg>")
    1

    """
    text = StringIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "gbglass"}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]
