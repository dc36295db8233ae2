"""A case: one folder that one process works in at a time, that remembers what it is and is done only once.

The lock lives as long as any process that holds its file, so that a LAMMPS left behind by a killed driver keeps
the folder closed until it is gone too.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gbglass.campaign.lock import lock_folder
from gbglass.core.provenance import content_id, differences
from gbglass.errors import StateError
from gbglass.store.atomic import write_json

LOCK, STUDY = ".lock", "study.json"
"""Names in a case's folder: its lock, and what it is asked, as plain data, where a campaign put it."""

_IDENTITY = "case.json"
_DONE = "done.json"
_SCHEMA = "gbglass.case/1"
_BEFORE = frozenset({STUDY, "failed.json"})
"""What may lie in a folder before a case claims it."""


@dataclass(frozen=True)
class Case:
    """A folder that is open for work.

    Parameters
    ----------
    folder
        Where everything of the case lies.
    lock
        File descriptor of the lock; hand it to every child process.
    identity
        Which case this is.

    """

    folder: Path
    lock: int
    identity: Mapping[str, Any]

    def claim(self) -> None:
        """Make the folder this case's for ever; until then, a study that could not begin may still be changed."""
        write_json(self.folder / _IDENTITY, {"schema": _SCHEMA, "identity": dict(self.identity)})

    def finished(self, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the record of a finished case with these inputs, or None."""
        return finished_record(self.folder, inputs)

    def reopen(self) -> None:
        """Forget that the case was finished, before its outputs change."""
        (self.folder / _DONE).unlink(missing_ok=True)

    def finish(self, inputs: Mapping[str, Any], outputs: list[str], summary: Mapping[str, Any]) -> dict[str, Any]:
        """Record, last of all, that the case is finished.

        Parameters
        ----------
        inputs
            Everything the outputs follow from.
        outputs
            Files, relative to the folder, that must exist for the record to hold.
        summary
            What a rerun answers at once.

        """
        record = {"schema": _SCHEMA, "inputs": content_id(inputs), "outputs": outputs, "summary": dict(summary)}
        write_json(self.folder / _DONE, record)
        return record


def finished_record(folder: Path, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the record of a case that is finished with these inputs, without opening its folder, or None."""
    record = _read(folder / _DONE)
    if record is None or record.get("inputs") != content_id(inputs):
        return None
    outputs = record.get("outputs", [])
    return record if all((folder / name).is_file() for name in outputs) else None


@contextmanager
def open_case(folder: Path, identity: Mapping[str, Any]) -> Iterator[Case]:
    """Open a folder for a case, alone.

    Parameters
    ----------
    folder
        Made if it does not exist.
    identity
        Plain data that says which case this is; a folder keeps the first one that claims it for ever.

    Raises
    ------
    BusyError
        If another process works there.
    StateError
        If the folder holds something else, or cannot be written; nothing is touched then.

    """
    _refuse_foreign(folder, identity)
    with lock_folder(folder, LOCK) as lock:
        _refuse_foreign(folder, identity)
        yield Case(folder, lock, identity)


def _refuse_foreign(folder: Path, identity: Mapping[str, Any]) -> None:
    if folder.exists() and not folder.is_dir():
        raise StateError(f"{folder} is a file; give another output folder")
    if not folder.is_dir():
        return
    record = _read(folder / _IDENTITY)
    if record is None:
        strangers = sorted(e.name for e in folder.iterdir() if not e.name.startswith(".") and e.name not in _BEFORE)
        if strangers:
            raise StateError(
                f"{folder} holds files that are not a study's ({', '.join(strangers[:3])}); give another output folder"
            )
        return
    found = list(differences(record.get("identity", {}), dict(identity)))
    if found:
        shown = "\n".join(f"  {line}" for line in found[:8])
        raise StateError(
            f"{folder} holds another study; it differs in\n{shown}\n"
            "give the study another name, or another folder with --out, or move the old one away"
        )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and content.get("schema") == _SCHEMA else None
