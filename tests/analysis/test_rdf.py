"""Radial distributions: ideal gas, lattices, a slow second version, wherever the cell lies."""

import numpy as np
import pytest
from ase.build import bulk
from numpy.testing import assert_allclose

from gbglass.analysis.rdf import RadialDistribution, RadialDistributions, radial_distributions
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Slab
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError


def still(symbols: list[str], positions: np.ndarray, cell: np.ndarray) -> Trajectory:
    return Trajectory(tuple(symbols), lambda: iter([Frame(0, 0.0, cell, positions)]))


def test_an_ideal_gas_has_g_of_one_for_like_and_unlike_pairs() -> None:
    rng = np.random.default_rng(1)
    cell = np.diag([20.0, 21.0, 22.0])
    frames = [Frame(n, float(n), cell, rng.random((600, 3)) @ cell) for n in range(20)]
    trajectory = Trajectory(("Li",) * 200 + ("O",) * 400, lambda: iter(frames))
    for name, rdf in radial_distributions(trajectory, [("Li", "O"), ("Li", "Li"), ("O", "O")]).items():
        far = rdf.r > 2.0
        pairs_in_bin = np.diff(np.concatenate([[0.0], rdf.coordination]))[far]
        assert_allclose(np.mean(rdf.g[far]), 1.0, atol=0.02, err_msg=name)
        assert pairs_in_bin.min() > 0


@pytest.mark.parametrize(
    ("structure", "shells"),
    [("sc", [(1.0, 6), (2**0.5, 12), (3**0.5, 8)]), ("fcc", [(0.5**0.5, 12), (1.0, 6), (1.5**0.5, 24)]),
     ("bcc", [(0.75**0.5, 8), (1.0, 6), (2**0.5, 12)])],
)  # fmt: skip
def test_lattices_have_their_shells(structure: str, shells: list[tuple[float, int]]) -> None:
    a = 3.03
    atoms = bulk("Li", structure, a=a, cubic=True)
    rdf = radial_distributions(still(["Li"] * len(atoms), atoms.positions + 0.1, atoms.cell.array), [("Li", "Li")])
    coordination = rdf["Li-Li"].coordination
    inside = 0
    for distance, count in shells:
        inside += count
        beyond = np.searchsorted(rdf["Li-Li"].r, distance * a + 0.06)
        assert_allclose(coordination[beyond], inside, rtol=1e-12)


def _slow(positions: np.ndarray, length: float, is_a: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Every a against every b by nearest image; reach below half the box."""
    counts = np.zeros(len(edges) - 1)
    for i in np.flatnonzero(is_a):
        for j in np.flatnonzero(~is_a):
            away = positions[i] - positions[j]
            away -= length * np.round(away / length)
            counts += np.histogram(np.linalg.norm(away), edges)[0]
    shells = 4 / 3 * np.pi * np.diff(edges**3)
    g: np.ndarray = counts * length**3 / (is_a.sum() * (~is_a).sum() * shells)
    return g


@pytest.mark.parametrize("offset", [0.0, 100.0, -37.7])
def test_it_agrees_with_a_slow_obvious_version_wherever_the_system_lies(offset: float) -> None:
    rng = np.random.default_rng(2)
    positions, length = rng.random((40, 3)) * 17.0, 17.0
    is_a = np.arange(40) < 15
    trajectory = still(["Li"] * 15 + ["O"] * 25, positions + offset, np.eye(3) * length)
    rdf = radial_distributions(trajectory, [("Li", "O")])["Li-O"]
    assert_allclose(rdf.g, _slow(positions, length, is_a, np.linspace(0, 8.0, 161)), atol=1e-9)


def test_onset_peak_and_every_nth_frame() -> None:
    r = np.arange(0.025, 2.0, 0.05)
    g = np.where(r < 1.5, 0.0, 1.0)
    g[31] = 5.0
    rdf = RadialDistribution(("Li", "O"), r, g, np.zeros_like(r), 1)
    assert_allclose([rdf.onset, rdf.first_peak], [1.5, r[31]], atol=1e-9)
    frames = [Frame(n, float(n), np.eye(3) * 9, np.array([[0, 0, 0], [0, 0, 2 + 0.1 * n]])) for n in range(10)]
    some = radial_distributions(Trajectory(("Li", "O"), lambda: iter(frames)), [("Li", "O")], every=3)
    assert some["Li-O"].n_frames == 4


def bumps(*shells: tuple[float, float, float]) -> RadialDistribution:
    """Gaussians of a place [Å], a height and a width [Å] on a rising floor, with noise of 2 %."""
    r = np.arange(0.025, 8.0, 0.05)
    g = sum(height * np.exp(-(((r - place) / width) ** 2) / 2) for place, height, width in shells)
    noise = np.random.default_rng(3).normal(0.0, 0.02, len(r)) * (r > 2.0)
    return RadialDistribution(("Li", "Li"), r, np.abs(g + noise), np.zeros_like(r), 1)


def test_the_first_peak_is_the_first_and_not_the_highest() -> None:
    lithium = bumps((2.6, 1.2, 0.2), (4.05, 2.5, 0.3), (6.5, 1.5, 0.5))  # as garnet's: the main shell is the second
    assert_allclose(lithium.first_peak, 2.6, atol=0.1)
    assert 3.0 < lithium.first_valley < 3.4


def test_the_valley_of_a_lattice_lies_between_its_shells() -> None:
    atoms = bulk("Li", "fcc", a=4.4, cubic=True)
    shaken = atoms * (3, 3, 3)
    shaken.rattle(0.1, seed=4)
    rdf = radial_distributions(still(["Li"] * len(shaken), shaken.positions, shaken.cell.array), [("Li", "Li")])[
        "Li-Li"
    ]
    assert_allclose(rdf.first_peak, 4.4 / 2**0.5, atol=0.1)
    assert 4.4 / 2**0.5 < rdf.first_valley < 4.4
    assert_allclose(rdf.coordination[np.searchsorted(rdf.r, rdf.first_valley)], 12.0, atol=0.2)


def test_what_a_distribution_does_not_have_is_infinite() -> None:
    r = np.arange(0.025, 8.0, 0.05)
    nothing = RadialDistribution(("Li", "O"), r, np.zeros_like(r), np.zeros_like(r), 1)
    assert (nothing.onset, nothing.first_peak, nothing.first_valley) == (np.inf,) * 3
    one_shell = RadialDistribution(("Li", "O"), r, np.exp(-((r - 2.0) ** 2) / 0.02), np.zeros_like(r), 1)
    assert_allclose(one_shell.first_peak, 2.0, atol=0.05)
    assert one_shell.first_valley == np.inf


def test_frames_cannot_be_skipped_by_less_than_one() -> None:
    with pytest.raises(InputError, match="'every' must be 1 or more, got 0"):
        radial_distributions(still(["Li"], np.zeros((1, 3)), np.eye(3) * 9), [("Li", "Li")], every=0)


def test_a_species_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no atom of Zr"):
        radial_distributions(still(["Li"], np.zeros((1, 3)), np.eye(3)), [("Li", "Zr")])


def mixed(seed: int, n_frames: int = 4) -> tuple[tuple[str, ...], list[Frame]]:
    """A gas of Li, O and eight Zr in a skewed cell that changes its size."""
    rng = np.random.default_rng(seed)
    cell = np.array([[14.0, 0, 0], [2.0, 15.0, 0], [-1.0, 1.0, 16.0]])
    cells = [cell * (1 + 0.01 * n) for n in range(n_frames)]
    symbols = ("Li",) * 60 + ("O",) * 80 + ("Zr",) * 8
    return symbols, [Frame(10 * n, 0.1 * n, each, rng.random((148, 3)) @ each) for n, each in enumerate(cells)]


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_centres_of_regions_agree_with_a_slow_obvious_version_and_add_up(by: float) -> None:
    symbols, frames = mixed(5)
    frames = [Frame(f.step, f.time, f.cell, f.positions + by) for f in frames]
    zr = np.arange(140, 148)
    anchor = FrameworkAnchor(zr, frames[0].fractional[zr])
    halves = RegionGroups(anchor, {"low": Slab(low=0.0, high=0.5), "high": Slab(low=0.5, high=1.0)})
    pairs = [("Li", "O"), ("Li", "Li")]
    split = radial_distributions(Trajectory(symbols, lambda: iter(frames)), pairs, centres=halves)
    whole = radial_distributions(Trajectory(symbols, lambda: iter(frames)), pairs)
    li, o = np.arange(60), np.arange(60, 140)
    pairs_in_low = n_low = 0.0
    for frame in frames:
        low = li[halves.masks(frame)[0][li]]
        n_low += len(low)
        images = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]) @ frame.cell
        inside = (frame.fractional % 1.0) @ frame.cell
        for atom in low:
            away = inside[o][:, None, :] + images - inside[atom]
            pairs_in_low += np.count_nonzero(np.linalg.norm(away, axis=2) < 6.0)
    coordination = split["Li-O, low"].coordination
    assert_allclose(coordination[119], pairs_in_low / n_low, rtol=1e-12)
    n_centres = {"low": n_low / 4, "high": 60 - n_low / 4}
    for pair in ("Li-O", "Li-Li"):
        together = sum(n * split[f"{pair}, {name}"].coordination for name, n in n_centres.items()) / 60
        assert_allclose(together, whole[pair].coordination, rtol=1e-9)
    assert split["Li-O, low"].group == "low"


def test_a_group_without_centres_has_a_distribution_of_nothing() -> None:
    symbols, frames = mixed(6, 1)
    anchor = FrameworkAnchor(np.array([140]), frames[0].fractional[[140]])
    gone = RegionGroups(anchor, {"slit": Slab(low=0.3, high=0.3 + 1e-9)})
    rdf = radial_distributions(Trajectory(symbols, lambda: iter(frames)), [("Li", "O")], centres=gone)["Li-O, slit"]
    assert not rdf.g.any()
    assert rdf.onset == np.inf


def test_the_centre_of_a_pair_is_its_first_species() -> None:
    symbols, frames = mixed(7, 1)
    other_way = radial_distributions(Trajectory(symbols, lambda: iter(frames)), [("O", "Zr")])["Zr-O"]
    one_way = radial_distributions(Trajectory(symbols, lambda: iter(frames)), [("Zr", "O")])["Zr-O"]
    assert_allclose(8 * one_way.coordination, 80 * other_way.coordination, rtol=1e-12)
    assert_allclose(one_way.g, other_way.g, rtol=1e-12)


def test_the_main_valley_is_past_the_highest_peak() -> None:
    lithium = bumps((2.6, 1.2, 0.2), (3.4, 2.5, 0.2), (5.5, 1.5, 0.5))
    assert lithium.first_valley < 3.2
    assert 3.8 < lithium.main_valley < 4.7
    assert bumps((2.6, 1.2, 0.2)).main_valley == np.inf


def test_a_frame_counts_once() -> None:
    symbols, frames = mixed(8, 2)
    counter = RadialDistributions(symbols, [("Li", "O")])
    counter.add(frames[0])
    with pytest.raises(InputError, match="step 0 was already counted"):
        counter.add(frames[0])
    other = RadialDistributions(symbols, [("Li", "O")])
    other.add(frames[0])
    with pytest.raises(InputError, match="step 0 is in both parts"):
        counter.merge(other)
    with pytest.raises(InputError, match="only if they were counted alike"):
        counter.merge(RadialDistributions(symbols, [("Li", "O")], reach=5.0))
