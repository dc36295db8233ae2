"""Text dumps of LAMMPS, read frame by frame; they state their units and times, or they are not believed."""

import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.trajectory import Frame
from gbglass.errors import FormatError

_COLUMNS = "id type xu yu zu"
_N_COLUMNS = 5
_ITEM = b"ITEM: "


@dataclass(frozen=True)
class DumpFrame:
    """A frame and the LAMMPS types of its atoms.

    Parameters
    ----------
    frame
        Its cell has its origin at 0; atoms are in the order of their ids.
    types
        [int, (n_atoms,)], from 1.

    """

    frame: Frame
    types: IntArray


def read_dump(path: Path) -> Iterator[DumpFrame]:
    """Walk through the frames of a dump that was written with ``units yes time yes`` and columns id type xu yu zu.

    Raises
    ------
    FormatError
        At the first thing that is not as the format promises, with its line.

    """
    if path.stat().st_size == 0:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        scan = _Scan(path, content)
        while not scan.at_end:
            yield scan.frame()


class _Scan:
    """A place in a dump that only moves forward."""

    def __init__(self, path: Path, content: mmap.mmap) -> None:
        self._path = path
        self._content = content
        self._place = 0
        self._line = 1

    @property
    def at_end(self) -> bool:
        return self._place >= len(self._content)

    def frame(self) -> DumpFrame:
        """Read the frame that starts here."""
        units = self._after("UNITS") if self._next_is("UNITS") else None
        if units is not None and units != "metal":
            raise self._wrong(f"units must be metal, got {units}")
        if not self._next_is("TIME\n"):
            raise self._wrong("states no time; write it with dump_modify ... units yes time yes")
        time = self._number(self._after("TIME"))
        step = self._whole(self._after("TIMESTEP"))
        n_atoms = self._whole(self._after("NUMBER OF ATOMS"))
        bounds = self._bounds()
        rows = self._rows(n_atoms)
        order = np.argsort(rows[:, 0], kind="stable")
        rows = rows[order] if np.any(np.diff(rows[:, 0]) <= 0) else rows
        if not np.array_equal(rows[:, 0], np.arange(1, n_atoms + 1)):
            raise self._wrong(f"ids are not 1 to {n_atoms}, each once")
        positions = rows[:, 2:] - bounds[:, 0]
        cell = np.diag(bounds[:, 1] - bounds[:, 0])
        return DumpFrame(Frame(step, time, cell, positions), rows[:, 1].astype(np.int64))

    def _bounds(self) -> FloatArray:
        heading = self._heading("BOX BOUNDS")
        if heading.split() != ["pp", "pp", "pp"]:
            raise self._wrong(f"the box must be orthogonal and periodic (pp pp pp), got {heading!r}")
        bounds = np.array([self._numbers(self._text(), 2) for _ in range(3)])
        if not np.all(bounds[:, 0] < bounds[:, 1]):
            raise self._wrong("the box has no volume")
        return bounds

    def _rows(self, n_atoms: int) -> FloatArray:
        heading = self._heading("ATOMS")
        if heading != _COLUMNS:
            raise self._wrong(f"columns must be {_COLUMNS!r}, got {heading!r}")
        end = self._content.find(_ITEM, self._place)
        block = self._content[self._place : end if end >= 0 else len(self._content)]
        n_lines = block.count(b"\n")
        if n_lines != n_atoms or not block.endswith(b"\n"):
            raise self._wrong(f"{n_atoms} atoms are promised, {n_lines} whole lines follow")
        try:
            rows = np.loadtxt(io.BytesIO(block), comments=None, ndmin=2)
        except ValueError as error:
            raise self._wrong(f"a line below is not {_N_COLUMNS} numbers ({error})") from error
        if rows.shape != (n_atoms, _N_COLUMNS):
            raise self._wrong(f"{n_atoms} lines of {_N_COLUMNS} numbers are promised, got {rows.shape}")
        if not np.isfinite(rows).all():
            raise self._wrong("a number below is not finite")
        self._place += len(block)
        self._line += n_lines
        return rows

    def _next_is(self, item: str) -> bool:
        wanted = _ITEM + item.encode()
        return self._content[self._place : self._place + len(wanted)] == wanted

    def _heading(self, item: str) -> str:
        if not self._next_is(item):
            raise self._wrong(f"'ITEM: {item}' is due here")
        return self._text().removeprefix(f"ITEM: {item}").strip()

    def _after(self, item: str) -> str:
        self._heading(item)
        return self._text().strip()

    def _text(self) -> str:
        end = self._content.find(b"\n", self._place)
        if end < 0:
            raise self._wrong("the file ends in the middle of a line")
        text = self._content[self._place : end].decode("ascii", errors="replace")
        self._place = end + 1
        self._line += 1
        return text

    def _whole(self, text: str) -> int:
        if not text.isdigit():
            raise self._wrong(f"a whole number is due above, got {text[:40]!r}")
        return int(text)

    def _number(self, text: str) -> float:
        return self._numbers(text, 1)[0]

    def _numbers(self, text: str, count: int) -> list[float]:
        try:
            numbers = [float(word) for word in text.split()]
        except ValueError:
            numbers = []
        if len(numbers) != count or not np.isfinite(numbers).all():
            raise self._wrong(f"{count} number(s) are due above, got {text[:40]!r}")
        return numbers

    def _wrong(self, what: str) -> FormatError:
        return FormatError(self._path, self._line, what)
