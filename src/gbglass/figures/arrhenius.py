"""Diffusivity against inverse temperature."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.arrhenius import Arrhenius
from gbglass.figures.palette import INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.style import LEGEND_SIZE, new_figure

_PER_KILOKELVIN = 1e3
_POINTS = 60


def draw_arrhenius(fit: Arrhenius) -> Figure:
    """Draw the diffusivities, the line through them and its 95 % interval, with errors of one standard error."""
    figure, axes = new_figure(height=3.2)
    inverse = _PER_KILOKELVIN / fit.temperatures
    line = np.linspace(inverse.min(), inverse.max(), _POINTS)
    read = [fit.at(float(_PER_KILOKELVIN / x)) for x in line]
    low, high = zip(*(mean.interval for mean in read), strict=True)
    axes.fill_between(line, low, high, color=INTERIOR_COLOUR, alpha=0.2, lw=0)
    energy = fit.activation_energy
    half = 0.5 * (energy.interval[1] - energy.interval[0])
    label = f"$E_a$ = {energy.value:.3f} ± {half:.3f} eV"
    axes.plot(line, [mean.value for mean in read], color=INTERIOR_COLOUR, lw=1.2, label=label)
    axes.errorbar(inverse, fit.diffusivities, fit.standard_errors, fmt="o", color=SPECIES_COLOURS["Li"], capsize=2.0)
    axes.set(xlabel="1000 K / T", ylabel="D (Å²/ps)", yscale="log")
    axes.legend(frameon=False, fontsize=LEGEND_SIZE)
    return figure
