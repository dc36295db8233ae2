"""One door: the same walk comes out of every format; what is not said is asked for; damage has a file and a frame."""

import gzip
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import zstandard
from ase import Atoms
from ase.io import Trajectory as AseTrajectory
from ase.io import write
from numpy.testing import assert_allclose

from gbglass.core.arrays import FloatArray
from gbglass.core.trajectory import Frame, Trajectory, Window
from gbglass.errors import FormatError, InputError
from gbglass.store.h5md import write_h5md
from gbglass.verbs.trajectories import Reading, open_part, open_trajectory, split_trajectory

SYMBOLS = ("Li", "La", "Zr", "O", "Li", "O", "O")
TYPES = (1, 2, 3, 4, 1, 4, 4)
CELL = np.array([[8.0, 0.0, 0.0], [-2.0, 9.0, 0.0], [1.5, 1.0, 10.0]])
N_FRAMES = 25
RNG = np.random.default_rng(9)
WALK = np.cumsum(RNG.normal(0.0, 0.35, (N_FRAMES, 7, 3)), axis=0) + RNG.uniform(0.0, 8.0, (7, 3))
CELLS = np.array([CELL * (1.0 + 2e-3 * n) for n in range(N_FRAMES)])


def wrapped(n: int) -> FloatArray:
    fractional = WALK[n] @ np.linalg.inv(CELLS[n])
    inside: FloatArray = (fractional % 1.0) @ CELLS[n]
    return inside


def atoms(n: int) -> Atoms:
    return Atoms(SYMBOLS, positions=wrapped(n), cell=CELLS[n], pbc=True)


def dump_text(columns: str, *, times: bool, shuffled: bool = False) -> str:
    blocks = ["ITEM: UNITS\nmetal\n"] if times else []
    for n, cell in enumerate(CELLS):
        inverse = np.linalg.inv(cell)
        fractional = WALK[n] @ inverse
        values = {"id": np.arange(1, 8), "type": np.array(TYPES), "element": np.array(SYMBOLS)}
        for k, axis in enumerate("xyz"):
            values[f"{axis}u"], values[axis] = WALK[n][:, k], wrapped(n)[:, k]
            values[f"{axis}s"], values[f"{axis}su"] = fractional[:, k] % 1.0, fractional[:, k]
            values[f"i{axis}"] = np.floor(fractional[:, k]).astype(int)
        order = np.random.default_rng(n).permutation(7) if shuffled else np.arange(7)
        low = np.array([min(0, cell[1, 0], cell[2, 0], cell[1, 0] + cell[2, 0]), min(0, cell[2, 1]), 0])
        high = np.diag(cell) + np.array(
            [max(0, cell[1, 0], cell[2, 0], cell[1, 0] + cell[2, 0]), max(0, cell[2, 1]), 0]
        )
        skew = (cell[1, 0], cell[2, 0], cell[2, 1])
        blocks += [f"ITEM: TIME\n{0.1 * n:.10g}\n"] if times else []
        blocks += [f"ITEM: TIMESTEP\n{50 * n}\nITEM: NUMBER OF ATOMS\n7\nITEM: BOX BOUNDS xy xz yz pp pp pp\n"]
        blocks += [
            f"{a!r} {b!r} {c!r}\n" for a, b, c in zip(low.tolist(), high.tolist(), np.array(skew).tolist(), strict=True)
        ]
        blocks += [f"ITEM: ATOMS {columns}\n"]
        blocks += [" ".join(str(values[name][i]) for name in columns.split()) + " \n" for i in order]
    return "".join(blocks)


def xdatcar_text() -> str:
    order = np.argsort(TYPES, kind="stable")
    blocks = []
    for n, cell in enumerate(CELLS):
        rows = (wrapped(n) @ np.linalg.inv(cell))[order]
        blocks += ["walk\n 1.0\n", *(" ".join(f"{x:.12f}" for x in row) + "\n" for row in cell)]
        blocks += ["Li La_sv Zr_sv/a1b2 O\n 2 1 1 3\n", f"Direct configuration= {n + 1:5d}\n"]
        blocks += [" ".join(f"{x:.10f}" for x in row) + "\n" for row in rows]
    return "".join(blocks)


def write_traj(path: Path) -> None:
    with AseTrajectory(path, "w") as file:
        for n in range(N_FRAMES):
            file.write(atoms(n))


def write_store(path: Path) -> None:
    frames = [Frame(50 * n, 0.1 * n, CELLS[n], WALK[n]) for n in range(N_FRAMES)]
    write_h5md(Trajectory(SYMBOLS, lambda: iter(frames)), path)


ELEMENTS = Reading(elements=("Li", "La", "Zr", "O"))
NO_TIMES = Reading(elements=("Li", "La", "Zr", "O"), timestep_fs=2.0)
EVERY_100_FS = Reading(interval_fs=100.0)
UNWRAPPED = dump_text("id type xu yu zu", times=True)
Make = Callable[[Path], object]

FILES: dict[str, tuple[Make, Reading]] = {
    "u.lammpstrj": (lambda path: path.write_text(UNWRAPPED), ELEMENTS),
    "u.dump.gz": (lambda path: path.write_bytes(gzip.compress(UNWRAPPED.encode())), ELEMENTS),
    "u.dump.zst": (lambda path: path.write_bytes(zstandard.compress(UNWRAPPED.encode())), ELEMENTS),
    "w.dump": (lambda path: path.write_text(dump_text("x y z type id", times=False, shuffled=True)), NO_TIMES),
    "e.dump": (lambda path: path.write_text(dump_text("id element xs ys zs", times=True, shuffled=True)), Reading()),
    "f.dump": (lambda path: path.write_text(dump_text("id element ix iy iz x y z", times=True)), Reading()),
    "su.dump": (lambda path: path.write_text(dump_text("element id xsu ysu zsu", times=True)), Reading()),
    "w.extxyz": (lambda path: write(path, [atoms(n) for n in range(N_FRAMES)]), EVERY_100_FS),
    "w.traj": (write_traj, EVERY_100_FS),
    "XDATCAR": (lambda path: path.write_text(xdatcar_text()), EVERY_100_FS),
    "s.h5md": (write_store, Reading()),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def made(folder: Path, name: str) -> Path:
    FILES[name][0](folder / name)
    return folder / name


@pytest.mark.parametrize("name", FILES)
def test_the_same_walk_comes_out_of_every_format(name: str, folder: Path) -> None:
    trajectory = open_trajectory(made(folder, name), FILES[name][1])
    order = np.argsort(TYPES, kind="stable") if name == "XDATCAR" else np.arange(7)
    assert trajectory.symbols == tuple(np.array(SYMBOLS)[order].tolist())
    for _ in range(2):  # as often as wanted
        frames = list(trajectory)
        assert_allclose([frame.time for frame in frames], 0.1 * np.arange(N_FRAMES), rtol=0, atol=1e-9)
        start = frames[0].fractional - (WALK[0] @ np.linalg.inv(CELLS[0]))[order]
        assert_allclose(start, np.rint(start), rtol=0, atol=1e-6)  # a wrapped file begins inside its cell
        for frame, expected, cell in zip(frames, WALK, CELLS, strict=True):
            assert_allclose(frame.cell, cell, rtol=0, atol=1e-7)
            assert_allclose(frame.positions - np.rint(start) @ cell, expected[order], rtol=0, atol=2e-6)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("n_parts", [1, 3])
def test_parts_read_one_after_another_are_the_whole(name: str, n_parts: int, folder: Path) -> None:
    path = made(folder, name)
    whole = list(open_trajectory(path, FILES[name][1]))
    parts = split_trajectory(path, FILES[name][1], n_parts)
    assert len(parts) <= n_parts
    found = [frame for part in parts for frame in open_part(part)]
    assert len(found) == len(whole)
    for one, other in zip(found, whole, strict=True):
        assert (one.step, one.time) == (other.step, other.time)
        assert np.array_equal(one.positions, other.positions)


def test_a_window_reads_what_lies_in_it_and_nothing_after(folder: Path) -> None:
    text = UNWRAPPED[: len(UNWRAPPED) // 2]  # what is cut is not reached
    (folder / "u.dump").write_text(text)
    trajectory = open_trajectory(folder / "u.dump", ELEMENTS)
    part = trajectory.part(Window(first_ps=0.2, last_ps=0.8, every=3))
    assert_allclose([frame.time for frame in part], [0.2, 0.5, 0.8], rtol=0, atol=1e-9)


def test_progress_ends_at_the_end(folder: Path) -> None:
    for name in ("u.lammpstrj", "u.dump.gz", "s.h5md"):
        told: list[tuple[int, int]] = []

        def listen(done: int, total: int, into: list[tuple[int, int]] = told) -> None:
            into.append((done, total))

        list(open_trajectory(made(folder, name), FILES[name][1], listen))
        assert told[-1][0] == told[-1][1]
        assert all(a <= b for (a, _), (b, _) in pairwise(told))


MISSING = {
    "elements": (dump_text("id type x y z", times=True), Reading(), "give the structure .* or the elements"),
    "the time step": (dump_text("id element x y z", times=False), Reading(), "give the time step"),
    "an element": (UNWRAPPED, Reading(elements=("Li", "La", "Zr")), r"u\.dump: types go from 1 to 4, but 3 elements"),
    "a real element": (UNWRAPPED, Reading(elements=("Li", "La", "Zr", "Ox")), "Ox is no element"),
}


@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_is_asked_for(what: str, folder: Path) -> None:
    text, reading, message = MISSING[what]
    (folder / "u.dump").write_text(text)
    with pytest.raises(InputError, match=message):
        open_trajectory(folder / "u.dump", reading)


@pytest.mark.parametrize("name", ["w.extxyz", "w.traj", "XDATCAR"])
def test_formats_without_times_ask_for_the_interval(name: str, folder: Path) -> None:
    with pytest.raises(InputError, match="--interval-fs"):
        open_trajectory(made(folder, name))


def test_elements_come_from_a_data_file_if_it_is_of_these_atoms(folder: Path) -> None:
    (folder / "u.dump").write_text(UNWRAPPED)
    own, other = atoms(0), atoms(0)[::-1]
    for name, structure in (("own.data", own), ("other.data", other)):
        write(folder / name, structure, format="lammps-data", specorder=["Li", "La", "Zr", "O"], masses=True)
    assert open_trajectory(folder / "u.dump", Reading(structure=folder / "own.data")).symbols == SYMBOLS
    with pytest.raises(InputError, match="type 1 of the trajectory would be O and Zr by"):
        open_trajectory(folder / "u.dump", Reading(structure=folder / "other.data"))


def second(text: str, old: str, new: str, first: int = 1) -> str:
    """Replace once, in frame `first` of a dump."""
    place = text.index(f"ITEM: TIMESTEP\n{50 * first}\n")
    assert old in text[place:]
    return text[:place] + text[place:].replace(old, new, 1)


DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "an atom gone": (
        lambda t: second(t, "\n7 4 ", "\n9 4 "),
        r"frame 1 .*1 atoms are gone \(id 7\) and 1 atoms are new \(id 9\)",
    ),
    "an atom fewer": (lambda t: second(t, "ATOMS\n7\n", "ATOMS\n6\n"), "frame 1: more lines follow than the 6 atoms"),
    "an atom too many": (
        lambda t: second(t, "\n2 2 ", "\n8 2 0 0 0\n2 2 "),
        "frame 1: more lines follow than the 7 atoms",
    ),
    "another type": (lambda t: second(t, "\n2 2 ", "\n2 1 "), "frame 1 .*other types"),
    "not a number": (lambda t: second(t, "\n2 2 ", "\n2 nan "), "frame 1: 'type' must be a finite number, got 'nan'"),
    "a column less": (lambda t: second(t, "id type xu yu zu", "id type xu yu"), "frame 1: coordinates are due"),
    "a frame twice": (lambda t: t + t[t.index("ITEM: TIME\n2.4") :], "frame 25 .*order of time"),
    "two files in one": (lambda t: t + t, "frame 25 .*order of time"),
    "a box that collapses": (
        lambda t: second(t, f"0.0 {float(CELLS[1][2, 2])!r} ", "0.0 2.0 "),
        "frame 1 .*the cell collapses, from 720 to",
    ),
    "a cut file": (lambda t: t[:-9], "frame 24: 7 lines are promised, 6 are there"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named_with_file_and_frame(what: str, folder: Path) -> None:
    damage, message = DAMAGE[what]
    (folder / "u.dump").write_text(damage(UNWRAPPED))
    with pytest.raises(FormatError, match=rf"u\.dump.*{message}"):
        list(open_trajectory(folder / "u.dump", ELEMENTS))


def test_a_cut_last_frame_may_be_left_out(folder: Path) -> None:
    (folder / "u.dump").write_text(UNWRAPPED[:-9])
    reading = Reading(elements=ELEMENTS.elements, drop_cut_frame=True)
    assert len(list(open_trajectory(folder / "u.dump", reading))) == N_FRAMES - 1
    with pytest.raises(FormatError, match="--drop-cut-frame leaves out"):
        list(open_trajectory(folder / "u.dump", ELEMENTS))
    xdatcar = xdatcar_text()
    (folder / "XDATCAR").write_text(xdatcar[:-9])
    reading = Reading(interval_fs=1.0, drop_cut_frame=True)
    assert len(list(open_trajectory(folder / "XDATCAR", reading))) == N_FRAMES - 1


def test_elements_that_the_dump_contradicts_are_refused(folder: Path) -> None:
    named = folder / "named.dump"
    named.write_text(dump_text("id type element xu yu zu", times=True))
    assert open_trajectory(named, ELEMENTS).symbols == SYMBOLS
    with pytest.raises(InputError, match=r"says that atom 1 is Li, .* but --elements 'Zr La Li O' makes it Zr"):
        open_trajectory(named, Reading(elements=("Zr", "La", "Li", "O")))
    other = atoms(0)
    other.symbols[[0, 4]] = "Na"
    write(folder / "other.extxyz", other)
    with pytest.raises(InputError, match=r"says that atom 1 is Li, .* but .*other\.extxyz makes it Na"):
        open_trajectory(named, Reading(structure=folder / "other.extxyz"))


def test_elements_that_nobody_named_in_the_dump_contradict_nothing(folder: Path) -> None:
    """LAMMPS fills the column with C where dump_modify names no elements."""
    text = dump_text("id type element xu yu zu", times=True)
    for symbol in set(SYMBOLS):
        text = text.replace(f" {symbol} ", " C ")
    (folder / "unnamed.dump").write_text(text)
    assert open_trajectory(folder / "unnamed.dump", ELEMENTS).symbols == SYMBOLS


def test_a_step_too_long_to_be_followed_is_refused(folder: Path) -> None:
    frames = [atoms(0), atoms(0)]
    frames[1].positions[3] += 0.45 * CELLS[0][1]
    write(folder / "w.extxyz", frames)
    with pytest.raises(InputError, match=r"w\.extxyz: atom 4 moves 0\.45 of the cell along axis 2"):
        list(open_trajectory(folder / "w.extxyz", EVERY_100_FS))


def test_what_is_no_trajectory_is_said_so(folder: Path) -> None:
    (folder / "notes.txt").write_text("nothing\n")
    for path in (folder / "notes.txt", folder / "absent.dump", folder):
        with pytest.raises(InputError):
            open_trajectory(path)
