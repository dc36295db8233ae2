"""Lithium in the boundary and the rest of an electrolyte, alone and then in the cell (the paper's Fig. 2f)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from gbglass.core.arrays import FloatArray
from gbglass.figures.palette import BOUNDARY_COLOURS, INTERIOR_COLOUR
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_SIZE = (WIDTH, 4.4)


@dataclass(frozen=True)
class PlacesCourse:
    """Lithium in two places during a part of a study.

    Parameters
    ----------
    name
        Of the part, such as ``"alone"``.
    times
        From its own beginning [ps, (n,)].
    boundary, bulk
        Per formula unit of the whole electrolyte [1, (n,)].

    """

    name: str
    times: FloatArray
    boundary: FloatArray
    bulk: FloatArray


def draw_places(courses: Sequence[PlacesCourse]) -> Figure:
    """Draw both places one part after the other; a dotted line is where a part begins."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    start = 0.0
    for number, course in enumerate(courses):
        times = start + course.times
        top.plot(times, course.boundary, color=BOUNDARY_COLOURS[0], lw=1.2)
        bottom.plot(times, course.bulk, color=INTERIOR_COLOUR, lw=1.2)
        for axes in (top, bottom) if number else ():
            axes.axvline(start, color="black", lw=0.8, ls=":")
        top.annotate(course.name, (start, 1.0), xycoords=("data", "axes fraction"), xytext=(2, 2),
                     textcoords="offset points", ha="left", va="bottom", fontsize=LEGEND_SIZE)  # fmt: skip
        start = float(np.max(times))
    top.set(ylabel="Boundary (Li per f.u.)")
    bottom.set(xlabel="Time (ps)", ylabel="Bulk (Li per f.u.)")
    for axes in (top, bottom):
        tidy(axes)
        axes.margins(x=0.01)
    return figure
