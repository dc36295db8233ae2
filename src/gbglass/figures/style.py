"""How figures look: one palette that colour-blind readers can tell apart, one size, one way to become SVG."""

from collections.abc import Iterable, Mapping
from io import StringIO
from itertools import cycle
from types import MappingProxyType

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

SPECIES_COLOURS: Mapping[str, str] = MappingProxyType(
    {"Li": "#0072B2", "La": "#D98CB8", "Zr": "#009E73", "O": "#D55E00"}
)
"""Okabe and Ito's palette, its purple made lighter: it was near the blue for readers without red.

Li blue, La purple, Zr green as in the paper's Fig. 1a.
"""

OTHER_COLOURS = ("#E69F00", "#56B4E9", "#8C564B", "#17BECF", "#BCBD22", "#7F7F7F")
"""Of species beyond those four, in the order in which a structure has them."""

BOUNDARY_COLOURS = ("#B07C00", "#332288")
"""Gold and indigo: none of the species has them, so that a colour never means two things on one page."""

INTERIOR_COLOUR = "#666666"
FAINT_COLOUR = "#BBBBBB"
AXIS_COLOURS = ("#0072B2", "#D55E00", "#1A1A1A")
"""Of the cell lengths x, y, z."""

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


def species_colours(symbols: Iterable[str]) -> dict[str, str]:
    """Give each species a colour: its own, or of the others in the order in which they come.

    Examples
    --------
    >>> species_colours(["Li", "P", "S"])
    {'Li': '#0072B2', 'P': '#E69F00', 'S': '#56B4E9'}

    """
    present = list(dict.fromkeys(symbols))
    others = zip((symbol for symbol in present if symbol not in SPECIES_COLOURS), cycle(OTHER_COLOURS), strict=False)
    more = dict(others)
    return {symbol: SPECIES_COLOURS.get(symbol) or more[symbol] for symbol in present}


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
