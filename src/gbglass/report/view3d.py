"""A rotatable picture of structures, drawn by plotly's script, which the page carries with it."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ase import Atoms

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.figures.palette import species_colours

_DIAMETERS = {"Li": 1.0, "La": 1.7, "Zr": 1.3, "O": 0.8}
"""Of the spheres: large enough to be told apart, small enough to look through the cell [Å]."""

_OTHER_DIAMETER = 1.2
_DECIMALS = 2
_FINEST = 65535
"""Steps of a coordinate across the cell: in one of 100 Å a step is 0.0015 Å, finer than anybody sees."""

_BYTES_OF_ATOM = 9.4
"""What an atom takes on the page: three coordinates of two bytes and a group of one, as text."""
_EDGES = ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 6), (5, 7), (6, 7))
"""Of a cell whose corners are counted in binary."""


@dataclass(frozen=True)
class Moment:
    """The atoms at a time [ps] of the run."""

    time: float
    atoms: Atoms


@dataclass(frozen=True)
class View:
    """What the picture shows.

    Parameters
    ----------
    structures
        By the names a reader chooses from; the last is shown first.
    group_of
        Says of each atom of a structure which group it is of, from 0 [int, (n_atoms,)].
    legend
        Name and colour of each group; up to 256.
    moments
        What a reader moves through with a slider, in order of time; none of what did not move.

    """

    structures: Mapping[str, Atoms]
    group_of: Callable[[Atoms], IntArray]
    legend: tuple[tuple[str, str], ...]
    moments: tuple[Moment, ...] = ()


def one_group(atoms: Atoms) -> IntArray:
    """Put all atoms into one group, where there is nothing to tell them apart by but their species."""
    return np.zeros(len(atoms), dtype=np.int64)


def bytes_of(atoms: Atoms) -> int:
    """Say about how much of a page one structure takes [bytes].

    Examples
    --------
    >>> bytes_of(Atoms("Li1000"))
    9400

    """
    return round(_BYTES_OF_ATOM * len(atoms))


def view_json(view: View) -> str:
    """Write what the page's script needs as JSON that may stand inside a script element.

    For each structure and species: coordinates, and for each atom the place of its group in the legend. Both are
    base64 of whole numbers without sign, of two bytes, the lowest first, and of one.
    """
    first = next(iter(view.structures.values()))
    symbols = _species(view.structures.values())
    data = {
        "diameters": {symbol: _DIAMETERS.get(symbol, _OTHER_DIAMETER) for symbol in symbols},
        "colours": species_colours(symbols),
        "legend": view.legend,
        "lengths": [round(float(length), _DECIMALS) for length in _extent(first)],
        "structures": {name: _structure(atoms, view.group_of(atoms)) for name, atoms in view.structures.items()},
        "moments": [
            {"time": round(moment.time, 6), **_structure(moment.atoms, view.group_of(moment.atoms))}
            for moment in view.moments
        ],
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c")


def _species(structures: Iterable[Atoms]) -> list[str]:
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
    low = wrapped.positions.min(axis=0)
    step = np.maximum(wrapped.positions.max(axis=0) - low, 1e-6) / _FINEST
    whole = np.round((wrapped.positions - low) / step).astype("<u2")
    species = {
        symbol: {"xyz": _text(whole[symbols == symbol].T), "region": _text(groups[symbols == symbol].astype("u1"))}
        for symbol in _species([wrapped])
    }
    return {"species": species, "low": low.tolist(), "step": step.tolist(), "box": _box(wrapped)}


def _text(numbers: npt.NDArray[np.unsignedinteger[Any]]) -> str:
    return b64encode(numbers.tobytes()).decode("ascii")


def _box(atoms: Atoms) -> list[list[float | None]]:
    """Write the edges of the cell as one line with gaps."""
    corners = _corners(atoms)
    line: list[list[float | None]] = [[], [], []]
    for start, end in _EDGES:
        for axis in range(3):
            line[axis] += [round(float(corners[corner, axis]), _DECIMALS) for corner in (start, end)] + [None]
    return line
