"""Trajectories in other formats: all of one, a window of time, the atoms of a region, or one frame."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import numpy as np
from ase import Atoms
from ase.io import write

from gbglass.core.arrays import BoolArray
from gbglass.core.framework import anchor_framework
from gbglass.core.trajectory import Frame, Trajectory, Window
from gbglass.errors import InputError, StateError
from gbglass.lammps.dump import dump_frame_text
from gbglass.store.atomic import whole_file
from gbglass.store.h5md import write_h5md
from gbglass.store.structures import write_new_structure
from gbglass.verbs.listener import SILENT, Listener
from gbglass.verbs.regions import read_region
from gbglass.verbs.trajectories import Reading, open_trajectory

_ONE_FRAME = (".data", ".vasp", ".poscar", ".cif")


@dataclass(frozen=True)
class ExportSpec:
    """Which part of a trajectory is written.

    Parameters
    ----------
    window
        Which frames.
    frame
        One frame of these, from 0; a negative number counts from the end.
    region
        A file with a region as plain data (JSON): only the atoms that are inside in the first frame are written.

    """

    window: Window = field(default_factory=Window)
    frame: int | None = None
    region: Path | None = None


def export(
    path: Path,
    out: Path,
    spec: ExportSpec | None = None,
    reading: Reading | None = None,
    listener: Listener = SILENT,
) -> int:
    """Write a trajectory, or part of it, to a new file; its ending decides the format. Return the number of frames.

    Parameters
    ----------
    path
        Any file that `open_trajectory` opens, or the folder of a run.
    out
        A new file: ``.h5md`` (the store), ``.extxyz`` or ``.lammpstrj`` for many frames; ``.data``, ``.vasp``,
        ``.poscar``, ``.cif`` for one, the last if none is named.
    spec
        Which part; all of it if absent.
    reading
        What the file does not say by itself.
    listener
        Told how far it is.

    Raises
    ------
    InputError
        If something is missing, the ending is unknown, or nothing is left to write.
    FormatError
        If the trajectory is damaged.
    StateError
        If the new file exists.

    Examples
    --------
    >>> spec, reading = ExportSpec(Window(first_ps=1.0, every=10)), Reading(structure=Path("gb.data"))
    >>> export(Path("traj.dump"), Path("traj.h5md"), spec, reading)  # frames
    3

    """
    spec = spec or ExportSpec()
    if out.exists():
        raise StateError(f"{out} exists already; name another file, or remove it first")
    ending = out.suffix.lower()
    if ending not in (*_MANY, *_ONE_FRAME):
        raise InputError(f"{out} must end in {', '.join((*_MANY, *_ONE_FRAME))}")
    opened = open_trajectory(path, reading, lambda done, total: listener.advance("exporting", done, total))
    trajectory = opened.part(spec.window)
    one = spec.frame if spec.frame is not None else -1 if ending in _ONE_FRAME else None
    if one is not None:
        trajectory = _only(path, trajectory, one)
    if spec.region is not None:
        trajectory = _inside(trajectory, spec.region)
    if ending in _ONE_FRAME:
        write_new_structure(_atoms(trajectory.symbols, next(iter(trajectory)), wrap=True), out)
        return 1
    return _MANY[ending](trajectory, out)


def _only(path: Path, trajectory: Trajectory, index: int) -> Trajectory:
    """Return one frame as a trajectory."""
    frames = iter(trajectory)
    found = list(islice(frames, index, index + 1)) if index >= 0 else list(deque(frames, maxlen=-index))
    if not found or (index < 0 and len(found) < -index):
        raise InputError(f"{path} has no frame {index} in this window")
    return Trajectory(trajectory.symbols, lambda: iter(found[:1]), 1)


def _inside(trajectory: Trajectory, region: Path) -> Trajectory:
    """Return the atoms that a region holds in the first frame."""
    chosen = read_region(region)
    first = next(iter(trajectory), None)
    if first is None:
        raise InputError("no frame is left in this window")
    anchor = anchor_framework(_atoms(trajectory.symbols, first, wrap=False))
    mask: BoolArray = chosen.mask(anchor.view(first))
    if not mask.any():
        raise InputError(f"the region of {region} holds no atom in the first frame")

    def frames() -> Iterator[Frame]:
        for frame in trajectory:
            arrays = {name: values[mask] for name, values in frame.arrays.items()}
            yield replace(frame, positions=frame.positions[mask], arrays=arrays)

    return Trajectory(tuple(np.array(trajectory.symbols)[mask].tolist()), frames)


def _atoms(symbols: tuple[str, ...], frame: Frame, *, wrap: bool) -> Atoms:
    atoms = Atoms(symbols, positions=frame.positions, cell=frame.cell, pbc=True)
    atoms.info = {"time_ps": frame.time, "step": frame.step}
    for name, values in frame.arrays.items():
        atoms.set_array(name, values)
    if wrap:
        atoms.wrap()
    return atoms


def _write_extxyz(trajectory: Trajectory, out: Path) -> int:
    """Write unwrapped positions, time and step of each frame."""
    n_frames = 0
    with whole_file(out) as working, working.open("w", encoding="utf-8") as file:
        for frame in trajectory:
            write(file, _atoms(trajectory.symbols, frame, wrap=False), format="extxyz", write_results=False)
            n_frames += 1
        _need(n_frames)
    return n_frames


def _write_dump(trajectory: Trajectory, out: Path) -> int:
    n_frames = 0
    with whole_file(out) as working, working.open("w", encoding="utf-8") as file:
        for frame in trajectory:
            file.write(dump_frame_text(trajectory.symbols, frame))
            n_frames += 1
        _need(n_frames)
    return n_frames


def _need(n_frames: int) -> None:
    if n_frames == 0:
        raise InputError("no frame is left in this window")


_MANY: Mapping[str, Callable[[Trajectory, Path], int]] = MappingProxyType(
    {
        ".h5md": write_h5md,
        ".extxyz": _write_extxyz,
        ".xyz": _write_extxyz,
        ".lammpstrj": _write_dump,
        ".dump": _write_dump,
    }
)
"""What writes many frames, by the ending of the file."""
