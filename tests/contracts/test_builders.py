"""What every builder promises; builders are found by walking the package, so that a new one cannot be forgotten."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ase import Atoms

import gbglass.build
from gbglass.build.account import count_species, forbidden_contacts, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary
from gbglass.build.networks.layout import NetworkSpec, PolycrystalSpec
from gbglass.build.networks.network import BuiltNetwork
from gbglass.core.species import formal_charge
from tests.contracts.test_crystals import CRYSTALS
from tests.contracts.test_parts import PARTS

Builder = Callable[..., Any]

ARGUMENTS: dict[str, tuple[object, ...]] = {
    "gbglass.build.crystals.cubic.cubic_llzo": (12,),
    "gbglass.build.boundaries.boundary.build_boundary": (BoundarySpec((1, -1, 0), (1, 1, 2), 3),),
    "gbglass.build.networks.network.build_network": (NetworkSpec((1, 0, 0), (0.0, 30.0), (35.0, 35.0)),),
    "gbglass.build.networks.network.build_polycrystal": (PolycrystalSpec((30.0, 32.0, 35.0), grains=2),),
}
"""What to call each builder with, before the generator."""


def find_builders() -> dict[str, Builder]:
    """Find every public function of the build floor that makes a structure."""
    found: dict[str, Builder] = {}
    for info in pkgutil.walk_packages(gbglass.build.__path__, "gbglass.build."):
        for name, function in inspect.getmembers(importlib.import_module(info.name), inspect.isfunction):
            returns = inspect.signature(function).return_annotation
            own = function.__module__ == info.name and not name.startswith("_")
            if own and isinstance(returns, type) and (returns is Atoms or "atoms" in _fields(returns)):
                found[f"{info.name}.{name}"] = function
    return found


def _fields(kind: type) -> dict[str, object]:
    return dict(getattr(kind, "__dataclass_fields__", {}))


BUILDERS = find_builders()


def atoms_of(built: Atoms | BuiltBoundary | BuiltNetwork) -> Atoms:
    return built if isinstance(built, Atoms) else built.atoms


def build(name: str, seed: int = 1) -> Atoms:
    return atoms_of(BUILDERS[name](*ARGUMENTS[name], np.random.default_rng(seed)))


def test_every_builder_is_under_contract() -> None:
    assert BUILDERS.keys() == ARGUMENTS.keys() | PARTS.keys() | CRYSTALS.keys()


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
class TestBuilder:
    def test_structure_is_sound(self, name: str) -> None:
        atoms = build(name)
        assert formal_charge(atoms) == 0
        assert forbidden_contacts(atoms) == []
        assert intact_octahedra(atoms) == 100.0
        assert atoms.pbc.all()
        counts = count_species(atoms)
        assert counts["Li"] * 2 == 7 * counts["Zr"]

    def test_structure_is_in_its_cell_and_species_are_in_order(self, name: str) -> None:
        atoms = build(name)
        scaled = atoms.get_scaled_positions(wrap=False)
        assert scaled.min() >= 0.0
        assert scaled.max() <= 1.0
        order = {"Li": 0, "La": 1, "Zr": 2, "O": 3}
        ranks = [order[symbol] for symbol in atoms.get_chemical_symbols()]
        assert ranks == sorted(ranks)

    def test_same_seed_same_structure_and_other_seed_another(self, name: str) -> None:
        first, again, other = build(name, 1), build(name, 1), build(name, 2)
        assert (first.positions == again.positions).all()
        assert (first.cell.array == again.cell.array).all()
        assert not np.array_equal(first.positions, other.positions)

    def test_global_randomness_is_neither_used_nor_touched(self, name: str) -> None:
        before = np.random.get_state(legacy=False)  # noqa: NPY002  # what must not change
        build(name)
        after = np.random.get_state(legacy=False)  # noqa: NPY002
        assert str(before) == str(after)
