"""Temperature, pressure and cell lengths against time."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from gbglass.core.arrays import FloatArray
from gbglass.figures.style import BOUNDARY_COLOURS, FAINT_COLOUR, INTERIOR_COLOUR, tidy

_BAR_PER_GPA = 1e4
_SIZE = (6.4, 5.2)


@dataclass(frozen=True)
class ThermodynamicSeries:
    """What is drawn.

    Parameters
    ----------
    times
        [ps, (n,)].
    temperatures, targets
        [K, (n,)].
    pressures
        [bar, (n,)].
    lengths
        [Å, (n, 3)].

    """

    times: FloatArray
    temperatures: FloatArray
    targets: FloatArray
    pressures: FloatArray
    lengths: FloatArray


def draw_thermodynamics(series: ThermodynamicSeries) -> Figure:
    """Draw three panels over one time axis."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, middle, bottom = figure.subplots(3, 1, sharex=True)
    for axes in (top, middle, bottom):
        tidy(axes)
    top.plot(series.times, series.temperatures, color=BOUNDARY_COLOURS[0], lw=0.8, label="atoms")
    top.plot(series.times, series.targets, color="black", lw=1.0, label="thermostat")
    top.set_ylabel("Temperature (K)")
    top.legend(frameon=False, loc="lower right", ncols=2)
    middle.plot(series.times, series.pressures / _BAR_PER_GPA, color=BOUNDARY_COLOURS[1], lw=0.8)
    middle.axhline(0.0, color="black", lw=0.6, ls=":")
    middle.set_ylabel("Pressure (GPa)")
    relative = 100.0 * (series.lengths / series.lengths[0] - 1.0)
    for axis, (name, colour) in enumerate(zip("xyz", (FAINT_COLOUR, INTERIOR_COLOUR, "black"), strict=True)):
        bottom.plot(series.times, relative[:, axis], color=colour, lw=1.0, label=name)
    bottom.set(xlabel="Time (ps)", ylabel="Cell length (%)")
    bottom.legend(frameon=False, ncols=3)
    return figure
