"""However a full cell is turned, wrapped, renumbered or repeated, its analyses say the same."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.analysis.discharge import Compartments, Discharge, measure_discharge
from gbglass.analysis.flux import count_crossings
from gbglass.analysis.metallic import MetallicLithium, MetalRule, find_metal
from gbglass.analysis.migration import MigrationRule, map_migration
from gbglass.analysis.voids import find_voids
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.core.region import Region, Slab
from tests.properties.test_analysis_properties import N_FRAMES, N_OF_EACH, Sample, renumbered, repeated, sample, turned

seeds = st.integers(0, 2**31 - 1)
few = settings(max_examples=6, deadline=None)
PLANES = np.array([0.1, 0.37, 0.8])
MIGRATION = MigrationRule(lag=0.4, average=0.2, spacing=4.0, fewest=1)
LOOSE = MetalRule(least_lithium=2, most_oxygen=9)
"""So that some of few ions are metal."""


def parts(of: Sample) -> CellParts:
    return tie_parts(of.atoms, ("Li", "LLZO", "LZO"), (5.0, 11.0))


def discharges(*samples: Sample) -> list[Discharge]:
    regions: dict[str, Region] = {"boundary": Slab(low=0.4, high=0.55)}
    return [measure_discharge(s.trajectory, Compartments(parts(s), regions=regions), s.anchor) for s in samples]


def metal_of(*samples: Sample) -> list[MetallicLithium]:
    return [find_metal(s.trajectory, parts(s), s.anchor, LOOSE) for s in samples]


@given(seeds, seeds)
@few
def test_turning_a_cell_changes_nothing_but_the_direction_of_what_flows(seed: int, turn: int) -> None:
    here, there = sample(seed), turned(sample(seed), turn)
    counted, metals = discharges(here, there), metal_of(here, there)
    assert_array_equal(counted[1].counts, counted[0].counts)
    assert_array_equal(counted[1].crossings, counted[0].crossings)
    assert_allclose(counted[1].areas, counted[0].areas, rtol=1e-9)
    assert_array_equal(metals[1].largest_cluster, metals[0].largest_cluster)
    assert_allclose(metals[1].depth, metals[0].depth, atol=1e-6)
    maps = [map_migration(each.trajectory, each.anchor, MIGRATION) for each in (here, there)]
    assert_allclose(maps[1].migration, maps[0].migration, rtol=1e-6, atol=1e-9)
    speeds = [np.linalg.norm(each.velocity, axis=2) for each in maps]
    assert_allclose(speeds[1], speeds[0], rtol=1e-6, atol=1e-9)
    voids = [find_voids(each.positions[0], each.cell, radius=2.2, spacing=1.0).volumes for each in (here, there)]
    assert_allclose(voids[1], voids[0], rtol=0.05, atol=1.0)  # a point on the edge of a ball may fall on either side


@given(seeds, seeds)
@few
def test_numbering_does_not_matter(seed: int, order: int) -> None:
    here, there = sample(seed), renumbered(sample(seed), order)
    counted, metals = discharges(here, there), metal_of(here, there)
    assert_array_equal(counted[1].counts, counted[0].counts)
    assert_array_equal(metals[1].metal, metals[0].metal)
    assert_array_equal(metals[1].isolated_clusters, metals[0].isolated_clusters)
    crossed = [count_crossings(each.trajectory, PLANES, each.anchor).crossed for each in (here, there)]
    assert_array_equal(crossed[1], crossed[0])
    maps = [map_migration(each.trajectory, each.anchor, MIGRATION) for each in (here, there)]
    assert_allclose(maps[1].velocity, maps[0].velocity, rtol=1e-9, atol=1e-12)


@given(seeds, seeds)
@few
def test_whole_cells_added_to_an_ion_change_no_count_of_what_is_where(seed: int, jumps: int) -> None:
    here = sample(seed)
    ions = np.random.default_rng(jumps).integers(-3, 4, size=(1, N_OF_EACH["Li"], 3)) @ here.cell
    positions = here.positions.copy()
    positions[:, : N_OF_EACH["Li"]] += ions
    there = Sample(here.symbols, here.cell, positions)
    counted, metals = discharges(here, there), metal_of(here, there)
    assert_array_equal(counted[1].counts, counted[0].counts)
    assert_array_equal(counted[1].crossings, counted[0].crossings)
    assert_array_equal(metals[1].metal, metals[0].metal)
    crossed = [count_crossings(each.trajectory, PLANES, here.anchor) for each in (here, there)]
    assert_array_equal(crossed[1].crossed, crossed[0].crossed)
    assert_allclose(crossed[1].carried, crossed[0].carried, atol=1e-9)


@given(seeds, st.integers(0, 1))
@few
def test_a_cell_repeated_in_the_plane_has_twice_of_everything_on_twice_the_area(seed: int, axis: int) -> None:
    one, two = sample(seed), repeated(sample(seed), axis)
    counted, metals = discharges(one, two), metal_of(one, two)
    assert_array_equal(counted[1].counts, 2 * counted[0].counts)
    assert_array_equal(counted[1].crossings, 2 * counted[0].crossings)
    assert_allclose(counted[1].areas, 2 * counted[0].areas, rtol=1e-9)
    assert_array_equal(metals[1].metal, 2 * metals[0].metal)
    assert_allclose(metals[1].depth, metals[0].depth, atol=1e-9)
    assert_array_equal(metals[1].shorted, metals[0].shorted)
    single, double = (find_voids(each.positions[0], each.cell, radius=2.2, spacing=0.9).volume for each in (one, two))
    assert_allclose(double, 2 * single, rtol=0.15, atol=10.0)  # the grids differ


@given(seeds)
@few
def test_time_reversed_what_flowed_flows_back(seed: int) -> None:
    forward = sample(seed)
    backward = Sample(forward.symbols, forward.cell, forward.positions[::-1])
    there = count_crossings(forward.trajectory, PLANES, forward.anchor)
    back = count_crossings(backward.trajectory, PLANES, forward.anchor)
    assert_array_equal(back.crossed[-1], -there.crossed[-1])
    assert_allclose(back.carried[-1], -there.carried[-1], atol=1e-9)
    even = Sample(forward.symbols, forward.cell, forward.positions[: N_FRAMES // 4 * 4])
    reversed_even = Sample(forward.symbols, forward.cell, even.positions[::-1])
    maps = [map_migration(each.trajectory, forward.anchor, MIGRATION) for each in (even, reversed_even)]
    assert_allclose(maps[1].velocity, -maps[0].velocity, rtol=1e-7, atol=1e-9)
    assert_allclose(maps[1].migration, maps[0].migration, rtol=1e-7, atol=1e-9)
