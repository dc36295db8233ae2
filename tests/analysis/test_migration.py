"""Ballistic, Brownian and rattling walkers have the migration and the flux that they were made with."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.analysis.discharge import measure_discharge
from gbglass.analysis.flux import CrossingCounter, count_crossings, mean_flux
from gbglass.analysis.migration import MigrationCounter, MigrationMap, MigrationRule, map_migration
from gbglass.analysis.region_counts import count_regions
from gbglass.core.arrays import FloatArray
from gbglass.core.partition import SlabPartition
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from tests.analysis.cells import made_discharge
from tests.analysis.synthetic import anchor_of, from_arrays, random_walk, shifted, trajectory_of

BOX = (10.0, 11.0, 12.0)
AREA = 1.1
PLANES = np.array([0.0, 0.25, 0.6])
ONE_BIN = MigrationRule(spacing=50.0, fewest=1)


def flying(velocity: FloatArray, n_frames: int = 200, n_atoms: int = 40) -> Trajectory:
    start = np.random.default_rng(1).uniform(0.0, 10.0, (1, n_atoms, 3))
    return trajectory_of(start + 0.1 * np.arange(n_frames)[:, None, None] * velocity, BOX)


def walking(seed: int, n_frames: int = 200, n_atoms: int = 40, step: float = 0.2) -> Trajectory:
    return trajectory_of(random_walk(np.random.default_rng(seed), n_frames, n_atoms, step), BOX)


def mapped(trajectory: Trajectory, rule: MigrationRule = ONE_BIN) -> MigrationMap:
    return map_migration(trajectory, anchor_of(trajectory), rule)


@pytest.mark.parametrize("velocity", [(0.0, 0.0, 3.0), (1.0, -2.0, 0.5)])
def test_ballistic_walkers_have_their_velocity_and_their_flux(velocity: tuple[float, float, float]) -> None:
    v = np.array(velocity)
    trajectory = flying(v)
    found = mapped(trajectory)
    assert_allclose(found.speed, np.linalg.norm(v), rtol=1e-9)
    assert_allclose(found.migration, np.linalg.norm(v), rtol=1e-9)
    assert_allclose(found.velocity[0, 0], v, rtol=1e-9)
    assert_allclose(found.framework_speed, 0.0, atol=1e-9)
    flux = mean_flux(count_crossings(trajectory, PLANES, anchor_of(trajectory)))
    expected = 40 * v[2] / BOX[2] / AREA
    assert_allclose(flux.whole.value, expected, rtol=1e-6)
    assert_allclose(flux.current_density.value, expected * 1.602176634e10, rtol=1e-6)
    for plane in flux.through:
        assert_allclose(plane.value, expected, rtol=0.25)


def test_brownian_walkers_migrate_as_theory_says_and_carry_no_current() -> None:
    """Means over n frames, lag n·m frames apart: the variance of their difference is worked out by hand."""
    step, n, frames_apart = 0.2, 5, 10
    found = mapped(walking(2, n_frames=600, n_atoms=300, step=step))
    # Cov of sums of a walk: Var(mean_2 - mean_1) = step² (lag - (n² - 1) / 3n), in frames.
    variance = 3 * step**2 * (frames_apart - (n**2 - 1) / (3 * n))
    assert_allclose(found.migration, math.sqrt(variance), rtol=0.02)
    assert_allclose(found.speed, math.sqrt(variance) * math.sqrt(8 / (3 * math.pi)), rtol=0.02)
    assert_allclose(found.velocity, 0.0, atol=0.05)
    held = []
    for seed in range(40):
        trajectory = walking(seed, n_frames=200, n_atoms=30)
        flux = mean_flux(count_crossings(trajectory, PLANES, anchor_of(trajectory)))
        held.append([low < 0.0 < high for low, high in (e.interval for e in (flux.whole, *flux.through))])
    assert 0.90 <= np.mean(held) <= 1.0


def test_rattling_is_removed_and_what_flows_under_it_stays() -> None:
    """Everything shakes by 0.3 Å; lithium drifts by 0.4 Å/ps. The paper's own measure sees 1 Å/ps."""
    rng = np.random.default_rng(3)
    still = flying(np.array([0.0, 0.0, 0.4]), n_frames=400)
    shaken = from_arrays(np.stack([f.positions + rng.normal(0.0, 0.3, f.positions.shape) for f in still]), np.diag(BOX))
    as_paper = map_migration(shaken, anchor_of(still), MigrationRule(average=0.1, spacing=50.0, fewest=1))
    assert as_paper.speed[0, 0] > 0.7
    found = map_migration(shaken, anchor_of(still), ONE_BIN)
    assert found.speed[0, 0] < 0.6
    # The eight Zr that say where the framework is shake too: they are too still by 7/8, lithium too lively by 9/8.
    left = 3 * 2 * 0.3**2 / 5
    assert_allclose(found.framework_speed, math.sqrt(left * 7 / 8), rtol=0.05)
    assert_allclose(found.migration, math.sqrt(0.4**2 + left * (9 / 8 - 7 / 8)), rtol=0.03)
    assert_allclose(found.velocity[0, 0], [0.0, 0.0, 0.4], atol=0.02)


def test_bins_hold_what_lies_in_them_and_too_few_have_no_value() -> None:
    start = np.array([[[2.0, 2.0, 3.0], [2.0, 8.0, 9.0]]])
    paths = start + 0.1 * np.arange(60)[:, None, None] * np.array([[[0.0, 0.0, 0.0], [0.5, 0.0, 0.0]]])
    found = mapped(trajectory_of(paths, BOX), MigrationRule(spacing=6.0, fewest=5))
    assert found.counts.shape == (2, 2)
    assert_allclose(found.migration, [[0.0, np.nan], [np.nan, 0.5]], atol=1e-9)
    assert_allclose(found.velocity[1, 1], [0.5, 0.0, 0.0], atol=1e-9)
    assert_allclose(found.edges_1, [0.0, 5.5, 11.0])


def test_a_slow_obvious_version_finds_the_same() -> None:
    trajectory = walking(4, n_frames=47, n_atoms=6)
    found = mapped(trajectory, MigrationRule(lag=0.6, average=0.2, spacing=4.0, fewest=1))
    paths = np.stack([f.positions[:6] for f in trajectory])
    means = [paths[2 * k : 2 * k + 2].mean(axis=0) for k in range(23)]
    counts, lengths = np.zeros((3, 3)), np.zeros((3, 3))
    for k in range(20):
        for a, b in zip(means[k], means[k + 3], strict=True):
            y, z = (0.5 * (a + b))[1:] / np.array(BOX[1:]) % 1.0
            counts[int(3 * y), int(3 * z)] += 1
            lengths[int(3 * y), int(3 * z)] += math.dist(a, b)
    assert_array_equal(found.counts, counts)
    assert_allclose(found.speed, lengths / np.where(counts, counts, np.nan) / 0.6, rtol=1e-9)


def test_crossings_are_those_seen_one_by_one_and_balance_what_regions_hold() -> None:
    trajectory = walking(5, n_frames=60, n_atoms=20, step=1.0)
    crossings = count_crossings(trajectory, PLANES, anchor_of(trajectory))
    heights = np.stack([f.positions[:20, 2] for f in trajectory]) / BOX[2]
    slow = np.zeros((60, 3), dtype=int)
    for frame in range(1, 60):
        for before, after in zip(heights[frame - 1], heights[frame], strict=True):
            for p, plane in enumerate(PLANES):
                places = [plane + image for image in range(-30, 31)]
                slow[frame, p] += sum(before < q <= after for q in places) - sum(after < q <= before for q in places)
    assert_array_equal(crossings.crossed, slow.cumsum(axis=0))
    counts = count_regions(trajectory, "Li", SlabPartition((0.0, 0.25, 0.6, 1.0)), anchor_of(trajectory)).counts
    gained = crossings.crossed - np.roll(crossings.crossed, -1, axis=1)
    assert_array_equal(counts - counts[0], gained)
    many = count_crossings(trajectory, np.linspace(0.0, 1.0, 2000, endpoint=False), anchor_of(trajectory))
    assert_allclose(many.carried, many.crossed.mean(axis=1), atol=0.05)


def test_the_flux_through_a_face_is_the_discharge() -> None:
    cell, arrived = made_discharge(np.random.default_rng(6), rate=0.2)
    discharge = measure_discharge(cell.trajectory, cell.compartments, cell.anchor)
    crossings = count_crossings(cell.trajectory, np.array([45.0 / 80.0]), cell.anchor)
    assert_array_equal(crossings.crossed[:, 0], arrived)
    assert_array_equal(crossings.crossed[:, 0], discharge.crossings[:, 2])


@pytest.mark.parametrize("by", [100.0, -1234.5])
def test_a_shift_a_drift_and_a_new_numbering_change_nothing(by: float) -> None:
    trajectory = walking(7, n_frames=60)
    anchor, rule = anchor_of(trajectory), MigrationRule(spacing=4.0, fewest=1)
    here = map_migration(trajectory, anchor, rule)
    order = np.random.default_rng(8).permutation(40)
    frames = []
    for f in trajectory:
        moved = f.positions + by + 3.0 * f.time
        moved[:40] = moved[order]
        frames.append(Frame(f.step, f.time, f.cell, moved))
    there = Trajectory(trajectory.symbols, lambda: iter(frames))
    found = map_migration(there, anchor, rule)
    assert_allclose(found.counts, here.counts)
    assert_allclose(found.migration, here.migration, rtol=1e-7, atol=1e-9)
    assert_allclose(found.velocity, here.velocity, rtol=1e-7, atol=1e-9)
    planes = PLANES + 0.003
    assert_array_equal(
        count_crossings(there, planes, anchor).crossed, count_crossings(trajectory, planes, anchor).crossed
    )
    assert_allclose(
        count_crossings(shifted(trajectory, by), planes, anchor).carried,
        count_crossings(trajectory, planes, anchor).carried,
        atol=1e-9,
    )


@pytest.mark.parametrize("cuts", [(30,), (7, 33), (10, 20, 30, 40), (1, 59)])
def test_workers_with_any_share_of_the_frames_find_the_same_map(cuts: tuple[int, ...]) -> None:
    trajectory = walking(9, n_frames=60)
    rule = MigrationRule(lag=1.0, average=0.5, spacing=4.0, fewest=1)
    whole = mapped(trajectory, rule)
    frames = list(trajectory)
    workers = []
    for first, last in zip((0, *cuts), (*cuts, 60), strict=True):
        worker = MigrationCounter(trajectory, anchor_of(trajectory), frames[0].cell, rule)
        for frame in frames[first:last]:
            worker.add(frame)
        workers.append(worker)
    joined = workers.pop(0)
    for worker in workers:
        joined.merge(worker)
    assert_allclose(joined.result().counts, whole.counts)
    assert_allclose(joined.result().speed, whole.speed, rtol=1e-9)
    assert_allclose(joined.result().edges_2, whole.edges_2)


def test_what_cannot_be_followed_is_refused() -> None:
    trajectory = walking(10, n_frames=60)
    frames = list(trajectory)
    anchor = anchor_of(trajectory)
    wrapped = frames[1].positions.copy()
    wrapped[3, 2] += BOX[2]
    counter = MigrationCounter(trajectory, anchor, frames[0].cell, ONE_BIN)
    counter.add(frames[0])
    with pytest.raises(InputError, match="more than half a cell"):
        counter.add(Frame(frames[1].step, frames[1].time, frames[1].cell, wrapped))
    with pytest.raises(InputError, match="average over longer stretches"):
        counter.add(frames[30])
    with pytest.raises(InputError, match="too few for displacements"):
        counter.result()
    late = MigrationCounter(trajectory, anchor, frames[0].cell, ONE_BIN)
    late.add(frames[40])
    with pytest.raises(InputError, match="follow on each other"):
        counter.merge(late)
    with pytest.raises(InputError, match="whole number"):
        MigrationRule(lag=1.0, average=0.3)
    with pytest.raises(InputError, match="two different"):
        MigrationRule(axes=(1, 1))
    with pytest.raises(InputError, match="one or more fractions"):
        CrossingCounter(trajectory, np.zeros(0), anchor)
