"""Made densities: a plane, an even spread, a wave, a hole; each number is worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.analysis.charge import Patch, charge_layer, evenness, excess_density, plane_shares
from gbglass.core.arrays import FloatArray
from gbglass.core.charge_density import ChargeDensity
from gbglass.errors import InputError

CELL = np.diag([10.0, 20.0, 30.0])
SHAPE = (20, 40, 60)


def grid() -> tuple[FloatArray, FloatArray, FloatArray]:
    x, y, z = np.meshgrid(*(np.arange(n) / n for n in SHAPE), indexing="ij")
    return x, y, z


def plane_charge(at: float, width: float, electrons: float) -> ChargeDensity:
    """A Gaussian sheet at a height [Å] that holds so many electrons."""
    away = (grid()[2] * 30.0 - at + 15.0) % 30.0 - 15.0
    sheet = np.exp(-(away**2) / (2 * width**2)) / (width * math.sqrt(2 * math.pi))
    return ChargeDensity(sheet * electrons / 200.0, CELL)


def test_a_plane_charge_is_where_it_was_put_and_as_large() -> None:
    found = plane_shares(plane_charge(12.0, 1.0, 3.0))
    assert_allclose(found.electrons, 3.0, rtol=1e-9)
    assert_allclose(found.shares.sum(), 1.0, rtol=1e-12)
    assert_allclose(found.heights[np.argmax(found.shares)], 12.0)
    assert_allclose(found.shares[24], 0.5 / math.sqrt(2 * math.pi), rtol=1e-9)
    assert_allclose(
        found.within(12.0 - 1.25, 12.0 + 1.25), math.erf(1.25 / math.sqrt(2)), atol=0.006
    )  # sums of points 0.5 Å apart
    layer = charge_layer(plane_charge(12.0, 1.0, 3.0), 7.0, 17.5)
    assert_allclose(layer.share, 1.0, atol=1e-5)
    assert_allclose(layer.slab, 3.0 / 200.0 / 0.5, rtol=1e-5)  # electrons per area over the spacing of planes
    assert_allclose(layer.per_thickness, 1.0 / (20 * 40) / 10.5, rtol=1e-5)
    assert_allclose(layer.relative, 30.0 / 10.5, rtol=1e-5)
    assert_allclose(evenness(layer)[0].variation, 0.0, atol=1e-9)


@pytest.mark.parametrize(("low", "high", "planes"), [(0.0, 30.0, 60), (3.0, 3.6, 2), (3.0, 3.5, 1), (2.9, 3.1, 1)])
def test_an_even_density_has_one_value_whatever_the_layer(low: float, high: float, planes: int) -> None:
    layer = charge_layer(ChargeDensity(np.full(SHAPE, 0.2), CELL), low, high)
    assert layer.n_planes == planes
    assert_allclose(layer.per_thickness, 1.0 / (20 * 40 * 30.0), rtol=1e-9)
    assert_allclose(layer.relative, 1.0, rtol=1e-9)
    assert_allclose(layer.share, planes / 60, rtol=1e-9)


def test_formulas_are_those_of_the_note_term_by_term() -> None:
    """Loops over the indices as SI Note 4 writes them."""
    rng = np.random.default_rng(1)
    cell = np.diag([3.0, 4.0, 6.0])
    rho = rng.normal(0.3, 1.0, (3, 4, 6))
    density = ChargeDensity(rho, cell)
    in_plane = [sum(rho[x, y, z] for x in range(3) for y in range(4)) for z in range(6)]
    assert_allclose(plane_shares(density).shares, [p / sum(in_plane) for p in in_plane], rtol=1e-9)
    layer = charge_layer(density, 1.0, 4.0)
    for x in range(3):
        for y in range(4):
            slab = sum(rho[x, y, z] for z in (1, 2, 3))
            assert_allclose(layer.slab[x, y], slab, rtol=1e-9)
            assert_allclose(layer.per_thickness[x, y], slab / (sum(in_plane) * 6.0 * 3 / 6), rtol=1e-9)


def test_a_wave_along_one_edge_has_its_variation_and_a_rich_boundary_its_density() -> None:
    _, y, _ = grid()
    wave = ChargeDensity(1.0 + 0.5 * np.cos(2 * math.pi * (y + 0.5 / 40)), CELL)
    layer = charge_layer(wave, 10.0, 20.0)
    # Four columns of 5 Å along y: the wave's mean over a quarter is 0.5 · sin(π/4)/(π/4) · cos, up to the grid.
    expected = 0.5 * math.sin(math.pi / 4) / (math.pi / 4) / math.sqrt(2)
    assert_allclose(evenness(layer)[0].variation, expected, rtol=0.01)
    assert evenness(layer)[0].n_columns == 8
    rich = ChargeDensity(np.where((y >= 0.4) & (y < 0.6), 3.0, 1.0), CELL)
    patches = (Patch("boundary", 0.4, 0.6), Patch("grain", 0.6, 1.4))
    boundary, grain = evenness(charge_layer(rich, 10.0, 20.0), patches, column=2.0)
    assert_allclose(boundary.density / grain.density, 3.0, rtol=1e-9)
    assert_allclose(boundary.share, 0.6 / 1.4, rtol=1e-9)
    assert_allclose((boundary.variation, grain.variation), 0.0, atol=1e-9)


def test_what_was_there_before_is_taken_out_and_holes_keep_their_sign() -> None:
    extra = plane_charge(12.0, 1.0, 2.0)
    hole = plane_charge(20.0, 1.0, 0.5)
    before = ChargeDensity(np.random.default_rng(2).uniform(5.0, 9.0, SHAPE), CELL)
    after = ChargeDensity(before.values + extra.values - hole.values, CELL)
    found = plane_shares(excess_density(after, before))
    assert_allclose(found.electrons, 1.5, rtol=1e-6)
    assert found.shares[40] < 0.0
    assert_allclose(found.within(6.0, 16.0), 2.0 / 1.5, rtol=1e-3)


@given(st.integers(0, 2**31 - 1), st.integers(0, 2))
@settings(max_examples=20, deadline=None)
def test_a_shift_a_swap_of_axes_and_a_repeated_cell_change_what_they_should(seed: int, axis: int) -> None:
    rng = np.random.default_rng(seed)
    rho = rng.uniform(-0.2, 1.0, (4, 6, 8))
    cell = np.diag([4.0, 6.0, 8.0]) + np.tril(rng.uniform(-1, 1, (3, 3)), -1)
    density = ChargeDensity(rho, cell)
    here = plane_shares(density, axis)
    rolled = ChargeDensity(np.roll(rho, 3, axis=axis), cell)
    assert_allclose(plane_shares(rolled, axis).shares, np.roll(here.shares, 3), rtol=1e-9)
    order = rng.permutation(3)
    swapped = ChargeDensity(rho.transpose(order), cell[order])
    assert_allclose(plane_shares(swapped, order.tolist().index(axis)).shares, here.shares, rtol=1e-9)
    other = (axis + 1) % 3
    twice = cell.copy()
    twice[other] *= 2.0
    double = ChargeDensity(np.concatenate([rho, rho], axis=other), twice)
    assert_allclose(plane_shares(double, axis).shares, here.shares, rtol=1e-9)
    assert_allclose(double.electrons, 2 * density.electrons, rtol=1e-9)
    high = 0.6 * float(here.heights[-1])
    assert_allclose(
        charge_layer(double, 0.0, high, axis).share, charge_layer(density, 0.0, high, axis).share, rtol=1e-9
    )
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    assert_allclose(plane_shares(ChargeDensity(rho, cell @ turn), axis).heights, here.heights, rtol=1e-9)


def test_what_has_no_share_is_refused() -> None:
    even = ChargeDensity(np.full(SHAPE, 0.2), CELL)
    with pytest.raises(InputError, match="on one grid"):
        excess_density(even, ChargeDensity(np.ones((2, 2, 2)), CELL))
    with pytest.raises(InputError, match="the cells differ"):
        excess_density(even, ChargeDensity(even.values, CELL * 1.01))
    with pytest.raises(InputError, match="no electrons in total"):
        plane_shares(excess_density(even, even))
    with pytest.raises(InputError, match="no plane of the grid"):
        charge_layer(even, 3.1, 3.3)
    with pytest.raises(InputError, match="two columns"):
        evenness(charge_layer(even, 0.0, 9.0), (Patch("thin", 0.0, 0.1, edge=0),), column=20.0)
    with pytest.raises(InputError, match="by 1 at most"):
        Patch("none", 0.5, 0.5)
    with pytest.raises(InputError, match="finite numbers on a grid"):
        ChargeDensity(np.full((2, 2, 2), np.nan), CELL)
