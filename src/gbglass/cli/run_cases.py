"""``gbglass run`` for many cases: one progress line a case while they run, then all of them in a table."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from gbglass.campaign.driver import DRIVER_LOCK, Audience
from gbglass.campaign.lock import lock_owner
from gbglass.campaign.progress import Progress as CaseProgress
from gbglass.campaign.task import CaseLook, CaseTask
from gbglass.cli.case_table import print_cases
from gbglass.cli.output import FAILED, INTERRUPTED, print_json, stop
from gbglass.errors import BusyError
from gbglass.report.campaign import CampaignOutcome
from gbglass.studies.reading import read_plain
from gbglass.studies.sweep import SWEEP
from gbglass.verbs.campaign import read_campaign
from gbglass.verbs.engine import LammpsChoice
from gbglass.verbs.programs import OtherPrograms
from gbglass.verbs.run_cases import ExecutorName, Where, run_cases

_LOG = ".driver.log"


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line."""

    study: Path
    executor: ExecutorName
    cores: int | None
    profile: str | None
    out: Path | None
    lammps: LammpsChoice
    others: OtherPrograms

    def words(self) -> list[str]:
        """Write the command again."""
        words = ["run", str(self.study), "--executor", self.executor]
        words += ["--cores", str(self.cores)] if self.cores is not None else []
        words += ["--profile", self.profile] if self.profile is not None else []
        words += ["--out", str(self.out)] if self.out is not None else []
        return [*words, *self.lammps.options, *self.others.options]


def has_many_cases(study: Path) -> bool:
    """Say whether a study file has a sweep."""
    return SWEEP in read_plain(study)


def show_cases(asked: Asked, *, is_detached: bool, as_json: bool) -> None:
    """Run the cases of a study and print how all of them stand; ends with 1 if any failed."""
    if is_detached and asked.executor == "local":
        _leave_behind(asked)
        return
    console = Console(stderr=True, quiet=as_json, highlight=False, soft_wrap=True)
    where = Where(asked.executor, asked.cores, asked.profile, is_detached, Path.home())
    try:
        with cases_screen(console) as audience:
            outcome = run_cases(asked.study, where, asked.out, asked.lammps, audience, others=asked.others)
    except KeyboardInterrupt:
        jobs = "; jobs of the scheduler go on" if asked.executor != "local" else ""
        stop(f"stopped{jobs}; the same command goes on from there", INTERRUPTED)
    _print(outcome, as_json=as_json)
    if outcome.count("failed"):
        sys.exit(FAILED)


def _leave_behind(asked: Asked) -> None:
    """Start the same command in a session of its own, so that it outlives the terminal."""
    campaign = read_campaign(asked.study, asked.out)
    owner = lock_owner(campaign.folder, DRIVER_LOCK)
    if owner is not None:
        raise BusyError(f"{campaign.folder} is being worked on by process {owner}; 'gbglass status' shows how it goes")
    campaign.folder.mkdir(parents=True, exist_ok=True)
    log = campaign.folder / _LOG
    with log.open("ab") as file:
        driver = subprocess.Popen(
            [sys.executable, "-P", "-m", "gbglass", *asked.words()],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    what = f"process {driver.pid} runs {len(campaign.tasks)} cases and writes {log}; see 'gbglass status'"
    Console(highlight=False, soft_wrap=True).print(what, markup=False)


def _print(outcome: CampaignOutcome, *, as_json: bool) -> None:
    if as_json:
        print_json(outcome.plain())
    else:
        print_cases(outcome)


@contextmanager
def cases_screen(console: Console) -> Iterator[Audience]:
    """Show progress on a console while the block runs; in a pipe one line an event."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    disable = console.quiet or not console.is_terminal
    with Progress(*columns, console=console, disable=disable, refresh_per_second=2, transient=True) as progress:
        shown = _Screen(console, progress)
        yield Audience(shown.planned, shown.started, shown.went_on, shown.ended, shown.said)


class _Screen:
    """A line for each case that runs."""

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console = console
        self._progress = progress
        self._lines: dict[str, TaskID] = {}
        self._began = time.monotonic()

    def planned(self, tasks: tuple[CaseTask, ...], n_to_run: int) -> None:
        """Say how many there are, at the start and when the study was changed."""
        self.said(f"{len(tasks)} cases, {n_to_run} to run" if not self._lines else f"{n_to_run} cases more")

    def started(self, task: CaseTask) -> None:
        """Begin a line."""
        self._lines[task.id] = self._progress.add_task(task.label, total=None)
        if not self._console.is_terminal:
            self.said(f"started {task.label}")

    def went_on(self, task: CaseTask, progress: CaseProgress) -> None:
        """Move a line on."""
        line = self._lines[task.id]
        total = progress.total or None
        text = f"{task.label}: {progress.text}"
        if self._progress.tasks and total is not None and self._progress_total(line) is None:
            # Steps that an earlier run did must not count as this run's speed.
            self._progress.reset(line, total=total, completed=progress.step, description=text)
        self._progress.update(line, completed=progress.step, total=total, description=text)

    def _progress_total(self, line: TaskID) -> float | None:
        return next((task.total for task in self._progress.tasks if task.id == line), None)

    def ended(self, task: CaseTask, seen: CaseLook) -> None:
        """Take a line away and say what came of it."""
        self._progress.remove_task(self._lines.pop(task.id))
        if seen.state == "failed" and seen.failure is not None:
            self.said(f"FAILED {task.label}: {seen.failure.cause}")
        elif seen.state == "done":
            self.said(f"done {task.label}")
        else:
            self.said(f"left {task.label}: {seen.state} {seen.where}".rstrip())

    def said(self, text: str) -> None:
        """Say something about the whole."""
        self._console.print(f"[{time.monotonic() - self._began:8.1f}] {text}", markup=False)
