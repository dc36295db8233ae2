"""Holes cut out of a dense lattice have the volume that was cut out; nothing else is a void."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.analysis.voids import Stretch, find_voids
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError

SIDE = 24.0
CELL = np.eye(3) * SIDE
CENTRE = np.full(3, 12.0)


def dense(spacing: float = 1.0) -> FloatArray:
    n = round(SIDE / spacing)
    return (
        np.stack(np.meshgrid(*[np.arange(n) * spacing] * 3, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.float64)
    )


def with_holes(*holes: tuple[FloatArray, float]) -> FloatArray:
    points = dense()
    for centre, radius in holes:
        away = (points - centre + 0.5 * SIDE) % SIDE - 0.5 * SIDE
        points = points[np.linalg.norm(away, axis=1) >= radius]
    return points


@pytest.mark.parametrize("by", [0.0, 100.0, -1234.5])
def test_two_holes_have_their_volumes_and_places_wherever_they_lie(by: float) -> None:
    voids = find_voids(with_holes((CENTRE, 6.0), (np.zeros(3), 4.0)) + by, CELL, spacing=0.5)
    assert_allclose(voids.volumes, [4 / 3 * math.pi * r**3 for r in (6.0, 4.0)], rtol=0.12)
    assert_allclose(voids.volume_near(CENTRE + by, 7.0), voids.volumes[0], rtol=1e-9)
    assert_allclose(voids.volume_near(np.array([SIDE, 0.0, -SIDE]) + by, 5.0), voids.volumes[1], rtol=1e-9)
    assert_allclose(voids.volume_near(CENTRE + by, 3.0), 4 / 3 * math.pi * 27.0, rtol=0.05)


def test_a_crack_has_its_opening_and_a_stretch_beside_it_none() -> None:
    points = dense()
    cracked = points[(points[:, 2] < 9.0) | (points[:, 2] > 15.0)]
    voids = find_voids(cracked, CELL, spacing=0.5)
    assert len(voids.volumes) == 1, "it goes on through the boundaries of the cell"
    assert_allclose(voids.opening(), 8.0 - 0.5, atol=0.6)  # from the plane at 8 to that at 16 Å
    assert find_voids(cracked, CELL, Stretch(low=0.7, high=1.3)).volume == 0.0
    assert find_voids(cracked, CELL, Stretch(low=0.7, high=1.3)).opening() == 0.0
    half = find_voids(cracked, CELL, Stretch(low=0.0, high=0.5), spacing=0.5)
    assert_allclose(half.volume, 0.5 * voids.volume, rtol=0.1)


def test_the_garnet_has_no_void_and_the_garnet_without_a_ball_has_one() -> None:
    garnet = cubic_llzo(12, np.random.default_rng(1)).repeat(2)
    assert find_voids(garnet.positions, garnet.cell.array).volume == 0.0
    middle = garnet.cell.array.sum(axis=0) / 2
    kept = garnet.positions[np.linalg.norm(garnet.positions - middle, axis=1) > 5.0]
    found = find_voids(kept, garnet.cell.array)
    assert len(found.volumes) == 1
    assert 4 / 3 * math.pi * 5.0**3 * 0.9 < found.volume < 4 / 3 * math.pi * 6.5**3


@given(st.integers(0, 2**31 - 1))
@settings(max_examples=3, deadline=None)
def test_a_slow_look_at_every_ball_finds_the_same_voids_in_a_skewed_cell(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell = np.diag([11.0, 12.0, 13.0]) + np.tril(rng.uniform(-2.0, 2.0, (3, 3)), -1)
    positions = rng.uniform(-1.0, 2.0, (30, 3)) @ cell
    voids = find_voids(positions, cell, radius=2.8, spacing=1.3)
    shape = np.ceil(np.linalg.norm(cell, axis=1) / 1.3).astype(int)
    points = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1).reshape(-1, 3)
    places = (points + 0.5) / shape
    shifts = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)

    def nearest(ones: FloatArray, others: FloatArray) -> FloatArray:
        away = ones[:, None, :] - others[None, :, :]
        away -= np.round(away)
        distances = [np.linalg.norm((away + shift) @ cell, axis=2).min(axis=1) for shift in shifts]
        return np.asarray(np.min(distances, axis=0), dtype=np.float64)

    centres = places[nearest(places, np.asarray(np.linalg.solve(cell.T, positions.T).T, dtype=np.float64)) >= 2.8]
    covered = nearest(places, centres) < 2.8 if len(centres) else np.zeros(len(places), dtype=bool)
    assert_allclose(voids.volume, covered.sum() * voids.point_volume, rtol=1e-9)
    assert np.bincount(voids.owners, minlength=len(voids.volumes)).tolist() == pytest.approx(
        (voids.volumes / voids.point_volume).tolist()
    )
    order = rng.permutation(30)
    assert find_voids(positions[order], cell, radius=2.8, spacing=1.3).volumes.tolist() == voids.volumes.tolist()


def test_grids_too_coarse_and_stretches_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="half of 'radius'"):
        find_voids(dense(), CELL, spacing=2.0)
    with pytest.raises(InputError, match="by 1 at most"):
        Stretch(low=0.5, high=0.5)
    with pytest.raises(InputError, match="'within'"):
        find_voids(dense(2.0), CELL).volume_near(CENTRE, 13.0)
