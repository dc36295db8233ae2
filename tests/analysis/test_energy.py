"""Energy by region: what is made is found, another split of the same energies is no finding, committees spread."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.energy import NOT_UNIQUE, RegionEnergies, region_energies
from gbglass.core.arrays import FloatArray
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Shell, Slab
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from tests.analysis.synthetic import N_CATIONS, anchor_of, random_walk, shifted, trajectory_of

BOX = (10.0, 12.0, 40.0)
OWN = {"Li": -2.3, "Zr": -9.6}


def made(seed: int = 1) -> tuple[Trajectory, RegionGroups]:
    paths = random_walk(np.random.default_rng(seed), 12, 90, 0.2)
    paths[:, :, 2] *= 4.0
    trajectory = trajectory_of(paths, BOX)
    regions = RegionGroups(
        anchor_of(trajectory), {"boundary": Shell(position=0.25, within_A=7.0), "interior": Slab(low=0.5, high=1.0)}
    )
    return trajectory, regions


def own_energies(trajectory: Trajectory) -> FloatArray:
    return np.array([[OWN[symbol] for symbol in trajectory.symbols]])


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_a_made_excess_of_the_boundary_is_found_exactly(by: float) -> None:
    here, regions = made()
    trajectory = shifted(here, by)

    def energies(frame: Frame) -> FloatArray:
        return np.asarray(own_energies(trajectory) + 0.05 * regions.masks(frame)[0])

    found = region_energies(trajectory, energies, regions, "interior")
    assert_allclose(found["boundary"].referenced, 0.05, rtol=1e-9)
    assert_allclose(found["interior"].referenced, 0.0, atol=1e-12)
    assert_allclose(found["boundary"].references, [OWN["Li"], OWN["Zr"]], rtol=1e-12)
    assert found["boundary"].mean_referenced.unit == "eV/atom"
    for n, frame in enumerate(trajectory):
        inside = regions.masks(frame)[0]
        assert found["boundary"].n_atoms[n] == inside.sum()
        assert_allclose(found["boundary"].raw[n], energies(frame)[0, inside].mean(), rtol=1e-12)


def test_shifting_all_atoms_of_a_species_alike_changes_the_raw_energy_alone() -> None:
    trajectory, regions = made(2)
    rng = np.random.default_rng(3)
    noise = {frame.step: rng.normal(0.0, 0.1, (1, len(trajectory.symbols))) for frame in trajectory}
    is_li = np.array(trajectory.symbols) == "Li"
    one = region_energies(trajectory, lambda f: own_energies(trajectory) + noise[f.step], regions, "interior")
    other = region_energies(
        trajectory, lambda f: own_energies(trajectory) + noise[f.step] + np.where(is_li, 0.7, -0.4), regions, "interior"
    )
    assert_allclose(other["boundary"].referenced, one["boundary"].referenced, atol=1e-9)
    assert np.abs(other["boundary"].raw - one["boundary"].raw).min() > 0.1


def test_the_committee_says_whether_the_split_alone_could_explain_it() -> None:
    trajectory, regions = made(4)

    def committee(frame: Frame) -> FloatArray:
        near = regions.masks(frame)[0]
        return np.asarray(own_energies(trajectory) + np.array([[0.04], [0.05], [0.06]]) * near)

    found = region_energies(trajectory, committee, regions, "interior")["boundary"]
    assert_allclose(found.spread, 0.01, rtol=1e-9)
    assert found.split_alone_could_explain_it is False
    torn = region_energies(
        trajectory,
        lambda f: own_energies(trajectory) + np.array([[0.01], [-0.05], [0.06]]) * regions.masks(f)[0],
        regions,
        "interior",
    )["boundary"]
    assert torn.split_alone_could_explain_it is True
    alone = region_energies(trajectory, lambda _f: own_energies(trajectory), regions, "interior")["boundary"]
    assert alone.split_alone_could_explain_it is None
    assert np.isnan(alone.spread).all()
    assert alone.remark == NOT_UNIQUE
    assert "not unique" in alone.remark


def test_energies_that_do_not_fit_are_refused() -> None:
    trajectory, regions = made(5)
    frame = next(iter(trajectory))
    for wrong in (np.zeros(98), np.zeros((1, 5)), np.full((1, 98), np.nan)):
        total = RegionEnergies(trajectory.symbols, lambda _f, wrong=wrong: wrong, regions, "interior")  # type: ignore[misc]
        with pytest.raises(InputError, match=r"shape \(n_potentials, 98\)"):
            total.add(frame)
    with pytest.raises(InputError, match="'reference' must be one of boundary, interior, got 'bulk'"):
        RegionEnergies(trajectory.symbols, lambda _f: own_energies(trajectory), regions, "bulk")
    slit = RegionGroups(regions.anchor, {"slit": Slab(low=0.1, high=0.1 + 1e-9), "all": Slab(low=0.0, high=1.0)})
    with pytest.raises(InputError, match="slit was empty"):
        region_energies(trajectory, lambda _f: own_energies(trajectory), slit, "all")
    lower = RegionGroups(regions.anchor, {"low": Slab(low=0.0, high=0.1), "all": Slab(low=0.0, high=1.0)})
    assert len(trajectory.symbols) == 90 + N_CATIONS
    with pytest.raises(InputError, match="holds no Zr, but another region does"):
        region_energies(trajectory, lambda _f: own_energies(trajectory), lower, "low")
