"""What the parts of cells and the cells themselves promise, which are not LLZO alone.

`PARTS` is read by ``test_builders``, so that no builder is without a contract.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from ase import Atoms

from gbglass.build.account import forbidden_contacts, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.boundaries.cavity import CavitySpec, enlarge_cavity
from gbglass.build.boundaries.content import vary_boundary_li2o
from gbglass.build.cells.cell import CellSpec, Thicknesses, bicrystal_of, build_cell
from gbglass.build.cells.electrode_slabs import lithium_slab, lzo_slab
from gbglass.build.cells.electrolyte import (
    Electrolyte,
    Stand,
    boundary_electrolyte,
    crystal_electrolyte,
    given_electrolyte,
    llzo_electrolyte,
    open_electrolyte,
    scaled_electrolyte,
    twin_electrolyte,
)
from gbglass.build.cells.filled_box import fill_box
from gbglass.build.cells.given_electrode import given_electrode
from gbglass.build.cells.given_electrolyte import GivenElectrolyte
from gbglass.build.cells.match import SPINEL_100, Match, Surface, find_matches
from gbglass.build.cells.opening import open_slab
from gbglass.build.cells.slab import Slab, in_species_order, with_vacuum
from gbglass.build.cells.stack import BuiltCell, stack_parts
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.lattice_constants import LZO_LATTICE
from gbglass.core.species import FORMAL_CHARGES

Generator = np.random.Generator
Part = Atoms | BuiltBoundary | Slab | Electrolyte | BuiltCell

SPEC = BoundarySpec((1, -1, 0), (1, 1, 2), 3)
PERPENDICULAR = Stand("perpendicular")


def bicrystal(rng: Generator) -> BuiltBoundary:
    return build_boundary(SPEC, rng)


def standing(rng: Generator) -> Electrolyte:
    return boundary_electrolyte(SPEC, bicrystal(rng), PERPENDICULAR, rng)


def given(rng: Generator) -> Electrolyte:
    return given_electrolyte(GivenElectrolyte(cubic_llzo(12, rng)), PERPENDICULAR)


def given_cathode(rng: Generator) -> Slab:
    return given_electrode(lzo_slab(match(), 9.0, rng).atoms, "cathode", (25.9, 13.0))


def twin(rng: Generator) -> Electrolyte:
    return twin_electrolyte(SPEC, standing(rng), PERPENDICULAR, rng)


@cache
def match() -> Match:
    return find_matches((12.9827, 12.9827), Surface(SPINEL_100, LZO_LATTICE, 0.5), most_repeats=1)[0]


def cell(rng: Generator) -> BuiltCell:
    return build_cell(CellSpec("cell-0", x=0.5, thicknesses=Thicknesses(12.0, 9.0, 8.0)), rng)


def stacked(rng: Generator) -> BuiltCell:
    llzo = open_slab(cubic_llzo(12, rng), 2, 0.1)
    return stack_parts((lithium_slab(llzo.edges, 8.0), llzo))


PARTS: dict[str, Callable[[Generator], Part]] = {
    "gbglass.build.boundaries.cavity.enlarge_cavity": lambda rng: enlarge_cavity(bicrystal(rng), CavitySpec(2)),
    "gbglass.build.boundaries.content.vary_boundary_li2o": lambda rng: vary_boundary_li2o(bicrystal(rng), 2, rng),
    "gbglass.build.cells.cell.bicrystal_of": lambda rng: bicrystal_of(CellSpec("cell-2", SPEC), rng),
    "gbglass.build.cells.cell.build_cell": cell,
    "gbglass.build.cells.electrode_slabs.lithium_slab": lambda _: lithium_slab((12.98, 30.0), 8.0),
    "gbglass.build.cells.electrode_slabs.lzo_slab": lambda rng: lzo_slab(match(), 9.0, rng),
    "gbglass.build.cells.electrolyte.boundary_electrolyte": standing,
    "gbglass.build.cells.electrolyte.crystal_electrolyte": lambda rng: crystal_electrolyte((1, -1, 0), 12, rng),
    "gbglass.build.cells.filled_box.fill_box": lambda rng: fill_box(np.eye(3), np.zeros(3), 12, rng),
    "gbglass.build.cells.electrolyte.given_electrolyte": lambda rng: given_electrolyte(
        GivenElectrolyte(cubic_llzo(12, rng)), PERPENDICULAR
    ),
    "gbglass.build.cells.electrolyte.llzo_electrolyte": lambda rng: llzo_electrolyte((1, 1), 12.0, 12, rng),
    "gbglass.build.cells.electrolyte.open_electrolyte": lambda rng: open_electrolyte(standing(rng), (1, 1), 12.0),
    "gbglass.build.cells.electrolyte.twin_electrolyte": lambda rng: twin_electrolyte(
        SPEC, standing(rng), PERPENDICULAR, rng
    ),
    "gbglass.build.cells.electrolyte.scaled_electrolyte": lambda rng: scaled_electrolyte(standing(rng), 1.01),
    "gbglass.build.cells.given_electrode.given_electrode": given_cathode,
    "gbglass.build.cells.opening.open_slab": lambda rng: open_slab(cubic_llzo(12, rng), 2, 0.1),
    "gbglass.build.cells.slab.in_species_order": lambda rng: in_species_order(cubic_llzo(12, rng)[::-1]),
    "gbglass.build.cells.slab.with_vacuum": lambda rng: with_vacuum(cubic_llzo(12, rng), (12.9827, 12.9827)),
    "gbglass.build.cells.stack.stack_parts": stacked,
}
"""How to call each of them with a generator."""

WITHOUT_WHOLE_OCTAHEDRA = {
    "gbglass.build.cells.electrode_slabs.lithium_slab",
    "gbglass.build.cells.electrode_slabs.lzo_slab",  # Zr of its faces has five O, and octahedra share theirs
    "gbglass.build.cells.given_electrode.given_electrode",  # as given
    "gbglass.build.cells.slab.with_vacuum",  # puts vacuum wherever it is told to; opening decides where
}

BY_CHANCE_NOT_AT_ALL = ("gbglass.build.cells.electrode_slabs.lithium_slab",)


def atoms_of(part: Part) -> Atoms:
    return part if isinstance(part, Atoms) else part.atoms


def charge_of(part: Part) -> float:
    """Sum the charges by the part's own valences: metal has none, Zr of LixZr2O4 a mixed one."""
    if isinstance(part, Slab):
        return float(part.charges.sum())
    if isinstance(part, BuiltCell):
        symbols = np.array(part.atoms.get_chemical_symbols())
        number = part.atoms.get_array("part")
        valence = [part.ledger.valence[name] for name in part.parts]
        return sum(valence[int(n)][str(symbol)] for n, symbol in zip(number, symbols, strict=True))
    return float(sum(FORMAL_CHARGES[symbol] for symbol in atoms_of(part).get_chemical_symbols()))


@pytest.mark.parametrize("name", sorted(PARTS))
class TestPart:
    def test_it_is_neutral_by_its_own_valences_and_nothing_is_too_near(self, name: str) -> None:
        part = PARTS[name](np.random.default_rng(1))
        assert charge_of(part) == pytest.approx(0.0, abs=1e-9)
        assert forbidden_contacts(atoms_of(part)) == []
        assert atoms_of(part).pbc.all()

    def test_it_is_in_its_cell_and_its_species_are_in_order(self, name: str) -> None:
        atoms = atoms_of(PARTS[name](np.random.default_rng(1)))
        scaled = atoms.get_scaled_positions(wrap=False)
        assert scaled.min() >= 0.0
        assert scaled.max() <= 1.0
        ranks = [["Li", "La", "Zr", "O"].index(symbol) for symbol in atoms.get_chemical_symbols()]
        assert ranks == sorted(ranks)

    def test_a_seed_gives_one_structure_and_another_seed_another(self, name: str) -> None:
        first, again, other = (atoms_of(PARTS[name](np.random.default_rng(seed))) for seed in (1, 1, 2))
        assert (first.positions == again.positions).all()
        assert (first.cell.array == again.cell.array).all()
        assert (name in BY_CHANCE_NOT_AT_ALL) == np.array_equal(first.positions, other.positions)

    def test_global_randomness_is_neither_used_nor_touched(self, name: str) -> None:
        before = np.random.get_state(legacy=False)  # noqa: NPY002  # what must not change
        PARTS[name](np.random.default_rng(1))
        after = np.random.get_state(legacy=False)  # noqa: NPY002
        assert str(before) == str(after)


@pytest.mark.parametrize("name", sorted(PARTS.keys() - WITHOUT_WHOLE_OCTAHEDRA))
def test_every_octahedron_of_the_electrolyte_is_whole(name: str) -> None:
    atoms = atoms_of(PARTS[name](np.random.default_rng(1)))
    electrolyte = atoms[atoms.get_array("part") == 1] if atoms.has("part") else atoms
    assert "La" in electrolyte.get_chemical_symbols()
    assert intact_octahedra(electrolyte) == 100.0
