"""What every ledger promises: it adds up, it says what is there, and it does not depend on where the cell begins."""

from collections.abc import Callable

import numpy as np
import pytest

from gbglass.build.account import contacts, count_species, intact_octahedra
from gbglass.core.ledger import Built
from tests.contracts.test_builders import ARGUMENTS, BUILDERS
from tests.contracts.test_crystals import CRYSTALS
from tests.contracts.test_parts import PARTS

Maker = Callable[[np.random.Generator], object]


def makers() -> dict[str, Maker]:
    """Return every builder whose result has a ledger, ready to be called with a generator."""
    own: dict[str, Maker] = {
        name: lambda rng, name=name: BUILDERS[name](*ARGUMENTS[name], rng)  # type: ignore[misc]
        for name in ARGUMENTS
    }
    every: dict[str, Maker] = {**own, **PARTS, **CRYSTALS}
    return {name: make for name, make in every.items() if hasattr(make(np.random.default_rng(1)), "ledger")}


MAKERS = makers()


def made(name: str) -> Built:
    built: Built = MAKERS[name](np.random.default_rng(1))  # type: ignore[assignment]
    return built


def test_boundaries_cells_and_cavities_have_ledgers() -> None:
    assert {"build_boundary", "build_cell", "enlarge_cavity"} <= {name.rsplit(".", 1)[1] for name in MAKERS}


@pytest.mark.parametrize("name", sorted(MAKERS))
class TestLedger:
    def test_atoms_are_conserved(self, name: str) -> None:
        built = made(name)
        ledger = built.ledger
        assert ledger.atoms == count_species(built.atoms)
        assert ledger.cut
        for species in ledger.cut.keys() | ledger.atoms.keys():
            rest = ledger.cut.get(species, 0) - ledger.removed.get(species, 0) + ledger.added.get(species, 0)
            assert ledger.atoms.get(species, 0) == rest, species

    def test_what_it_measures_is_there_wherever_the_cell_begins(self, name: str) -> None:
        built = made(name)
        moved = built.atoms.copy()
        moved.translate([101.3, -57.7, 13.9])
        moved.wrap()
        assert contacts(moved).keys() == built.ledger.shortest_contacts.keys()
        for pair, distance in contacts(moved).items():
            assert distance == pytest.approx(built.ledger.shortest_contacts[pair], abs=1e-9)
        if built.ledger.intact_octahedra is not None and "part" not in moved.arrays:
            assert intact_octahedra(moved) == built.ledger.intact_octahedra

    def test_it_is_neutral(self, name: str) -> None:
        assert made(name).ledger.formal_charge == pytest.approx(0.0, abs=1e-9)
