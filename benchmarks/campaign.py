"""What a campaign costs: overhead a case, the time to the first MD step, our segments against bare LAMMPS.

    python -m benchmarks.campaign [overhead] [slurm] [first-step] [ratio] [--runs N]

Without a word all parts run, `slurm` only where Slurm is installed. Run it on a machine that does nothing else.

* overhead, slurm: cases that do nothing (a program that starts, locks its folder, and ends), through the driver; the
  time a case beyond what the same programs take in a plain loop of `subprocess.run`.
* first-step: from `gbglass run` to the first MD step in the log of LAMMPS, less the imports of its two processes, which
  are timed by themselves in the same turn.
* ratio: `benchmarks/main_job.py` on 1 and on 2 ranks.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.main_job import compare
from tests.campaign.toy_driver import PROGRAM, Heard, toy_command, toy_job, toy_plan
from tests.slurm.host import missing_programs, running_slurm

from gbglass.campaign.cluster import ClusterExecutor
from gbglass.campaign.dispatch import Dispatcher
from gbglass.campaign.driver import drive
from gbglass.campaign.executor import Executor
from gbglass.campaign.local import LocalExecutor
from gbglass.campaign.sites import Site
from gbglass.lammps.log import last_step

CASES = 20
STUDY = """
study = "segregation"
name = "first"
seed = 7
potential = { name = "buckingham-llzo" }
crystal = { name = "llzo-cubic" }
boundary = { axis = [1, -1, 0], plane = [1, 1, 2], layers = 4 }
stage = [{ kind = "minimise", max_iterations = 1 }, { kind = "hold", temperature_K = 300.0, duration_ps = 10.0 }]
sweep.seed = [7]
run.ranks = 1
"""


def median_of(what: str, runs: int, measure: Callable[[], float]) -> float:
    """Print each measurement, return their median."""
    times = []
    for _ in range(runs):
        times.append(measure())
        print(f"  {what}: {times[-1]:.3f} s", flush=True)
    return statistics.median(times)


def cases_in(folder: Path) -> Path:
    """Write cases that do nothing."""
    file = folder / "cases.json"
    file.write_text(json.dumps({f"{n}": {"answer": n, "pieces": 0} for n in range(CASES)}), encoding="utf-8")
    return file


def driven(executor: Executor, folder: Path) -> float:
    """Time a campaign, a case."""
    file, heard = cases_in(folder), Heard()
    began = time.perf_counter()
    drive(folder / "runs", toy_plan(folder / "runs", file), executor, heard.audience())
    seconds = time.perf_counter() - began
    if {seen.state for seen in heard.ended.values()} != {"done"}:
        raise SystemExit(f"the cases failed: {heard.ended}")
    return seconds / CASES


def bare(folder: Path) -> float:
    """Time the same programs without a driver, a case."""
    began = time.perf_counter()
    for number in range(CASES):
        case = folder / "bare" / str(number)
        case.mkdir(parents=True)
        (case / "study.json").write_text(json.dumps({"answer": number, "pieces": 0}), encoding="utf-8")
        subprocess.run([sys.executable, str(PROGRAM), str(case)], check=True)
    return (time.perf_counter() - began) / CASES


def overhead(runs: int) -> None:
    def one() -> float:
        with tempfile.TemporaryDirectory() as name:
            return driven(LocalExecutor(toy_command, 1), Path(name)) - bare(Path(name))

    print(f"local overhead a case: {median_of('overhead', runs, one):.3f} s (median, {CASES} cases one after another)")


def slurm_overhead(runs: int) -> None:
    if missing_programs():
        print(f"Slurm overhead: not measured, there is no {', '.join(missing_programs())}")
        return
    site = Site(executor="slurm", poll=0.2, max_jobs=50)
    with tempfile.TemporaryDirectory() as slurm_folder, running_slurm(Path(slurm_folder)) as slurm:
        os.environ.update({name: slurm.environment[name] for name in ("SLURM_CONF", "PATH")})  # noqa: TID251  # sbatch is started by a library

        def one() -> float:
            with tempfile.TemporaryDirectory() as name:
                executor = ClusterExecutor(toy_job, site, Dispatcher(Path(name) / "records"))
                return driven(executor, Path(name)) - bare(Path(name))

        print(f"Slurm overhead a case: {median_of('overhead', runs, one):.3f} s (median, {CASES} cases)")


def first_step(runs: int) -> None:
    def imports() -> float:
        """Time those of the driver and of the case, each in a process of its own."""
        began = time.perf_counter()
        for module in ("gbglass.cli.run_cases", "gbglass.cli.case"):
            subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        return time.perf_counter() - began

    def one() -> float:
        imported = imports()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "first.toml").write_text(STUDY, encoding="utf-8")
            began = time.perf_counter()
            words = [sys.executable, "-m", "gbglass", "run", "first.toml", "--out", "run"]
            driver = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                while not any((last_step(log) or 0) > 0 for log in folder.glob("run/cases/*/md/2-hold/*/log.lammps")):
                    if driver.poll() is not None:
                        raise SystemExit("the run ended before its first step")
                    time.sleep(0.02)
                seconds = time.perf_counter() - began
                print(f"  of {seconds:.2f} s in all, {imported:.2f} s are imports")
                return seconds - imported
            finally:
                driver.kill()
                driver.wait()

    print("from 'gbglass run' to the first logged MD step after the start, less the imports of its two processes:")
    print(f"  {median_of('to the first step', runs, one):.3f} s (median)")


def ratio(runs: int) -> None:
    for ranks in (1, 2):
        compare(runs, ranks)


def main() -> None:
    parts = {"overhead": overhead, "slurm": slurm_overhead, "first-step": first_step, "ratio": ratio}
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start")
    for name in asked.parts or parts:
        parts[name](asked.runs)


if __name__ == "__main__":
    main()
