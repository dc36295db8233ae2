"""Cavity fraction: known volumes, published-in-reference values of the garnet, a slow second version."""

import numpy as np
import pytest
from ase import Atoms
from ase.spacegroup import crystal
from numpy.testing import assert_allclose

from gbglass.analysis.cavity import _Planes, _planes, cavity_grid, cavity_profile, converged_cavity, onset_radii
from gbglass.analysis.rdf import RadialDistribution
from gbglass.core.partition import BoundaryRegions, SlabPartition, eleven_boundary_regions
from gbglass.errors import InputError, NotConverged

# Awaka et al., Chem. Lett. 40, 60 (2011): cubic LLZO without its lithium.
GARNET = crystal(
    ("La", "Zr", "O"),
    basis=[(0.125, 0.0, 0.25), (0.0, 0.0, 0.0), (0.0999, 0.1962, 0.28163)],
    spacegroup=230,
    cellpar=[12.9827] * 3 + [90] * 3,
)


@pytest.mark.parametrize(
    ("li_o", "li_zr", "li_la", "fraction"),
    [(1.50, 2.30, 2.30, 0.103), (1.61, 2.56, 2.69, 0.037), (1.65, 2.65, 2.75, 0.026), (1.70, 2.70, 2.80, 0.013)],
)
def test_the_garnet_has_the_cavities_it_was_found_to_have(
    li_o: float, li_zr: float, li_la: float, fraction: float
) -> None:
    grid = cavity_grid(GARNET, {"Li-O": li_o, "Li-Zr": li_zr, "Li-La": li_la}, spacing=12.9827 / 60)
    assert grid.shape == (60, 60, 60)
    # At this spacing, grids that lie differently in the cell differ by up to 0.002.
    assert_allclose(grid.mean(), fraction, atol=0.002)


@pytest.mark.parametrize("radius", [1.0, 2.5])
def test_one_sphere_takes_its_volume(radius: float) -> None:
    atoms = Atoms("O", positions=[[0.3, 7.9, 4.0]], cell=[8.0, 9.0, 10.0], pbc=True)
    taken = 1.0 - cavity_grid(atoms, {"Li-O": radius}, spacing=0.08).mean()
    assert_allclose(taken * 720.0, 4 / 3 * np.pi * radius**3, rtol=0.01)


def test_it_agrees_with_a_slow_obvious_version_in_a_skewed_cell() -> None:
    rng = np.random.default_rng(1)
    cell = np.array([[6.0, 0.0, 0.0], [1.5, 5.0, 0.0], [0.5, -1.0, 7.0]])
    atoms = Atoms("O3Zr2", positions=rng.random((5, 3)) @ cell, cell=cell, pbc=True)
    grid = cavity_grid(atoms, {"Li-O": 1.7, "Li-Zr": 2.2}, spacing=0.9)
    images = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]) @ cell
    for index in np.ndindex(*grid.shape):
        point = (np.array(index) + 0.5) / grid.shape @ cell
        nearest = [np.linalg.norm(images + position - point, axis=1).min() for position in atoms.positions]
        radii = [1.7, 1.7, 1.7, 2.2, 2.2]
        assert grid[index] == all(d > r for d, r in zip(nearest, radii, strict=True))


@pytest.mark.parametrize("by", [100.0, -31.4])
def test_a_crystal_moved_by_whole_grid_steps_has_the_same_cavities(by: float) -> None:
    step = 12.9827 / 52
    moved = GARNET.copy()
    moved.positions += round(by / step) * step
    radii = {"Li-O": 1.6, "Li-Zr": 2.5, "Li-La": 2.6}
    assert cavity_grid(moved, radii, step).mean() == pytest.approx(cavity_grid(GARNET, radii, step).mean(), abs=1e-4)


def test_the_profile_averages_to_the_whole_and_ignores_lithium() -> None:
    radii = {"Li-O": 1.6, "Li-Zr": 2.5, "Li-La": 2.6}
    slab = GARNET * (1, 1, 3)
    profile = cavity_profile(slab, radii, eleven_boundary_regions())
    assert_allclose(profile.fraction.mean(), cavity_grid(slab, radii).mean(), rtol=1e-12)
    with_lithium = slab + Atoms("Li5", positions=np.random.default_rng(2).random((5, 3)) * 12, pbc=True)
    again = cavity_profile(with_lithium, radii, eleven_boundary_regions())
    assert np.array_equal(again.fraction, profile.fraction)
    assert profile.spacing <= 0.25
    assert_allclose([profile.z[0] + profile.z[-1]], slab.cell[2, 2], rtol=1e-12)


def test_an_emptied_boundary_shows_as_cavity_there_and_nowhere_else() -> None:
    radii = {"Li-O": 1.6, "Li-Zr": 2.5, "Li-La": 2.6}
    slab = GARNET * (1, 1, 4)
    height = slab.cell[2, 2]
    emptied = slab[np.abs(slab.positions[:, 2] - height / 2) > 2.0]
    profile = cavity_profile(emptied, radii, eleven_boundary_regions())
    assert profile.boundary_fractions[1] > 5 * profile.interior_fraction
    assert profile.boundary_fractions[0] < 2 * profile.interior_fraction


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(InputError, match="has no Al"):
        cavity_grid(GARNET, {"Li-Al": 2.0})
    for radii, spacing in (({"Li-O": -1.0}, 0.25), ({}, 0.25), ({"Li-O": 1.6}, 0.0), ({"Li-O": np.nan}, 0.25)):
        with pytest.raises(InputError, match="must be positive"):
            cavity_grid(GARNET, radii, spacing)
    with pytest.raises(InputError, match="a plane in every region, got 3 Å: none in region"):
        cavity_profile(GARNET, {"Li-O": 1.6}, eleven_boundary_regions(), spacing=3.0)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_profile_follows_the_axis_of_the_regions(axis: int) -> None:
    slab = Atoms("O", positions=[[4.0, 4.0, 4.0]], cell=[8.0, 8.0, 8.0], pbc=True)
    halves = SlabPartition((0.0, 0.25, 0.75, 1.0), axis)
    slab.positions[0, axis] = 0.0
    longer = slab * tuple(2 if k == axis else 1 for k in range(3))
    del longer[1]  # one oxygen, at the lower face of 16 Å
    profile = cavity_profile(longer, {"Li-O": 2.0}, BoundaryRegions(halves, ((0, 2),), (1,)), spacing=0.2)
    assert profile.boundary_fractions[0] < profile.interior_fraction == 1.0
    assert_allclose(profile.z[0] + profile.z[-1], 16.0, rtol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_planes_found_some_at_a_time_are_those_of_the_whole_grid(axis: int) -> None:
    cell = np.array([[9.0, 0.0, 0.0], [1.5, 8.0, 0.0], [0.5, -1.0, 10.0]])
    rng = np.random.default_rng(3)
    atoms = Atoms("O6Zr3", positions=rng.random((9, 3)) @ cell, cell=cell, pbc=True)
    radii = {"Li-O": 1.7, "Li-Zr": 2.4}
    whole = cavity_grid(atoms, radii, 0.5)
    shape = np.array(whole.shape)
    n = whole.shape[axis]
    parts = [_planes(atoms, radii, shape, _Planes(axis, first, min(first + 3, n))) for first in range(0, n, 3)]
    assert np.array_equal(np.concatenate(parts, axis=axis), whole)


def test_a_fine_grid_has_converged_and_says_by_how_much() -> None:
    radii = {"Li-O": 1.6, "Li-Zr": 2.5, "Li-La": 2.6}
    slab = GARNET * (1, 1, 2)
    halves = BoundaryRegions(SlabPartition((0.0, 0.25, 0.75, 1.0)), ((0, 2),), (1,))
    found = converged_cavity(slab, radii, halves, tolerance=0.003)
    assert found.change <= 0.003
    assert found.profile.spacing < 0.25
    finer = cavity_profile(slab, radii, halves, found.profile.spacing / 1.3)
    assert_allclose(found.profile.interior_fraction, finer.interior_fraction, atol=0.004)
    with pytest.raises(NotConverged, match="more than 1e-09"):
        converged_cavity(
            Atoms("O", positions=[[1.3, 1.1, 1.7]], cell=[4.0, 4.1, 8.3], pbc=True), {"Li-O": 1.9}, halves, 1e-9
        )


def test_radii_are_the_onsets_of_the_bulk() -> None:
    r = np.arange(0.025, 6.0, 0.05)

    def begins(at: float) -> RadialDistribution:
        return RadialDistribution(("Li", "O"), r, np.where(r > at, 1.0, 0.0), np.zeros_like(r), 1)

    rdfs = {"Li-O": begins(1.6), "Li-La": begins(2.7), "Li-Zr": begins(2.55), "Li-Li": begins(2.0)}
    assert_allclose(list(onset_radii(rdfs).values()), [2.7, 2.55, 1.6], atol=0.03)
    with pytest.raises(InputError, match="Li-Zr is missing or empty"):
        onset_radii({**rdfs, "Li-Zr": begins(9.0)})
