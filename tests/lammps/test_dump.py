"""Text dumps: every number comes back, and whatever is not a dump is refused with its line."""

import gzip
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.core.arrays import FloatArray
from gbglass.errors import CutFileError, FormatError
from gbglass.lammps.dump import DumpRecord, read_dump, scan_dump, split_dump

LOW = (-0.5, 0.25, 100.0)
CELL = (12.0, 13.5, 14.25)


def _text(steps: list[int], positions: FloatArray, order: list[int] | None = None) -> str:
    """Write a dump as LAMMPS does; positions from the corner of the box [Å, (n_frames, n_atoms, 3)]."""
    n_atoms = positions.shape[1]
    blocks = []
    for step, frame in zip(steps, positions, strict=True):
        box = "\n".join(f"{low:.16e} {low + edge:.16e}" for low, edge in zip(LOW, CELL, strict=True))
        rows = "\n".join(
            f"{i + 1} {i % 4 + 1} " + " ".join(f"{x:.6f}" for x in frame[i] + np.array(LOW))
            for i in order or range(n_atoms)
        )
        blocks.append(
            f"ITEM: UNITS\nmetal\nITEM: TIME\n{step * 1e-3:.16g}\nITEM: TIMESTEP\n{step}\nITEM: NUMBER OF ATOMS\n"
            f"{n_atoms}\nITEM: BOX BOUNDS pp pp pp\n{box}\nITEM: ATOMS id type xu yu zu\n{rows}\n"
        )
    # LAMMPS states the units once, at the head of the file.
    return "".join(b if n == 0 else b.removeprefix("ITEM: UNITS\nmetal\n") for n, b in enumerate(blocks))


@pytest.fixture
def positions() -> FloatArray:
    return np.round(np.random.default_rng(2).uniform(-30.0, 30.0, (3, 7, 3)), 6)


def _write(folder: Path, text: str | bytes) -> Path:
    path = folder / "frames.lammpstrj"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_frames_come_back_with_the_corner_of_the_box_at_zero(positions: FloatArray, tmp_path: Path) -> None:
    found = list(read_dump(_write(tmp_path, _text([0, 20, 40], positions))))
    assert [dumped.frame.step for dumped in found] == [0, 20, 40]
    assert_allclose([dumped.frame.time for dumped in found], [0.0, 0.02, 0.04], rtol=1e-12)
    for dumped, expected in zip(found, positions, strict=True):
        assert_allclose(dumped.frame.positions, expected, rtol=0, atol=1e-9)
        assert_allclose(dumped.frame.cell, np.diag(CELL), rtol=1e-12, atol=1e-12)
        assert dumped.types.tolist() == [1, 2, 3, 4, 1, 2, 3]


def test_atoms_are_put_in_order_of_their_ids(positions: FloatArray, tmp_path: Path) -> None:
    shuffled = [3, 0, 6, 1, 5, 2, 4]
    found = list(read_dump(_write(tmp_path, _text([0, 20, 40], positions, shuffled))))
    assert_allclose(found[2].frame.positions, positions[2], rtol=0, atol=1e-9)
    assert found[0].types.tolist() == [1, 2, 3, 4, 1, 2, 3]


def test_an_empty_file_holds_no_frames(tmp_path: Path) -> None:
    assert list(read_dump(_write(tmp_path, ""))) == []


BROKEN = {
    "no time": ("ITEM: TIME\n0\n", ""),
    "other units": ("metal", "lj"),
    "an id twice": ("\n2 2 ", "\n1 2 "),
    "an atom too many": ("NUMBER OF ATOMS\n7", "NUMBER OF ATOMS\n6"),
    "a word for a number": ("\n2 2 ", "\n2 two "),
    "not a number": ("\n2 2 ", "\n2 nan "),
    "other columns": ("id type xu yu zu", "id type x y z"),
    "an open box": ("pp pp pp", "pp pp ff"),
    "a skewed box": ("BOX BOUNDS pp pp pp", "BOX BOUNDS xy xz yz pp pp pp"),
    "a flat box": (f"{LOW[0]:.16e} {LOW[0] + CELL[0]:.16e}", f"{LOW[0]:.16e} {LOW[0]:.16e}"),
    "a step that is none": ("TIMESTEP\n20", "TIMESTEP\n-20"),
    "a comment": ("\n2 2 ", "\n# 2 2 "),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_refused_with_file_and_line(positions: FloatArray, tmp_path: Path, what: str) -> None:
    old, new = BROKEN[what]
    text = _text([0, 20, 40], positions)
    assert old in text
    path = _write(tmp_path, text.replace(old, new, 1))
    with pytest.raises(FormatError, match=r"frames\.lammpstrj, line \d+"):
        list(read_dump(path))


def test_a_dump_cut_anywhere_gives_only_whole_frames(positions: FloatArray, tmp_path: Path) -> None:
    text = _text([0, 20, 40], positions).encode()
    for cut in range(1, len(text), 17):
        path = _write(tmp_path, text[:cut])
        read: list[int] = []
        refused = False
        try:
            for dumped in read_dump(path):
                assert_allclose(dumped.frame.positions, positions[len(read)], rtol=0, atol=1e-9)
                read.append(dumped.frame.step)
        except FormatError:
            refused = True
        assert read == [0, 20, 40][: len(read)]
        assert refused, f"cut after {cut} bytes went unnoticed"


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_that_are_no_digits_are_noticed_or_harmless(
    positions: FloatArray, tmp_path: Path, data: st.DataObject
) -> None:
    """A digit for a digit cannot be noticed without a checksum, which segments have; anything else must be."""
    text = bytearray(_text([0, 20, 40], positions).encode())
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] = data.draw(st.sampled_from(list(b"#xN\0\xff,;\"'")))
    try:
        found = [dumped.frame for dumped in read_dump(_write(tmp_path, bytes(text)))]
    except FormatError:
        return
    for frame, expected in zip(found, positions, strict=True):
        assert_allclose(frame.positions, expected, rtol=0, atol=1e-9)


SKEWED = np.array([[12.0, 0.0, 0.0], [-2.5, 13.5, 0.0], [3.25, 1.5, 14.25]])
GENERAL = np.array([[10.0, 1.0, 2.0], [-2.5, 13.5, 0.5], [3.25, 1.5, 14.25]])
FLAGS = np.array([[0, 0, 0], [1, 0, -2], [-1, 3, 0], [0, 0, 1], [0, -1, 0], [2, 2, 2], [0, 0, 0]])


def _box(shape: str, cell: FloatArray) -> str:
    """Write the box as LAMMPS' manual says ('dump': bounding box of a skewed box; general triclinic)."""
    low = np.array(LOW)
    if shape == "abc origin":
        return "\n".join(
            " ".join(f"{x!r}" for x in (*row, origin)) for row, origin in zip(cell.tolist(), LOW, strict=True)
        )
    corners = np.array([low + np.array(n) @ cell for n in np.ndindex(2, 2, 2)])
    skew = (cell[1, 0], cell[2, 0], cell[2, 1]) if shape else ("", "", "")
    bounds = zip(corners.min(axis=0).tolist(), corners.max(axis=0).tolist(), skew, strict=True)
    return "\n".join(" ".join(str(x) for x in line) for line in bounds)


def _record(folder: Path, shape: str, cell: FloatArray, columns: str, table: FloatArray) -> DumpRecord:
    rows = "\n".join(" ".join(f"{x:.17g}" for x in row) for row in table.tolist())
    text = (
        f"ITEM: UNITS\nreal\nITEM: TIME\n2500\nITEM: TIMESTEP\n5\nITEM: NUMBER OF ATOMS\n{len(table)}\n"
        f"ITEM: BOX BOUNDS {shape} pp pp pp\n{_box(shape, cell)}\nITEM: ATOMS {columns} \n{rows}\n"
    )
    (record,) = scan_dump(_write(folder, text))
    assert record.head.time == 2.5
    assert_allclose(record.head.cell, cell, rtol=0, atol=1e-12)
    return record


@pytest.mark.parametrize(
    ("shape", "cell"),
    [("", np.diag(CELL)), ("xy xz yz", SKEWED), ("abc origin", GENERAL)],
    ids=["flat", "skewed", "any"],
)
def test_every_kind_of_coordinate_in_every_shape_of_box_means_the_same(
    shape: str, cell: FloatArray, tmp_path: Path
) -> None:
    scaled = np.random.default_rng(4).random((7, 3))
    ids = np.array([70, 10, 30, 20, 60, 50, 40.0])
    low = np.array(LOW)
    wrapped, unwrapped = scaled @ cell + low, (scaled + FLAGS) @ cell + low
    expected = {True: ((scaled + FLAGS) @ cell)[np.argsort(ids)], False: (scaled @ cell)[np.argsort(ids)]}
    kinds: list[tuple[str, tuple[FloatArray, ...], bool]] = [
        ("xu yu zu id", (unwrapped, ids), True),
        ("id xsu ysu zsu", (ids, scaled + FLAGS), True),
        ("x y z id", (wrapped, ids), False),
        ("xs id ys zs", (scaled[:, 0], ids, scaled[:, 1:]), False),
        ("iz iy ix id x y z", (FLAGS[:, ::-1], ids, wrapped), True),
        ("id xs ys zs ix iy iz", (ids, scaled, FLAGS), True),
    ]
    for columns, parts, is_unwrapped in kinds:
        record = _record(tmp_path, shape, cell, columns, np.column_stack(parts))
        assert record.ids.tolist() == [10, 20, 30, 40, 50, 60, 70]
        assert record.is_unwrapped == is_unwrapped
        assert_allclose(record.positions, expected[is_unwrapped], rtol=0, atol=1e-12)


def test_other_columns_are_kept_by_name_and_elements_read(positions: FloatArray, tmp_path: Path) -> None:
    text = _text([0, 20], positions[:2]).replace("id type xu yu zu", "id element xu yu zu")
    text = text.replace("\nITEM: ATOMS id element xu yu zu", "\nITEM: ATOMS c_pe id element xu yu zu q")
    lines = []
    for line in text.splitlines():
        words = line.split()
        is_atom = len(words) == 5 and words[0].isdigit()
        symbol = ["Li", "La", "Zr", "O"][int(words[1]) - 1] if is_atom else ""
        lines.append(f"-{words[0]}.5e-1 {words[0]} {symbol} {' '.join(words[2:])} 1" if is_atom else line)
    first, second = scan_dump(_write(tmp_path, "\n".join(lines) + "\n"))
    assert first.symbols == second.symbols == ("Li", "La", "Zr", "O", "Li", "La", "Zr")
    assert first.types is None
    assert set(first.arrays) == {"c_pe", "q"}
    assert_allclose(second.arrays["c_pe"], [-0.1 * n - 0.05 for n in range(1, 8)], rtol=1e-12)


def test_a_time_without_units_is_no_time(positions: FloatArray, tmp_path: Path) -> None:
    path = _write(tmp_path, _text([0, 20, 40], positions).replace("ITEM: UNITS\nmetal\n", ""))
    assert [record.head.time for record in scan_dump(path)] == [None] * 3
    with pytest.raises(FormatError, match="states no time"):
        list(read_dump(path))


def test_damage_is_named_with_its_frame(positions: FloatArray, tmp_path: Path) -> None:
    text = _text([0, 20, 40], positions)
    place = text.index("\n3 3 ", text.index("TIMESTEP\n20"))
    path = _write(tmp_path, text[:place] + text[place:].replace("\n3 3 ", "\n3 x ", 1))
    line = text[: place + 1].count("\n") + 1
    with pytest.raises(FormatError, match=rf"line {line}: frame 1: 'type' must be a finite number, got 'x'"):
        list(scan_dump(path))


def test_a_cut_last_frame_is_refused_or_left_out_as_asked(positions: FloatArray, tmp_path: Path) -> None:
    path = _write(tmp_path, _text([0, 20, 40], positions)[:-30])
    with pytest.raises(CutFileError, match="frame 2: 7 lines are promised, 6 are there"):
        list(scan_dump(path))
    assert [record.head.step for record in scan_dump(path, drop_cut_frame=True)] == [0, 20]


def test_damage_in_the_middle_is_never_left_out(positions: FloatArray, tmp_path: Path) -> None:
    path = _write(tmp_path, _text([0, 20, 40], positions).replace("\n2 2 ", "\n2 ", 1))
    with pytest.raises(FormatError, match="frame 0: 5 columns are due"):
        list(scan_dump(path, drop_cut_frame=True))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_dumps_are_read_on_the_way(positions: FloatArray, tmp_path: Path, suffix: str) -> None:
    text = _text([0, 20, 40], positions).encode()
    path = tmp_path / f"frames.lammpstrj{suffix}"
    path.write_bytes(gzip.compress(text) if suffix == ".gz" else zstandard.compress(text))
    for dumped, expected in zip(read_dump(path), positions, strict=True):
        assert_allclose(dumped.frame.positions, expected, rtol=0, atol=1e-9)
    assert len(split_dump(path, 4)) == 1


@pytest.mark.parametrize("n_parts", [1, 2, 3, 7, 50])
def test_parts_of_a_dump_hold_every_frame_once(positions: FloatArray, tmp_path: Path, n_parts: int) -> None:
    steps = [20 * n for n in range(12)]
    path = _write(tmp_path, _text(steps, np.tile(positions, (4, 1, 1))))
    parts = split_dump(path, n_parts)
    assert len(parts) <= n_parts
    assert all(before.stop == after.start for before, after in pairwise(parts))
    found = [record.head for part in parts for record in scan_dump(path, part)]
    assert [head.step for head in found] == steps
    assert {head.units for head in found} == {"metal"}


def test_a_number_of_atoms_that_no_memory_holds_is_refused(positions: FloatArray, tmp_path: Path) -> None:
    path = _write(tmp_path, _text([0], positions[:1]).replace("ATOMS\n7\n", f"ATOMS\n{10**18}\n"))
    with pytest.raises(FormatError, match="more than fit into memory"):
        list(scan_dump(path))
