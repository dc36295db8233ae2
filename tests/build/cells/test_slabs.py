"""Slabs: whole octahedra on both sides of a cut, no dipole, the right composition, the volume of the metal."""

import math
from functools import cache

import numpy as np
import pytest
from ase import Atoms
from ase.spacegroup import crystal as crystal_of

from gbglass.build.account import count_species, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.cells.electrode_slabs import lithium_slab, lzo_slab
from gbglass.build.cells.electrolyte import fewest_layers
from gbglass.build.cells.match import SPINEL_100, Match, Surface, find_matches
from gbglass.build.cells.opening import open_slab, polarity, quietest_cut
from gbglass.build.cells.slab import VACUUM, Slab
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.lattice_constants import LZO_LATTICE, LatticeConstants
from gbglass.core.arrays import FloatArray
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import FORMAL_CHARGES
from gbglass.errors import InputError

A = 12.9827


@cache
def crystal(seed: int = 1) -> Atoms:
    return cubic_llzo(12, np.random.default_rng(seed))


@cache
def bicrystal() -> BuiltBoundary:
    return build_boundary(BoundarySpec((1, -1, 0), (1, 1, 2), 3), np.random.default_rng(1))


def dipole(slab: Slab) -> float:
    return float(slab.charges @ slab.atoms.positions[:, 2])


def framework_distances(atoms: Atoms) -> FloatArray:
    """Return all distances below 4 Å among La, Zr and O, sorted: the same for a structure and its turned copy."""
    framework = atoms[np.array(atoms.get_chemical_symbols()) != "Li"]
    return np.sort(find_pairs(framework.positions, framework.cell.array, 4.0).distances)


def phosphate() -> Atoms:
    """Return γ-Li3PO4, Pnma."""
    sites = [(0.164, 0.501, 0.302), (0.424, 0.75, 0.574), (0.4115, 0.25, 0.308)]
    oxygen = [(0.341, 0.043, 0.206), (0.0505, 0.25, 0.294), (0.090, 0.75, 0.122)]
    atoms: Atoms = crystal_of(
        ["Li", "Li", "P", "O", "O", "O"], [*sites, *oxygen], spacegroup=62, cellpar=[10.49, 6.12, 4.93, 90, 90, 90]
    )
    return atoms


class TestOpening:
    @pytest.mark.parametrize("axis", [0, 1, 2])
    @pytest.mark.parametrize("at", [0.0, 0.03, 0.13, 0.25, 0.41, 0.77, 0.99])
    def test_octahedra_stay_whole_wherever_it_is_cut(self, axis: int, at: float) -> None:
        slab = open_slab(crystal(), axis, at)
        assert intact_octahedra(slab.atoms) == 100.0
        assert count_species(slab.atoms) == count_species(crystal())
        assert slab.atoms.cell.lengths()[2] - np.ptp(slab.atoms.positions[:, 2]) >= VACUUM - 1e-9
        assert not any("octahedra shared" in remark for remark in slab.remarks)

    @pytest.mark.parametrize("axis", [0, 1, 2])
    @pytest.mark.parametrize("at", [0.0, 0.13, 0.41])
    def test_the_dipole_is_as_small_as_whole_ions_allow(self, axis: int, at: float) -> None:
        slab = open_slab(crystal(), axis, at)
        assert abs(dipole(slab)) <= 0.5 * slab.thickness + 1e-6

    @pytest.mark.parametrize("at", [0.0, 0.1, 0.6])
    def test_half_a_cell_is_a_slab_of_the_same_composition(self, at: float) -> None:
        slab = open_slab(crystal(), 2, at, keep=0.5)
        assert count_species(slab.atoms) == {s: n // 2 for s, n in count_species(crystal()).items()}
        assert intact_octahedra(slab.atoms) == 100.0
        assert slab.charges.sum() == 0.0
        assert abs(dipole(slab)) <= 0.5 * slab.thickness + A

    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_the_crystal_is_turned_but_never_mirrored(self, axis: int) -> None:
        """A chiral mark in three atoms of the cell keeps its handedness."""
        marks = np.array([[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0]]) + 3.0
        atoms = Atoms("NaKFCl", positions=marks, cell=[11.0, 12.0, 13.0], pbc=True)
        slab = open_slab(atoms, axis, 0.0).atoms
        places = dict(zip(slab.get_chemical_symbols(), slab.positions, strict=True))
        arms = np.array([places[s] - places["Cl"] for s in ("Na", "K", "F")])
        box = slab.cell.lengths()
        arms -= box * np.round(arms / box)
        assert np.linalg.det(arms) == pytest.approx(24.0)

    def test_a_boundary_across_z_stands_across_y_in_what_is_opened_along_x(self) -> None:
        atoms = bicrystal().atoms
        for axis in (0, 1):
            slab = open_slab(atoms, axis, quietest_cut(atoms, axis))
            assert slab.edges[1] == pytest.approx(atoms.cell.lengths()[2])
            assert slab.thickness == pytest.approx(atoms.cell.lengths()[axis])
            grain = slab.atoms.get_array("grain")
            half = slab.atoms.positions[:, 1] / slab.edges[1] > 0.5
            deep = np.abs(slab.atoms.positions[:, 1] / slab.edges[1] % 0.5 - 0.25) < 0.1
            assert (grain[deep] == np.where(half[deep], 2, 1)).all()

    def test_inside_it_nothing_moved(self) -> None:
        slab = open_slab(crystal(), 2, 0.1)
        periodic = slab.atoms.copy()
        box = periodic.cell.lengths()
        box[2] = slab.thickness
        periodic.set_cell(box)
        periodic.wrap()
        assert framework_distances(periodic) == pytest.approx(framework_distances(crystal()), abs=1e-9)

    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_polarity_agrees_with_opening_and_counting(self, axis: int) -> None:
        """A naive second version: put every ion where the cut leaves it, and sum."""
        atoms = bicrystal().atoms
        places = np.array([0.0, 0.17, 0.52, 0.9])
        charges = np.array([FORMAL_CHARGES[s] for s in atoms.get_chemical_symbols()])
        length = atoms.cell.lengths()[axis]
        symbols = np.array(atoms.get_chemical_symbols())
        zr, oxygen = np.flatnonzero(symbols == "Zr"), np.flatnonzero(symbols == "O")
        apart = atoms.positions[oxygen, None] - atoms.positions[zr]
        apart -= atoms.cell.lengths() * np.round(apart / atoms.cell.lengths())
        owner = np.linalg.norm(apart, axis=2).argmin(axis=1)
        expected = []
        for place in places:
            height = (atoms.positions[:, axis] - place * length) % length
            height[oxygen] = height[zr[owner]] + apart[np.arange(len(oxygen)), owner, axis]
            expected.append(float(charges @ height) / length)
        assert polarity(atoms, axis, places) == pytest.approx(expected, abs=1e-6)

    def test_a_quiet_cut_moves_fewer_ions_than_a_loud_one(self) -> None:
        places = np.arange(48) / 48
        charges = abs(polarity(crystal(), 2, places))
        quiet = quietest_cut(crystal(), 2)
        assert abs(polarity(crystal(), 2, np.array([quiet])))[0] == pytest.approx(charges.min())
        assert charges.max() > charges.min() + 3.0

    def test_what_a_melt_loses_at_the_cut_is_said(self) -> None:
        """Two Zr that share one O, one on either side of the cut: the O goes with the nearer one."""
        atoms = Atoms("Zr2O4", positions=[[3, 3, 3], [3, 3, 7], [3, 3, 4.9], [1, 3, 3], [5, 3, 3], [3, 1, 7]])
        atoms.set_cell([10.0, 10.0, 20.0])
        atoms.set_pbc(True)
        assert any("1 octahedra shared O" in remark for remark in open_slab(atoms, 2, 0.25).remarks)
        assert not any("octahedra shared O" in remark for remark in open_slab(atoms, 2, 0.75).remarks)

    @pytest.mark.parametrize("at", [0.0, 0.13, 0.25, 0.4, 0.5, 0.77])
    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_phosphate_stays_whole_wherever_it_is_cut(self, axis: int, at: float) -> None:
        """γ-Li3PO4: every P keeps its four O, and nothing is said of a loss."""
        slab = open_slab(phosphate(), axis, at)
        symbols = np.array(slab.atoms.get_chemical_symbols())
        lengths = slab.atoms.cell.lengths()
        apart = slab.atoms.positions[symbols == "O", None] - slab.atoms.positions[symbols == "P"]
        apart[:, :, :2] -= lengths[:2] * np.round(apart[:, :, :2] / lengths[:2])
        assert ((np.linalg.norm(apart, axis=2) < 1.8).sum(axis=0) == 4).all()
        assert not any("across the cut" in remark for remark in slab.remarks)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"axis": 3}, "'axis' must be 0, 1 or 2"),
            ({"at": 1.0}, "'at' must be from 0"),
            ({"at": math.nan}, "'at' must be from 0"),
            ({"keep": 0.0}, "'keep' must be above 0"),
            ({"keep": 1.5}, "'keep' must be above 0"),
        ],
    )
    def test_values_out_of_range_are_refused(self, change: dict[str, float], says: str) -> None:
        values = {"axis": 2, "at": 0.0, "keep": 1.0, **change}
        with pytest.raises(InputError, match=says):
            open_slab(crystal(), int(values["axis"]), values["at"], values["keep"])

    def test_a_charged_a_slanted_and_an_unknown_electrolyte_are_refused(self) -> None:
        charged = crystal()[1:]
        with pytest.raises(InputError, match=r"must be neutral, got -1 e"):
            open_slab(charged, 2, 0.0)
        slanted = crystal().copy()
        slanted.set_cell([[A, 0, 0], [1.0, A, 0], [0, 0, A]])
        with pytest.raises(InputError, match="edges along x, y and z"):
            open_slab(slanted, 2, 0.0)
        unknown = crystal().copy()
        unknown.symbols[0] = "Xe"
        with pytest.raises(InputError, match="Xe"):
            open_slab(unknown, 2, 0.0)

    def test_a_part_whose_framework_wants_more_lithium_than_there_is_is_refused(self) -> None:
        atoms = Atoms("O2Li4", positions=[[1, 1, 1], [1, 1, 2], [1, 1, 12], [3, 1, 12], [1, 3, 12], [3, 3, 12]])
        atoms.set_cell([5.0, 5.0, 20.0])
        atoms.set_pbc(True)
        with pytest.raises(InputError, match="needs 4 Li to be neutral"):
            open_slab(atoms, 2, 0.0, keep=0.2)


@cache
def match(x: float) -> Match:
    return find_matches((A, A), Surface(SPINEL_100, LZO_LATTICE, x), limit=0.03, most_repeats=1)[0]


class TestLzo:
    @pytest.mark.parametrize("x", [0.0, 0.25, 0.4, 0.5, 0.75, 1.0])
    def test_it_is_neutral_with_mixed_valence_and_has_no_dipole(self, x: float) -> None:
        slab = lzo_slab(match(x), 18.0, np.random.default_rng(1))
        counts = count_species(slab.atoms)
        assert counts["O"] == 2 * counts["Zr"]
        assert counts.get("Li", 0) == pytest.approx(x * counts["Zr"] / 2, abs=0.5)
        assert slab.valence["Zr"] == pytest.approx((8.0 - 2.0 * counts.get("Li", 0) / counts["Zr"]) / 2.0)
        assert slab.charges.sum() == pytest.approx(0.0, abs=1e-9)
        assert dipole(slab) == pytest.approx(0.0, abs=1e-6)

    def test_without_the_moved_half_plane_it_would_have_a_dipole(self) -> None:
        """All lithium of the outermost plane on one face: what Tasker's reconstruction takes away."""
        slab = lzo_slab(match(1.0), 18.0, np.random.default_rng(1))
        heights = slab.atoms.positions[:, 2].copy()
        lithium = np.flatnonzero(np.array(slab.atoms.get_chemical_symbols()) == "Li")
        lowest = lithium[heights[lithium] < 0.1]
        assert len(lowest) == 2
        heights[lowest] = heights[lithium].max()
        assert abs(float(slab.charges @ heights)) > 30.0

    def test_inside_it_is_the_strained_spinel(self) -> None:
        """Zr has six O, lithium four; the bonds are those of u = 0.2627 within the strain."""
        slab = lzo_slab(match(1.0), 27.0, np.random.default_rng(1))
        symbols, z = np.array(slab.atoms.get_chemical_symbols()), slab.atoms.positions[:, 2]
        pairs = find_pairs(slab.atoms.positions, slab.atoms.cell.array, 2.6)
        one, two = np.concatenate([pairs.first, pairs.second]), np.concatenate([pairs.second, pairs.first])
        inside = (z > 5.0) & (z < z.max() - 5.0)
        for species, neighbours, bond in (("Zr", 6, 2.17), ("Li", 4, 2.17)):
            bonds = (symbols[one] == species) & (symbols[two] == "O")
            counts = np.bincount(one[bonds], minlength=len(z))
            assert set(counts[inside & (symbols == species)].tolist()) == {neighbours}
            distances = np.concatenate([pairs.distances, pairs.distances])[bonds & inside[one]]
            assert distances.mean() == pytest.approx(bond, abs=0.03)

    @pytest.mark.parametrize("thickness", [9.0, 9.5, 18.0, 30.0])
    def test_it_is_whole_half_cells_thick(self, thickness: float) -> None:
        slab = lzo_slab(match(0.5), thickness, np.random.default_rng(1))
        halves = slab.thickness / (0.5 * LZO_LATTICE.at(0.5))
        assert halves == pytest.approx(round(halves))
        assert thickness <= slab.thickness < thickness + 0.5 * LZO_LATTICE.at(0.5)
        # Two cells in the plane, four Zr2O4 in each half cell.
        assert count_species(slab.atoms)["Zr"] == 16 * round(halves)

    def test_turned_cells_hold_what_their_area_holds(self) -> None:
        surface = Surface(SPINEL_100, LZO_LATTICE, 0.0)
        for found in find_matches((A, A), surface, most_repeats=4)[:4]:
            slab = lzo_slab(found, 9.0, np.random.default_rng(1))
            natural = found.lengths[0] * found.lengths[1] / LZO_LATTICE.empty**2
            assert count_species(slab.atoms)["Zr"] == pytest.approx(16.0 * natural)
            assert slab.edges == pytest.approx(found.edges)

    def test_its_strain_at_both_ends_is_in_it(self) -> None:
        strain = lzo_slab(match(0.5), 18.0, np.random.default_rng(1)).strain
        assert strain["LZO at x = 1"][0] > 0.0 > strain["LZO at x = 0"][0]
        assert strain["LZO"][2] == 0.0
        assert strain["LZO at x = 0"][2] == pytest.approx(9.27 / 9.42 - 1.0)

    @pytest.mark.parametrize("thickness", [0.0, -1.0, math.nan, 1e4])
    def test_thicknesses_that_cannot_be_are_refused(self, thickness: float) -> None:
        with pytest.raises(InputError, match="'lzo_thickness' must be above 0"):
            lzo_slab(match(0.5), thickness, np.random.default_rng(1))


class TestLithium:
    @pytest.mark.parametrize("edges", [(A, A), (A, 29.03), (29.03, 61.05), (11.24, 18.36)])
    def test_an_atom_keeps_its_volume_and_its_neighbours(self, edges: tuple[float, float]) -> None:
        slab = lithium_slab(edges, 20.0)
        volume = edges[0] * edges[1] * slab.thickness / len(slab.atoms)
        assert volume == pytest.approx(3.51**3 / 2)
        assert slab.thickness >= 20.0
        z = slab.atoms.positions[:, 2]
        pairs = find_pairs(slab.atoms.positions, slab.atoms.cell.array, 4.2)
        counts = np.bincount(np.concatenate([pairs.first, pairs.second]), minlength=len(z))
        inside = (z > 4.5) & (z < z.max() - 4.5)
        # Eight at 3.04 Å and six at 3.51 Å.
        assert set(counts[inside].tolist()) == {14}
        assert slab.charges.sum() == 0.0

    def test_it_takes_the_lattice_constant_it_is_given(self) -> None:
        slab = lithium_slab((A, A), 20.0, LatticeConstants(3.44, 3.44))
        assert A * A * slab.thickness / len(slab.atoms) == pytest.approx(3.44**3 / 2)

    def test_what_cannot_be_is_refused(self) -> None:
        with pytest.raises(InputError, match="'li_thickness' must be above 0"):
            lithium_slab((A, A), 0.0)
        with pytest.raises(InputError, match=r"no cell of bcc lithium comes near 1\.00 x 1\.00 Å"):
            lithium_slab((1.0, 1.0), 10.0)


@pytest.mark.parametrize(
    ("axis", "plane", "layers"),
    [((1, 0, 0), (0, 1, 2), 10), ((1, 0, 0), (0, 1, 3), 10), ((1, -1, 0), (1, 1, 2), 6), ((1, 0, 0), (0, 2, 3), 26)],
)
def test_layers_for_a_twin_are_enough_and_repeat(
    axis: tuple[int, int, int], plane: tuple[int, int, int], layers: int
) -> None:
    assert fewest_layers(axis, plane, 25.0) == layers
