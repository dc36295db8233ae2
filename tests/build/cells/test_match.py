"""What fits on what: known answers, a naive second search, and the signs of strain."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.build.cells.match import BCC_100, BCC_110, SPINEL_100, Match, Surface, SurfaceLattice, find_matches
from gbglass.build.crystals.lattice_constants import LITHIUM_LATTICE, LZO_LATTICE, LatticeConstants, given_constants
from gbglass.errors import InputError

A = 12.9827
FULL = Surface(SPINEL_100, LZO_LATTICE, x=1.0)


def of(matches: tuple[Match, ...], repeats: tuple[int, int], angle: float) -> Match:
    return next(m for m in matches if m.repeats == repeats and m.angle == pytest.approx(angle, abs=0.01))


def test_turned_by_45_degrees_one_garnet_cell_carries_root_2_spinel_cells() -> None:
    best = find_matches((A, A), FULL, most_repeats=1)[0]
    assert best.angle == pytest.approx(45.0)
    assert best.lengths == pytest.approx((12.8976, 12.8976), abs=1e-4)
    assert best.misfit == pytest.approx((-0.00655, -0.00655), abs=1e-5)


def test_five_garnet_cells_carry_seven_spinel_cells() -> None:
    found = of(find_matches((A, A), FULL, most_repeats=5), (5, 5), 0.0)
    assert found.lengths == pytest.approx((7 * 9.12, 7 * 9.12))
    assert found.misfit == pytest.approx((-0.0165, -0.0165), abs=5e-5)


def test_three_spinel_cells_are_too_large_for_two_garnet_cells() -> None:
    cell = (2 * A, 2 * A)
    wide = find_matches(cell, FULL, limit=0.06, most_repeats=1)
    assert of(wide, (1, 1), 0.0).misfit == pytest.approx((0.054, 0.054), abs=5e-4)
    assert all(m.angle != pytest.approx(0.0, abs=0.1) for m in find_matches(cell, FULL, most_repeats=1))


def test_eleven_cells_of_lithium_lie_on_three_garnet_cells() -> None:
    surface = Surface(BCC_100, LITHIUM_LATTICE)
    found = of(find_matches((A, A), surface, most_repeats=3), (3, 3), 0.0)
    assert found.lengths == pytest.approx((11 * 3.51, 11 * 3.51))
    assert found.misfit == pytest.approx((-0.0087, -0.0087), abs=5e-5)


def test_a_smaller_surface_is_stretched_and_a_larger_one_pressed() -> None:
    found = find_matches((A, A), FULL, most_repeats=1)[0]
    assert found.strain(1.0) == pytest.approx((0.0066, 0.0066), abs=5e-5)
    assert found.strain(0.0) == pytest.approx((-0.0255, -0.0255), abs=5e-5)
    assert found.strain() == found.strain(1.0)
    for part, strain in zip(found.lengths, found.strain(), strict=True):
        assert part * (1.0 + strain) == pytest.approx(A)


def test_the_starting_content_decides_what_fits() -> None:
    with pytest.raises(InputError, match=r"no cell of spinel \(100\) with a = 9.420 Å fits .* within 2 %; the best: "
                                         r"1 x 1 cells .* turned by 45.0°, misfit \+2.61 %"):  # fmt: skip
        find_matches((A, A), Surface(SPINEL_100, LZO_LATTICE, x=0.0), most_repeats=1)
    middle = find_matches((A, A), Surface(SPINEL_100, LZO_LATTICE, x=0.5), most_repeats=1)[0]
    assert middle.misfit == pytest.approx((0.0098, 0.0098), abs=5e-5)


def test_the_least_misfit_is_first_and_of_equal_ones_the_smallest() -> None:
    found = find_matches((A, A), FULL)
    ranks = [(round(m.largest_misfit, 5), round(m.area, 3)) for m in found]
    assert ranks == sorted(ranks)
    assert max(m.largest_misfit for m in found) <= 0.02


@pytest.mark.parametrize("lattice", [SPINEL_100, BCC_100, BCC_110])
@settings(deadline=None)  # how busy the machine is says nothing of the lattice
@given(steps=st.tuples(st.integers(-9, 9), st.integers(-9, 9)).filter(any))
def test_the_perpendicular_vector_is_the_shortest_there_is(lattice: SurfaceLattice, steps: tuple[int, int]) -> None:
    u, v = lattice.vector(steps), lattice.vector(lattice.perpendicular(steps))
    assert u[0] * v[0] + u[1] * v[1] == pytest.approx(0.0, abs=1e-9)
    assert u[0] * v[1] - u[1] * v[0] > 0.0
    p, q = np.mgrid[-36:37, -36:37].reshape(2, -1)
    every = np.outer(p, lattice.first) + np.outer(q, lattice.second)
    lengths = np.linalg.norm(every, axis=1)
    assert math.hypot(*v) == pytest.approx(lengths[(abs(every @ np.array(u)) < 1e-9) & (lengths > 0.0)].min())


@pytest.mark.parametrize("lattice", [SPINEL_100, BCC_100, BCC_110])
def test_a_naive_search_over_all_pairs_of_vectors_finds_the_same_best(lattice: SurfaceLattice) -> None:
    cell, a, limit = (17.0, 23.0), 5.3, 0.1
    surface = Surface(lattice, LatticeConstants(a, a))
    steps = [(p, q) for p in range(-12, 13) for q in range(-12, 13) if p or q]
    vectors = [(a * x, a * y) for x, y in map(lattice.vector, steps)]
    best = math.inf
    for u in (v for v in vectors if abs(math.hypot(*v) / cell[0] - 1.0) < limit):
        for v in (w for w in vectors if abs(math.hypot(*w) / cell[1] - 1.0) < limit):
            if abs(u[0] * v[0] + u[1] * v[1]) < 1e-9:
                best = min(best, max(abs(math.hypot(*u) / cell[0] - 1.0), abs(math.hypot(*v) / cell[1] - 1.0)))
    found = find_matches(cell, surface, limit=limit, most_repeats=1)[0]
    assert found.largest_misfit == pytest.approx(best)


def test_lattice_constants_of_a_user_keep_the_known_ratio() -> None:
    assert given_constants(LZO_LATTICE, None, None) == LZO_LATTICE
    # 9.026 and 9.323 Å: what SevenNet-0 gives for LiZr2O4 and Zr2O4.
    assert given_constants(LZO_LATTICE, 9.026, None).empty == pytest.approx(9.323, abs=1e-3)
    assert given_constants(LZO_LATTICE, 9.0, 9.1) == LatticeConstants(9.0, 9.1)


@pytest.mark.parametrize(
    ("cell", "limit", "repeats", "says"),
    [
        ((0.0, 5.0), 0.02, 1, "'cell' must be two lengths"),
        ((math.nan, 5.0), 0.02, 1, "'cell' must be two lengths"),
        ((A, A), 0.0, 1, "'limit' must be a strain"),
        ((A, A), 0.5, 1, "'limit' must be a strain"),
        ((A, A), 0.02, 9, "'most_repeats' must be from 1 to 8"),
        ((A, A), 0.02, (1, 0), "'most_repeats' must be from 1 to 8"),
        ((3.0, 3.0), 0.02, 1, "fits 3.00 x 3.00 Å within 2 %; the best: nothing comes near"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    cell: tuple[float, float], limit: float, repeats: int | tuple[int, int], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        find_matches(cell, FULL, limit, repeats)


@pytest.mark.parametrize("x", [-0.1, 1.1, math.nan])
def test_contents_that_do_not_exist_are_refused(x: float) -> None:
    with pytest.raises(InputError, match="'x' of LixZr2O4 must be from 0 to 1"):
        Surface(SPINEL_100, LZO_LATTICE, x)


@pytest.mark.parametrize("value", [0.0, -9.0, math.inf])
def test_lattice_constants_that_do_not_exist_are_refused(value: float) -> None:
    with pytest.raises(InputError, match="'empty' must be a lattice constant"):
        LatticeConstants(9.12, value)
