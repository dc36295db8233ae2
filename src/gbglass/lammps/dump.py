"""Text dumps of LAMMPS, read frame by frame; what they do not say is not guessed.

Any order of columns and atoms, plain or compressed; boxes of any shape; coordinates as they are, unwrapped, scaled, or
with image flags. Frames are counted from 0, as other programs count them.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.textfile import Span, TextFile, is_compressed, open_text
from gbglass.core.trajectory import Frame
from gbglass.errors import CutFileError, FormatError, InputError
from gbglass.lammps.dump_columns import Columns
from gbglass.lammps.dump_head import DumpHead, read_head

_ROUNDING = 1e-9
_ITEM = b"ITEM: "
_ATOMS = b"ITEM: ATOMS"
_SEARCHED_AT_ONCE = 2**20


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


@dataclass(frozen=True)
class DumpRecord:
    """All that a dump says of one instant, atoms in the order of their ids.

    Parameters
    ----------
    head
        Step, time, units, cell.
    positions
        From the corner of the box [Å, (n_atoms, 3)].
    is_unwrapped
        Whether they follow each atom through the faces of the box.
    ids
        [int, (n_atoms,)], rising.
    types
        [int, (n_atoms,)], from 1; None if they were not written.
    symbols
        The column ``element``; None if it was not written.
    arrays
        Every other column, by its name [(n_atoms,) each].

    """

    head: DumpHead
    positions: FloatArray
    is_unwrapped: bool
    ids: IntArray
    types: IntArray | None
    symbols: tuple[str, ...] | None
    arrays: Mapping[str, FloatArray]


def read_dump(path: Path) -> Iterator[DumpFrame]:
    """Walk through the frames of a dump that states its times, types and unwrapped coordinates, and all atoms.

    That is what gbglass' own decks write. `gbglass.verbs.open_trajectory` reads dumps that say less.

    Raises
    ------
    FormatError
        At the first thing that is not as promised, with its line.

    """
    for record, wrong in _walk(path, None, 0):
        head = record.head
        if head.units not in (None, "metal"):
            raise wrong(f"units must be metal, got {head.units}")
        if head.time is None:
            raise wrong("states no time; write it with dump_modify ... units yes time yes")
        if not record.is_unwrapped:
            raise wrong("unwrapped coordinates are due: columns xu yu zu, or x y z with ix iy iz")
        if record.types is None:
            raise wrong("the column 'type' is due")
        if record.ids[0] != 1 or record.ids[-1] != len(record.ids):
            raise wrong(f"ids are not 1 to {len(record.ids)}, each once")
        frame = Frame(head.step, head.time, head.cell, record.positions, record.arrays)
        yield DumpFrame(frame, record.types)


def scan_dump(
    path: Path,
    span: Span | None = None,
    *,
    first_number: int = 0,
    drop_cut_frame: bool = False,
    on_bytes: Callable[[int], None] = lambda _n_bytes: None,
) -> Iterator[DumpRecord]:
    """Walk through the frames of any dump, or of the part of it that `split_dump` gave.

    Parameters
    ----------
    path
        Compressed if it ends in ``.gz`` or ``.zst``.
    span
        The part of a plain file; all of it if absent.
    first_number
        Of the frame that the part begins with, for messages.
    drop_cut_frame
        End before a last frame that is not whole; else it is an error.
    on_bytes
        Told after each frame how many bytes have been taken from the file.

    Raises
    ------
    FormatError
        At the first thing that is not as the format promises, with its frame and line.

    """
    try:
        for record, _ in _walk(path, span, first_number, on_bytes):
            yield record
    except CutFileError:
        if not drop_cut_frame:
            raise


def dump_frame_text(symbols: Sequence[str], frame: Frame) -> str:
    """Write a frame as LAMMPS would dump it, with units, time, elements, unwrapped positions and every other array.

    The cell's first vector must lie along x and its second in the xy plane, as LAMMPS wants it.

    Raises
    ------
    InputError
        If the cell lies otherwise.

    """
    cell = frame.cell
    if np.abs(cell[np.triu_indices(3, 1)]).max() > _ROUNDING:
        raise InputError(
            f"a LAMMPS box has its first vector along x and its second in the xy plane, got {cell.tolist()}"
        )
    xy, xz, yz = (float(cell[1, 0]), float(cell[2, 0]), float(cell[2, 1]))
    low = (min(0.0, xy, xz, xy + xz), min(0.0, yz), 0.0)
    high = (cell[0, 0] + max(0.0, xy, xz, xy + xz), cell[1, 1] + max(0.0, yz), cell[2, 2])
    box = [f"{a:.16e} {b:.16e} {c:.16e}" for a, b, c in zip(low, high, (xy, xz, yz), strict=True)]
    order = list(dict.fromkeys(symbols))
    types = [order.index(symbol) + 1 for symbol in symbols]
    names = ("id", "type", "element", "xu", "yu", "zu", *frame.arrays)
    rows = [
        f"{n} {kind} {symbol} {x:.8f} {y:.8f} {z:.8f}"
        for n, (kind, symbol, (x, y, z)) in enumerate(
            zip(types, symbols, frame.positions.tolist(), strict=True), start=1
        )
    ]
    if frame.arrays:
        extras = zip(*(values.tolist() for values in frame.arrays.values()), strict=True)
        rows = [f"{row} {' '.join(f'{v:.10g}' for v in more)}" for row, more in zip(rows, extras, strict=True)]
    head = f"ITEM: UNITS\nmetal\nITEM: TIME\n{frame.time:.12g}\nITEM: TIMESTEP\n{frame.step}\n"
    head += f"ITEM: NUMBER OF ATOMS\n{len(symbols)}\nITEM: BOX BOUNDS xy xz yz pp pp pp\n"
    return "\n".join([head + box[0], *box[1:], f"ITEM: ATOMS {' '.join(names)}", *rows]) + "\n"


def split_dump(path: Path, n_parts: int) -> tuple[Span, ...]:
    """Cut a plain dump between frames into parts of about equal size; a compressed one stays whole.

    Raises
    ------
    FormatError
        If the file is no dump.

    """
    size = path.stat().st_size
    if is_compressed(path) or n_parts == 1 or size == 0:
        return (Span(),)
    starts = [0]
    with path.open("rb", buffering=0) as file:
        for part in range(1, n_parts):
            atoms = _find(file.fileno(), _ATOMS, max(starts[-1], part * size // n_parts))
            start = size if atoms is None else _find(file.fileno(), b"\n" + _ITEM, atoms)
            if start is None or start >= size:
                break
            starts.append(start + 1)
    stops = [*starts[1:], size]
    return tuple(Span(start, stop) for start, stop in zip(starts, stops, strict=True) if start < stop)


def count_frames(path: Path, span: Span) -> int:
    """Count the frames of a part without reading their atoms."""
    stop = path.stat().st_size if span.stop is None else span.stop
    overlap, n_frames = len(_ATOMS) - 1, 0
    with path.open("rb", buffering=0) as file:
        for place in range(span.start, stop, _SEARCHED_AT_ONCE):
            n_frames += os.pread(file.fileno(), min(_SEARCHED_AT_ONCE, stop - place) + overlap, place).count(_ATOMS)
    return n_frames


def _find(handle: int, wanted: bytes, place: int) -> int | None:
    """Find bytes in a file from a place on."""
    while piece := os.pread(handle, _SEARCHED_AT_ONCE + len(wanted), place):
        found = piece.find(wanted)
        if found >= 0:
            return place + found
        place += _SEARCHED_AT_ONCE
    return None


def _walk(
    path: Path, span: Span | None, number: int, on_bytes: Callable[[int], None] = lambda _n_bytes: None
) -> Iterator[tuple[DumpRecord, Callable[[str], FormatError]]]:
    """Yield each frame, and what makes an error about it."""
    with open_text(path, span) as file:
        table = np.empty((0, 0))
        units = _units_of(path) if span is not None and span.start > 0 else None
        while not file.at_end():
            try:
                head = read_head(file, number, units)
                columns = Columns(head.columns, partial(file.wrong, ahead=-1))
                table = _table(file, head, table)
                file.rows(table, columns.names, columns.words)
                _check_ends(file, head)
                record = _record(head, columns, table)
            except FormatError as error:
                raise type(error)(error.path, error.line, f"frame {number}: {error.what}") from None
            except _DamagedError as error:
                raise file.wrong(f"frame {number}: {error}") from None
            yield record, file.wrong
            on_bytes(file.bytes_read)
            number, units = number + 1, head.units


class _DamagedError(Exception):
    """Numbers that cannot be what they are said to be."""


def _units_of(path: Path) -> str | None:
    with open_text(path) as file:
        return read_head(file, 0, None).units


def _table(file: TextFile, head: DumpHead, last: FloatArray) -> FloatArray:
    """Make room for the rows of a frame, the last frame's if it fits."""
    shape = (head.n_atoms, len(head.columns))
    if last.shape == shape:
        return last
    try:
        return np.empty(shape)
    except (MemoryError, ValueError):
        raise file.wrong(f"{head.n_atoms} atoms are more than fit into memory") from None


def _check_ends(file: TextFile, head: DumpHead) -> None:
    try:
        goes_on = not file.at_end() and not file.starts_with(_ITEM[:1])
    except CutFileError:
        return  # this frame is whole; the next is not
    if goes_on:
        raise file.wrong(f"more lines follow than the {head.n_atoms} atoms that are promised")


def _record(head: DumpHead, columns: Columns, table: FloatArray) -> DumpRecord:
    if (name := columns.broken_whole(table)) is not None:
        raise _DamagedError(f"the column '{name}' must hold whole numbers")
    ids = columns.ids(table)
    if len(ids) > 1 and not np.all(ids[1:] > ids[:-1]):
        table = table[np.argsort(ids, kind="stable")]
        ids = columns.ids(table)
        if np.any(ids[1:] == ids[:-1]):
            raise _DamagedError(f"id {int(ids[1:][ids[1:] == ids[:-1]][0])} is there twice")
    if len(ids) == 0 or ids[0] < 1:
        raise _DamagedError("a frame must hold atoms with ids from 1 on")
    return DumpRecord(
        head,
        columns.positions(table, head.cell, head.origin),
        columns.is_unwrapped,
        ids.astype(np.int64),
        columns.types(table),
        columns.symbols(table),
        columns.extras(table),
    )
