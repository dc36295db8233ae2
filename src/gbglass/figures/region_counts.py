"""Lithium in the regions against time (the paper's Fig. 1b, c)."""

from collections.abc import Iterable

from matplotlib.figure import Figure

from gbglass.analysis.region_counts import RegionCounts
from gbglass.core.partition import BoundaryRegions
from gbglass.figures.palette import BOUNDARY_COLOURS, FAINT_COLOUR, INTERIOR_COLOUR
from gbglass.figures.style import LEGEND_SIZE, mark_hold, new_figure


def draw_region_counts(counts: RegionCounts, regions: BoundaryRegions, hold_start: float) -> Figure:
    """Draw the count of each boundary and the mean interior region; the regions between them faintly.

    Parameters
    ----------
    counts
        Of the whole simulation.
    regions
        Which slabs are what.
    hold_start
        Time at which the last hold begins [ps].

    """
    figure, axes = new_figure()
    beside = _beside(regions)
    for slab in beside:
        axes.plot(counts.times, counts.counts[:, slab], color=FAINT_COLOUR, lw=0.6, label="_")
    axes.plot([], [], color=FAINT_COLOUR, lw=0.7, label=f"beside a boundary ({_names(beside)})")
    interior = counts.counts[:, list(regions.interior)].mean(axis=1)
    label = f"interior, mean of {_names(regions.interior)}"
    axes.plot(counts.times, interior, color=INTERIOR_COLOUR, lw=1.3, label=label)
    for number, (slabs, colour) in enumerate(zip(regions.boundaries, BOUNDARY_COLOURS, strict=True), start=1):
        total = counts.counts[:, list(slabs)].sum(axis=1)
        names = " + ".join(str(slab + 1) for slab in sorted(slabs))
        axes.plot(counts.times, total, color=colour, lw=1.3, label=f"boundary {number} (region {names})")
    mark_hold(axes, hold_start)
    axes.set(xlabel="Time (ps)", ylabel=f"{counts.species} atoms in a region")
    axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=LEGEND_SIZE)
    return figure


def _names(slabs: Iterable[int]) -> str:
    return ", ".join(str(slab + 1) for slab in slabs)


def _beside(regions: BoundaryRegions) -> list[int]:
    named = {slab for slabs in regions.boundaries for slab in slabs} | set(regions.interior)
    return [slab for slab in range(regions.partition.n_slabs) if slab not in named]
