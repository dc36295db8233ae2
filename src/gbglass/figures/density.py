"""Density maps and density along the normal against time."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.density import METALLIC, DensityHistory, DensityMap
from gbglass.figures.style import new_figure


def draw_density(density: DensityMap) -> Figure:
    """Draw a map to scale, sheared as the cell is; white lines at 0.036 Å⁻³, midway from garnet to lithium metal."""
    figure, axes = new_figure(height=4.0)
    u, v = density.vectors
    along_u, away = float(np.linalg.norm(u)), np.array([float(v @ u), 0.0]) / float(np.linalg.norm(u))
    away[1] = float(np.sqrt(max(float(v @ v) - away[0] ** 2, 0.0)))
    n_u, n_v = density.density.shape
    edges_u, edges_v = np.meshgrid(np.arange(n_u + 1) / n_u, np.arange(n_v + 1) / n_v, indexing="ij")
    x, y = edges_u * along_u + edges_v * away[0], edges_v * away[1]
    image = axes.pcolormesh(x, y, density.density, cmap="viridis", rasterized=True)
    figure.colorbar(image, ax=axes, label=f"{density.species} (Å⁻³)")
    if min(n_u, n_v) > 1 and density.density.min() < METALLIC < density.density.max():
        middle = (slice(None, -1), slice(None, -1))
        half_x, half_y = (x[1, 1] - x[0, 0]) / 2, (y[1, 1] - y[0, 0]) / 2
        levels = [METALLIC]
        axes.contour(x[middle] + half_x, y[middle] + half_y, density.density, levels, colors="white", linewidths=0.7)
    names = [name for axis, name in enumerate("xyz") if axis != density.axis]
    axes.set(xlabel=f"{names[0]} (Å)", ylabel=f"{names[1]} (Å)", aspect="equal")
    return figure


def draw_density_history(history: DensityHistory) -> Figure:
    """Draw the density along the normal, upwards, against time."""
    figure, axes = new_figure()
    image = axes.pcolormesh(history.times, history.z, history.density.T, cmap="viridis", rasterized=True)
    figure.colorbar(image, ax=axes, label=f"{history.species} (Å⁻³)")
    axes.set(xlabel="Time (ps)", ylabel=f"{'xyz'[history.axis]} (Å)")
    return figure
