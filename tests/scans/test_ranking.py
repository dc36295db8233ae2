"""Energies, ranks and merging as pure functions with known answers."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.errors import InputError
from gbglass.scans.ranking import (
    SAME_ENERGY,
    SAME_HEIGHT,
    SAME_SHIFT,
    BoundaryEnergy,
    BulkEnergy,
    Shape,
    are_one,
    are_tied,
    boundary_energy,
    bulk_energy,
    extremes,
    ranks,
)


def energy(value: float, error: float = 0.01, count: int = 4, of_bulk: float = 0.0) -> BoundaryEnergy:
    return BoundaryEnergy(value, error, of_bulk, count)


def test_the_energy_is_that_of_a_naive_second_calculation_in_other_units() -> None:
    """In J and m: the cell's excess over two areas of 10 Å × 20 Å; errors by hand."""
    cells, bulk = [-499.0, -498.0, -500.0], [-10.1, -9.9, -10.0, -10.0]
    joule, metre = 1.602176634e-19, 1e-10
    found = boundary_energy(cells, 50.0, 200.0, bulk_energy(bulk))
    excess = (sum(cells) / 3 - 50.0 * sum(bulk) / 4) * joule
    assert_allclose(found.value, excess / (2.0 * 200.0 * metre**2), rtol=1e-8)
    of_cells = math.sqrt(sum((e + 499.0) ** 2 for e in cells) / 2) / math.sqrt(3)
    of_bulk = 50.0 * math.sqrt(sum((e + 10.0) ** 2 for e in bulk) / 3) / math.sqrt(4)
    per_area = joule / (2.0 * 200.0 * metre**2)
    assert_allclose(found.error_of_decorations, of_cells * per_area, rtol=1e-8)
    assert_allclose(found.error_of_bulk, of_bulk * per_area, rtol=1e-8)
    assert_allclose(found.error, math.hypot(of_cells, of_bulk) * per_area, rtol=1e-8)


def test_the_stated_error_covers_the_truth_as_often_as_it_says() -> None:
    """Of synthetic scans with a known energy, about 68 % lie within one standard error."""
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(400):
        bulk = bulk_energy(rng.normal(-10.0, 0.02, 30).tolist())
        found = boundary_energy(rng.normal(-990.0, 0.5, 30).tolist(), 100.0, 200.0, bulk)
        truth = 10.0 / 400.0 * 16.021766208
        hits += abs(found.value - truth) < found.error
    assert 0.62 < hits / 400 < 0.74


def test_one_decoration_has_no_error_and_is_refused() -> None:
    with pytest.raises(InputError, match="2 or more"):
        bulk_energy([-10.0])
    with pytest.raises(InputError, match="2 or more"):
        boundary_energy([-1.0], 1.0, 1.0, BulkEnergy(0.0, 0.0, 10))


def test_clear_differences_are_ranked_and_those_within_the_error_share_a_rank() -> None:
    assert ranks([energy(1.3), energy(1.0), energy(1.01), energy(2.0)]) == [3, 1, 1, 4]
    assert ranks([energy(1.0, 0.5), energy(1.5, 0.5), energy(1.9, 0.5)]) == [1, 1, 1]
    assert ranks([]) == []


def test_a_candidate_tied_with_two_that_differ_shares_the_rank_of_the_lower() -> None:
    chain = [energy(1.000), energy(1.030), energy(1.060)]
    assert are_tied(chain[0], chain[1])
    assert are_tied(chain[1], chain[2])
    assert not are_tied(chain[0], chain[2])
    assert ranks(chain) == [1, 1, 2]


def test_the_error_of_the_common_bulk_hides_no_difference() -> None:
    assert not are_tied(energy(1.0, of_bulk=5.0), energy(1.1, of_bulk=5.0))
    assert are_tied(energy(1.0, 0.1), energy(1.1, 0.1))


def test_few_decorations_need_a_larger_difference() -> None:
    """Student's t: 4.30 errors with two degrees of freedom, 1.98 with a hundred and more."""
    apart = 3.0 * math.hypot(0.01, 0.01)
    assert are_tied(energy(1.0, count=2), energy(1.0 + apart, count=2))
    assert not are_tied(energy(1.0, count=60), energy(1.0 + apart, count=60))


@given(st.lists(st.tuples(st.floats(0.1, 3.0), st.floats(0.001, 0.5)), min_size=1, max_size=8), st.randoms())
def test_ranks_do_not_depend_on_the_order_and_the_lowest_is_first(values: list[tuple[float, float]], random) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    energies = [energy(value, error) for value, error in values]
    order = list(range(len(energies)))
    random.shuffle(order)
    found = ranks(energies)
    assert [ranks([energies[i] for i in order])[order.index(i)] for i in range(len(order))] == found
    assert found[int(np.argmin([e.value for e in energies]))] == 1
    assert all(1 <= rank <= len(energies) for rank in found)


SHAPE = Shape(offset=0.125, atoms=(("La", 72), ("Li", 168)), height=33.2)


def test_candidates_are_one_only_if_cut_atoms_height_shift_and_energy_agree() -> None:
    same = (energy(1.0), energy(1.0))
    assert are_one(SHAPE, SHAPE, 0.0, same)
    assert are_one(SHAPE, replace(SHAPE, height=33.2 + 0.9 * SAME_HEIGHT), 0.9 * SAME_SHIFT, same)
    assert not are_one(SHAPE, replace(SHAPE, height=33.2 + 1.1 * SAME_HEIGHT), 0.0, same)
    assert not are_one(SHAPE, SHAPE, 1.1 * SAME_SHIFT, same)
    assert not are_one(SHAPE, replace(SHAPE, offset=0.625), 0.0, same)
    assert not are_one(SHAPE, replace(SHAPE, atoms=(("La", 72), ("Li", 170))), 0.0, same)
    assert not are_one(SHAPE, SHAPE, 0.0, (energy(1.0), energy(2.0)))


def test_a_minute_difference_of_exact_energies_is_still_one_structure() -> None:
    exact = (energy(1.0, 1e-9), energy(1.0 + 0.9 * SAME_ENERGY, 1e-9))
    assert not are_tied(*exact)
    assert are_one(SHAPE, SHAPE, 0.0, exact)


def test_the_roomiest_and_the_tightest_are_named_only_if_they_differ() -> None:
    assert extremes([(5.0, 0.2), (7.0, 0.2), (4.0, 0.2), (6.0, 0.2)]) == (1, 2)
    assert extremes([(5.0, 2.0), (5.5, 2.0)]) is None
    assert extremes([(5.0, 0.1)]) is None
    assert extremes([]) is None
