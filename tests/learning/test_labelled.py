"""The store keeps what it was given, to the last bit, and no kill takes more than the frame in work."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_array_equal

from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import StateError
from gbglass.learning import labelled
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag, read_chunk, rounded

SOURCE = LabelSource("by hand", "1", "abc")


def frame(index: int, origin: str = "li/test") -> StoredFrame:
    """Make a frame with as many atoms as its number, and one that failed at each fifth."""
    rng = np.random.default_rng(index)
    atoms = rounded(Atoms(f"Li{index + 1}O", positions=9 * rng.random((index + 2, 3)), cell=[9, 10, 11], pbc=True))
    forces = rng.normal(size=(len(atoms), 3)).astype(np.float32).astype(np.float64)
    labels = Labels(float(rng.normal()), forces, rng.normal(size=6), SOURCE)
    if index % 5 == 4:
        return StoredFrame(Tag("li", origin, index), atoms, None, "it burnt down")
    return StoredFrame(Tag("li", origin, index), atoms, labels)


def assert_same(first: StoredFrame, second: StoredFrame) -> None:
    assert first.tag == second.tag
    assert first.cause == second.cause
    assert_array_equal(first.atoms.numbers, second.atoms.numbers)
    assert_array_equal(first.atoms.positions, second.atoms.positions)
    assert_array_equal(first.atoms.cell.array, second.atoms.cell.array)
    assert (first.labels is None) == (second.labels is None)
    if first.labels is not None and second.labels is not None:
        assert first.labels.energy == second.labels.energy
        assert_array_equal(first.labels.forces, second.labels.forces)
        assert_array_equal(first.labels.stress, second.labels.stress)
        assert first.labels.source == second.labels.source


def add(folder: Path, one: StoredFrame, source: LabelSource = SOURCE) -> None:
    store = LabelStore(folder)
    with store.writing():
        store.add(one, source)


def test_frames_come_back_as_they_were_over_several_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "FRAMES_PER_CHUNK", 4)
    given = [frame(k) for k in range(11)]
    for one in given:  # a new store each time: nothing may live in memory alone
        add(tmp_path / "store", one)
    store = LabelStore(tmp_path / "store")
    assert len(list((tmp_path / "store").glob("chunk-*.npz"))) == 3
    for before, after in zip(given, store.frames(), strict=True):
        assert_same(before, after)
    assert store.names == {one.tag.name for one in given}
    last = store.last_of("li/test")
    assert last is not None
    assert_same(last, given[-1])
    assert store.last_of("nothing") is None


def test_frames_added_at_once_are_those_added_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "FRAMES_PER_CHUNK", 4)
    given = [frame(k) for k in range(11)]
    for one in given:
        add(tmp_path / "one", one)
    store = LabelStore(tmp_path / "all")
    with store.writing():
        store.add_all(given[:2], SOURCE)
        store.add_all(given[2:], SOURCE)
        for twice in ([given[5]], [frame(20), frame(20)]):
            with pytest.raises(StateError, match="already holds a frame"):
                store.add_all(twice, SOURCE)
    found = {path.name: path.read_bytes() for path in (tmp_path / "all").glob("chunk-*.npz")}
    assert found == {path.name: path.read_bytes() for path in (tmp_path / "one").glob("chunk-*.npz")}


def test_a_frame_without_atoms_keeps_its_cause(tmp_path: Path) -> None:
    add(tmp_path, StoredFrame(Tag("li", "li/none", 0), Atoms(cell=np.eye(3), pbc=True), None, "no room"))
    assert [one.cause for one in LabelStore(tmp_path).frames()] == ["no room"]


def test_rounding_changes_nothing_twice_and_keeps_atoms_in_the_cell() -> None:
    atoms = Atoms("Li3", [[-1e-12, 0.1, 2], [8.9999999999, 5, 5], [100.0, -3, 1 / 3]], cell=[9, 9, 9], pbc=True)
    once = rounded(atoms)
    assert_array_equal(once.positions, once.positions.astype(np.float32))
    assert_array_equal(rounded(once).positions % 9, once.positions % 9)
    assert np.abs((once.positions - atoms.positions + 4.5) % 9 - 4.5).max() < 1e-6


def test_labels_of_two_sources_do_not_mix(tmp_path: Path) -> None:
    add(tmp_path, frame(0))
    with pytest.raises(StateError, match="holds labels of by hand"):
        add(tmp_path, frame(1), LabelSource("by hand", "2", "abc"))
    with pytest.raises(StateError, match="already holds a frame li/test/0000"):
        add(tmp_path, frame(0))
    assert len(list(LabelStore(tmp_path).frames())) == 1


def test_there_is_one_writer(tmp_path: Path) -> None:
    first, second = LabelStore(tmp_path), LabelStore(tmp_path)
    with first.writing(), pytest.raises(StateError, match="another process"), second.writing():
        pass
    with second.writing():
        second.add(frame(0), SOURCE)
    with pytest.raises(StateError, match=r"with store\.writing\(\)"):
        second.add(frame(1), SOURCE)


def test_writers_in_turn_lose_nothing_though_both_opened_the_store_before(tmp_path: Path) -> None:
    first, second = LabelStore(tmp_path), LabelStore(tmp_path)
    for k in range(6):
        store = (first, second)[k % 2]
        with store.writing():
            store.add(frame(k), SOURCE)
            with pytest.raises(StateError, match="already holds"):
                store.add(frame(max(k - 1, 0)), SOURCE)
    assert [one.tag.index for one in LabelStore(tmp_path).frames()] == list(range(6))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and then nothing", b"not an archive"])
def test_a_broken_chunk_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "chunk-0001.npz").write_bytes(content)
    with pytest.raises(StateError, match=r"chunk-0001\.npz is not a chunk"):
        LabelStore(tmp_path)


def test_a_later_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "_FORMAT", 2)
    add(tmp_path, frame(0))
    monkeypatch.undo()
    with pytest.raises(StateError, match="has format 2, this version reads 1"):
        read_chunk(tmp_path / "chunk-0001.npz")


ENDLESS = """
import sys
from pathlib import Path
from gbglass.learning.labelled import LabelStore
from gbglass.learning.labelling import label_origins
from tests.learning.conftest import workshop_in
from tests.learning.test_labelling import lithium_origins

folder = Path(sys.argv[1])
label_origins(lithium_origins(int(sys.argv[2])), workshop_in(folder / "work"), LabelStore(folder / "store"),
              lambda frame: print(frame.tag.name, flush=True))
"""


@pytest.mark.kill
def test_a_kill_takes_at_most_the_frame_in_work_and_the_rest_comes_out_the_same(tmp_path: Path) -> None:
    """Killed again and again at any moment; in the end all chunks are those of a run that nobody killed."""
    root, size = Path(__file__).parents[2], 12

    def start(folder: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", ENDLESS, str(folder), str(size)]
        return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)

    rng = np.random.default_rng(3)
    for kill in range(4):
        process = start(tmp_path / "killed")
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(2)]
        time.sleep(0.05 * rng.random())
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        names = LabelStore(tmp_path / "killed" / "store").names
        assert set(told) <= names, "a frame that was told is on the disk"
        assert len(names) >= 2 * (kill + 1)
    for folder in (tmp_path / "killed", tmp_path / "whole"):
        with start(folder) as process:
            process.communicate(timeout=60)
        assert process.returncode == 0
    killed, whole = (
        [path.read_bytes() for path in sorted((tmp_path / name / "store").glob("chunk-*.npz"))]
        for name in ("killed", "whole")
    )
    assert killed == whole
