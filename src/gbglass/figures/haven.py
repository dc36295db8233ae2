"""Displacements of single ions beside those of all together: where they part, ions help or hinder each other."""

from matplotlib.figure import Figure

from gbglass.analysis.conductivity import HavenRatio
from gbglass.analysis.multiple_tau import StreamedDisplacement
from gbglass.figures.palette import BOUNDARY_COLOURS, INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.style import LEGEND_SIZE, new_figure


def draw_haven(found: HavenRatio, single: StreamedDisplacement) -> Figure:
    """Draw both against lag on logarithmic axes, as far as the stretches go that all together are known over."""
    figure, axes = new_figure(height=3.0)
    near = single.lags <= found.lags[-1]
    colour = SPECIES_COLOURS.get(found.species, INTERIOR_COLOUR)
    axes.plot(single.lags[near], single.msd[near], "o-", color=colour, ms=3, lw=1.2, label="single ions")
    label = "all together, a single ion's share"
    axes.plot(found.lags[1:], found.msd_together[1:], color=BOUNDARY_COLOURS[1], lw=1.2, label=label)
    axes.set(xlabel="Lag (ps)", ylabel=f"MSD of {found.species} (Å²)", xscale="log", yscale="log")
    axes.legend(frameon=False, fontsize=LEGEND_SIZE)
    return figure
