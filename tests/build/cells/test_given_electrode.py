"""Electrodes from files: taken as they are, strained in the plane alone, refused where they are no such thing."""

from itertools import pairwise

import numpy as np
import pytest
from ase import Atoms

from gbglass.build.cells.cell import CellSpec, GivenElectrodes, Thicknesses, build_cell
from gbglass.build.cells.electrode_slabs import lithium_slab, lzo_slab
from gbglass.build.cells.given_electrode import given_electrode
from gbglass.build.cells.match import SPINEL_100, Surface, find_matches
from gbglass.build.crystals.lattice_constants import LZO_LATTICE
from gbglass.errors import InputError

EDGES = (12.9827, 12.9827)
THIN = Thicknesses(12.0, 9.0, 8.0)


def cathode(x: float = 0.5) -> Atoms:
    match = find_matches(EDGES, Surface(SPINEL_100, LZO_LATTICE, x), most_repeats=1)[0]
    return lzo_slab(match, 9.0, np.random.default_rng(4)).atoms


def distances(atoms: Atoms) -> list[float]:
    return sorted(atoms.get_all_distances(mic=True).ravel().round(6).tolist())


def test_a_slab_is_itself_wherever_its_cell_begins() -> None:
    slab = cathode()
    moved = slab.copy()
    moved.translate([3.0, -20.0, 11.0])
    moved.wrap()
    for given in (slab, moved):
        taken = given_electrode(given, "cathode", EDGES)
        assert taken.atoms.get_chemical_formula() == slab.get_chemical_formula()
        assert taken.charges.sum() == pytest.approx(0.0, abs=1e-9)
        assert taken.valence["Zr"] == 3.75
        assert np.ptp(taken.atoms.positions[:, 2]) == pytest.approx(np.ptp(slab.positions[:, 2]))
        assert distances(taken.atoms) == pytest.approx(distances(slab), abs=2e-6)


def test_it_is_repeated_and_strained_by_what_is_left() -> None:
    taken = given_electrode(cathode(), "cathode", (26.1, 12.9))
    assert len(taken.atoms) == 2 * len(cathode())
    assert taken.edges == (26.1, 12.9)
    assert taken.strain["LZO"] == pytest.approx((26.1 / (2 * EDGES[0]) - 1.0, 12.9 / EDGES[1] - 1.0, 0.0))


def test_lithium_keeps_its_volume() -> None:
    slab = lithium_slab((13.0, 13.0), 8.0).atoms
    taken = given_electrode(slab, "anode", (14.0, 27.0)).atoms
    assert len(taken) == 2 * len(slab)
    before, after = (a.cell[0, 0] * a.cell[1, 1] * np.ptp(a.positions[:, 2]) / len(a) for a in (slab, taken))
    assert after == pytest.approx(before)


def test_a_cell_of_given_electrodes_holds_them() -> None:
    anode, slab = lithium_slab(EDGES, 11.0).atoms, cathode(0.25)
    given = GivenElectrodes(anode, slab)
    cell = build_cell(CellSpec("cell-0", thicknesses=THIN), np.random.default_rng(1), electrodes=given)
    number, symbols = cell.atoms.get_array("part"), np.array(cell.atoms.get_chemical_symbols())
    assert cell.parts == ("Li", "LLZO", "LZO")
    assert (number == 0).sum() == len(anode)
    assert sorted(symbols[number == 2]) == sorted(slab.get_chemical_symbols())
    assert cell.ledger.formal_charge == 0.0
    assert cell.ledger.valence["LZO"]["Zr"] == pytest.approx(3.875)
    assert cell.atoms.get_array("held")[number == 2].any()
    heights = [cell.atoms.positions[number == part, 2] for part in range(3)]
    assert all(below.max() < above.min() + 2.0 for below, above in pairwise(heights))


@pytest.mark.parametrize(
    ("atoms", "role", "edges", "says"),
    [
        (cathode(), "anode", EDGES, "a given anode is lithium metal and nothing else, got"),
        (lithium_slab(EDGES, 8.0).atoms, "cathode", EDGES, "is LixZr2O4: lithium, Zr and twice as much O; got Li"),
        (cathode()[:-1], "cathode", EDGES, "is LixZr2O4"),
        (cathode(), "cathode", (13.5, 13.0), r"strained by \+4.0 % and \+0.1 % \(at most 2 %\) onto 13.50 x 13.00"),
        (Atoms("Li", cell=[3, 3, 3], pbc=True), "anode", EDGES, r"must be a slab, .* got 3.0 Å; put vacuum above"),
    ],
)
def test_what_is_no_such_electrode_is_refused(atoms: Atoms, role: str, edges: tuple[float, float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        given_electrode(atoms, role, edges)  # type: ignore[arg-type]


def test_a_half_cell_takes_no_cathode() -> None:
    spec = CellSpec("half-llzo", thicknesses=THIN)
    with pytest.raises(InputError, match="half-llzo has no cathode"):
        build_cell(spec, np.random.default_rng(1), electrodes=GivenElectrodes(cathode=cathode()))
