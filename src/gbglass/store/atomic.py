"""Files written whole or not at all: into a hidden neighbour first, then renamed."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gbglass.errors import StateError


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that at every moment either the old or the whole new one is there, even after a power cut.

    Raises
    ------
    StateError
        If it cannot be written, as on a full disk; nothing half-written is left.

    """
    working = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(working, content)
        working.replace(path)
        _keep_name(path.parent)
    except OSError as error:
        raise StateError(
            f"{path} cannot be written ({error.strerror or error}); {_free_mib(path):.1f} MiB are free on its disk, "
            f"{len(content) / 2**20:.1f} MiB are needed"
        ) from error
    finally:
        with suppress(OSError):  # gone already if all went well, never made if its folder could not be
            working.unlink()


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give the name of a hidden neighbour to write to; it gets the file's name when the block ends without an error.

    For what is too large to be held in memory. At every moment either the old or the whole new file is there.

    Raises
    ------
    StateError
        If it cannot be written, as on a full disk; nothing half-written is left.

    """
    working = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield working
        with working.open("rb") as file:
            os.fsync(file.fileno())
        working.replace(path)
        _keep_name(path.parent)
    except OSError as error:
        here = working.absolute()
        if error.filename is not None and Path(error.filename).absolute() not in (here, *here.parents):
            raise  # another file, which the block reads
        raise StateError(
            f"{path} cannot be written ({error.strerror or error}); {_free_mib(path):.1f} MiB are free on its disk"
        ) from error
    finally:
        with suppress(OSError):
            working.unlink()


def _write_through(path: Path, content: bytes) -> None:
    """Return only when the bytes are on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _keep_name(folder: Path) -> None:
    """Put the new name itself on the disk: a renamed file belongs to its folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _free_mib(path: Path) -> float:
    """Measure the room on the disk of the nearest folder that exists [MiB]."""
    there = next(parent for parent in path.absolute().parents if parent.is_dir())
    return shutil.disk_usage(there).free / 2**20


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
