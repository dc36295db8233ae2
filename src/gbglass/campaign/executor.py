"""What an executor is: something that starts the one command of a case somewhere and says when it has ended."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from gbglass.campaign.case import LOCK
from gbglass.campaign.lock import lock_owner
from gbglass.campaign.task import CaseTask

_NAP_SECONDS = 0.5


@dataclass(frozen=True)
class Ended:
    """What is known of a try that is over; whether the case is done is read from its folder, never from here.

    Parameters
    ----------
    cause
        In one line, should the case have left no word of its own.
    log
        The tail of what it printed.
    is_left
        Whether it goes on without us: handed to a scheduler, or we were told to stop.

    """

    cause: str = ""
    log: str = ""
    is_left: bool = False


class Executor(Protocol):
    """Runs cases somewhere."""

    @property
    def retries(self) -> int:
        """Tries without progress after the first that a case may have; 0 means that nothing is tried again."""

    @property
    def patience_seconds(self) -> float:
        """How long after the end of a try its last files may take to be seen here."""

    def has_room(self, active: Sequence[CaseTask], task: CaseTask) -> bool:
        """Whether a case may start beside those that are active."""

    def run(self, task: CaseTask, stop: Event) -> Ended:
        """Run one try to its end, or go on with one that runs already; called in a thread of its own."""


def wait_until_free(task: CaseTask, stop: Event) -> bool:
    """Wait while another process works on a case; return False if we were told to stop meanwhile.

    A job that was submitted twice, or somebody who started a case by hand, is no failure of the case.
    """
    while lock_owner(task.folder, LOCK) is not None:
        if stop.wait(_NAP_SECONDS):
            return False
    return not stop.is_set()


def wait_for(seconds: float, stop: Event) -> float:
    """Sleep unless told to stop; return the time on a clock that nobody can set back."""
    stop.wait(seconds)
    return time.monotonic()
