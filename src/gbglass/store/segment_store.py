"""The store as a simulation asks for it: each finished segment is one file."""

from collections.abc import Iterator
from pathlib import Path

from gbglass.core.trajectory import Frame, Trajectory
from gbglass.store.chunks import frames_at_once
from gbglass.store.h5md import read_h5md, write_h5md

_FLOAT32, _FLOAT64 = 4, 8
_OVERHEAD = 2**15
"""Clocks and book-keeping of a store [bytes]."""


class H5mdStore:
    """Keeps the frames of a segment as H5MD."""

    ending = ".h5md"

    def write(self, trajectory: Trajectory, path: Path) -> int:
        """Write a file, whole or not at all; return how many frames it holds."""
        return write_h5md(trajectory, path)

    def read(self, path: Path) -> Iterator[Frame]:
        """Walk through the frames of a file."""
        return read_h5md(path).frames()


def store_bytes(n_atoms: int, n_frames: int, n_arrays: int = 0) -> int:
    """Return about how large a store is, its last chunk filled up.

    Parameters
    ----------
    n_atoms, n_frames
        In it.
    n_arrays
        Numbers of each atom besides its place.

    """
    at_once = frames_at_once(n_atoms)
    chunks = -(-n_frames // at_once)
    return _OVERHEAD + chunks * at_once * (_FLOAT32 * 3 + _FLOAT64 * n_arrays) * n_atoms
