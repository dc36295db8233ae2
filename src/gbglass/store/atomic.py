"""Files written whole or not at all: into a hidden neighbour first, then renamed."""

import json
import os
import shutil
from pathlib import Path

from gbglass.errors import StateError


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that at every moment either the old or the whole new one is there.

    Raises
    ------
    StateError
        If it cannot be written, as on a full disk; nothing half-written is left.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with working.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        working.replace(path)
    except OSError as error:
        working.unlink(missing_ok=True)
        free = shutil.disk_usage(path.parent).free / 2**20
        raise StateError(
            f"{path} cannot be written ({error.strerror}); {free:.1f} MiB are free on its disk, "
            f"{len(content) / 2**20:.1f} MiB are needed"
        ) from error


def write_text(path: Path, content: str) -> None:
    """Write a text in UTF-8, whole or not at all."""
    write_bytes(path, content.encode("utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write plain data as JSON, whole or not at all; a number that is not finite is refused.

    Raises
    ------
    ValueError
        If the content holds NaN or infinity.

    """
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
