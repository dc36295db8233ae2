"""The surface of the negative electrode and what rises from it (the paper's Figs. 3f, g and 5f, g)."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.protrusion import Protrusions
from gbglass.core.arrays import FloatArray
from gbglass.figures.density import side_by_side
from gbglass.figures.palette import AXIS_COLOURS, INTERIOR_COLOUR
from gbglass.figures.style import LEGEND_SIZE, WIDTH, new_figure, tidy

_SIZE = (WIDTH, 4.6)


def draw_height_map(maps: HeightMaps, number: int = -1) -> Figure:
    """Draw one map of heights, the last by default."""
    figure, axes = new_figure(height=3.6)
    x, y = (np.linspace(0.0, length, n + 1) for length, n in zip(maps.lengths, maps.heights.shape[1:], strict=True))
    mesh = axes.pcolormesh(y, x, maps.heights[number], cmap="viridis", rasterized=True)
    axes.set_aspect("equal")
    axes.set(xlabel="y (Å)", ylabel="x (Å)", title=f"{maps.times[number]:.0f} ps")
    figure.colorbar(mesh, ax=axes, label="Height of the Li surface (Å)")
    return figure


def draw_height_maps(maps: Mapping[str, tuple[FloatArray, FloatArray]]) -> Figure:
    """Draw maps of heights of several cells beside each other on one scale of colours.

    Parameters
    ----------
    maps
        Lengths of the interface along x and y, and heights, by the name of the cell [Å, (2,)], [Å, (n_x, n_y)].

    """
    figure, panels = side_by_side(list(maps))
    lowest = min(float(heights.min()) for _, heights in maps.values())
    highest = max(float(heights.max()) for _, heights in maps.values())
    for axes, (lengths, heights) in zip(panels, maps.values(), strict=True):
        x, y = (np.linspace(0.0, length, n + 1) for length, n in zip(lengths, heights.shape, strict=True))
        mesh = axes.pcolormesh(y, x, heights, cmap="viridis", vmin=lowest, vmax=highest, rasterized=True)
        axes.set(xlabel="y (Å)", ylabel="x (Å)", aspect="equal")
    for axes in panels:
        axes.label_outer(remove_inner_ticks=True)
    figure.colorbar(mesh, ax=panels, label="Height of the Li surface (Å)")
    return figure


def draw_protrusions(found: Protrusions) -> Figure:
    """Draw the height of the highest protrusion and the roughness against time, with what the twin reaches."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.plot(found.times, found.heights, color=AXIS_COLOURS[0], lw=1.2, label="protrusion")
    top.plot(found.times, found.base_widths, color=AXIS_COLOURS[1], lw=1.0, label="its base width")
    top.axhline(found.twin.highest, color=INTERIOR_COLOUR, lw=0.9, ls=":", label="highest of the twin")
    top.set(ylabel="Above the twin's 99 % (Å)")
    bottom.plot(found.times, found.excess_roughness, color=AXIS_COLOURS[2], lw=1.2)
    bottom.set(xlabel="Time (ps)", ylabel="Excess roughness (Å)")
    for axes in (top, bottom):
        tidy(axes)
        axes.set_ylim(bottom=0.0)
        axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
    return figure
