"""Lithium in the parts of a cell against time (the paper's Figs. 2d, 2f, 3b, 4b, c)."""

from collections.abc import Mapping
from itertools import cycle

from matplotlib.figure import Figure

from gbglass.analysis.discharge import Discharge
from gbglass.figures.palette import OTHER_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, new_figure, tidy
from gbglass.units import NM2_PER_A2

_SIZE = (WIDTH, 4.6)


def draw_discharge(discharge: Discharge) -> Figure:
    """Draw the change of lithium in each compartment since the start, and the content of the positive electrode."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    gained = discharge.counts - discharge.counts[0]
    for number, (name, colour) in enumerate(zip(discharge.compartments, cycle(OTHER_COLOURS), strict=False)):
        top.plot(discharge.times, gained[:, number], color=colour, lw=1.2, label=name)
    top.axhline(0.0, color="black", lw=0.6, ls=":")
    top.set(ylabel=f"{discharge.species} gained (atoms)")
    if discharge.n_hosts:
        bottom.plot(discharge.times, discharge.content, color="black", lw=1.2)
        bottom.set(ylabel="x in LixZr2O4")
    else:
        bottom.plot(discharge.times, discharge.part_counts[:, 0], color="black", lw=1.2)
        bottom.set(ylabel=f"{discharge.species} in {discharge.parts[0]} (atoms)")
    bottom.set(xlabel="Time (ps)")
    for axes in (top, bottom):
        tidy(axes)
        axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
    return figure


def draw_transfers(cells: Mapping[str, Discharge]) -> Figure:
    """Draw what the positive electrodes of several cells took up per area, such as of a cell and its twin."""
    figure, axes = new_figure()
    for (name, cell), colour in zip(cells.items(), cycle(OTHER_COLOURS), strict=False):
        per_area = (cell.part_counts[:, -1] - cell.part_counts[0, -1]) / (NM2_PER_A2 * cell.areas)
        axes.plot(cell.times, per_area, color=colour, lw=1.3, label=name)
    axes.set(xlabel="Time (ps)", ylabel="Li into the positive electrode (atoms/nm²)")
    axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
    return figure
