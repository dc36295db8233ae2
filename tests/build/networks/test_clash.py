"""Rounds against one at a time: the same choices, no clash left, nothing removed in vain."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gbglass.build.networks.clash import choose_independent, resolve_clashes
from gbglass.core.arrays import BoolArray, FloatArray, IntArray

SIZE = 14


@st.composite
def graphs(draw: st.DrawFn) -> tuple[IntArray, IntArray]:
    """Draw pairs of a few vertices, each once, and a rank."""
    every = [(a, b) for a in range(SIZE) for b in range(a)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=40))
    rank = draw(st.permutations(range(SIZE)))
    return np.array(chosen, dtype=np.int64).reshape(-1, 2), np.array(rank, dtype=np.int64)


def one_at_a_time(pairs: IntArray, weight: FloatArray, rank: IntArray) -> set[int]:
    """Remove the vertex with the most clashes for its weight, again and again."""
    left, removed = [tuple(pair) for pair in pairs.tolist()], set()
    while left:
        degree = {v: sum(v in pair for pair in left) for pair in left for v in pair}
        worst = min(degree, key=lambda v: (-degree[v] / weight[v], rank[v]))
        removed.add(worst)
        left = [pair for pair in left if worst not in pair]
    return removed


def neighbours(pairs: IntArray, vertex: int) -> set[int]:
    return {int(v) for pair in pairs.tolist() if vertex in pair for v in pair} - {vertex}


@given(graphs(), st.lists(st.sampled_from([1.0, 3.0, 8.0]), min_size=SIZE, max_size=SIZE))
def test_rounds_remove_what_one_at_a_time_removes_less_what_was_needless(
    graph: tuple[IntArray, IntArray], weights: list[float]
) -> None:
    pairs, rank = graph
    weight = np.array(weights)
    removed = set(np.flatnonzero(resolve_clashes(pairs, weight, rank)).tolist())
    assert removed <= one_at_a_time(pairs, weight, rank)
    assert all(set(pair) & removed for pair in pairs.tolist())
    for vertex in removed:
        assert not neighbours(pairs, vertex) <= removed, "it could have stayed"


@given(graphs(), st.lists(st.booleans(), min_size=SIZE, max_size=SIZE))
def test_independent_choice_is_that_of_one_at_a_time(graph: tuple[IntArray, IntArray], may: list[bool]) -> None:
    pairs, rank = graph
    candidates: BoolArray = np.array(may)
    chosen: set[int] = set()
    for vertex in np.argsort(rank).tolist():
        if candidates[vertex] and not neighbours(pairs, vertex) & chosen:
            chosen.add(vertex)
    assert set(np.flatnonzero(choose_independent(pairs, candidates, rank)).tolist()) == chosen
