"""Melted fraction against time, glass along the normal, and an energy that still goes somewhere."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.drift import Drift
from gbglass.analysis.glass_width import GlassLayers
from gbglass.analysis.order import FrameworkOrder
from gbglass.core.arrays import FloatArray
from gbglass.figures.palette import BOUNDARY_COLOURS, INTERIOR_COLOUR, OTHER_COLOURS
from gbglass.figures.style import LEGEND_SIZE, new_figure

_PERCENT = 100.0


def draw_melted(results: Mapping[str, FrameworkOrder]) -> Figure:
    """Draw the share of glassy cations of each region against time."""
    figure, axes = new_figure(height=3.0)
    colours = (*BOUNDARY_COLOURS, *OTHER_COLOURS)
    for number, (name, result) in enumerate(results.items()):
        colour = colours[number % len(colours)]
        label = f"{name} ({result.phase})"
        axes.plot(result.times, result.glassy_share * _PERCENT, color=colour, lw=1.2, label=label)
    axes.set(xlabel="Time (ps)", ylabel="Glassy La and Zr (%)", ylim=(-2.0, 102.0))
    axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
    return figure


def draw_glass(layers: GlassLayers) -> Figure:
    """Draw the share of glassy cations along the normal; each boundary with its mean width."""
    figure, axes = new_figure(height=3.0)
    axes.plot(layers.z, layers.share * _PERCENT, color=INTERIOR_COLOUR, lw=1.3)
    length = float(layers.z[0] + layers.z[-1])
    for number, position in enumerate(layers.positions):
        label = f"boundary {number + 1}: {layers.widths[:, number].mean():.1f} Å"
        colour = BOUNDARY_COLOURS[number % len(BOUNDARY_COLOURS)]
        axes.axvline(float(position) % 1.0 * length, color=colour, ls="--", label=label)
    axes.set(xlabel="z (Å)", ylabel="Glassy La and Zr (%)", xlim=(0.0, length))
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=LEGEND_SIZE)
    return figure


def draw_drift(times: FloatArray, series: FloatArray, drift: Drift) -> Figure:
    """Draw a series and the line through it."""
    figure, axes = new_figure(height=3.0)
    axes.plot(times, series, color=INTERIOR_COLOUR, lw=0.7)
    line = series.mean() + drift.slope.value * (times - times.mean())
    axes.plot(times, line, color="black", lw=1.3, label=f"{drift.course}: {drift.slope.value:.2e} {drift.slope.unit}")
    unit = drift.slope.unit.removesuffix("/ps")
    axes.set(xlabel="Time (ps)", ylabel=f"Energy ({unit})")
    axes.set_ylim(float(np.min(series)), float(np.max(series)))
    axes.legend(frameon=False, fontsize=LEGEND_SIZE)
    return figure
