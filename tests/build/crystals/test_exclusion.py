"""Sites that exclude each other, against trying all choices."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.build.crystals.exclusion import SiteGraph, fill_graph, most_filled, nearest_counts
from gbglass.core.arrays import BoolArray


@st.composite
def graphs(draw: st.DrawFn) -> SiteGraph:
    n_sites = draw(st.integers(2, 9))
    kinds = draw(st.lists(st.integers(0, 1), min_size=n_sites, max_size=n_sites))
    pairs = draw(st.sets(st.sampled_from(list(combinations(range(n_sites), 2)))))
    first, second = (np.array([pair[end] for pair in sorted(pairs)], dtype=np.int64) for end in (0, 1))
    return SiteGraph(np.array(kinds, dtype=np.int64), first, second)


def all_choices(graph: SiteGraph) -> list[tuple[bool, ...]]:
    """Every choice of sites without a pair that exclude each other."""
    pairs = list(zip(graph.first.tolist(), graph.second.tolist(), strict=True))
    every = product([False, True], repeat=len(graph.kinds))
    return [full for full in every if not any(full[one] and full[other] for one, other in pairs)]


def numbers(graph: SiteGraph, full: BoolArray) -> tuple[int, int]:
    return int((full & (graph.kinds == 0)).sum()), int((full & (graph.kinds == 1)).sum())


@given(graphs(), st.integers(0, 2**31 - 1))
@settings(max_examples=40, deadline=None)
def test_a_choice_is_found_exactly_when_there_is_one(graph: SiteGraph, seed: int) -> None:
    choices = set(all_choices(graph))
    possible = {numbers(graph, np.array(full)) for full in choices}
    rng = np.random.default_rng(seed)
    wanted = int(rng.integers(0, 6)), int(rng.integers(0, 6))
    found = fill_graph(graph, list(wanted), rng)
    assert (found is not None) == (wanted in possible)
    if found is not None:
        assert tuple(found.tolist()) in choices
        assert numbers(graph, found) == wanted


@given(graphs(), st.tuples(st.integers(0, 5), st.integers(0, 5)))
@settings(max_examples=40, deadline=None)
def test_the_nearest_numbers_and_the_most_are_those_of_all_choices(graph: SiteGraph, wanted: tuple[int, int]) -> None:
    possible = {numbers(graph, np.array(full)) for full in all_choices(graph)}
    assert most_filled(graph) == max(map(sum, possible))
    alike = {counts for counts in possible if sum(counts) == sum(wanted)}
    found = nearest_counts(graph, list(wanted), [(0, 9), (0, 9)])
    if found is None:
        assert not alike
    else:
        assert tuple(found) in alike
        assert abs(found[0] - wanted[0]) == min(abs(counts[0] - wanted[0]) for counts in alike)


def test_classes_that_must_not_change_do_not() -> None:
    line = SiteGraph(np.array([0, 1, 0, 1]), np.array([0, 1, 2]), np.array([1, 2, 3]))
    assert nearest_counts(line, [1, 1], [(1, 1), (1, 1)]) == [1, 1]
    assert nearest_counts(line, [2, 0], [(1, 1), (0, 2)]) == [1, 1]
    assert nearest_counts(line, [2, 1], [(2, 2), (0, 2)]) is None


@pytest.mark.parametrize("n_sites", [30, 31])
def test_a_choice_that_chance_hardly_finds_is_found(n_sites: int) -> None:
    """Every other site of a ring: there are two such choices among 10⁸ (even), or one a site (odd)."""
    ring = np.arange(n_sites)
    graph = SiteGraph(np.zeros(n_sites, dtype=np.int64), ring, np.roll(ring, 1))
    found = fill_graph(graph, [n_sites // 2], np.random.default_rng(1))
    assert found is not None
    assert not (found & np.roll(found, 1)).any()
    assert fill_graph(graph, [n_sites // 2 + 1], np.random.default_rng(1)) is None
