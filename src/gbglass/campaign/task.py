"""A case as the driver of a campaign knows it: what to ask, where, on how many cores; not what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gbglass.campaign.case import LOCK, STUDY, finished_record
from gbglass.campaign.failure import Failure, read_failure
from gbglass.campaign.lock import lock_owner
from gbglass.campaign.tries import TRIES, latest_job, read_plain_json
from gbglass.errors import StateError
from gbglass.store.atomic import write_json

CASES = "cases"
"""Folder of the cases, in the folder of their study."""

_ID_SHOWN = 8
_LONGEST_LABEL = 120

State = Literal["done", "failed", "running", "submitted", "begun", "new"]


@dataclass(frozen=True)
class CaseTask:
    """A case to be done.

    Parameters
    ----------
    label
        What people call it.
    id
        Hash of what its results follow from.
    folder
        Where it lies; absolute.
    study
        What is asked, as plain data, for the folder.
    inputs
        What its record of completion must have been made from.
    cores
        It keeps busy.
    setting
        Swept values by dotted path.

    """

    label: str
    id: str
    folder: Path
    study: Mapping[str, Any]
    inputs: Mapping[str, Any]
    cores: int
    setting: Mapping[str, Any] = field(default_factory=dict)

    def write_study(self) -> None:
        """Put into the folder what is asked, if it is not there yet."""
        path = self.folder / STUDY
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(f"{self.folder} cannot be made ({error.strerror}); make its parent writable") from error
        asked = dict(self.study)
        if read_plain_json(path) != asked:
            write_json(path, asked)


@dataclass(frozen=True)
class CaseLook:
    """What can be seen of a case from outside, at one moment.

    Parameters
    ----------
    state
        ``done``; ``failed``; ``running`` in some process; ``submitted`` to a scheduler; ``begun`` and stopped; ``new``.
    answers
        Of a finished case, one line each.
    failure
        Of a failed one.
    where
        Who works on it, if anybody does.

    """

    state: State
    answers: tuple[str, ...] = ()
    failure: Failure | None = None
    where: str = ""


def look(task: CaseTask) -> CaseLook:
    """See what state a case is in; changes nothing."""
    record = finished_record(task.folder, task.inputs)
    if record is not None:
        return CaseLook("done", answers=tuple(record["summary"].get("answers", ())))
    owner = lock_owner(task.folder, LOCK)
    if owner is not None:
        return CaseLook("running", where=owner)
    failure = read_failure(task.folder)
    if failure is not None:
        return CaseLook("failed", failure=failure)
    job = latest_job(task.folder)
    if job is not None:
        return CaseLook("submitted", where=f"job {job}")
    begun = task.folder.is_dir() and any(entry.is_dir() and entry.name != TRIES for entry in task.folder.iterdir())
    return CaseLook("begun" if begun else "new")


def case_folder(root: Path, label: str, identity: str) -> Path:
    """Return the folder of a case: one that there is by its identity, whatever it was called then, or a new one.

    Examples
    --------
    >>> case_folder(Path("/runs/toy"), "seed-1", "0123456789abcdef")
    PosixPath('/runs/toy/cases/seed-1-01234567')

    """
    ending = identity[:_ID_SHOWN]
    there = sorted((root / CASES).glob(f"*-{ending}"))
    return there[0] if there else (root / CASES / f"{label[:_LONGEST_LABEL]}-{ending}").absolute()


def left_folders(root: Path, tasks: tuple[CaseTask, ...]) -> tuple[Path, ...]:
    """List the folders of cases that the study no longer has."""
    wanted = {task.folder for task in tasks}
    found = sorted(path.absolute() for path in (root / CASES).glob("*") if path.is_dir())
    return tuple(path for path in found if path not in wanted)
