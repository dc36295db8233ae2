"""Energy per atom of each region against time."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from gbglass.analysis.energy import RegionEnergy
from gbglass.figures.palette import BOUNDARY_COLOURS, OTHER_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_HEIGHT = 4.4
_MILLI = 1e3


def draw_region_energies(results: Mapping[str, RegionEnergy]) -> Figure:
    """Draw the raw energy above and the composition-referenced one below, with the spread of a committee as a band."""
    figure = Figure(figsize=(WIDTH, _HEIGHT), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    colours = (*BOUNDARY_COLOURS, *OTHER_COLOURS)
    for number, (name, result) in enumerate(results.items()):
        colour = colours[number % len(colours)]
        referenced = result.referenced * _MILLI
        top.plot(result.times, result.raw, color=colour, lw=1.1, label=name)
        bottom.plot(result.times, referenced, color=colour, lw=1.1)
        low, high = referenced - result.spread * _MILLI, referenced + result.spread * _MILLI
        bottom.fill_between(result.times, low, high, color=colour, alpha=0.2, lw=0)
    for axes in (top, bottom):
        tidy(axes)
        axes.margins(x=0.01)
    top.set_ylabel("Raw (eV/atom)")
    bottom.set(xlabel="Time (ps)", ylabel="Referenced (meV/atom)")
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
    return figure
