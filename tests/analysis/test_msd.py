"""Displacements: ballistic, free and caged motion, drift, digits far from the origin."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.msd import Displacements, mean_square_displacement
from gbglass.analysis.streaming import stream
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Slab
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from tests.analysis.synthetic import anchor_of, from_arrays, random_walk, shifted, trajectory_of

BOX = (10.0, 11.0, 12.0)


def test_ballistic_motion_is_v_squared_t_squared() -> None:
    times = 0.1 * np.arange(60)
    velocity = np.array([1.0, -2.0, 0.5])
    paths = times[:, None, None] * velocity + np.random.default_rng(1).uniform(0, 10, (1, 5, 3))
    trajectory = trajectory_of(paths, BOX)
    msd = mean_square_displacement(trajectory, "Li", anchor_of(trajectory))
    assert_allclose(msd.lags, times, atol=1e-12)
    assert_allclose(msd.msd, (velocity @ velocity) * times**2, rtol=1e-9, atol=1e-9)


def test_free_diffusion_has_the_diffusivity_it_was_made_with() -> None:
    step, spacing = 0.3, 0.1
    trajectory = trajectory_of(random_walk(np.random.default_rng(2), 400, 300, step), BOX, spacing)
    diffusivity = mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).diffusivity
    true = step**2 / (2 * spacing)
    assert diffusivity.interval[0] < true < diffusivity.interval[1]
    assert_allclose(diffusivity.value, true, rtol=0.1)


def test_intervals_of_the_diffusivity_hold_the_truth_about_as_often_as_they_say() -> None:
    rng, true, held = np.random.default_rng(3), 0.3**2 / 0.2, []
    for _ in range(100):
        trajectory = trajectory_of(random_walk(rng, 60, 60, 0.3), BOX)
        low, high = mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).diffusivity.interval
        held.append(low < true < high)
    assert 0.88 <= np.mean(held) <= 1.0  # 100 draws of 95 % scatter by 2.2 %


@pytest.mark.parametrize("together", [2, 4])
def test_intervals_of_atoms_that_move_together_hold_the_truth_as_often(together: int) -> None:
    """Lithium hops in chains; atoms taken as independent would hold the truth 84 % (2) and 70 % (4) of the time."""
    rng, true, held = np.random.default_rng(9), 0.3**2 / 0.2, []
    for _ in range(200):
        leaders = random_walk(rng, 80, 48 // together, 0.3)
        paths = np.repeat(leaders, together, axis=1)[:, rng.permutation(48)]
        trajectory = trajectory_of(paths, BOX)
        low, high = mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).diffusivity.interval
        held.append(low < true < high)
    assert np.mean(held) >= 0.90  # 200 draws of 95 % scatter by 1.5 %


def test_the_standard_error_is_the_scatter_of_repeated_measurements() -> None:
    rng, values, errors = np.random.default_rng(10), [], []
    for _ in range(150):
        leaders = random_walk(rng, 60, 15, 0.3)
        trajectory = trajectory_of(np.repeat(leaders, 3, axis=1), BOX)
        msd = mean_square_displacement(trajectory, "Li", anchor_of(trajectory))
        values.append(msd.msd[6])
        errors.append(msd.standard_error[6])
    # At this lag all origins together know 1.2 times better than the stretches without overlap do.
    assert 0.8 < np.std(values) / np.mean(errors) < 1.1


def test_lithium_that_goes_against_the_framework_counts_relative_to_it() -> None:
    times = 0.1 * np.arange(40)[:, None, None]
    lithium, framework = np.array([0.5, 0.0, -0.2]), np.array([-0.3, 0.1, 0.2])
    still = trajectory_of(np.tile(np.random.default_rng(11).uniform(0, 10, (1, 6, 3)), (40, 1, 1)), BOX)
    frames = np.stack([f.positions for f in still])
    frames[:, :6] += times * lithium
    frames[:, 6:] += times * framework
    moving = from_arrays(frames, np.diag(BOX))
    msd = mean_square_displacement(moving, "Li", anchor_of(moving))
    relative = lithium - framework
    assert_allclose(msd.msd, (relative @ relative) * times.ravel() ** 2, rtol=1e-9, atol=1e-12)


def test_all_origins_agree_with_a_slow_obvious_version() -> None:
    paths = random_walk(np.random.default_rng(4), 30, 7, 0.5)
    trajectory = trajectory_of(paths, BOX)
    slow = [np.mean([np.sum((paths[t + lag] - paths[t]) ** 2, axis=1) for t in range(30 - lag)]) for lag in range(30)]
    fast = mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).msd
    assert_allclose(fast, slow, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("by", [100.0, -1e4, 1e6])
def test_nothing_changes_far_from_the_origin(by: float) -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(5), 40, 20, 0.02), BOX)
    near = mean_square_displacement(trajectory, "Li", anchor_of(trajectory))
    far = mean_square_displacement(shifted(trajectory, by), "Li", anchor_of(shifted(trajectory, by)))
    assert_allclose(far.msd, near.msd, rtol=1e-6, atol=1e-12)


def test_the_drift_of_the_framework_is_not_diffusion_of_lithium() -> None:
    drift = 0.05 * np.arange(40)[:, None, None] * np.array([1.0, 2.0, -1.0])
    still = trajectory_of(np.tile(np.random.default_rng(6).uniform(0, 10, (1, 6, 3)), (40, 1, 1)), BOX)
    frames = np.stack([f.positions for f in still]) + drift
    moving = from_arrays(frames, np.diag(BOX))
    assert_allclose(mean_square_displacement(moving, "Li", anchor_of(moving)).msd, 0.0, atol=1e-18)


def test_a_breathing_cell_unequal_frames_and_few_frames_are_refused() -> None:
    good = trajectory_of(random_walk(np.random.default_rng(7), 30, 4, 0.1), BOX)
    anchor = anchor_of(good)

    def changed(how: object) -> Trajectory:
        assert callable(how)
        return Trajectory(good.symbols, lambda: (how(n, f) for n, f in enumerate(good)))

    with pytest.raises(InputError, match="NVT"):
        mean_square_displacement(
            changed(lambda n, f: Frame(f.step, f.time, f.cell * (1 + 1e-3 * n), f.positions)), "Li", anchor
        )
    with pytest.raises(InputError, match="equally spaced"):
        mean_square_displacement(
            changed(lambda n, f: Frame(f.step, f.time + (0.05 if n == 7 else 0.0), f.cell, f.positions)), "Li", anchor
        )
    with pytest.raises(InputError, match="20 frames"):
        mean_square_displacement(trajectory_of(random_walk(np.random.default_rng(8), 5, 4, 0.1), BOX), "Li", anchor)


def test_axes_have_their_own_diffusivities_and_sum_to_the_whole() -> None:
    steps = np.array([0.4, 0.2, 0.05])
    rng = np.random.default_rng(11)
    paths = np.cumsum(rng.normal(0.0, 1.0, (400, 200, 3)) * steps, axis=0)
    trajectory = trajectory_of(paths, BOX)
    msd = mean_square_displacement(trajectory, "Li", anchor_of(trajectory))
    for axis, estimate in enumerate(msd.diffusivity_axes):
        assert_allclose(estimate.value, steps[axis] ** 2 / 0.2, rtol=0.15)
        assert estimate.interval[0] < steps[axis] ** 2 / 0.2 < estimate.interval[1]
    assert_allclose(msd.msd_axes.sum(axis=1), msd.msd, rtol=1e-12)
    assert_allclose(np.mean([d.value for d in msd.diffusivity_axes]), msd.diffusivity.value, rtol=1e-9)


def halves(trajectory: Trajectory) -> RegionGroups:
    return RegionGroups(anchor_of(trajectory), {"low": Slab(low=0.0, high=0.5), "high": Slab(low=0.5, high=1.0)})


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_displacements_that_begin_in_a_region_agree_with_a_slow_obvious_version(by: float) -> None:
    paths = random_walk(np.random.default_rng(12), 25, 120, 0.8)
    here = trajectory_of(paths, BOX)
    trajectory = shifted(here, by)
    found = stream(trajectory, Displacements(trajectory.symbols, "Li", anchor_of(here), halves(here))).result()
    inside = (paths[:, :, 2] / BOX[2]) % 1.0 < 0.5
    for lag in range(1, 25):
        begun = [(t, i) for t in range(25 - lag) for i in range(120) if inside[t, i]]
        slow = np.mean([np.sum((paths[t + lag, i] - paths[t, i]) ** 2) for t, i in begun])
        assert_allclose(found["low"].msd[lag], slow, rtol=1e-9)


def test_lithium_that_is_faster_near_a_boundary_is_found_so() -> None:
    rng, n_atoms = np.random.default_rng(13), 200
    places = rng.uniform(0.0, BOX[2], n_atoms)
    step = np.where(places < BOX[2] / 2, 0.02, 0.01)  # so slow that none changes sides for long
    paths = np.cumsum(rng.normal(0.0, 1.0, (60, n_atoms, 3)) * step[None, :, None], axis=0)
    paths[:, :, 2] += places
    trajectory = trajectory_of(paths, BOX)
    found = stream(trajectory, Displacements(trajectory.symbols, "Li", anchor_of(trajectory), halves(trajectory)))
    low, high = found.result()["low"].diffusivity, found.result()["high"].diffusivity
    assert low.interval[0] < 0.02**2 / 0.2 < low.interval[1]
    assert high.interval[0] < 0.01**2 / 0.2 < high.interval[1]


def test_a_region_where_nothing_begins_is_refused() -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(14), 30, 12, 0.1), BOX)
    nowhere = RegionGroups(anchor_of(trajectory), {"slit": Slab(low=0.999, high=1.0)})
    with pytest.raises(InputError, match="too few displacements of Li begin in slit"):
        stream(trajectory, Displacements(trajectory.symbols, "Li", anchor_of(trajectory), nowhere)).result()
    with pytest.raises(InputError, match="no atom of Na"):
        Displacements(trajectory.symbols, "Na", anchor_of(trajectory))
