"""Migration of lithium on a plane, and its flux along the cell (the paper's Fig. 3d, e)."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.flux import Flux
from gbglass.analysis.migration import MigrationMap
from gbglass.core.arrays import FloatArray
from gbglass.figures.density import side_by_side
from gbglass.figures.palette import INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.style import new_figure

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


def draw_migrations(maps: Mapping[str, tuple[FloatArray, FloatArray, FloatArray]], label: str) -> Figure:
    """Draw the speeds of migration of several cells on one scale of colours.

    Parameters
    ----------
    maps
        Edges along y and z and the speeds by the name of the cell [Å, (n_y + 1,)], [Å, (n_z + 1,)], [Å/ps, (n_y, n_z)].
    label
        Of the scale.

    """
    figure, panels = side_by_side(list(maps))
    highest = max(float(np.nanmax(speeds, initial=0.0)) for _, _, speeds in maps.values())
    for axes, (y, z, speeds) in zip(panels, maps.values(), strict=True):
        mesh = axes.pcolormesh(y, z, speeds.T, cmap="viridis", vmin=0.0, vmax=highest, rasterized=True)
        axes.set(xlabel="y (Å)", ylabel="z (Å)", aspect="equal")
    for axes in panels:
        axes.label_outer(remove_inner_ticks=True)
    figure.colorbar(mesh, ax=panels, label=label)
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
