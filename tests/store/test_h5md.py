"""The trajectory store: what goes in comes out as precise as stated, others read it, no flipped bit passes."""

import resource
import warnings
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import FormatError, InputError, StateError
from gbglass.store.h5md import open_h5md, read_h5md, write_h5md

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import MDAnalysis

SYMBOLS = ("Li", "La", "Zr", "O", "Li")
CELL = np.array([[12.0, 0.0, 0.0], [-2.5, 13.5, 0.0], [3.25, 1.5, 14.25]])


def walk(n_frames: int, far: float = 0.0) -> Trajectory:
    rng = np.random.default_rng(7)
    places = far + np.cumsum(rng.normal(0.0, 0.3, (n_frames, len(SYMBOLS), 3)), axis=0)
    energies = rng.normal(-5.0, 0.1, (n_frames, len(SYMBOLS)))
    frames = [
        Frame(20 * n, 0.02 * n, CELL * (1.0 + 1e-4 * n), xyz, {"c_pe": energies[n]}) for n, xyz in enumerate(places)
    ]
    return Trajectory(SYMBOLS, lambda: iter(frames))


@pytest.mark.parametrize("n_frames", [1, 7, 3000])
def test_frames_come_back_in_any_order(n_frames: int, tmp_path: Path) -> None:
    written = list(walk(n_frames))
    assert write_h5md(walk(n_frames), tmp_path / "run.h5md") == n_frames
    stored = read_h5md(tmp_path / "run.h5md")
    assert (stored.symbols, stored.n_frames, stored.arrays) == (SYMBOLS, n_frames, ("c_pe",))
    for found, expected in zip(stored.trajectory(), written, strict=True):
        assert (found.step, found.time) == (expected.step, expected.time)
        assert_allclose(found.positions, expected.positions, rtol=0, atol=1e-5)
        assert_allclose(found.cell, expected.cell, rtol=0, atol=0)
        assert_allclose(found.arrays["c_pe"], expected.arrays["c_pe"], rtol=0, atol=0)
    for index in (n_frames - 1, 0, n_frames // 2, -1):
        assert stored.frame(index).step == written[index].step
    with pytest.raises(InputError, match="holds frames 0 to"):
        stored.frame(n_frames)


@pytest.mark.parametrize(("far", "kind"), [(0.0, "f4"), (1000.0, "f8")])
def test_the_stated_precision_holds_wherever_the_atoms_are(far: float, kind: str, tmp_path: Path) -> None:
    write_h5md(walk(30, far), tmp_path / "run.h5md")
    with h5py.File(tmp_path / "run.h5md") as file:
        value = file["particles/all/position/value"]
        assert value.dtype == kind
        stated = float(value.attrs["precision"])
    errors = [
        np.abs(a.positions - b.positions).max()
        for a, b in zip(open_h5md(tmp_path / "run.h5md"), walk(30, far), strict=True)
    ]
    assert max(errors) <= stated <= 1e-5


def test_mdanalysis_opens_it(tmp_path: Path) -> None:
    write_h5md(walk(9), tmp_path / "run.h5md")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        universe = MDAnalysis.Universe.empty(len(SYMBOLS), trajectory=True)
        universe.load_new(str(tmp_path / "run.h5md"))
        for moment, expected in zip(universe.trajectory, walk(9), strict=True):
            assert moment.time == pytest.approx(expected.time)
            assert_allclose(moment.positions, expected.positions, rtol=0, atol=1e-5)
            lengths = np.linalg.norm(expected.cell, axis=1)
            assert_allclose(moment.dimensions[:3], lengths, rtol=1e-6)


def outcome(path: Path) -> list[tuple[int, float, bytes, bytes, bytes]] | None:
    """Read everything; None if it is refused."""
    try:
        stored = read_h5md(path)
        frames = list(stored.trajectory())
    except (FormatError, InputError):
        return None
    return [(f.step, f.time, f.cell.tobytes(), f.positions.tobytes(), f.arrays["c_pe"].tobytes()) for f in frames]


def test_no_flipped_bit_changes_an_answer(tmp_path: Path) -> None:
    """Any byte of the file, in data or book-keeping: refused, or of no consequence."""
    path = tmp_path / "run.h5md"
    write_h5md(walk(4), path)
    content = path.read_bytes()
    expected = outcome(path)
    assert expected is not None
    rng = np.random.default_rng(8)
    places = rng.choice(len(content), 700, replace=False)
    refused = 0
    for place in places.tolist():
        flipped = bytearray(content)
        flipped[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(flipped)
        found = outcome(path)
        refused += found is None
        assert found in (None, expected), f"a flip at byte {place} of {len(content)} changed the answer"
    assert refused > 50


def test_a_flip_in_the_positions_is_an_error_with_the_frame(tmp_path: Path) -> None:
    path = tmp_path / "run.h5md"
    write_h5md(walk(3), path)
    needle = np.array([f.positions for f in walk(3)], dtype="f4").tobytes()[:60]
    content = bytearray(path.read_bytes())
    content[content.index(needle) + 7] ^= 4
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"run\.h5md: frames 0 to 2 are damaged"):
        list(open_h5md(path))


def test_a_store_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    def frames() -> Iterator[Frame]:
        yield from list(walk(3))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_h5md(Trajectory(SYMBOLS, frames), tmp_path / "run.h5md")
    assert list(tmp_path.iterdir()) == []


def test_a_cut_store_and_what_is_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.h5md"
    write_h5md(walk(4), path)
    content = path.read_bytes()
    for cut in (10, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:cut])
        assert outcome(path) is None
    path.write_text("ITEM: TIMESTEP\n")
    with pytest.raises(FormatError, match="cannot be read as HDF5"):
        open_h5md(path)
    with pytest.raises(InputError, match="is no file"):
        open_h5md(tmp_path / "none.h5md")


def test_a_disk_that_is_full_or_not_ours_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be written"):
        write_h5md(walk(3), Path("/proc/none/run.h5md"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(StateError, match="MiB are free on its disk"):
            write_h5md(walk(3000), tmp_path / "run.h5md")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_other_programs_files_are_read_in_their_own_units(tmp_path: Path) -> None:
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("particles/mobile")
        box = group.create_group("box")
        box.attrs["dimension"], box.attrs["boundary"] = 3, ["periodic"] * 3
        box.create_dataset("edges", data=np.array([1.0, 2.0, 3.0]))
        group.create_dataset("position/value", data=np.array([[[0.1, 0.2, 0.3]], [[0.15, 0.2, 0.3]]]))
        group["position/value"].attrs["unit"] = "nm"
        group.create_dataset("position/step", data=[0, 5])
        group.create_dataset("position/time", data=[0.0, 500.0])
        group.create_dataset("image/value", data=np.array([[[0, 0, 0]], [[1, 0, -1]]]))
        with pytest.raises(InputError, match="unit of its times"):
            read_h5md(path, ("Li",))
        group["position/time"].attrs["unit"] = "fs"
    with pytest.raises(InputError, match="which atoms"):
        open_h5md(path)
    first, second = read_h5md(path, ("Li",)).frames()
    assert second.time == 0.5
    assert_allclose(first.cell, np.diag([10.0, 20.0, 30.0]), rtol=1e-12, atol=1e-12)
    assert_allclose(first.positions, [[1.0, 2.0, 3.0]], rtol=1e-12)
    assert_allclose(second.positions, [[11.5, 2.0, -27.0]], rtol=1e-12)
