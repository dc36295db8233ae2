"""Sites and the scripts made for them: read whole, every mistake at once, each scheduler in its own words."""

import logging
import re
from pathlib import Path

import pytest

from gbglass.campaign.dispatch import Dispatcher, JobRequest, resources_of
from gbglass.campaign.sites import SchedulerName, Site, find_site, read_sites
from gbglass.errors import ConfigError, EngineError, InputError

GOOD = """
[mycluster]
executor = "slurm"
queue = "long"
account = "phys-17"
nodes = 2
gpus = 1
walltime = "1-06:30:00"
flags = ["#SBATCH --constraint=icelake"]
module_list = ["lammps/2025", "openmpi"]
environment = { OMP_NUM_THREADS = "4" }
launcher = "srun --mpi=pmix -n {ranks}"
lammps = "/opt/lammps/bin/lmp"
max_jobs = 20
retries = 5
poll = 60.0
"""


def write(folder: Path, text: str, name: str = "profile.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_says_what_it_says(tmp_path: Path) -> None:
    site = read_sites(write(tmp_path, GOOD))["mycluster"]
    assert (site.queue, site.nodes, site.walltime_seconds) == ("long", 2, 109_800)
    assert site.module_list == ("lammps/2025", "openmpi")


def test_all_mistakes_of_all_sites_are_shown_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("queue", "que").replace('"1-06:30:00"', '"30 hours"').replace(" -n {ranks}", "")
    text = f"colour = 1\n{bad}\n[other]\nexecutor = 'cron'\nnodes = 0\n[third]\nqueue = 'x'\n"
    with pytest.raises(ConfigError) as caught:
        read_sites(write(tmp_path, text))
    found = dict(caught.value.problems)
    assert found.keys() == {
        "colour", "mycluster.que", "mycluster.walltime", "mycluster.launcher", "other.executor", "other.nodes",
        "third.executor",
    }  # fmt: skip
    assert "there are executor, queue" in found["mycluster.que"]
    assert "HH:MM:SS or D-HH:MM:SS, got '30 hours'" in found["mycluster.walltime"]
    assert "mpiexec -n {ranks}" in found["mycluster.launcher"]
    assert "'slurm', 'pbs', 'torque', 'lsf' or 'sge'" in found["other.executor"]
    assert found["third.executor"] == "is missing"


@pytest.mark.parametrize("text", ["00:00:00", "1:2:3", "24:60:00", "", "-01:00:00"])
def test_a_wall_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HH:MM:SS"):
        Site(executor="slurm", walltime=text)


def test_a_site_is_found_beside_the_study_before_the_users_home(tmp_path: Path) -> None:
    home, study = tmp_path / "home", tmp_path / "work" / "study.toml"
    write(home, "[a]\nexecutor = 'slurm'\nqueue = 'home'\n[b]\nexecutor = 'pbs'\n", ".config/gbglass/profiles.toml")
    assert find_site("a", "slurm", study, home).queue == "home"
    assert find_site(None, "pbs", study, home).executor == "pbs", "there is only one"
    write(study.parent, "[a]\nexecutor = 'slurm'\nqueue = 'beside'\n")
    assert find_site("a", "slurm", study, home).queue == "beside"
    with pytest.raises(InputError, match=r"no site 'c' for slurm; there are: .*b \(pbs\).*--profile"):
        find_site("c", "slurm", study, home)
    with pytest.raises(InputError, match="no site 'b' for slurm"):
        find_site("b", "slurm", study, home)
    with pytest.raises(InputError, match="are 0 sites for lsf"):
        find_site(None, "lsf", study, home)


SITE = {"queue": "long", "account": "phys-17", "nodes": 2, "walltime": "1-06:30:05", "gpus": 1}
HEADS: dict[SchedulerName, list[str]] = {
    "slurm": [
        "#SBATCH --nodes 2", "#SBATCH --ntasks-per-node 16", "#SBATCH --gres=gpu:1", "#SBATCH --partition long",
        "#SBATCH --time=30:30:05", "#SBATCH --account=phys-17", "#SBATCH --job-name seed-1",
    ],
    "pbs": [
        "#PBS -l select=2:ncpus=16:mpiprocs=16:ngpus=1", "#PBS -q long", "#PBS -l walltime=30:30:05",
        "#PBS -A phys-17", "#PBS -N gb-seed-1",
    ],
    "torque": [
        "#PBS -l nodes=2:ppn=16:gpus=1", "#PBS -q long", "#PBS -l walltime=30:30:05", "#PBS -A phys-17",
        "#PBS -N gb-seed-1",
    ],
    "lsf": [
        "#BSUB -n 32", "#BSUB -R 'span[ptile=16]'", "#BSUB -q long", "#BSUB -W 30:31", "#BSUB -P phys-17",
        "#BSUB -gpu 'num=1:mode=shared:j_exclusive=yes'", "#BSUB -J seed-1",
    ],
    "sge": ["#$ -pe openmpi 32", "#$ -q long", "#$ -l h_rt=30:30:05", "#$ -A phys-17", "#$ -N seed-1"],
}  # fmt: skip


def request(folder: Path) -> JobRequest:
    return JobRequest(folder, "seed-1", ("/venv/bin/python", "-m", "gbglass", "case", "/data/my runs/seed-1"), 32)


@pytest.mark.parametrize("scheduler", HEADS)
def test_each_scheduler_is_asked_in_its_own_words(tmp_path: Path, scheduler: SchedulerName) -> None:
    more = {"nodes": 1, "gpus": 0, "parallel_environment": "openmpi"} if scheduler == "sge" else {}
    wanted = {**SITE, **more, "flags": ("# my flag {x}",), "module_list": ("lammps",), "environment": {"A": "b c"}}
    site = Site.model_validate({"executor": scheduler, **wanted})
    script = Dispatcher(tmp_path / "records").script(request(tmp_path), site)
    lines = [line.strip() for line in script.splitlines()]
    for line in [*HEADS[scheduler], "# my flag {x}", "module load lammps", "export A='b c'"]:
        assert lines.count(line) == 1, f"{line} stands {lines.count(line)} times in\n{script}"
    directives = [line for line in lines if re.match(r"#(SBATCH|PBS|BSUB|\$) ", line)]
    assert len([line for line in directives if " -l select" in line or " -l nodes" in line]) <= 1
    first = next(number for number, line in enumerate(lines) if line and not line.startswith("#"))
    assert all(number < first for number, line in enumerate(lines) if line in directives), "directives end there"
    if scheduler in ("pbs", "torque", "slurm", "lsf"):
        assert script.startswith("#!/bin/bash -l\n")


def test_the_command_of_a_case_is_quoted_once(tmp_path: Path) -> None:
    submission = Dispatcher(tmp_path / "records")._submission(request(tmp_path), Site(executor="slurm"))
    (task,) = submission.belonging_tasks
    assert task.command == "/venv/bin/python -m gbglass case '/data/my runs/seed-1'"


def test_ranks_that_do_not_spread_evenly_are_refused() -> None:
    with pytest.raises(InputError, match=r"5 ranks .* 2 nodes"):
        resources_of(Site(executor="slurm", nodes=2), 5)
    with pytest.raises(ValueError, match="say both in flags"):
        Site(executor="sge", nodes=2)


def test_a_scheduler_that_is_not_there_fails_the_case_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="pbs did not take the job"):
        Dispatcher(tmp_path / "records").submit(request(tmp_path), Site(executor="pbs"), lambda _record: None)


def test_dpdispatcher_is_kept_from_the_screen_and_the_current_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Dispatcher(tmp_path / "records")
    logging.getLogger("dpdispatcher").info("something")
    assert capsys.readouterr().out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["records"]
    assert "something" in (tmp_path / "records" / "dpdispatcher.log").read_text(encoding="utf-8")
