"""Parts of a cell along its normal, from electrode to electrode; the planes between them follow the framework."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ase import Atoms
from numpy.typing import NDArray

from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.cell import cell_height
from gbglass.core.framework import IMMOBILE_CATIONS, framework_species
from gbglass.errors import InputError, StateError

_WITHIN = 6.0
"""Cations this near of a plane carry it along: two layers of garnet or spinel on each side [Å]."""

_METAL = 0.9
"""Share of lithium above which a part is metal, whatever has strayed into it [1]."""

_FEWEST_PARTS = 2
_ROUNDING = 1e-9
_GRID = 2.0**40
"""Places are rounded to 1e-12 of the cell, so that their differences are exact.

An ion on a face is then on the same side of it, however it is counted.
"""


@dataclass(frozen=True)
class TiedPlane:
    """A plane across one cell vector that moves with the framework beside it.

    Parameters
    ----------
    fraction
        Where it was at the start [1].
    indices
        The cations that carry it [int, (n_cations,)].
    start
        Their fractional coordinates along the cell vector at the start [1, (n_cations,)].
    axis
        The cell vector: 0, 1 or 2.

    Examples
    --------
    >>> plane = TiedPlane(0.4, np.array([0]), np.array([0.5]))
    >>> round(plane.position(np.array([[0.0, 0.0, 0.52]])), 9)
    0.42

    """

    fraction: float
    indices: IntArray
    start: FloatArray
    axis: int = 2

    def position(self, fractional: FloatArray) -> float:
        """Return where it is, from unwrapped fractional coordinates of all atoms [1, (n_atoms, 3)]."""
        return self.fraction + float((fractional[self.indices, self.axis] - self.start).mean())


@dataclass(frozen=True)
class CellParts:
    """What a cell is made of, from the bottom, and the planes under each part.

    Parameters
    ----------
    names
        Such as ``("Li", "LLZO", "LZO")``: the negative electrode first.
    planes
        The lower face of each part; that of the first is where the cell closes through the periodic boundary.

    Raises
    ------
    InputError
        If there are fewer than two parts, two have one name, or a plane is missing.

    """

    names: tuple[str, ...]
    planes: tuple[TiedPlane, ...]

    def __post_init__(self) -> None:
        if len(self.names) < _FEWEST_PARTS or max(Counter(self.names).values()) > 1:
            raise InputError(f"'names' must be two or more different parts, got {self.names}")
        if len(self.planes) != len(self.names):
            raise InputError(f"there must be a plane under each part, got {len(self.planes)} for {len(self.names)}")

    @property
    def axis(self) -> int:
        """The cell vector along which the parts follow each other."""
        return self.planes[0].axis

    def edges(self, fractional: FloatArray) -> FloatArray:
        """Return the lower faces of the parts in one frame, rising by less than 1 from first to last [1, (n_parts,)].

        Raises
        ------
        StateError
            If they are no longer in order: a part has vanished.

        """
        where = _on_grid(np.array([plane.position(fractional) for plane in self.planes]))
        if not ((np.diff(where) > 0.0).all() and where[-1] < where[0] + 1.0):
            raise StateError(
                f"the parts {', '.join(self.names)} are no longer in this order: their faces are at {where.round(3)}"
            )
        return where

    def assign(self, fractional: FloatArray, edges: FloatArray) -> IntArray:
        """Return the part of each atom, from 0 [int, (n_atoms,)]."""
        above = (_on_grid(fractional[:, self.axis]) - edges[0]) % 1.0
        parts: IntArray = np.searchsorted(edges[1:] - edges[0], above, side="right").astype(np.int64)
        return parts

    def windings(self, fractional: FloatArray, edges: FloatArray) -> IntArray:
        """Sum over atoms how many images of each lower face lie below an atom, from unwrapped places [int, (n_parts,)].

        Its change in time is what went up through the face less what came down.
        """
        along = _on_grid(fractional[:, self.axis])
        return np.array([np.floor(along - edge).sum() for edge in edges]).astype(np.int64)


def tie_parts(atoms: Atoms, names: tuple[str, ...], interfaces: tuple[float, ...], axis: int = 2) -> CellParts:
    """Tie the interfaces of a cell to the framework beside them: La and Zr, or what else the parts have of one.

    The cell closes in the middle of the widest empty space between the last part and the first, which is the middle of
    the vacuum if there is one.

    Parameters
    ----------
    atoms
        The structure that MD started from, in the order of the trajectory.
    names
        Of the parts, from the bottom.
    interfaces
        Distances of the planes between neighbouring parts from the cell's lower face [Å].
    axis
        The cell vector along which the parts follow each other.

    Raises
    ------
    InputError
        If the interfaces do not rise within the cell, their number does not fit, or no part has a framework.

    Examples
    --------
    >>> atoms = Atoms("Li2ZrLiZr", positions=[[0, 0, z] for z in (1, 3, 9, 11, 15)], cell=[5, 5, 30], pbc=True)
    >>> parts = tie_parts(atoms, ("Li", "LLZO", "LZO"), (6.0, 13.0))
    >>> fractional = atoms.get_scaled_positions(wrap=False)
    >>> parts.assign(fractional, parts.edges(fractional)).tolist()
    [0, 0, 1, 1, 2]
    >>> round(float(parts.planes[0].fraction) * 30, 6)  # the middle of the vacuum, below the cell
    -7.0

    """
    fractional = atoms.get_scaled_positions(wrap=False)
    height = cell_height(atoms.cell.array, axis)
    heights = np.array(interfaces) / height
    if len(heights) != len(names) - 1 or not all(a < b for a, b in pairwise((0.0, *heights, 1.0))):
        raise InputError(
            f"'interfaces' must be {len(names) - 1} rising heights between 0 and {height:.2f} Å, got {interfaces}"
        )
    framework = _framework(np.array(atoms.get_chemical_symbols()), np.searchsorted(heights, fractional[:, axis] % 1.0))
    if len(framework) == 0:
        raise InputError(f"interfaces need other ions than those of charge one to be tied to; got {atoms.symbols}")
    closing = _closing(fractional[:, axis], float(heights[0]), float(heights[-1]))
    planes = [_tie(fractional[framework, axis], framework, at, height, axis) for at in (closing, *heights)]
    return CellParts(tuple(names), tuple(planes))


def _framework(symbols: NDArray[np.str_], part: IntArray) -> IntArray:
    """Return which atoms are the framework of the part that they are in; metal has none [int, (n_framework,)]."""
    is_framework = np.isin(symbols, IMMOBILE_CATIONS)
    for number in np.unique(part):
        inside = part == number
        is_metal = (symbols[inside] == "Li").mean() > _METAL
        if not is_metal and not is_framework[inside].any():
            is_framework |= inside & np.isin(symbols, framework_species(symbols[inside].tolist()))
    return np.flatnonzero(is_framework).astype(np.int64)


def _on_grid(places: FloatArray) -> FloatArray:
    rounded: FloatArray = np.round(places * _GRID) / _GRID
    return rounded


def _closing(along: FloatArray, lowest: float, highest: float) -> float:
    """Return the middle of the widest empty space from the last interface up to the first one's next image, less 1."""
    beyond = np.sort((along - highest) % 1.0)
    until = lowest - highest + 1.0
    ends = beyond[beyond < until]
    if len(ends) <= 1:
        return highest + 0.5 * until - 1.0
    widest = int(np.argmax(np.diff(ends)))
    return float(highest + 0.5 * (ends[widest] + ends[widest + 1]) - 1.0)


def _tie(along: FloatArray, cations: IntArray, at: float, height: float, axis: int) -> TiedPlane:
    away = np.abs((along - at + 0.5) % 1.0 - 0.5) * height
    nearest = float(away.min())
    reach = _WITHIN if nearest <= _WITHIN else nearest + _WITHIN  # beyond the vacuum there may be none so near
    chosen = away <= reach + _ROUNDING
    return TiedPlane(float(at), frozen_ints(cations[chosen]), frozen_floats(along[chosen]), axis)
