"""One door to trajectories of all kinds: symbols, true times, unwrapped positions, one frame at a time."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from gbglass.core.arrays import IntArray
from gbglass.core.cell import cell_volume
from gbglass.core.textfile import Span, open_text
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.core.unwrap import unwrapped
from gbglass.errors import CutFileError, FormatError, InputError
from gbglass.lammps.dump import DumpRecord, count_frames, read_dump, scan_dump, split_dump
from gbglass.lammps.segments import finished_segments, stage_folders
from gbglass.store.ase_frames import FORMATS, extra_arrays, read_ase_frames
from gbglass.store.h5md import read_h5md
from gbglass.store.types import check_types, symbols_of_file, symbols_of_types
from gbglass.store.xdatcar import read_xdatcar

_H5MD = (".h5md", ".h5", ".hdf5")
_UNNAMED = "C"
"""What a dump with the column 'element' holds if nobody named the elements (dump_modify element)."""

_COLLAPSED = 0.5
"""No barostat halves a cell between two frames."""

OnRead = Callable[[int, int], None]
"""Told how much of a trajectory has been read, and how much there is, in bytes or frames."""


def _nobody(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True)
class Reading:
    """What a trajectory file does not say by itself.

    Parameters
    ----------
    structure
        A file with the same atoms in the same order, such as the LAMMPS data file: says which element each is.
    elements
        The element of each LAMMPS type, in order, if there is no structure.
    timestep_fs
        Of the MD, for dumps without times: a frame's time is its step times this.
    interval_fs
        Between frames, for formats that know neither steps nor times (XDATCAR, .traj, extxyz).
    drop_cut_frame
        End before a last frame that is not whole, as of a run that was killed; else it is an error.

    """

    structure: Path | None = None
    elements: tuple[str, ...] = ()
    timestep_fs: float | None = None
    interval_fs: float | None = None
    drop_cut_frame: bool = False

    def __post_init__(self) -> None:
        for name, value in (("timestep_fs", self.timestep_fs), ("interval_fs", self.interval_fs)):
            if value is not None and not 0.0 < value < float("inf"):
                raise InputError(f"'{name}' must be above 0, got {value}")


@dataclass(frozen=True)
class Part:
    """A trajectory file, or some frames of it that follow each other, to be read by a process of its own.

    Parameters
    ----------
    path
        The file.
    reading
        What it does not say.
    span
        Bytes of a text dump; None for all.
    frames
        The first frame of a store and the one after the last; None for all.
    first_frame
        Number of its first frame in the file, from 0.

    """

    path: Path
    reading: Reading
    span: Span | None = None
    frames: tuple[int, int] | None = None
    first_frame: int = 0


def open_trajectory(path: Path, reading: Reading | None = None, on_read: OnRead = _nobody) -> Trajectory:
    """Open a trajectory of any kind; nothing but its first frame is read before it is walked through.

    LAMMPS text dumps (also ``.gz``, ``.zst``), stores and other H5MD files, extended XYZ, ASE's ``.traj``, VASP's
    XDATCAR, and the folder of a run of gbglass. Wrapped positions are followed through the faces of the cell.

    Parameters
    ----------
    path
        A file, or the folder of a run.
    reading
        What the file does not say by itself.
    on_read
        Told how far it is.

    Raises
    ------
    InputError
        If something is missing that cannot be guessed: the message says what to give. While it is walked through, also
        if an atom moves too far to be followed.
    FormatError
        If the file is damaged; while it is walked through, with the frame.

    Examples
    --------
    >>> reading = Reading(structure=Path("gb.data"))
    >>> trajectory = open_trajectory(Path("traj.dump"), reading)
    >>> times = [frame.time for frame in trajectory]
    >>> len(times), times[-1], len(trajectory.indices("Li"))
    (36, 3.5, 56)

    """
    if path.is_dir():
        return open_run(path)
    return open_part(Part(path, reading or Reading()), on_read)


def open_part(part: Part, on_read: OnRead = _nobody) -> Trajectory:
    """Open a part of a trajectory; see `open_trajectory`."""
    path = part.path
    if not path.is_file():
        raise InputError(f"{path} is no file and no folder of a run")
    if path.suffix.lower() in _H5MD:
        return _open_store(part, on_read)
    if path.suffix.lower() in FORMATS:
        return _open_ase(part)
    if "XDATCAR" in path.name.upper():
        return _open_xdatcar(part, on_read)
    with open_text(path) as file:
        if not file.starts_with(b"ITEM: "):
            raise InputError(
                f"{path} is no trajectory that is known: a LAMMPS text dump, {', '.join((*_H5MD, *FORMATS))} or XDATCAR"
            )
    return _open_dump(part, on_read)


def split_trajectory(path: Path, reading: Reading, n_parts: int) -> tuple[Part, ...]:
    """Cut a trajectory into parts that different processes can read; in one if it cannot be cut.

    Stores and plain dumps with unwrapped coordinates can be cut; what is packed, or has to be followed through the
    faces from its first frame on, cannot.
    """
    if path.is_file() and path.suffix.lower() in _H5MD:
        n_frames = read_h5md(path, _given_symbols(reading)).n_frames
        cuts = np.linspace(0, n_frames, min(n_parts, n_frames) + 1).round().astype(int).tolist()
        return tuple(Part(path, reading, frames=(a, b), first_frame=a) for a, b in pairwise(cuts))
    whole = (Part(path, reading),)
    if path.is_dir() or path.suffix.lower() in FORMATS or "XDATCAR" in path.name.upper():
        return whole
    first = next(scan_dump(path), None)
    if first is None or not first.is_unwrapped:
        return whole
    spans = split_dump(path, n_parts)
    starts = accumulate((count_frames(path, span) for span in spans[:-1]), initial=0)
    return tuple(Part(path, reading, span, first_frame=start) for span, start in zip(spans, starts, strict=True))


def open_run(folder: Path, stage: str | None = None) -> Trajectory:
    """Open what a run of gbglass has finished so far, its segments one after another.

    Parameters
    ----------
    folder
        The output folder of ``gbglass run``, with ``md/`` in it.
    stage
        Only the stage of this name, such as ``"3-hold"``; all stages of MD if absent.

    Raises
    ------
    InputError
        If the folder holds no finished segment, or no such stage.
    FormatError
        If a segment is damaged.

    Examples
    --------
    >>> trajectory = open_run(next(Path("runs/garnets/cases").glob("seed-1-*")))
    >>> len(list(trajectory)), trajectory.symbols.count("Li")
    (31, 56)

    """
    md = folder / "md" if (folder / "md").is_dir() else folder
    if not md.is_dir():
        raise InputError(f"there is no folder {folder}; give that of a run, with md/ in it")
    names = [place.name for place in stage_folders(md) if not place.name.endswith("minimise")]
    if stage is not None and stage not in names:
        raise InputError(f"{folder} has no stage {stage!r}, but {', '.join(names) or 'none'}")
    wanted = [stage] if stage is not None else names
    segments = [segment for name in wanted for segment in finished_segments(md / name)]
    start = next(md.glob("*-minimise/segment-0000/start.data"), None)
    if not segments or start is None:
        raise InputError(f"{folder} is no folder of a run with finished segments of MD")
    symbols = symbols_of_file(start)

    def frames() -> Iterator[Frame]:
        for segment in segments:
            yield from _frames_of_segment(segment, symbols, start)

    return Trajectory(symbols, lambda: _sound(folder, frames()))


def _frames_of_segment(segment: Path, symbols: tuple[str, ...], start: Path) -> Iterator[Frame]:
    """Walk through the store of a segment, or its dump if it is one of before there was a store."""
    store = segment / "frames.h5md"
    if store.is_file():
        stored = read_h5md(store)
        if stored.symbols != symbols:
            raise FormatError(store, None, f"holds other atoms, or in another order, than {start}")
        yield from stored.frames()
        return
    for dumped in read_dump(segment / "frames.lammpstrj"):
        check_types(dumped.types, symbols, start)
        yield dumped.frame


def _open_dump(part: Part, on_read: OnRead) -> Trajectory:
    path, reading = part.path, part.reading
    size = path.stat().st_size
    offset = part.span.start if part.span else 0

    def records() -> Iterator[DumpRecord]:
        total = (part.span.stop or size) - offset if part.span else size
        return scan_dump(
            path,
            part.span,
            first_number=part.first_frame,
            drop_cut_frame=reading.drop_cut_frame,
            on_bytes=lambda n_bytes: on_read(n_bytes - offset, total),
        )

    first = next(records(), None)
    if first is None:
        raise InputError(f"{path} holds no frame")
    symbols = _symbols_of_dump(path, first, reading)
    if first.head.time is None and reading.timestep_fs is None:
        raise InputError(f"{path} does not say its times; give the time step of the MD (--timestep-fs)")

    def frames() -> Iterator[Frame]:
        for record in records():
            _check_same_atoms(path, first, record)
            time = record.head.time
            if time is None or reading.timestep_fs is not None:
                time = record.head.step * (reading.timestep_fs or 0.0) * 1e-3
            yield Frame(record.head.step, time, record.head.cell, record.positions, record.arrays)

    def checked() -> Iterator[Frame]:
        sound = _sound(path, _cut_allowed(frames(), reading), part.first_frame)
        return sound if first.is_unwrapped else _followed(path, sound)

    return Trajectory(symbols, checked)


def _symbols_of_dump(path: Path, first: DumpRecord, reading: Reading) -> tuple[str, ...]:
    given = _given_symbols(reading)
    if given is not None:
        if first.types is not None and reading.structure is not None:
            check_types(first.types, given, reading.structure)
        _check_agreement(path, first, given, str(reading.structure))
        if len(given) != len(first.ids):
            raise InputError(f"{path} holds {len(first.ids)} atoms, {reading.structure} holds {len(given)}")
        return given
    if reading.elements and first.types is not None:
        symbols = symbols_of_types(first.types, reading.elements, path)
        _check_agreement(path, first, symbols, f"--elements '{' '.join(reading.elements)}'")
        return symbols
    if first.symbols is not None:
        return first.symbols
    raise InputError(
        f"{path} does not say which element each type is; give the structure (--structure gb.data) or the elements in "
        "the order of the types (--elements 'Li La Zr O')"
    )


def _check_agreement(path: Path, first: DumpRecord, given: tuple[str, ...], by: str) -> None:
    """Refuse elements that the dump contradicts, unless its column says nothing: LAMMPS writes C by default."""
    if first.symbols is None or set(first.symbols) == {_UNNAMED} or len(first.symbols) != len(given):
        return
    for number, written, told in zip(first.ids.tolist(), first.symbols, given, strict=True):
        if written != told:
            raise InputError(
                f"{path} says that atom {number} is {written}, in its column 'element', but {by} makes it {told}; "
                "correct it, or leave it out"
            )


def _given_symbols(reading: Reading) -> tuple[str, ...] | None:
    return symbols_of_file(reading.structure) if reading.structure is not None else None


def _check_same_atoms(path: Path, first: DumpRecord, record: DumpRecord) -> None:
    head = record.head
    where = f"frame {head.number} (step {head.step})"
    if not np.array_equal(record.ids, first.ids):
        raise FormatError(path, None, f"{where}: {_what_changed(first.ids, record.ids)}")
    changed = record.symbols != first.symbols
    if record.types is not None and first.types is not None:
        changed = changed or not np.array_equal(record.types, first.types)
    if changed:
        raise FormatError(path, None, f"{where}: atoms have other types than in frame 0")
    if record.is_unwrapped != first.is_unwrapped or set(record.arrays) != set(first.arrays):
        raise FormatError(path, None, f"{where}: the columns are not those of frame 0")


def _what_changed(before: IntArray, now: IntArray) -> str:
    gone, new = np.setdiff1d(before, now), np.setdiff1d(now, before)
    parts = [
        f"{len(ids)} atoms {what} (id {ids[0]})" for ids, what in ((gone, "are gone"), (new, "are new")) if len(ids)
    ]
    return " and ".join(parts)


def _open_store(part: Part, on_read: OnRead) -> Trajectory:
    stored = read_h5md(part.path, _given_symbols(part.reading))
    start, stop = part.frames or (0, stored.n_frames)

    def frames() -> Iterator[Frame]:
        for number, frame in enumerate(stored.frames(start, stop), start=1):
            yield frame
            on_read(number, stop - start)

    return Trajectory(stored.symbols, lambda: _sound(part.path, frames(), start), stop - start)


def _open_ase(part: Part) -> Trajectory:
    path, reading = part.path, part.reading
    first = next(read_ase_frames(path), None)
    if first is None:
        raise InputError(f"{path} holds no frame")
    symbols = _given_symbols(reading) or tuple(first.get_chemical_symbols())
    if reading.interval_fs is None and "time_ps" not in first.info:
        raise InputError(f"{path} does not say its times; give the time between frames (--interval-fs)")

    def frames() -> Iterator[Frame]:
        for number, atoms in enumerate(read_ase_frames(path)):
            if tuple(atoms.get_chemical_symbols()) != tuple(first.get_chemical_symbols()):
                raise FormatError(path, None, f"frame {number}: other atoms, or another order of them, than in frame 0")
            step = int(atoms.info.get("step", number))
            if reading.interval_fs is None and "time_ps" not in atoms.info:
                raise FormatError(path, None, f"frame {number}: states no time_ps, as frame 0 does")
            time = float(atoms.info["time_ps"]) if reading.interval_fs is None else number * reading.interval_fs * 1e-3
            yield Frame(step, time, atoms.cell.array.copy(), atoms.positions.copy(), extra_arrays(atoms))

    return Trajectory(symbols, lambda: _followed(path, _sound(path, _cut_allowed(frames(), reading))))


def _followed(path: Path, frames: Iterator[Frame]) -> Iterator[Frame]:
    try:
        yield from unwrapped(frames)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _cut_allowed(frames: Iterator[Frame], reading: Reading) -> Iterator[Frame]:
    try:
        yield from frames
    except CutFileError as error:
        if not reading.drop_cut_frame:
            what = f"{error.what}; was the run killed? --drop-cut-frame leaves out a last frame that is not whole"
            raise CutFileError(error.path, error.line, what) from None


def _open_xdatcar(part: Part, on_read: OnRead) -> Trajectory:
    del on_read
    path, interval_fs = part.path, part.reading.interval_fs
    if interval_fs is None:
        raise InputError(
            "an XDATCAR does not say its times; give the time between frames, POTIM × NBLOCK (--interval-fs)"
        )
    drop = part.reading.drop_cut_frame
    first = next(read_xdatcar(path, drop_cut_frame=drop), None)
    if first is None:
        raise InputError(f"{path} holds no frame")
    symbols = first.symbols

    def frames() -> Iterator[Frame]:
        for number, found in enumerate(read_xdatcar(path, drop_cut_frame=drop)):
            if found.symbols != symbols:
                raise FormatError(path, None, f"frame {number}: other atoms than in frame 0")
            yield Frame(number, number * interval_fs * 1e-3, found.cell, found.positions)

    return Trajectory(symbols, lambda: _followed(path, _sound(path, _cut_allowed(frames(), part.reading))))


def _sound(path: Path, frames: Iterator[Frame], first_number: int = 0) -> Iterator[Frame]:
    """Let frames pass that can be; anything else is damage, named with its frame."""
    last_step, last_time, last_volume = -1, -math.inf, 0.0
    for number, frame in enumerate(frames, start=first_number):
        where = f"frame {number} (step {frame.step})"
        if not math.isfinite(float(frame.positions.sum()) + float(frame.cell.sum()) + frame.time):
            raise FormatError(path, None, f"{where}: holds numbers that are not finite; the run has blown up")
        volume = cell_volume(frame.cell)
        if not volume > 0.0:
            raise FormatError(path, None, f"{where}: the cell has no volume")
        if volume < _COLLAPSED * last_volume:
            raise FormatError(path, None, f"{where}: the cell collapses, from {last_volume:.0f} to {volume:.0f} Å³")
        if frame.step <= last_step or frame.time <= last_time:
            raise FormatError(
                path,
                None,
                f"{where}, {frame.time:g} ps: comes after step {last_step}, {last_time:g} ps; frames must come in "
                "order of time, each once",
            )
        last_step, last_time, last_volume = frame.step, frame.time, volume
        yield frame
