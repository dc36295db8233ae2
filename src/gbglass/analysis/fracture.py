"""Where along its normal a cell has parted: the place with the fewest atoms."""

import math
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.core.arrays import BoolArray
from gbglass.errors import InputError

_BIN = 0.5
"""Resolution of the place [Å]."""


@dataclass(frozen=True)
class Thinnest:
    """The slab with the fewest atoms.

    Parameters
    ----------
    position
        Of its middle, in parts of the cell [1].
    window
        Its thickness [Å].
    density
        Atoms in it over those in a mean slab of this thickness; 0 where the cell has parted [1].

    """

    position: float
    window: float
    density: float


def thinnest_place(atoms: Atoms, window: float = 4.0) -> Thinnest:
    """Find the slab across z with the fewest atoms; of several, the middle of the longest run of them.

    Parameters
    ----------
    atoms
        Periodic along z.
    window
        Thickness of the slab: several planes of atoms, or a crystal would have thin places [Å].

    Raises
    ------
    InputError
        If the cell is not longer than the slab.

    Examples
    --------
    >>> z = [*range(0, 10), *range(16, 30)]  # nothing between 9 and 16 Å
    >>> atoms = Atoms(f"Li{len(z)}", positions=[(0, 0, height) for height in z], cell=[5, 5, 30], pbc=True)
    >>> found = thinnest_place(atoms)
    >>> round(found.position * 30), found.density
    (13, 0.0)

    """
    length = float(atoms.cell.array[2, 2])
    if not length > window > 0.0:
        raise InputError(f"'window' must be above 0 and below the cell's length, {length:g} Å, got {window:g} Å")
    n_bins = math.ceil(length / _BIN)
    places = np.floor(atoms.get_scaled_positions(wrap=True)[:, 2] * n_bins).astype(np.int64) % n_bins
    counts = np.bincount(places, minlength=n_bins)
    wide = max(1, round(window / length * n_bins))
    around = np.cumsum(np.concatenate([[0], counts, counts[:wide]]))
    held = around[wide : wide + n_bins] - around[:n_bins]
    first, run = _longest_run(held == held.min())
    middle = (first + 0.5 * (run - 1) + 0.5 * wide) / n_bins
    return Thinnest(middle % 1.0, wide * length / n_bins, float(held.min() / (len(atoms) * wide / n_bins)))


def _longest_run(chosen: BoolArray) -> tuple[int, int]:
    """Return where the longest run of a ring begins and how long it is."""
    n = len(chosen)
    if chosen.all():
        return 0, n
    start = int(np.flatnonzero(~chosen)[0]) + 1
    best, length, begun = (0, 0), 0, 0
    for step in range(n):
        place = (start + step) % n
        begun = place if chosen[place] and length == 0 else begun
        length = length + 1 if chosen[place] else 0
        best = (begun, length) if length > best[1] else best
    return best
