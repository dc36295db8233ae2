"""Campaigns through a real Slurm: crashes, killed jobs, wall limits, killed drivers, a case added in mid-run."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gbglass.campaign.cluster import ClusterExecutor
from gbglass.campaign.dispatch import Dispatcher
from gbglass.campaign.driver import drive
from gbglass.campaign.sites import Site
from gbglass.campaign.task import look
from gbglass.campaign.tries import TRIES
from gbglass.lammps.engine import find_lammps
from gbglass.store.h5md import read_h5md
from tests.campaign.test_driver import pieces, write_cases
from tests.campaign.toy_driver import Heard, toy_job, toy_plan, toy_tasks
from tests.end_to_end.conftest import command
from tests.slurm.conftest import Overlong
from tests.slurm.host import SlurmHost

pytestmark = [pytest.mark.slurm, pytest.mark.lammps, pytest.mark.kill, pytest.mark.xdist_group("slurm")]

STUDY = """
study = "segregation"
name = "grid"
seed = 7
potential = { name = "buckingham-llzo" }
crystal = { name = "llzo-cubic" }
boundary = { axis = [1, -1, 0], plane = [1, 1, 2], layers = 4 }

[[stage]]
kind = "minimise"
max_iterations = 10

[[stage]]
kind = "ramp"
from_K = 300.0
to_K = 400.0
rate_K_per_fs = 5.0

[[stage]]
kind = "hold"
temperature_K = 400.0
duration_ps = 0.2

[run]
frame_every_ps = 0.01
segment_ps = 0.05
ranks = RANKS
"""
SWEEP = """
[sweep]
boundary = [
    {axis = [1, -1, 0], plane = [1, 1, 2], layers = 4, cut_offset = 0.0},
    {axis = [1, -1, 0], plane = [1, 1, 2], layers = 4, cut_offset = 0.5},
]
"""
PROFILE = """
[here]
executor = "slurm"
queue = "main"
walltime = "00:10:00"
retries = 1
poll = 0.5
lammps = "LAMMPS"

[both]
executor = "slurm"
nodes = 2
walltime = "00:10:00"
launcher = "srun --mpi=pmi2 -n {ranks}"
environment = { UCX_NET_DEVICES = "lo" }  # MPICH's full addresses are too long for the pmi2 of Slurm 22.05
poll = 0.5
"""
CRASHES = "cut_offset-0.5_to_K-500"


def temperature(kelvin: float) -> str:
    return f"[[sweep.together]]\nstage.2.to_K = {kelvin}\nstage.3.temperature_K = {kelvin}\n"


def fragile_lammps(folder: Path) -> Path:
    """A real LAMMPS that fails by itself in one case until it is mended: this build has no GPU package."""
    engine = find_lammps(None)
    script = folder / "lmp"
    libraries = engine.environment.get("LD_LIBRARY_PATH", "")
    script.write_text(
        "#!/bin/sh\n"
        f'case "$PWD $*" in *{CRASHES}*" -in "*)\n'
        f'  [ -e {folder}/mended ] || set -- "$@" -sf gpu ;;\n'
        "esac\n"
        f'LD_LIBRARY_PATH="{libraries}" exec "{engine.binary}" "$@"\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    return script


def write_study(folder: Path, *temperatures: float, ranks: int = 1) -> Path:
    text = STUDY.replace("RANKS", str(ranks))
    if temperatures:
        text += SWEEP + "".join(map(temperature, temperatures))
    study, working = folder / "grid.toml", folder / "grid.tmp"
    working.write_text(text, encoding="utf-8")
    working.replace(study)
    return study


@contextmanager
def driving(slurm: SlurmHost, study: Path, run: Path, site: str) -> Iterator[subprocess.Popen[str]]:
    """Start a driver as a person would; it does not outlive the block."""
    driver = subprocess.Popen(
        command("run", study, "--out", run, "--executor", "slurm", "--profile", site),
        env={**slurm.environment, "HOME": str(study.parent / "home")},
        cwd=study.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with driver:
        try:
            yield driver
        finally:
            driver.kill()


def wait_for(what: str, condition: Callable[[], object], seconds: float = 120.0) -> Any:  # what it waited for
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.1)


def jobs_of(run: Path) -> dict[str, list[str]]:
    """Jobs of each case, by the label it was given."""
    found: dict[str, list[str]] = {}
    for record in sorted(run.glob(f"cases/*/{TRIES}/*/job.json")):
        label = record.parents[2].name.rsplit("-", 1)[0]
        found.setdefault(label, []).append(json.loads(record.read_text(encoding="utf-8"))["job"])
    return found


def segments(run: Path) -> list[Path]:
    """Finished segments of the ramps."""
    return [path for path in run.glob("cases/*/md/2-ramp/segment-*") if path.suffix != ".partial"]


def states(run: Path) -> dict[str, str]:
    record = json.loads((run / "campaign.json").read_text(encoding="utf-8"))
    return {case["label"]: case["state"] for case in record["cases"]}


def frame_steps(case: Path) -> list[int]:
    stores = sorted(case.glob("md/[2-9]-*/segment-*/frames.h5md"))
    return [frame.step for store in stores for frame in read_h5md(store).frames()]


@pytest.mark.usefixtures("overlong")  # its minute passes meanwhile
def test_two_boundaries_three_temperatures_and_everything_that_goes_wrong(slurm: SlurmHost, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    profile = PROFILE.replace("LAMMPS", str(fragile_lammps(tmp_path)))
    (tmp_path / "profile.toml").write_text(profile, encoding="utf-8")
    run, study = tmp_path / "run", write_study(tmp_path, 350.0, 400.0, 500.0)

    with driving(slurm, study, run, "here") as driver:
        done = wait_for("MD in two cases", lambda: segments(run) if len(segments(run)) > 1 else None)
        label = done[0].parents[2].name.rsplit("-", 1)[0]
        slurm.ask("scancel", *jobs_of(run)[label])
        driver.send_signal(signal.SIGKILL)
    before = jobs_of(run)
    assert slurm.jobs(), "jobs go on without their driver"

    write_study(tmp_path, 350.0, 400.0, 500.0, 450.0)
    with driving(slurm, study, run, "here") as driver:
        _, said = driver.communicate(timeout=240)
    assert driver.returncode == 1, said
    assert f"FAILED {CRASHES}: LAMMPS failed: ERROR" in said
    assert "Traceback" not in said
    found = states(run)
    assert len(found) == 8
    assert found.pop(CRASHES) == "failed"
    assert set(found.values()) == {"done"}
    after = jobs_of(run)
    for name, jobs in before.items():
        assert after[name][: len(jobs)] == jobs
        expected = {label: 2, CRASHES: 4}.get(name, 1)  # two tries under each of two drivers
        assert len(after[name]) <= expected, f"{name} was submitted {len(after[name])} times"
    assert len(after[label]) == 2 or label == CRASHES, "the killed job was replaced by one"

    (tmp_path / "mended").touch()
    with driving(slurm, study, run, "here") as driver:
        _, said = driver.communicate(timeout=120)
    assert driver.returncode == 0, said
    assert set(states(run).values()) == {"done"}
    for case in run.glob("cases/*"):
        steps = frame_steps(case)
        assert steps == list(range(0, steps[-1] + 1, 10)), "no frame is missing, none is there twice"
    wait_for("Slurm to see the last job end", lambda: not slurm.jobs(), seconds=60)
    assert not (tmp_path / "dpdispatcher.log").exists(), "it writes its log where its other files are"
    assert not (tmp_path / "home" / ".dpdispatcher").exists(), "nothing is left in the user's home"


def test_a_study_of_one_case_runs_on_two_nodes_by_srun(slurm: SlurmHost, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "profile.toml").write_text(PROFILE.replace("LAMMPS", "unused"), encoding="utf-8")
    study, run = write_study(tmp_path, ranks=2), tmp_path / "run"
    with driving(slurm, study, run, "both") as driver:
        _, said = driver.communicate(timeout=180)
    assert driver.returncode == 0, said + "".join(path.read_text() for path in run.glob(f"{TRIES}/*/err.log"))
    results = json.loads((run / "results.json").read_text(encoding="utf-8"))
    assert results["machine"]["MPI ranks"] == "2"
    log = next(run.glob("md/3-hold/segment-0000/log.lammps")).read_text(encoding="utf-8")
    assert "on 2 procs" in log
    script = next(run.glob(f"{TRIES}/*/.*.sub")).read_text(encoding="utf-8")
    assert "--nodes 2" in script
    assert "--ntasks-per-node 1" in script


@pytest.mark.usefixtures("slurm")
def test_a_detached_driver_submits_within_its_limit_and_a_later_one_finds_its_jobs(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    cases = {f"case-{n}": {"answer": n, "pieces": 8, "nap": 0.25} for n in range(3)}
    file = write_cases(tmp_path / "cases.json", cases)
    dispatcher = Dispatcher(tmp_path / "records")
    site = Site(executor="slurm", max_jobs=2, poll=0.5)
    heard = Heard()
    drive(root, toy_plan(root, file), ClusterExecutor(toy_job, site, dispatcher, is_detached=True), heard.audience())
    assert len(heard.ended) == 2
    assert {seen.state for seen in heard.ended.values()} <= {"submitted", "running"}
    assert "1 more wait" in heard.said[0]
    wider = Site(executor="slurm", max_jobs=2, poll=0.5, walltime="00:30:00")
    later = Heard()
    drive(root, toy_plan(root, file), ClusterExecutor(toy_job, wider, dispatcher), later.audience())
    assert len(later.ended) == 3
    tasks = toy_tasks(root, cases)
    assert all(look(task).state == "done" for task in tasks)
    assert [len(list((task.folder / TRIES).iterdir())) for task in tasks] == [1, 1, 1], (
        "another wall time submits nothing"
    )
    assert set(pieces(root).values()) == {1}


def test_a_case_longer_than_its_wall_time_goes_on_job_after_job(overlong: Overlong) -> None:
    """What was finished before the limit is not done again; crashes are tried again, wrong inputs are not."""
    overlong.thread.join(180)
    assert {label: seen.state for label, seen in overlong.heard.ended.items()} == {
        "long": "done", "crash": "done", "kill": "done", "wrong": "failed",
    }  # fmt: skip
    tasks = {task.label: task for task in toy_tasks(overlong.root, overlong.cases)}
    tries = {label: len(list((task.folder / TRIES).iterdir())) for label, task in tasks.items()}
    assert tries == {"long": 2, "crash": 2, "kill": 2, "wrong": 1}
    begun = pieces(overlong.root)
    assert sum(count for name, count in begun.items() if name.startswith("long")) <= 25, "one piece was lost"


@pytest.mark.usefixtures("slurm")
def test_a_driver_that_died_between_submission_and_record_finds_its_job(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    cases = {"one": {"answer": 1, "pieces": 8, "nap": 0.25}}
    file = write_cases(tmp_path / "cases.json", cases)
    dispatcher, site = Dispatcher(tmp_path / "records"), Site(executor="slurm", poll=0.5)
    detached = ClusterExecutor(toy_job, site, dispatcher, is_detached=True)
    drive(root, toy_plan(root, file), detached, Heard().audience())
    (task,) = toy_tasks(root, cases)
    record = task.folder / TRIES / "0001" / "job.json"
    noted = json.loads(record.read_text(encoding="utf-8"))
    del noted["job"]
    record.write_text(json.dumps(noted), encoding="utf-8")
    drive(root, toy_plan(root, file), ClusterExecutor(toy_job, site, dispatcher), Heard().audience())
    assert look(task).state == "done"
    assert len(list((task.folder / TRIES).iterdir())) == 1
    assert set(pieces(root).values()) == {1}


@pytest.mark.usefixtures("slurm")
def test_a_job_submitted_twice_does_nothing_twice_and_is_no_failure(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    cases = {"one": {"answer": 1, "pieces": 8, "nap": 0.25}}
    file = write_cases(tmp_path / "cases.json", cases)
    dispatcher, site = Dispatcher(tmp_path / "records"), Site(executor="slurm", poll=0.5)
    (task,) = toy_tasks(root, cases)
    detached = ClusterExecutor(toy_job, site, dispatcher, is_detached=True)
    drive(root, toy_plan(root, file), detached, Heard().audience())
    wait_for("the first job", lambda: look(task).state == "running")
    shutil.rmtree(task.folder / TRIES / "0001")  # as if the driver had died before it could note anything at all
    heard = Heard()
    drive(root, toy_plan(root, file), ClusterExecutor(toy_job, site, dispatcher), heard.audience())
    assert heard.ended["one"].state == "done"
    assert set(pieces(root).values()) == {1}
