"""Radial distribution functions around lithium."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from gbglass.analysis.rdf import RadialDistribution
from gbglass.figures.palette import species_colours
from gbglass.figures.style import LEGEND_SIZE, new_figure

_LINES = ("-", "--", ":", "-.")
"""Of the groups of centres, in their order."""


def draw_rdfs(rdfs: Mapping[str, RadialDistribution]) -> Figure:
    """Draw some partial distributions into one set of axes, coloured by the second species, a line style a group."""
    figure, axes = new_figure(height=3.2)
    groups = list(dict.fromkeys(rdf.group for rdf in rdfs.values()))
    colours = species_colours(rdf.pair[1] for rdf in rdfs.values())
    for name, rdf in rdfs.items():
        line = _LINES[groups.index(rdf.group) % len(_LINES)]
        axes.plot(rdf.r, rdf.g, color=colours[rdf.pair[1]], ls=line, lw=1.3, label=name)
    axes.axhline(1.0, color="black", lw=0.6, ls=":")
    axes.set(xlabel="r (Å)", ylabel="g(r)")
    axes.set_xlim(1.0, float(max(rdf.r[-1] for rdf in rdfs.values())))
    axes.set_ylim(bottom=0.0)
    axes.legend(frameon=False, fontsize=LEGEND_SIZE)
    return figure
