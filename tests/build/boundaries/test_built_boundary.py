"""Finished boundaries: neutral, whole, the crystal inside, and an account that adds up."""

from functools import cache

import numpy as np
import pytest
from ase import Atoms

from gbglass.build.account import count_species, dipole_along_normal, forbidden_contacts, formal_charges
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.neighbours import find_pairs
from gbglass.errors import InputError

QUICKSTART = BoundarySpec(axis=(1, 0, 0), plane=(0, 1, 2), layers=9, sigma=5)


@cache
def quickstart(seed: int = 1) -> BuiltBoundary:
    return build_boundary(QUICKSTART, np.random.default_rng(seed))


def from_boundary(atoms: Atoms) -> FloatArray:
    """Return the distance of each atom from the nearest boundary [Å]."""
    height = atoms.get_scaled_positions()[:, 2]
    distance: FloatArray = np.abs((height + 0.25) % 0.5 - 0.25) * atoms.cell.lengths()[2]
    return distance


def neighbours(atoms: Atoms, centre: str, other: str, reach: float) -> tuple[IntArray, list[float]]:
    """Count neighbours of each atom of one species, and collect the distances where the centre is 7 Å inside."""
    symbols = np.array(atoms.get_chemical_symbols())
    pairs = find_pairs(atoms.positions, atoms.cell.array, reach)
    one, two = np.concatenate([pairs.first, pairs.second]), np.concatenate([pairs.second, pairs.first])
    wanted = (symbols[one] == centre) & (symbols[two] == other)
    inside = from_boundary(atoms) > 7.0
    counts = np.bincount(one[wanted], minlength=len(atoms))
    distances = np.concatenate([pairs.distances, pairs.distances])[wanted & inside[one]]
    return counts[(symbols == centre) & inside].astype(np.int64), distances.tolist()


def test_quickstart_has_the_atoms_of_the_table() -> None:
    built = quickstart()
    assert built.geometry.title == "Σ5(012)[100]"
    assert len(built.atoms) == 1728
    assert count_species(built.atoms) == {"La": 216, "Li": 504, "O": 864, "Zr": 144}
    assert built.atoms.pbc.all()
    assert sorted(set(built.atoms.get_chemical_symbols()), key=built.atoms.get_chemical_symbols().index) == [
        "Li",
        "La",
        "Zr",
        "O",
    ]


def test_inside_the_grains_the_framework_is_the_perfect_crystal() -> None:
    atoms = quickstart().atoms
    oxygen_of_zr, bonds = neighbours(atoms, "Zr", "O", 2.6)
    assert set(oxygen_of_zr.tolist()) == {6}
    assert bonds == pytest.approx([2.110] * len(bonds), abs=1e-3)
    oxygen_of_la, bonds = neighbours(atoms, "La", "O", 2.9)
    assert set(oxygen_of_la.tolist()) == {8}
    assert min(bonds) == pytest.approx(2.511, abs=1e-3)
    assert max(bonds) == pytest.approx(2.601, abs=1e-3)


def test_inside_the_grains_lithium_keeps_the_exclusion_rule_and_the_bulk_density() -> None:
    atoms = quickstart().atoms
    _, distances = neighbours(atoms, "Li", "Li", 3.0)
    assert min(distances) == pytest.approx(2.380, abs=1e-3)
    inside = from_boundary(atoms) > 7.0
    symbols = np.array(atoms.get_chemical_symbols())
    lithium, zr = (int(((symbols == species) & inside).sum()) for species in ("Li", "Zr"))
    # The count of Zr jumps by a whole plane of 4 in each of four grain faces, that of Li by a few.
    assert lithium / zr == pytest.approx(3.5, abs=0.35)


def test_boundaries_hold_together() -> None:
    built = quickstart()
    ledger = built.ledger
    assert ledger.intact_octahedra == 100.0
    assert forbidden_contacts(built.atoms) == []
    for entry in ledger.boundaries:
        assert 0.0 <= entry.expansion <= 2.5
        assert entry.shortest_contacts["Li-Li"] >= 2.0
    thickness = built.atoms.cell.lengths()[2] - sum(entry.expansion for entry in ledger.boundaries)
    assert thickness == pytest.approx(2 * 9 * built.geometry.spacing * 12.9827)


def test_grains_and_layers_follow_the_height() -> None:
    atoms = quickstart().atoms
    grain, layer = atoms.get_array("grain"), atoms.get_array("layer")
    height = atoms.get_scaled_positions()[:, 2]
    inside = from_boundary(atoms) > 4.0
    assert (grain[inside] == np.where(height[inside] < 0.5, 1, 2)).all()
    assert (layer.min(), layer.max()) == (0, 8)
    symbols = np.array(atoms.get_chemical_symbols())
    for number in (1, 2):
        for species, each in (("Zr", 8), ("La", 12)):
            chosen = (grain == number) & (symbols == species)
            assert np.bincount(layer[chosen], minlength=9).tolist() == [each] * 9


def test_grain_2_is_the_shifted_mirror_image_of_grain_1() -> None:
    built = quickstart()
    atoms, box = built.atoms, built.atoms.cell.lengths()
    framework = np.array(atoms.get_chemical_symbols()) != "Li"
    one, two = (atoms.positions[framework & (atoms.get_array("grain") == number)] for number in (1, 2))
    mirrored = one * [1.0, 1.0, -1.0] + np.array([*built.shift, 0.0]) * box
    apart = mirrored[:, None] - two[None]
    apart -= box * np.round(apart / box)
    assert np.linalg.norm(apart, axis=2).min(axis=1).max() < 1e-6


def test_ledger_adds_up() -> None:
    built = quickstart()
    ledger = built.ledger
    cut = {"Li": 7 * 72, "La": 3 * 72, "Zr": 2 * 72, "O": 12 * 72}
    for species, count in ledger.atoms.items():
        assert count == cut[species] - ledger.removed.get(species, 0) + ledger.added.get(species, 0)
    assert ledger.formal_charge == 0 == formal_charges(built.atoms).sum()
    assert ledger.li2o_excess_per_area == 0.0
    assert ledger.area == pytest.approx(2.23607 * 12.9827**2, rel=1e-5)
    assert [entry.position for entry in ledger.boundaries] == [0.0, 0.5]
    assert sum(entry.lithium.on_cavities for entry in ledger.boundaries if entry.lithium) <= ledger.added["Li"]
    for entry in ledger.boundaries:
        for pair, distance in entry.shortest_contacts.items():
            assert distance >= ledger.shortest_contacts[pair] - 1e-9


def test_dipole_is_that_of_two_charges_and_ignores_what_no_crystal_can_have() -> None:
    pair = Atoms("LiO2Li3", cell=[5.0, 5.0, 20.0], pbc=True)
    pair.positions[:, 2] = [1.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    # +1 at 1 Å against -4 + 3 = -1 at 2 Å.
    assert dipole_along_normal(pair) == pytest.approx(-1.0)
    pair.positions[:, 2] += 18.5
    assert dipole_along_normal(pair) == pytest.approx(-1.0)


def test_a_seed_gives_one_boundary_and_another_seed_another_lithium_only() -> None:
    again = build_boundary(QUICKSTART, np.random.default_rng(1))
    assert again.ledger == quickstart().ledger
    assert (again.atoms.positions == quickstart().atoms.positions).all()
    other = quickstart(2).atoms
    lithium = np.array(other.get_chemical_symbols()) == "Li"
    assert (other.positions[~lithium] == quickstart().atoms.positions[~lithium]).all()
    assert not np.array_equal(other.positions[lithium], quickstart().atoms.positions[lithium])


def test_the_cut_decides_which_two_boundaries_there_are() -> None:
    halves = [
        build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 5, cut_offset=c), np.random.default_rng(1)) for c in (0, 0.5)
    ]
    first, second = (tuple(entry.expansion for entry in built.ledger.boundaries) for built in halves)
    assert first != pytest.approx(second, abs=0.05)
    assert first[0] != pytest.approx(first[1], abs=0.05)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"layers": 3}, r"10 Å or more, got 3 x 2.90 Å; take 4 or more"),
        ({"expansion": (0.0, 0.0)}, r"not sound.*only \d+\.\d % of the Zr.*leave out the expansion"),
        (
            {"expansion": (1.9, 1.0)},
            r"not sound \(expansions 1\.90 Å, 1\.00 Å\): La-O 1\.\d\d Å between.* \(limit 2\.0 Å\)",
        ),
        ({"shift": (0.5, 0.5)}, r"apart at the two boundaries.*leave out the shift"),
    ],
)
def test_what_cannot_be_built_is_refused_with_its_numbers(spec: dict[str, object], says: str) -> None:
    values: dict[str, object] = {"axis": (1, 0, 0), "plane": (0, 1, 2), "layers": 4, **spec}
    with pytest.raises(InputError, match=says):
        build_boundary(BoundarySpec(**values), np.random.default_rng(1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"cut_offset": 1.0}, "'cut_offset' must be from 0"),
        ({"cut_offset": float("nan")}, "'cut_offset' must be from 0"),
        ({"shift": (0.1,)}, "'shift' must be two"),
        ({"expansion": (-1.0, 0.0)}, "'expansion' must be two distances"),
        ({"layers": 0}, "'layers' must be 1"),
        ({"n_tetrahedral": 14}, "'n_tetrahedral' must be from 8 to 13"),
    ],
)
def test_values_out_of_range_are_refused_at_once(value: dict[str, object], says: str) -> None:
    values: dict[str, object] = {"axis": (1, 0, 0), "plane": (0, 1, 2), "layers": 5, **value}
    with pytest.raises(InputError, match=says):
        BoundarySpec(**values)  # type: ignore[arg-type]
