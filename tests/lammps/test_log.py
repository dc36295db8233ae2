"""Thermo tables of logs, finished or growing."""

from pathlib import Path

import pytest
from numpy.testing import assert_allclose

from gbglass.errors import FormatError
from gbglass.lammps.log import THERMO_COLUMNS, last_step, read_thermo

HEADER = "   Step   Time    Temp   Press   PotEng   TotEng   Lx  Ly  Lz  Pxx Pyy Pzz v_normal\n"
ROWS = "         0   0              300          -1.5           -10            -9.5   12 12 12.5 1 1 -6.5 -6.5\n"
MORE = "       100   0.1            310           2.5           -10.1          -9.4   12 12 12.6 2 2 3.5 3.5\n"
END = "Loop time of 0.5 on 1 procs for 100 steps with 192 atoms\n"


def _log(folder: Path, text: str) -> Path:
    path = folder / "log.lammps"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_in_the_order_of_its_columns(tmp_path: Path) -> None:
    table = read_thermo(_log(tmp_path, "units metal\n" + HEADER + ROWS + MORE + END))
    assert table.shape == (2, len(THERMO_COLUMNS))
    assert_allclose(table[1, :3], [100, 0.1, 310], rtol=1e-12)


def test_a_warning_amid_the_rows_is_not_a_row(tmp_path: Path) -> None:
    warning = "WARNING: Dangerous builds = 2 (../neighbor.cpp:1)\n"
    assert len(read_thermo(_log(tmp_path, HEADER + ROWS + warning + MORE + END))) == 2


def test_a_growing_log_tells_only_of_whole_rows(tmp_path: Path) -> None:
    assert last_step(tmp_path / "absent") is None
    assert last_step(_log(tmp_path, HEADER)) is None
    assert last_step(_log(tmp_path, HEADER + ROWS)) == 0
    for cut in range(1, len(MORE)):
        assert last_step(_log(tmp_path, HEADER + ROWS + MORE[:cut])) == 0
    assert last_step(_log(tmp_path, HEADER + ROWS + MORE)) == 100


@pytest.mark.parametrize("row", ["  100  nonsense 3 4 5 6 7 8 9 10 11 12 13\n", "  100 1 2\n"])
def test_a_broken_row_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(FormatError, match="line 3"):
        read_thermo(_log(tmp_path, HEADER + ROWS + row + END))


def test_a_log_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no thermodynamic table"):
        read_thermo(_log(tmp_path, "LAMMPS (22 Jul 2025)\nERROR: nothing\n"))
