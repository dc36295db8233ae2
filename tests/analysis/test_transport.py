"""Streamed displacements, activation energies, conductivity: known walkers, known lines, slow second versions."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.arrhenius import fit_arrhenius
from gbglass.analysis.conductivity import ChargePaths, haven_of, haven_ratio, nernst_einstein
from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.multiple_tau import MultipleTau, streamed_displacement
from gbglass.analysis.streaming import stream
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.units import BOLTZMANN_EV_PER_K
from tests.analysis.synthetic import anchor_of, random_walk, shifted, trajectory_of

BOX = (10.0, 11.0, 12.0)


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_streamed_displacements_agree_with_a_slow_obvious_version(by: float) -> None:
    paths = random_walk(np.random.default_rng(1), 150, 13, 0.3)
    here = trajectory_of(paths, BOX)
    msd = streamed_displacement(shifted(here, by), "Li", anchor_of(here))
    for lag, axes, n in zip(np.round(msd.lags / 0.1).astype(int), msd.msd_axes, msd.n_origins, strict=True):
        stride = 1 if lag < 16 else 1 << int(math.log2(lag / 8))
        origins = range(0, 150 - lag, stride)
        slow = np.mean([(paths[t + lag] - paths[t]) ** 2 for t in origins], axis=(0, 1))
        assert_allclose(axes, slow, rtol=1e-8)
        assert n == len(origins)
    assert_allclose(msd.msd_axes.sum(axis=1), msd.msd, rtol=1e-12)


def test_streamed_lags_are_among_those_of_all_origins() -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(2), 300, 60, 0.3), BOX)
    streamed = streamed_displacement(trajectory, "Li", anchor_of(trajectory))
    whole = mean_square_displacement(trajectory, "Li", anchor_of(trajectory))
    at = np.round(streamed.lags / 0.1).astype(int)
    assert_allclose(streamed.msd[:15], whole.msd[at][:15], rtol=1e-9)  # the first level has every origin
    assert_allclose(streamed.msd[at < 100], whole.msd[at[at < 100]], rtol=0.1)
    assert_allclose(streamed.diffusivity.value, whole.diffusivity.value, rtol=0.15)
    assert 0.3 < streamed.diffusivity.standard_error / whole.diffusivity.standard_error < 3.0


def test_intervals_of_streamed_diffusivities_hold_the_truth() -> None:
    rng, true, held = np.random.default_rng(3), 0.3**2 / 0.2, []
    for _ in range(60):
        trajectory = trajectory_of(random_walk(rng, 80, 40, 0.3), BOX)
        low, high = streamed_displacement(trajectory, "Li", anchor_of(trajectory)).diffusivity.interval
        held.append(low < true < high)
    assert np.mean(held) >= 0.86  # 60 draws of 95 % scatter by 2.8 %


def test_more_atoms_than_asked_for_are_followed_at_even_distances() -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(4), 60, 50, 0.3), BOX)
    counter = MultipleTau(trajectory.symbols, "Li", anchor_of(trajectory), most_atoms=20)
    for frame in trajectory:
        counter.add(frame)
    assert counter.result().n_atoms == 17


def test_parts_of_a_streamed_trajectory_join_without_bias() -> None:
    """Stated rule: displacements from one part into the other are not counted."""
    paths = random_walk(np.random.default_rng(5), 400, 80, 0.3)
    trajectory = trajectory_of(paths, BOX)
    parts = [MultipleTau(trajectory.symbols, "Li", anchor_of(trajectory)) for _ in range(2)]
    for number, frame in enumerate(trajectory):
        parts[number // 200].add(frame)
    parts[0].merge(parts[1])
    joined = parts[0].result()
    slow = np.mean([np.sum((paths[t + 3] - paths[t]) ** 2, axis=1) for t in range(397) if t // 200 == (t + 3) // 200])
    assert_allclose(joined.msd[2], slow, rtol=1e-9)
    assert_allclose(joined.msd, 3 * 0.09 * joined.lags / 0.1, rtol=0.35)


def test_a_streamed_trajectory_must_be_even_and_of_one_cell() -> None:
    good = trajectory_of(random_walk(np.random.default_rng(6), 30, 4, 0.1), BOX)
    frames = list(good)
    late = [Frame(f.step, f.time + 0.05 * (n > 7), f.cell, f.positions) for n, f in enumerate(frames)]
    wide = [Frame(f.step, f.time, f.cell * (1 + 1e-3 * n), f.positions) for n, f in enumerate(frames)]
    for bad, message in ((late, "equally spaced"), (wide, "NVT"), (frames[:5], "20 frames")):
        with pytest.raises(InputError, match=message):
            streamed_displacement(Trajectory(good.symbols, lambda bad=bad: iter(bad)), "Li", anchor_of(good))  # type: ignore[misc]
    with pytest.raises(InputError, match="no atom of Na"):
        MultipleTau(good.symbols, "Na", anchor_of(good))


def known(temperature: float, energy: float, prefactor: float, error: float) -> Estimate:
    d = prefactor * math.exp(-energy / (BOLTZMANN_EV_PER_K * temperature))
    return Estimate(d, "Å²/ps", 0.0, error * d, 100, 20.0, (0.0, 1.0))


def test_the_interval_of_an_activation_energy_holds_the_truth_95_per_cent_of_the_time() -> None:
    rng, temperatures = np.random.default_rng(7), (800.0, 900.0, 1000.0, 1100.0, 1200.0)
    held, at_600 = [], []
    true_600 = known(600.0, 0.31, 3.0, 0.1).value
    for _ in range(2000):
        points = {}
        for t in temperatures:
            d = known(t, 0.31, 3.0, 0.0).value * math.exp(rng.normal(0.0, 0.08))
            points[t] = Estimate(d, "Å²/ps", 0.0, 0.08 * d, 100, 20.0, (0.0, 1.0))
        fit = fit_arrhenius(points)
        held.append(fit.activation_energy.interval[0] < 0.31 < fit.activation_energy.interval[1])
        low, high = fit.at(600.0).interval
        at_600.append(low < true_600 < high)
    # The wider of two intervals that each hold 95 % holds more.
    assert 0.95 <= np.mean(held) <= 0.985
    assert 0.95 <= np.mean(at_600) <= 0.985


def test_errors_that_were_too_small_grow_to_what_the_scatter_shows() -> None:
    rng, held = np.random.default_rng(8), []
    for _ in range(1000):
        points = {}
        for t in (700.0, 800.0, 900.0, 1000.0, 1100.0, 1200.0):
            d = known(t, 0.31, 3.0, 0.0).value * math.exp(rng.normal(0.0, 0.3))
            points[t] = Estimate(d, "Å²/ps", 0.0, 0.03 * d, 100, 20.0, (0.0, 1.0))
        fit = fit_arrhenius(points)
        held.append(fit.activation_energy.interval[0] < 0.31 < fit.activation_energy.interval[1])
        assert fit.excess_scatter > 1.0
    assert 0.93 <= np.mean(held) <= 0.97


def test_arrhenius_refuses_what_has_no_logarithm() -> None:
    good = {t: known(t, 0.3, 1.0, 0.1) for t in (900.0, 1000.0, 1100.0)}
    with pytest.raises(InputError, match="3 temperatures or more"):
        fit_arrhenius({900.0: good[900.0], 1000.0: good[1000.0]})
    with pytest.raises(InputError, match="at 700 K; run longer"):
        fit_arrhenius({**good, 700.0: Estimate(-1e-5, "Å²/ps", 0.0, 1e-3, 9, 3.0, (-1.0, 1.0))})


def test_the_conductivity_of_a_reference_curve() -> None:
    """Cubic LLZO: D = 8.6e-6 cm²/s at 1000 K and 0.0256 Li/Å³ are 0.40 S/cm (NEP model of the literature)."""
    sigma = nernst_einstein(Estimate(0.086, "Å²/ps", 0.01, 0.002, 99, 9.0, (0.08, 0.09)), 0.0256, 1.0, 1000.0)
    si = 0.0256e30 * (1.602176634e-19) ** 2 * 0.086e-8 / (1.380649e-23 * 1000.0) / 100.0
    assert_allclose(sigma.value, si, rtol=1e-6)
    assert sigma.unit == "S/cm"
    assert_allclose(sigma.interval[1] / sigma.value, 0.09 / 0.086, rtol=1e-12)
    with pytest.raises(InputError, match="must be positive"):
        nernst_einstein(sigma, 0.0, 1.0, 1000.0)


@pytest.mark.parametrize(("together", "ratio"), [(1, 1.0), (4, 0.25)])
def test_ions_that_go_by_themselves_have_a_haven_ratio_of_one_and_chains_of_four_a_quarter(
    together: int, ratio: float
) -> None:
    rng, held = np.random.default_rng(9), []
    for _ in range(30):
        paths = np.repeat(random_walk(rng, 400, 40 // together, 0.3), together, axis=1)
        trajectory = trajectory_of(paths, BOX)
        found = haven_ratio(trajectory, "Li", anchor_of(trajectory))
        held.append(found.ratio.interval[0] < ratio < found.ratio.interval[1])
        assert found.tracer.interval[0] > 0.0
    assert np.mean(held) >= 0.83  # 30 draws of 95 % scatter by 4 %
    assert_allclose(found.fitted_to, 1.1, atol=0.15)


def test_a_streamed_haven_ratio_knows_what_paths_in_memory_know() -> None:
    """All together are the same three numbers a frame; single ions are streamed, on other lags."""
    paths = np.repeat(random_walk(np.random.default_rng(11), 400, 10, 0.3), 4, axis=1)
    trajectory = trajectory_of(paths, BOX)
    anchor = anchor_of(trajectory)
    whole = haven_ratio(trajectory, "Li", anchor)
    together = stream(trajectory, ChargePaths(trajectory.symbols, "Li", anchor)).result()
    single = streamed_displacement(trajectory, "Li", anchor)
    found = haven_of(together, single.diffusivity)
    assert_allclose(found.charge.value, whole.charge.value, rtol=1e-9, atol=0)
    assert_allclose(found.msd_together, whole.msd_together, rtol=1e-9, atol=1e-9)
    assert found.ratio.interval[0] < whole.ratio.value < found.ratio.interval[1]
    # Chains of four carry four times the charge of single ions: 4 <r²> at every lag.
    assert_allclose(found.msd_together[1] / single.msd[0], 4.0, rtol=0.15, atol=0)
    for along in single.diffusivity_axes:
        assert along.interval[0] < 0.3**2 / (2 * 0.1) < along.interval[1]
    assert_allclose(np.mean([d.value for d in single.diffusivity_axes]), single.diffusivity.value, rtol=1e-9, atol=0)


def test_a_short_run_has_no_haven_ratio() -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(10), 100, 10, 0.3), BOX)
    with pytest.raises(InputError, match="320 frames"):
        haven_ratio(trajectory, "Li", anchor_of(trajectory))
