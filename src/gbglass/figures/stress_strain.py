"""Stress against strain (the paper's Fig. 6b)."""

from collections.abc import Mapping
from itertools import cycle

from matplotlib.figure import Figure

from gbglass.analysis.stress_strain import StressStrain
from gbglass.figures.palette import OTHER_COLOURS
from gbglass.figures.style import LEGEND_SIZE, new_figure


def draw_stress_strain(curves: Mapping[str, StressStrain]) -> Figure:
    """Draw curves by name, each with its peak, and a dotted line where it broke."""
    figure, axes = new_figure()
    for (name, curve), colour in zip(curves.items(), cycle(OTHER_COLOURS), strict=False):
        low, high = curve.stress - 2.0 * curve.stress_error, curve.stress + 2.0 * curve.stress_error
        axes.fill_between(100.0 * curve.strain, low, high, color=colour, alpha=0.25, lw=0)
        axes.plot(100.0 * curve.strain, curve.stress, color=colour, lw=1.3, label=name)
        axes.plot(100.0 * curve.strain_at_peak, curve.strength, "o", color=colour, ms=5)
        if curve.strain_at_break is not None:
            axes.axvline(100.0 * curve.strain_at_break, color=colour, lw=0.8, ls=":")
    axes.axhline(0.0, color="black", lw=0.6)
    axes.set(xlabel="Strain (%)", ylabel="Stress (GPa)")
    axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE)
    return figure
