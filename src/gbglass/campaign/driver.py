"""The driver of a campaign: starts what is not done, one thread a case, and believes only what lies in the folders.

It keeps nothing to itself: killed at any moment and started again, it goes on from the folders. While it runs it takes
up changes of the study, so that a case can be added without touching those that run.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from gbglass.campaign.executor import Ended, Executor, wait_for
from gbglass.campaign.failure import Failure, one_line, record_failure
from gbglass.campaign.lock import lock_folder
from gbglass.campaign.progress import Progress, read_progress
from gbglass.campaign.task import CaseLook, CaseTask, look
from gbglass.errors import BusyError, GbglassError

DRIVER_LOCK = ".driver.lock"
_TICK_SECONDS = 0.2
_LOOK_AGAIN_SECONDS = 0.5
_SECONDS_TO_END = 20.0
_OPEN = ("submitted", "running")


@dataclass(frozen=True)
class Plan:
    """What is to be done, which may change while it is done.

    Parameters
    ----------
    tasks
        Returns all cases of the study as it is now.
    has_changed
        Whether they may be others than at the last call of ``tasks``.
    progress_mark
        Counts the finished pieces of a case in its folder: more of them after a try than before is progress.

    """

    tasks: Callable[[], tuple[CaseTask, ...]]
    has_changed: Callable[[], bool]
    progress_mark: Callable[[Path], int]


@dataclass(frozen=True)
class Audience:
    """Who is told.

    Parameters
    ----------
    planned
        Called with all cases and those that are to run, at the start and after each change.
    started, went_on, ended
        Called with a case that starts, that goes on, and that ended or was left.
    said
        Called with a line about the whole.

    """

    planned: Callable[[tuple[CaseTask, ...], int], None]
    started: Callable[[CaseTask], None]
    went_on: Callable[[CaseTask, Progress], None]
    ended: Callable[[CaseTask, CaseLook], None]
    said: Callable[[str], None]


def drive(root: Path, plan: Plan, executor: Executor, audience: Audience) -> tuple[CaseTask, ...]:
    """Do what is not done of a campaign; return all its cases when nothing is left to start or to wait for.

    Parameters
    ----------
    root
        Folder of the study; one driver at a time works there.
    plan
        What is to be done.
    executor
        Where.
    audience
        Who is told.

    Raises
    ------
    BusyError
        If another driver works there.
    StateError
        If the folder cannot be written.
    KeyboardInterrupt
        Passed on after all local processes have ended.

    """
    try:
        with lock_folder(root, DRIVER_LOCK):
            return _Driver(plan, executor, audience).run()
    except BusyError as error:
        raise BusyError(
            f"{error}\n  it takes up changes of the study file by itself; 'gbglass status' shows how it goes"
        ) from None


class _Driver:
    """Holds which cases wait, which run and which were left, for one call of `drive`."""

    def __init__(self, plan: Plan, executor: Executor, audience: Audience) -> None:
        self._plan = plan
        self._executor = executor
        self._audience = audience
        self._tasks: tuple[CaseTask, ...] = ()
        self._waiting: list[CaseTask] = []
        self._active: dict[str, CaseTask] = {}
        self._left: list[CaseTask] = []
        self._threads: list[Thread] = []
        self._met: dict[str, CaseTask] = {}
        self._ends: SimpleQueue[tuple[CaseTask, CaseLook]] = SimpleQueue()
        self._stop = Event()

    def run(self) -> tuple[CaseTask, ...]:
        self._take_up(self._plan.tasks())
        try:
            while True:
                self._start_what_fits()
                if not self._active:
                    break
                self._hear()
                self._take_up_changes()
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(_SECONDS_TO_END)
        if self._waiting:
            self._audience.said(
                f"{len(self._waiting)} more wait for their turn; the same command submits them when others are done"
            )
        return self._tasks

    def _take_up(self, tasks: tuple[CaseTask, ...]) -> None:
        self._tasks = tasks
        wanted = {task.id for task in tasks}
        self._waiting = [task for task in self._waiting if task.id in wanted]
        # A case that was lengthened keeps its identity, but what must come out of it is something else.
        new = [task for task in tasks if task.id not in self._met or task.inputs != self._met[task.id].inputs]
        self._waiting = [task for task in self._waiting if task.id not in {other.id for other in new}]
        self._met |= {task.id: task for task in new}
        to_run = [(state, task) for state, task in ((look(task).state, task) for task in new) if state != "done"]
        # Those that a scheduler has already come first: they take no new place in its queue.
        self._waiting += [task for _, task in sorted(to_run, key=lambda pair: pair[0] not in _OPEN)]
        self._audience.planned(tasks, len(to_run))

    def _take_up_changes(self) -> None:
        if not self._plan.has_changed():
            return
        try:
            tasks = self._plan.tasks()
        except GbglassError as error:
            self._audience.said(f"the study was changed, but cannot be taken up: {error}")
            return
        self._take_up(tasks)

    def _start_what_fits(self) -> None:
        for task in tuple(self._waiting):
            room = self._executor.has_room([*self._active.values(), *self._left], task)
            if not room or task.id in self._active:
                continue
            self._waiting.remove(task)
            self._active[task.id] = task
            self._audience.started(task)
            thread = Thread(target=self._work, args=(task,), name=task.label, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _hear(self) -> None:
        """Wait a moment for a case to end; tell how far the others are."""
        try:
            task, seen = self._ends.get(timeout=_TICK_SECONDS)
        except Empty:
            for task in self._active.values():
                progress = read_progress(task.folder)
                if progress is not None:
                    self._audience.went_on(task, progress)
            return
        del self._active[task.id]
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if seen.state in _OPEN:
            self._left.append(task)
        self._audience.ended(task, seen)

    def _work(self, task: CaseTask) -> None:
        """Try a case until it is done, has failed for good, or we are told to stop; in a thread of its own."""
        try:
            seen = self._try_until_settled(task)
        except Exception as error:  # noqa: BLE001  # whatever went wrong with one case, the others go on
            failure = Failure(one_line(error))
            seen = CaseLook("failed", failure=failure)
            with suppress(GbglassError, OSError):  # as in a folder that cannot be written
                record_failure(task.folder, failure)
        self._ends.put((task, seen))

    def _try_until_settled(self, task: CaseTask) -> CaseLook:
        task.write_study()
        without_progress = 0
        while True:
            before = self._plan.progress_mark(task.folder)
            ended = self._executor.run(task, self._stop)
            if ended.is_left or self._stop.is_set():
                return look(task)
            seen = self._settled(task)
            moved = self._plan.progress_mark(task.folder) > before
            without_progress = 0 if moved else without_progress + 1
            if seen.state == "done" or not self._may_try_again(seen, without_progress):
                return seen if seen.state in ("done", "failed") else _without_a_word(task, ended, without_progress)
            wait_for(_LOOK_AGAIN_SECONDS, self._stop)

    def _settled(self, task: CaseTask) -> CaseLook:
        """Look for the last word of a case, which may take a while to be seen on another machine."""
        deadline = wait_for(0.0, self._stop) + self._executor.patience_seconds
        seen = look(task)
        while seen.state not in ("done", "failed") and wait_for(_LOOK_AGAIN_SECONDS, self._stop) < deadline:
            seen = look(task)
        return seen

    def _may_try_again(self, seen: CaseLook, without_progress: int) -> bool:
        may_pass = seen.failure is None or seen.failure.may_pass
        return may_pass and self._executor.retries > 0 and without_progress <= self._executor.retries


def _without_a_word(task: CaseTask, ended: Ended, tries: int) -> CaseLook:
    """Keep the failure of a case whose process could not say what happened."""
    cause = ended.cause if tries <= 1 else f"{ended.cause}; {tries} tries in a row finished nothing more"
    failure = Failure(cause, ended.log)
    record_failure(task.folder, failure)
    return replace(look(task), state="failed", failure=failure)
