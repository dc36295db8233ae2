"""How far a case is, in a small file that a driver on another machine can read."""

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = ".progress.json"
_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Progress:
    """What a case does, and how many steps of how many are done; no total where there is nothing to count."""

    text: str
    step: int = 0
    total: int = 0


class ProgressFile:
    """Writes how far a case is, at most once a second."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._next = 0.0
        self._last = Progress("")

    def phase(self, text: str) -> None:
        """Write that a phase begins."""
        self._write(Progress(text, self._last.step, self._last.total))

    def advance(self, text: str, step: int, total: int) -> None:
        """Write how many steps of all are done."""
        now = time.monotonic()
        if now >= self._next or text != self._last.text:
            self._next = now + _EVERY_SECONDS
            self._write(Progress(text, step, total))

    def _write(self, progress: Progress) -> None:
        self._last = progress
        working = self._path.with_suffix(".tmp")
        with suppress(OSError):  # a case must not fail because nobody can see how far it is
            working.write_text(json.dumps(asdict(progress)), encoding="utf-8")
            working.replace(self._path)


def read_progress(folder: Path) -> Progress | None:
    """Return how far the case of a folder said it was, or None."""
    try:
        return Progress(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
