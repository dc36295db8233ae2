"""Numbers in lines: the same float64 as Python's, for every way to write one; anything else is refused."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gbglass.core.arrays import FloatArray
from gbglass.core.rows import Lines, is_number, read_lines, word_of

FORMATS = ("{:.6f}", "{:.8f}", "{:g}", "{:.10g}", "{:.16e}", "{:.17g}", "{:+.3e}", "{:12.4f}", "{!r}")


def parse(text: bytes, n_rows: int, n_columns: int, words: tuple[int, ...] = ()) -> tuple[Lines, FloatArray]:
    table = np.full((n_rows, n_columns), np.nan)
    is_word = np.isin(np.arange(n_columns), words)
    return read_lines(np.frombuffer(text, dtype=np.uint8), (0, len(text)), table, is_word), table


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=12), st.sampled_from(FORMATS))
@settings(max_examples=200, deadline=None)
@example([5e-324, 1.7976931348623157e308, -0.0], "{!r}")
@example([9007199254740993.0, 2.0**53 + 2, 1e22, 1e23], "{!r}")
def test_every_number_is_what_python_makes_of_it(values: list[float], form: str) -> None:
    words = [form.format(value).strip() for value in values]
    assume(all(is_number(word) for word in words))  # rounding up may leave what float64 holds
    lines, table = parse("".join(f" {word}\t{word} \r\n" for word in words).encode(), len(words), 2)
    assert lines.n_read == len(words)
    for word, row in zip(words, table.tolist(), strict=True):
        assert [value.hex() for value in row] == [float(word).hex()] * 2


@given(
    st.integers(0, 10**20),
    st.integers(0, 24),
    st.sampled_from(["", "-", "+"]),
    st.sampled_from(["", "e5", "E-3", "e0"]),
)
@settings(max_examples=200, deadline=None)
def test_any_digits_with_a_point_anywhere_are_what_python_makes_of_them(
    digits: int, decimals: int, sign: str, exponent: str
) -> None:
    text = str(digits).rjust(decimals, "0")
    word = f"{sign}{text[: len(text) - decimals]}.{text[len(text) - decimals :]}{exponent}"
    lines, table = parse(f"{word}\n".encode(), 1, 1)
    assert lines.n_read == 1
    assert table[0, 0].hex() == float(word).hex()


@given(st.text(alphabet="0123456789+-.eE naif_x", min_size=1, max_size=10))
@settings(max_examples=400, deadline=None)
def test_what_is_no_number_is_refused(text: str) -> None:
    lines, table = parse(f"{text}\n".encode(), 1, 1)
    words = text.split()
    if len(words) == 1 and is_number(words[0]):
        assert lines.n_read == 1
        assert table[0, 0] == float(words[0])
    else:
        assert lines == Lines(0, 0, is_broken=True)


@pytest.mark.parametrize(
    "word", ["nan", "inf", "1e999", "0x10", "1_0", "1,5", "--1", "1.2.3", "-", ".", "1e", "e5", "٣"]
)
def test_words_that_look_like_numbers_are_refused_at_their_line(word: str) -> None:
    lines, _ = parse(f"1 2\n3 {word}\n5 6\n".encode(), 3, 2)
    assert lines == Lines(4, 1, is_broken=True)


def test_a_line_with_other_columns_is_refused_however_many_there_are() -> None:
    assert parse(b"1 2\n3\n", 2, 2)[0] == Lines(4, 1, is_broken=True)
    assert parse(b"1 2\n3 4 " + b"x " * 10_000 + b"\n", 2, 2)[0] == Lines(4, 1, is_broken=True)
    assert parse(b"1 2\n\n3 4\n", 2, 2)[0] == Lines(4, 1, is_broken=True)


def test_bytes_that_end_within_a_line_leave_it_for_later() -> None:
    text = b"1 2.5\n3 4.5\n"
    for stop in range(len(text)):
        lines, table = parse(text[:stop], 2, 2)
        whole = text[:stop].count(b"\n")
        assert lines == Lines(6 * whole, whole, is_broken=False)
        assert table[:whole].tolist() == [[1.0, 2.5], [3.0, 4.5]][:whole]


def test_more_odd_words_than_are_kept_at_once_are_all_read() -> None:
    n = 3000
    lines, table = parse(b"".join(b"Li 1.5e%d\n" % (k % 5) for k in range(n)), n, 2, words=(0,))
    assert lines.n_read == n
    assert {word_of(code) for code in table[:, 0]} == {"Li"}
    assert table[:, 1].tolist() == [1.5 * 10 ** (k % 5) for k in range(n)]
