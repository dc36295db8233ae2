"""Migration of lithium on a plane, and its flux along the cell (the paper's Fig. 3d, e)."""

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.flux import Flux
from gbglass.analysis.migration import MigrationMap
from gbglass.figures.style import INTERIOR_COLOUR, SPECIES_COLOURS, new_figure

_AXES = "xyz"


def draw_migration(found: MigrationMap) -> Figure:
    """Draw the speed of migration, rattling removed; bins with too few displacements stay white."""
    figure, axes = new_figure(height=4.0)
    mesh = axes.pcolormesh(found.edges_1, found.edges_2, found.migration.T, cmap="viridis", vmin=0.0, rasterized=True)
    axes.set_aspect("equal")
    names = [_AXES[axis] for axis in found.rule.axes]
    axes.set(xlabel=f"{names[0]} (Å)", ylabel=f"{names[1]} (Å)")
    figure.colorbar(mesh, ax=axes, label=f"Migration of {found.species} over {found.rule.lag:g} ps (Å/ps)")
    return figure


def draw_flux(flux: Flux) -> Figure:
    """Draw the flux through each plane with its 95 % interval, and that of the whole cell."""
    figure, axes = new_figure(height=3.0)
    order = np.argsort(flux.planes)
    values = np.array([flux.through[k].value for k in order])
    low, high = np.array([flux.through[k].interval for k in order]).T
    colour = SPECIES_COLOURS["Li"]
    axes.fill_between(flux.planes[order], low, high, color=colour, alpha=0.25, lw=0)
    axes.plot(flux.planes[order], values, "o-", color=colour, lw=1.2, ms=4)
    axes.axhline(flux.whole.value, color=INTERIOR_COLOUR, lw=0.9, ls=":", label="_whole")
    axes.axhline(0.0, color="black", lw=0.6)
    axes.set(xlabel="Plane (parts of the cell)", ylabel="Flux (atoms/(nm² ps))")
    return figure
