"""VASP's XDATCAR, frame by frame; it holds no times and wraps its atoms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase.data import atomic_numbers

from gbglass.core.arrays import FloatArray
from gbglass.core.rows import is_number
from gbglass.core.textfile import TextFile, open_text
from gbglass.errors import CutFileError, FormatError

_FRAME = re.compile(r"(direct|cartesian) configuration\s*=\s*(\d+)", re.IGNORECASE)
_SHOWN = 60


@dataclass(frozen=True)
class XdatcarFrame:
    """One configuration.

    Parameters
    ----------
    symbols
        Chemical symbol of each atom.
    cell
        Rows are the cell vectors [Å, (3, 3)].
    positions
        As written, wrapped into the cell [Å, (n_atoms, 3)].

    """

    symbols: tuple[str, ...]
    cell: FloatArray
    positions: FloatArray


def read_xdatcar(path: Path, *, drop_cut_frame: bool = False) -> Iterator[XdatcarFrame]:
    """Walk through the configurations of an XDATCAR, of a fixed cell or of one that changes.

    Parameters
    ----------
    path
        The file; it may be packed as .gz or .zst.
    drop_cut_frame
        End before a last configuration that is not whole; else it is an error.

    Raises
    ------
    FormatError
        At the first thing that is not as the format promises, with its line.

    """
    number = 0
    with open_text(path) as file:
        try:
            header: tuple[FloatArray, tuple[str, ...]] | None = None
            while not file.at_end():
                title = file.line()
                if header is None or not _FRAME.search(title):
                    header = _header(file)
                    title = file.line()
                cell, symbols = header
                yield XdatcarFrame(symbols, cell, _positions(file, title, cell, len(symbols)))
                number += 1
        except CutFileError:
            if not drop_cut_frame:
                raise
        except FormatError as error:
            raise FormatError(error.path, error.line, f"frame {number}: {error.what}") from None


def _header(file: TextFile) -> tuple[FloatArray, tuple[str, ...]]:
    (scale,) = _numbers(file, 1)
    cell = np.array([_numbers(file, 3) for _ in range(3)])
    names = [re.split(r"[_/.]", word)[0] for word in file.line().split()]
    unknown = [name for name in names if name not in atomic_numbers]
    if unknown or not names:
        raise file.wrong(f"element symbols are due above, got {' '.join(unknown)[:_SHOWN]!r}")
    counts = [int(count) for count in _numbers(file, len(names)) if count == int(count) > 0]
    if len(counts) != len(names) or sum(counts) > 10**9:
        raise file.wrong("numbers of atoms are due above, each a whole number from 1 on")
    volume = abs(float(np.linalg.det(cell)))
    size = scale if scale > 0 else (-scale / volume) ** (1.0 / 3.0) if volume > 0 else 0.0
    symbols = tuple(name for name, count in zip(names, counts, strict=True) for _ in range(count))
    return cell * size, symbols


def _numbers(file: TextFile, count: int) -> list[float]:
    text = file.line()
    words = text.split()
    if len(words) != count or not all(is_number(word) for word in words):
        raise file.wrong(f"{count} number(s) are due above, got {text[:_SHOWN]!r}")
    return [float(word) for word in words]


def _positions(file: TextFile, title: str, cell: FloatArray, n_atoms: int) -> FloatArray:
    found = _FRAME.search(title)
    if found is None:
        raise file.wrong(f"'Direct configuration= ...' is due, got {title[:_SHOWN]!r}", ahead=-1)
    table = np.empty((n_atoms, 3))
    file.rows(table, ("x", "y", "z"))
    positions: FloatArray = table @ cell if found[1].lower() == "direct" else table
    return positions
