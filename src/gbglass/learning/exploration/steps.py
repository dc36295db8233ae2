"""Steps of a loop on disk: each leaves files, and last of all a record of them; then it is never done again."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gbglass.errors import StateError
from gbglass.store.atomic import write_json

_FILES = "files"

Made = tuple[Mapping[str, Any], tuple[str, ...]]
"""Plain data of a step's record, and the names of the files that it wrote beside it."""


def step(record: Path, make: Callable[[], Made]) -> dict[str, Any]:
    """Return what a step left in its record, or let it be done.

    Parameters
    ----------
    record
        A JSON file, written last.
    make
        Does it; returns plain data and the files that it wrote beside the record, which may not change afterwards.

    Raises
    ------
    StateError
        If a finished step's record cannot be read or its files were changed.

    """
    if not record.is_file():
        made, names = make()
        write_json(record, {**made, _FILES: {name: _sha256(record.parent / name) for name in names}})
    return finished_step(record)


def finished_step(record: Path) -> dict[str, Any]:
    """Return what a finished step left in its record.

    Raises
    ------
    StateError
        If there is none, it cannot be read, or its files were changed.

    """
    try:
        found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        files: dict[str, str] = found.pop(_FILES)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise StateError(f"{record} cannot be read ({error}); take it away to do its step again") from error
    for name, checksum in files.items():
        path = record.parent / name
        if not path.is_file() or _sha256(path) != checksum:
            raise StateError(
                f"{path} is missing or was changed after it was finished; restore it, or take {record} away to do "
                "its step again"
            )
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
