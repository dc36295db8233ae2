"""How the atoms of a run moved: a few of its frames, evenly spaced, for the picture that turns."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from ase import Atoms

from gbglass.core.trajectory import Frame, Trajectory
from gbglass.report.presented import Presented
from gbglass.report.view3d import Moment, bytes_of
from gbglass.studies.findings import RunFindings

MOST = 20
"""Frames that a reader moves through."""

ROOM = 4_000_000
"""That they may take on the page, which is to stay below 10 MB with plotly's script and all figures [bytes]."""

_FEWEST = 2


def with_course(presented: Presented, frames: Trajectory) -> Presented:
    """Add frames to the picture of a run, as many as the page has room for; none if fewer than two.

    Parameters
    ----------
    presented
        Of a run in time.
    frames
        All of the run, atoms in the order of its structures.

    """
    run, view = presented.run, presented.view
    if not isinstance(run, RunFindings) or view is None:
        return presented
    built = run.structures.built
    most = min(MOST, ROOM // bytes_of(built))
    if most < _FEWEST:
        return presented
    steps = even_steps(run.n_steps, run.frame_every, most)
    moments = tuple(_moment(frame, built) for frame in _at(frames, steps))
    return replace(presented, view=replace(view, moments=moments))


def even_steps(last: int, every: int, most: int) -> list[int]:
    """Choose frames, evenly spaced, the first and the last among them [steps].

    Examples
    --------
    >>> even_steps(1000, 100, 4)
    [0, 300, 700, 1000]

    """
    n_frames = last // every + 1
    chosen = np.unique(np.round(np.linspace(0, n_frames - 1, min(most, n_frames))).astype(np.int64))
    return [int(number) * every for number in chosen]


def _at(frames: Trajectory, steps: list[int]) -> Iterator[Frame]:
    wanted = set(steps)
    return (frame for frame in frames if frame.step in wanted)


def _moment(frame: Frame, built: Atoms) -> Moment:
    """Put a frame's cell and positions, which are copied: readers may use their memory again."""
    atoms = Atoms(built.get_chemical_symbols(), positions=frame.positions, cell=frame.cell, pbc=built.pbc)
    return Moment(frame.time, atoms)
