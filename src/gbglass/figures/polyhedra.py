"""Where whole polyhedra are, and lithium beside them."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_HEIGHT = 3.0


def draw_polyhedra(census: PolyhedraCensus) -> Figure:
    """Draw the columns' mean counts of whole polyhedra and of lithium; empty columns are crossed."""
    figure = Figure(figsize=(WIDTH, _HEIGHT), layout="constrained")
    edge_u, edge_v, _ = census.column
    n_u, n_v = census.counts.shape
    names = [name for axis, name in enumerate("xyz") if axis != census.axis]
    shown = ((census.counts, census.polyhedron.name), (census.lithium, "Li"))
    for axes, (values, what) in zip(figure.subplots(1, 2), shown, strict=True):
        tidy(axes)
        image = axes.imshow(values.T, origin="lower", extent=(0, n_u * edge_u, 0, n_v * edge_v), cmap="viridis")
        figure.colorbar(image, ax=axes, label=f"{what} in a column", location="bottom")
        u, v = np.nonzero(census.empty)
        axes.plot((u + 0.5) * edge_u, (v + 0.5) * edge_v, "x", color="white", ms=4)
        axes.set(xlabel=f"{names[0]} (Å)", ylabel=f"{names[1]} (Å)")
    figure.suptitle(f"{census.group}: {census.empty_area:.0%} of columns empty (×)", fontsize=LEGEND_SIZE)
    return figure
