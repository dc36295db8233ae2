"""A failure is a value: its cause in one line, the tail of its log, and whether another try may help."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from gbglass.campaign.case import LOCK
from gbglass.campaign.lock import lock_folder
from gbglass.errors import BusyError, EngineError, InputError, NotConverged, OutsideDomainError, StateError
from gbglass.store.atomic import write_json

_NAME = "failed.json"
_SCHEMA = "gbglass.failure/1"


@dataclass(frozen=True)
class Failure:
    """Why a case failed.

    Parameters
    ----------
    cause
        In one line.
    log
        The tail of what the failed program wrote, where there is one.
    may_pass
        Whether the same may go well another time: a node can be at fault, a wrong input cannot.
    when
        Date and time, for people.

    """

    cause: str
    log: str = ""
    may_pass: bool = True
    when: str = ""


def one_line(error: BaseException) -> str:
    """Say in one line what an error says.

    Examples
    --------
    >>> one_line(EngineError("LAMMPS failed: ERROR: Lost atoms", log_tail="Step 1"))
    'LAMMPS failed: ERROR: Lost atoms'
    >>> one_line(KeyError("x"))
    "KeyError: 'x'"

    """
    text = str(error)
    if isinstance(error, EngineError):
        text = text.split("\n  in ", maxsplit=1)[0].split("\n  |", maxsplit=1)[0]
    if not isinstance(error, (InputError, StateError, EngineError)):
        text = f"{type(error).__name__}: {text}"
    return "; ".join(line.strip() for line in text.splitlines() if line.strip())


def read_failure(folder: Path) -> Failure | None:
    """Return why the case of a folder failed, or None if it did not."""
    try:
        record = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        if record.pop("schema") != _SCHEMA:
            return None
        return Failure(**record)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def record_failure(folder: Path, failure: Failure) -> None:
    """Keep a failure of a case that could not do so itself; a case that somebody works on is left alone."""
    with suppress(BusyError), lock_folder(folder, LOCK):
        _write(folder, failure)


def forget_failure(folder: Path) -> None:
    """Forget a failure before the case is tried again."""
    (folder / _NAME).unlink(missing_ok=True)


_FOR_GOOD = (InputError, NotConverged, OutsideDomainError)
"""Failures that come again however often a case is tried: somebody has to decide something."""


@contextmanager
def failures_kept(folder: Path) -> Iterator[None]:
    """Keep the failure of what the block does, in the folder of a case that is open; the error goes on."""
    forget_failure(folder)
    try:
        yield
    except Exception as error:
        log = error.log_tail if isinstance(error, EngineError) else ""
        with suppress(OSError, StateError):  # on a full disk the error itself still reaches its reader
            _write(folder, Failure(one_line(error), log, may_pass=not isinstance(error, _FOR_GOOD)))
        raise


def _write(folder: Path, failure: Failure) -> None:
    when = failure.when or datetime.now(UTC).isoformat(timespec="seconds")
    write_json(folder / _NAME, {"schema": _SCHEMA, **asdict(failure), "when": when})
