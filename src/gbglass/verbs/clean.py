"""Room on the disk: the frames and restarts of finished cases go, their results stay."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gbglass.campaign.case import LOCK
from gbglass.campaign.lock import lock_folder
from gbglass.campaign.task import look
from gbglass.errors import BusyError
from gbglass.verbs.campaign import read_campaign

_SEGMENTS, _DROPPED = "md", ".md-dropped"


@dataclass(frozen=True)
class Cleanable:
    """The trajectories of finished cases.

    Parameters
    ----------
    folders
        Of the cases.
    n_bytes
        That their trajectories take.

    """

    folders: tuple[Path, ...]
    n_bytes: int


def clean(study: Path, agree: Callable[[Cleanable], bool], out: Path | None = None) -> Cleanable:
    """Drop the MD segments of finished cases; results, curves, figures and pages stay.

    A cleaned case that is changed later, by a longer hold or a newer gbglass, is refused: it would run from its start.

    Parameters
    ----------
    study
        The study file.
    agree
        Asked with what would go; nothing is dropped unless it says yes.
    out
        Folder of the study; ``runs/<name of the study>`` if absent.

    Returns
    -------
    What was dropped.

    Raises
    ------
    ConfigError
        If the study file has mistakes.

    """
    tasks = [task for task in read_campaign(study, out).tasks if look(task).state == "done"]
    folders = [task.folder for task in tasks if any((task.folder / name).is_dir() for name in (_SEGMENTS, _DROPPED))]
    offered = Cleanable(tuple(folders), sum(map(_size, folders)))
    if not folders or not agree(offered):
        return Cleanable((), 0)
    dropped: list[Path] = []
    freed = 0
    for folder in folders:
        size = _size(folder)
        try:
            with lock_folder(folder, LOCK):
                _drop(folder)
        except BusyError:
            continue  # somebody went on with it since we looked
        dropped.append(folder)
        freed += size
    return Cleanable(tuple(dropped), freed)


def _drop(folder: Path) -> None:
    """Take the segments away by their common name first: half a chain of segments must never be found."""
    shutil.rmtree(folder / _DROPPED, ignore_errors=True)
    if (folder / _SEGMENTS).is_dir():
        (folder / _SEGMENTS).rename(folder / _DROPPED)
    shutil.rmtree(folder / _DROPPED, ignore_errors=True)


def _size(folder: Path) -> int:
    places = (folder / _SEGMENTS, folder / _DROPPED)
    return sum(path.stat().st_size for place in places for path in place.rglob("*") if path.is_file())
