"""Lithium per thickness in each region, and the excess of each boundary (the paper's Fig. 1d)."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.region_counts import RegionCounts
from gbglass.analysis.segregation import BoundarySegregation
from gbglass.analysis.statistics import estimate
from gbglass.core.partition import BoundaryRegions
from gbglass.figures.palette import BOUNDARY_COLOURS, FAINT_COLOUR, INTERIOR_COLOUR
from gbglass.figures.style import LEGEND_SIZE, lighter, new_figure

_OVER, _SINCE = "excess over the interior", "change since the start"


def draw_profile(hold: RegionCounts, regions: BoundaryRegions) -> Figure:
    """Draw the mean lithium per thickness in each region over the hold.

    Thick bars are standard errors of the mean, thin ones standard deviations of frames.
    """
    figure, axes = new_figure()
    densities = hold.counts / hold.widths
    means = [estimate(densities[:, slab], "atoms/Å") for slab in range(regions.partition.n_slabs)]
    place = np.arange(1, len(means) + 1)
    colours = [_colour(slab, regions) for slab in range(len(means))]
    values = [mean.value for mean in means]
    axes.bar(place, values, color=[lighter(c) for c in colours], edgecolor=colours, linewidth=1.0, width=0.8)
    for errors, width, cap, label in (
        ([m.standard_deviation for m in means], 0.9, 3.0, "SD of frames"),
        ([m.standard_error for m in means], 3.2, 0.0, "SE of the mean"),
    ):
        axes.errorbar(place, values, errors, fmt="none", ecolor="black", elinewidth=width, capsize=cap, label=label)
    interior = float(np.mean([values[slab] for slab in regions.interior]))
    axes.axhline(interior, color="black", lw=0.8, ls=":", zorder=0.5, label="mean of the interior")
    axes.set(xlabel="Region along the normal", ylabel=f"{hold.species} per thickness (atoms/Å)", xticks=place)
    axes.set_ylim(bottom=0.0)
    axes.set_xlim(0.3, len(means) + 0.7)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE, columnspacing=1.2)
    return figure


def draw_excess(results: tuple[BoundarySegregation, ...]) -> Figure:
    """Draw the Gibbs excess of each boundary and its change since the start, with their 95 % intervals."""
    figure, axes = new_figure(height=2.2)
    labels = []
    for row, (result, colour) in enumerate(zip(results, BOUNDARY_COLOURS, strict=True)):
        for offset, mean, marker, name in ((0.0, result.gibbs_excess, "o", _OVER), (0.3, result.change, "s", _SINCE)):
            low, high = mean.interval
            axes.plot([low, high], [row + offset] * 2, color=colour, lw=2.0, label=f"_{name}")
            filled = colour if marker == "o" else "white"
            axes.plot(mean.value, row + offset, marker, color=colour, mfc=filled, ms=7, label=f"_{name}")
        labels.append(f"{result.name}\n{result.verdict}")
    axes.plot([], [], "o", color=INTERIOR_COLOUR, label=_OVER)
    axes.plot([], [], "s", color=INTERIOR_COLOUR, mfc="white", label=_SINCE)
    axes.axvline(0.0, color="black", lw=0.8)
    axes.set(xlabel="Li excess (atoms/nm²)", yticks=np.arange(len(labels)) + 0.15, yticklabels=labels)
    axes.set_ylim(len(labels) - 0.4, -0.3)
    axes.margins(x=0.06)
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=LEGEND_SIZE)
    return figure


def _colour(slab: int, regions: BoundaryRegions) -> str:
    for slabs, colour in zip(regions.boundaries, BOUNDARY_COLOURS, strict=True):
        if slab in slabs:
            return colour
    return INTERIOR_COLOUR if slab in regions.interior else FAINT_COLOUR
