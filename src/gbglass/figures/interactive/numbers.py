"""Numbers, colours and sizes of matplotlib as plotly reads them."""

from base64 import b64encode

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike

PIXELS = 1.3
"""Of a point, between those of a drawing in a column of the page and of one across it [px/pt]."""


class NotUnderstoodError(Exception):
    """A figure holds what no chart is made of here; it stays a drawing."""


def packed(values: ArrayLike) -> dict[str, str]:
    """Pack numbers as plotly's typed array of four bytes each, a ten-millionth off at most, with gaps for NaN.

    Examples
    --------
    >>> packed([0.0, 1.0])
    {'dtype': 'f4', 'bdata': 'AAAAAAAAgD8='}

    """
    whole = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    finite = np.where(np.isfinite(whole), whole, np.nan)
    return {"dtype": "f4", "bdata": b64encode(finite.astype("<f4").tobytes()).decode("ascii")}


def short(value: float) -> float | None:
    """Round a number for text that is not packed, None where it is not finite."""
    return float(f"{value:.7g}") if np.isfinite(value) else None


def css(colour: ColorType, alpha: float | None = None) -> str:
    """Write a colour.

    Examples
    --------
    >>> css("black"), css("red", 0.25)
    ('#000000', 'rgba(255,0,0,0.25)')

    """
    red, green, blue, opacity = to_rgba(colour, alpha)
    if opacity == 1.0:
        return to_hex(colour)
    return "rgba({:.0f},{:.0f},{:.0f},{:g})".format(*(255 * part for part in (red, green, blue)), round(opacity, 3))


def plain_colour(colour: ColorType) -> str:
    """Write a colour without how clear it is, to tell what belongs together."""
    return to_hex(colour)
