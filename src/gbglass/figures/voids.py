"""Where the voids of a frame are, seen along a cell vector."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.voids import Voids
from gbglass.figures.density import sheared_edges
from gbglass.figures.style import LEGEND_SIZE, new_figure


def draw_voids(voids: Voids, axis: int = 0) -> Figure:
    """Draw how much of each line along a cell vector is void, to scale and sheared as the cell is; white is none."""
    figure, axes = new_figure(height=4.0)
    depth = voids.depth(axis)
    x, y = sheared_edges(np.delete(voids.cell, axis, axis=0), depth.shape)
    names = [name for number, name in enumerate("xyz") if number != axis]
    if depth.any():
        image = axes.pcolormesh(x, y, np.ma.masked_equal(depth, 0.0), cmap="viridis", vmin=0.0, rasterized=True)
        figure.colorbar(image, ax=axes, label=f"Void along {'xyz'[axis]} (Å)")
        told = f"{len(voids.volumes)} void{'s'[: len(voids.volumes) - 1]}, {voids.volume:.0f} Å³ together"
    else:
        told = f"no ball of {voids.radius:g} Å\nfits between the atoms"
    round_the_cell = ([0, -1, -1, 0, 0], [0, 0, -1, -1, 0])
    axes.plot(x[round_the_cell], y[round_the_cell], color="black", lw=0.8, clip_on=False)
    axes.set_title(told, fontsize=LEGEND_SIZE)
    axes.set(xlabel=f"{names[0]} (Å)", ylabel=f"{names[1]} (Å)", aspect="equal")
    return figure
