"""Crystals by their known answers: space groups, bond lengths, counts, and an independent construction."""

import warnings
from itertools import combinations

import numpy as np
import pytest
import spglib
from ase import Atoms
from ase.spacegroup import crystal as spacegroup_crystal
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.build.account import count_species, forbidden_contacts
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.electrodes import SpinelSpec, lithium_metal, spinel
from gbglass.build.crystals.glass import GlassSpec, random_llzo
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.core.neighbours import find_pairs, shortest_contacts
from gbglass.errors import InputError, NotConverged

RIGHT = [90.0, 90.0, 90.0]


def space_group(atoms: Atoms) -> int:
    cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.get_atomic_numbers())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset = spglib.get_symmetry_dataset(cell, symprec=0.01)
    assert dataset is not None
    return int(dataset.number)


def same_crystal(one: Atoms, other: Atoms, within: float = 1e-3) -> bool:
    """Say whether each atom of one stands on an atom of the other."""
    apart = one.get_scaled_positions()[:, None] - other.get_scaled_positions()[None]
    apart -= np.round(apart)
    distance = np.linalg.norm(apart @ one.cell.array, axis=2)
    nearest = distance.argmin(axis=1)
    kinds = np.array(other.get_chemical_symbols())[nearest]
    return bool(distance.min(axis=1).max() < within and (kinds == np.array(one.get_chemical_symbols())).all())


def test_frameworks_have_their_space_groups() -> None:
    cubic = cubic_llzo(12, np.random.default_rng(1))
    assert space_group(cubic[np.array(cubic.get_chemical_symbols()) != "Li"]) == 230
    assert space_group(tetragonal_llzo().atoms) == 142
    assert space_group(spinel(SpinelSpec(1.0), np.random.default_rng(1)).atoms) == 227
    assert space_group(spinel(SpinelSpec(0.0), np.random.default_rng(1)).atoms) == 227
    assert space_group(lithium_metal().atoms) == 229


def test_tetragonal_llzo_has_the_bonds_and_the_density_of_the_crystal() -> None:
    built = tetragonal_llzo()
    assert count_species(built.atoms) == {"La": 24, "Li": 56, "O": 96, "Zr": 16}
    contacts = shortest_contacts(built.atoms)
    assert contacts["Zr-O"] == pytest.approx(2.10, abs=0.03)
    assert contacts["Li-O"] == pytest.approx(1.89, abs=0.03)
    assert contacts["La-O"] == pytest.approx(2.47, abs=0.05)
    assert built.ledger.intact_octahedra == 100.0


def test_tetragonal_llzo_is_that_of_an_independent_construction() -> None:
    """The same crystal in the other origin choice, three digits given: shifted by the distance of the two origins."""
    own = tetragonal_llzo().atoms
    kinds = ["Li", "Li", "Li", "La", "La", "Zr", "O", "O", "O"]
    sites = [
        (0.0805, 0.0875, 0.3059), (0.1812, 0.0688, 0.125), (0.0, 0.25, 0.375), (0.1274, 0.0, 0.75), (0.0, 0.25, 0.125),
        (0.0, 0.0, 0.5), (0.0346, 0.0555, 0.1537), (0.0550, 0.1476, 0.4657), (0.1508, 0.0268, 0.9462),
    ]  # fmt: skip
    edges = [13.134, 13.134, 12.663, *RIGHT]
    other = spacegroup_crystal(kinds, sites, spacegroup=142, setting=2, cellpar=edges)
    assert len(other) == 192
    shifts = [np.array([x, y, z]) / 8.0 for x in range(8) for y in range(8) for z in range(8)]
    assert any(same_crystal(own, shifted(other, shift), 0.01) for shift in shifts)


def shifted(atoms: Atoms, shift: np.ndarray) -> Atoms:
    moved: Atoms = atoms.copy()
    moved.set_scaled_positions(atoms.get_scaled_positions() + shift)
    return moved


def test_spinel_is_that_of_an_independent_construction() -> None:
    own = spinel(SpinelSpec(1.0, u=0.2625), np.random.default_rng(1)).atoms
    sites = [(1 / 8,) * 3, (1 / 2,) * 3, (0.2625,) * 3]
    other = spacegroup_crystal(["Li", "Zr", "O"], sites, spacegroup=227, setting=2, cellpar=[9.12] * 3 + RIGHT)
    assert same_crystal(own, other)
    contacts = shortest_contacts(own)
    assert (contacts["Zr-O"], contacts["Li-O"]) == pytest.approx((2.172, 2.172), abs=2e-3)


@pytest.mark.parametrize("repeat", [(1, 1, 1), (2, 1, 1), (3, 3, 3)])
def test_half_of_the_lithium_is_on_one_of_the_two_sublattices(repeat: tuple[int, int, int]) -> None:
    """The two face-centred halves of the diamond lattice 8a: its own neighbours are a√2/2 apart, the other's a√3/4."""
    for seed in range(4):
        half = spinel(SpinelSpec(0.5, repeat), np.random.default_rng(seed))
        a = half.atoms.cell.lengths()[0] / repeat[0]
        assert half.ledger.shortest_contacts["Li-Li"] == pytest.approx(a / np.sqrt(2.0), rel=1e-9)


def repulsion(atoms: Atoms) -> float:
    lithium = atoms[np.array(atoms.get_chemical_symbols()) == "Li"]
    distances = lithium.get_all_distances(mic=True)
    return float((distances[np.triu_indices(len(lithium), 1)] ** -4).sum())


@pytest.mark.parametrize("n_lithium", [2, 3, 5, 6])
def test_lithium_of_one_cell_is_spread_as_well_as_any_choice_of_sites(n_lithium: int) -> None:
    full = spinel(SpinelSpec(1.0, a=9.12), np.random.default_rng(1)).atoms
    every = (repulsion(full[list(sites)]) for sites in combinations(range(8), n_lithium))
    own = spinel(SpinelSpec(n_lithium / 8, a=9.12), np.random.default_rng(1)).atoms
    assert repulsion(own) == pytest.approx(min(every), rel=1e-9)


def test_a_third_is_exactly_a_third() -> None:
    """0.333333 is what the message for 0.33 shows; the valence is that of 1/3, or the cell would not be neutral."""
    with pytest.raises(InputError, match=r"1/3 \(0.333333\)"):
        SpinelSpec(0.33, (3, 1, 1))
    built = spinel(SpinelSpec(0.333333, (3, 1, 1)), np.random.default_rng(1))
    assert built.ledger.formal_charge == pytest.approx(0.0, abs=1e-9)
    assert built.name == "Li0.3333Zr2O4"


@given(st.integers(0, 16), st.integers(0, 2**31 - 1))
@settings(max_examples=12, deadline=None)
def test_any_lithium_content_is_neutral_by_mixed_valence(n_lithium: int, seed: int) -> None:
    built = spinel(SpinelSpec(n_lithium / 16, (2, 1, 1)), np.random.default_rng(seed))
    counts = count_species(built.atoms)
    assert (counts.get("Li", 0), counts["Zr"], counts["O"]) == (n_lithium, 32, 64)
    (valence,) = built.ledger.valence.values()
    assert valence["Zr"] == pytest.approx((8.0 - n_lithium / 16) / 2.0)
    assert built.ledger.formal_charge == pytest.approx(0.0, abs=1e-9)


def test_lithium_metal_has_the_shells_of_bcc() -> None:
    built = lithium_metal(repeat=(3, 3, 3))
    distances = np.sort(built.atoms.get_distances(0, range(1, len(built.atoms)), mic=True))
    assert distances[:8] == pytest.approx([3.51 * np.sqrt(3.0) / 2.0] * 8)
    assert distances[8:14] == pytest.approx([3.51] * 6)


@pytest.mark.parametrize("repeat", [(2, 1, 1), (1, 2, 2)])
def test_a_supercell_of_cubic_llzo_is_ordered_throughout(repeat: tuple[int, int, int]) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(3), repeat)
    assert len(atoms) == 192 * np.prod(repeat)
    assert shortest_contacts(atoms)["Li-Li"] == pytest.approx(2.380, abs=1e-3)
    lithium = atoms[np.array(atoms.get_chemical_symbols()) == "Li"]
    axis = int(np.argmax(repeat))
    cell = np.floor(lithium.positions[:, axis] / 12.9827)
    first, second = (
        {tuple(row) for row in np.round(lithium.positions[cell == number] % 12.9827, 2).tolist()} for number in (0, 1)
    )
    assert first != second, "one cell is not the other again"


@given(st.integers(1, 12), st.sampled_from([0.1, 0.8, 1.0, 1.1]), st.integers(0, 2**31 - 1))
@settings(max_examples=12, deadline=None)
def test_the_start_of_a_glass_is_random_neutral_and_dense(units: int, density: float, seed: int) -> None:
    built = random_llzo(GlassSpec(units, density), np.random.default_rng(seed))
    counts = count_species(built.atoms)
    assert counts == {"La": 3 * units, "Li": 7 * units, "O": 12 * units, "Zr": 2 * units}
    assert forbidden_contacts(built.atoms) == []
    assert len(built.atoms) / built.atoms.get_volume() == pytest.approx(density * 192 / 12.9827**3)


def test_the_start_of_a_glass_has_no_order_left() -> None:
    """In the crystal La has La at 3.98 Å and then none up to 6 Å; here as many at any distance beyond contact."""
    atoms = random_llzo(GlassSpec(32), np.random.default_rng(1)).atoms
    lanthanum = atoms.positions[np.array(atoms.get_chemical_symbols()) == "La"]
    distances = find_pairs(lanthanum, atoms.cell.array, 8.0).distances
    counts, edges = np.histogram(distances, bins=[4.0, 5.0, 6.0, 7.0, 8.0])
    shells = 4.0 / 3.0 * np.pi * np.diff(edges**3)
    pairs = len(lanthanum) ** 2 / 2.0 / atoms.get_volume() * shells
    np.testing.assert_allclose(counts / pairs, 1.0, atol=0.25)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: SpinelSpec(0.3), r"nearest that do are 1/4 \(0.25\) and 3/8 \(0.375\)"),
        (lambda: SpinelSpec(1.5), "'x' must be from 0 to 1"),
        (lambda: SpinelSpec(0.5, (0, 1, 1)), "'repeat' must be three numbers"),
        (lambda: SpinelSpec(0.5, (11, 11, 11)), "10648 lithium sites to spread over; at most 8000"),
        (lambda: SpinelSpec(0.5, a=-1.0), "'a' must be positive"),
        (lambda: GlassSpec(0), "'units' must be from 1"),
        (lambda: GlassSpec(4, 2.0), "'density' must be above 0"),
        (lambda: lithium_metal(a=1.0), "too near"),
        (lambda: tetragonal_llzo((9.0, 9.0)), "too near"),
    ],
)
def test_what_cannot_be_is_refused(make: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        make()  # type: ignore[operator]


def test_a_spinel_with_a_wrong_oxygen_is_refused() -> None:
    with pytest.raises((InputError, NotConverged), match="too near"):
        spinel(SpinelSpec(1.0, u=0.2), np.random.default_rng(1))
