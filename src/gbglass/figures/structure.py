"""A structure with boundaries, seen along an edge of its cell."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from ase import Atoms
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gbglass.figures.palette import BOUNDARY_COLOURS, INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH

_RADII: Mapping[str, float] = {"O": 0.18, "Li": 0.36, "La": 0.75, "Zr": 0.6}
"""As drawn, and what lies above what: the eye follows rows of La and Zr from grain to grain [Å]."""

_OTHER_RADIUS = 0.5
_HALVES = (0.0, 0.5)
_TALLEST = 6.0
"""[inch]."""

_PANEL_EXTRA = 0.45
_START = -0.25
"""Where pictures begin, so that boundaries at 0 and 1/2 are not at their edges, along the third cell vector [1]."""


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
    height = sum(WIDTH * tall / wide + _PANEL_EXTRA for wide, tall in shapes)
    figure = Figure(figsize=(WIDTH, min(_TALLEST, max(1.6, height))), layout="constrained")
    panels = figure.subplots(len(structures), 1, squeeze=False)[:, 0]
    for axes, (title, atoms) in zip(panels, structures.items(), strict=True):
        _draw(axes, atoms, along)
        axes.set_title(title, fontsize=LEGEND_SIZE, loc="left")
        axes.tick_params(labelsize=LEGEND_SIZE)
        for number, position in enumerate(positions):
            x = ((position - _START) % 1.0 + _START) * float(atoms.cell.lengths()[2])
            axes.axvline(x, color=BOUNDARY_COLOURS[number % 2], lw=1.5, ls="--", label=f"boundary {number + 1}")
    panels[-1].set_xlabel("along the normal (Å)", fontsize=LEGEND_SIZE)
    present = {symbol for atoms in structures.values() for symbol in atoms.get_chemical_symbols()}
    handles = [panels[0].scatter([], [], s=25, color=_colour(s), label=s) for s in sorted(present, key=_depth)[::-1]]
    handles += [line for line in panels[0].lines if not str(line.get_label()).startswith("_")]
    figure.legend(
        handles=handles, loc="outside upper right", ncols=len(handles), frameon=False, fontsize=LEGEND_SIZE,
        columnspacing=1.0, handletextpad=0.3,
    )  # fmt: skip
    return figure


def _draw(axes: Axes, atoms: Atoms, along: Literal[0, 1]) -> None:
    """Draw one structure to scale."""
    width, height = (float(length) for length in atoms.cell.lengths()[[2, 1 - along]])
    axes.set(xlim=(_START * width, (1.0 + _START) * width), ylim=(0.0, height), aspect="equal", ylabel="Å")
    places = atoms.get_scaled_positions()
    places[:, 2] = (places[:, 2] - _START) % 1.0 + _START
    points_per_A = 72.0 * 0.85 * WIDTH / width
    symbols = np.array(atoms.get_chemical_symbols())
    for symbol in sorted(set(symbols.tolist()), key=_depth):
        of_species = places[symbols == symbol] * atoms.cell.lengths()
        size = (2.0 * _RADII.get(symbol, _OTHER_RADIUS) * points_per_A) ** 2
        axes.scatter(of_species[:, 2], of_species[:, 1 - along], s=size, color=_colour(symbol), linewidths=0)


def _depth(symbol: str) -> int:
    """Return which species is drawn first."""
    order = list(_RADII)
    return order.index(symbol) if symbol in order else len(order)


def _colour(symbol: str) -> str:
    return SPECIES_COLOURS.get(symbol, INTERIOR_COLOUR)
