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
from gbglass.verbs.perform import ALONE

_SEGMENTS, _DROPPED = "md", ".md-dropped"
_ROOMS = (Path(), Path(ALONE))
"""Within the folder of a case, where segments lie: its own, and those of what was run before it."""


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

    Examples
    --------
    >>> gone = clean(Path("garnets.toml"), lambda found: found.n_bytes < 1e9)
    >>> len(gone.folders)
    2

    """
    tasks = [task for task in read_campaign(study, out).tasks if look(task).state == "done"]
    folders = [task.folder for task in tasks if any(place.is_dir() for place in _places(task.folder))]
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


def _places(folder: Path) -> list[Path]:
    return [folder / room / name for room in _ROOMS for name in (_SEGMENTS, _DROPPED)]


def _drop(folder: Path) -> None:
    """Take the segments away by their common name first: half a chain of segments must never be found."""
    for room in _ROOMS:
        shutil.rmtree(folder / room / _DROPPED, ignore_errors=True)
        if (folder / room / _SEGMENTS).is_dir():
            (folder / room / _SEGMENTS).rename(folder / room / _DROPPED)
        shutil.rmtree(folder / room / _DROPPED, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for place in _places(folder) for path in place.rglob("*") if path.is_file())
