"""Text files that are larger than memory, plain or compressed, line by line and table by table."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np
import zstandard

from gbglass.core.arrays import BoolArray, FloatArray
from gbglass.core.rows import is_number, read_lines
from gbglass.errors import CutFileError, FormatError

_AT_ONCE = 2**20
_LONGEST_LINE = 2**24
_COMPRESSED_AT_ONCE = 2**16
_SHOWN = 60
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class _Source(Protocol):
    def readinto(self, buffer: memoryview, /) -> int: ...


def _gzip_inflater() -> _Inflater:
    return zlib.decompressobj(_GZIP_WINDOW)


def _zstd_inflater() -> _Inflater:
    return zstandard.ZstdDecompressor().decompressobj()


_INFLATERS: Mapping[str, Callable[[], _Inflater]] = MappingProxyType(
    {".gz": _gzip_inflater, ".zst": _zstd_inflater, ".zstd": _zstd_inflater}
)


def is_compressed(path: Path) -> bool:
    """Say whether a file is compressed, by the ending of its name.

    Examples
    --------
    >>> is_compressed(Path("frames.lammpstrj.gz")), is_compressed(Path("frames.lammpstrj"))
    (True, False)

    """
    return path.suffix.lower() in _INFLATERS


class _Inflated:
    """What a compressed file holds, piece by piece; it knows when the file is cut."""

    def __init__(self, file: FileIO, make: Callable[[], _Inflater]) -> None:
        self._file = file
        self._make = make
        self._inflater = make()
        self._rest = b""
        self._begun = False

    def readinto(self, buffer: memoryview) -> int:
        while not self._rest:
            packed = self._inflater.unused_data if self._inflater.eof else b""
            packed = packed or self._file.read(_COMPRESSED_AT_ONCE)
            if not packed:
                if self._begun and not self._inflater.eof:
                    raise EOFError
                return 0
            if self._inflater.eof:
                self._inflater = self._make()
            self._begun = True
            self._rest = self._inflater.decompress(packed)
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


@dataclass(frozen=True)
class Span:
    """Part of a plain file, in bytes from its start.

    Parameters
    ----------
    start
        Where it begins: at the beginning of a line.
    stop
        Where it ends; None for the end of the file.

    """

    start: int = 0
    stop: int | None = None


class TextFile:
    """A place in a text file that only moves forward.

    Parameters
    ----------
    path
        Decompressed on the way if it ends in ``.gz`` or ``.zst``.
    file
        The open file.
    span
        The part that is read.

    """

    def __init__(self, path: Path, file: FileIO, span: Span) -> None:
        self.path = path
        self.line_number = 1
        self._file = file
        inflater = _INFLATERS.get(path.suffix.lower())
        self._source: _Source = _Inflated(file, inflater) if inflater else file
        file.seek(span.start)
        self._left = None if span.stop is None else span.stop - span.start
        self._bytes = bytearray(_AT_ONCE)
        self._start = 0
        self._stop = 0

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file, compressed or not, have been taken from the disk."""
        return self._file.tell()

    def at_end(self) -> bool:
        """Say whether nothing is left.

        Raises
        ------
        FormatError
            If the compressed data are damaged or end too early.

        """
        return self._start == self._stop and not self._fill()

    def starts_with(self, text: bytes) -> bool:
        """Look ahead without moving."""
        while self._stop - self._start < len(text) and self._fill():
            pass
        return self._bytes[self._start : self._start + len(text)] == text

    def line(self) -> str:
        """Return the next line, without its end.

        Raises
        ------
        FormatError
            If the file ends within it.

        """
        seen = self._start
        while (end := self._bytes.find(b"\n", seen, self._stop)) < 0:
            seen = self._stop - self._start
            if not self._fill():
                raise self.cut("the file ends in the middle of a line")
        text = self._bytes[self._start : end].decode("utf-8", errors="replace").rstrip("\r")
        self._start = end + 1
        self.line_number += 1
        return text

    def rows(self, table: FloatArray, names: Sequence[str], words: Sequence[str] = ()) -> None:
        """Read as many lines as a table has rows, column by column.

        Parameters
        ----------
        table
            What is filled [(n_rows, n_columns), contiguous].
        names
            Of its columns, for messages.
        words
            Which of them are words, kept as numbers (`gbglass.core.rows.word_of`).

        Raises
        ------
        FormatError
            If a line has another number of columns, or a word where a number is due.

        """
        is_word: BoolArray = np.isin(np.array(names), list(words))
        n_read = 0
        while True:
            data = np.frombuffer(self._bytes, dtype=np.uint8)
            lines = read_lines(data, (self._start, self._stop), table[n_read:], is_word)
            del data  # else the bytes could not grow
            n_read += lines.n_read
            self.line_number += lines.n_read
            self._start = lines.place
            if lines.is_broken:
                raise self.wrong(_what_is_broken(self.line(), names, words), ahead=-1)
            if n_read == len(table):
                return
            if not self._fill():
                raise self.cut(f"{len(table)} lines are promised, {n_read} are there")

    def wrong(self, what: str, ahead: int = 0) -> FormatError:
        """Make the error that says what is wrong at the line that comes next, or some lines ahead of it."""
        return FormatError(self.path, self.line_number + ahead, what)

    def cut(self, what: str) -> CutFileError:
        """Make the error that says that the file ends too early."""
        return CutFileError(self.path, self.line_number, what)

    def _fill(self) -> bool:
        """Take more bytes from the file behind those that are not used yet; false if there are none."""
        kept = self._stop - self._start
        self._bytes[:kept] = self._bytes[self._start : self._stop]
        self._start, self._stop = 0, kept
        if kept == len(self._bytes):
            if kept >= _LONGEST_LINE:
                raise self.wrong(f"a line is longer than {_LONGEST_LINE} bytes; this is no such text file")
            self._bytes.extend(bytes(kept))
        room = len(self._bytes) - kept
        wanted = room if self._left is None else min(room, self._left)
        try:
            with memoryview(self._bytes) as view:
                n = self._source.readinto(view[kept : kept + wanted])
        except EOFError:
            raise self.cut("the compressed data end too early") from None
        except (zlib.error, zstandard.ZstdError) as error:
            raise self.wrong(f"the compressed data are damaged ({error})") from None
        self._stop += n
        if self._left is not None:
            self._left -= n
        return n > 0


def _what_is_broken(line: str, names: Sequence[str], words: Sequence[str]) -> str:
    found = line.split()
    shown = line.strip()[:_SHOWN]
    if len(found) != len(names):
        return f"{len(names)} columns are due ({' '.join(names)}), got {len(found)}: {shown!r}"
    for name, word in zip(names, found, strict=True):
        if name not in words and not is_number(word):
            return f"{name!r} must be a finite number, got {word[:_SHOWN]!r}"
    return f"the columns {' '.join(names)} are due, got {shown!r}"


@contextmanager
def open_text(path: Path, span: Span | None = None) -> Iterator[TextFile]:
    r"""Open a text file, or part of a plain one.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     path = Path(name) / "numbers.txt"
    ...     _ = path.write_text("two numbers\n1 0.5\n2 1.5\n")
    ...     with open_text(path) as file:
    ...         title, table = file.line(), np.empty((2, 2))
    ...         file.rows(table, ("n", "x"))
    >>> title, table.tolist()
    ('two numbers', [[1.0, 0.5], [2.0, 1.5]])

    """
    with path.open("rb", buffering=0) as file:
        yield TextFile(path, file, span or Span())
