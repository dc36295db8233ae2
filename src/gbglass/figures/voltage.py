"""Voltage against lithium content (the paper's Fig. 2b)."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.voltage import VoltageCurve
from gbglass.figures.style import INTERIOR_COLOUR, SPECIES_COLOURS, WIDTH, tidy

_SIZE = (WIDTH, 4.6)
_ON_HULL = 1e-9
"""[eV]."""


def draw_voltage(curve: VoltageCurve) -> Figure:
    """Draw the plateaus, and below them the formation energies of all orderings with their hull."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.stairs(curve.voltages, curve.contents, baseline=None, color=SPECIES_COLOURS["Li"], lw=1.6)
    top.axhline(curve.mean, color=INTERIOR_COLOUR, lw=0.9, ls=":", label="_mean")
    top.annotate(f"mean {curve.mean:.2f} V", (curve.contents[0], curve.mean), xytext=(2, 2), textcoords="offset points")
    top.set(ylabel="Voltage against Li (V)")
    corners = np.isin(curve.all_contents, curve.contents) & (curve.above_hull < _ON_HULL)
    bottom.plot(curve.all_contents, 1000.0 * curve.formation, "o", color=INTERIOR_COLOUR, ms=4, mfc="white")
    order = np.argsort(curve.all_contents[corners])
    hull = curve.all_contents[corners][order], 1000.0 * curve.formation[corners][order]
    bottom.plot(*hull, "o-", color=SPECIES_COLOURS["Zr"], lw=1.2, ms=5)
    bottom.set(xlabel="x in LixZr2O4", ylabel="Formation energy (meV)")
    for axes in (top, bottom):
        tidy(axes)
    return figure
