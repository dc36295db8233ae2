"""Mean squared displacement at lags that grow by factors of two."""

from matplotlib.figure import Figure

from gbglass.analysis.multiple_tau import StreamedDisplacement
from gbglass.figures.palette import INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.style import new_figure


def draw_streamed_msd(msd: StreamedDisplacement) -> Figure:
    """Draw the MSD on logarithmic axes with two standard errors, and a line of slope one for comparison."""
    figure, axes = new_figure(height=3.0)
    colour = SPECIES_COLOURS.get(msd.species, INTERIOR_COLOUR)
    axes.errorbar(msd.lags, msd.msd, 2 * msd.standard_error, fmt="o-", color=colour, ms=3, lw=1.2)
    axes.plot(msd.lags, msd.lags / msd.lags[-1] * msd.msd[-1], color="black", lw=0.6, ls=":")
    axes.set(xlabel="Lag (ps)", ylabel=f"MSD of {msd.species} (Å²)", xscale="log", yscale="log")
    return figure
