"""Temperature, pressure and cell lengths against time."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from gbglass.core.arrays import FloatArray
from gbglass.figures.palette import AXIS_COLOURS, INTERIOR_COLOUR
from gbglass.figures.style import LEGEND_SIZE, WIDTH, mark_hold, tidy

_BAR_PER_GPA = 1e4
_SIZE = (WIDTH, 5.0)


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
    last_start
        When the last stage begins [ps].
    last_stage
        What it is.

    """

    times: FloatArray
    temperatures: FloatArray
    targets: FloatArray
    pressures: FloatArray
    lengths: FloatArray
    last_start: float
    last_stage: str = "hold"


def draw_thermodynamics(series: ThermodynamicSeries) -> Figure:
    """Draw three panels over one time axis."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, middle, bottom = figure.subplots(3, 1, sharex=True)
    for axes in (top, middle, bottom):
        tidy(axes)
        mark_hold(axes, series.last_start, series.last_stage if axes is top else None)
    top.plot(series.times, series.temperatures, color=INTERIOR_COLOUR, lw=0.7, label="atoms")
    top.plot(series.times, series.targets, color="black", lw=1.0, label="thermostat")
    top.set_ylabel("Temperature (K)")
    top.legend(frameon=False, loc="lower right", ncols=2, fontsize=LEGEND_SIZE)
    middle.plot(series.times, series.pressures / _BAR_PER_GPA, color=INTERIOR_COLOUR, lw=0.7)
    middle.axhline(0.0, color="black", lw=0.6)
    middle.set_ylabel("Pressure (GPa)")
    relative = 100.0 * (series.lengths / series.lengths[0] - 1.0)
    for axis, (name, colour) in enumerate(zip("xyz", AXIS_COLOURS, strict=True)):
        bottom.plot(series.times, relative[:, axis], color=colour, lw=1.0, label=name)
    bottom.set(xlabel="Time (ps)", ylabel="Strain of the cell (%)")
    bottom.legend(frameon=False, ncols=3, fontsize=LEGEND_SIZE)
    bottom.margins(x=0.01)
    figure.align_ylabels()
    return figure
