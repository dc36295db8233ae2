"""Periodic Voronoi tessellation of an orthogonal box: the shapes of the grains of a network."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.spatial import Voronoi, cKDTree

from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from gbglass.errors import InputError

NEAREST_SEEDS = 10.0
"""Seeds closer than this make grains that are all boundary: the disturbed layer on either side reaches 4 Å [Å]."""

_NUDGE = np.array([1.0, 0.137, 0.0173]) * -1e-6
"""Points are moved this much before they are given to a cell: what lies on a face then has one owner, whatever the
rounding, and the cells still fill space without overlap [Å]."""

_OUTSIDE = -1
"""In a region of the diagram: a corner at infinity."""


@dataclass(frozen=True)
class VoronoiCell:
    """The points nearer to one seed than to any other, or to any periodic image.

    Parameters
    ----------
    vectors
        From the seed to the seed beyond each face [Å, (n_faces, 3)].
    neighbours
        Number of that seed; may be this one, through the periodic boundary [int, (n_faces,)].
    areas
        Of the faces [Å², (n_faces,)].
    corners
        From the seed [Å, (n_corners, 3)].

    """

    vectors: FloatArray
    neighbours: IntArray
    areas: FloatArray
    corners: FloatArray

    def holds(self, points: FloatArray) -> BoolArray:
        """Say which points belong to the cell; a point on a face belongs to exactly one of the cells beside it.

        Parameters
        ----------
        points
            From the seed [Å, (n, 3)].

        """
        reach = 0.5 * (self.vectors**2).sum(axis=1)
        inside: BoolArray = ((points + _NUDGE) @ self.vectors.T < reach).all(axis=1)
        return inside

    def depths(self, points: FloatArray, faces: BoolArray) -> FloatArray:
        """Return how far points are inside some of the faces, negative outside, infinite if there is no face [Å].

        Parameters
        ----------
        points
            From the seed [Å, (n, 3)].
        faces
            Which faces count [bool, (n_faces,)].

        """
        lengths = np.linalg.norm(self.vectors[faces], axis=1)
        inside = 0.5 * lengths - points @ (self.vectors[faces] / lengths[:, None]).T
        depths: FloatArray = inside.min(axis=1, initial=np.inf)
        return depths


def tessellate(seeds: FloatArray, box: FloatArray) -> tuple[VoronoiCell, ...]:
    """Divide a periodic orthogonal box among seeds.

    Parameters
    ----------
    seeds
        [Å, (n_seeds, 3)].
    box
        Edges [Å, (3,)].

    Raises
    ------
    InputError
        If two seeds are nearer than 10 Å.

    Examples
    --------
    >>> (cell,) = tessellate(np.zeros((1, 3)), np.array([20.0, 20.0, 30.0]))
    >>> sorted(round(float(area)) for area in cell.areas)
    [400, 400, 600, 600, 600, 600]

    """
    wrapped = wrap_into(seeds, box)
    # A cell never leaves the box around its seed, so that no face lies towards an image further away than these.
    shifts = np.array(sorted(product((-1, 0, 1), repeat=3), key=lambda shift: shift != (0, 0, 0)))
    points = (wrapped[None] + shifts[:, None] * box).reshape(-1, 3)
    _check_separation(wrapped, points)
    diagram = Voronoi(points)
    faces: list[list[tuple[int, float]]] = [[] for _ in seeds]
    for (first, second), corners in zip(diagram.ridge_points.tolist(), diagram.ridge_vertices, strict=True):
        if min(first, second) < len(seeds):
            area = _polygon_area(diagram.vertices[corners]) if _OUTSIDE not in corners else 0.0
            for one, other in ((first, second), (second, first)):
                if one < len(seeds):
                    faces[one].append((other, area))
    return tuple(_cell(diagram, number, sorted(of_seed)) for number, of_seed in enumerate(faces))


def nearest_seed(points: FloatArray, seeds: FloatArray, box: FloatArray) -> IntArray:
    """Return the number of the seed nearest to each point under periodic boundaries [int, (n,)]."""
    _, index = cKDTree(wrap_into(seeds, box), boxsize=box).query(wrap_into(points, box))
    return np.asarray(index, dtype=np.int64)


def _cell(diagram: Voronoi, number: int, faces: list[tuple[int, float]]) -> VoronoiCell:
    n_seeds = len(diagram.points) // 27
    seed = diagram.points[number]
    beyond = np.array([other for other, _ in faces], dtype=np.int64)
    corners = diagram.vertices[diagram.regions[diagram.point_region[number]]]
    return VoronoiCell(
        vectors=frozen_floats(diagram.points[beyond] - seed),
        neighbours=beyond % n_seeds,
        areas=frozen_floats([area for _, area in faces]),
        corners=frozen_floats(corners - seed),
    )


def _check_separation(seeds: FloatArray, images: FloatArray) -> None:
    distance, other = cKDTree(images).query(seeds, k=2)
    closest = int(np.argmin(distance[:, 1]))
    if distance[closest, 1] < NEAREST_SEEDS:
        raise InputError(
            f"grains {closest + 1} and {int(other[closest, 1]) % len(seeds) + 1} have seeds "
            f"{distance[closest, 1]:.1f} Å apart (at least {NEAREST_SEEDS:g} Å); take fewer grains, a larger box or "
            "other positions"
        )


def _polygon_area(corners: FloatArray) -> float:
    """Return the area of a flat polygon whose corners are listed around it [Å²]."""
    spokes = corners - corners[0]
    return 0.5 * float(np.linalg.norm(np.cross(spokes[:-1], spokes[1:]).sum(axis=0)))
