"""Lines of numbers, read to the last bit and as fast as memory gives them (docs/decisions/0010-text-dumps.md).

A decimal number whose digits make a whole number up to 2⁵³ and whose power of ten lies within ±22 is one division or
multiplication of numbers that float64 holds exactly, so it comes out correctly rounded (W. D. Clinger, 1990,
doi:10.1145/93542.93557). Longer ones are left to Python's ``float``.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.core.compiled import compiled

ByteArray = NDArray[np.uint8]

_DONE, _CUT, _BROKEN, _FULL = 0, 1, 2, 3
"""How reading ended: all lines are read; the bytes end within one; one has other columns; too many odd words."""

_POWERS: FloatArray = np.array([10.0**n for n in range(23)])
_MOST_DIGITS = 18
_LARGEST = 2**53
_ROOM = 4096
_LONGEST_WORD = 6
_NEWLINE, _MINUS, _DOT = 10, 45, 46
_IS_BLANK: BoolArray = np.isin(np.arange(256), [32, 9, 13, _NEWLINE])
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@compiled
def _is_plain(whole: np.uint64, n_digits: int, n_decimals: int) -> bool:
    """Say whether one division gives the correctly rounded value."""
    return bool(0 < n_digits <= _MOST_DIGITS and n_decimals < len(_POWERS) and whole <= np.uint64(_LARGEST))


# Numba counts references wherever an array is handed on, which costs more than reading the digits: one long loop.
@compiled
def _scan(
    data: ByteArray, span: tuple[int, int], rows: FloatArray, is_word: BoolArray, odd: IntArray
) -> tuple[int, int, int, int]:
    """Read line after line; return where the first unread one begins, how many were read, how it ended, how many odd.

    What is no plain number goes into `odd`: where it begins and ends, its row and its column.
    """
    place, stop = span
    first, dot, row, column, n_odd, n_safe = place, -1, 0, 0, 0, 0
    whole, is_odd = np.uint64(0), False
    for i in range(place, stop):
        letter = data[i]
        digit = np.uint8(letter - np.uint8(48))
        if digit <= 9:  # noqa: PLR2004
            whole = whole * np.uint64(10) + np.uint64(digit)
        elif letter == _DOT:
            is_odd |= dot >= first
            dot = i
        elif not _IS_BLANK[letter]:
            is_odd |= letter != _MINUS or i > first
        else:
            if i > first:
                negative, n_decimals = data[first] == _MINUS, max(i - dot - 1, 0) if dot >= first else 0
                n_digits = i - first - int(negative) - int(dot >= first)
                where = min(column, len(is_word) - 1)
                if is_odd or is_word[where] or not _is_plain(whole, n_digits, n_decimals):
                    odd[n_odd, 0], odd[n_odd, 1], odd[n_odd, 2], odd[n_odd, 3] = first, i, row, where
                    n_odd = min(n_odd + 1, len(odd) - 1)
                else:
                    value = float(whole) / _POWERS[n_decimals]
                    rows[row, where] = -value if negative else value
                column += 1
            first, whole, is_odd = i + 1, np.uint64(0), False
            if letter == _NEWLINE:
                if column != len(is_word):
                    return place, row, _BROKEN, n_safe
                place, row, column, n_safe = i + 1, row + 1, 0, n_odd
                if row == len(rows) or n_odd + len(is_word) >= len(odd):
                    return place, row, _DONE if row == len(rows) else _FULL, n_safe
    return place, row, _CUT, n_safe


@dataclass(frozen=True)
class Lines:
    """What came of reading lines.

    Parameters
    ----------
    place
        Where the first line that was not read begins.
    n_read
        How many were read.
    is_broken
        Whether that line is not what it must be; else it is only not whole yet, or was not asked for.

    """

    place: int
    n_read: int
    is_broken: bool


def read_lines(data: ByteArray, span: tuple[int, int], rows: FloatArray, is_word: BoolArray) -> Lines:
    r"""Read lines of columns that blanks part into the rows of a table, as many as are whole.

    Parameters
    ----------
    data
        The bytes.
    span
        Where the first line begins, and where the bytes end.
    rows
        What is filled [(n_lines, n_columns), contiguous].
    is_word
        Which columns are words of up to six letters, kept as the number that their bytes make (`word_of`).

    Examples
    --------
    >>> text = np.frombuffer(b"1 Li 0.1\n2 O -2e-3\n3 ", dtype=np.uint8)
    >>> table = np.zeros((3, 3))
    >>> read_lines(text, (0, len(text)), table, np.array([False, True, False]))
    Lines(place=19, n_read=2, is_broken=False)
    >>> table[:2, 2].tolist(), word_of(table[0, 1])
    ([0.1, -0.002], 'Li')

    """
    place, stop = span
    n_read, state = 0, _FULL
    odd = np.empty((_ROOM + len(is_word), 4), dtype=np.int64)
    while state == _FULL:
        fresh = rows[n_read:]
        place, more, state, n_odd = _scan(data, (place, stop), fresh, is_word, odd)
        broken = _read_odd(data, fresh, is_word, odd[:n_odd]) if n_odd else None
        if broken is not None:
            first, row = broken
            line_start = bytes(data[span[0] : first]).rfind(b"\n") + 1 + span[0]
            return Lines(line_start, n_read + row, is_broken=True)
        n_read += more
    return Lines(place, n_read, is_broken=state == _BROKEN)


def _read_odd(data: ByteArray, rows: FloatArray, is_word: BoolArray, odd: IntArray) -> tuple[int, int] | None:
    """Read words and long numbers; return where the first that is none begins, and its row."""
    words = odd[is_word[odd[:, 3]]]
    first, length = words[:, 0], words[:, 1] - words[:, 0]
    codes = np.zeros(len(words))
    for k in range(_LONGEST_WORD):
        within = k < length
        codes[within] = codes[within] * 256.0 + data[first[within] + k]
    rows[words[:, 2], words[:, 3]] = codes
    wrong = [(start, row) for start, _, row, _ in words[length > _LONGEST_WORD].tolist()]
    for start, end, row, column in odd[~is_word[odd[:, 3]]].tolist():
        text = bytes(data[start:end]).decode("ascii", errors="replace")
        if not is_number(text):
            wrong.append((start, row))
            break
        rows[row, column] = float(text)
    return min(wrong, default=None)


def is_number(word: str) -> bool:
    """Say whether a word is a finite decimal number.

    Examples
    --------
    >>> [is_number(word) for word in ("-1.5e3", "1_000", "nan", "1e999")]
    [True, False, False, False]

    """
    return _NUMBER.fullmatch(word) is not None and math.isfinite(float(word))


def word_of(code: float) -> str:
    """Return the word that a number stands for; letters outside ASCII become question marks."""
    number = int(code)
    return number.to_bytes((number.bit_length() + 7) // 8, "big").decode("ascii", errors="replace")
