"""Radial distribution functions around lithium."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from gbglass.analysis.rdf import RadialDistribution
from gbglass.figures.style import LEGEND_SIZE, SPECIES_COLOURS, new_figure


def draw_rdfs(rdfs: Mapping[str, RadialDistribution]) -> Figure:
    """Draw some partial distributions into one set of axes, coloured by the second species."""
    figure, axes = new_figure(height=3.2)
    for name, rdf in rdfs.items():
        axes.plot(rdf.r, rdf.g, color=SPECIES_COLOURS[rdf.pair[1]], lw=1.3, label=name)
    axes.axhline(1.0, color="black", lw=0.6, ls=":")
    axes.set(xlabel="r (Å)", ylabel="g(r)")
    axes.set_xlim(1.0, float(max(rdf.r[-1] for rdf in rdfs.values())))
    axes.set_ylim(bottom=0.0)
    axes.legend(frameon=False, fontsize=LEGEND_SIZE)
    return figure
