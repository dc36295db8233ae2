"""How much of the frames of each domain a training set covers."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from gbglass.figures.palette import OTHER_COLOURS, SPECIES_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy


def draw_coverage(shares: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the covered share of each species, a row a domain.

    Parameters
    ----------
    shares
        By domain, then by species [1].

    """
    figure = Figure(figsize=(WIDTH, 0.9 + 0.28 * len(shares)), layout="constrained")
    axes = figure.add_subplot()
    tidy(axes)
    rows = np.arange(len(shares))
    species = list(dict.fromkeys(name for found in shares.values() for name in found))
    others = iter(OTHER_COLOURS)
    for name in species:
        colour = SPECIES_COLOURS.get(name) or next(others)
        found = [100.0 * one.get(name, np.nan) for one in shares.values()]
        axes.plot(found, rows, "o", ms=6, color=colour, alpha=0.8, label=name)
    axes.set_yticks(rows, list(shares))
    axes.invert_yaxis()
    axes.axvline(99.0, color="black", lw=0.6, ls=":")
    axes.set(xlabel="Atoms with a trained one near by (%)")
    axes.legend(frameon=False, fontsize=LEGEND_SIZE, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
