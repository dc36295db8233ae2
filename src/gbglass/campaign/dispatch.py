"""The door to dpdispatcher, the optional package that knows how schedulers are asked: scripts, submission, states.

It is used one submission a case and one try a submission, so that its own counting of failures, which sticks, and its
hash, which changes with the wall time, decide nothing: what a case needs next is read from the case's own folder.
"""

import logging
import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Literal

from gbglass.campaign.sites import SchedulerName, Site
from gbglass.campaign.tries import ERR, OUT
from gbglass.errors import EngineError, InputError
from gbglass.store.atomic import write_text

JobState = Literal["waiting", "running", "ended", "unknown"]

_BATCH_TYPES: Mapping[SchedulerName, str] = MappingProxyType(
    {"slurm": "Slurm", "pbs": "PBS", "torque": "Torque", "lsf": "LSF", "sge": "SGE"}
)
_STATES: Mapping[str, JobState] = MappingProxyType(
    {
        "unsubmitted": "waiting",
        "waiting": "waiting",
        "running": "running",
        "completing": "running",
        "terminated": "ended",
        "finished": "ended",
        "failed": "ended",
    }
)
_INSTALL = "schedulers need the extra 'hpc': pip install 'gbglass[hpc]'"
_LOG = "dpdispatcher.log"
_PBS_NAME = 15
"""Characters of a job's name that every PBS takes."""


@dataclass(frozen=True)
class JobRequest:
    """What a scheduler is asked to run.

    Parameters
    ----------
    folder
        Of the try: script, logs and record lie there.
    name
        Seen in the queue.
    words
        The command.
    ranks
        MPI processes.

    """

    folder: Path
    name: str
    words: tuple[str, ...]
    ranks: int


class Dispatcher:
    """dpdispatcher, imported when it is first needed, and kept from writing where nobody asked it to.

    Parameters
    ----------
    folder
        Gets its log and its records.

    Raises
    ------
    EngineError
        If it is not installed; names the extra.

    """

    def __init__(self, folder: Path) -> None:
        self._package = _import_quietly(folder)

    def script(self, request: JobRequest, site: Site) -> str:
        """Write the script of a job as it would be submitted."""
        job = self._submission(request, site).belonging_jobs[0]
        return str(job.machine.gen_script(job))

    def submit(self, request: JobRequest, site: Site, note: Callable[[dict[str, Any]], None]) -> bool:
        """Submit a job.

        Parameters
        ----------
        request, site
            What is asked, and where.
        note
            Called with what is needed to ask about the job later, from any process: before it is submitted, and again
            when its number is known.

        Returns
        -------
        Whether the scheduler took it; if not, it takes no more jobs now.

        Raises
        ------
        EngineError
            If the scheduler refuses it.

        """
        submission = self._submission(request, site)
        job = submission.belonging_jobs[0]
        note({"submission": submission.serialize()})
        try:
            job.submit_job()
        except (RuntimeError, OSError) as error:
            raise EngineError(f"{site.executor} did not take the job: {_said(error)}", request.folder) from error
        note({"job": str(job.job_id), "submission": submission.serialize()})
        return bool(job.job_id)

    def with_number(self, folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
        """Add the number of a job to its record, if a driver died after it was given and before it was noted."""
        (job_hash,) = record["submission"]["belonging_jobs"][0]
        place = folder / f"{job_hash}_job_id"
        if record.get("job") or not place.is_file():
            return dict(record)
        (job,) = record["submission"]["belonging_jobs"][0].values()
        job["job_id"] = place.read_text(encoding="utf-8").strip()
        return {**record, "job": job["job_id"]}

    def state(self, record: Mapping[str, Any]) -> JobState:
        """Ask for the state of a job; ``unknown`` if the scheduler cannot be asked now."""
        submission = self._package.Submission.deserialize(submission_dict=dict(record["submission"]))
        job = submission.belonging_jobs[0]
        try:
            job.get_job_state()
        except (RuntimeError, OSError):
            return "unknown"
        return _STATES.get(job.job_state.name, "unknown")

    def _submission(self, request: JobRequest, site: Site) -> Any:  # noqa: ANN401  # an optional package
        machine = self._package.Machine.load_from_dict(
            {
                "batch_type": _BATCH_TYPES[site.executor],
                "context_type": "LazyLocalContext",  # a file system that both see: run in place
                "local_root": str(request.folder),
                "remote_root": str(request.folder),
            }
        )
        wanted = resources_of(site, request.ranks)
        header = _own_header(site, wanted, request)
        if header is not None:
            wanted["strategy"] = {"customized_script_header_template_file": str(header)}
        resources = self._package.Resources.load_from_dict(wanted)
        command = shlex.join(request.words)
        task = self._package.Task(command=command, task_work_path="./", task_name=request.name, outlog=OUT, errlog=ERR)
        submission = self._package.Submission(work_base="./", machine=machine, resources=resources, task_list=[task])
        submission.generate_jobs()
        return submission


def resources_of(site: Site, ranks: int) -> dict[str, Any]:
    """Say in dpdispatcher's words what a case needs at a site.

    Raises
    ------
    InputError
        If the ranks cannot be spread evenly over the nodes.

    """
    if ranks % site.nodes:
        raise InputError(f"{ranks} ranks (run.ranks) do not spread evenly over {site.nodes} nodes of the site")
    extra = {"lsf": {"gpu_usage": site.gpus > 0, "gpu_new_syntax": True}, "sge": {"pe_name": site.parallel_environment}}
    return {
        "number_node": site.nodes,
        "cpu_per_node": ranks // site.nodes,
        "gpu_per_node": site.gpus,
        "queue_name": site.queue,
        "group_size": 1,
        "custom_flags": [*_flags(site), *site.flags],
        "module_list": list(site.module_list),
        "source_list": list(site.source_list),
        "envs": dict(site.environment),
        "kwargs": extra.get(site.executor, {}),
    }


def _flags(site: Site) -> list[str]:
    """Write the lines of a script's head that dpdispatcher leaves to its user."""
    seconds = site.walltime_seconds or 0
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    minutes = -(-seconds // 60)
    time, account = {
        "slurm": (f"#SBATCH --time={clock}", "#SBATCH --account="),
        "pbs": (f"#PBS -l walltime={clock}", "#PBS -A "),
        "torque": (f"#PBS -l walltime={clock}", "#PBS -A "),
        "lsf": (f"#BSUB -W {minutes // 60:02d}:{minutes % 60:02d}", "#BSUB -P "),
        "sge": (f"#$ -l h_rt={clock}", "#$ -A "),
    }[site.executor]
    return [*([time] if seconds else []), *([account + site.account] if site.account else [])]


def _own_header(site: Site, wanted: Mapping[str, Any], request: JobRequest) -> Path | None:
    """Write the head of a PBS script: dpdispatcher's has an empty first line, and one MPI process a node."""
    nodes, cores, gpus = wanted["number_node"], wanted["cpu_per_node"], site.gpus
    if site.executor == "pbs":
        select = f"select={nodes}:ncpus={cores}:mpiprocs={cores}" + (f":ngpus={gpus}" if gpus else "")
    elif site.executor == "torque":
        select = f"nodes={nodes}:ppn={cores}" + (f":gpus={gpus}" if gpus else "")
    else:
        return None
    name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in request.name)
    lines = ["#!/bin/bash -l", f"#PBS -N gb-{name}"[: len("#PBS -N ") + _PBS_NAME], f"#PBS -l {select}", "#PBS -j oe"]
    lines += [f"#PBS -q {site.queue}"] if site.queue else []
    path = request.folder / "head.txt"
    write_text(path, "\n".join(lines).replace("{", "{{").replace("}", "}}"))
    return path


def _said(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines
    return telling[-1] if telling else type(error).__name__


def _import_quietly(folder: Path) -> ModuleType:
    """Import dpdispatcher without the log it would begin in the current folder, nor the one on the screen.

    It also makes a folder for records in the user's home: those go into our own folder.
    """
    home = Path.home() / ".dpdispatcher"
    had_home = home.exists()
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        package = import_module("dpdispatcher")
        record = import_module("dpdispatcher.utils.record").record
    except ImportError as error:
        raise EngineError(f"dpdispatcher is not installed; {_INSTALL}") from error
    finally:
        logging.disable(level)
    if not had_home:
        with suppress(OSError):
            (home / "submission").rmdir()
            home.rmdir()
    folder.mkdir(parents=True, exist_ok=True)
    record.record_directory = folder
    log = logging.getLogger("dpdispatcher")
    for handler in tuple(log.handlers):
        log.removeHandler(handler)
        handler.close()
    log.addHandler(logging.FileHandler(folder / _LOG, delay=True))
    return package
