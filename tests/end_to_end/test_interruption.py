"""Killed or stopped in mid-MD, then run again: the frames of an uninterrupted run, none twice, nothing left behind."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import command, gbglass, lammps_in, toy
from tests.end_to_end.test_run import frame_steps

pytestmark = [pytest.mark.lammps, pytest.mark.kill, pytest.mark.xdist_group("toy")]


def wait_for(what: str, condition: object, seconds: float = 180.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.02)


def start_and_signal(study: Path, run: Path, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    """Start a run, let it reach the middle of a segment of the hold, and signal the driver alone."""
    driver = subprocess.Popen(
        command("run", study, "--out", run), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    working = run / "md" / "3-hold"
    wait_for("a segment of the hold", lambda: list(working.glob("segment-0001*.partial/frames.lammpstrj")))
    assert lammps_in(run), "LAMMPS should be running now"
    driver.send_signal(number)
    stdout, stderr = driver.communicate(timeout=180)
    return subprocess.CompletedProcess(driver.args, driver.returncode, stdout, stderr)


def dumps(run: Path) -> dict[str, bytes]:
    """Everything that a run leaves of its frames: the text of the minimisation, a store of each segment."""
    found = {str(p.relative_to(run)): p.read_bytes() for p in sorted(run.rglob("frames.*"))}
    assert {Path(name).suffix for name in found} == {".h5md", ".lammpstrj"}
    return found


@pytest.mark.parametrize("ranks", [1, 2])
def test_kill_nine_of_the_driver_costs_one_segment_and_changes_no_bit(
    finished_toy: Path, tmp_path: Path, ranks: int
) -> None:
    study, run = toy(tmp_path, ranks=ranks), tmp_path / "run"
    start_and_signal(study, run, signal.SIGKILL)
    wait_for("the end of LAMMPS", lambda: not lammps_in(tmp_path), seconds=5)
    assert not (run / "done.json").exists()
    assert not (run / "results.json").exists()
    again = gbglass("run", study, "--out", run)
    assert again.returncode == 0, again.stderr
    assert frame_steps(run) == list(range(0, 701, 20))
    assert not list(run.rglob("*.partial"))
    if ranks == 1:
        assert dumps(run) == dumps(finished_toy), "interrupted must equal uninterrupted, bit for bit"


def test_control_c_stops_cleanly_and_the_same_command_goes_on(finished_toy: Path, tmp_path: Path) -> None:
    study, run = toy(tmp_path), tmp_path / "run"
    stopped = start_and_signal(study, run, signal.SIGINT)
    assert stopped.returncode == 130
    assert "goes on" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert not lammps_in(tmp_path)
    assert gbglass("run", study, "--out", run).returncode == 0
    assert dumps(run) == dumps(finished_toy)
