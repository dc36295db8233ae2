"""What stands above the atoms of a frame of a text dump: step, time, units, box and the names of the columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.core.rows import is_number
from gbglass.core.textfile import TextFile

_ITEM = "ITEM: "
_BOX, _ATOMS = "BOX BOUNDS", "ATOMS"
_VALUES = ("UNITS", "TIME", "TIMESTEP", "NUMBER OF ATOMS")
_PERIODIC = ["pp", "pp", "pp"]
_N_NUMBERS = {(): 2, ("xy", "xz", "yz"): 3, ("abc", "origin"): 4}
"""Numbers in each of the three lines of a box, by what its heading says besides the boundaries."""

_PS: Mapping[str, float] = MappingProxyType({"metal": 1.0, "real": 1e-3})
"""Picoseconds in LAMMPS' unit of time; both have lengths in Å."""

_SHOWN = 40
_FLATTEST = 1e-6
"""Volume over the product of the edges: below, the three edges lie in a plane."""


@dataclass(frozen=True)
class DumpHead:
    """What a frame says before its atoms.

    Parameters
    ----------
    number
        Of the frame in its file, from 0.
    step
        MD step.
    time
        [ps]; None if it was not written, or nobody said in which units.
    units
        LAMMPS' name of the units; None if neither this frame nor one before it stated them.
    n_atoms
        How many lines follow.
    cell
        Rows are the cell vectors [Å, (3, 3)].
    origin
        The corner of the box [Å, (3,)].
    columns
        Names of the columns.

    """

    number: int
    step: int
    time: float | None
    units: str | None
    n_atoms: int
    cell: FloatArray
    origin: FloatArray
    columns: tuple[str, ...]


def read_head(file: TextFile, number: int, units: str | None) -> DumpHead:
    """Read up to and with the line that names the columns.

    Parameters
    ----------
    file
        At the beginning of a frame.
    number
        Of the frame.
    units
        Stated before: LAMMPS writes them once, at the head of a file.

    Raises
    ------
    FormatError
        If an item is missing, there twice, unknown, or not what it must be.

    """
    values: dict[str, str] = {}
    box: tuple[FloatArray, FloatArray] | None = None
    while not (heading := _heading(file)).startswith(_ATOMS):
        if heading.startswith(_BOX) and box is None:
            box = _read_box(file, heading.removeprefix(_BOX).split())
        elif heading in _VALUES and heading not in values:
            values[heading] = file.line().strip()
        else:
            raise file.wrong(f"'ITEM: {heading[:_SHOWN]}' is unknown, or there twice in one frame", ahead=-1)
    missing = [name for name in _VALUES[2:] if name not in values] + ([_BOX] if box is None else [])
    if box is None or missing:
        raise file.wrong(f"'ITEM: {missing[0]}' is due before 'ITEM: ATOMS'")
    columns = tuple(heading.removeprefix(_ATOMS).split())
    if len(set(columns)) < len(columns) or not columns:
        raise file.wrong(f"the columns must be named, each once, got {' '.join(columns)[:_SHOWN]!r}", ahead=-1)
    units = values.get("UNITS", units)
    if units is not None and units not in _PS:
        raise file.wrong(f"units must be {' or '.join(_PS)}, got {units[:_SHOWN]!r}")
    time = _numbers(file, values["TIME"], 1)[0] * _PS[units] if units is not None and "TIME" in values else None
    step, n_atoms = (_whole(file, values[name]) for name in _VALUES[2:])
    return DumpHead(number, step, time, units, n_atoms, *box, columns)


def _heading(file: TextFile) -> str:
    if not file.starts_with(_ITEM.encode()):
        raise file.wrong(f"a line that begins with '{_ITEM}' is due, got {file.line()[:_SHOWN]!r}")
    return file.line().removeprefix(_ITEM).strip()


def _read_box(file: TextFile, words: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Return cell and origin; LAMMPS' manual, page 'dump', says how the bounds of a skewed box are meant."""
    shape, boundary = tuple(words[:-3]), list(words[-3:])
    if boundary != _PERIODIC:
        raise file.wrong(f"the box must be periodic in all directions (pp pp pp), got {' '.join(boundary)!r}", ahead=-1)
    if shape not in _N_NUMBERS:
        raise file.wrong(f"a box is given as xy xz yz or abc origin, got {' '.join(shape)[:_SHOWN]!r}", ahead=-1)
    lines = np.array([_numbers(file, file.line(), _N_NUMBERS[shape]) for _ in range(3)])
    if shape == ("abc", "origin"):
        cell, origin = lines[:, :3], lines[:, 3]
    else:
        low, high = lines[:, 0], lines[:, 1]
        xy, xz, yz = lines[:, 2] if shape else (0.0, 0.0, 0.0)
        low = low - np.array([min(0.0, xy, xz, xy + xz), min(0.0, yz), 0.0])
        high = high - np.array([max(0.0, xy, xz, xy + xz), max(0.0, yz), 0.0])
        (lx, ly, lz), origin = high - low, low
        cell = np.array([[lx, 0.0, 0.0], [xy, ly, 0.0], [xz, yz, lz]])
    with np.errstate(over="ignore"):
        thickness = np.linalg.det(cell) / max(float(np.prod(np.linalg.norm(cell, axis=1))), 1e-300)
    if not thickness > _FLATTEST or not (shape or np.all(np.diag(cell) > 0.0)):
        raise file.wrong("the box has no volume")
    return cell, origin


def _whole(file: TextFile, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise file.wrong(f"a whole number is due above, got {text[:_SHOWN]!r}")
    return int(text)


def _numbers(file: TextFile, text: str, count: int) -> list[float]:
    words = text.split()
    if len(words) != count or not all(is_number(word) for word in words):
        raise file.wrong(f"{count} number(s) are due above, got {text[:_SHOWN]!r}")
    return [float(word) for word in words]
