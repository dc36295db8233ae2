"""Density maps and density along the normal against time."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from gbglass.analysis.density import METALLIC, DensityHistory, DensityMap
from gbglass.core.arrays import FloatArray
from gbglass.figures.style import LEGEND_SIZE, new_figure, tidy

_PANEL, _PANELS_HEIGHT = 1.6, 3.6
"""Of maps beside each other [inch]."""

_MOST_BESIDE, _LETTERS = 5, 18
"""Panels of a row, and letters of a line above one."""


def draw_density(density: DensityMap) -> Figure:
    """Draw a map to scale, sheared as the cell is; white lines at 0.036 Å⁻³, midway from garnet to lithium metal."""
    figure, axes = new_figure(height=4.0)
    image = _mesh(axes, density, None)
    figure.colorbar(image, ax=axes, label=f"{density.species} (Å⁻³)")
    return figure


def draw_density_maps(maps: Mapping[str, DensityMap]) -> Figure:
    """Draw several maps beside each other on one colour scale, such as of windows of time, or of cells."""
    figure, panels = side_by_side(list(maps))
    highest = max(float(one.density.max()) for one in maps.values())
    for axes, density in zip(panels, maps.values(), strict=True):
        image = _mesh(axes, density, highest)
    for axes in panels:
        axes.label_outer(remove_inner_ticks=True)
    figure.colorbar(image, ax=panels, label=f"{density.species} (Å⁻³)")
    return figure


def side_by_side(names: Sequence[str]) -> tuple[Figure, list[Axes]]:
    """Make a figure with a panel for each of some maps, in rows of five at most, each under its name."""
    columns = min(_MOST_BESIDE, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(_PANEL * max(2, columns), _PANELS_HEIGHT * rows), layout="constrained")
    panels = list(figure.subplots(rows, columns, squeeze=False, sharey=True).ravel())
    for axes, name in zip(panels, names, strict=False):
        tidy(axes)
        axes.set_title(textwrap.fill(name, _LETTERS), fontsize=LEGEND_SIZE - 1)
    for axes in panels[len(names) :]:
        axes.remove()
    return figure, panels[: len(names)]


def _mesh(axes: Axes, density: DensityMap, highest: float | None) -> QuadMesh:
    """Draw a map into axes, its colours up to a highest density."""
    x, y = sheared_edges(density.vectors, density.density.shape)
    n_u, n_v = density.density.shape
    image = axes.pcolormesh(x, y, density.density, cmap="viridis", vmin=0.0, vmax=highest, rasterized=True)
    if min(n_u, n_v) > 1 and density.density.min() < METALLIC < density.density.max():
        middle = (slice(None, -1), slice(None, -1))
        half_x, half_y = (x[1, 1] - x[0, 0]) / 2, (y[1, 1] - y[0, 0]) / 2
        levels = [METALLIC]
        axes.contour(x[middle] + half_x, y[middle] + half_y, density.density, levels, colors="white", linewidths=0.7)
    names = [name for axis, name in enumerate("xyz") if axis != density.axis]
    axes.set(xlabel=f"{names[0]} (Å)", ylabel=f"{names[1]} (Å)", aspect="equal")
    return image


def sheared_edges(vectors: FloatArray, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Return the corners of the fields of a map, to scale: the first vector lies along x [Å, (n_u + 1, n_v + 1) each].

    Parameters
    ----------
    vectors
        Of the cell, which span the map [Å, (2, 3)].
    shape
        Fields along each of them.

    Examples
    --------
    >>> x, y = sheared_edges(np.array([[0.0, 4.0, 0.0], [0.0, 3.0, 4.0]]), (1, 1))
    >>> x.tolist(), y.tolist()
    ([[0.0, 3.0], [4.0, 7.0]], [[0.0, 4.0], [0.0, 4.0]])

    """
    u, v = vectors
    along_u = float(np.linalg.norm(u))
    aside = float(v @ u) / along_u
    upwards = float(np.sqrt(max(float(v @ v) - aside**2, 0.0)))
    n_u, n_v = shape
    edges_u, edges_v = np.meshgrid(np.arange(n_u + 1) / n_u, np.arange(n_v + 1) / n_v, indexing="ij")
    return edges_u * along_u + edges_v * aside, edges_v * upwards


def draw_density_history(history: DensityHistory) -> Figure:
    """Draw the density along the normal, upwards, against time."""
    figure, axes = new_figure()
    image = axes.pcolormesh(history.times, history.z, history.density.T, cmap="viridis", rasterized=True)
    figure.colorbar(image, ax=axes, label=f"{history.species} (Å⁻³)")
    axes.set(xlabel="Time (ps)", ylabel=f"{'xyz'[history.axis]} (Å)")
    return figure
