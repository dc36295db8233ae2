"""The trajectory store: H5MD (doi:10.1016/j.cpc.2014.01.018), one file that is never changed, with checksums.

HDF5 keeps a Fletcher checksum of each chunk of data and one of each piece of its own book-keeping (file format 1.10),
so that a flipped bit is an error where it is read; a seal before the file covers the texts, of which HDF5 keeps none.
Other programs' H5MD files are read too, if they state their units.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import MappingProxyType

import h5py
import numpy as np
from ase.data import atomic_numbers, chemical_symbols

import gbglass
from gbglass.core.arrays import FloatArray
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import FormatError, InputError
from gbglass.store.atomic import whole_file
from gbglass.store.chunks import frames_at_once

_LENGTHS: Mapping[str, float] = MappingProxyType({"Angstrom": 1.0, "angstrom": 1.0, "A": 1.0, "Å": 1.0, "nm": 10.0})
_TIMES: Mapping[str, float] = MappingProxyType({"ps": 1.0, "fs": 1e-3, "ns": 1e3})
_ALL = "particles/all"
_AT_ONCE = 2**19
_CLOCKS_AT_ONCE = 1024
_SEAL = 512
_SIGNATURE = b"gbglass trajectory, H5MD from byte 512 on; SHA-256 of the head up to byte "
_DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError, IndexError)
"""What h5py raises, depending on what a flipped bit makes it trip over."""


class _Sink:
    """A file that remembers what went wrong: HDF5 cannot be stopped in the middle of writing without harm."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._failure: OSError | None = None
        self.seek, self.tell, self.flush = file.seek, file.tell, file.flush
        self.read, self.readinto = file.read, file.readinto

    def write(self, data: memoryview) -> int:
        left = memoryview(data).cast("B")
        try:
            while len(left):
                left = left[self._file.write(left) :]
        except OSError as error:
            self._failure = self._failure or error
        return len(data)

    def truncate(self, size: int) -> int:
        try:
            return self._file.truncate(size)
        except OSError as error:
            self._failure = self._failure or error
            return size

    def check(self) -> None:
        if self._failure is not None:
            raise self._failure


class _TooCoarseError(Exception):
    """Float32 would round more than is allowed."""


def write_h5md(trajectory: Trajectory, path: Path, precision: float = 1e-5) -> int:
    """Write a trajectory to a store, whole or not at all; return how many frames it holds.

    Positions are kept as float32 if that rounds none of them by more than the precision, else as float64; everything
    else is float64. The largest rounding that happened is written beside them as the attribute ``precision``.

    Parameters
    ----------
    trajectory
        Walked through once, or twice if float32 turns out to be too coarse.
    path
        The new file.
    precision
        Largest error of a coordinate [Å].

    Raises
    ------
    InputError
        If there is no frame, or a frame has other arrays than the first.
    StateError
        If it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> frames = [Frame(n, 0.1 * n, np.eye(3) * 9.0, np.full((1, 3), 0.1 * n)) for n in range(5)]
    >>> with TemporaryDirectory() as name:
    ...     path = Path(name) / "run.h5md"
    ...     _ = write_h5md(Trajectory(("Li",), lambda: iter(frames)), path)
    ...     stored = open_h5md(path)
    ...     last = list(stored)[-1]
    >>> stored.symbols, stored.n_frames, last.time, round(float(last.positions[0, 0]), 5)
    (('Li',), 5, 0.4, 0.4)

    """
    with whole_file(path) as working:
        try:
            return _write(trajectory, working, precision, "f4")
        except _TooCoarseError:
            return _write(trajectory, working, precision, "f8")


def _write(trajectory: Trajectory, working: Path, precision: float, kind: str) -> int:
    with working.open("wb+", buffering=0) as raw:
        sink = _Sink(raw)
        with h5py.File(sink, "w", libver=("v110", "v110"), userblock_size=_SEAL) as file:
            writer = _Writer(file, trajectory.symbols, kind)
            for frame in trajectory:
                writer.add(frame, precision)
                sink.check()
            n_frames = writer.finish()
            head_end = writer.head_end()
        sink.check()
        _seal(raw, head_end)
    return n_frames


def _seal(raw: FileIO, head_end: int) -> None:
    """Write before the file itself what its head must be: the texts in it are all that HDF5 keeps no checksum of."""
    raw.seek(_SEAL)
    digest = hashlib.sha256(raw.read(head_end - _SEAL)).hexdigest()
    raw.seek(0)
    raw.write(_SIGNATURE + f"{head_end} {digest}\n".encode().ljust(_SEAL - len(_SIGNATURE), b" "))


def _check_seal(path: Path) -> None:
    """Check the head of a store of ours; others' files have no seal."""
    with path.open("rb") as raw:
        seal = raw.read(_SEAL)
        if not seal.startswith(_SIGNATURE):
            return
        found = re.fullmatch(rb"(\d{1,18}) ([0-9a-f]{64})\n *", seal[len(_SIGNATURE) :])
        head = raw.read(max(0, int(found[1]) - _SEAL)) if found else b""
        if found is None or hashlib.sha256(head).hexdigest().encode() != found[2]:
            raise FormatError(path, None, "its head is cut or damaged")


class _Writer:
    """Puts frames into an open file, some at a time."""

    def __init__(self, file: h5py.File, symbols: tuple[str, ...], kind: str) -> None:
        self._file = file
        self._kind = kind
        self._symbols = symbols
        self._waiting: list[Frame] = []
        self._n_waiting = frames_at_once(len(symbols))
        self._n_written = 0
        self._error = 0.0
        self._names: tuple[str, ...] = ()

    def add(self, frame: Frame, precision: float) -> None:
        if self._kind == "f4":
            largest = float(np.abs(frame.positions).max(initial=0.0))
            self._error = max(self._error, float(np.spacing(np.float32(largest))) / 2)
            if not self._error <= precision:
                raise _TooCoarseError
        if not self._waiting and self._n_written == 0:
            self._names = tuple(frame.arrays)
            self._lay_out()
        if tuple(frame.arrays) != self._names:
            raise InputError(
                f"every frame must hold the arrays {', '.join(self._names) or 'none'}, step {frame.step} does not"
            )
        self._waiting.append(frame)
        if len(self._waiting) == self._n_waiting:
            self._flush()

    def finish(self) -> int:
        self._flush()
        if self._n_written == 0:
            raise InputError("a store needs at least one frame, got none")
        self._file[f"{_ALL}/position/value"].attrs["precision"] = self._error
        return self._n_written

    def head_end(self) -> int:
        """Return where the first data begin, after all descriptions [bytes]."""
        self._file.flush()
        series = [self._file[f"{_ALL}/{name}"] for name in ("species", "position/step", "position/value")]
        return min(int(one.id.get_chunk_info(0).byte_offset) for one in series)

    def _lay_out(self) -> None:
        head = self._file.create_group("h5md")
        head.attrs["version"] = np.array([1, 1])
        head.create_group("author").attrs["name"] = "gbglass"
        creator = head.create_group("creator")
        creator.attrs["name"], creator.attrs["version"] = "gbglass", gbglass.__version__
        box = self._file.create_group(f"{_ALL}/box")
        box.attrs["dimension"], box.attrs["boundary"] = 3, ["periodic"] * 3
        numbers = np.array([atomic_numbers[symbol] for symbol in self._symbols], dtype="i4")
        self._file.create_dataset(f"{_ALL}/species", data=numbers, chunks=numbers.shape, fletcher32=True)
        n = len(self._symbols)
        self._series("position/step", (), "i8")
        self._series("position/time", (), "f8").attrs["unit"] = "ps"
        self._series("position/value", (n, 3), self._kind).attrs["unit"] = "Angstrom"
        self._series("box/edges/value", (3, 3), "f8").attrs["unit"] = "Angstrom"
        for name in self._names:
            if "/" in name or name in ("position", "box", "species"):
                raise InputError(f"an array cannot be called {name!r} in a store; rename it")
            self._series(f"{name}/value", (n,), "f8")
        for name in ("box/edges", *self._names):
            for clock in ("step", "time"):
                self._file[f"{_ALL}/{name}/{clock}"] = self._file[f"{_ALL}/position/{clock}"]

    def _series(self, name: str, shape: tuple[int, ...], kind: str) -> h5py.Dataset:
        n_frames = self._n_waiting if shape else 1024
        return self._file.create_dataset(
            f"{_ALL}/{name}",
            shape=(0, *shape),
            maxshape=(None, *shape),
            chunks=(n_frames, *shape),
            dtype=kind,
            fletcher32=True,
        )

    def _flush(self) -> None:
        if not self._waiting:
            return
        frames, start = self._waiting, self._n_written
        self._n_written += len(frames)
        self._put("position/step", [frame.step for frame in frames], start)
        self._put("position/time", [frame.time for frame in frames], start)
        self._put("box/edges/value", [frame.cell for frame in frames], start)
        self._put("position/value", [frame.positions for frame in frames], start)
        for name in self._names:
            self._put(f"{name}/value", [frame.arrays[name] for frame in frames], start)
        self._waiting = []

    def _put(self, name: str, values: list[int] | list[float] | list[FloatArray], start: int) -> None:
        series = self._file[f"{_ALL}/{name}"]
        series.resize(self._n_written, axis=0)
        series[start:] = np.array(values, dtype=series.dtype)


@dataclass(frozen=True)
class H5mdFile:
    """What an H5MD file holds; frames are read when they are asked for, in any order.

    Parameters
    ----------
    path
        The file.
    group
        Of the particles.
    symbols
        Chemical symbol of each atom.
    n_frames
        How many frames there are.
    length, time
        What its units are in Å and ps.
    arrays
        Names of what is written for each atom besides the position.

    """

    path: Path
    group: str
    symbols: tuple[str, ...]
    n_frames: int
    length: float
    time: float
    arrays: tuple[str, ...]

    def frame(self, index: int) -> Frame:
        """Read one frame; a negative index counts from the end.

        Raises
        ------
        InputError
            If there is no such frame.
        FormatError
            If its data are damaged.

        """
        start = index + self.n_frames if index < 0 else index
        if not 0 <= start < self.n_frames:
            raise InputError(f"{self.path} holds frames 0 to {self.n_frames - 1}, got {index}")
        return next(self.frames(start, start + 1))

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        """Read frames one after another, from a start up to and without a stop.

        Raises
        ------
        FormatError
            If data are damaged, with the frame.

        """
        end = self.n_frames if stop is None else min(stop, self.n_frames)
        with _opened(self.path) as file:
            group = file[self.group]
            for first in range(start, end, _CLOCKS_AT_ONCE):
                last = min(first + _CLOCKS_AT_ONCE, end)
                with _checked(self.path, first, last):
                    position = group["position"]
                    steps = position["step"][first:last].tolist()
                    times = (position["time"][first:last] * self.time).tolist()
                    cells = _cells(group["box/edges"], slice(first, last), last - first) * self.length
                for n, (positions, arrays) in enumerate(self._places(group, first, last, cells)):
                    yield Frame(int(steps[n]), times[n], cells[n], positions, arrays)

    def trajectory(self) -> Trajectory:
        """Return it as a trajectory."""
        return Trajectory(self.symbols, self.frames, self.n_frames)

    def _places(
        self, group: h5py.Group, start: int, end: int, cells: FloatArray
    ) -> Iterator[tuple[FloatArray, dict[str, FloatArray]]]:
        """Read positions and arrays, several frames at once where they are small."""
        block = max(1, _AT_ONCE // (24 * len(self.symbols)))
        with _checked(self.path, start, end):
            position, image = group["position/value"], group["image/value"] if "image" in group else None
            series = {name: group[name]["value"] for name in self.arrays}
        for first in range(start, end, block):
            which = slice(first, min(first + block, end))
            with _checked(self.path, first, which.stop):
                places = position[which].astype(np.float64)
                if self.length != 1.0:
                    places *= self.length
                if image is not None:
                    places += image[which] @ cells[first - start : which.stop - start]
                extras = {name: values[which].astype(np.float64) for name, values in series.items()}
            for n, positions in enumerate(places):
                yield positions, {name: values[n] for name, values in extras.items()}


def _cells(edges: h5py.Group | h5py.Dataset, which: slice, n_frames: int) -> FloatArray:
    """Return the cell of each frame [(n_frames, 3, 3)]; a fixed box stands once, an upright one as three lengths."""
    fixed = isinstance(edges, h5py.Dataset)
    values = np.array(edges[()] if fixed else edges["value"][which], dtype=np.float64)
    if values.shape[-1:] == (3,) and values.ndim == (1 if fixed else 2):
        values = values[..., None] * np.eye(3)
    return np.broadcast_to(values, (n_frames, 3, 3)).copy()


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    if not path.is_file():
        raise InputError(f"{path} is no file")
    _check_seal(path)
    try:
        file = h5py.File(path, "r")
    except _DAMAGE as error:
        raise FormatError(
            path, None, f"cannot be read as HDF5; it is cut, damaged or something else ({error})"
        ) from None
    with file:
        yield file


@contextmanager
def _checked(path: Path, first: int, last: int) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise FormatError(path, None, f"frames {first} to {last - 1} are damaged ({error})") from None


def open_h5md(path: Path) -> Trajectory:
    """Open a store, or another program's H5MD file that states its units and species, as a trajectory.

    Raises
    ------
    InputError
        If there is no such file, or it does not say its units or which atoms it holds.
    FormatError
        If it is damaged.

    """
    return read_h5md(path).trajectory()


def read_h5md(path: Path, symbols: tuple[str, ...] | None = None) -> H5mdFile:
    """Open an H5MD file for reading frames in any order.

    Parameters
    ----------
    path
        The file.
    symbols
        Of the atoms, if the file does not say.

    Raises
    ------
    InputError
        If there is no such file, or it does not say its units or which atoms it holds.
    FormatError
        If it is damaged.

    """
    with _opened(path) as file:
        try:
            return _contents(path, file, symbols)
        except InputError:
            raise
        except _DAMAGE as error:
            raise FormatError(path, None, f"is damaged, or no H5MD with positions ({error})") from None


def _contents(path: Path, file: h5py.File, symbols: tuple[str, ...] | None) -> H5mdFile:
    names = list(file["particles"])
    if len(names) != 1:
        raise InputError(f"{path} must hold one group of particles, got {', '.join(names) or 'none'}")
    group = file["particles"][names[0]]
    position = group["position"]
    n_frames, n_atoms, n_dimensions = position["value"].shape
    if n_dimensions != 3 or n_frames == 0 or n_atoms == 0:  # noqa: PLR2004
        raise InputError(f"{path} must hold positions in three dimensions, got {position['value'].shape}")
    boundary = [str(word) for word in group["box"].attrs["boundary"]]
    if boundary != ["periodic"] * 3:
        raise InputError(f"{path} must be periodic in all directions, got {', '.join(boundary)}")
    length = _unit(path, position["value"], _LENGTHS, "positions")
    time = _unit(path, position["time"], _TIMES, "times")
    known = ("position", "box", "species", "image", "id", "velocity", "force")
    extras = tuple(name for name in group if name not in known and group[name]["value"].shape == (n_frames, n_atoms))
    own = symbols or _symbols(path, group)
    if len(own) != n_atoms:
        raise InputError(f"{path} holds {n_atoms} atoms, the structure {len(own)}")
    return H5mdFile(path, group.name, own, n_frames, length, time, extras)


def _unit(path: Path, series: h5py.Dataset, units: Mapping[str, float], what: str) -> float:
    unit = series.attrs.get("unit")
    unit = unit.decode() if isinstance(unit, bytes) else unit
    if unit not in units:
        raise InputError(f"{path} must state the unit of its {what} as one of {', '.join(units)}, got {unit}")
    return units[unit]


def _symbols(path: Path, group: h5py.Group) -> tuple[str, ...]:
    if "species" not in group or not isinstance(group["species"], h5py.Dataset):
        raise InputError(f"{path} does not say which atoms it holds; give a structure file")
    numbers = group["species"][()]
    numbers = numbers[0] if numbers.ndim > 1 else numbers
    if not np.all((numbers > 0) & (numbers < len(chemical_symbols))):
        raise InputError(f"{path} names its species by numbers that are no atomic numbers; give a structure file")
    return tuple(chemical_symbols[number] for number in numbers.tolist())
