"""Lithium placed and lithium carried: one holds the crystal's composition, the other what the cut exposes."""

from dataclasses import replace

import numpy as np
import pytest
from ase.spacegroup import crystal as spacegroup_crystal
from scipy.spatial import cKDTree

from gbglass.build.account import forbidden_contacts
from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.crystal import llzo_crystal
from gbglass.build.crystals.rigid import crystal_from_atoms
from gbglass.build.decorate import LithiumMode, fill_slab
from gbglass.build.piece import SlabCut, cut_slab, plan_cut
from gbglass.build.tilt import Miller, tilt_boundary
from gbglass.core.arrays import FloatArray
from gbglass.core.packaged import load_potential
from gbglass.core.suitability import check_structure
from gbglass.errors import InputError

AXIS, PLANE = (1, -1, 0), (1, 1, 2)


def slab_cut(cut_offset: float = 0.0, layers: int = 3) -> SlabCut:
    return plan_cut(llzo_crystal(), tilt_boundary(AXIS, PLANE).representative(), layers, cut_offset)


def cut_lithium(mode: LithiumMode, seed: int, cut_offset: float = 0.0) -> FloatArray:
    cut = slab_cut(cut_offset)
    return fill_slab(cut_slab(llzo_crystal(), cut), cut, mode, 12, np.random.default_rng(seed))


def test_placed_holds_the_composition_and_carried_holds_it_on_average() -> None:
    wanted = 3 * 56 * slab_cut().geometry.cells_per_layer
    assert {len(cut_lithium("placed", seed)) for seed in range(5)} == {round(wanted)}
    counts = np.array([len(cut_lithium("carried", seed)) for seed in range(60)])
    assert counts.std() > 0.5
    assert abs(counts.mean() - wanted) < 4.0 * counts.std() / np.sqrt(len(counts))


@pytest.mark.parametrize("cut_offset", [0.0, 0.4, 0.75])
def test_carried_lithium_is_on_crystal_sites_between_the_faces_and_ordered(cut_offset: float) -> None:
    cut = slab_cut(cut_offset)
    piece = cut_slab(llzo_crystal(), cut)
    lithium = cut_lithium("carried", 1, cut_offset)
    assert lithium[:, 2].min() >= 0.0
    assert lithium[:, 2].max() < piece.lengths[2]
    box = piece.lengths + np.array([0.0, 0.0, 30.0])
    wrapped = lithium % box
    assert cKDTree(wrapped, boxsize=box).query(wrapped, k=2)[0][:, 1].min() > 2.379
    inside = (lithium[:, 2] > 2.0) & (lithium[:, 2] < piece.lengths[2] - 2.0)
    sites = cKDTree(piece.sites.positions % box, boxsize=box)
    assert sites.query(wrapped[inside])[0].max() < 1e-6


@pytest.mark.parametrize("cut_offset", [0.0, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("seed", [1, 2])
def test_carried_boundaries_are_as_sound_as_placed_ones(cut_offset: float, seed: int) -> None:
    spec = BoundarySpec(AXIS, PLANE, 3, cut_offset=cut_offset, lithium="carried")
    built = build_boundary(spec, np.random.default_rng(seed))
    assert built.ledger.formal_charge == 0.0
    assert forbidden_contacts(built.atoms) == []
    assert built.ledger.intact_octahedra == 100.0
    assert built.ledger.shortest_contacts["Li-Li"] >= 2.0


def test_the_two_modes_share_the_framework_and_differ_in_lithium() -> None:
    placed, carried = (
        build_boundary(BoundarySpec(AXIS, PLANE, 3, lithium=mode), np.random.default_rng(1)).atoms
        for mode in ("placed", "carried")
    )
    framework = np.array(placed.get_chemical_symbols()) != "Li"
    assert (placed.positions[framework] == carried.positions[framework]).all()
    assert not np.array_equal(placed.positions[~framework], carried.positions[~framework])


def test_the_excess_beside_the_two_boundaries_is_opposite_and_counts_the_lithium() -> None:
    built = build_boundary(BoundarySpec(AXIS, PLANE, 4, lithium="carried"), np.random.default_rng(5))
    first, second = (entry.lithium.excess_per_area for entry in built.ledger.boundaries if entry.lithium)
    assert first == pytest.approx(-second)
    assert built.ledger.area is not None
    lithium = built.atoms[np.array(built.atoms.get_chemical_symbols()) == "Li"]
    beside_first = int((lithium.get_array("layer") < 2).sum())
    assert beside_first - len(lithium) / 2 == pytest.approx(first * built.ledger.area / 100.0)


@pytest.mark.parametrize(
    ("axis", "plane"),
    [
        ((1, 0, 0), (0, 2, 1)),
        ((1, 0, 0), (0, -1, 2)),
        ((-1, 0, 0), (0, 1, -2)),
        ((0, 0, 1), (2, 1, 0)),
        ((0, 1, 0), (-1, 0, -2)),
        ((2, 1, 0), (1, -2, 0)),
    ],
)
def test_one_physical_boundary_gives_one_cell_however_it_is_typed(axis: Miller, plane: Miller) -> None:
    usual = build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 4), np.random.default_rng(1))
    typed = build_boundary(BoundarySpec(axis, plane, 4), np.random.default_rng(1))
    assert (typed.atoms.positions == usual.atoms.positions).all()
    assert typed.ledger == usual.ledger


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(InputError, match="'lithium' must be one of placed, carried, got 'poured'"):
        BoundarySpec(AXIS, PLANE, 3, lithium="poured")  # type: ignore[arg-type]


def test_a_cell_that_cannot_be_neutral_is_refused_with_its_account() -> None:
    """Li2O is so full of lithium that two of its faces pressed together cannot hold what they displace."""
    sites = [(0, 0, 0), (0.25, 0.25, 0.25)]
    oxide = spacegroup_crystal(["O", "Li"], sites, spacegroup=225, cellpar=[4.62, 4.62, 4.62, 90.0, 90.0, 90.0])
    crystal = crystal_from_atoms(oxide, "Li2O")
    with pytest.raises(InputError, match=r"room for \d+ of 96 Li .*O 48 with Li \d+ would carry -\d+ e"):
        build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 12), np.random.default_rng(1), crystal)


@pytest.mark.parametrize("mode", ["placed", "carried"])
@pytest.mark.parametrize("extra", [-5, 4])
def test_lithium_to_a_chosen_count_goes_to_the_boundaries_and_charges_the_cell(mode: LithiumMode, extra: int) -> None:
    spec = BoundarySpec((1, -1, 0), (1, 1, 2), 5, lithium=mode)
    neutral = build_boundary(spec, np.random.default_rng(1))
    changed = replace(spec, extra_lithium=extra, allow_nonstoichiometric=True)
    built = build_boundary(changed, np.random.default_rng(1))
    symbols = built.atoms.get_chemical_symbols()
    assert symbols.count("Li") == neutral.atoms.get_chemical_symbols().count("Li") + extra
    assert built.ledger.formal_charge == extra
    assert built.ledger.dipole_along_normal is None
    assert built.ledger.intact_octahedra == 100.0
    assert forbidden_contacts(built.atoms) == []
    assert any(f"formal charge {extra:+d} e" in remark for remark in built.ledger.remarks)
    with pytest.raises(InputError, match="needs a neutral cell"):
        check_structure(load_potential("buckingham-llzo"), built.atoms)
    # What differs from the neutral cell is near a boundary.
    places = [
        {tuple(place) for place in np.round(b.atoms.positions[np.array(b.atoms.get_chemical_symbols()) == "Li"], 3)}
        for b in (neutral, built)
    ]
    moved = np.array([place[2] for place in places[0] ^ places[1]])
    half = 0.5 * built.atoms.cell.lengths()[2]
    assert np.abs(moved - half * np.round(moved / half)).max() < 9.0


def test_a_charged_cell_has_to_be_asked_for_and_cannot_lack_more_than_there_is() -> None:
    with pytest.raises(InputError, match=r"\+2 Li would charge the cell; .*allow_nonstoichiometric"):
        BoundarySpec((1, -1, 0), (1, 1, 2), 3, extra_lithium=2)
    spec = BoundarySpec((1, -1, 0), (1, 1, 2), 3, extra_lithium=-200, allow_nonstoichiometric=True)
    with pytest.raises(InputError, match="takes out 200 Li of 168"):
        build_boundary(spec, np.random.default_rng(1))
    places = [(0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.0)]
    atoms = spacegroup_crystal(("Sr", "Ti", "O"), places, spacegroup=221, cellpar=[3.905, 3.905, 3.905, 90, 90, 90])
    perovskite = crystal_from_atoms(atoms, "SrTiO3")
    with pytest.raises(InputError, match="SrTiO3 has no mobile ion"):
        build_boundary(replace(spec, extra_lithium=1), np.random.default_rng(1), perovskite)
    full = replace(spec, extra_lithium=200)
    with pytest.raises(InputError, match=r"room for \d+ of 368 Li .* would carry \+\d+ e"):
        build_boundary(full, np.random.default_rng(1))
