"""The folder of a run is a trajectory like any other."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.errors import InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.verbs.export import export
from gbglass.verbs.trajectories import open_run, open_trajectory
from tests.lammps.conftest import short_task

pytestmark = pytest.mark.lammps


def test_segments_follow_each_other_and_can_be_stored(tmp_path: Path) -> None:
    task = short_task()
    expected = simulate(task, tmp_path / "run" / "md", Runner(find_lammps()))
    found = open_trajectory(tmp_path / "run")
    assert found.symbols == tuple(task.atoms.get_chemical_symbols())
    for one, other in zip(found, expected.trajectory(), strict=True):
        assert one.step == other.step
        assert np.array_equal(one.positions, other.positions)
    hold = open_run(tmp_path / "run", "3-hold")
    assert [frame.step for frame in hold] == [frame.step for frame in expected.last_stage()]
    export(tmp_path / "run", tmp_path / "run.h5md")
    for one, other in zip(open_trajectory(tmp_path / "run.h5md"), expected.trajectory(), strict=True):
        assert_allclose(one.positions, other.positions, rtol=0, atol=1e-5)
    with pytest.raises(InputError, match="has no stage '9-hold', but 2-ramp, 3-hold"):
        open_run(tmp_path / "run", "9-hold")


def test_a_folder_without_finished_segments_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "run" / "md" / "2-ramp" / "segment-0000.partial").mkdir(parents=True)
    with pytest.raises(InputError, match="no folder of a run with finished segments"):
        open_trajectory(tmp_path / "run")
    with pytest.raises(InputError, match=r"there is no folder .*absent"):
        open_run(tmp_path / "absent")
