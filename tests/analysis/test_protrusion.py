"""A made interface of lithium metal under LLZO's density of lithium, flat, rough, with a cone, with a ridge."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose
from scipy.ndimage import gaussian_filter

from gbglass.analysis.interface_height import HeightMaps, HeightRule, InterfaceHeights, interface_heights
from gbglass.analysis.protrusion import TwinSurface, find_protrusions, twin_surface
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor, anchor_framework
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from tests.analysis.synthetic import shifted

SIDES = (42.12, 42.12)
HEIGHT, TOP = 110.0, 75.0
FACE = 21.06
RULE = HeightRule(window=1.0)
METAL, GARNET = 0.0462, 0.0256
"""Lithium in lithium metal and in LLZO [Å⁻³]."""

Surface = Callable[[FloatArray, FloatArray], FloatArray]


def flat(x: FloatArray, _y: FloatArray) -> FloatArray:
    return np.zeros_like(x)


def cone(height: float, half_angle: float, at: tuple[float, float] = (21.0, 21.0)) -> Surface:
    def surface(x: FloatArray, y: FloatArray) -> FloatArray:
        dx, dy = ((a - b + 21.06) % 42.12 - 21.06 for a, b in ((x, at[0]), (y, at[1])))
        sides: FloatArray = height - np.hypot(dx, dy) / math.tan(math.radians(half_angle))
        return np.maximum(0.0, sides)

    return surface


def ridge(height: float, half_angle: float) -> Surface:
    def surface(_x: FloatArray, y: FloatArray) -> FloatArray:
        return np.maximum(0.0, height - np.abs(y - 21.0) / math.tan(math.radians(half_angle)))

    return surface


def in_gas(rng: np.random.Generator, surface: Surface) -> FloatArray:
    """Lithium at random with the density of metal below a surface and of LLZO above it, in the same numbers always."""
    box = np.array([*SIDES, TOP])
    x, y = np.meshgrid(*((np.arange(60) + 0.5) / 60 * side for side in SIDES), indexing="ij")
    share = float(np.clip(FACE + surface(x, y), 0.0, TOP).mean()) / TOP
    tried = rng.random((round(1.3 * METAL * box.prod()), 3)) * box
    below = tried[:, 2] < FACE + surface(tried[:, 0], tried[:, 1])
    n_below, n_above = (round(float(part * box.prod())) for part in (share * METAL, (1 - share) * GARNET))
    return np.concatenate([tried[below][:n_below], tried[~below][:n_above]])


def made(surface: Surface, seed: int = 1, n_frames: int = 60) -> tuple[Trajectory, CellParts, FrameworkAnchor]:
    """Frames of one window, lithium anew in each, everything adrift."""
    rng = np.random.default_rng(seed)
    cell = np.diag([*SIDES, HEIGHT])
    cations = np.array([[5.0, 5.0, z] for z in np.linspace(23.0, TOP, 20)])
    frames = []
    for k in range(n_frames):
        positions = np.concatenate([cations, in_gas(rng, surface)])
        frames.append(Frame(k, k / n_frames, cell, positions + rng.uniform(-3.0, 3.0, 3)))
    symbols = ("La",) * 20 + ("Li",) * (len(frames[0].positions) - 20)
    atoms = Atoms("La20", positions=cations, cell=cell, pbc=True)
    trajectory = Trajectory(symbols, lambda: iter(frames))
    return trajectory, tie_parts(atoms, ("Li", "LLZO"), (FACE,)), anchor_framework(atoms)


def smoothed(surface: Surface, n: int = 56) -> FloatArray:
    """The surface that the densities have once they are smoothed, with no atoms and another grid [Å, (n, n)]."""
    middles = (np.arange(n) + 0.5) * SIDES[0] / n
    z = np.arange(0.0, TOP, 0.25)
    x, y = np.meshgrid(middles, middles, indexing="ij")
    density = np.where(z < FACE + surface(x, y)[:, :, None], METAL, GARNET)
    wide = RULE.width / (SIDES[0] / n)
    blurred = gaussian_filter(density, (wide, wide, RULE.width / 0.25), mode=("wrap", "wrap", "nearest"), truncate=5.0)
    return np.asarray(z[np.argmax(blurred < RULE.level, axis=2)] - FACE, dtype=np.float64)


@cache
def map_of(surface: Surface, seed: int = 1, rule: HeightRule = RULE) -> HeightMaps:
    return interface_heights(*made(surface, seed), rule)


def exact(surface: Surface, n: int = 84) -> HeightMaps:
    middles = (np.arange(n) + 0.5) * SIDES[0] / n
    x, y = np.meshgrid(middles, middles, indexing="ij")
    return HeightMaps(RULE, frozen_floats([0.0]), frozen_floats(surface(x, y)[None]), frozen_floats(SIDES))


CALM = TwinSurface(threshold=0.5, highest=0.5, roughness=0.3, n_seeds=3, n_maps=30)


def test_a_flat_interface_is_flat_and_where_it_was_made() -> None:
    maps = map_of(flat)
    assert_allclose(maps.heights, 0.0, atol=1.8)
    assert abs(maps.mean_height[0]) < 0.1
    assert maps.roughness[0] < 0.5
    assert maps.heights.shape[1:] == (29, 29)


@pytest.mark.parametrize(("height", "angle"), [(14.0, 45.0), (9.0, 55.0), (18.0, 35.0)])
def test_a_cone_of_exact_heights_has_its_height_width_angle_and_volume(height: float, angle: float) -> None:
    found = find_protrusions(exact(cone(height, angle)), CALM)
    assert_allclose(found.heights, height - 0.5, atol=0.6)
    assert_allclose(found.half_angles, angle, atol=1.0)
    radius = (height - 0.5) * math.tan(math.radians(angle))
    assert_allclose(found.base_widths, 2 * radius, rtol=0.03)
    assert_allclose(found.volumes, math.pi / 3 * radius**2 * (height - 0.5), rtol=0.03)
    assert_allclose(found.tips, [[21.0, 21.0]], atol=0.6)
    assert found.beyond_twin.all()
    assert found.growth is None, "one map has no rate"


@pytest.mark.parametrize(("height", "angle"), [(14.0, 45.0), (16.0, 40.0)])
def test_a_cone_of_atoms_has_its_height_and_angle_but_for_the_rounding_of_its_tip(height: float, angle: float) -> None:
    """The Gaussian of 2.4 Å takes 4 Å of a sharp tip, and what it leaves is what was expected of it."""
    maps = map_of(cone(height, angle))
    found = find_protrusions(maps, CALM)
    assert_allclose(found.tip_heights[0], smoothed(cone(height, angle)).max(), atol=1.0)
    assert height - 5.5 < found.tip_heights[0] < height - 2.0
    assert_allclose(found.half_angles, angle, atol=5.0)
    assert_allclose(found.tips, [[21.0, 21.0]], atol=2.0)


def test_a_ridge_is_measured_as_a_ridge_and_a_cone_on_the_edge_of_the_cell_as_one() -> None:
    along = find_protrusions(exact(ridge(12.0, 40.0)), CALM)
    assert_allclose(along.half_angles, 40.0, atol=1.0)
    assert_allclose(along.base_widths, 2 * 11.5 * math.tan(math.radians(40.0)), rtol=0.04)
    middle, corner = (find_protrusions(exact(cone(12.0, 50.0, at)), CALM) for at in ((21.06, 21.06), (0.0, 0.0)))
    assert_allclose(corner.base_widths, middle.base_widths, rtol=1e-9)
    assert_allclose(corner.half_angles, middle.half_angles, rtol=1e-9)


@pytest.mark.parametrize("by", [100.0, -1234.5])
def test_a_shift_and_a_new_numbering_change_no_height_and_wrapped_lithium_neither(by: float) -> None:
    trajectory, parts, anchor = made(cone(12.0, 45.0), n_frames=5)
    here = interface_heights(trajectory, parts, anchor, RULE)
    there = interface_heights(shifted(trajectory, by), parts, anchor, RULE)
    # One ion in ten thousand stands so near to the edge of a cell of the grid that it goes over.
    assert np.mean(np.abs(there.heights - here.heights) > 1e-6) < 0.2
    assert_allclose(there.heights, here.heights, atol=0.2)
    order = np.random.default_rng(2).permutation(len(trajectory.symbols) - 20) + 20
    frames = []
    for frame in trajectory:
        moved = frame.positions.copy()
        moved[20:] = moved[order] + np.array([SIDES[0], -2 * SIDES[1], HEIGHT])
        frames.append(Frame(frame.step, frame.time, frame.cell, moved))
    wrapped = interface_heights(Trajectory(trajectory.symbols, lambda: iter(frames)), parts, anchor, RULE)
    assert_allclose(wrapped.heights, here.heights, atol=0.2)


def test_a_slow_sum_of_gaussians_has_the_same_surface() -> None:
    """No grid: the density at points above some columns, atom by atom."""
    trajectory, parts, anchor = made(cone(14.0, 45.0), n_frames=1)
    fine = HeightRule(window=1.0, spacing=0.4)
    maps = interface_heights(trajectory, parts, anchor, fine)
    frame = next(iter(trajectory))
    lithium = frame.positions[20:] - (frame.positions[0] - np.array([5.0, 5.0, 23.0]))
    n = maps.heights.shape[1]
    heights = np.arange(-8.0, 30.0, 0.05)
    for column in ((n // 2, n // 2), (0, 0), (n // 2, n // 2 + 5), (7, 61)):
        place = (np.array(column) + 0.5) * SIDES[0] / n
        away = lithium[:, :2] - place
        away -= np.round(away / SIDES[0]) * SIDES[0]
        across = np.exp(-(away**2).sum(axis=1) / (2 * fine.width**2))
        up = np.exp(-((lithium[:, 2, None] - FACE - heights) ** 2) / (2 * fine.width**2))
        density = across @ up / (2 * math.pi * fine.width**2) ** 1.5
        assert_allclose(maps.heights[0][column], heights[np.argmax(density < fine.level)], atol=0.3)


def test_the_twins_percentile_is_the_percentile_and_needs_three_seeds() -> None:
    twins = [map_of(flat, seed) for seed in (1, 2, 3)]
    twin = twin_surface(twins)
    pooled = np.concatenate([(each.heights[0] - np.median(each.heights[0])).ravel() for each in twins])
    assert twin.threshold == pytest.approx(sorted(pooled)[round(0.99 * len(pooled))], abs=0.02)
    assert twin.highest == pytest.approx(pooled.max() - twin.threshold)
    assert (twin.n_seeds, twin.n_maps) == (3, 3)
    calm, cone_found = (find_protrusions(map_of(s, 4), twin) for s in (flat, cone(10.0, 50.0)))
    assert cone_found.beyond_twin.all()
    assert cone_found.excess_roughness[0] > 1.0 > calm.excess_roughness[0]
    assert calm.heights[0] < 1.0 < cone_found.heights[0]
    with pytest.raises(InputError, match="3 seeds"):
        twin_surface(twins[:2])
    with pytest.raises(InputError, match="by one rule"):
        twin_surface([*twins[:2], map_of(flat, 3, HeightRule(window=0.5))])


def test_a_growing_cone_grows_at_its_rate() -> None:
    n = 84
    middles = (np.arange(n) + 0.5) * SIDES[0] / n
    x, y = np.meshgrid(middles, middles, indexing="ij")
    times = 10.0 * np.arange(64)
    rng = np.random.default_rng(3)
    heights = np.stack([cone(2.0 + 0.02 * t + rng.normal(0.0, 0.3), 45.0)(x, y) for t in times])
    growth = find_protrusions(
        HeightMaps(RULE, frozen_floats(times), frozen_floats(heights), frozen_floats(SIDES)), CALM
    ).growth
    assert growth is not None
    assert growth.interval[0] < 0.02 < growth.interval[1]
    assert_allclose(growth.value, 0.02, rtol=0.2)


def test_windows_that_workers_share_are_added_up_and_a_rest_is_left_out() -> None:
    trajectory, parts, anchor = made(cone(12.0, 45.0), n_frames=10)
    frames = list(trajectory)
    more = [*frames, *(Frame(f.step + 500, f.time + 1.0, f.cell, f.positions) for f in frames[:3])]
    one, other = (InterfaceHeights(trajectory, parts, anchor, RULE) for _ in range(2))
    for number, frame in enumerate(more):
        (one if number % 2 else other).add(frame)
    one.merge(other)
    merged = one.result()
    assert len(merged.times) == 1, "three frames of ten are no window"
    assert_allclose(merged.heights, interface_heights(trajectory, parts, anchor, RULE).heights, atol=1e-9)


def test_columns_without_metal_and_columns_of_metal_stand_at_the_ends() -> None:
    rule = HeightRule(window=1.0, below=8.0, above=20.0)

    def through(x: FloatArray, _y: FloatArray) -> FloatArray:
        return np.where(x < 21.0, 50.0, -FACE)

    heights = map_of(through, rule=rule).heights[0]
    assert_allclose(heights[5:8], 20.0)
    assert_allclose(heights[20:23], -8.0)


def test_what_has_no_height_is_refused() -> None:
    trajectory, parts, anchor = made(flat, n_frames=1)
    frame = next(iter(trajectory))
    skewed = frame.cell.copy()
    skewed[2, 0] = 3.0
    gather = InterfaceHeights(trajectory, parts, anchor, RULE)
    with pytest.raises(InputError, match="right angles"):
        gather.add(Frame(0, 0.0, skewed, frame.positions))
    with pytest.raises(InputError, match="look less far"):
        InterfaceHeights(trajectory, parts, anchor, HeightRule(above=90.0)).add(frame)
    with pytest.raises(InputError, match="'width' must be positive"):
        HeightRule(width=0.0)
