"""However a system is moved, turned, wrapped, renumbered or repeated, its analyses say the same."""

from dataclasses import dataclass

import numpy as np
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.transform import Rotation

from gbglass.analysis.cavity import cavity_grid, cavity_profile
from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.rdf import radial_distributions
from gbglass.analysis.region_counts import RegionCounts, count_regions
from gbglass.analysis.segregation import segregation
from gbglass.analysis.statistics import estimate
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.partition import eleven_boundary_regions
from gbglass.core.trajectory import Frame, Trajectory

REGIONS = eleven_boundary_regions()
RADII = {"Li-O": 1.4, "Li-Zr": 2.1}
PAIRS = [("Li", "O"), ("Li", "Li"), ("Zr", "O")]
N_FRAMES = 24
N_OF_EACH = {"Li": 14, "Zr": 4, "O": 8}

seeds = st.integers(0, 2**31 - 1)
offsets = st.tuples(*[st.floats(-300.0, 300.0)] * 3).map(np.array)
by_100 = st.sampled_from([100.0, -100.0, 1234.5])
few = settings(max_examples=12, deadline=None)


@dataclass(frozen=True)
class Sample:
    """Atoms that walk about in a skewed cell; the first frame is the anchor."""

    symbols: tuple[str, ...]
    cell: FloatArray
    positions: FloatArray
    """[Å, (n_frames, n_atoms, 3)]."""

    @property
    def trajectory(self) -> Trajectory:
        frames = [Frame(100 * n, 0.1 * n, self.cell, xyz) for n, xyz in enumerate(self.positions)]
        return Trajectory(self.symbols, lambda: iter(frames))

    @property
    def anchor(self) -> FrameworkAnchor:
        indices = self.trajectory.indices("Zr")
        return FrameworkAnchor(indices, next(iter(self.trajectory)).fractional[indices])

    @property
    def atoms(self) -> Atoms:
        return Atoms(list(self.symbols), positions=self.positions[0], cell=self.cell, pbc=True)

    @property
    def counts(self) -> RegionCounts:
        return count_regions(self.trajectory, "Li", REGIONS.partition, self.anchor)


def sample(seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    cell = np.diag(rng.uniform([6.0, 7.0, 16.0], [7.0, 8.0, 18.0])) + np.tril(rng.uniform(-1.0, 1.0, (3, 3)), -1)
    symbols = tuple(name for name, n in N_OF_EACH.items() for _ in range(n))
    mobile = np.array([[1.0 if name == "Li" else 0.05] for name in symbols])
    steps = rng.normal(0.0, 0.3, (N_FRAMES, len(symbols), 3)) * mobile
    return Sample(symbols, cell, rng.random((len(symbols), 3)) @ cell + np.cumsum(steps, axis=0))


def moved(given_sample: Sample, by: FloatArray | float) -> Sample:
    return Sample(given_sample.symbols, given_sample.cell, given_sample.positions + by)


def renumbered(given_sample: Sample, seed: int) -> Sample:
    order = np.random.default_rng(seed).permutation(len(given_sample.symbols))
    symbols = tuple(given_sample.symbols[k] for k in order)
    return Sample(symbols, given_sample.cell, given_sample.positions[:, order])


def repeated(given_sample: Sample, axis: int) -> Sample:
    """Two cells beside each other."""
    cell = given_sample.cell.copy()
    cell[axis] *= 2.0
    copies = [given_sample.positions, given_sample.positions + given_sample.cell[axis]]
    return Sample(given_sample.symbols * 2, cell, np.concatenate(copies, axis=1))


def turned(given_sample: Sample, seed: int) -> Sample:
    turn = Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
    return Sample(given_sample.symbols, given_sample.cell @ turn.T, given_sample.positions @ turn.T)


def same_rdfs(one: Sample, other: Sample) -> None:
    expected = radial_distributions(one.trajectory, PAIRS, every=8)
    found = radial_distributions(other.trajectory, PAIRS, every=8)
    for name, rdf in expected.items():
        assert_allclose(found[name].g, rdf.g, rtol=1e-9, atol=1e-12)
        assert_allclose(found[name].coordination, rdf.coordination, rtol=1e-9, atol=1e-12)


def same_msds(one: Sample, other: Sample) -> None:
    expected = mean_square_displacement(one.trajectory, "Li", one.anchor)
    found = mean_square_displacement(other.trajectory, "Li", other.anchor)
    assert_allclose(found.msd, expected.msd, rtol=1e-7, atol=1e-9)
    assert_allclose(found.diffusivity.value, expected.diffusivity.value, rtol=1e-7, atol=1e-9)
    assert_allclose(found.standard_error, expected.standard_error, rtol=1e-6, atol=1e-9)


@given(seeds, by_100)
@few
def test_a_shift_of_everything_changes_nothing(seed: int, by: float) -> None:
    here = sample(seed)
    there = moved(here, by)
    same_rdfs(here, there)
    same_msds(here, there)
    # The anchor stays at its old place: all that moved is the framework with its lithium.
    counts = count_regions(there.trajectory, "Li", REGIONS.partition, here.anchor)
    assert_array_equal(counts.counts, here.counts.counts)


@given(seeds, offsets)
@few
def test_a_drift_in_time_is_not_seen(seed: int, drift: FloatArray) -> None:
    here = sample(seed)
    drifting = moved(here, np.linspace(0.0, 1.0, N_FRAMES)[:, None, None] * drift)
    same_msds(here, drifting)
    counts = count_regions(drifting.trajectory, "Li", REGIONS.partition, here.anchor)
    assert_array_equal(counts.counts, here.counts.counts)


@given(seeds, seeds)
@few
def test_the_numbering_of_atoms_does_not_matter(seed: int, order: int) -> None:
    here, there = sample(seed), renumbered(sample(seed), order)
    same_rdfs(here, there)
    assert_array_equal(there.counts.counts, here.counts.counts)
    assert_array_equal(cavity_grid(there.atoms, RADII, 0.6), cavity_grid(here.atoms, RADII, 0.6))
    msds = [mean_square_displacement(one.trajectory, "Li", one.anchor).msd for one in (here, there)]
    assert_allclose(msds[1], msds[0], rtol=1e-9, atol=1e-12)


@given(seeds, seeds)
@few
def test_wrapping_lithium_changes_no_count_no_distance_and_no_cavity(seed: int, jumps: int) -> None:
    """Only a displacement may depend on it: frames are unwrapped."""
    here = sample(seed)
    cells = np.random.default_rng(jumps).integers(-3, 4, size=(N_FRAMES, N_OF_EACH["Li"], 3)) @ here.cell
    positions = here.positions.copy()
    positions[:, : N_OF_EACH["Li"]] += cells
    there = Sample(here.symbols, here.cell, positions)
    same_rdfs(here, there)
    assert_array_equal(there.counts.counts, here.counts.counts)
    whole = here.atoms
    whole.positions += np.random.default_rng(jumps).integers(-3, 4, size=(len(whole), 3)) @ here.cell
    assert cavity_grid(whole, RADII, 0.6).sum() == cavity_grid(here.atoms, RADII, 0.6).sum()


@given(seeds, st.integers(0, 1))
@few
def test_a_cell_repeated_in_the_plane_has_the_same_densities(seed: int, axis: int) -> None:
    one, two = sample(seed), repeated(sample(seed), axis)
    same_rdfs(one, two)
    assert_array_equal(two.counts.counts, 2 * one.counts.counts)
    for single, double in zip(
        segregation(one.counts, one.counts, REGIONS, 1.0),
        segregation(two.counts, two.counts, REGIONS, 1.0),
        strict=True,
    ):
        assert_allclose(double.gibbs_excess.value, single.gibbs_excess.value, rtol=1e-9, atol=1e-9)
        assert_allclose(double.gibbs_excess.interval, single.gibbs_excess.interval, rtol=1e-9, atol=1e-9)
        assert_allclose(double.per_thickness.value, 2 * single.per_thickness.value, rtol=1e-9, atol=1e-9)
        assert double.verdict == single.verdict


@given(seeds, st.integers(0, 1))
@few
def test_a_copy_that_moves_alike_changes_no_displacement(seed: int, axis: int) -> None:
    one, two = sample(seed), repeated(sample(seed), axis)
    once = mean_square_displacement(one.trajectory, "Li", one.anchor)
    twice = mean_square_displacement(two.trajectory, "Li", two.anchor)
    assert_allclose(twice.msd, once.msd, rtol=1e-9, atol=1e-12)
    assert_allclose(twice.diffusivity.value, once.diffusivity.value, rtol=1e-9, atol=1e-12)


@given(seeds, seeds)
@few
def test_turning_the_system_changes_no_distance_and_no_cavity(seed: int, turn: int) -> None:
    here, there = sample(seed), turned(sample(seed), turn)
    same_rdfs(here, there)
    same_msds(here, there)
    assert_array_equal(there.counts.counts, here.counts.counts)
    assert_allclose(there.counts.areas, here.counts.areas, rtol=1e-9)
    assert_allclose(there.counts.lengths, here.counts.lengths, rtol=1e-9)
    differing = cavity_grid(there.atoms, RADII, 0.6) != cavity_grid(here.atoms, RADII, 0.6)
    assert differing.sum() <= 1  # a point at a distance of exactly the radius may fall on either side


@given(seeds)
@few
def test_time_reversed_the_displacements_and_the_averages_are_the_same(seed: int) -> None:
    forward = sample(seed)
    backward = Sample(forward.symbols, forward.cell, forward.positions[::-1])
    msds = [mean_square_displacement(one.trajectory, "Li", one.anchor).msd for one in (forward, backward)]
    assert_allclose(msds[1], msds[0], rtol=1e-7, atol=1e-9)
    series = forward.counts.counts[:, 3].astype(np.float64) + np.arange(N_FRAMES)
    there, back = estimate(series, "atoms"), estimate(series[::-1], "atoms")
    assert_allclose(back.standard_error, there.standard_error, rtol=1e-9)
    assert_allclose(back.interval, there.interval, rtol=1e-9)


@given(seeds, st.integers(1, 200))
@few
def test_a_shift_by_whole_grid_steps_keeps_the_cavities_of_every_plane_together(seed: int, n_steps: int) -> None:
    atoms = sample(seed).atoms
    grid = cavity_grid(atoms, RADII, 0.6)
    step = atoms.cell.array[2] / grid.shape[2]
    shifted = atoms.copy()
    shifted.positions += n_steps * step
    differing = np.roll(grid, n_steps, axis=2) != cavity_grid(shifted, RADII, 0.6)
    assert differing.sum() <= 1


@given(seeds, st.integers(0, 1))
@few
def test_a_cell_repeated_in_the_plane_has_the_same_cavities(seed: int, axis: int) -> None:
    one, two = sample(seed), repeated(sample(seed), axis)
    spacing = float(np.linalg.norm(one.cell[axis])) / 11  # a whole number of points a cell, so that points repeat too
    single, double = (cavity_profile(each.atoms, RADII, REGIONS, spacing) for each in (one, two))
    assert_allclose(double.fraction, single.fraction, atol=1e-12)
    assert_allclose(double.boundary_fractions, single.boundary_fractions, atol=1e-12)
    assert_allclose(double.interior_fraction, single.interior_fraction, atol=1e-12)
