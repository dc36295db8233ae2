"""What a model says against what its teacher said: forces on a diagonal, energies by their difference."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gbglass.core.arrays import FloatArray
from gbglass.figures.palette import OTHER_COLOURS, SPECIES_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, new_figure, tidy

_MEV = 1e3
_MOST_POINTS = 2000
"""Of a group in one panel: more make a file that nobody can open."""

_DPI = 200
"""Of the points, which are drawn as an image: as shapes they would make a file of megabytes."""

_COLOURS = (*SPECIES_COLOURS.values(), *OTHER_COLOURS, "#332288", "#882255", "#44AA99")
_AXES: Mapping[int, str] = MappingProxyType({0: "x", 1: "y", 2: "z"})


def draw_energy_errors(energies: Mapping[str, FloatArray]) -> Figure:
    """Draw how far off energies are, by domain: on a diagonal over eight eV nobody would see it.

    Parameters
    ----------
    energies
        Label and model by domain [eV/atom, (n_frames, 2)].

    """
    figure, axes = new_figure(height=WIDTH * 0.75)
    for colour, (domain, pairs) in zip(_COLOURS, energies.items(), strict=False):
        axes.plot(pairs[:, 0], (pairs[:, 1] - pairs[:, 0]) * _MEV, ".", ms=5, color=colour, label=domain)
    axes.axhline(0.0, color="black", lw=0.6)
    axes.set(xlabel="teacher (eV/atom)", ylabel="model - teacher (meV/atom)")
    axes.legend(frameon=False, fontsize=LEGEND_SIZE - 2, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def draw_force_parity(forces: Mapping[str, FloatArray]) -> Figure:
    """Draw forces along x, y and z, one panel each, by domain (the paper's SI Fig. 1b-d).

    Parameters
    ----------
    forces
        Label and model by domain [eV/Å, (n_atoms, 3, 2)].

    """
    figure = Figure(figsize=(WIDTH * 1.6, WIDTH * 0.6), layout="constrained", dpi=_DPI)
    for axis, name in _AXES.items():
        axes = figure.add_subplot(1, 3, axis + 1)
        tidy(axes)
        for colour, (domain, rows) in zip(_COLOURS, forces.items(), strict=False):
            every = max(1, len(rows) // _MOST_POINTS)
            axes.plot(
                rows[::every, axis, 0], rows[::every, axis, 1], ".", ms=1.5, color=colour, label=domain, rasterized=True
            )
        _diagonal(axes, np.concatenate([rows[:, axis] for rows in forces.values()]))
        axes.set(xlabel=f"teacher, {name} (eV/Å)", ylabel="model (eV/Å)" if axis == 0 else "")
    axes.legend(frameon=False, fontsize=LEGEND_SIZE - 2, loc="center left", bbox_to_anchor=(1.0, 0.5), markerscale=3)
    return figure


def _diagonal(axes: Axes, pairs: FloatArray) -> None:
    low, high = float(pairs.min()), float(pairs.max())
    axes.plot([low, high], [low, high], color="black", lw=0.6)
    axes.set_aspect("equal")
