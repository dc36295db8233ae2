"""When a series is in equilibrium; counts in any regions; seeds combined: intervals that hold the truth."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.equilibration import find_equilibration
from gbglass.analysis.group_counts import GroupCounter, count_groups
from gbglass.analysis.region_counts import count_regions
from gbglass.analysis.segregation import combine_seeds, segregation
from gbglass.analysis.statistics import THIN, combine, estimate
from gbglass.core.groups import RegionGroups
from gbglass.core.partition import eleven_regions
from gbglass.core.region import Box, Intersection, Outside, Region, Shell, Slab, Union
from gbglass.core.results import Estimate
from gbglass.errors import InputError
from tests.analysis.synthetic import anchor_of, random_walk, shifted, trajectory_of
from tests.analysis.test_segregation import REGIONS, noisy
from tests.analysis.test_statistics import correlated, exact_time

BOX = (10.0, 20.0, 50.0)


@pytest.mark.parametrize("memory", [0.0, 0.5])
@pytest.mark.parametrize("relaxation", [20.0, 60.0])
def test_the_relaxation_is_left_out_and_little_more(memory: float, relaxation: float) -> None:
    """A start of eight spreads fades below one spread after two relaxation times."""
    times, spread = np.arange(2000.0), 1.0 / np.sqrt(1 - memory**2)
    start = 8 * spread * np.exp(-times / relaxation)
    many = correlated(np.random.default_rng(1), 20, 2000, memory)
    found = [find_equilibration(times, series + start) for series in many]
    assert all(one.reached for one in found)
    assert relaxation < np.median([one.time for one in found]) < 8 * relaxation


def test_what_is_in_equilibrium_from_the_start_loses_little() -> None:
    series = correlated(np.random.default_rng(2), 50, 1000, 0.5)
    starts = [find_equilibration(np.arange(1000.0), one).first for one in series]
    assert np.median(starts) < 350
    found = find_equilibration(np.arange(1000.0), series[0])
    assert "in equilibrium from" in found.statement
    assert found.first == found.time


def test_means_from_the_found_start_hold_the_truth_about_as_often_as_they_say() -> None:
    """The start is chosen by the same data: the best one alone would leave 82 % of the shortest of these."""
    held = []
    for lasting, memory, start in ((50, 0.5, 0.0), (50, 0.8, 0.0), (100, 0.5, 0.0), (50, 0.8, 6.0)):
        n = round(lasting * exact_time(memory))
        times = np.arange(float(n))
        for series in correlated(np.random.default_rng(3), 250, n, memory):
            relaxing = series / series.std() + start * np.exp(-times / (0.03 * n))
            low, high = estimate(relaxing[find_equilibration(times, relaxing).first :], "1").interval
            held.append(low < 0.0 < high)
    assert 0.93 - 0.015 <= np.mean(held) <= 0.97 + 0.015  # 1000 draws scatter by 0.8 %


@pytest.mark.parametrize("n", [100, 1000])
def test_a_series_on_its_way_is_not_in_equilibrium(n: int) -> None:
    times = np.arange(float(n))
    noise = np.random.default_rng(4).normal(0.0, 0.02, n)
    found = find_equilibration(times, times / n + noise)
    assert not found.reached
    assert found.n_independent < THIN
    assert "run longer" in found.statement


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(InputError, match="20 samples or more, got 10"):
        find_equilibration(np.arange(10.0), np.arange(10.0))


def regions() -> dict[str, Region]:
    shell = Shell(position=0.5, within_A=6.0)
    box = Box(low=(0.0, 0.0, 0.4), high=(0.5, 1.0, 0.6))
    return {"shell": shell, "box": box, "both": Intersection(of=(shell, box)), "any": Union(of=(shell, box)),
            "neither": Outside(of=Union(of=(shell, box))), "slab": Slab(low=-0.1, high=0.1)}  # fmt: skip


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_counts_in_any_regions_agree_with_a_slow_obvious_version(by: float) -> None:
    paths = random_walk(np.random.default_rng(5), 15, 80, 4.0)
    here = trajectory_of(paths, BOX)
    counts = count_groups(shifted(here, by), "Li", RegionGroups(anchor_of(here), regions()))
    for n, frame in enumerate(paths):
        x, z = frame[:, 0] % 10.0, frame[:, 2] % 50.0
        shell = np.abs(z - 25.0) < 6.0
        box = (x < 5.0) & (z >= 20.0) & (z < 30.0)
        slab = (z < 5.0) | (z >= 45.0)
        slow = [shell, box, shell & box, shell | box, ~(shell | box), slab]
        assert counts.counts[n].tolist() == [int(mask.sum()) for mask in slow]
    both, box_only, shell_only, any_of = (counts.of(name) for name in ("both", "box", "shell", "any"))
    assert np.array_equal(box_only + shell_only - both, any_of)
    assert (any_of + counts.of("neither") == counts.n_total).all()


def test_slabs_as_regions_count_as_the_partition_does() -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(6), 30, 60, 2.0), BOX)
    edges = eleven_regions().edges
    slabs: dict[str, Region] = {str(k + 1): Slab(low=edges[k], high=edges[k + 1]) for k in range(11)}
    counts = count_groups(trajectory, "Li", RegionGroups(anchor_of(trajectory), slabs))
    partition = count_regions(trajectory, "Li", eleven_regions(), anchor_of(trajectory))
    assert np.array_equal(counts.counts, partition.counts)
    assert counts.mean("3").unit == "atoms"
    with pytest.raises(InputError, match="no group 'x' was counted"):
        counts.of("x")
    with pytest.raises(InputError, match="no atom of Na"):
        GroupCounter(trajectory.symbols, "Na", RegionGroups(anchor_of(trajectory), slabs))


@pytest.mark.parametrize("n_seeds", [2, 3, 5])
@pytest.mark.parametrize("apart", [0.0, 1.0, 3.0])
def test_seeds_combined_hold_the_truth_95_per_cent_of_the_time(n_seeds: int, apart: float) -> None:
    rng, held = np.random.default_rng(7), []
    for _ in range(1500):
        values = rng.normal(0.0, apart, n_seeds) + rng.normal(0.0, 1.0, n_seeds)
        errors = np.sqrt(rng.chisquare(12, n_seeds) / 12)  # of 25 independent samples each
        runs = [Estimate(v, "1", 1.0, e, 100, 25.0, (0.0, 0.0)) for v, e in zip(values, errors, strict=True)]
        low, high = combine(runs).interval
        held.append(low < 0.0 < high)
    assert 0.92 <= np.mean(held) <= (1.0 if n_seeds == 2 else 0.98)


def test_seeds_of_a_made_excess_are_decided_together() -> None:
    counts = [noisy(np.random.default_rng(seed), 500, (30.0, -20.0)) for seed in range(3)]
    runs = [segregation(one, one, REGIONS, 0.01) for one in counts]
    first, second = combine_seeds(runs, [50.0] * 3, 0.01)
    assert_allclose(first.gibbs_excess.value, 15.0, atol=0.2)
    assert first.gibbs_excess.interval[0] < 15.0 < first.gibbs_excess.interval[1]
    assert (first.verdict, second.verdict) == ("accumulates", "depletes")
    assert first.reason.startswith("of 3 seeds")
    assert combine_seeds(runs, [50.0] * 3, 400.0)[0].verdict == "undecided"
    with pytest.raises(InputError, match="two runs or more"):
        combine_seeds(runs[:1], [50.0], 0.01)
    with pytest.raises(InputError, match="the same boundaries"):
        combine_seeds([runs[0], runs[1][:1]], [50.0] * 2, 0.01)
