r"""Metallic lithium: which ions are metal, how they hang together, how deep they reach, and when they short the cell.

Lithium counts as metal that has eight or more lithium within 4.0 Å and three or fewer oxygen within 3.1 Å, the valleys
of cubic LLZO's distributions: lithium metal has 14 and 0, LLZO 4 to 6 and 4 to 6. Metal within 3.6 Å is one cluster. A
cluster with an ion in the negative electrode hangs on it; the cell is shorted when such a cluster comes within a link
of the positive electrode. Nothing is linked through the plane at which the cell closes: that is no way for a dendrite.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gbglass.analysis.frame_rows import FrameRows
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.cell import cell_height
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.interfaces import CellParts
from gbglass.core.neighbours import find_pairs
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

_FULL_CELL = 2
"""Faces of an electrolyte with an electrode on each side."""

_Row = tuple[float, int, int, int, int, int, float, int]
"""Time, metal, of which in the electrolyte, largest cluster, isolated clusters, largest isolated, depth, shorted."""


@dataclass(frozen=True)
class MetalRule:
    """What counts as metallic lithium, and what as one cluster.

    Parameters
    ----------
    lithium_within
        Lithium is counted within this distance [Å].
    least_lithium
        So many it has, at the least.
    oxygen_within
        Oxygen is counted within this distance [Å].
    most_oxygen
        So many it has, at the most.
    link
        Metal within this distance is one cluster [Å].

    Raises
    ------
    InputError
        If a distance is not positive.

    """

    lithium_within: float = 4.0
    least_lithium: int = 8
    oxygen_within: float = 3.1
    most_oxygen: int = 3
    link: float = 3.6

    def __post_init__(self) -> None:
        if not min(self.lithium_within, self.oxygen_within, self.link) > 0.0:
            raise InputError(
                f"distances must be positive, got {self.lithium_within:g}, {self.oxygen_within:g}, {self.link:g} Å"
            )


@dataclass(frozen=True)
class MetallicLithium:
    """Metallic lithium in a cell against time.

    Parameters
    ----------
    rule
        What counted.
    steps
        [int, (n_frames,)].
    times
        [ps, (n_frames,)].
    metal
        In the whole cell [atoms, (n_frames,)].
    in_electrolyte
        Of it in the electrolyte, between the first and the last part [atoms, (n_frames,)].
    largest_cluster
        [atoms, (n_frames,)].
    isolated_clusters
        Clusters that do not hang on the negative electrode [clusters, (n_frames,)].
    largest_isolated
        [atoms, (n_frames,)].
    depth
        How far metal that hangs on the negative electrode reaches beyond its face [Å, (n_frames,)].
    shorted
        Whether it comes within a link of the positive electrode, 1 or 0 [1, (n_frames,)].

    """

    rule: MetalRule
    steps: IntArray
    times: FloatArray
    metal: IntArray
    in_electrolyte: IntArray
    largest_cluster: IntArray
    isolated_clusters: IntArray
    largest_isolated: IntArray
    depth: FloatArray
    shorted: IntArray

    @property
    def short_time(self) -> float | None:
        """When the cell was first shorted [ps]; None if it never was."""
        first = np.flatnonzero(self.shorted)
        return float(self.times[first[0]]) if len(first) else None

    @property
    def nucleation_time(self) -> float | None:
        """When the first cluster stood by itself [ps]; None if none did."""
        first = np.flatnonzero(self.isolated_clusters)
        return float(self.times[first[0]]) if len(first) else None


class MetallicCounter:
    """Finds the metal frame by frame.

    Parameters
    ----------
    trajectory
        Whose atoms are looked at; its frames are added by the caller.
    parts
        Of the cell, the negative electrode first.
    anchor
        The framework whose drift is removed.
    rule
        What counts as metal.

    """

    def __init__(
        self, trajectory: Trajectory, parts: CellParts, anchor: FrameworkAnchor, rule: MetalRule | None = None
    ) -> None:
        self._lithium = trajectory.indices("Li")
        self._oxygen = np.flatnonzero(np.array(trajectory.symbols) == "O")
        self._parts = parts
        self._anchor = anchor
        self._rule = rule or MetalRule()
        self.rows = FrameRows[_Row]()

    def add(self, frame: Frame) -> None:
        """Look at one frame.

        Raises
        ------
        StateError
            If a part has vanished.

        """
        fractional = self._anchor.coordinates(frame)
        edges = self._parts.edges(fractional)
        metal = self._lithium[
            is_metallic(frame.positions[self._lithium], frame.positions[self._oxygen], frame.cell, self._rule)
        ]
        axis = self._parts.axis
        height = cell_height(frame.cell, axis)
        above = (fractional[metal, axis] - edges[0]) % 1.0 * height
        faces = (edges[1:] - edges[0]) * height
        end = float(faces[-1]) if len(faces) >= _FULL_CELL else np.inf
        clusters = _clusters(frame.positions[metal], frame.cell, above, self._rule.link)
        self.rows.add(frame.step, (frame.time, *_read(clusters, above, (float(faces[0]), end), self._rule.link)))

    def merge(self, other: "MetallicCounter") -> None:
        """Take over what another counter found in other frames of the same trajectory, in any order."""
        self.rows.merge(other.rows)

    def result(self) -> MetallicLithium:
        """Return what was found in all frames added so far.

        Raises
        ------
        InputError
            If there is none.

        """
        steps, rows = self.rows.in_order()
        times, metal, inside, largest, isolated, largest_isolated, depth, shorted = zip(*rows, strict=True)
        return MetallicLithium(
            rule=self._rule,
            steps=frozen_ints(steps),
            times=frozen_floats(times),
            metal=frozen_ints(metal),
            in_electrolyte=frozen_ints(inside),
            largest_cluster=frozen_ints(largest),
            isolated_clusters=frozen_ints(isolated),
            largest_isolated=frozen_ints(largest_isolated),
            depth=frozen_floats(depth),
            shorted=frozen_ints(shorted),
        )


def find_metal(
    trajectory: Trajectory, parts: CellParts, anchor: FrameworkAnchor, rule: MetalRule | None = None
) -> MetallicLithium:
    """Find the metallic lithium of every frame of a trajectory.

    Raises
    ------
    InputError, StateError
        As `MetallicCounter` does.

    """
    counter = MetallicCounter(trajectory, parts, anchor, rule)
    for frame in trajectory:
        counter.add(frame)
    return counter.result()


def is_metallic(lithium: FloatArray, oxygen: FloatArray, cell: FloatArray, rule: MetalRule) -> BoolArray:
    """Say of each lithium whether it is metal [bool, (n_lithium,)].

    Parameters
    ----------
    lithium, oxygen
        Positions, wrapped or not [Å, (n, 3)].
    cell
        Rows are the cell vectors [Å, (3, 3)].
    rule
        What counts.

    Examples
    --------
    >>> bcc = np.array([[0.0, 0.0, 0.0], [1.75, 1.75, 1.75]])
    >>> is_metallic(bcc, np.zeros((0, 3)), np.eye(3) * 3.5, MetalRule()).tolist()
    [True, True]

    """
    like = find_pairs(lithium, cell, rule.lithium_within)
    neighbours = np.bincount(like.first, minlength=len(lithium)) + np.bincount(like.second, minlength=len(lithium))
    metallic: BoolArray = neighbours >= rule.least_lithium
    crowded = np.flatnonzero(metallic)
    if len(crowded):  # few are, so oxygen is looked for around them alone
        metallic[crowded] = _oxygen_around(lithium[crowded], oxygen, cell, rule.oxygen_within) <= rule.most_oxygen
    return metallic


def _oxygen_around(lithium: FloatArray, oxygen: FloatArray, cell: FloatArray, within: float) -> IntArray:
    """Count the oxygen around each lithium [int, (n_lithium,)]."""
    n = len(lithium)
    near = oxygen[_in_reach(lithium, oxygen, cell, within)]
    pairs = find_pairs(np.concatenate([lithium, near]), cell, within)
    one, other = pairs.first, pairs.second
    bonds = np.bincount(one[(one < n) & (other >= n)], minlength=n)
    bonds += np.bincount(other[(other < n) & (one >= n)], minlength=n)
    return bonds.astype(np.int64, copy=False)


def _in_reach(lithium: FloatArray, oxygen: FloatArray, cell: FloatArray, within: float) -> BoolArray:
    """Say of each oxygen whether it is in a box beside one with lithium, boxes no smaller than the reach."""
    heights = 1.0 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    shape = np.maximum(1, np.floor(heights / within)).astype(np.int64)
    boxes = [
        np.floor(np.linalg.solve(cell.T, each.T).T % 1.0 * shape).astype(np.int64) % shape for each in (lithium, oxygen)
    ]
    taken = np.zeros(tuple(shape), dtype=np.bool_)
    taken[tuple(boxes[0].T)] = True
    for axis in range(3):
        taken |= np.roll(taken, 1, axis) | np.roll(taken, -1, axis)
    beside: BoolArray = taken[tuple(boxes[1].T)]
    return beside


def _clusters(positions: FloatArray, cell: FloatArray, above: FloatArray, link: float) -> IntArray:
    """Return the cluster of each metal atom [int, (n,)]."""
    n = len(positions)
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    pairs = find_pairs(positions, cell, link)
    straight = (
        np.abs(above[pairs.first] - above[pairs.second]) <= link
    )  # not through the plane at which the cell closes
    links = (np.ones(np.count_nonzero(straight)), (pairs.first[straight], pairs.second[straight]))
    clusters: IntArray = connected_components(coo_array(links, shape=(n, n)), directed=False)[1].astype(np.int64)
    return clusters


def _read(
    clusters: IntArray, above: FloatArray, electrolyte: tuple[float, float], link: float
) -> tuple[int, int, int, int, int, float, int]:
    """Return what `_Row` holds after the time."""
    if len(clusters) == 0:
        return 0, 0, 0, 0, 0, 0.0, 0
    sizes = np.bincount(clusters)
    hangs = np.zeros(len(sizes), dtype=np.bool_)
    start, end = electrolyte
    hangs[clusters[above < start]] = True
    on_electrode = hangs[clusters]
    depth = float((above[on_electrode] - start).max(initial=0.0))
    shorted = bool((above[on_electrode] >= end - link).any())
    return (
        len(clusters),
        int(((above >= start) & (above < end)).sum()),
        int(sizes.max()),
        int((~hangs).sum()),
        int(sizes[~hangs].max(initial=0)),
        depth,
        int(shorted),
    )
