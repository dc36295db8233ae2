"""Trajectories that ASE reads: extended XYZ and its own .traj, one frame at a time."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import iread

from gbglass.errors import CutFileError, FormatError, InputError

FORMATS = {".extxyz": "extxyz", ".xyz": "extxyz", ".traj": "traj"}
"""What ASE calls the format of a file with some ending."""


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
            if not atoms.pbc.all():
                raise FormatError(path, None, f"frame {number}: the cell must be periodic in all directions")
            yield atoms
            number += 1


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
