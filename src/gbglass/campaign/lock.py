"""One process at a time in a folder; the kernel gives the lock back when the last process that holds it is gone."""

import fcntl
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gbglass.errors import BusyError, StateError

_PATIENCE_SECONDS = 1.0
"""Who only looks whether a folder is busy holds its lock for a moment."""

_NAP_SECONDS = 0.05


@contextmanager
def lock_folder(folder: Path, name: str) -> Iterator[int]:
    """Make a folder if need be, and hold one of its locks.

    Parameters
    ----------
    folder
        Where the lock lies.
    name
        Of its file, which says who holds it.

    Yields
    ------
    The file descriptor: a child process that keeps it keeps the lock.

    Raises
    ------
    BusyError
        If another process holds it.
    StateError
        If the folder cannot be written.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / name).open("a+", encoding="utf-8")
    except OSError as error:
        raise StateError(
            f"{folder} cannot be worked in ({error.strerror}); make it writable, or name another folder with --out"
        ) from error
    with file:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _take(file.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                file.seek(0)
                owner = file.read().strip() or "unknown"
                raise BusyError(f"{folder} is being worked on by process {owner}; wait for it, or end it first")
            time.sleep(_NAP_SECONDS)
        file.truncate(0)
        file.write(f"{os.getpid()} on {platform.node()}")
        file.flush()
        os.set_inheritable(file.fileno(), False)
        yield file.fileno()


def lock_owner(folder: Path, name: str) -> str | None:
    """Return who holds a lock, such as ``"4711 on node7"``, or None; changes nothing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with lock_folder(Path(folder), ".lock"):
    ...         held = lock_owner(Path(folder), ".lock") is not None
    ...     held, lock_owner(Path(folder), ".lock")
    (True, None)

    """
    try:
        with (folder / name).open(encoding="utf-8") as file:
            if _take(file.fileno(), fcntl.LOCK_SH):
                return None
            return file.read().strip() or "unknown"
    except OSError:
        return None


def _take(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
