"""The search for sites that are apart: never too near, as many as wanted, as many as there can be."""

from itertools import combinations

import numpy as np
import pytest

from gbglass.build.boundaries.independent import SiteProblem, choose_apart
from gbglass.core.arrays import BoolArray, FloatArray

BOX = np.array([8.0, 8.0, 8.0])


def too_near(points: FloatArray, box: FloatArray, apart: float) -> BoolArray:
    between = points[:, None] - points[None]
    distances = np.linalg.norm(between - box * np.round(between / box), axis=2)
    near: BoolArray = (distances < apart) & ~np.eye(len(points), dtype=bool)
    return near


def largest_by_trying_all(near: BoolArray) -> int:
    n = len(near)
    for size in range(n, 0, -1):
        if any(not near[np.ix_(c, c)].any() for c in map(list, combinations(range(n), size))):
            return size
    return 0


@pytest.mark.parametrize("seed", range(12))
def test_finds_as_many_as_trying_all_subsets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.random((13, 3)) * BOX
    near = too_near(points, BOX, 3.5)
    nothing, everything = np.zeros(13, dtype=bool), np.ones(13, dtype=bool)
    chosen = choose_apart(SiteProblem(points, BOX, 3.5), nothing, everything, 13, rng)
    assert not near[np.ix_(chosen, chosen)].any()
    assert chosen.sum() == largest_by_trying_all(near)


def test_what_is_not_movable_stays_and_keeps_others_away() -> None:
    rng = np.random.default_rng(3)
    points = rng.random((60, 3)) * BOX
    start = choose_apart(SiteProblem(points, BOX, 2.5), np.zeros(60, dtype=bool), np.ones(60, dtype=bool), 5, rng)
    movable = points[:, 2] < 4.0
    chosen = choose_apart(SiteProblem(points, BOX, 2.5), start, movable, 9, rng)
    assert (chosen[~movable] == start[~movable]).all()
    assert start.sum() == 5
    assert chosen.sum() > 5
    near = too_near(points, BOX, 2.5)
    assert not near[np.ix_(chosen, chosen)].any()
