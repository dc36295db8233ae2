"""The tries of a case: one folder each for its logs, and for what a scheduler was asked and said."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gbglass.store.atomic import write_json

TRIES = ".tries"
OUT, ERR = "out.log", "err.log"
"""What a try printed, as files in its folder."""

_RECORD = "job.json"
_KEPT = 5
_TAIL_LINES, _TAIL_BYTES = 12, 8192


@dataclass(frozen=True)
class Try:
    """One try of a case.

    Parameters
    ----------
    folder
        Where its logs lie.

    """

    folder: Path

    def log_tail(self) -> str:
        """Return the last lines of what went wrong."""
        try:
            with (self.folder / ERR).open("rb") as file:
                file.seek(0, 2)
                file.seek(max(0, file.tell() - _TAIL_BYTES))
                text = file.read().decode("utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-_TAIL_LINES:])

    def record(self) -> dict[str, Any] | None:
        """Return what was noted about its job at a scheduler, or None."""
        return read_plain_json(self.folder / _RECORD)

    def note(self, record: dict[str, Any]) -> None:
        """Note something about its job, whole or not at all."""
        write_json(self.folder / _RECORD, record)


def new_try(case: Path) -> Try:
    """Make the folder of the next try; only the last few are kept."""
    there = _numbers(case)
    for number in there[: 1 - _KEPT]:
        shutil.rmtree(_folder(case, number), ignore_errors=True)
    folder = _folder(case, (there[-1] if there else 0) + 1)
    folder.mkdir(parents=True)
    return Try(folder)


def latest_try(case: Path) -> Try | None:
    """Return the last try, or None."""
    there = _numbers(case)
    return Try(_folder(case, there[-1])) if there else None


def latest_job(case: Path) -> str | None:
    """Return the job of the last try, if a scheduler has one that nobody saw end."""
    last = latest_try(case)
    record = last.record() if last else None
    return str(record["job"]) if record and record.get("job") and not record.get("ended") else None


def read_plain_json(path: Path) -> dict[str, Any] | None:
    """Read a table of plain data, or return None if there is none that is whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _numbers(case: Path) -> list[int]:
    return sorted(int(path.name) for path in (case / TRIES).glob("[0-9]*") if path.name.isdigit())


def _folder(case: Path, number: int) -> Path:
    return case / TRIES / f"{number:04d}"
