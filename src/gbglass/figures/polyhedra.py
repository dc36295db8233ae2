"""Where whole polyhedra are, and lithium beside them."""

import textwrap
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.core.arrays import FloatArray
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_HEIGHT = 3.0
_LETTERS = 32
"""Of a line of a title."""


def draw_polyhedra_stages(stages: Mapping[str, PolyhedraCensus]) -> Figure:
    """Draw columns of several stages or models below each other, polyhedra and lithium each on one scale of colours.

    Parameters
    ----------
    stages
        By name, stages in order of time.

    """
    figure = Figure(figsize=(WIDTH, _HEIGHT * len(stages)), layout="constrained")
    panels = figure.subplots(len(stages), 2, squeeze=False)
    first = next(iter(stages.values()))
    highest = [max(float(shown.max()) for shown in some) for some in zip(*map(_maps, stages.values()), strict=True)]
    for row, (name, census) in zip(panels, stages.items(), strict=True):
        for axes, values, top in zip(row, _maps(census), highest, strict=True):
            _columns(axes, census, values, top)
            title = textwrap.fill(f"{name}, {census.empty_area:.0%} empty", _LETTERS)
            axes.set_title(title, fontsize=LEGEND_SIZE)
    for column, what in enumerate((first.polyhedron.name, "Li")):
        figure.colorbar(
            panels[-1, column].images[0], ax=list(panels[:, column]), label=f"{what} in a column", location="bottom"
        )
    return figure


def draw_polyhedra(census: PolyhedraCensus) -> Figure:
    """Draw the columns' mean counts of whole polyhedra and of lithium; empty columns are crossed."""
    figure = Figure(figsize=(WIDTH, _HEIGHT), layout="constrained")
    for axes, values, what in zip(figure.subplots(1, 2), _maps(census), (census.polyhedron.name, "Li"), strict=True):
        image = _columns(axes, census, values, None)
        figure.colorbar(image, ax=axes, label=f"{what} in a column", location="bottom")
    figure.suptitle(f"{census.group}: {census.empty_area:.0%} of columns empty (×)", fontsize=LEGEND_SIZE)
    return figure


def _maps(census: PolyhedraCensus) -> tuple[FloatArray, FloatArray]:
    return census.counts, census.lithium


def _columns(axes: Axes, census: PolyhedraCensus, values: FloatArray, highest: float | None) -> AxesImage:
    """Draw one map, and a cross where a column has no whole polyhedron."""
    tidy(axes)
    edge_u, edge_v, _ = census.column
    n_u, n_v = census.counts.shape
    names = [name for axis, name in enumerate("xyz") if axis != census.axis]
    extent = (0.0, n_u * edge_u, 0.0, n_v * edge_v)
    image = axes.imshow(values.T, origin="lower", extent=extent, cmap="viridis", vmin=0.0, vmax=highest)
    u, v = np.nonzero(census.empty)
    axes.plot((u + 0.5) * edge_u, (v + 0.5) * edge_v, "x", color="white", ms=4)
    axes.set(xlabel=f"{names[0]} (Å)", ylabel=f"{names[1]} (Å)")
    return image
