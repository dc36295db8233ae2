"""Voltage against lithium content (the paper's Fig. 2b)."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gbglass.analysis.voltage import VoltageCurve
from gbglass.figures.palette import INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_SIZE = (WIDTH, 4.6)
_ON_HULL = 1e-9
"""[eV]."""

_SOURCE_COLOURS = (SPECIES_COLOURS["Li"], SPECIES_COLOURS["O"], "#1A1A1A", SPECIES_COLOURS["Zr"])
_LINES = ("-", "--", ":", "-.")


def draw_voltage(curve: VoltageCurve, content: str) -> Figure:
    """Draw the plateaus, and below them the formation energies of all orderings with their hull.

    Parameters
    ----------
    curve
        What was found.
    content
        What x is, such as ``"x in LixZr2O4"``.

    """
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.stairs(curve.voltages, curve.contents, baseline=None, color=SPECIES_COLOURS["Li"], lw=1.6)
    top.axhline(curve.mean, color=INTERIOR_COLOUR, lw=0.9, ls=":", label="_mean")
    top.annotate(f"mean {curve.mean:.2f} V", (curve.contents[0], curve.mean), xytext=(2, 2), textcoords="offset points")
    top.set(ylabel="Voltage against Li (V)")
    bottom.plot(curve.all_contents, 1000.0 * curve.formation, "o", color=INTERIOR_COLOUR, ms=4, mfc="white")
    _draw_hull(bottom, curve, SPECIES_COLOURS["Zr"])
    bottom.set(xlabel=content, ylabel="Formation energy (meV)")
    for axes in (top, bottom):
        tidy(axes)
    return figure


def draw_voltages(curves: Mapping[str, VoltageCurve], content: str) -> Figure:
    """Draw the plateaus of several sources over each other, and below them their formation energies and hulls.

    Parameters
    ----------
    curves
        By who said them, up to four.
    content
        What x is, such as ``"x in LixZr2O4"``.

    """
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    for (name, curve), colour, line in zip(curves.items(), _SOURCE_COLOURS, _LINES, strict=False):
        top.stairs(curve.voltages, curve.contents, baseline=None, color=colour, lw=1.8, ls=line, label=name)
        bottom.plot(curve.all_contents, 1000.0 * curve.formation, "o", color=colour, ms=4, mfc="white")
        _draw_hull(bottom, curve, colour, line)
    top.set(ylabel="Voltage against Li (V)")
    if all(curve.voltages.min() > 0.0 for curve in curves.values()):
        top.set_ylim(bottom=0.0)
    top.legend(frameon=False, fontsize=LEGEND_SIZE)
    bottom.set(xlabel=content, ylabel="Formation energy (meV)")
    for axes in (top, bottom):
        tidy(axes)
    return figure


def _draw_hull(axes: Axes, curve: VoltageCurve, colour: str, line: str = "-") -> None:
    corners = np.isin(curve.all_contents, curve.contents) & (curve.above_hull < _ON_HULL)
    order = np.argsort(curve.all_contents[corners])
    hull = curve.all_contents[corners][order], 1000.0 * curve.formation[corners][order]
    axes.plot(*hull, marker="o", ls=line, color=colour, lw=1.2, ms=5)
