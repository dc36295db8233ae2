"""One palette that colour-blind readers can tell apart, for drawings and for pictures that turn."""

from collections.abc import Iterable, Mapping
from itertools import cycle
from types import MappingProxyType

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
