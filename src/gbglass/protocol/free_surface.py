"""Where the lithium of a discharge ends: at a gap, across which the periodic image of the cathode cannot be felt."""

from collections.abc import Sequence

import numpy as np

from gbglass.core.arrays import IntArray
from gbglass.core.cell import cell_height
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError

_NORMAL = 2
_FACE = 1.5
"""What lies so near to a gap is its face [Å]."""

_MEND = (
    "build the cell with vacuum ('gbglass build cell --vacuum 20', not '--closure open'), or put it between lithium "
    "and the held layer"
)


def require_free_surface(symbols: Sequence[str], frame: Frame, held: IntArray, piston: IntArray, reach: float) -> None:
    """Refuse a structure whose lithium would touch the held layer through the periodic boundary along z.

    Parameters
    ----------
    symbols
        Of the atoms.
    frame
        Where they are.
    held, piston
        Indices of the atoms that are held and of those that move as one body; the latter may be empty.
    reach
        How far the potential sees: a gap must be as wide [Å].

    Raises
    ------
    InputError
        Names the widest gap and what lies at its faces.

    Examples
    --------
    >>> frame = Frame(0, 0.0, np.diag([3.0, 3.0, 12.0]), np.array([[0, 0, 1.0], [0, 0, 3.0], [0, 0, 5.0]]))
    >>> require_free_surface(["Zr", "Li", "Li"], frame, np.array([0]), np.array([], dtype=int), 6.0)
    >>> require_free_surface(["Zr", "Li", "Li"], frame, np.array([1]), np.array([], dtype=int), 6.0)
    Traceback (most recent call last):
    ...
    gbglass.errors.InputError: the 8.0 Å wide gap along z must have the held layer at one of its faces, ...

    """
    height = cell_height(frame.cell, _NORMAL)
    z = frame.fractional[:, _NORMAL] % 1.0 * height
    order = np.argsort(z, kind="stable")
    gaps = np.diff(z[order], append=z[order[0]] + height)
    below = int(np.argmax(gaps))
    width, low, high = float(gaps[below]), z[order[below]], z[order[(below + 1) % len(order)]]
    if width < reach:
        raise InputError(
            f"the widest gap along z is {width:.1f} Å, at {low:.1f} Å, and the potential reaches {reach:g} Å: the "
            f"lithium would touch the periodic image of the held layer instead of ending at a free surface; {_MEND}"
        )
    faces = [np.flatnonzero((low - z) % height < _FACE), np.flatnonzero((z - high) % height < _FACE)]
    # Held atoms at one face, and at the other the piston, or lithium alone.
    if not any(np.isin(a, held).any() and _is_end(b, symbols, held, piston) for a, b in (faces, faces[::-1])):
        end = "the piston" if len(piston) else "lithium alone"
        shown = [", ".join(sorted(_elements(face, symbols))) for face in faces]
        raise InputError(
            f"the {width:.1f} Å wide gap along z must have the held layer at one of its faces, and {end} at the other; "
            f"below it lies {shown[0]} and above it {shown[1]}: choose the held layer at the outer face of the "
            f"cathode, or {_MEND}"
        )


def _is_end(face: IntArray, symbols: Sequence[str], held: IntArray, piston: IntArray) -> bool:
    if np.isin(face, held).any():
        return False
    return bool(np.isin(face, piston).any()) if len(piston) else _elements(face, symbols) == {"Li"}


def _elements(face: IntArray, symbols: Sequence[str]) -> set[str]:
    return {symbols[atom] for atom in face.tolist()}
