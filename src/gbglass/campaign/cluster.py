"""The executor for schedulers: each try of a case is one job, which outlives the driver and is found again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from gbglass.campaign.dispatch import Dispatcher, JobRequest
from gbglass.campaign.executor import Ended, wait_until_free
from gbglass.campaign.failure import forget_failure
from gbglass.campaign.sites import Site
from gbglass.campaign.task import CaseTask, look
from gbglass.campaign.tries import Try, latest_try, new_try

_PATIENCE_SECONDS = 5.0
"""A file system that two machines share may show a file some seconds late."""


@dataclass(frozen=True)
class ClusterExecutor:
    """Runs cases as jobs of a scheduler.

    Parameters
    ----------
    command
        Makes the command of a case's folder.
    site
        Which scheduler, and what it is asked for.
    dispatcher
        Talks to it.
    is_detached
        Whether to come back as soon as the job is submitted.

    """

    command: Callable[[Path], Sequence[str]]
    site: Site
    dispatcher: Dispatcher
    is_detached: bool = False
    patience_seconds: float = _PATIENCE_SECONDS

    @property
    def retries(self) -> int:
        """Tries in a row that may finish nothing."""
        return self.site.retries

    def has_room(self, active: Sequence[CaseTask], task: CaseTask) -> bool:
        """Whether one more job may stand in the queue."""
        del task
        return len(active) < self.site.max_jobs

    def run(self, task: CaseTask, stop: Event) -> Ended:
        """Find the job of a case, or submit one; come back when it has ended.

        A job that a scheduler still has is waited for as it is, even if the site asks for other resources now.
        """
        this = self._open_try(task)
        if this is None:
            if not wait_until_free(task, stop):
                return Ended(is_left=True)
            if look(task).state == "done":
                return Ended()
            forget_failure(task.folder)
            this = self._submit(task, stop)
        while this is not None and not stop.is_set():
            record = this.record() or {}
            if self.dispatcher.state(record) == "ended":
                this.note({**record, "ended": True})
                return Ended(f"job {record['job']} ended{_last_words(this)}", this.log_tail())
            if self.is_detached:
                return Ended(is_left=True)
            stop.wait(self.site.poll)
        return Ended(is_left=True)

    def _open_try(self, task: CaseTask) -> Try | None:
        """Find the last try, if the scheduler was given a job for it that nobody saw end."""
        last = latest_try(task.folder)
        record = last.record() if last is not None else None
        if last is None or record is None or record.get("ended"):
            return None
        numbered = self.dispatcher.with_number(last.folder, record)
        if not numbered.get("job"):
            return None
        if numbered != record:
            last.note(numbered)
        return last

    def _submit(self, task: CaseTask, stop: Event) -> Try | None:
        """Submit a job, as soon as the scheduler takes one; None if we were told to stop before."""
        this = new_try(task.folder)
        request = JobRequest(this.folder, task.label, tuple(self.command(task.folder)), task.cores)
        while not self.dispatcher.submit(request, self.site, this.note):
            if stop.wait(self.site.poll):
                return None
        return this


def _last_words(this: Try) -> str:
    log = this.log_tail()
    return f": {log.splitlines()[-1]}" if log else " without a word"
