"""Segments on disk: worked on in a ``.partial`` folder, renamed when whole, never changed again."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gbglass.core.frame_store import FrameStore
from gbglass.core.provenance import content_id, differences
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import EngineError, StateError
from gbglass.lammps.deck import END, END_FRAME, FRAMES
from gbglass.lammps.dump import read_dump
from gbglass.lammps.engine import LOG, full_disk

_RECORD = "done.json"
_FRAMES = Path(FRAMES).stem

STAGE_FOLDER = re.compile(r"(\d+)-(\w+)")
"""Names of stages, such as ``3-hold``."""

_SEGMENT_FOLDER = re.compile(r"segment-\d+")


@dataclass(frozen=True)
class Segment:
    """A finished piece of a simulation.

    Parameters
    ----------
    folder
        Where its files lie.
    inputs
        Everything that decided it, as plain data.
    first_step, last_step
        On the common clock; a minimisation begins and ends at 0.
    n_frames
        How many it holds.
    wall_seconds
        How long LAMMPS took.
    checksums
        SHA-256 of its files, by name.

    """

    folder: Path
    inputs: Mapping[str, Any]
    first_step: int
    last_step: int
    n_frames: int
    wall_seconds: float
    checksums: Mapping[str, str]

    @property
    def key(self) -> str:
        """Hash of everything that decided it."""
        return content_id(self.inputs)

    @property
    def frames(self) -> Path:
        """Its frames: a dump, or the store that was made of it."""
        return self.folder / next((name for name in self.checksums if Path(name).stem == _FRAMES), FRAMES)

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / LOG

    @property
    def restart(self) -> Path:
        """Where the next segment starts from."""
        return self.folder / END


def partial_folder(folder: Path) -> Path:
    """Make an empty folder to work in, in place of whatever an interrupted try left there."""
    working = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    return working


@dataclass(frozen=True)
class Promise:
    """What a segment must hold before it counts as finished."""

    inputs: Mapping[str, Any]
    first_step: int
    last_step: int
    frame_steps: tuple[int, ...]
    files: tuple[str, ...] = (FRAMES, LOG, END)


@dataclass(frozen=True)
class Keeping:
    """How the frames of a finished segment are kept.

    Parameters
    ----------
    store
        Takes the place of the dump.
    symbols
        Of the atoms, in the order of their ids.

    """

    store: FrameStore
    symbols: tuple[str, ...]


def finish_segment(folder: Path, promise: Promise, wall_seconds: float, keeping: Keeping | None = None) -> Segment:
    """Check what LAMMPS wrote in the partial folder, record it, and give the folder its name.

    Parameters
    ----------
    folder
        The name it gets.
    promise
        What it must hold.
    wall_seconds
        How long LAMMPS took.
    keeping
        How its frames are kept; as LAMMPS dumped them if absent.

    Raises
    ------
    EngineError
        If a file or a frame is missing, as on a full disk.
    StateError
        If the store cannot be written.

    """
    working = folder.with_name(f"{folder.name}.partial")
    check_promise(working, promise)
    files = promise.files if keeping is None else _stored(working, promise, keeping)
    for name in files:
        with (working / name).open("rb") as file:
            os.fsync(file.fileno())
    checksums = {name: _sha256(working / name) for name in files}
    segment = Segment(
        folder, promise.inputs, promise.first_step, promise.last_step, len(promise.frame_steps), wall_seconds, checksums
    )
    record = {name: value for name, value in asdict(segment).items() if name != "folder"}
    with (working / _RECORD).open("w", encoding="utf-8") as file:
        json.dump(record, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    working.rename(folder)
    return segment


def load_segment(folder: Path, inputs_for: Callable[[int], Mapping[str, Any]]) -> Segment | None:
    """Return the finished segment of a folder, or None if there is none yet.

    Parameters
    ----------
    folder
        Where it would lie.
    inputs_for
        The inputs that a segment must have here if it ends at a step: a hold may have ended earlier when shorter.

    Raises
    ------
    StateError
        If the folder holds a segment of other inputs, or its files are damaged.

    """
    if not folder.is_dir():
        return None
    segment = load_record(folder)
    due = inputs_for(segment.last_step)
    if segment.key != content_id(due):
        changed = "; ".join(differences(segment.inputs, due)) or "how inputs are recorded has changed"
        raise StateError(
            f"{folder} was run with other inputs ({changed}); use another output folder, or move this one away"
        )
    _refuse_damage(segment)
    return segment


def load_record(folder: Path) -> Segment:
    """Return what a finished segment says of itself.

    Raises
    ------
    StateError
        If the folder holds no readable record.

    """
    try:
        segment = Segment(folder, **json.loads((folder / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StateError(
            f"{folder} holds no readable record ({error}); move the folder away to run it again"
        ) from error
    return segment


def _refuse_damage(segment: Segment) -> None:
    for name, checksum in segment.checksums.items():
        path = segment.folder / name
        if not path.is_file() or _sha256(path) != checksum:
            raise StateError(
                f"{path} is missing or was changed after it was finished; move {segment.folder} away to run it again"
            )


def check_promise(working: Path, promise: Promise) -> None:
    """Check that LAMMPS left what a segment must hold.

    Raises
    ------
    EngineError
        If a file or a frame is missing, as on a full disk.

    """
    if not promise.frame_steps:
        (working / FRAMES).touch()  # LAMMPS makes none when none is due
    for name in promise.files if promise.frame_steps else [name for name in promise.files if name != FRAMES]:
        if not (working / name).is_file() or (working / name).stat().st_size == 0:
            raise EngineError(f"LAMMPS ended well but left no {name}{full_disk(working)}", working)
    found = tuple(dumped.frame.step for dumped in read_dump(working / FRAMES))
    if found != promise.frame_steps:
        raise EngineError(
            f"{FRAMES} holds {len(found)} frames, {len(promise.frame_steps)} are due from step {promise.first_step} "
            f"to {promise.last_step}{full_disk(working)}",
            working,
        )


def _stored(working: Path, promise: Promise, keeping: Keeping) -> tuple[str, ...]:
    """Put a store in the place of the dump, read it back, and return the names of the files then.

    A kill in between leaves the partial folder, which is begun anew.
    """
    if not promise.frame_steps:
        return promise.files  # nothing to store: an empty dump
    name = f"{_FRAMES}{keeping.store.ending}"
    dump = Trajectory(keeping.symbols, lambda: (dumped.frame for dumped in read_dump(working / FRAMES)))
    keeping.store.write(dump, working / name)
    found = tuple(frame.step for frame in keeping.store.read(working / name))
    if found != promise.frame_steps:
        raise EngineError(f"{name} holds {len(found)} frames, {len(promise.frame_steps)} are due", working)
    (working / FRAMES).unlink()
    return tuple(name if file == FRAMES else file for file in promise.files)


def frames_of(segment: Segment, store: FrameStore | None) -> Iterator[Frame]:
    """Walk through the frames of a finished segment, however they are kept.

    Raises
    ------
    StateError
        If they are in a store, and none is given that reads it.

    """
    if segment.frames.name == FRAMES:
        return (dumped.frame for dumped in read_dump(segment.frames))
    if store is None or segment.frames.suffix != store.ending:
        raise StateError(f"{segment.frames} is a store that this reader does not know; open the run with a store")
    return store.read(segment.frames)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stage_folders(md: Path) -> list[Path]:
    """Return the folders of the stages of a run, in order; what was set aside is none of them."""
    found = [(int(name[1]), place) for place in md.iterdir() if (name := STAGE_FOLDER.fullmatch(place.name))]
    return [place for _, place in sorted(found)]


def finished_segments(stage: Path) -> list[Path]:
    """Return the folders of a stage's finished segments, in order; tries that failed or go on are none of them."""
    named = sorted(place for place in stage.iterdir() if _SEGMENT_FOLDER.fullmatch(place.name))
    return [place for place in named if (place / _RECORD).is_file()]


def end_frame(segment: Segment) -> Frame:
    """Return where the atoms stand at the end of a segment: a minimisation's only frame, or the last one of MD.

    Raises
    ------
    StateError
        If the file holds anything but one frame.

    """
    path = segment.folder / (END_FRAME if END_FRAME in segment.checksums else FRAMES)
    frames = [dumped.frame for dumped in read_dump(path)]
    if len(frames) != 1:
        raise StateError(f"{path} holds {len(frames)} frames, one is due; move {segment.folder} away")
    return frames[0]


def keep_failure(folder: Path) -> Path:
    """Set a try that failed aside, in place of the one before, so that its log and last frames can be looked at."""
    kept = folder.with_name(f"{folder.name}.failed")
    shutil.rmtree(kept, ignore_errors=True)
    folder.with_name(f"{folder.name}.partial").rename(kept)
    return kept
