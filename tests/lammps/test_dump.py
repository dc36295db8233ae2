"""Text dumps: every number comes back, and whatever is not a dump is refused with its line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.core.arrays import FloatArray
from gbglass.errors import FormatError
from gbglass.lammps.dump import read_dump

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
