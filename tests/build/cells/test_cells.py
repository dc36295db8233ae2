"""The cells by their names: each sound, boundaries where they should be, twins equal in all but the boundary."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from ase import Atoms

from gbglass.build.account import count_species, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.boundaries.cavity import CavitySpec
from gbglass.build.cells.alone import electrolyte_alone
from gbglass.build.cells.cell import MODELS, CellSpec, Thicknesses, build_cell
from gbglass.build.cells.slab import VACUUM
from gbglass.build.cells.stack import BuiltCell, StackSpec
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.lattice_constants import LZO_LATTICE, LatticeConstants
from gbglass.build.networks.layout import NetworkSpec
from gbglass.build.networks.network import build_network
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import FORMAL_CHARGES, contact_limit
from gbglass.errors import InputError

A = 12.9827
SMALL = Thicknesses(llzo=10.0, lzo=9.0, lithium=8.0)
NETWORK = NetworkSpec(axis=(1, 0, 0), angles=(0.0, 30.0), size=(38.0, 32.0))
SIGMA5 = BoundarySpec((1, 0, 0), (0, 1, 2), 5)


@cache
def given() -> Atoms:
    return build_boundary(SIGMA5, np.random.default_rng(5)).atoms


def spec_of(model: str) -> CellSpec:
    """Return a small cell of each name."""
    source = MODELS[model].source
    boundary = SIGMA5 if source in ("boundary", "twin", "cavity") else None
    return CellSpec(model, boundary, x=1.0, thicknesses=SMALL, strain_limit=0.04)


@cache
def built(model: str, *, twin: bool = False, boundaries: int = 2) -> BuiltCell:
    spec = replace(spec_of(model), twin=twin, boundaries=boundaries)
    electrolyte = given() if MODELS[model].how else None
    return build_cell(spec, np.random.default_rng(1), electrolyte)


def part(cell: BuiltCell, name: str) -> Atoms:
    found: Atoms = cell.atoms[cell.atoms.get_array("part") == cell.parts.index(name)]
    return found


@pytest.mark.parametrize("model", sorted(MODELS))
class TestEveryModel:
    def test_each_part_is_neutral_and_the_account_adds_up(self, model: str) -> None:
        cell = built(model)
        for name in cell.parts:
            valence, counts = cell.ledger.valence[name], count_species(part(cell, name))
            assert sum(valence[species] * n for species, n in counts.items()) == pytest.approx(0.0, abs=1e-9)
        llzo = count_species(part(cell, "LLZO"))
        assert sum(FORMAL_CHARGES[species] * n for species, n in llzo.items()) == 0
        assert cell.ledger.atoms == count_species(cell.atoms)
        assert cell.parts == (("Li", "LLZO", "LZO") if MODELS[model].has_cathode else ("Li", "LLZO"))
        assert cell.title.startswith(model)

    def test_no_contact_is_forbidden_and_octahedra_are_whole(self, model: str) -> None:
        cell = built(model)
        atoms = cell.atoms
        symbols = atoms.get_chemical_symbols()
        pairs = find_pairs(atoms.positions, atoms.cell.array, 3.0)
        for i, j, distance in zip(pairs.first, pairs.second, pairs.distances, strict=True):
            assert distance >= contact_limit(symbols[i], symbols[j])
        assert intact_octahedra(part(cell, "LLZO")) == 100.0 == cell.ledger.intact_octahedra

    def test_images_are_apart(self, model: str) -> None:
        z, height = built(model).atoms.positions[:, 2], built(model).atoms.cell.lengths()[2]
        assert height - np.ptp(z) >= VACUUM

    def test_a_seed_gives_one_cell(self, model: str) -> None:
        electrolyte = given() if MODELS[model].how else None
        again = build_cell(spec_of(model), np.random.default_rng(1), electrolyte)
        assert (again.atoms.positions == built(model).atoms.positions).all()
        assert again.ledger == built(model).ledger


@pytest.mark.parametrize(("model", "axis"), [("cell-1", 2), ("layer-1", 2), ("cell-2", 1), ("half-gb", 1)])
def test_boundaries_lie_where_the_ledger_says(model: str, axis: int) -> None:
    cell = built(model)
    llzo = part(cell, "LLZO")
    grain, length = llzo.get_array("grain"), cell.atoms.cell.lengths()[axis]
    places = [entry.position * length for entry in cell.ledger.boundaries if entry.name.startswith("boundary")]
    assert len(places) == 2
    along = llzo.positions[:, axis]
    for place in places:
        apart = along - place
        if axis == 1:
            apart -= length * np.round(apart / length)
        for side in ((apart > 2.0) & (apart < 8.0), (apart < -2.0) & (apart > -8.0)):
            assert len(set(grain[side].tolist())) == 1
        assert len(set(grain[(abs(apart) > 2.0) & (abs(apart) < 8.0)].tolist())) == 2


class TestTwin:
    @pytest.mark.parametrize("model", ["cell-1", "cell-2", "half-gb"])
    def test_it_has_the_area_the_atoms_and_no_boundary(self, model: str) -> None:
        cell, twin = built(model), built(model, twin=True)
        assert twin.ledger.area == pytest.approx(cell.ledger.area)
        assert twin.atoms.cell.lengths()[:2] == pytest.approx(cell.atoms.cell.lengths()[:2])
        for name in cell.parts:
            assert count_species(part(twin, name)) == count_species(part(cell, name))
        assert not any(entry.name.startswith("boundary") for entry in twin.ledger.boundaries)
        assert set(part(twin, "LLZO").get_array("grain").tolist()) == {1}

    def test_perpendicular_ones_are_as_thick(self) -> None:
        for model in ("cell-2", "half-gb"):
            thickness = [
                float(np.ptp(part(c, "LLZO").positions[:, 2])) for c in (built(model), built(model, twin=True))
            ]
            # What sticks out of the faces differs by an O; the period does not.
            assert thickness[0] == pytest.approx(thickness[1], abs=2.0)

    def test_parallel_ones_are_thinner_by_what_the_boundaries_take(self) -> None:
        cell, twin = built("cell-1"), built("cell-1", twin=True)
        space = sum(e.expansion for e in cell.ledger.boundaries if e.name.startswith("boundary"))
        thickness = [float(np.ptp(part(c, "LLZO").positions[:, 2])) for c in (cell, twin)]
        assert thickness[0] - thickness[1] == pytest.approx(space, abs=1.0)
        assert twin.ledger.strain["LLZO"] == pytest.approx((0.0, 0.0, 0.0))

    def test_parallel_ones_show_the_same_planes_to_the_electrodes(self) -> None:
        """La, Zr and O within 5 Å of each face lie at the same heights in the same numbers."""
        framework = []
        for cell in (built("cell-1"), built("cell-1", twin=True)):
            llzo = part(cell, "LLZO")
            llzo = llzo[np.array(llzo.get_chemical_symbols()) != "Li"]
            z = llzo.positions[:, 2]
            zr = z[np.array(llzo.get_chemical_symbols()) == "Zr"]
            faces = []
            for depth in (z - zr.min(), zr.max() - z):
                near = depth < 5.0
                symbols = np.array(llzo.get_chemical_symbols())[near]
                faces.append(sorted(zip(symbols.tolist(), np.round(depth[near], 4).tolist(), strict=True)))
            framework.append(faces)
        assert [len(face) for face in framework[0]] == [len(face) for face in framework[1]]
        for first, second in zip(*framework, strict=True):
            assert [s for s, _ in first] == [s for s, _ in second]
            assert [d for _, d in first] == pytest.approx([d for _, d in second], abs=1e-3)

    def test_perpendicular_ones_are_strained_to_the_area_and_say_how_to_do_better(self) -> None:
        twin = built("cell-2", twin=True)
        strain = twin.ledger.strain["LLZO"]
        assert strain[0] == pytest.approx(0.0)
        assert strain[1] > 0.02
        assert any("relax the boundary first" in remark for remark in twin.ledger.remarks)

    def test_one_boundary_alone_has_a_twin_too(self) -> None:
        cell, twin = built("cell-1", boundaries=1), built("cell-1", twin=True, boundaries=1)
        assert count_species(part(cell, "LLZO")) == count_species(part(twin, "LLZO"))
        names = [e.name for e in cell.ledger.boundaries if e.name.startswith("boundary")]
        assert names == ["boundary 2, parallel to the interfaces"]
        # Mirror images: both faces of the bicrystal are the same, and the slab has half of its atoms.
        assert 2 * len(part(cell, "LLZO")) == pytest.approx(len(part(built("cell-1"), "LLZO")), rel=0.25)

    def test_layer_0_is_the_twin_of_layer_1(self) -> None:
        zero, one = built("layer-0"), built("layer-1", twin=True)
        assert (zero.atoms.positions == one.atoms.positions).all()

    def test_the_twin_of_a_given_electrolyte_has_its_edges(self) -> None:
        stretched = given().copy()
        stretched.set_cell(stretched.cell.lengths() * [1.01, 1.01, 0.99], scale_atoms=True)
        spec = replace(spec_of("cell-2"), twin=True, strain_limit=0.08)
        twin = build_cell(spec, np.random.default_rng(1), stretched)
        cell = build_cell(replace(spec, twin=False), np.random.default_rng(1), stretched)
        assert twin.atoms.cell.lengths()[:2] == pytest.approx(cell.atoms.cell.lengths()[:2])
        assert twin.ledger.strain["LLZO"][0] == pytest.approx(0.01)

    def test_grains_after_which_the_crystal_does_not_repeat_are_refused(self) -> None:
        spec = replace(spec_of("cell-1"), boundary=replace(SIGMA5, layers=7), twin=True)
        with pytest.raises(InputError, match=r"needs grains of 5, 10, 15\.\.\. planes"):
            build_cell(spec, np.random.default_rng(1))

    def test_the_twin_of_another_boundary_than_the_given_one_is_refused(self) -> None:
        spec = replace(spec_of("cell-1"), boundary=replace(SIGMA5, layers=10), twin=True)
        with pytest.raises(InputError, match=r"a twin holds the same atoms .* the axis, plane and layers"):
            build_cell(spec, np.random.default_rng(1), given())


def test_the_larger_cavity_takes_whole_formula_units_out_of_one_boundary() -> None:
    plain, hollow = built("cell-2"), built("cell-2s")
    gone = {s: n - count_species(part(hollow, "LLZO"))[s] for s, n in count_species(part(plain, "LLZO")).items()}
    units = gone["La"] // 3
    assert units > 0
    assert gone == {"Li": 7 * units, "La": 3 * units, "Zr": 2 * units, "O": 12 * units}
    lens = build_cell(replace(spec_of("cell-2s"), cavity=CavitySpec(2)), np.random.default_rng(1))
    assert len(lens.atoms) > len(hollow.atoms)
    assert "LLZO: 2 formula units taken out of boundary 1 as a lens." in lens.ledger.remarks


def test_in_series_of_thickness_only_that_part_grows() -> None:
    counts = []
    for lzo, llzo in ((9.0, 10.0), (18.0, 10.0), (9.0, 20.0)):
        spec = CellSpec("cell-0", x=1.0, thicknesses=Thicknesses(llzo, lzo, 8.0))
        cell = build_cell(spec, np.random.default_rng(1))
        counts.append([len(part(cell, name)) for name in ("Li", "LLZO", "LZO")])
    assert counts[1] == [counts[0][0], counts[0][1], 2 * counts[0][2]]
    assert counts[2] == [counts[0][0], 2 * counts[0][1], counts[0][2]]


def test_a_half_cell_small_enough_for_dft() -> None:
    spec = CellSpec("half-llzo", thicknesses=Thicknesses(llzo=6.0, lithium=6.0))
    cell = build_cell(spec, np.random.default_rng(1))
    assert len(cell.atoms) <= 150
    assert count_species(part(cell, "LLZO")) == {"La": 12, "Li": 28, "O": 48, "Zr": 8}


def test_the_smallest_number_of_cells_that_fits_is_taken() -> None:
    full = build_cell(CellSpec("cell-0", x=1.0, thicknesses=SMALL), np.random.default_rng(1))
    assert full.ledger.area == pytest.approx(A * A)
    empty = build_cell(CellSpec("cell-0", x=0.0, thicknesses=SMALL), np.random.default_rng(1))
    assert empty.ledger.area == pytest.approx(9 * A * A)
    assert "Li" not in count_species(part(empty, "LZO"))
    asked = build_cell(CellSpec("cell-0", x=1.0, thicknesses=SMALL, repeats=(2, 1)), np.random.default_rng(1))
    assert asked.ledger.area == pytest.approx(2 * A * A)


def test_the_lattice_constants_of_a_potential_decide_the_strain() -> None:
    spec = CellSpec("cell-0", x=1.0, thicknesses=SMALL, lzo=LatticeConstants(9.026, 9.323))
    strain = build_cell(spec, np.random.default_rng(1)).ledger.strain
    assert strain["LZO at x = 1"][0] == pytest.approx(A / (9.026 * math.sqrt(2.0)) - 1.0)
    assert strain["LZO at x = 0"][0] == pytest.approx(A / (9.323 * math.sqrt(2.0)) - 1.0)


def test_lithium_is_ordered_over_the_whole_crystal_not_repeated() -> None:
    spec = CellSpec("cell-0", x=1.0, thicknesses=Thicknesses(10.0, 9.0, 8.0), repeats=(2, 1))
    llzo = part(build_cell(spec, np.random.default_rng(1)), "LLZO")
    lithium = llzo.positions[np.array(llzo.get_chemical_symbols()) == "Li"]
    left = lithium[lithium[:, 0] < A]
    apart = left[:, None] + np.array([A, 0.0, 0.0]) - lithium[None]
    apart[:, :, 1] -= A * np.round(apart[:, :, 1] / A)
    alike = (np.linalg.norm(apart, axis=2).min(axis=1) < 0.1).mean()
    assert alike < 0.9


def test_a_given_electrolyte_is_taken_as_it_is() -> None:
    cell = build_cell(
        CellSpec("cell-gb", x=1.0, thicknesses=SMALL),
        np.random.default_rng(1),
        cubic_llzo(13, np.random.default_rng(8)),
    )
    assert count_species(part(cell, "LLZO")) == {"La": 24, "Li": 56, "O": 96, "Zr": 16}


def test_a_network_stands_between_the_electrodes_as_it_was_built() -> None:
    spec = replace(spec_of("cell-gb"), network=NETWORK)
    cell = build_cell(spec, np.random.default_rng(1))
    alone = build_network(NETWORK, np.random.default_rng(1)).atoms
    llzo = part(cell, "LLZO")
    copies = round(cell.atoms.cell.lengths()[0] * cell.atoms.cell.lengths()[1] / (alone.cell.lengths()[0] * 38.0))
    assert count_species(llzo) == {s: n * copies for s, n in count_species(alone).items()}
    assert set(llzo.get_array("grain").tolist()) == {1, 2}
    assert intact_octahedra(llzo) == 100.0


class TestAlone:
    """What is run by itself first is the electrolyte of the cell, and the cell that follows knows its boundaries."""

    @pytest.mark.parametrize(("model", "axis", "places"), [("cell-1", 2, None), ("cell-2", 1, [0.0, 0.5])])
    def test_a_boundary_that_was_run_alone_stands_as_one_that_is_built(
        self, model: str, axis: int, places: list[float] | None
    ) -> None:
        spec = replace(spec_of(model), repeats=(1, 1), strain_limit=0.2)
        alone = electrolyte_alone(spec, np.random.default_rng(1))
        built = build_cell(spec, np.random.default_rng(1))
        cell = build_cell(spec, np.random.default_rng(1), alone.after(alone.built.atoms))
        assert count_species(part(cell, "LLZO")) == count_species(part(built, "LLZO"))
        assert [plane.axis for plane in cell.grain_boundaries] == [axis] * len(built.grain_boundaries)
        positions = [plane.position for plane in cell.grain_boundaries]
        heights = np.array(positions) * cell.atoms.cell.lengths()[2]
        if places is None:
            assert all(cell.interfaces[0] < height < cell.interfaces[1] for height in heights)
        else:
            np.testing.assert_allclose(positions, places, atol=0.01)

    def test_of_cell_a_the_network_is_run_alone_and_cannot_be_left_out(self) -> None:
        spec = CellSpec("cell-a", network=NETWORK)
        assert set(electrolyte_alone(spec, np.random.default_rng(1)).built.atoms.get_array("grain")) == {1, 2}
        with pytest.raises(InputError, match=r"cell-a .* needs an electrolyte"):
            build_cell(spec, np.random.default_rng(1))


class TestRefusals:
    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ({"model": "cell-9"}, "'model' must be one of cell-0, cell-1"),
            ({"model": "cell-1"}, "cell-1 needs a boundary; give its axis and plane"),
            ({"model": "layer-0"}, "layer-0 needs a boundary"),
            ({"model": "cell-0", "boundary": SIGMA5}, "cell-0 has no boundary; leave out"),
            ({"model": "cell-0", "twin": True}, "cell-0 as a twin needs a boundary"),
            ({"model": "cell-a", "twin": True}, "cell-a as a twin needs a boundary"),
            ({"model": "cell-2s", "boundary": SIGMA5, "twin": True}, "take the twin of cell-2"),
            ({"model": "cell-2", "boundary": SIGMA5, "cavity": CavitySpec(1)}, "cell-2 has no cavity; cell-2s has"),
            ({"model": "cell-0", "network": NETWORK}, "cell-0 has no network; cell-gb and cell-a have"),
            ({"model": "cell-gb", "network": NETWORK, "twin": True}, "no one crystal has its interface planes"),
            ({"model": "cell-2", "boundary": SIGMA5, "boundaries": 1}, "keeps both boundaries"),
            ({"model": "cell-1", "boundary": SIGMA5, "boundaries": 3}, "'boundaries' must be 1 or 2"),
            ({"model": "cell-2", "boundary": SIGMA5, "through": 2}, "'through' must be 0 or 1"),
            ({"model": "cell-0", "x": 1.5}, "'x' of LixZr2O4 must be from 0 to 1"),
            ({"model": "cell-0", "repeats": (0, 1)}, "'repeats' must be two numbers from 1 to 8"),
            ({"model": "cell-0", "n_tetrahedral": 14}, "'n_tetrahedral' must be from 8 to 13"),
        ],
    )
    def test_what_does_not_go_together(self, values: dict[str, object], says: str) -> None:
        with pytest.raises(InputError, match=says):
            CellSpec(**values)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ((0.0, 18.0, 20.0), "thickness of 'llzo' must be above 0"),
            ((25.0, 18.0, math.nan), "thickness of 'lithium' must be above 0"),
            ((25.0, 5.0, 20.0), "thickness of 'lzo' must be 9 Å or more"),
            ((1e4, 18.0, 20.0), "at most 500 Å"),
        ],
    )
    def test_thicknesses_that_cannot_be(self, values: tuple[float, float, float], says: str) -> None:
        with pytest.raises(InputError, match=says):
            Thicknesses(*values)

    @pytest.mark.parametrize("model", sorted(name for name, model in MODELS.items() if model.how))
    def test_a_model_that_a_run_has_to_make_first(self, model: str) -> None:
        with pytest.raises(InputError, match=f"{model} .* needs an electrolyte: .*(melt|build a network)"):
            build_cell(CellSpec(model), np.random.default_rng(1))

    def test_nothing_that_fits(self) -> None:
        spec = CellSpec("cell-0", x=0.0, thicknesses=SMALL, repeats=(1, 1))
        with pytest.raises(InputError, match=r"within 2 %; the best: 1 x 1 cells .* misfit \+2\.61 %"):
            build_cell(spec, np.random.default_rng(1))

    def test_an_electrolyte_that_is_no_box(self) -> None:
        slanted = given().copy()
        slanted.set_cell(slanted.cell.array + np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]]))
        with pytest.raises(
            InputError, match="a given electrolyte must have a periodic cell with edges along x, y and z"
        ):
            build_cell(spec_of("cell-2"), np.random.default_rng(1), slanted)

    def test_a_charged_electrolyte(self) -> None:
        with pytest.raises(InputError, match="must be neutral, got -1 e"):
            build_cell(spec_of("cell-2"), np.random.default_rng(1), given()[1:])


def test_an_open_cell_says_that_it_is_short_circuited() -> None:
    spec = CellSpec("cell-0", x=1.0, thicknesses=SMALL, stack=StackSpec(closure="open"))
    cell = build_cell(spec, np.random.default_rng(1))
    assert any("short-circuits there, on purpose" in remark for remark in cell.ledger.remarks)
    half = build_cell(replace(spec, model="half-llzo"), np.random.default_rng(1))
    assert "LLZO touches Li through the periodic boundary: it has a second interface there, on purpose" in (
        half.ledger.remarks
    )
    assert LZO_LATTICE.full == 9.12
