"""Text files larger than what is held of them: every line once, whatever packs them, and cuts and damage noticed."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zstandard

from gbglass.core.textfile import Span, open_text
from gbglass.errors import CutFileError, FormatError

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "n.txt": bytes,
    "n.txt.gz": gzip.compress,
    "n.txt.zst": zstandard.ZstdCompressor().compress,
    "two.txt.gz": lambda text: gzip.compress(text[:1000]) + gzip.compress(text[1000:]),
    "two.txt.zst": lambda text: zstandard.compress(text[:1000]) + zstandard.compress(text[1000:]),
}
N_ROWS = 120_000
TABLE = np.random.default_rng(3).integers(0, 10**6, (N_ROWS, 2)).astype(float)
TEXT = b"title\n" + b"".join(b"%d %d\n" % (a, b) for a, b in TABLE.astype(int).tolist()) + b"end\n"


def read(path: Path) -> tuple[str, np.ndarray[tuple[int, int], np.dtype[np.float64]], str]:
    with open_text(path) as file:
        title, table = file.line(), np.zeros((N_ROWS, 2))
        file.rows(table, ("a", "b"))
        end = file.line()
        assert file.at_end()
        assert file.line_number == N_ROWS + 3
    return title, table, end


@pytest.mark.parametrize("name", PACKERS)
def test_a_table_longer_than_the_buffer_comes_back(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(PACKERS[name](TEXT))
    assert len(TEXT) > 2**20
    title, table, end = read(path)
    assert (title, end) == ("title", "end")
    assert np.array_equal(table, TABLE)


@pytest.mark.parametrize("name", PACKERS)
def test_a_file_cut_anywhere_is_noticed(name: str, tmp_path: Path) -> None:
    packed = PACKERS[name](TEXT)
    path = tmp_path / name
    for cut in np.linspace(1, len(packed) - 1, 12).astype(int).tolist():
        path.write_bytes(packed[:cut])
        with pytest.raises(CutFileError, match=f"{name}, line "):
            read(path)


@pytest.mark.parametrize("name", ["n.txt.gz", "n.txt.zst"])
def test_damaged_packing_is_an_error_with_a_place(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    packed = bytearray(PACKERS[name](TEXT))
    packed[0] ^= 0xFF
    path.write_bytes(packed)
    with pytest.raises(FormatError, match=f"{name}, line 1: the compressed data are damaged"):
        read(path)


def test_a_binary_file_without_lines_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "n.txt"
    path.write_bytes(bytes(2**25))
    with pytest.raises(FormatError, match="longer than"), open_text(path) as file:
        file.line()


def test_a_part_ends_where_it_was_said_to(tmp_path: Path) -> None:
    path = tmp_path / "n.txt"
    path.write_bytes(b"one\ntwo\nthree\n")
    with open_text(path, Span(4, 8)) as file:
        assert file.line() == "two"
        assert file.at_end()
