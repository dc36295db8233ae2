"""Atoms of one species in any regions against time: slabs, boxes, shells, sets of sites, and what combines them.

Regions may overlap and may leave a part of the cell out, so nothing here must sum to all atoms; `RegionCounts` is the
count over slabs that do.
"""

from dataclasses import dataclass

import numpy as np

from gbglass.analysis.equilibration import Equilibration, find_equilibration
from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.groups import Groups
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError


@dataclass(frozen=True)
class GroupCounts:
    """Counts of one species in groups of atoms.

    Parameters
    ----------
    species
        What was counted.
    groups
        Names, in the order of the columns.
    n_total
        Atoms of the species in the cell.
    steps
        [int, (n_frames,)].
    times
        [ps, (n_frames,)].
    counts
        [atoms, (n_frames, n_groups)].

    """

    species: str
    groups: tuple[str, ...]
    n_total: int
    steps: IntArray
    times: FloatArray
    counts: IntArray

    def of(self, group: str) -> FloatArray:
        """Return the counts of one group [atoms, (n_frames,)].

        Raises
        ------
        InputError
            If there is no such group.

        """
        if group not in self.groups:
            raise InputError(f"no group {group!r} was counted; there are {', '.join(self.groups)}")
        return self.counts[:, self.groups.index(group)].astype(np.float64)

    def equilibration(self, group: str) -> Equilibration:
        """Find from which time on the count of a group fluctuates and no longer goes anywhere."""
        return find_equilibration(self.times, self.of(group))

    def mean(self, group: str) -> Estimate:
        """Average the count of a group from its equilibration on [atoms]."""
        start = self.equilibration(group).first
        return estimate(self.of(group)[start:], "atoms")


class GroupCounter(Accumulation):
    """Counts frame by frame; frames of parts are put in order of time.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    species
        What to count.
    groups
        Where.

    Raises
    ------
    InputError
        If there is no such atom.

    """

    def __init__(self, symbols: tuple[str, ...], species: str, groups: Groups) -> None:
        self._is_one = np.array(symbols) == species
        if not self._is_one.any():
            raise InputError(f"no atom of {species} in the trajectory; it holds {', '.join(sorted(set(symbols)))}")
        super().__init__("count of groups", species, groups.names)
        self._species, self._groups = species, groups

    def add(self, frame: Frame) -> None:
        """Count one frame."""
        self.take_note_of(frame)
        counts = np.count_nonzero(self._groups.masks(frame)[:, self._is_one], axis=1)
        self.rows[frame.step] = (frame.step, frame.time, counts)

    def result(self) -> GroupCounts:
        """Return the counts of all frames added so far.

        Raises
        ------
        InputError
            If there is none.

        """
        self.need_frames()
        steps, times, counts = zip(*self.in_order(), strict=True)
        total = int(np.count_nonzero(self._is_one))
        return GroupCounts(
            self._species, self._groups.names, total, frozen_ints(steps), frozen_floats(times),
            frozen_ints(np.stack(counts)),
        )  # fmt: skip


def count_groups(trajectory: Trajectory, species: str, groups: Groups) -> GroupCounts:
    """Count a species in groups in every frame of a trajectory.

    Examples
    --------
    >>> from gbglass.core.framework import FrameworkAnchor
    >>> from gbglass.core.groups import RegionGroups
    >>> from gbglass.core.region import Shell
    >>> frame = Frame(0, 0.0, np.eye(3) * 10.0, np.array([[0, 0, 2.0], [0, 0, 7.0], [5.0, 5.0, 5.0]]))
    >>> anchor = FrameworkAnchor(np.array([2]), np.array([[0.5, 0.5, 0.5]]))
    >>> shells = {"near": Shell(position=0.0, within_A=2.5), "far": Shell(position=0.5, within_A=2.5)}
    >>> trajectory = Trajectory(("Li", "Li", "Zr"), lambda: iter([frame]))
    >>> count_groups(trajectory, "Li", RegionGroups(anchor, shells)).counts.tolist()
    [[1, 1]]

    """
    return stream(trajectory, GroupCounter(trajectory.symbols, species, groups)).result()
