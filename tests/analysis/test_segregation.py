"""Region counts and segregation: a made excess is found, an even crystal has none, thin data stay undecided."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.region_counts import RegionCounts, count_regions
from gbglass.analysis.segregation import (
    SMALLEST_EFFECT,
    BoundarySegregation,
    counts_settled,
    relaxation_time,
    segregation,
)
from gbglass.core.arrays import FloatArray, frozen_floats, frozen_ints
from gbglass.core.partition import SlabPartition, eleven_boundary_regions, eleven_regions
from gbglass.errors import InputError
from tests.analysis.synthetic import anchor_of, from_arrays, random_walk, shifted, trajectory_of

REGIONS = eleven_boundary_regions()
LENGTH, AREA = 50.0, 200.0
BOX = (10.0, 20.0, LENGTH)


def made_counts(per_region: FloatArray, spacing: float = 0.1) -> RegionCounts:
    """Counts as given [(n_frames, 11)] in a cell of 50 Å and 200 Å²."""
    n = len(per_region)
    times = spacing * np.arange(1, n + 1)
    counts = frozen_ints(np.round(per_region))
    total = int(counts[0].sum())
    return RegionCounts(
        "Li", REGIONS.partition, total, frozen_ints(100 * np.arange(1, n + 1)), frozen_floats(times), counts,
        frozen_floats(np.full(n, LENGTH)), frozen_floats(np.full(n, AREA)),
    )  # fmt: skip


def noisy(rng: np.random.Generator, n_frames: int, extra: tuple[float, float]) -> RegionCounts:
    """Density 8 atoms/Å everywhere, plus an excess at each boundary, with white noise of 3 atoms."""
    even = 8.0 * LENGTH * REGIONS.partition.widths
    even[5] += extra[1]
    even[[0, 10]] += extra[0] / 2
    noise = rng.normal(0.0, 3.0, size=(n_frames, 11))
    return made_counts(even + noise)


def judge(counts: RegionCounts, relaxation: float = 0.01) -> tuple[BoundarySegregation, ...]:
    return segregation(counts, counts, REGIONS, relaxation)


def test_a_made_excess_is_found_at_each_boundary_by_itself() -> None:
    first, second = judge(noisy(np.random.default_rng(1), 2000, (30.0, -20.0)))
    # 30 atoms on 2 nm² are 15 atoms/nm²; over the region's 5 Å they are 6 atoms/Å.
    assert first.gibbs_excess.interval[0] < 15.0 < first.gibbs_excess.interval[1]
    assert_allclose(first.gibbs_excess.value, 15.0, atol=0.3)
    assert_allclose(first.per_thickness.value, 6.0, atol=0.1)
    assert_allclose(second.gibbs_excess.value, -10.0, atol=0.3)
    assert (first.verdict, second.verdict) == ("accumulates", "depletes")
    assert first.needed_ns is None
    assert first.gibbs_excess.unit == "atoms/nm²"


def test_an_even_crystal_has_no_excess() -> None:
    for boundary in judge(noisy(np.random.default_rng(2), 4000, (0.0, 0.0))):
        assert abs(boundary.gibbs_excess.value) < 0.3


def test_exact_numbers_without_noise() -> None:
    even = np.tile(8.0 * LENGTH * REGIONS.partition.widths, (50, 1))
    even[25:, 5] += 10
    counts = made_counts(even)
    _, second = judge(counts)
    assert_allclose(second.gibbs_excess.value, 5.0 / 2.0, rtol=1e-12)  # half the frames, 10 atoms, 2 nm²
    assert_allclose(second.change.value, 2.5, rtol=1e-12)


def test_a_hold_that_is_short_against_the_relaxation_is_undecided_and_says_what_would_do() -> None:
    first, _ = judge(noisy(np.random.default_rng(3), 2000, (30.0, 0.0)), relaxation=400.0)
    assert first.verdict == "undecided"
    assert "400 ps" in first.reason
    assert first.needed_ns == pytest.approx(2.0)


def test_a_hold_of_the_needed_length_resolves_what_was_promised() -> None:
    """Noise goes down with the root of the length; single holds scatter, so the middle one of many is looked at."""
    reached = []
    for seed in range(40):
        short, _ = judge(noisy(np.random.default_rng(seed), 40, (0.6, 0.0)))
        if short.needed_ns is not None:
            n_needed = round(short.needed_ns * 1e3 / 0.1)
            low, high = judge(noisy(np.random.default_rng(100 + seed), n_needed, (0.6, 0.0)))[0].gibbs_excess.interval
            reached.append(0.5 * (high - low) / max(abs(short.gibbs_excess.value), SMALLEST_EFFECT))
    assert len(reached) > 20
    assert 0.85 < np.median(reached) < 1.2


def test_a_run_that_blew_up_is_not_counted() -> None:
    paths = random_walk(np.random.default_rng(10), 5, 10, 1.0)
    good = trajectory_of(paths, BOX)
    anchor = anchor_of(good)
    paths[3, 2, 1] = np.nan
    with pytest.raises(InputError, match="finite, but some are not at step 300"):
        count_regions(trajectory_of(paths, BOX), "Li", eleven_regions(), anchor)


def test_few_independent_samples_are_undecided() -> None:
    rng = np.random.default_rng(4)
    walk = np.cumsum(rng.normal(0.0, 0.2, size=300))
    even = np.tile(8.0 * LENGTH * REGIONS.partition.widths, (300, 1))
    even[:, 5] += 30.0 + walk
    _, second = judge(made_counts(even))
    assert second.verdict == "undecided"
    assert "independent samples" in second.reason


def test_an_excess_too_small_to_matter_promises_no_length() -> None:
    noise = np.random.default_rng(8).integers(-3, 4, size=(2000, 11)).astype(float)
    both_signs = np.concatenate([noise, -noise])  # the mean is exactly zero
    for boundary in judge(made_counts(8.0 * LENGTH * REGIONS.partition.widths + both_signs)):
        assert boundary.gibbs_excess.value == pytest.approx(0.0, abs=1e-9)
        assert boundary.verdict == "undecided"
        assert boundary.needed_ns is None
        assert "0.5 atoms/nm² or less" in boundary.reason


def test_no_diffusion_is_said_in_words() -> None:
    first, _ = judge(noisy(np.random.default_rng(9), 500, (30.0, 0.0)), relaxation=np.inf)
    assert first.verdict == "undecided"
    assert "no diffusion" in first.reason
    assert first.needed_ns is None


def test_relaxation_time_of_a_known_diffusivity() -> None:
    # A sine over a grain of 26 Å with D = 0.17 Å²/ps (1.7e-5 cm²/s).
    assert_allclose(relaxation_time(26.0, 0.17), (26.0 / np.pi) ** 2 / 0.17, rtol=1e-12)
    assert relaxation_time(26.0, -1.0) == np.inf


def test_counts_agree_with_a_slow_obvious_version_and_sum_to_all_atoms() -> None:
    paths = random_walk(np.random.default_rng(5), 25, 60, 4.0)
    trajectory = trajectory_of(paths, BOX)
    counts = count_regions(trajectory, "Li", eleven_regions(), anchor_of(trajectory))
    for n, frame in enumerate(paths):
        for region in range(11):
            low, high = eleven_regions().edges[region : region + 2]
            inside = sum(1 for z in frame[:, 2] if low <= (z / LENGTH) % 1.0 < high)
            assert counts.counts[n, region] == inside
    assert counts.max_abs_error == 0
    assert (counts.counts.sum(axis=1) == 60).all()
    assert_allclose(counts.areas, AREA)
    assert_allclose(counts.lengths, LENGTH)


@pytest.mark.parametrize("by", [100.0, -250.0])
def test_counts_follow_the_framework_wherever_it_drifts(by: float) -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(6), 20, 40, 1.0), BOX)
    anchor = anchor_of(trajectory)
    still = count_regions(trajectory, "Li", eleven_regions(), anchor)
    # The anchor stays where it was: the whole system moves under it.
    moved = count_regions(shifted(trajectory, by), "Li", eleven_regions(), anchor)
    assert np.array_equal(still.counts, moved.counts)


def test_counts_follow_a_breathing_cell() -> None:
    fractional = np.random.default_rng(7).random((48, 3))
    sizes = [np.diag(BOX) * (1 + 0.01 * n) for n in range(5)]
    first = from_arrays(np.stack([fractional @ sizes[0]] * 2), sizes[0])
    anchor = anchor_of(first)
    counts = [
        count_regions(from_arrays((fractional @ cell)[None], cell), "Li", eleven_regions(), anchor).counts[0]
        for cell in sizes
    ]
    assert all(np.array_equal(counts[0], other) for other in counts)


def test_frames_after_a_step() -> None:
    counts = made_counts(np.ones((10, 11)) * 5)
    assert counts.after(300).steps.tolist() == [400, 500, 600, 700, 800, 900, 1000]
    with pytest.raises(InputError, match="no frame comes after step 1000"):
        counts.after(1000)


@pytest.mark.parametrize("edges", [(0.0, 0.5), (0.1, 1.0), (0.0, 0.6, 0.5, 1.0), ()])
def test_a_partition_must_fill_the_cell(edges: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="must rise"):
        SlabPartition(edges)


def test_the_eleven_regions_centre_each_boundary() -> None:
    edges = np.array(eleven_regions().edges)
    assert_allclose(edges[5:7].mean(), 0.5)
    assert_allclose(edges[1] + (1 - edges[-2]), edges[6] - edges[5])
    assert_allclose(np.diff(edges)[1:-1], 0.1)


def test_segregation_is_over_where_it_was_made_to_end_at_the_boundary_that_gained() -> None:
    n = 2000
    still = noisy(np.random.default_rng(4), n, (0.0, 0.0))
    gained = 60.0 * (1.0 - np.exp(-np.arange(n) / 100.0))  # a time constant of 10 ps
    rising = still.counts.astype(np.float64)
    rising[:, 5] += gained
    first, second = counts_settled(made_counts(rising), REGIONS)
    assert first.reached
    assert second.reached
    assert first.time < 15.0
    assert 25.0 < second.time < 80.0
