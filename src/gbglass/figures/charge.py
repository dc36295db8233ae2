"""Excess electrons by planes and in a layer (the paper's Fig. 6d)."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.charge import ChargeLayer, PlaneShares
from gbglass.figures.style import AXIS_COLOURS, new_figure


def draw_plane_shares(found: PlaneShares) -> Figure:
    """Draw P(z); the share per plane depends on the grid, so it is drawn per ångström."""
    figure, axes = new_figure(height=3.0)
    spacing = float(found.heights[1] - found.heights[0]) if len(found.heights) > 1 else 1.0
    axes.plot(found.heights, 100.0 * found.shares / spacing, color=AXIS_COLOURS[0], lw=1.2)
    axes.axhline(0.0, color="black", lw=0.6)
    axes.set(xlabel="Height (Å)", ylabel="Excess electrons (%/Å)")
    axes.margins(x=0.01)
    return figure


def draw_charge_layer(layer: ChargeLayer) -> Figure:
    """Draw the density of a layer relative to an even spread over the cell."""
    figure, axes = new_figure(height=3.6)
    first, second = (
        np.linspace(0.0, length, n + 1) for length, n in zip(layer.lengths, layer.relative.shape, strict=True)
    )
    largest = float(np.abs(layer.relative).max())
    mesh = axes.pcolormesh(second, first, layer.relative, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True)
    axes.set_aspect("equal")
    names = [name for k, name in enumerate("xyz") if k != layer.axis]
    axes.set(xlabel=f"{names[1]} (Å)", ylabel=f"{names[0]} (Å)")
    figure.colorbar(mesh, ax=axes, label="Density over an even spread")
    return figure
