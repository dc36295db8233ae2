"""Drivers killed in mid-segment: the bytes of an uninterrupted run, no frame twice, no process left."""

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
