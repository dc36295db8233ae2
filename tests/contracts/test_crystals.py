"""What every crystal promises, doped, mixed-valent or metal.

`CRYSTALS` is read by ``test_builders``, so that no builder is without a contract.
"""

from collections.abc import Callable

import numpy as np
import pytest
from ase import Atoms

from gbglass.build.account import forbidden_contacts
from gbglass.build.crystals.bulk import BuiltCrystal, account_crystal
from gbglass.build.crystals.choose import in_order
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.dope import dope, remove_ions
from gbglass.build.crystals.electrodes import SpinelSpec, lithium_metal, spinel
from gbglass.build.crystals.given import account_given
from gbglass.build.crystals.glass import GlassSpec, random_llzo
from gbglass.build.crystals.li2o import vary_li2o
from gbglass.build.crystals.occupancy import PartialCrystal, SiteClass, order_occupancies
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.build.garnet import garnet_motif
from gbglass.core.species import FORMAL_CHARGES

Generator = np.random.Generator


def partly_filled() -> PartialCrystal:
    motif = garnet_motif()
    halves = (motif.octahedra[:, None] + motif.halves).reshape(-1, 3)
    oxygen = (motif.zr[:, None] + motif.oxygen).reshape(-1, 3)
    classes = (
        SiteClass("Li1", motif.tetrahedra, {"Li": 0.5}),
        SiteClass("Li2", halves, {"Li": 0.45}),
        SiteClass("La", motif.la, {"La": 1.0}),
        SiteClass("Zr", motif.zr, {"Zr": 1.0}),
        SiteClass("O", oxygen, {"O": 1.0}),
    )
    return PartialCrystal("c-LLZO", 12.9827 * np.eye(3), classes)


CRYSTALS: dict[str, Callable[[Generator], BuiltCrystal | Atoms]] = {
    "gbglass.build.crystals.bulk.account_crystal": lambda rng: account_crystal(cubic_llzo(12, rng), "LLZO"),
    "gbglass.build.crystals.choose.in_order": lambda rng: in_order(cubic_llzo(12, rng)[::-1]),
    "gbglass.build.crystals.dope.dope": lambda rng: dope(cubic_llzo(12, rng), {"Ta": 2, "Al": 1}, rng),
    "gbglass.build.crystals.dope.remove_ions": lambda rng: remove_ions(cubic_llzo(12, rng), {"Li": 2, "O": 1}, rng),
    "gbglass.build.crystals.electrodes.lithium_metal": lambda _: lithium_metal(repeat=(2, 2, 2)),
    "gbglass.build.crystals.electrodes.spinel": lambda rng: spinel(SpinelSpec(0.25, (2, 1, 1)), rng),
    "gbglass.build.crystals.given.account_given": lambda rng: account_given(cubic_llzo(12, rng), "mine"),
    "gbglass.build.crystals.glass.random_llzo": lambda rng: random_llzo(GlassSpec(4), rng),
    "gbglass.build.crystals.li2o.vary_li2o": lambda rng: vary_li2o(cubic_llzo(12, rng), -1, rng),
    "gbglass.build.crystals.occupancy.order_occupancies": lambda rng: order_occupancies(partly_filled(), rng),
    "gbglass.build.crystals.tetragonal.tetragonal_llzo": lambda _: tetragonal_llzo(),
}
"""How to call each of them with a generator."""

BY_CHANCE_NOT_AT_ALL = {
    "gbglass.build.crystals.electrodes.lithium_metal",
    "gbglass.build.crystals.tetragonal.tetragonal_llzo",
}
ORDER = ["Li", "La", "Zr", "O", "Al", "Ga", "Ta", "Nb"]


def atoms_of(made: BuiltCrystal | Atoms) -> Atoms:
    return made if isinstance(made, Atoms) else made.atoms


@pytest.mark.parametrize("name", sorted(CRYSTALS))
class TestCrystal:
    def test_nothing_is_too_near_and_it_is_periodic(self, name: str) -> None:
        atoms = atoms_of(CRYSTALS[name](np.random.default_rng(1)))
        assert forbidden_contacts(atoms) == []
        assert atoms.pbc.all()

    def test_it_is_neutral_by_its_own_valence(self, name: str) -> None:
        made = CRYSTALS[name](np.random.default_rng(1))
        symbols = atoms_of(made).get_chemical_symbols()
        valence = FORMAL_CHARGES if isinstance(made, Atoms) else made.ledger.valence[made.name]
        assert sum(valence[symbol] for symbol in symbols) == pytest.approx(0.0, abs=1e-9)

    def test_it_is_in_its_cell_and_its_species_are_in_order(self, name: str) -> None:
        atoms = atoms_of(CRYSTALS[name](np.random.default_rng(1)))
        scaled = atoms.get_scaled_positions(wrap=False)
        assert scaled.min() >= 0.0
        assert scaled.max() <= 1.0
        ranks = [ORDER.index(symbol) for symbol in atoms.get_chemical_symbols()]
        assert ranks == sorted(ranks)

    def test_a_seed_gives_one_structure_and_another_seed_another(self, name: str) -> None:
        first, again, other = (atoms_of(CRYSTALS[name](np.random.default_rng(seed))) for seed in (1, 1, 2))
        assert (first.positions == again.positions).all()
        assert (first.cell.array == again.cell.array).all()
        assert (name in BY_CHANCE_NOT_AT_ALL) == np.array_equal(first.positions, other.positions)

    def test_global_randomness_is_neither_used_nor_touched(self, name: str) -> None:
        before = np.random.get_state(legacy=False)  # noqa: NPY002  # what must not change
        CRYSTALS[name](np.random.default_rng(1))
        after = np.random.get_state(legacy=False)  # noqa: NPY002
        assert str(before) == str(after)
