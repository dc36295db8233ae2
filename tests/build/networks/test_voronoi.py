"""The periodic tessellation against a naive one, and orientations against what is known of uniform rotations."""

import numpy as np
import pytest
from scipy.stats import kstest

from gbglass.build.crystal import llzo_crystal
from gbglass.build.networks.orient import (
    check_orientations,
    disorientation,
    proper_rotations,
    random_orientations,
    tilt_orientations,
)
from gbglass.build.networks.voronoi import nearest_seed, tessellate
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.errors import InputError

IMAGES = np.stack(np.meshgrid(*3 * [[-1, 0, 1]], indexing="ij"), axis=-1).reshape(-1, 3)

BOXES = [
    ("cube", np.array([40.0, 40.0, 40.0]), 5),
    ("orthorhombic", np.array([30.0, 55.0, 90.0]), 6),
    ("column", np.array([13.0, 60.0, 70.0]), 4),
    ("one grain", np.array([20.0, 30.0, 90.0]), 1),
]


def naive_nearest(points: FloatArray, seeds: FloatArray, box: FloatArray) -> IntArray:
    """Measure every distance to every image."""
    images = seeds[None] + (IMAGES * box)[:, None]
    wrapped, images = points % box, images.reshape(-1, 3)
    distances = np.linalg.norm(wrapped[:, None] - images[None], axis=2)
    nearest: IntArray = (distances.argmin(axis=1) % len(seeds)).astype(np.int64)
    return nearest


def seeds_in(box: FloatArray, count: int) -> FloatArray:
    """Spread seeds on a spiral that has no symmetry."""
    steps = np.arange(count)[:, None] * np.array([0.618, 0.755, 0.570]) + 0.11
    return np.asarray(steps % 1.0 * box)


@pytest.mark.parametrize(("box", "count"), [case[1:] for case in BOXES], ids=[case[0] for case in BOXES])
class TestTessellation:
    def test_every_point_is_in_the_cell_of_its_nearest_seed_and_in_no_other(self, box: FloatArray, count: int) -> None:
        seeds = seeds_in(box, count)
        cells = tessellate(seeds, box)
        points = np.random.default_rng(1).random((4000, 3)) * box
        owner = naive_nearest(points, seeds, box)
        assert (nearest_seed(points, seeds, box) == owner).all()
        # A periodic point is in a cell if one of its images is.
        images = points[:, None] + IMAGES * box
        held = np.stack([cell.holds((images - s).reshape(-1, 3)) for cell, s in zip(cells, seeds % box, strict=True)])
        counts = held.reshape(count, len(points), len(IMAGES)).sum(axis=2)
        assert (counts.sum(axis=0) == 1).all()
        assert (counts.argmax(axis=0) == owner).all()

    def test_cells_fill_the_box_and_faces_are_seen_from_both_sides(self, box: FloatArray, count: int) -> None:
        cells = tessellate(seeds_in(box, count), box)
        heights = [0.5 * np.linalg.norm(cell.vectors, axis=1) for cell in cells]
        volume = sum(float(cell.areas @ height) / 3.0 for cell, height in zip(cells, heights, strict=True))
        assert volume == pytest.approx(box.prod())
        seen: dict[tuple[int, int], float] = {}
        for number, cell in enumerate(cells):
            for other, area in zip(cell.neighbours.tolist(), cell.areas.tolist(), strict=True):
                seen[number, other] = seen.get((number, other), 0.0) + area
        for (first, second), area in seen.items():
            assert area == pytest.approx(seen[second, first])

    def test_depth_is_the_way_to_the_nearest_plane_halfway_to_any_other_image(
        self, box: FloatArray, count: int
    ) -> None:
        seeds = seeds_in(box, count)
        images = (seeds[None] + (IMAGES * box)[:, None]).reshape(-1, 3)
        for seed, cell in zip(seeds, tessellate(seeds, box), strict=True):
            every = np.ones(len(cell.vectors), dtype=bool)
            points = np.random.default_rng(2).normal(scale=box / 4.0, size=(500, 3))
            points = points[cell.holds(points)]
            others = images - seed
            others = others[np.linalg.norm(others, axis=1) > 1e-9]
            planes = (
                0.5 * np.linalg.norm(others, axis=1) - points @ (others / np.linalg.norm(others, axis=1)[:, None]).T
            )
            np.testing.assert_allclose(cell.depths(points, every), planes.min(axis=1), atol=1e-9)
            assert np.isinf(cell.depths(points, ~every)).all()


def test_what_lies_on_a_face_has_one_owner() -> None:
    box = np.array([40.0, 40.0, 40.0])
    grid = np.stack(np.meshgrid(*3 * [[0.0, 20.0]], indexing="ij"), axis=-1).reshape(-1, 3)
    # All corners, edges and faces of the cubes around the seeds.
    points = np.stack(np.meshgrid(*3 * [np.arange(-10.0, 31.0, 5.0)], indexing="ij"), axis=-1).reshape(-1, 3)
    points = points[(points < 30.0).all(axis=1)]
    images = points[:, None] + IMAGES * box
    held = sum(
        cell.holds((images - seed).reshape(-1, 3)).reshape(len(points), -1).sum(axis=1)
        for cell, seed in zip(tessellate(grid, box), grid, strict=True)
    )
    assert (held == 1).all()


def test_seeds_too_near_are_refused_by_number() -> None:
    seeds = np.array([[1.0, 1.0, 1.0], [20.0, 20.0, 20.0], [38.0, 1.0, 1.0]])
    with pytest.raises(InputError, match=r"grains 1 and 3 have seeds 3\.0 Å apart \(at least 10 Å\)"):
        tessellate(seeds, np.array([40.0, 40.0, 40.0]))


def test_random_orientations_are_uniform() -> None:
    rotations = random_orientations(20000, np.random.default_rng(1))
    np.testing.assert_allclose(
        rotations @ rotations.transpose(0, 2, 1), np.broadcast_to(np.eye(3), (20000, 3, 3)), atol=1e-12
    )
    # Any entry of a uniform rotation is uniform between -1 and 1; its angle has the density (1 - cos) / π.
    for row, column in ((0, 0), (1, 2), (2, 1)):
        assert kstest(rotations[:, row, column], "uniform", args=(-1.0, 2.0)).pvalue > 1e-3
    angles = np.arccos(np.clip(0.5 * (np.trace(rotations, axis1=1, axis2=2) - 1.0), -1.0, 1.0))
    assert kstest(angles, lambda a: (a - np.sin(a)) / np.pi).pvalue > 1e-3


class TestDisorientation:
    symmetry = proper_rotations(llzo_crystal())

    @pytest.mark.parametrize(
        ("axis", "angle", "known"),
        [
            ((1, 0, 0), 53.13, 36.87),  # Σ5
            ((1, 0, 0), 90.0, 0.0),
            ((1, -1, 0), 109.47, 60.0),  # Σ3, the 60° twin
            ((1, -1, 0), 70.53, 60.0),
            ((1, 1, 1), 180.0, 60.0),
        ],
    )
    def test_of_known_boundaries(self, axis: tuple[int, int, int], angle: float, known: float) -> None:
        one, other = tilt_orientations(llzo_crystal(), axis, np.array([0.0, angle]))
        assert disorientation(one, other, self.symmetry) == pytest.approx(known, abs=0.01)

    def test_stays_the_same_in_every_equivalent_description_and_below_the_cubic_limit(self) -> None:
        one, other = random_orientations(2, np.random.default_rng(3))
        angle = disorientation(one, other, self.symmetry)
        for turn in self.symmetry:
            assert disorientation(one @ turn, other, self.symmetry) == pytest.approx(angle)
            assert disorientation(other, one @ turn, self.symmetry) == pytest.approx(angle)
        drawn = random_orientations(400, np.random.default_rng(4))
        angles = [disorientation(a, b, self.symmetry) for a, b in zip(drawn[::2], drawn[1::2], strict=True)]
        assert max(angles) < 62.8  # Mackenzie 1958
        assert np.mean(angles) == pytest.approx(40.74, abs=2.5)


@pytest.mark.parametrize("axis", [(1, 0, 0), (1, 1, 0), (2, 1, 0), (1, 1, 1), (1, 2, 3)])
def test_tilted_grains_share_the_axis_along_x(axis: tuple[int, int, int]) -> None:
    for rotation in tilt_orientations(llzo_crystal(), axis, np.array([0.0, 17.0, 200.0])):
        check_orientations(rotation[None])
        along = rotation @ np.array(axis)
        np.testing.assert_allclose(along / np.linalg.norm(along), [1.0, 0.0, 0.0], atol=1e-12)


def test_what_is_no_rotation_is_refused() -> None:
    with pytest.raises(InputError, match="orientation 2 must be a rotation"):
        check_orientations(np.stack([np.eye(3), -np.eye(3)]))
