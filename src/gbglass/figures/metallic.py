"""Metallic lithium against time: how much, in how large clusters, how deep."""

from matplotlib.figure import Figure

from gbglass.analysis.metallic import MetallicLithium
from gbglass.figures.palette import AXIS_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_SIZE = (WIDTH, 4.4)


def draw_metal(metal: MetallicLithium) -> Figure:
    """Draw the metal in the electrolyte and its depth; a line marks the time at which the cell was shorted."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    for series, colour, label in (
        (metal.in_electrolyte, AXIS_COLOURS[0], "metal in the electrolyte"),
        (metal.largest_isolated, AXIS_COLOURS[1], "largest isolated cluster"),
    ):
        top.plot(metal.times, series, color=colour, lw=1.2, label=label)
    top.set(ylabel="Li atoms")
    bottom.plot(metal.times, metal.depth, color=AXIS_COLOURS[2], lw=1.2)
    bottom.set(xlabel="Time (ps)", ylabel="Depth of metal (Å)")
    for axes in (top, bottom):
        tidy(axes)
        axes.set_ylim(bottom=0.0)
        axes.margins(x=0.01)
        if metal.short_time is not None:
            axes.axvline(metal.short_time, color="black", lw=0.8, ls=":", label="_short")
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=LEGEND_SIZE)
    return figure
