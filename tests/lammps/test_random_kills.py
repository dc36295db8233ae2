"""Twenty kills at random moments of a staged run: of the driver, of LAMMPS, of one rank of it; not a bit is lost."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from gbglass.core.region import Shell
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.stages import Hold, MeltRegion, Minimise, Ramp, Stage, Strain
from gbglass.store.segment_store import H5mdStore
from tests.lammps.conftest import short_task
from tests.lammps.test_engine import processes_in, wait_until
from tests.lammps.test_simulation import dumps

pytestmark = [pytest.mark.lammps, pytest.mark.kill, pytest.mark.xdist_group("kills")]

STAGES: tuple[Stage, ...] = (
    Minimise(max_iterations=20),
    Ramp(from_K=300, to_K=350, rate_K_per_fs=0.25),
    MeltRegion(region=Shell(position=0.5, within_A=3.0), temperature_K=1500, duration_ps=0.3),
    Hold(temperature_K=350, duration_ps=0.2),
    Strain(temperature_K=350, to_strain=0.03, rate_per_ps=0.1),
)
VICTIMS = ("driver", "LAMMPS", "one rank", "driver and LAMMPS")

DRIVER = """
    import sys
    from pathlib import Path
    from tests.lammps.test_random_kills import staged
    from gbglass.lammps.chain import simulate
    from gbglass.lammps.engine import find_lammps
    from gbglass.lammps.task import Runner
    from gbglass.store.segment_store import H5mdStore
    simulate(staged(int(sys.argv[2])), Path(sys.argv[1]), Runner(find_lammps(), store=H5mdStore()))
"""


def staged(ranks: int) -> MdTask:
    """A ramp, a melt, a hold and a strain in segments of 100 steps."""
    task = short_task()
    settings = MdSettings(timestep=0.001, frame_every=20, segment_steps=100, ranks=ranks, seed=5)
    return MdTask(task.atoms, task.potential, STAGES, settings)


def start_driver(run: Path, ranks: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", textwrap.dedent(DRIVER), str(run), str(ranks)]
    return subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def engines_of(run: Path) -> list[int]:
    return [pid for working in run.rglob("*.partial") for pid in processes_in(working)]


def wait_for_an_engine(driver: subprocess.Popen[bytes], run: Path) -> None:
    wait_until(lambda: driver.poll() is not None or engines_of(run), seconds=60.0)


def kill(victim: str, driver: subprocess.Popen[bytes], run: Path, rng: random.Random) -> None:
    """Kill what can be found of the victim; a rank is any one process of LAMMPS or its launcher."""
    engines = engines_of(run)
    chosen = [rng.choice(engines)] if victim == "one rank" and engines else engines
    if victim.startswith("driver"):
        driver.send_signal(signal.SIGKILL)
    if victim != "driver":
        for pid in chosen:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def finished_frames(run: Path) -> dict[str, bytes]:
    """Frames of finished segments; what a killed LAMMPS left is kept beside them, for whoever wants to look."""
    return {name: content for name, content in dumps(run).items() if ".failed/" not in name}


@pytest.mark.parametrize("ranks", [1, 2])
def test_twenty_kills_at_random_moments_change_nothing(engine: Lammps, tmp_path: Path, ranks: int) -> None:
    """Ten kills on each number of ranks; each time what is left must end by itself, and the next driver goes on."""
    whole, run = tmp_path / "whole", tmp_path / "run"
    simulate(staged(ranks), whole, Runner(engine, store=H5mdStore()))
    rng, kills = random.Random(ranks), 0
    while kills < 10:
        driver = start_driver(run, ranks)
        try:
            wait_for_an_engine(driver, run)
            time.sleep(rng.uniform(0.0, 0.8))
            kill(VICTIMS[kills % len(VICTIMS)], driver, run, rng)
            driver.wait(timeout=120)
        finally:
            driver.kill()
            driver.wait()
        wait_until(lambda: not engines_of(run), seconds=10.0)  # noqa: B023
        if driver.returncode != 0:
            kills += 1
            continue
        assert finished_frames(run) == dumps(whole)  # it was through, or between two segments: begin again
        run = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
    simulate(staged(ranks), run, Runner(find_lammps(), store=H5mdStore()))
    assert finished_frames(run) == dumps(whole)
    assert not list(run.rglob("*.partial"))
