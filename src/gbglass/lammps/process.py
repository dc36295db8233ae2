"""Child processes that never outlive us."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_SECONDS_TO_END = 5.0


def with_variables(environment: Mapping[str, str]) -> list[str]:
    """Return the words that start a program with variables added, without reading or changing our own environment."""
    return ["/usr/bin/env", *(f"{name}={value}" for name, value in environment.items())]


def tied_to(parent: int) -> Callable[[], None]:
    """Make the call that ties a child's life to ours; the C library is loaded before the fork.

    Parameters
    ----------
    parent
        Our process id.

    """
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # we were killed between the fork and the call
            os._exit(1)

    return tie


def has_children(process: int) -> bool:
    """Say whether a process has a child that lives; a process that is gone has none."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return False
    return bool(children)


def kill_program_in(folder: Path, program: Path) -> None:
    """Kill every process of a program that works in a folder: ranks that nobody waits for go on for ever."""
    wanted = (str(folder.resolve()), str(program.resolve()))
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (str((entry / "cwd").readlink()), str((entry / "exe").readlink())) == wanted:
                os.kill(int(entry.name), signal.SIGKILL)


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and end it if it does not."""
    process.terminate()
    try:
        process.wait(timeout=_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
