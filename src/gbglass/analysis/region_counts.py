"""Atoms of one species in each region against time; over all regions they must sum to all of them, in every frame."""

from dataclasses import dataclass

import numpy as np

from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.cell import cell_volume, face_area
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.partition import SlabPartition
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError, StateError


@dataclass(frozen=True)
class RegionCounts:
    """Counts of one species in the slabs of a partition.

    Parameters
    ----------
    species
        What was counted.
    partition
        The slabs.
    n_total
        Atoms of the species in the cell.
    steps
        [int, (n_frames,)].
    times
        [ps, (n_frames,)].
    counts
        [atoms, (n_frames, n_slabs)].
    lengths
        Distance between the two faces of the cell across the slabs [Å, (n_frames,)].
    areas
        Of a face [Å², (n_frames,)].

    """

    species: str
    partition: SlabPartition
    n_total: int
    steps: IntArray
    times: FloatArray
    counts: IntArray
    lengths: FloatArray
    areas: FloatArray

    @property
    def max_abs_error(self) -> int:
        """Largest difference between the sum over slabs and all atoms, over all frames; anything but 0 is a mistake."""
        return int(np.abs(self.counts.sum(axis=1) - self.n_total).max())

    @property
    def widths(self) -> FloatArray:
        """Width of each slab in each frame [Å, (n_frames, n_slabs)]."""
        widths: FloatArray = self.lengths[:, None] * self.partition.widths
        return widths

    def after(self, step: int) -> "RegionCounts":
        """Return the frames that come after a step.

        Raises
        ------
        InputError
            If there is none.

        """
        chosen = self.steps > step
        if not chosen.any():
            raise InputError(f"no frame comes after step {step}; the last is at {self.steps[-1]}")
        return RegionCounts(
            self.species,
            self.partition,
            self.n_total,
            frozen_ints(self.steps[chosen]),
            frozen_floats(self.times[chosen]),
            frozen_ints(self.counts[chosen]),
            frozen_floats(self.lengths[chosen]),
            frozen_floats(self.areas[chosen]),
        )


class RegionCounter(Accumulation):
    """Counts frame by frame; frames of parts are put in order of time.

    Parameters
    ----------
    trajectory
        Whose atoms are counted; its frames are added by the caller.
    species
        What to count.
    partition
        Into which slabs.
    anchor
        The framework that the slabs are tied to.

    """

    def __init__(self, trajectory: Trajectory, species: str, partition: SlabPartition, anchor: FrameworkAnchor) -> None:
        super().__init__("count of regions", species, partition)
        self._species = species
        self._indices = trajectory.indices(species)
        self._partition = partition
        self._anchor = anchor

    def add(self, frame: Frame) -> None:
        """Count one frame.

        Raises
        ------
        StateError
            If the slabs do not hold every atom once.
        InputError
            If a position is not finite: such an atom is in no slab.

        """
        self.take_note_of(frame)
        fractional = self._anchor.coordinates(frame)[self._indices]
        counts = np.bincount(self._partition.assign(fractional), minlength=self._partition.n_slabs)
        if counts.sum() != len(self._indices):
            raise StateError(
                f"the regions hold {counts.sum()} {self._species} at step {frame.step}, not all {len(self._indices)}"
            )
        axis = self._partition.axis
        area = face_area(frame.cell, axis)
        length = cell_volume(frame.cell) / area
        self.rows[frame.step] = (frame.step, frame.time, counts, length, area)

    def result(self) -> RegionCounts:
        """Return the counts of all frames added so far.

        Raises
        ------
        InputError
            If there is none.

        """
        self.need_frames()
        steps, times, counts, lengths, areas = zip(*self.in_order(), strict=True)
        return RegionCounts(
            self._species,
            self._partition,
            len(self._indices),
            frozen_ints(steps),
            frozen_floats(times),
            frozen_ints(np.stack(counts)),
            frozen_floats(lengths),
            frozen_floats(areas),
        )


def count_regions(
    trajectory: Trajectory, species: str, partition: SlabPartition, anchor: FrameworkAnchor
) -> RegionCounts:
    """Count a species in slabs in every frame of a trajectory.

    Examples
    --------
    >>> frame = Frame(0, 0.0, np.eye(3) * 10.0, np.array([[0, 0, 2.0], [0, 0, 7.0], [5.0, 5.0, 5.0]]))
    >>> anchor = FrameworkAnchor(np.array([2]), np.array([[0.5, 0.5, 0.5]]))
    >>> trajectory = Trajectory(("Li", "Li", "Zr"), lambda: iter([frame]))
    >>> count_regions(trajectory, "Li", SlabPartition((0.0, 0.5, 1.0)), anchor).counts.tolist()
    [[1, 1]]

    """
    return stream(trajectory, RegionCounter(trajectory, species, partition, anchor)).result()
