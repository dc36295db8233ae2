"""Excess electrons by planes and in a layer (the paper's Fig. 6d)."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.charge import ChargeLayer, PlaneShares
from gbglass.figures.palette import AXIS_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, new_figure, tidy

_LINES = ("-", "--", ":", "-.")


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


def draw_shares_side_by_side(cells: Mapping[str, Mapping[str, PlaneShares]]) -> Figure:
    """Draw P(z) of several cells below each other, in each the curves of several numbers of electrons.

    Parameters
    ----------
    cells
        By cell, then by what the legend calls the curve, up to four; curves that lie on each other add up.

    """
    figure = Figure(figsize=(WIDTH, 1.8 * len(cells) + 0.4), layout="constrained")
    panels = figure.subplots(len(cells), 1, sharey=True, squeeze=False)[:, 0]
    for axes, (name, curves) in zip(panels, cells.items(), strict=True):
        tidy(axes)
        for (label, found), colour, line in zip(curves.items(), (*AXIS_COLOURS, "#009E73"), _LINES, strict=False):
            spacing = float(found.heights[1] - found.heights[0]) if len(found.heights) > 1 else 1.0
            axes.plot(found.heights, 100.0 * found.shares / spacing, color=colour, ls=line, lw=1.2, label=label)
        axes.axhline(0.0, color="black", lw=0.6)
        axes.set_title(name, fontsize=LEGEND_SIZE)
        axes.set(ylabel="Electrons (%/Å)")
        axes.margins(x=0.01)
    panels[0].legend(frameon=False, fontsize=LEGEND_SIZE - 1)
    panels[-1].set(xlabel="Height (Å)")
    return figure


def draw_layers_side_by_side(layers: Mapping[str, ChargeLayer]) -> Figure:
    """Draw the layers of several cells with one scale of colours.

    Parameters
    ----------
    layers
        By the name of the cell.

    """
    figure = Figure(figsize=(WIDTH * 1.3, 1.9 * len(layers)), layout="constrained")
    panels = figure.subplots(len(layers), 1, squeeze=False)[:, 0]
    largest = max(float(np.abs(layer.relative).max()) for layer in layers.values())
    for axes, (name, layer) in zip(panels, layers.items(), strict=True):
        first, second = (
            np.linspace(0.0, length, n + 1) for length, n in zip(layer.lengths, layer.relative.shape, strict=True)
        )
        mesh = axes.pcolormesh(
            second, first, layer.relative, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True
        )
        axes.set_aspect("equal")
        axes.set_title(name, fontsize=LEGEND_SIZE)
        axes.set(ylabel="x (Å)")
    panels[-1].set(xlabel="y (Å)")
    figure.colorbar(mesh, ax=list(panels), label="Density over an even spread")
    return figure
