"""A rotatable picture of structures, drawn by plotly's script, which the page carries with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.figures.style import species_colours

_DIAMETERS = {"Li": 1.0, "La": 1.7, "Zr": 1.3, "O": 0.8}
"""Of the spheres: large enough to be told apart, small enough to look through the cell [Å]."""

_OTHER_DIAMETER = 1.2
_DECIMALS = 2
_EDGES = ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 6), (5, 7), (6, 7))
"""Of a cell whose corners are counted in binary."""


@dataclass(frozen=True)
class View:
    """What the picture shows.

    Parameters
    ----------
    structures
        By the names a reader chooses from; the last is shown first.
    groups
        For each structure the group of each atom, from 0 [int, (n_atoms,)].
    legend
        Name and colour of each group.

    """

    structures: Mapping[str, Atoms]
    groups: Mapping[str, IntArray]
    legend: tuple[tuple[str, str], ...]


def view_json(view: View) -> str:
    """Write what the page's script needs as JSON that may stand inside a script element.

    For each structure and species: coordinates, and for each atom the place of its group in the legend.
    """
    first = next(iter(view.structures.values()))
    symbols = _species(*view.structures.values())
    data = {
        "diameters": {symbol: _DIAMETERS.get(symbol, _OTHER_DIAMETER) for symbol in symbols},
        "colours": species_colours(symbols),
        "legend": view.legend,
        "lengths": [round(float(length), _DECIMALS) for length in _extent(first)],
        "structures": {name: _structure(atoms, view.groups[name]) for name, atoms in view.structures.items()},
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c")


def _species(*structures: Atoms) -> list[str]:
    """List the species, those of garnet first and in its order."""
    present = list(dict.fromkeys(symbol for atoms in structures for symbol in atoms.get_chemical_symbols()))
    return [s for s in _DIAMETERS if s in present] + [s for s in present if s not in _DIAMETERS]


def _extent(atoms: Atoms) -> FloatArray:
    """Return how far the cell reaches along x, y and z [Å, (3,)]."""
    corners = _corners(atoms)
    extent: FloatArray = corners.max(axis=0) - corners.min(axis=0)
    return extent


def _corners(atoms: Atoms) -> FloatArray:
    corners: FloatArray = (
        np.array([[(corner >> axis) & 1 for axis in range(3)] for corner in range(8)]) @ atoms.cell.array
    )
    return corners


def _structure(atoms: Atoms, groups: IntArray) -> dict[str, object]:
    wrapped = atoms.copy()
    wrapped.wrap()
    symbols = np.array(wrapped.get_chemical_symbols())
    species = {}
    for symbol in _species(wrapped):
        chosen = symbols == symbol
        points = np.round(wrapped.positions[chosen], _DECIMALS)
        species[symbol] = {"xyz": points.T.tolist(), "region": groups[chosen].tolist()}
    return {"species": species, "box": _box(wrapped)}


def _box(atoms: Atoms) -> list[list[float | None]]:
    """Write the edges of the cell as one line with gaps."""
    corners = _corners(atoms)
    line: list[list[float | None]] = [[], [], []]
    for start, end in _EDGES:
        for axis in range(3):
            line[axis] += [round(float(corners[corner, axis]), _DECIMALS) for corner in (start, end)] + [None]
    return line
