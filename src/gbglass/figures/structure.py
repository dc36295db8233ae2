"""A structure with boundaries, seen along an edge of its cell."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from ase import Atoms
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gbglass.figures.style import BOUNDARY_COLOURS, LEGEND_SIZE, SPECIES_COLOURS, WIDTH, lighter

_SIZES: Mapping[str, float] = {"Li": 0.45, "La": 0.8, "Zr": 0.6, "O": 0.35}
"""Radii as drawn: small enough that rows of atoms can be told apart [Å]."""

_OTHER_SIZE, _OTHER_COLOUR = 0.5, "#666666"
_HALVES = (0.0, 0.5, 1.0)
_MOST_HEIGHT = 6.0


def draw_structures(
    structures: Mapping[str, Atoms], along: Literal[0, 1] = 0, positions: tuple[float, ...] = _HALVES
) -> Figure:
    """Draw structures under each other, their third cell vector from left to right.

    Parameters
    ----------
    structures
        By title; their cells have right angles.
    along
        The cell vector that is looked along.
    positions
        Where boundaries are marked, fractional coordinates along the third cell vector [1].

    """
    up = 1 - along
    shapes = [atoms.cell.lengths()[[2, up]] for atoms in structures.values()]
    heights = [WIDTH * height / width + 0.45 for width, height in shapes]
    scale = min(1.0, _MOST_HEIGHT / sum(heights))
    figure = Figure(figsize=(WIDTH, max(1.6, scale * sum(heights))), layout="constrained")
    panels = figure.subplots(len(structures), 1, squeeze=False)[:, 0]
    for axes, (title, atoms) in zip(panels, structures.items(), strict=True):
        _draw(axes, atoms, along)
        axes.set_title(title, fontsize=LEGEND_SIZE, loc="left")
        for number, position in enumerate(positions):
            axes.axvline(position * float(atoms.cell.lengths()[2]), color=BOUNDARY_COLOURS[number % 2], lw=1.2, ls="--")
        axes.tick_params(labelsize=LEGEND_SIZE)
    panels[-1].set_xlabel("along the normal (Å)", fontsize=LEGEND_SIZE)
    species = [s for s in SPECIES_COLOURS if any(s in atoms.symbols for atoms in structures.values())]
    handles = [panels[0].scatter([], [], s=25, color=SPECIES_COLOURS[s], label=s) for s in species]
    figure.legend(handles=handles, loc="outside upper right", ncols=len(species), frameon=False, fontsize=LEGEND_SIZE)
    return figure


def _draw(axes: Axes, atoms: Atoms, along: Literal[0, 1]) -> None:
    """Draw one structure to scale, the farthest atoms first."""
    width, height = atoms.cell.lengths()[[2, 1 - along]]
    axes.set(xlim=(0.0, width), ylim=(0.0, height), aspect="equal", ylabel="Å")
    wrapped = atoms.get_scaled_positions() * atoms.cell.lengths()
    order = np.argsort(wrapped[:, along])
    symbols = np.array(atoms.get_chemical_symbols())[order]
    x, y = wrapped[order, 2], wrapped[order, 1 - along]
    points_per_A = 72.0 * 0.85 * WIDTH / width
    sizes = [(2.0 * _SIZES.get(symbol, _OTHER_SIZE) * points_per_A) ** 2 for symbol in symbols.tolist()]
    colours = [SPECIES_COLOURS.get(symbol, _OTHER_COLOUR) for symbol in symbols.tolist()]
    edges = [lighter(colour, 0.6) for colour in colours]
    axes.scatter(x, y, s=sizes, c=colours, edgecolors=edges, linewidths=0.2, rasterized=True)
