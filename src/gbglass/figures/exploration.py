"""How a loop of exploration went: coverage and error by iteration, and the one against the other."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gbglass.core.arrays import FloatArray
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_COVERAGE, _ERROR, _FRESH = "#0072B2", "#D55E00", "#E69F00"


def draw_exploration(coverage: FloatArray, errors: FloatArray, fresh: FloatArray, goal: float) -> Figure:
    """Draw a loop.

    Parameters
    ----------
    coverage
        Of the species that is covered worst, by iteration [1, (n,)].
    errors
        Root mean square error of forces on frames that are never trained [eV/Å, (n,)].
    fresh
        The same on what was chosen, before it was learned from; NaN where nothing was labelled [eV/Å, (n,)].
    goal
        Coverage to be reached [1].

    """
    figure = Figure(figsize=(WIDTH * 1.5, WIDTH * 0.55), layout="constrained")
    first, second = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2)
    _by_iteration(first, coverage, (errors, fresh), goal)
    tidy(second)
    second.plot(coverage, errors, "-", color="black", lw=0.8)
    second.plot(coverage, errors, "o", ms=4, color=_ERROR)
    for number, (x, y) in enumerate(zip(coverage, errors, strict=True)):
        second.annotate(str(number), (x, y), xytext=(4, 4), textcoords="offset points", fontsize=LEGEND_SIZE - 1)
    second.axvline(goal, color=_COVERAGE, lw=0.8, ls=":")
    second.set(xlabel="coverage (worst species)", ylabel="force error (eV/Å)")
    return figure


def _by_iteration(axes: Axes, coverage: FloatArray, errors: Sequence[FloatArray], goal: float) -> None:
    numbers = np.arange(len(coverage))
    tidy(axes)
    axes.plot(numbers, coverage, "o-", ms=4, lw=1.0, color=_COVERAGE)
    axes.axhline(goal, color=_COVERAGE, lw=0.8, ls=":")
    axes.set(xlabel="iteration", ylabel="coverage (worst species)", ylim=(0.0, 1.05))
    axes.yaxis.label.set_color(_COVERAGE)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    other = axes.twinx()
    other.spines["top"].set_visible(False)
    for values, colour, label in zip(errors, (_ERROR, _FRESH), ("never trained", "chosen"), strict=True):
        other.plot(numbers, values, "s--", ms=4, lw=1.0, color=colour, label=label)
    other.set_ylabel("force error (eV/Å)", color=_ERROR)
    other.set_ylim(bottom=0.0)
    other.legend(frameon=False, fontsize=LEGEND_SIZE - 1, loc="lower right")
