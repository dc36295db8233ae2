"""Coordination and types of lithium: lattices, the garnet's two classes, a slow second version."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from numpy.testing import assert_allclose

from gbglass.analysis.coordination import (
    TYPES,
    JointCoordinations,
    LithiumTypes,
    classify,
    coordination,
    joint_coordination,
    lithium_coordination,
)
from gbglass.analysis.rdf import radial_distributions
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.core.framework import anchor_framework
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Slab
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError


def frames_of(atoms: Atoms, n_frames: int = 1, shake: float = 0.0, by: float = 0.0) -> Trajectory:
    rng = np.random.default_rng(1)
    frames = [
        Frame(10 * n, 0.1 * n, atoms.cell.array, atoms.positions + rng.normal(0.0, shake, (len(atoms), 3)) + by)
        for n in range(n_frames)
    ]
    return Trajectory(tuple(atoms.get_chemical_symbols()), lambda: iter(frames))


@pytest.mark.parametrize(("structure", "neighbours"), [("sc", 6), ("fcc", 12), ("bcc", 14)])
def test_lattices_have_their_coordination(structure: str, neighbours: int) -> None:
    a = {"sc": 3.5, "fcc": 4.4, "bcc": 3.51}[structure]
    trajectory = frames_of(bulk("Li", structure, a=a, cubic=True), by=100.0)
    to_lithium, to_oxygen = lithium_coordination(trajectory.symbols, next(iter(trajectory)))
    assert set(to_lithium) == {neighbours}
    assert set(to_oxygen) == {0}
    assert joint_coordination(trajectory)["all"].types[0, TYPES.index("metallic")] == (
        len(trajectory.symbols) if neighbours >= 8 else 0
    )


@pytest.mark.parametrize("n_tetrahedral", [8, 12, 13])
@pytest.mark.parametrize("by", [0.0, 100.0])
def test_garnet_has_two_classes_of_lithium(n_tetrahedral: int, by: float) -> None:
    """Tetrahedra have 4 Li and 4 O around them, octahedra 5 to 6 Li and 6 O (doi:10.1038/s41467-025-59895-9)."""
    trajectory = frames_of(cubic_llzo(n_tetrahedral, np.random.default_rng(2)), by=by)
    found = joint_coordination(trajectory)["all"]
    assert found.types[0].tolist() == [n_tetrahedral, 56 - n_tetrahedral, 0, 0]
    assert found.histogram[3:6, 4].sum() == pytest.approx(n_tetrahedral / 56)
    assert found.histogram[4, 4] > 0.85 * n_tetrahedral / 56  # but where an empty octahedron is near
    octahedral = found.histogram[:, 5:].sum()
    assert octahedral == pytest.approx(1 - n_tetrahedral / 56)
    assert found.histogram[5:7, 6].sum() > 0.6 * octahedral


def test_tetragonal_garnet_has_eight_tetrahedral_lithium_of_56() -> None:
    found = joint_coordination(frames_of(tetragonal_llzo().atoms))["all"]
    assert found.types[0].tolist() == [8, 48, 0, 0]
    assert found.histogram[4, 4] == pytest.approx(8 / 56)


def test_coordination_agrees_with_a_slow_obvious_version_in_a_skewed_cell() -> None:
    rng = np.random.default_rng(3)
    cell = np.array([[9.0, 0, 0], [1.5, 8.0, 0], [-1.0, 2.0, 10.0]])
    positions = rng.random((60, 3)) @ cell
    symbols = ("Li",) * 25 + ("O",) * 35
    images = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]) @ cell
    found = coordination(symbols, Frame(0, 0.0, cell, positions), ("Li", "O"), 3.1)
    like = coordination(symbols, Frame(0, 0.0, cell, positions), ("Li", "Li"), 4.0)
    for i in range(25):
        away = np.linalg.norm(positions[:, None] + images - positions[i], axis=2)
        assert found[i] == np.count_nonzero(away[25:] < 3.1)
        assert like[i] == np.count_nonzero(away[:25] < 4.0) - 1


def test_every_pair_of_coordinations_has_one_type() -> None:
    to_lithium, to_oxygen = (grid.ravel() for grid in np.meshgrid(np.arange(20), np.arange(12)))
    kinds = classify(to_lithium, to_oxygen)
    assert set(kinds) == {0, 1, 2, 3}
    everywhere = classify(to_lithium, to_oxygen, np.ones(len(kinds), dtype=np.bool_))
    assert {TYPES[k] for k in set(everywhere)} == {"glass", "metallic"}
    assert np.array_equal(everywhere == 3, kinds == 3)  # metal in a glass is metal


def test_fractions_by_region_are_shares_of_the_region_and_glass_is_what_is_said_to_be() -> None:
    atoms = cubic_llzo(12, np.random.default_rng(4), (1, 1, 2))
    trajectory = frames_of(atoms, n_frames=6, shake=0.02)
    anchor = anchor_framework(atoms)
    halves = RegionGroups(anchor, {"low": Slab(low=0.0, high=0.5), "high": Slab(low=0.5, high=1.0)})
    glassy = RegionGroups(anchor, {"high": halves.regions["high"]})
    found = joint_coordination(trajectory, centres=halves, glassy=glassy)
    assert found["high"].fraction("glass").value == 1.0
    assert found["low"].fraction("24d").value + found["low"].fraction("96h").value > 0.98
    for result in found.values():
        assert_allclose(sum(result.fraction(kind).value for kind in TYPES), 1.0, rtol=1e-12)
        assert_allclose(result.histogram.sum(), 1.0, rtol=1e-12)
    with pytest.raises(InputError, match="'kind' must be one of 24d, 96h, glass, metallic, got 'bcc'"):
        found["low"].fraction("bcc")


def test_distributions_split_by_type_add_up_to_that_of_all_lithium() -> None:
    atoms = cubic_llzo(12, np.random.default_rng(5))
    trajectory = frames_of(atoms, n_frames=3, shake=0.05)
    types = LithiumTypes(trajectory.symbols)
    split = radial_distributions(trajectory, [("Li", "Li")], centres=types)
    whole = radial_distributions(trajectory, [("Li", "Li")])["Li-Li"]
    counted = JointCoordinations(trajectory.symbols)
    for frame in trajectory:
        counted.add(frame)
    shares = counted.result()["all"].types.sum(axis=0) / (3 * 56)
    together = sum(share * split[f"Li-Li, {kind}"].g for share, kind in zip(shares, TYPES, strict=True))
    assert_allclose(together, whole.g, rtol=1e-9, atol=1e-12)
    assert split["Li-Li, 24d"].first_peak < 2.7
    assert not split["Li-Li, metallic"].g.any()


def test_what_cannot_be_counted_is_named() -> None:
    atoms = bulk("Li", "bcc", a=3.51, cubic=True)
    trajectory = frames_of(atoms)
    with pytest.raises(InputError, match="no atom of La; there are Li"):
        coordination(trajectory.symbols, next(iter(trajectory)), ("La", "Li"), 4.0)
    garnet = cubic_llzo(12, np.random.default_rng(6))
    slit = RegionGroups(anchor_framework(garnet), {"slit": Slab(low=0.01, high=0.01 + 1e-9)})
    with pytest.raises(InputError, match="slit held no lithium in any of 1 frames"):
        joint_coordination(frames_of(garnet), centres=slit)
