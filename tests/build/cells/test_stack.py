"""Stacks: parts as near as allowed and no nearer, ends apart, what is held, an account by part."""

import math
from functools import cache

import numpy as np
import pytest
from ase import Atoms

from gbglass.build.cells.electrode_slabs import lithium_slab, lzo_slab
from gbglass.build.cells.match import SPINEL_100, Surface, find_matches
from gbglass.build.cells.opening import open_slab
from gbglass.build.cells.slab import Slab, with_vacuum
from gbglass.build.cells.stack import HELD_LAYER, BuiltCell, StackSpec, stack_parts
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.lattice_constants import LZO_LATTICE
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import contact_limit
from gbglass.errors import InputError

A = 12.9827


@cache
def parts() -> tuple[Slab, Slab, Slab]:
    rng = np.random.default_rng(1)
    match = find_matches((A, A), Surface(SPINEL_100, LZO_LATTICE, 0.5), most_repeats=1)[0]
    return lithium_slab((A, A), 10.0), open_slab(cubic_llzo(12, rng), 2, 0.56), lzo_slab(match, 18.0, rng)


@cache
def full(closure: str = "vacuum", clearance: float = 0.5) -> BuiltCell:
    return stack_parts(parts(), StackSpec(clearance, 20.0, closure))  # type: ignore[arg-type]


def of_part(cell: BuiltCell, number: int) -> Atoms:
    part: Atoms = cell.atoms[cell.atoms.get_array("part") == number]
    return part


def nearest_across(cell: BuiltCell, first: int, second: int) -> list[tuple[str, str, float]]:
    """List all pairs of atoms of two parts within 4 Å: species and distance."""
    atoms, part = cell.atoms, cell.atoms.get_array("part")
    pairs = find_pairs(atoms.positions, atoms.cell.array, 4.0)
    symbols = atoms.get_chemical_symbols()
    return [
        (symbols[i], symbols[j], float(d))
        for i, j, d in zip(pairs.first, pairs.second, pairs.distances, strict=True)
        if {int(part[i]), int(part[j])} == {first, second}
    ]


def test_parts_lie_on_each_other_in_order_with_equal_areas() -> None:
    cell = full()
    assert cell.parts == ("Li", "LLZO", "LZO")
    tops = [of_part(cell, n).positions[:, 2].max() for n in range(3)]
    bottoms = [of_part(cell, n).positions[:, 2].min() for n in range(3)]
    for number, plane in enumerate(cell.interfaces):
        assert tops[number] < plane < bottoms[number + 1]
    assert cell.ledger.area == pytest.approx(A * A)
    assert cell.atoms.cell.lengths()[:2] == pytest.approx([A, A])
    assert len(cell.atoms) == sum(len(part.atoms) for part in parts())


@pytest.mark.parametrize("clearance", [0.0, 0.5, 1.5])
def test_interfaces_are_as_near_as_limits_and_clearance_allow_and_no_nearer(clearance: float) -> None:
    cell = full(clearance=clearance)
    for first in (0, 1):
        spare = [
            distance - (2.6 if {a, b} == {"Zr", "O"} else contact_limit(a, b) + clearance)
            for a, b, distance in nearest_across(cell, first, first + 1)
        ]
        # LixZr2O4 has Zr too, which O of the electrolyte may meet nearer than 2.6 Å: only its own octahedra are kept.
        assert min(spare) >= -0.6
        touching = min(
            distance - contact_limit(a, b) - clearance for a, b, distance in nearest_across(cell, first, first + 1)
        )
        assert -1e-9 <= touching < 0.5


def test_the_pile_is_as_it_was_inside_each_part() -> None:
    cell = full()
    for number, part in enumerate(parts()):
        inside = of_part(cell, number)
        inside.positions[:, 2] -= inside.positions[:, 2].min()
        assert inside.get_chemical_symbols() == part.atoms.get_chemical_symbols()
        moved = inside.positions - part.atoms.positions
        moved -= np.array([A, A, 1e9]) * np.round(moved / np.array([A, A, 1e9]))
        shift = moved - moved[0]
        shift -= np.array([A, A, 1e9]) * np.round(shift / np.array([A, A, 1e9]))
        assert np.abs(shift).max() < 1e-9
        if number == 1:
            assert np.abs(moved).max() < 1e-9


def test_vacuum_keeps_the_ends_apart_and_the_outer_layer_is_held() -> None:
    cell = full()
    atoms = cell.atoms
    z, height = atoms.positions[:, 2], atoms.cell.lengths()[2]
    assert height - z.max() + z.min() == pytest.approx(20.0)
    assert nearest_across(cell, 0, 2) == []
    held, part = atoms.get_array("held"), atoms.get_array("part")
    assert held.dtype == bool
    assert (part[held] == 2).all()
    assert (held == ((part == 2) & (z > z.max() - HELD_LAYER))).all()
    symbols = np.array(atoms.get_chemical_symbols())
    # Two planes of ZrO2, eight Zr each on two cells.
    assert (symbols[held] == "Zr").sum() == 16
    assert any("marked as held" in remark for remark in cell.ledger.remarks)


def test_an_open_cell_touches_itself_and_says_so() -> None:
    cell = full("open")
    assert nearest_across(cell, 0, 2)
    assert not cell.atoms.get_array("held").any()
    assert any("LZO touches Li through the periodic boundary" in remark for remark in cell.ledger.remarks)
    assert cell.ledger.dipole_along_normal is None


def test_the_account_is_by_part() -> None:
    ledger = full().ledger
    assert ledger.formal_charge == 0.0
    assert ledger.valence["Li"] == {"Li": 0.0}
    assert ledger.valence["LLZO"] == {"Li": 1.0, "La": 3.0, "Zr": 4.0, "O": -2.0}
    assert ledger.valence["LZO"] == {"Li": 1.0, "Zr": 3.75, "O": -2.0}
    assert ledger.intact_octahedra == 100.0
    assert ledger.strain["LLZO"] == (0.0, 0.0, 0.0)
    assert {"Li", "LLZO", "LZO", "LZO at x = 0", "LZO at x = 1"} == ledger.strain.keys()
    names = [entry.name for entry in ledger.boundaries]
    assert names == ["interface Li | LLZO", "interface LLZO | LZO"]
    height = full().atoms.cell.lengths()[2]
    for entry, plane in zip(ledger.boundaries, full().interfaces, strict=True):
        assert entry.position == pytest.approx(plane / height)
        for pair, distance in entry.shortest_contacts.items():
            assert distance >= contact_limit(*pair.split("-"))


def test_dipole_is_that_of_the_charges_of_the_parts() -> None:
    expected = sum(float(part.charges @ part.atoms.positions[:, 2]) for part in parts())
    assert full().ledger.dipole_along_normal == pytest.approx(expected, abs=1e-6)


class TestRefusals:
    def test_one_part_is_no_cell(self) -> None:
        with pytest.raises(InputError, match="two parts or more, got 1"):
            stack_parts(parts()[:1])

    def test_parts_of_unequal_area(self) -> None:
        with pytest.raises(InputError, match=r"Li has 13\.5000 x 12\.9827 Å; strain it to them first"):
            stack_parts((parts()[1], lithium_slab((13.5, A), 10.0)))

    def test_a_charged_part(self) -> None:
        llzo = parts()[1]
        charged = Slab(llzo.atoms[1:], "LLZO", "electrolyte", llzo.thickness, llzo.valence, llzo.strain)
        with pytest.raises(InputError, match="LLZO has -1 e"):
            stack_parts((parts()[0], charged))

    def test_a_part_with_atoms_on_top_of_each_other(self) -> None:
        bad = Atoms("Li2", positions=[[1, 1, 1], [1, 1, 1.5]], cell=[A, A, 20.0], pbc=True)
        slab = Slab(with_vacuum(bad, (A, A)), "Li", "anode", 5.0, {"Li": 0.0}, {})
        with pytest.raises(InputError, match=r"forbidden contacts: Li-Li 0\.50 Å .* minimise the parts"):
            stack_parts((slab, parts()[1]))

    def test_a_hot_contact_is_only_said(self) -> None:
        warm = Atoms("Li2", positions=[[1, 1, 1], [1, 1, 2.6]], cell=[A, A, 20.0], pbc=True)
        slab = Slab(with_vacuum(warm, (A, A)), "Li", "anode", 5.0, {"Li": 0.0}, {})
        assert any("Li-Li 1.60 Å" in remark for remark in stack_parts((slab, parts()[1])).ledger.remarks)

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ((-0.1, 20.0, "vacuum"), "'clearance' must be from 0 to 3"),
            ((math.nan, 20.0, "vacuum"), "'clearance' must be from 0 to 3"),
            ((0.5, 14.0, "vacuum"), "'vacuum' must be from 15 to 150"),
            ((0.5, 1e4, "vacuum"), "'vacuum' must be from 15 to 150"),
            ((0.5, 20.0, "shut"), "'closure' must be one of vacuum, open, got 'shut'"),
        ],
    )
    def test_values_out_of_range(self, values: tuple[float, float, str], says: str) -> None:
        with pytest.raises(InputError, match=says):
            StackSpec(*values)  # type: ignore[arg-type]
