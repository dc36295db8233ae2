"""Segments whose frames are stored: the same frames, old folders gone on with, a flipped bit found."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.errors import FormatError, StateError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.segments import load_record
from gbglass.lammps.task import Runner
from gbglass.store.segment_store import H5mdStore
from gbglass.verbs.trajectories import open_run
from tests.lammps.conftest import short_task

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("stored")]


def kept(md: Path) -> dict[str, str]:
    """How the frames of each finished segment are kept, by stage and number."""
    found = [load_record(path.parent) for path in sorted(md.rglob("done.json"))]
    return {f"{one.folder.parent.name}/{one.folder.name[-1]}": one.frames.name for one in found}


def test_a_text_run_goes_on_as_a_stored_one_and_all_its_frames_are_those_of_lammps(
    engine: Lammps, tmp_path: Path
) -> None:
    """0.2 ps of hold as of before there was a store, then 0.2 more: the first two segments stay text."""
    md = tmp_path / "run" / "md"
    text = simulate(short_task(hold_ps=0.4), tmp_path / "text", Runner(engine)).trajectory()
    simulate(short_task(hold_ps=0.2), md, Runner(engine))
    with_store = Runner(engine, store=H5mdStore())
    longer = simulate(short_task(hold_ps=0.4), md, with_store)
    assert kept(md) == {
        "1-minimise/0": "frames.lammpstrj",
        "2-ramp/0": "frames.lammpstrj",
        **{f"3-hold/{n}": "frames.lammpstrj" for n in (0, 1)},
        **{f"3-hold/{n}": "frames.h5md" for n in (2, 3)},
    }
    stored = longer.segments[-1].folder
    assert {path.name for path in stored.iterdir()} >= {"frames.h5md", "end.restart", "end.lammpstrj", "log.lammps"}
    assert not (stored / "frames.lammpstrj").exists()
    for trajectory in (longer.trajectory(), open_run(tmp_path / "run")):
        assert trajectory.symbols == text.symbols
        for one, other in zip(trajectory, text, strict=True):
            assert (one.step, one.time) == (other.step, other.time)
            assert np.array_equal(one.cell, other.cell)
            assert_allclose(one.positions, other.positions, rtol=0, atol=1e-5)
    before = {path: path.stat().st_mtime_ns for path in md.rglob("*") if path.is_file()}
    assert len(list(simulate(short_task(hold_ps=0.4), md, with_store).trajectory())) == 26
    assert {path: path.stat().st_mtime_ns for path in md.rglob("*") if path.is_file()} == before
    with pytest.raises(StateError, match=r"frames\.h5md is a store that this reader does not know"):
        list(simulate(short_task(hold_ps=0.4), md, Runner(engine)).trajectory())

    store = stored / "frames.h5md"
    whole = store.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 4
    store.write_bytes(bytes(flipped))
    with pytest.raises(StateError, match=r"frames\.h5md is missing or was changed after it was finished"):
        simulate(short_task(hold_ps=0.4), md, with_store)
    with pytest.raises(FormatError, match=r"frames\.h5md: "):
        list(open_run(tmp_path / "run"))


class FullDisk(H5mdStore):
    """A store on a disk that is full before the second segment is stored."""

    def __init__(self) -> None:
        self.left = 1

    def write(self, trajectory: object, path: Path) -> int:
        self.left -= 1
        if self.left < 0:
            raise StateError(f"{path} cannot be written (No space left on device)")
        return super().write(trajectory, path)  # type: ignore[arg-type]


def test_what_could_not_be_stored_is_run_again_from_the_segment_before(engine: Lammps, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="No space left"):
        simulate(short_task(), tmp_path / "run", Runner(engine, store=FullDisk()))
    assert list(kept(tmp_path / "run")) == ["1-minimise/0", "2-ramp/0"]
    again = simulate(short_task(), tmp_path / "run", Runner(engine, store=H5mdStore()))
    whole = simulate(short_task(), tmp_path / "whole", Runner(engine, store=H5mdStore()))
    assert [s.frames.read_bytes() for s in again.segments] == [s.frames.read_bytes() for s in whole.segments]
    assert not list((tmp_path / "run").rglob("*.partial"))
