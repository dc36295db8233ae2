"""Dopants, Li2O and partial occupancies: always neutral, never too near, and refusals that say what can be."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.build.account import count_species, forbidden_contacts
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.dope import dopant_count, dope, remove_ions
from gbglass.build.crystals.electrodes import SpinelSpec, lithium_metal, spinel
from gbglass.build.crystals.li2o import vary_li2o
from gbglass.build.crystals.occupancy import PartialCrystal, SiteClass, order_occupancies
from gbglass.build.garnet import garnet_motif
from gbglass.core.neighbours import shortest_contacts
from gbglass.core.packaged import load_potential
from gbglass.core.species import formal_charge
from gbglass.core.suitability import check_structure
from gbglass.errors import InputError


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def garnet(tetrahedral: float, octahedral: float, zr: dict[str, float] | None = None) -> PartialCrystal:
    motif = garnet_motif()
    halves = (motif.octahedra[:, None] + motif.halves).reshape(-1, 3)
    oxygen = (motif.zr[:, None] + motif.oxygen).reshape(-1, 3)
    classes = (
        SiteClass("Li1 (24)", motif.tetrahedra, {"Li": tetrahedral}),
        SiteClass("Li2 (96)", halves, {"Li": octahedral}),
        SiteClass("La (24)", motif.la, {"La": 1.0}),
        SiteClass("Zr (16)", motif.zr, zr or {"Zr": 1.0}),
        SiteClass("O (96)", oxygen, {"O": 1.0}),
    )
    return PartialCrystal("c-LLZO", 12.9827 * np.eye(3), classes)


@given(
    st.sampled_from([{"Al": 2}, {"Ga": 1}, {"Ta": 4}, {"Nb": 3}, {"Al": 1, "Ta": 2}, {"Ta": 16}]),
    st.integers(0, 2**31 - 1),
)
@settings(max_examples=12, deadline=None)
def test_doped_garnet_is_neutral_and_sound(dopants: dict[str, int], seed: int) -> None:
    pure = cubic_llzo(12, rng(seed))
    built = dope(pure, dopants, rng(seed))
    assert formal_charge(built.atoms) == 0
    assert forbidden_contacts(built.atoms) == []
    counts = count_species(built.atoms)
    for dopant, count in dopants.items():
        assert counts[dopant] == count
    charge_brought = sum({"Al": 3, "Ga": 3, "Ta": 1, "Nb": 1}[dopant] * count for dopant, count in dopants.items())
    assert counts["Li"] == 56 - charge_brought
    assert built.ledger.intact_octahedra == 100.0


def test_aluminium_is_tetrahedral_and_dopants_are_far_apart() -> None:
    built = dope(cubic_llzo(12, rng()), {"Al": 2}, rng())
    symbols = np.array(built.atoms.get_chemical_symbols())
    oxygen = np.flatnonzero(symbols == "O")
    for site in np.flatnonzero(symbols == "Al").tolist():
        assert (built.atoms.get_distances(site, oxygen, mic=True) < 2.8).sum() == 4
    first, second = np.flatnonzero(symbols == "Al").tolist()
    assert built.atoms.get_distance(first, second, mic=True) > 6.0


def test_amounts_are_for_each_formula_unit() -> None:
    pure = cubic_llzo(12, rng())
    assert dopant_count(pure, "Al", 0.25) == 2
    with pytest.raises(InputError, match=r"nearest amounts that are: 0.25, 0.375"):
        dopant_count(pure, "Al", 0.3)


@pytest.mark.parametrize("units", [-3, -1, 0, 1])
def test_li2o_keeps_the_cell_neutral(units: int) -> None:
    built = vary_li2o(cubic_llzo(12, rng()), units, rng())
    counts = count_species(built.atoms)
    assert (counts["Li"], counts["O"]) == (56 + 2 * units, 96 + units)
    assert formal_charge(built.atoms) == 0
    assert forbidden_contacts(built.atoms) == []
    assert built.ledger.intact_octahedra == pytest.approx(100.0 * (16 + min(0, units)) / 16)


def test_a_charged_cell_needs_to_be_asked_for_and_a_potential_with_fixed_charges_refuses_it() -> None:
    pure = cubic_llzo(12, rng())
    with pytest.raises(InputError, match=r"would carry -1 e .*allow_nonstoichiometric"):
        remove_ions(pure, {"Li": 1}, rng())
    built = remove_ions(pure, {"Li": 1}, rng(), allow_nonstoichiometric=True)
    assert built.ledger.formal_charge == -1.0
    assert "Not neutral" in built.ledger.remarks[-1]
    with pytest.raises(InputError, match="needs a neutral cell"):
        check_structure(load_potential("buckingham-llzo"), built.atoms)


def test_metal_and_mixed_valent_crystals_stay_neutral_by_their_own_valence() -> None:
    metal = remove_ions(lithium_metal(repeat=(2, 2, 2)).atoms, {"Li": 1}, rng(), "lithium metal")
    assert (metal.ledger.formal_charge, metal.ledger.valence) == (0.0, {"lithium metal": {"Li": 0.0}})
    full = spinel(SpinelSpec(1.0), rng())
    taken = remove_ions(full.atoms, {"Li": 4}, rng(), "LixZr2O4")
    assert taken.ledger.valence["LixZr2O4"]["Zr"] == 3.75
    less = vary_li2o(full.atoms, -1, rng(), full.name, full.ledger.valence[full.name])
    assert (less.ledger.formal_charge, less.ledger.removed) == (0.0, {"Li": 2, "O": 1})


@pytest.mark.parametrize("seed", range(2, 6))
def test_room_is_found_wherever_the_search_begins(seed: int) -> None:
    pure = cubic_llzo(12, rng(1))
    grown = vary_li2o(pure, 1, rng(seed))
    assert (grown.ledger.added, grown.ledger.formal_charge) == ({"Li": 2, "O": 1}, 0.0)
    assert grown.ledger.intact_octahedra == 100.0


def test_room_is_sought_in_cells_with_orthogonal_edges_only() -> None:
    skewed = cubic_llzo(12, rng())
    skewed.set_cell(skewed.cell.array + np.array([[0, 0, 0], [1.0, 0, 0], [0, 0, 0]]), scale_atoms=True)
    assert vary_li2o(skewed, -1, rng()).ledger.formal_charge == 0.0
    with pytest.raises(InputError, match="orthogonal edges; the angles are"):
        vary_li2o(skewed, 1, rng())


def test_a_potential_that_lacks_a_dopant_says_so_and_what_would_do() -> None:
    with pytest.raises(InputError, match=r"does not know Ta; .*one trained on these elements would do"):
        check_structure(load_potential("buckingham-llzo"), dope(cubic_llzo(12, rng()), {"Ta": 1}, rng()).atoms)


@given(st.integers(8, 13), st.integers(0, 2**31 - 1))
@settings(max_examples=10, deadline=None)
def test_any_occupancies_that_can_be_give_an_ordered_neutral_cell(n_tetrahedral: int, seed: int) -> None:
    built = order_occupancies(garnet(n_tetrahedral / 24, (56 - n_tetrahedral) / 96), rng(seed))
    assert count_species(built.atoms) == {"La": 24, "Li": 56, "O": 96, "Zr": 16}
    assert shortest_contacts(built.atoms)["Li-Li"] == pytest.approx(2.380, abs=1e-3)
    assert built.ledger.intact_octahedra == 100.0


def test_refined_occupancies_become_the_nearest_whole_numbers() -> None:
    built = order_occupancies(garnet(0.542, 0.448), rng())
    motif = garnet_motif()
    lithium = built.atoms.get_scaled_positions()[np.array(built.atoms.get_chemical_symbols()) == "Li"]
    apart = lithium[:, None] - motif.tetrahedra[None]
    on_tetrahedra = np.linalg.norm(apart - np.round(apart), axis=2).min(axis=1) < 1e-3
    assert int(on_tetrahedra.sum()) == 13


def test_sites_shared_by_species_are_shared_out_and_lithium_makes_up_for_them() -> None:
    built = order_occupancies(garnet(0.5, 0.42, {"Zr": 0.75, "Ta": 0.25}), rng())
    assert count_species(built.atoms) == {"La": 24, "Li": 52, "O": 96, "Ta": 4, "Zr": 12}


def test_occupancies_that_cannot_be_are_refused_with_the_nearest_that_can() -> None:
    """A set of a refinement with 22.6 Li on 24d has no order without pairs 1.6 Å apart; 13 are the most."""
    nearest = r"nearest that can be is 13 on Li1 \(24\) \(occupancy 0.542\) and 43 on Li2 \(96\) \(occupancy 0.448\)"
    for crystal in (garnet(0.94, 0.349), garnet(15 / 24, 41 / 96), garnet(1.0, 1 / 3)):
        with pytest.raises(InputError, match=nearest):
            order_occupancies(crystal, rng())
    with pytest.raises(InputError, match=r"26 on .* and 86 on "):
        order_occupancies(garnet(0.94, 0.349).repeated((2, 1, 1)), rng())
    with pytest.raises(InputError, match=r"no more than .* are needed for a neutral cell"):
        order_occupancies(garnet(0.9, 0.5, {"Zr": 0.75}), rng())


def test_only_mobile_ions_keep_the_exclusion_from_each_other() -> None:
    """Li stands 1.90 Å from an oxygen site that is not quite full; that is a bond, not a pair to be avoided."""
    lithium = SiteClass("Li", np.array([[0.25, 0.25, 0.25]]), {"Li": 1.0})
    oxygen = SiteClass("O", np.array([[0.25, 0.25, 0.25 + 1.9 / 9.0], [0.75, 0.75, 0.75]]), {"O": 0.5})
    other = SiteClass("Na", np.array([[0.75, 0.75, 0.45]]), {"Na": 1.0})
    crystal = PartialCrystal("oxide", 9.0 * np.eye(3), (lithium, oxygen, other))
    contacts = [order_occupancies(crystal, rng(seed)).ledger.shortest_contacts for seed in range(8)]
    assert min(found.get("Li-O", np.inf) for found in contacts) == pytest.approx(1.9)
    with pytest.raises(InputError, match="'exclusion' must be above 0"):
        order_occupancies(crystal, rng(), exclusion=0.0)


def test_the_ledger_says_how_far_whole_numbers_are_from_the_refined_ones() -> None:
    built = order_occupancies(garnet(0.3, 0.25, {"Zr": 0.5, "Ta": 0.5}), rng())
    assert built.ledger.remarks[0] == "Li1 (24): 16 Li (7.2 refined) on 24 sites."
    assert "Zr (16): 8 Zr (8.0 refined), 8 Ta (8.0 refined) on 16 sites." in built.ledger.remarks


@pytest.mark.parametrize("occupancy", [{"Li": 1.2}, {"Li": -0.1}, {"Zr": 0.7, "Ta": 0.4}, {"Li": float("nan")}])
def test_shares_that_cannot_be_are_refused(occupancy: dict[str, float]) -> None:
    with pytest.raises(InputError, match="shares of a site must be from 0 to 1, also together; M has"):
        SiteClass("M", np.zeros((1, 3)), occupancy)


def test_a_cell_that_no_lithium_makes_neutral_is_refused() -> None:
    sites = np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
    anions = np.array([[0.5, 0.0, 0.5], [0.0, 0.5, 0.5], [0.5, 0.5, 0.5]])
    crystal = PartialCrystal(
        "salt", 8.0 * np.eye(3), (SiteClass("Li", sites, {"Li": 0.5}), SiteClass("Cl", anions, {"Cl": 1.0}))
    )
    with pytest.raises(InputError, match="no number of Li makes salt neutral: Cl 3 carry -3 e and there are 2 sites"):
        order_occupancies(crystal, rng())


@pytest.mark.parametrize(
    ("attempt", "says"),
    [
        (lambda: dope(cubic_llzo(12, rng()), {"Mg": 1}, rng()), "no rule is known for the dopant Mg; known are Al"),
        (lambda: dope(cubic_llzo(12, rng()), {"Ta": 17}, rng()), "17 Ta were asked for, but there are 16"),
        (lambda: vary_li2o(cubic_llzo(12, rng()), -29, rng()), "no more than 28"),
        (lambda: vary_li2o(cubic_llzo(12, rng()), 40, rng()), "there is room for"),
    ],
)
def test_bad_compositions_are_refused(attempt: Callable[[], object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        attempt()
