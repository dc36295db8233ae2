"""Readers fed with damaged files: an error with a place, or the right answer; never a crash, a hang or a made-up frame.

Damage is cutting, splicing (pieces twice, gone, or in another order), shuffling lines, and flipping bytes of headers.
A digit that becomes another digit cannot be seen in a text; only the store, which has checksums, must catch all.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gbglass.core.trajectory import Frame
from gbglass.errors import FormatError, InputError
from gbglass.verbs.trajectories import Reading, open_trajectory
from tests.verbs.test_trajectories import FILES, N_FRAMES, SYMBOLS, made

TEXTS = ("u.lammpstrj", "w.dump", "e.dump", "w.extxyz", "XDATCAR")
PACKED = ("u.dump.gz", "u.dump.zst", "w.traj", "s.h5md")
Damage = Callable[[bytes, random.Random], bytes]


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def spliced(content: bytes, chance: random.Random) -> bytes:
    """Take pieces of the file, some twice, some not at all, in some order."""
    places = sorted(chance.randrange(len(content)) for _ in range(4))
    pieces = [content[a:b] for a, b in zip([0, *places], [*places, len(content)], strict=True)]
    return b"".join(chance.choice(pieces) for _ in range(5))


def spliced_at_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    first, last = sorted((chance.randrange(len(lines)), chance.randrange(len(lines))))
    piece = lines[first:last]
    return b"".join(chance.choice(([*lines[:first], *lines[last:]], [*lines[:last], *piece, *lines[last:]])))


def shuffled(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    first = chance.randrange(len(lines))
    some = lines[first : first + 12]
    chance.shuffle(some)
    return b"".join([*lines[:first], *some, *lines[first + 12 :]])


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Flip bits within the first two thousand bytes, where headers are."""
    bytes_ = bytearray(content)
    for _ in range(chance.randrange(1, 4)):
        bytes_[chance.randrange(min(2000, len(bytes_)))] ^= 1 << chance.randrange(8)
    return bytes(bytes_)


DAMAGES: dict[str, Damage] = {
    "cut": cut,
    "spliced": spliced,
    "spliced at lines": spliced_at_lines,
    "shuffled": shuffled,
    "flipped": flipped,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a file of each format."""
    folder = tmp_path_factory.mktemp("whole")
    for name in (*TEXTS, *PACKED):
        made(folder, name)
    return folder


def read(path: Path, reading: Reading) -> list[Frame] | str:
    """Return the frames, or the message of the error; anything that is not ours gets through and fails the test."""
    try:
        return list(open_trajectory(path, reading))
    except (FormatError, InputError) as error:
        return str(error)


def check(path: Path, found: list[Frame] | str) -> None:
    if isinstance(found, str):
        assert path.name in found or re.search(r"step \d+", found), f"no place in {found!r}"
        return
    steps = [frame.step for frame in found]
    assert steps == sorted(set(steps))
    for frame in found:
        assert frame.positions.shape[1] == 3
        assert np.isfinite(frame.positions).all()
        assert abs(np.linalg.det(frame.cell)) > 0.0


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [*TEXTS, *PACKED])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_gives_an_error_with_a_place_or_sound_frames(
    name: str, damage: str, seed: int, whole: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(DAMAGES[damage]((whole / name).read_bytes(), random.Random(seed)))
    check(path, read(path, FILES[name][1]))


@pytest.mark.parametrize("name", [*TEXTS, *PACKED])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cut_file_gives_an_error_or_the_frames_before_the_cut(
    name: str, seed: int, whole: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes((whole / name).read_bytes())
    expected = list(open_trajectory(path, FILES[name][1]))
    path.write_bytes(cut((whole / name).read_bytes(), random.Random(seed)))
    reading = FILES[name][1]
    found = read(path, Reading(reading.structure, reading.elements, reading.timestep_fs, reading.interval_fs, True))
    if isinstance(found, str):
        return
    assert len(found) <= N_FRAMES
    for frame, right in zip(found, expected, strict=False):
        assert frame.positions.shape == (len(SYMBOLS), 3)
        assert np.array_equal(frame.positions, right.positions)
        assert frame.time == right.time


@pytest.mark.parametrize("frame", [0, 1])
def test_a_number_of_atoms_that_the_file_cannot_hold_is_named_at_once(frame: int, whole: Path, tmp_path: Path) -> None:
    """ASE reads on behind the end of the file, a line for each atom: with this number for a day."""
    path = tmp_path / "w.extxyz"
    lines = (whole / "w.extxyz").read_text(encoding="utf-8").splitlines()
    lines[frame * (len(SYMBOLS) + 2)] = "99999999999"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = read(path, FILES["w.extxyz"][1])
    assert isinstance(found, str)
    assert f"frame {frame}: says that it has 99999999999 atoms" in found


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_of_atoms_in_any_order_give_the_same_answer(seed: int, whole: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    path = tmp_path / "u.lammpstrj"
    path.write_bytes((whole / "u.lammpstrj").read_bytes())
    expected = list(open_trajectory(path, FILES["u.lammpstrj"][1]))
    lines = (whole / "u.lammpstrj").read_bytes().splitlines(keepends=True)
    for place, line in enumerate(lines):
        if line.startswith(b"ITEM: ATOMS"):
            lines[place + 1 : place + 8] = chance.sample(lines[place + 1 : place + 8], 7)
    path.write_bytes(b"".join(lines))
    found = list(open_trajectory(path, FILES["u.lammpstrj"][1]))
    for frame, right in zip(found, expected, strict=True):
        assert np.array_equal(frame.positions, right.positions)
