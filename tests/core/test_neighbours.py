"""Pairs found block by block are the pairs found at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.core.arrays import FloatArray
from gbglass.core.neighbours import Pairs, find_pairs, pair_blocks

CELLS = [np.diag([20.0, 20.0, 20.0]), np.array([[12.0, 0, 0], [3, 11, 0], [-2, 1, 14]]), np.diag([5.0, 40.0, 6.0])]


def listed(pairs: Pairs) -> FloatArray:
    """Sorted rows (lower index, higher index, distance)."""
    ends = np.sort(np.stack([pairs.first, pairs.second]), axis=0)
    rows = np.stack([*ends, np.round(pairs.distances, 9)], axis=1)
    return np.asarray(rows[np.lexsort(rows.T[::-1])], dtype=np.float64)


@given(st.integers(0, 2**31 - 1), st.sampled_from(range(len(CELLS))), st.integers(20, 4000))
@settings(max_examples=25, deadline=None)
def test_blocks_hold_every_pair_once(seed: int, which: int, at_once: int) -> None:
    positions = np.random.default_rng(seed).normal(0.0, 30.0, (200, 3))
    blocks = list(pair_blocks(positions, CELLS[which], 4.0, at_once))
    joined = Pairs(*(np.concatenate([getattr(b, name) for b in blocks]) for name in ("first", "second", "distances")))
    assert_allclose(listed(joined), listed(find_pairs(positions, CELLS[which], 4.0)), rtol=0, atol=2e-9)


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_a_lattice_on_the_borders_of_blocks_is_counted_once(by: float) -> None:
    grid = np.stack(np.meshgrid(*[np.arange(8.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3) + by
    blocks = pair_blocks(grid, np.eye(3) * 8.0, 1.1, at_once=50)
    assert sum(len(block.first) for block in blocks) == 3 * 512
