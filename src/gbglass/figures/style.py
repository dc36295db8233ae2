"""How figures look: one size, one way to become SVG."""

from io import StringIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

LEGEND_SIZE = 9.0
WIDTH = 5.4
"""Small against the letters, so that they can still be read on a telephone [inch]."""

_HEIGHT = 3.3


def new_figure(height: float = _HEIGHT) -> tuple[Figure, Axes]:
    """Make an empty figure with one set of axes in our style."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    tidy(axes)
    return figure, axes


def tidy(axes: Axes) -> None:
    """Take away what carries no information."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(direction="out", length=3)


def lighter(colour: str, share: float = 0.5) -> tuple[float, float, float]:
    """Mix a colour with white.

    Examples
    --------
    >>> lighter("#000000", 0.25)
    (0.25, 0.25, 0.25)

    """
    red, green, blue = (share + (1.0 - share) * part for part in to_rgb(colour))
    return red, green, blue


def mark_hold(axes: Axes, start: float, label: str | None = "hold") -> None:
    """Mark where the last hold begins [ps]."""
    axes.axvline(start, color="black", lw=0.8, ls=":", label="_hold")
    if label is not None:
        axes.annotate(label, (start, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 2),
                      textcoords="offset points", ha="left", va="bottom", fontsize=LEGEND_SIZE)  # fmt: skip


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
