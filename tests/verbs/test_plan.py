"""``gbglass plan``: what it promises is what a run then does, and it leaves nothing behind."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from gbglass.errors import ConfigError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.protocol.stages import Hold, Ramp
from gbglass.store.segment_store import H5mdStore
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
    simulation = simulate(planned.task, tmp_path / "md", Runner(find_lammps(), store=H5mdStore()))
    written = [frame.step for segment in simulation.segments for frame in H5mdStore().read(segment.frames)]
    (case,) = plan(study, is_probed=False).cases
    assert case.n_frames == planned.n_frames == len(written)
    assert case.n_steps == simulation.segments[-1].last_step
    text = max(s.n_frames for s in simulation.segments) * len(planned.atoms) * 38
    stored = sum(s.frames.stat().st_size for s in simulation.segments)
    assert case.disk_bytes == pytest.approx(text + stored, rel=0.25)


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
    assert "stage.3 (hold)" in shown


HEATED = """
[[stage]]
kind = "equilibrate"
temperature_K = 400.0
from_K = 400.0
hold_ps = 1.0

[[stage]]
kind = "amorphise_heating"
from_K = 400.0
temperature_K = 400.0
melting_fraction = 0.75
melt_ps = 1.0
hold_ps = 2.5

[run]"""


def test_what_is_heated_to_a_fraction_of_the_melting_point_is_planned_run_and_told_in_kelvin(tmp_path: Path) -> None:
    card = files("gbglass") / "data" / "potentials" / "buckingham-llzo.toml"
    head = 'melting = [{ of = "LLZO", temperature_K = 2615.0, error_K = 35.0 }]\n'
    (tmp_path / "mine.toml").write_text(head + card.read_text(encoding="utf-8"), encoding="utf-8")
    study = toy(tmp_path)
    text = study.read_text(encoding="utf-8").replace("frame_every_ps = 0.02", "frame_every_ps = 0.1")
    text = f"{text.split('[[stage]]')[0]}{HEATED}{text.split('[run]')[1]}"
    study.write_text(text.replace('name = "buckingham-llzo"', 'card = "mine.toml"'), encoding="utf-8")
    (case,) = plan(study, is_probed=False).cases
    assert [stage.end.temperature for stage in case.stages] == [400.0, 1960.0, 1960.0, 400.0, 400.0]
    assert "1 ps at 1960 K in NVT" in [stage.text for stage in case.stages]
    assert [stage.name for stage in case.stages][:2] == [
        "stage.1 (equilibrate): its hold",
        "stage.2 (amorphise_heating): its ramp 1",
    ]
    assert STUDIES["segregation"].plan(read_study(study)).task.stages[2:4] == (
        Ramp(from_K=400, to_K=1960, rate_K_per_fs=0.02),
        Hold(temperature_K=1960, duration_ps=1),
    )
    study.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"stage\.2\.melting_fraction: the melting point of LLZO under .* not known"):
        plan(study, is_probed=False)


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
    memory = [case.memory_mib or 0.0 for case in planned.cases]
    assert min(memory) > 10.0, "an MPI process of LAMMPS takes more"
    assert memory[1] > 1.5 * memory[0], "two ranks are two processes"
    used = sum((case.wall_hours or 0.0) * case.ranks for case in planned.cases)
    assert planned.core_hours == pytest.approx(used, rel=1e-12)
