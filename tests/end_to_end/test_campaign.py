"""A study of many cases by the command that a person types, with the real LAMMPS: killed, gone on with, cleaned."""

import csv
import json
import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from gbglass.lammps.engine import find_lammps
from tests.end_to_end.conftest import command, gbglass, lammps_in, toy
from tests.end_to_end.test_interruption import dumps, wait_for
from tests.end_to_end.test_run import contents, frame_steps

pytestmark = [pytest.mark.lammps, pytest.mark.kill, pytest.mark.xdist_group("toy")]


def swept(folder: Path, sweep: str, hold: float = 0.5) -> Path:
    """Write the toy study with a sweep."""
    study = toy(folder, hold)
    study.write_text(study.read_text(encoding="utf-8") + f"\n[sweep]\n{sweep}\n", encoding="utf-8")
    return study


def states(run: Path) -> dict[str, str]:
    record = json.loads((run / "campaign.json").read_text(encoding="utf-8"))
    return {case["label"]: case["state"] for case in record["cases"]}


def table(run: Path) -> list[dict[str, str]]:
    with (run / "table.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_killed_campaign_goes_on_and_its_cases_are_those_of_single_studies(
    finished_toy: Path, tmp_path: Path
) -> None:
    study, run = swept(tmp_path, "seed = [7, 8]"), tmp_path / "run"
    driver = subprocess.Popen(
        command("run", study, "--out", run, "--cores", "2"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for("MD of a case", lambda: list(run.glob("cases/*/md/3-hold/segment-*.partial")), seconds=120)
        busy = gbglass("run", study, "--out", run)
        assert busy.returncode == 1
        assert f"process {driver.pid}" in busy.stderr
    finally:
        driver.send_signal(signal.SIGKILL)
        driver.wait()
    wait_for("the end of LAMMPS", lambda: not lammps_in(tmp_path), seconds=5)
    assert not (run / "cases" / "done.json").exists()

    again = gbglass("run", study, "--out", run)
    assert again.returncode == 0, again.stderr
    assert states(run) == {"seed-7": "done", "seed-8": "done"}
    (seven,), (eight,) = run.glob("cases/seed-7-*"), run.glob("cases/seed-8-*")
    assert dumps(seven) == dumps(finished_toy), "a case is what the study of it alone is, bit for bit, kill or not"
    assert frame_steps(eight) == list(range(0, 701, 20))
    assert dumps(eight) != dumps(seven)

    rows = table(run)
    assert [(row["seed"], row["boundary"], row["verdict"]) for row in rows] == [
        (seed, name, "undecided") for seed in "78" for name in ("boundary 1", "boundary 2")
    ]
    results = json.loads((seven / "results.json").read_text(encoding="utf-8"))
    excess = results["boundaries"][0]["gibbs_excess"]
    assert float(rows[0]["Li excess (atoms/nm²)"]) == excess["value"]
    page = (run / "report.html").read_text(encoding="utf-8")
    assert f'href="cases/{seven.name}/report.html"' in page

    before = {name: digest for name, digest in contents(run).items() if not name.startswith("cases/")}
    cleaned = gbglass("clean", study, "--out", run)
    assert cleaned.returncode == 2
    assert "say --yes" in cleaned.stderr
    assert dumps(seven)
    cleaned = gbglass("clean", study, "--out", run, "--yes")
    assert cleaned.returncode == 0
    assert "in 2 cases" in cleaned.stdout
    assert not list(run.rglob("frames.*"))
    assert (seven / "report.html").is_file()
    status = gbglass("status", study, "--out", run, "--json")
    assert [case["state"] for case in json.loads(status.stdout)["cases"]] == ["done", "done"]
    assert gbglass("collect", study, "--out", run).returncode == 0
    after = {name: digest for name, digest in contents(run).items() if not name.startswith("cases/")}
    assert after == before, "nothing was run again"

    longer = gbglass("run", swept(tmp_path, "seed = [7, 8]", hold=0.7), "--out", run)
    assert longer.returncode == 1, "what was cleaned would run from its start, which nobody has asked for"
    assert longer.stderr.count("its frames dropped by 'gbglass clean'") >= 2
    assert (seven / "report.html").is_file()
    assert not list(run.rglob("frames.*"))


def test_a_case_that_a_scheduler_ends_says_that_it_is_to_be_run_again(tmp_path: Path) -> None:
    """At a wall limit schedulers send SIGTERM to all processes of a job and kill them a moment later."""
    study, run = swept(tmp_path, "seed = [7]", hold=20.0), tmp_path / "run"  # longer than any look at it takes
    driver = subprocess.Popen(command("run", study, "--out", run), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("a case", lambda: list(run.glob("cases/*/study.json")))
    driver.kill()
    driver.wait()
    (folder,) = run.glob("cases/*")
    case = subprocess.Popen(command("case", folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for("MD", lambda: list(folder.glob("md/3-hold/segment-*.partial")))
    for process in [*lammps_in(folder), case.pid]:
        os.kill(process, signal.SIGTERM)
    _, said = case.communicate(timeout=60)
    assert case.returncode == 75
    assert said.splitlines()[-1].startswith("gbglass: ended from outside")
    assert not (folder / "failed.json").exists()
    assert not lammps_in(folder)


def test_failures_stand_in_the_table_the_page_the_exit_code_and_on_the_screen(tmp_path: Path) -> None:
    engine = find_lammps(None)
    broken = tmp_path / "lmp"
    libraries = engine.environment.get("LD_LIBRARY_PATH", "")
    # A real LAMMPS, started so that it fails by itself: this build has no GPU package.
    broken.write_text(
        f'#!/bin/sh\ncase "$*" in *"-in "*) set -- "$@" -sf gpu ;; esac\n'
        f'LD_LIBRARY_PATH="{libraries}" exec "{engine.binary}" "$@"\n',
        encoding="utf-8",
    )
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    study, run = swept(tmp_path, "seed = [7]"), tmp_path / "run"
    died = gbglass("run", study, "--out", run, "--lammps", broken)
    assert died.returncode == 1
    assert "FAILED seed-7: LAMMPS failed: ERROR" in died.stderr
    assert "Traceback" not in died.stderr
    assert states(run) == {"seed-7": "failed"}
    (row,) = table(run)
    assert row["state"] == "failed"
    assert "GPU" in row["cause"]
    assert "GPU" in (run / "report.html").read_text(encoding="utf-8")
    (case,) = run.glob("cases/*")
    alone = gbglass("case", case, "--lammps", broken)
    assert alone.returncode == 1
    assert alone.stderr.splitlines()[-1].startswith("gbglass: LAMMPS failed: ERROR")


def test_a_folder_of_something_else_is_refused_untouched(finished_toy: Path, tmp_path: Path) -> None:
    before = contents(finished_toy)
    refused = gbglass("run", swept(tmp_path, "seed = [7]"), "--out", finished_toy)
    assert refused.returncode == 1
    assert "not those of a study of many cases" in refused.stderr
    assert contents(finished_toy) == before
    strange = gbglass("case", tmp_path)
    assert strange.returncode == 1
    assert "no folder of a case" in strange.stderr
