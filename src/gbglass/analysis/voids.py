"""Voids and cracks of one frame: empty space that a ball fits into, such as at the tip of a protrusion.

A void is what balls of a radius can cover that hold no centre of an atom. A crystal's own cavities are none with 2.8 Å:
the widest of LLZO hold a lithium ion 1.9 Å from its oxygen. The mean opening of a crack is the volume of its void over
the area of the section. Space outside the stretch that is looked at, such as the vacuum of a cell, is no void.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.ndimage import label
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.cell import face_area
from gbglass.errors import InputError

RADIUS = 2.8
"""Of the ball that must fit [Å]."""

_POINTS_AT_ONCE = 200_000
_COARSEST = 0.5
"""Largest spacing of points, in radii: a coarser grid would miss balls that just fit."""


@dataclass(frozen=True)
class Voids:
    """Voids of one frame, the largest first.

    Parameters
    ----------
    radius
        Of the ball that fits [Å].
    spacing
        Largest distance between neighbouring points [Å].
    volumes
        Of each void [Å³, (n_voids,)].
    points
        Fractional coordinates of the grid points in voids [1, (n_points, 3)].
    owners
        Which void each of them is in, from 0 [int, (n_points,)].
    cell
        Rows are the cell vectors [Å, (3, 3)].
    point_volume
        That each point stands for [Å³].

    """

    radius: float
    spacing: float
    volumes: FloatArray
    points: FloatArray
    owners: IntArray
    cell: FloatArray
    point_volume: float

    @property
    def volume(self) -> float:
        """Of all voids [Å³]."""
        return float(self.volumes.sum())

    def depth(self, axis: int = 0) -> FloatArray:
        """Return how much of each line along a cell vector is void [Å, (n_points, n_points) of the other two]."""
        shape = _grid(self.cell, self.spacing)
        lines, n = np.delete(shape, axis), int(shape[axis])
        at = np.delete(np.floor(self.points * shape).astype(np.int64), axis, axis=1)
        counts = np.bincount(at[:, 0] * lines[1] + at[:, 1], minlength=int(lines.prod())).reshape(lines[0], lines[1])
        depth: FloatArray = counts.astype(np.float64) * (float(np.linalg.norm(self.cell[axis])) / n)
        return depth

    def opening(self, axis: int = 2) -> float:
        """Return the volume of the largest void over the area of a section: how far a crack is open [Å]."""
        if len(self.volumes) == 0:
            return 0.0
        area = face_area(self.cell, axis)
        return float(self.volumes[0]) / area

    def volume_near(self, place: FloatArray, within: float) -> float:
        """Return the volume of voids within a distance of a place, such as the tip of a protrusion [Å³].

        Parameters
        ----------
        place
            [Å, (3,)].
        within
            [Å]; less than half of each height of the cell.

        Raises
        ------
        InputError
            If the distance is too large for the cell.

        """
        heights = 1.0 / np.linalg.norm(np.linalg.inv(self.cell), axis=0)
        if not 0.0 < within <= 0.5 * heights.min():
            raise InputError(f"'within' must be above 0 and at most {0.5 * heights.min():.2f} Å, got {within:g}")
        away = self.points - np.linalg.solve(self.cell.T, place)
        images = np.array(list(product((-1.0, 0.0, 1.0), repeat=3))) @ self.cell
        nearest = (away - np.round(away)) @ self.cell
        squares = ((nearest[:, None, :] + images) ** 2).sum(axis=2).min(axis=1)
        return self.point_volume * int(np.count_nonzero(squares <= within**2))


@dataclass(frozen=True)
class Stretch:
    """Where voids are looked for: between two fractions of a cell vector.

    Parameters
    ----------
    low, high
        [1]; the whole cell if they are one apart.
    axis
        The cell vector: 0, 1 or 2.

    Raises
    ------
    InputError
        If `high` is not above `low` by one cell vector at most.

    """

    low: float = 0.0
    high: float = 1.0
    axis: int = 2

    def __post_init__(self) -> None:
        if not 0.0 < self.high - self.low <= 1.0:
            raise InputError(f"'high' must lie above 'low' by 1 at most, got {self.low:g} to {self.high:g}")


def find_voids(
    positions: FloatArray,
    cell: FloatArray,
    stretch: Stretch | None = None,
    radius: float = RADIUS,
    spacing: float = 0.7,
) -> Voids:
    """Find the voids between atoms.

    Parameters
    ----------
    positions
        Of all atoms, wrapped or not [Å, (n_atoms, 3)].
    cell
        Rows are the cell vectors [Å, (3, 3)].
    stretch
        Where to look; everywhere if absent.
    radius
        Of the ball that must fit [Å].
    spacing
        Largest distance between neighbouring points; half the radius at the most [Å].

    Raises
    ------
    InputError
        If the spacing or the radius cannot be used.

    Examples
    --------
    >>> wall = np.stack(np.meshgrid(*[np.arange(12.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    >>> cracked = find_voids(wall[wall[:, 2] < 6.0], np.eye(3) * 12.0)  # the atoms' planes are 7 Å apart
    >>> len(cracked.volumes), 6.0 < cracked.opening() < 7.0
    (1, True)

    """
    if not (radius > 0.0 and 0.0 < spacing <= _COARSEST * radius):
        raise InputError(f"'spacing' must be above 0 and at most half of 'radius', got {spacing:g} and {radius:g} Å")
    stretch = stretch or Stretch()
    shape = _grid(cell, spacing)
    fractional: FloatArray = np.linalg.solve(cell.T, positions.T).T.astype(np.float64, copy=False) % 1.0
    looked_at = _points_of(stretch, shape)
    half_diagonal = 0.5 * float(np.linalg.norm(np.abs(cell / shape[:, None]).sum(axis=0)))
    taken = _dilated(_occupied(fractional, shape), _ball(cell, shape, radius - half_diagonal))
    where = np.argwhere(looked_at & ~taken)
    alone = where[_far_from(fractional, (where + 0.5) / shape, cell, radius)]
    centres = np.zeros(tuple(shape), dtype=np.bool_)
    centres[tuple(alone.T)] = True
    covered = _dilated(centres, _ball(cell, shape, radius)) & looked_at
    owners, sizes = _label(covered)
    point_volume = abs(float(np.linalg.det(cell))) / float(shape.prod())
    return Voids(
        radius=radius,
        spacing=spacing,
        volumes=frozen_floats(sizes * point_volume),
        points=frozen_floats((np.argwhere(covered) + 0.5) / shape),
        owners=frozen_ints(owners),
        cell=frozen_floats(cell),
        point_volume=point_volume,
    )


def _grid(cell: FloatArray, spacing: float) -> IntArray:
    """Return how many points there are along each cell vector [int, (3,)]."""
    shape: IntArray = np.ceil(np.linalg.norm(cell, axis=1) / spacing).astype(np.int64)
    return shape


def _points_of(stretch: Stretch, shape: IntArray) -> BoolArray:
    """Mark the points in a stretch of the cell [bool, shape]."""
    along = (np.arange(shape[stretch.axis]) + 0.5) / shape[stretch.axis]
    inside = (along - stretch.low) % 1.0 < stretch.high - stretch.low
    broad = [1, 1, 1]
    broad[stretch.axis] = -1
    return np.broadcast_to(inside.reshape(broad), tuple(shape)).copy()


def _occupied(fractional: FloatArray, shape: IntArray) -> BoolArray:
    """Mark the points that have an atom in their part of the grid [bool, shape]."""
    occupied = np.zeros(tuple(shape), dtype=np.bool_)
    parts = np.floor(fractional * shape).astype(np.int64) % shape
    occupied[tuple(parts.T)] = True
    return occupied


def _far_from(fractional: FloatArray, places: FloatArray, cell: FloatArray, radius: float) -> BoolArray:
    """Say of each place whether no atom is nearer than a radius [bool, (n_places,)]."""
    margins = radius * np.linalg.norm(np.linalg.inv(cell), axis=0)
    images = fractional
    for axis, margin in enumerate(margins):
        copies = [images]
        for cells in range(1, int(np.ceil(margin)) + 1):
            for step in (cells, -cells):
                moved = images.copy()
                moved[:, axis] += step
                copies.append(moved[(moved[:, axis] > -margin) & (moved[:, axis] < 1.0 + margin)])
        images = np.concatenate(copies)
    tree = KDTree(images @ cell)
    far = np.empty(len(places), dtype=np.bool_)
    for first in range(0, len(places), _POINTS_AT_ONCE):
        some = places[first : first + _POINTS_AT_ONCE] @ cell
        far[first : first + len(some)] = np.isinf(tree.query(some, distance_upper_bound=radius)[0])
    return far


def _ball(cell: FloatArray, shape: IntArray, radius: float) -> IntArray:
    """Return the steps on the grid that are shorter than a radius; of the length 0 at the least [int, (n, 3)]."""
    reach = np.ceil(max(radius, 0.0) * np.linalg.norm(np.linalg.inv(cell), axis=0) * shape).astype(np.int64)
    steps = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    lengths = np.linalg.norm(steps / shape @ cell, axis=1)
    ball: IntArray = steps[(lengths < radius) | (lengths == 0.0)]
    return ball


def _dilated(mask: BoolArray, steps: IntArray) -> BoolArray:
    """Mark all points that any of some steps leads to from marked points, across the faces of the cell too."""
    dilated = np.zeros_like(mask)
    if not mask.any():
        return dilated
    reach = np.abs(steps).max(axis=0)
    padded = np.pad(mask, [(n, n) for n in reach], mode="wrap")
    for step in steps:
        part = tuple(slice(n - k, n - k + size) for n, k, size in zip(reach, step, mask.shape, strict=True))
        dilated |= padded[part]
    return dilated


def _label(covered: BoolArray) -> tuple[IntArray, IntArray]:
    """Return which void each covered point is in, the largest first, and how many points each has."""
    labels, n = label(covered)
    faces = [(labels.take(0, axis=axis).ravel(), labels.take(-1, axis=axis).ravel()) for axis in range(3)]
    one, other = (np.concatenate(side) for side in zip(*faces, strict=True))
    both = (one > 0) & (other > 0)
    links = coo_array((np.ones(np.count_nonzero(both)), (one[both], other[both])), shape=(n + 1, n + 1))
    merged = connected_components(links, directed=False)[1][labels[covered]]
    sizes = np.bincount(merged, minlength=1)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[merged].astype(np.int64), sizes[order][sizes[order] > 0].astype(np.int64)
