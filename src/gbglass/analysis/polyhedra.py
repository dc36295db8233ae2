r"""Whole polyhedra such as ZrO6: how many, where there are none, whether lithium gathers there, how evenly they lie.

A polyhedron is whole when its centre has exactly its number of ligands within the valley of their distribution: six O
within 2.8 Å for Zr in LLZO, six Zr-O bonds of 2.11 Å.

Seen along a cell vector, a region is cut into columns about 5 Å wide. A column is *empty* if it holds less than one
whole polyhedron in two frames. Unevenness is the spread of the columns' mean counts over their mean,

.. math:: u = \mathrm{SD}(n) / \langle n \rangle

to be compared with that of the crystal in columns of the same size: it falls with the number in a column, and a crystal
shows it too where columns and lattice are out of step.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gbglass.analysis.coordination import coordination
from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.groups import Groups, WholeCell
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

COLUMN = 5.0
"""Width of a column, about [Å]."""

_MOST = 12
_EMPTY = 0.5
_SAME_SIZE = 0.1
_FEWEST_ATOMS = 1.0


@dataclass(frozen=True)
class Polyhedron:
    """What counts as whole.

    Parameters
    ----------
    centre, ligand
        Species.
    number
        Ligands of a whole one.
    cutoff
        Within which they are counted [Å].

    """

    centre: str
    ligand: str
    number: int
    cutoff: float

    @property
    def name(self) -> str:
        """As people write it, such as ``"ZrO6"``."""
        return f"{self.centre}{self.ligand}{self.number}"


ZRO6 = Polyhedron("Zr", "O", 6, 2.8)
"""Octahedra of LLZO; the valley of Zr-O."""

LAO8 = Polyhedron("La", "O", 8, 3.5)
"""Dodecahedra of LLZO; the valley of La-O."""


@dataclass(frozen=True)
class PolyhedraCensus:
    """Whole polyhedra of a region.

    Parameters
    ----------
    polyhedron
        Which.
    group
        Centres of which region; ``"all"`` for all.
    ligands
        Share of centres with 0 to 12 ligands; more count as 12 [1, (13,)].
    times
        [ps, (n_frames,)].
    whole, centres
        Whole polyhedra and all centres in each frame [int, (n_frames,)].
    counts
        Mean number of whole polyhedra in each column [1, (n_u, n_v)].
    lithium
        Mean number of Li in each column [1, (n_u, n_v)].
    column
        Edges of a column along the two cell vectors of the map, and the length of the cell along it [Å].
    axis
        The cell vector that is looked along; the map has the other two, in their order.

    """

    polyhedron: Polyhedron
    group: str
    ligands: FloatArray
    times: FloatArray
    whole: IntArray
    centres: IntArray
    counts: FloatArray
    lithium: FloatArray
    column: tuple[float, float, float]
    axis: int

    @property
    def fraction(self) -> Estimate:
        """Share of centres whose polyhedron is whole, averaged over frames [1]; needs 4 frames."""
        if not self.centres.all():
            raise InputError(
                f"{self.group} must hold {self.polyhedron.centre} in every frame to have a share of whole ones"
            )
        return estimate(self.whole / self.centres, "1")

    @property
    def empty(self) -> BoolArray:
        """Columns without a whole polyhedron [bool, (n_u, n_v)]."""
        return self.counts < _EMPTY

    @property
    def empty_area(self) -> float:
        """Share of the columns that are empty [1]."""
        return float(self.empty.mean())

    @property
    def lithium_in_empty(self) -> float:
        """Share of the region's lithium that is in empty columns [1]; not a number if there is no lithium."""
        total = float(self.lithium.sum())
        return float(self.lithium[self.empty].sum()) / total if total > 0.0 else float("nan")

    @property
    def enrichment(self) -> float:
        """Lithium in empty columns over what an even spread would put there [1]; not a number if none is empty."""
        return self.lithium_in_empty / self.empty_area if self.empty.any() else float("nan")

    @property
    def unevenness(self) -> float:
        """Spread of the columns' mean counts over their mean [1]; infinite if there is no whole polyhedron."""
        mean = float(self.counts.mean())
        return float(self.counts.std()) / mean if mean > 0.0 else float("inf")

    @property
    def lithium_unevenness(self) -> float:
        """Spread of the columns' mean lithium over their mean [1]; infinite if there is no lithium."""
        mean = float(self.lithium.mean())
        return float(self.lithium.std()) / mean if mean > 0.0 else float("inf")

    def unevenness_over(self, bulk: "PolyhedraCensus") -> float:
        """Return the unevenness over that of the crystal [1].

        Raises
        ------
        InputError
            If the crystal's columns differ by more than 10 % in a length, or the crystal is even: then take a cell of
            another size, whose columns are out of step with the lattice.

        """
        if any(abs(ours - theirs) > _SAME_SIZE * theirs for ours, theirs in zip(self.column, bulk.column, strict=True)):
            raise InputError(
                f"columns must have the size of the crystal's within 10 %, got {_sizes(self)} and {_sizes(bulk)} Å; "
                "take a crystal of the same cell"
            )
        if bulk.unevenness == 0.0:
            raise InputError("the crystal's columns all hold the same number, so nothing can be compared with them")
        return self.unevenness / bulk.unevenness


class PolyhedraCounter(Accumulation):
    """Counts polyhedra frame by frame; maps of parts add up, counts in time are put in order.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    anchor
        The framework whose drift is removed from the map.
    polyhedron
        Which.
    axis
        The cell vector that is looked along.
    regions
        Groups that centres and lithium are sorted into; a census for each.

    Raises
    ------
    InputError
        If there is no centre.

    """

    def __init__(
        self,
        symbols: tuple[str, ...],
        anchor: FrameworkAnchor,
        polyhedron: Polyhedron = ZRO6,
        axis: Literal[0, 1, 2] = 2,
        regions: Groups | None = None,
    ) -> None:
        self._symbols, self._anchor, self._polyhedron, self._axis = np.array(symbols), anchor, polyhedron, axis
        self._centres = np.flatnonzero(self._symbols == polyhedron.centre)
        self._lithium = np.flatnonzero(self._symbols == "Li")
        self._regions = WholeCell() if regions is None else regions
        super().__init__("census of polyhedra", polyhedron, axis, self._regions.names)
        self.sums["ligands"] = np.zeros((len(self._regions.names), _MOST + 1))

    def add(self, frame: Frame) -> None:
        """Count one frame; the first decides how many columns there are."""
        self.take_note_of(frame)
        pair = (self._polyhedron.centre, self._polyhedron.ligand)
        around = coordination(self._symbols, frame, pair, self._polyhedron.cutoff)
        whole = around == self._polyhedron.number
        fractional = self._anchor.coordinates(frame)
        if "counts" not in self.sums:
            lengths = np.delete(np.linalg.norm(frame.cell, axis=1), self._axis)
            self._set_shape(np.maximum(1, np.round(lengths / COLUMN)).astype(np.int64))
        counts = []
        for row, mask in enumerate(self._regions.masks(frame)):
            inside = mask[self._centres]
            self.sums["ligands"][row] += np.bincount(np.minimum(around[inside], _MOST), minlength=_MOST + 1)
            self.sums["counts"][row] += self._map(fractional[self._centres[inside & whole]])
            self.sums["lithium"][row] += self._map(fractional[self._lithium[mask[self._lithium]]])
            counts.append((np.count_nonzero(inside & whole), np.count_nonzero(inside)))
        self.rows[frame.step] = (frame.time, np.array(counts), frame.cell)

    def _set_shape(self, shape: IntArray) -> None:
        self._shape = (int(shape[0]), int(shape[1]))
        for name in ("counts", "lithium"):
            self.sums[name] = np.zeros((len(self._regions.names), *self._shape))

    def _map(self, fractional: FloatArray) -> FloatArray:
        along = np.delete(fractional, self._axis, axis=1) % 1.0
        cells = np.minimum((along * self._shape).astype(np.int64), np.array(self._shape) - 1)
        flat = cells[:, 0] * self._shape[1] + cells[:, 1]
        return np.bincount(flat, minlength=self._shape[0] * self._shape[1]).reshape(self._shape).astype(np.float64)

    def merge(self, other: "PolyhedraCounter") -> None:
        """Take in another part.

        Raises
        ------
        InputError
            As for all parts, or if its first frame gave another number of columns.

        """
        shapes = [part.sums["counts"].shape for part in (self, other) if "counts" in part.sums]
        if len(set(shapes)) > 1:
            raise InputError(f"two parts of a map can be joined only if they have the same columns, got {shapes}")
        if "counts" in other.sums and "counts" not in self.sums:
            self._set_shape(np.array(other.sums["counts"].shape[1:]))
        super().merge(other)

    def result(self) -> dict[str, PolyhedraCensus]:
        """Return the census of each region by its name.

        Raises
        ------
        InputError
            If no frame was added, or a region held no centre in any.

        """
        self.need_frames()
        rows, n = self.in_order(), self.n_frames
        times = frozen_floats([row[0] for row in rows])
        counted = np.stack([row[1] for row in rows])
        lengths = np.linalg.norm(np.mean([row[2] for row in rows], axis=0), axis=1)
        edges = np.delete(lengths, self._axis) / self._shape
        column = (float(edges[0]), float(edges[1]), float(lengths[self._axis]))
        results = {}
        for row, group in enumerate(self._regions.names):
            ligands = self.sums["ligands"][row]
            if ligands.sum() < _FEWEST_ATOMS:
                raise InputError(
                    f"{group} held no {self._polyhedron.centre} in any of {n} frames; take a larger region"
                )
            results[group] = PolyhedraCensus(
                self._polyhedron, group, frozen_floats(ligands / ligands.sum()), times,
                frozen_ints(counted[:, row, 0]), frozen_ints(counted[:, row, 1]),
                frozen_floats(self.sums["counts"][row] / n), frozen_floats(self.sums["lithium"][row] / n),
                column, self._axis,
            )  # fmt: skip
        return results


def _sizes(census: PolyhedraCensus) -> str:
    return " × ".join(f"{length:.2f}" for length in census.column)


def count_polyhedra(
    trajectory: Trajectory,
    anchor: FrameworkAnchor,
    polyhedron: Polyhedron = ZRO6,
    axis: Literal[0, 1, 2] = 2,
    regions: Groups | None = None,
) -> dict[str, PolyhedraCensus]:
    """Count the whole polyhedra of a trajectory by region.

    Raises
    ------
    InputError
        If there is no centre, or no frame.

    Examples
    --------
    >>> octahedron = np.concatenate([np.zeros((1, 3)), 2.1 * np.eye(3), -2.1 * np.eye(3)])
    >>> still = [Frame(n, 0.1 * n, np.eye(3) * 9.0, octahedron) for n in range(4)]
    >>> trajectory = Trajectory(("Zr",) + ("O",) * 6, lambda: iter(still))
    >>> count_polyhedra(trajectory, FrameworkAnchor(np.array([0]), np.zeros((1, 3))))["all"].fraction.value
    1.0

    """
    return stream(trajectory, PolyhedraCounter(trajectory.symbols, anchor, polyhedron, axis, regions)).result()
