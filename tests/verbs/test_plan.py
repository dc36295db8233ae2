"""``gbglass plan``: what it promises is what a run then does, and it leaves nothing behind."""

import json
from pathlib import Path

import pytest

from gbglass.lammps.chain import simulate
from gbglass.lammps.dump import read_dump
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.studies.kinds import STUDIES
from gbglass.studies.reading import read_study
from gbglass.verbs.plan import plan
from tests.end_to_end.conftest import gbglass, toy

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("plan")]

SWEEP = "\n[sweep]\nseed = [1, 2]\nrun.ranks = [1, 2]\n"


@pytest.mark.parametrize("window", ["", "dense_last_ps = 0.15\ndense_every_ps = 0.01\n"], ids=["even", "dense"])
def test_the_frames_that_are_planned_are_those_that_a_run_writes(tmp_path: Path, window: str) -> None:
    study = toy(tmp_path, hold=0.4)
    study.write_text(study.read_text(encoding="utf-8").replace("[run]\n", f"[run]\n{window}"), encoding="utf-8")
    planned = STUDIES["segregation"].plan(read_study(study))
    simulation = simulate(planned.task, tmp_path / "md", Runner(find_lammps()))
    written = [d.frame.step for segment in simulation.segments for d in read_dump(segment.frames)]
    (case,) = plan(study, is_probed=False).cases
    assert case.n_frames == planned.n_frames == len(written)
    assert case.n_steps == simulation.segments[-1].last_step
    assert case.disk_bytes == pytest.approx(sum(s.frames.stat().st_size for s in simulation.segments), rel=0.25)


def test_a_plan_lays_the_stages_on_one_clock_and_writes_nothing(tmp_path: Path) -> None:
    study = toy(tmp_path, hold=0.4)
    before = sorted(tmp_path.rglob("*"))
    done = gbglass("plan", study, "--no-probe", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(tmp_path.rglob("*")) == before
    (case,) = json.loads(done.stdout)["cases"]
    ramp, hold = case["stages"]
    assert (ramp["first_step"], ramp["last_step"], hold["last_step"]) == (0, 200, 600)
    assert ramp["end"]["temperature"] == hold["begin"]["temperature"]
    assert ramp["end"]["pressure"] == 0.0
    assert hold["end"]["pressure"] is None
    assert case["wall_hours"] is None
    shown = gbglass("plan", study, "--no-probe", cwd=tmp_path).stdout
    assert "0 to 200" in shown
    assert "not probed" in shown


def test_core_hours_count_the_ranks_of_each_case(tmp_path: Path) -> None:
    study = toy(tmp_path, hold=0.4)
    text = study.read_text(encoding="utf-8")
    study.write_text(text + SWEEP, encoding="utf-8")
    planned = plan(study)
    assert [case.ranks for case in planned.cases] == [1, 2, 1, 2]
    hours = [case.wall_hours for case in planned.cases]
    assert all(hour is not None and hour > 0.0 for hour in hours)
    assert hours[0] == hours[2]
    assert hours[1] == hours[3]
    used = sum((case.wall_hours or 0.0) * case.ranks for case in planned.cases)
    assert planned.core_hours == pytest.approx(used, rel=1e-12)
