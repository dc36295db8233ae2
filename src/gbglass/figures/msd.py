"""Mean squared displacement against time."""

from matplotlib.figure import Figure

from gbglass.analysis.msd import MeanSquareDisplacement
from gbglass.figures.palette import INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.style import new_figure

_SHOWN = 0.5
"""Longer lags than half the hold have too few origins to be looked at."""


def draw_msd(msd: MeanSquareDisplacement) -> Figure:
    """Draw the MSD up to half the hold with a band of two standard errors."""
    figure, axes = new_figure(height=3.0)
    shown = max(2, round(len(msd.lags) * _SHOWN))
    lags, values, errors = msd.lags[:shown], msd.msd[:shown], msd.standard_error[:shown]
    colour = SPECIES_COLOURS.get(msd.species, INTERIOR_COLOUR)
    axes.fill_between(lags, values - 2 * errors, values + 2 * errors, color=colour, alpha=0.25, lw=0)
    axes.plot(lags, values, color=colour, lw=1.4)
    axes.set(xlabel="Lag (ps)", ylabel=f"MSD of {msd.species} (Å²)")
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0)
    return figure
