"""The local executor: one process a case within a budget of cores; no server, nothing to install.

A driver that is killed takes its cases with it: each asks the kernel to be killed when the thread that started it ends
(`die_with_parent`), which therefore waits for it; and each does the same to its LAMMPS. No process gets a session of
its own, so that Ctrl-C reaches all of them.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from gbglass.campaign.executor import Ended, wait_until_free
from gbglass.campaign.failure import forget_failure
from gbglass.campaign.task import CaseTask, look
from gbglass.campaign.tries import ERR, OUT, Try, new_try

_PR_SET_PDEATHSIG = 1
_NAP_SECONDS = 0.1
_SECONDS_TO_END = 15.0
_KILLED = "the system does that when memory runs out"


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when the one that started it ends.

    Parameters
    ----------
    parent
        Its process; if it is gone already, this process ends at once.

    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


@dataclass(frozen=True)
class LocalExecutor:
    """Runs cases on this machine.

    Parameters
    ----------
    command
        Makes the command of a case's folder; it must call `die_with_parent`.
    cores
        That all cases together may keep busy.

    """

    command: Callable[[Path], Sequence[str]]
    cores: int
    retries: int = 0
    patience_seconds: float = 0.0

    def has_room(self, active: Sequence[CaseTask], task: CaseTask) -> bool:
        """Whether the budget leaves the cores of a case; a case that is larger than the budget has it alone."""
        return not active or sum(other.cores for other in active) + task.cores <= self.cores

    def run(self, task: CaseTask, stop: Event) -> Ended:
        """Run one try to its end."""
        if not wait_until_free(task, stop):
            return Ended(is_left=True)
        if look(task).state == "done":
            return Ended()
        forget_failure(task.folder)
        this = new_try(task.folder)
        with (this.folder / OUT).open("wb") as out, (this.folder / ERR).open("wb") as err:
            process = subprocess.Popen(self.command(task.folder), stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            while not stop.is_set():
                try:
                    return _ended(this, process.wait(_NAP_SECONDS))
                except subprocess.TimeoutExpired:
                    continue
            _end(process)
        return Ended(is_left=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ended(this: Try, code: int) -> Ended:
    log = this.log_tail()
    if code < 0:
        kill = f"; {_KILLED}" if -code == signal.SIGKILL else ""
        return Ended(f"its process was ended by signal {-code} ({signal.Signals(-code).name}){kill}", log)
    last = log.splitlines()[-1] if log else "it said nothing"
    return Ended(f"its process ended with {code}: {last}", log)
