"""Labelled frames on disk: chunks that only grow, each written whole; an interruption loses the frame in work.

A chunk is a NumPy archive of up to 64 frames whose atoms stand one after another. One that holds a failed frame may be
written anew with its labels. Positions are in single precision;
a frame is rounded to it before it is labelled, so that the labels are those of what is stored.
"""

import fcntl
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from ase import Atoms

from gbglass.core.arrays import IntArray
from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import StateError
from gbglass.store.atomic import write_bytes

FRAMES_PER_CHUNK = 64
"""The last chunk is written again with each frame: larger ones would cost more time than they save files."""

_FORMAT = 1


@dataclass(frozen=True)
class Tag:
    """What a frame is and where it comes from.

    Parameters
    ----------
    domain
        Part of what the potential must know, as `gbglass.learning.origins.check_domain` takes it.
    origin
        The trajectory or the family of distortions it belongs to; frames of one origin resemble each other and are
        never split between training and test.
    index
        Its number within the origin, from 0.

    """

    domain: str
    origin: str
    index: int

    @property
    def name(self) -> str:
        """Unique in a store."""
        return f"{self.origin}/{self.index:04d}"


@dataclass(frozen=True)
class StoredFrame:
    """A frame with its labels, or with the cause why it has none.

    Parameters
    ----------
    tag
        What it is.
    atoms
        The structure; empty if it could not even be made.
    labels
        None if labelling failed.
    cause
        Why it failed; empty if it did not.

    """

    tag: Tag
    atoms: Atoms
    labels: Labels | None
    cause: str = ""


def rounded(atoms: Atoms) -> Atoms:
    """Return the structure as it will be stored: wrapped, positions in single precision, nothing else attached.

    Examples
    --------
    >>> float(rounded(Atoms("Li", [[1 / 3, 0, 0]], cell=[3, 3, 3], pbc=True)).positions[0, 0])
    0.3333333432674408

    """
    positions = atoms.get_positions(wrap=True, eps=0.0).astype(np.float32).astype(np.float64)
    return Atoms(atoms.numbers, positions=positions, cell=atoms.cell.array, pbc=True)


class LabelStore:
    """A folder of labelled frames, all by one labeller.

    Parameters
    ----------
    folder
        Made when the first frame is added.

    Raises
    ------
    StateError
        If a chunk cannot be read.

    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_writing = False
        self._read()

    def _read(self) -> None:
        self._open: list[StoredFrame] = []
        self._names: set[str] = set()
        self._failed: set[str] = set()
        self._last: dict[str, StoredFrame] = {}
        self._source: LabelSource | None = None
        self._number = 0
        for path in self._chunks():
            frames, source = read_chunk(path)
            self._check_source(source)
            self._number, self._open = int(path.stem.rpartition("-")[2]), frames
            for frame in frames:
                self._note(frame)

    @property
    def names(self) -> frozenset[str]:
        """Names of all frames, failed ones too."""
        return frozenset(self._names)

    @property
    def failed(self) -> frozenset[str]:
        """Names of the frames without labels."""
        return frozenset(self._failed)

    @property
    def source(self) -> LabelSource | None:
        """Who labelled; None while the store is empty."""
        return self._source

    def last_of(self, origin: str) -> StoredFrame | None:
        """Return the frame of an origin with the highest number, if there is one."""
        return self._last.get(origin)

    def find(self, name: str) -> StoredFrame | None:
        """Return the frame of a name, if there is one; reads chunk after chunk."""
        return next((frame for frame in self.frames() if frame.tag.name == name), None)

    def frames(self) -> Iterator[StoredFrame]:
        """Go through all frames in the order in which they were added, reading one chunk at a time."""
        for path in self._chunks():
            yield from read_chunk(path)[0]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store against a second writer, and look at what others have added since it was opened.

        Raises
        ------
        StateError
            If another process writes to it.

        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StateError(
                    f"another process is adding frames to {self._folder}; wait for it or end it"
                ) from error
            self._read()
            self._is_writing = True
            try:
                yield
            finally:
                self._is_writing = False

    def add(self, frame: StoredFrame, source: LabelSource) -> None:
        """Add a frame, inside `writing`; when this returns it is on the disk.

        Parameters
        ----------
        frame
            With a name that is not in the store.
        source
            Who labelled it, or tried to.

        Raises
        ------
        StateError
            If the name is taken, the store holds labels of another source, or is not held for writing.

        """
        self.add_all([frame], source)

    def add_all(self, frames: Sequence[StoredFrame], source: LabelSource) -> None:
        """Add frames at once, each chunk written once; when this returns they are on the disk.

        Parameters
        ----------
        frames
            With names that are not in the store, each another.
        source
            Who labelled them.

        Raises
        ------
        StateError
            As for `add`; nothing is added then.

        """
        if not self._is_writing:
            raise StateError(f"{self._folder} must be held while frames are added: use 'with store.writing()'")
        taken = [name for name, count in Counter(frame.tag.name for frame in frames).items() if count > 1]
        taken += [frame.tag.name for frame in frames if frame.tag.name in self._names]
        if taken:
            raise StateError(f"{self._folder} already holds a frame {taken[0]}")
        self._check_source(source)
        left = list(frames)
        while left:
            if self._number == 0 or len(self._open) >= FRAMES_PER_CHUNK:
                self._number, self._open = self._number + 1, []
            room = FRAMES_PER_CHUNK - len(self._open)
            new, left = left[:room], left[room:]
            self._open += new
            write_bytes(self._folder / f"chunk-{self._number:04d}.npz", _pack(self._open, source))
            for frame in new:
                self._note(frame)

    def mend(self, frame: StoredFrame, source: LabelSource) -> None:
        """Put a labelled frame where one of its name has failed, inside `writing`; then it is on the disk.

        Its chunk is written anew, whole: whenever that is interrupted, the old cause or the labels are there.

        Parameters
        ----------
        frame
            With labels.
        source
            Who labelled it.

        Raises
        ------
        StateError
            If no frame of this name has failed, the store holds labels of another source, or is not held for writing.

        """
        if not self._is_writing:
            raise StateError(f"{self._folder} must be held while frames are mended: use 'with store.writing()'")
        if frame.tag.name not in self._failed or frame.labels is None:
            raise StateError(f"{self._folder} holds no failed frame {frame.tag.name} to be mended with labels")
        self._check_source(source)
        for path in self._chunks():
            frames, _ = read_chunk(path)
            places = [place for place, one in enumerate(frames) if one.tag.name == frame.tag.name]
            if places:
                frames[places[0]] = frame
                write_bytes(path, _pack(frames, source))
                self._note(frame)
                if path == self._chunks()[-1]:
                    self._open = frames
                return

    def _note(self, frame: StoredFrame) -> None:
        self._names.add(frame.tag.name)
        if frame.labels is None:
            self._failed.add(frame.tag.name)
        else:
            self._failed.discard(frame.tag.name)
        last = self._last.get(frame.tag.origin)
        if last is None or last.tag.index <= frame.tag.index:
            self._last[frame.tag.origin] = frame

    def _chunks(self) -> list[Path]:
        return sorted(self._folder.glob("chunk-*.npz"))

    def _check_source(self, source: LabelSource) -> None:
        if self._source is not None and source != self._source:
            raise StateError(
                f"{self._folder} holds labels of {self._source.name} ({self._source.version}), not of {source.name} "
                f"({source.version}); give another folder: labels of two sources do not fit together"
            )
        self._source = source


def _pack(frames: list[StoredFrame], source: LabelSource) -> bytes:
    archive = BytesIO()
    np.savez_compressed(
        archive,
        format=np.array(_FORMAT),
        source=np.array(json.dumps(asdict(source), sort_keys=True)),
        n_atoms=np.array([len(frame.atoms) for frame in frames], dtype=np.int32),
        domain=np.array([frame.tag.domain for frame in frames]),
        origin=np.array([frame.tag.origin for frame in frames]),
        index=np.array([frame.tag.index for frame in frames], dtype=np.int32),
        cause=np.array([frame.cause for frame in frames]),
        cell=np.array([frame.atoms.cell.array for frame in frames]),
        numbers=np.concatenate([frame.atoms.numbers for frame in frames]).astype(np.uint8),
        positions=np.concatenate([frame.atoms.positions for frame in frames]).astype(np.float32),
        energy=np.array([frame.labels.energy if frame.labels else np.nan for frame in frames]),
        stress=np.array([frame.labels.stress if frame.labels else np.full(6, np.nan) for frame in frames]),
        forces=np.concatenate(
            [frame.labels.forces if frame.labels else np.full((len(frame.atoms), 3), np.nan) for frame in frames]
        ).astype(np.float32),
    )
    return archive.getvalue()


def read_chunk(path: Path) -> tuple[list[StoredFrame], LabelSource]:
    """Read one chunk and who labelled it.

    Raises
    ------
    StateError
        If it is not a chunk, or one of a later version.

    """
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            data = {key: archive[key] for key in archive.files}
        if int(data["format"]) != _FORMAT:
            raise StateError(f"{path} has format {int(data['format'])}, this version reads {_FORMAT}; update gbglass")
        source = LabelSource(**json.loads(str(data["source"])))
    except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError) as error:
        raise StateError(f"{path} is not a chunk of labelled frames ({error}); take it away or restore it") from error
    ends: IntArray = np.cumsum(data["n_atoms"], dtype=np.int64)
    frames = []
    for k, (count, end) in enumerate(zip(data["n_atoms"].tolist(), ends.tolist(), strict=True)):
        part = slice(end - count, end)
        cause = str(data["cause"][k])
        atoms = Atoms(
            data["numbers"][part].astype(int),
            positions=data["positions"][part].astype(np.float64),
            cell=data["cell"][k],
            pbc=True,
        )
        labels = None if cause else Labels(float(data["energy"][k]), data["forces"][part], data["stress"][k], source)
        tag = Tag(str(data["domain"][k]), str(data["origin"][k]), int(data["index"][k]))
        frames.append(StoredFrame(tag, atoms, labels, cause))
    return frames, source
