"""Drivers killed in mid-segment: the bytes of an uninterrupted run, no frame twice, no process left."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.task import Runner
from tests.lammps.conftest import short_task
from tests.lammps.test_engine import processes_in, wait_until
from tests.lammps.test_simulation import dumps

pytestmark = [pytest.mark.lammps, pytest.mark.kill, pytest.mark.xdist_group("simulation")]

DRIVER = """
    import sys
    from pathlib import Path
    from gbglass.lammps.engine import find_lammps
    from gbglass.lammps.chain import simulate
    from gbglass.lammps.task import Runner
    from tests.lammps.conftest import short_task
    simulate(short_task(0.5, segment_steps=250, ranks=int(sys.argv[2])), Path(sys.argv[1]), Runner(find_lammps()))
"""


def test_ranks_whose_watcher_was_killed_are_ended_and_the_run_fails(engine: Lammps, tmp_path: Path) -> None:
    """mpiexec itself waits for ever then, and the ranks spin on."""
    root = Path(__file__).parents[2]
    driver = subprocess.Popen([sys.executable, "-c", textwrap.dedent(DRIVER), str(tmp_path), "2"], cwd=root)
    try:
        wait_until(lambda: len(watched(tmp_path)) == 4, seconds=60.0)  # mpiexec, its proxy, two ranks
        proxy = next(pid for pid in watched(tmp_path) if "proxy" in name_of(pid))
        os.kill(proxy, signal.SIGKILL)
        assert driver.wait(timeout=30) != 0
    finally:
        driver.kill()
        driver.wait()
    wait_until(lambda: not watched(tmp_path), seconds=5.0)
    simulate(short_task(0.5, segment_steps=250, ranks=2), tmp_path, Runner(engine))


def watched(run: Path) -> list[int]:
    return [pid for working in run.rglob("*.partial") for pid in processes_in(working)]


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8")


@pytest.mark.parametrize("ranks", [1, 2])
def test_interrupted_equals_uninterrupted_bit_for_bit(engine: Lammps, tmp_path: Path, ranks: int) -> None:
    run, whole = tmp_path / "run", tmp_path / "whole"
    working = run / "3-hold" / "segment-0000.partial"
    root = Path(__file__).parents[2]
    driver = subprocess.Popen([sys.executable, "-c", textwrap.dedent(DRIVER), str(run), str(ranks)], cwd=root)
    try:
        # Some frames of the segment are written, most are not.
        dump = working / "frames.lammpstrj"
        wait_until(lambda: dump.exists() and dump.stat().st_size > 8_000, seconds=60.0)
        assert processes_in(working)
    finally:
        driver.send_signal(signal.SIGKILL)
        driver.wait()
    wait_until(lambda: not processes_in(working), seconds=5.0)
    assert not (run / "3-hold" / "segment-0000").exists(), "the kill came too late to test anything"
    task = short_task(0.5, segment_steps=250, ranks=ranks)
    resumed = simulate(task, run, Runner(engine))
    simulate(task, whole, Runner(engine))
    assert dumps(run) == dumps(whole)
    assert [frame.step for frame in resumed.trajectory()] == list(range(0, 601, 20))
    assert not list(run.rglob("*.partial"))
