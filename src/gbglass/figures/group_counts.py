"""Atoms in any regions against time, and from when on they are in equilibrium."""

from matplotlib.figure import Figure

from gbglass.analysis.group_counts import GroupCounts
from gbglass.figures.palette import BOUNDARY_COLOURS, OTHER_COLOURS
from gbglass.figures.style import LEGEND_SIZE, new_figure


def draw_group_counts(counts: GroupCounts) -> Figure:
    """Draw the count of each region; a dot marks where its equilibrium begins, if one was found."""
    figure, axes = new_figure()
    colours = (*BOUNDARY_COLOURS, *OTHER_COLOURS)
    for number, group in enumerate(counts.groups):
        colour = colours[number % len(colours)]
        axes.plot(counts.times, counts.of(group), color=colour, lw=1.1, label=group)
        found = counts.equilibration(group)
        if found.reached:
            axes.plot(found.time, counts.of(group)[found.first], "o", color=colour, ms=6, label="_")
    axes.set(xlabel="Time (ps)", ylabel=f"{counts.species} atoms in a region")
    axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
    return figure
