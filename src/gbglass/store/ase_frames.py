"""Trajectories that ASE reads: extended XYZ and its own .traj, one frame at a time."""

import os
import struct
import warnings
from collections import deque
from collections.abc import Iterator
from itertools import count, islice, pairwise
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols
from ase.io import iread

from gbglass.errors import CutFileError, FormatError, InputError

FORMATS = {".extxyz": "extxyz", ".xyz": "extxyz", ".traj": "traj"}
"""What ASE calls the format of a file with some ending."""

_SHORTEST_LINE = 2
"""Of an atom: a letter and the end of the line [bytes]."""

_MAGIC, _HEAD = b"- of Ulm", 48
"""A .traj begins with a name, a tag, and three numbers of 8 bytes: version, number of frames, where they are listed."""


def read_ase_frames(path: Path) -> Iterator[Atoms]:
    """Walk through the frames of a file.

    Raises
    ------
    InputError
        If there is no such file, or its ending is none of .extxyz, .xyz, .traj.
    FormatError
        If a frame cannot be read, or has no periodic cell.

    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None or not path.is_file():
        raise InputError(f"{path} must be a file that ends in {', '.join(FORMATS)}")
    if kind == "traj":
        _check_index(path)
    else:
        _check_counts(path)
    frames = _frames(path, kind)
    if kind == "extxyz" and not _ends_with_a_line(path):
        frames = _before_the_cut(path, frames)
    yield from frames


def _frames(path: Path, kind: str) -> Iterator[Atoms]:
    number = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about arrays that we do not use
        frames = iread(path, ":", format=kind)
        while True:
            try:
                atoms = next(frames, None)
            except Exception as error:  # noqa: BLE001  # ASE's parsers raise whatever the file makes them trip over
                raise _broken(path, number, error) from None
            if atoms is None:
                return
            if not np.all((atoms.numbers > 0) & (atoms.numbers < len(chemical_symbols))):
                raise FormatError(path, None, f"frame {number}: holds atoms that are no elements")
            if not atoms.pbc.all():
                raise FormatError(path, None, f"frame {number}: the cell must be periodic in all directions")
            yield atoms
            number += 1


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() == 0:
            return True  # empty, which is said elsewhere
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _before_the_cut(path: Path, frames: Iterator[Atoms]) -> Iterator[Atoms]:
    """Walk through all frames but the last: a number that was cut short is a number still."""
    n_whole = 0
    for before, _ in pairwise(frames):
        yield before
        n_whole += 1
    what = "the file ends in the middle of a line; if it is whole, add the end of that line"
    raise CutFileError(path, None, f"frame {n_whole}: {what}")


def _check_counts(path: Path) -> None:
    """Check that no frame says it has more atoms than the whole file could hold.

    ASE would read on behind the end of the file, once for each atom: for hours, if the number is damaged.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        for number in count():
            try:
                n_atoms = int(file.readline())
            except ValueError:
                return  # the end, or what ASE says more about
            if n_atoms * _SHORTEST_LINE > size:
                what = f"says that it has {n_atoms} atoms, more than the {size} bytes of the file can hold"
                raise FormatError(path, None, f"frame {number}: {what}; it is damaged, or the file is cut")
            deque(islice(file, max(0, n_atoms + 1)), maxlen=0)


def _check_index(path: Path) -> None:
    """Check where a .traj says that its frames are: ASE would follow a damaged list for ever."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
        magic, n_frames, place = head[: len(_MAGIC)], *struct.unpack("<2q", head[_HEAD - 16 : _HEAD].ljust(16, b"\0"))
        if magic != _MAGIC or n_frames < 1 or not _HEAD <= place <= size - 8 * n_frames:
            raise CutFileError(path, None, "is cut, damaged or no .traj of ASE: its list of frames does not fit")
        file.seek(place)
        starts = struct.unpack(f"<{n_frames}q", file.read(8 * n_frames))
    if any(not 0 < start < size for start in starts) or len(set(starts)) < n_frames:
        raise FormatError(path, None, "is damaged: its list of frames leads nowhere")


def _broken(path: Path, number: int, error: Exception) -> FormatError:
    why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    kind = CutFileError if "too few" in str(error) or isinstance(error, EOFError) else FormatError
    return kind(path, None, f"frame {number} cannot be read ({why})")


def extra_arrays(atoms: Atoms) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return the arrays of one number an atom, besides what a trajectory has anyway [(n_atoms,) each]."""
    return {
        name: values.astype(np.float64)
        for name, values in atoms.arrays.items()
        if name != "numbers" and values.ndim == 1 and values.dtype.kind in "fiub"
    }
