"""Networks: the rotated crystal inside the grains, whole groups between them, and no dependence on where one looks."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.spacegroup import crystal as spacegroup_crystal
from scipy.spatial import cKDTree

from gbglass.build.account import count_species, forbidden_contacts, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.crystals.rigid import crystal_from_atoms
from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.build.networks.layout import NetworkSpec, PolycrystalSpec
from gbglass.build.networks.network import BuiltNetwork, build_network, build_polycrystal
from gbglass.build.networks.orient import random_orientations, tilt_orientations
from gbglass.build.piece import cut_cell
from gbglass.core.arrays import BoolArray, FloatArray, StringArray
from gbglass.core.species import formal_charge
from gbglass.errors import InputError

IMAGES = np.stack(np.meshgrid(*3 * [[-1, 0, 1]], indexing="ij"), axis=-1).reshape(-1, 3)

THREE = PolycrystalSpec(
    size=(42.0, 45.0, 50.0),
    grains=3,
    positions=((0.13, 0.21, 0.17), (0.62, 0.35, 0.52), (0.31, 0.81, 0.86)),
    orientations=random_orientations(3, np.random.default_rng(7)),
)
COLUMNS = NetworkSpec(axis=(1, 0, 0), angles=(0.0, 20.0, 45.0, 70.0), size=(62.0, 54.0))


@cache
def three(*, keep_composition: bool = True) -> BuiltNetwork:
    return build_polycrystal(replace(THREE, keep_composition=keep_composition), np.random.default_rng(1))


@cache
def columns() -> BuiltNetwork:
    return build_network(COLUMNS, np.random.default_rng(1))


def lithium_oxide() -> Crystal:
    """Antifluorite: every ion of the framework by itself, and every site of the mobile ion full."""
    sites = [(0, 0, 0), (0.25, 0.25, 0.25)]
    atoms = spacegroup_crystal(["O", "Li"], sites, spacegroup=225, cellpar=[4.62] * 3 + [90.0] * 3)
    return crystal_from_atoms(atoms, "Li2O")


def thiophosphate() -> Crystal:
    sites = [(0.02, 0.25, 0.25), (0, 0, 0.5), (0.118, -0.118, 0.618), (0.25, 0.25, 0.75), (0, 0, 0)]
    atoms = spacegroup_crystal(["Li", "P", "S", "S", "Cl"], sites, spacegroup=216, cellpar=[9.859] * 3 + [90.0] * 3)
    return crystal_from_atoms(atoms, "Li6PS5Cl")


def spinel() -> Crystal:
    """Half a lithium for each ZrO2: an odd number of them is not neutral."""
    sites = [(1 / 8,) * 3, (1 / 2,) * 3, (0.2625,) * 3]
    atoms = spacegroup_crystal(["Li", "Zr", "O"], sites, spacegroup=227, setting=2, cellpar=[9.12] * 3 + [90.0] * 3)
    return crystal_from_atoms(atoms, "LiZr2O4", valence={"Li": 1, "Zr": 3.5, "O": -2})


def symbols_of(atoms: Atoms) -> StringArray:
    return np.array(atoms.get_chemical_symbols())


def distances_to_seeds(built: BuiltNetwork) -> FloatArray:
    """Measure from every atom to every image of every seed, images within a seed together."""
    box = built.atoms.cell.lengths()
    images = built.seeds[:, None] + IMAGES * box
    return np.asarray(np.linalg.norm(built.atoms.positions[:, None, None] - images[None], axis=3))


def depths(built: BuiltNetwork) -> tuple[FloatArray, FloatArray]:
    """Return how far each atom is inside its grain, naively, and its place as seen from that grain's seed.

    The walls of columns are where their sections meet: along the axis a column meets only itself.
    """
    box = built.atoms.cell.lengths()
    across = np.array([0.0, 1.0, 1.0]) if np.ptp(built.seeds[:, 0]) == 0.0 else np.ones(3)
    images = np.unique((built.seeds[:, None] + IMAGES * box * across).reshape(-1, 3), axis=0)
    distances = np.linalg.norm((built.atoms.positions[:, None] - images[None]) * across, axis=2)
    nearest = distances.argmin(axis=1)
    own = distances[np.arange(len(distances)), nearest]
    between = np.linalg.norm(images[None] - images[nearest][:, None], axis=2)
    between[np.arange(len(distances)), nearest] = np.inf
    planes = (distances**2 - own[:, None] ** 2) / (2.0 * between)
    planes[np.arange(len(distances)), nearest] = np.inf
    return planes.min(axis=1), built.atoms.positions - images[nearest]


def crystal_points(species: str, reach: float) -> FloatArray:
    """Return the framework atoms of one species of the unturned crystal around its origin."""
    cell = cut_cell(llzo_crystal()).of(species)
    steps = np.arange(-np.ceil(reach / LATTICE_PARAMETER) - 1, np.ceil(reach / LATTICE_PARAMETER) + 1)
    shifts = np.stack(np.meshgrid(*3 * [steps], indexing="ij"), axis=-1).reshape(-1, 1, 3) * LATTICE_PARAMETER
    return np.asarray((cell + shifts).reshape(-1, 3))


@pytest.mark.parametrize("made", [three, columns], ids=["polycrystal", "network"])
class TestSound:
    def test_it_is_neutral_whole_and_without_forbidden_contacts(self, made: Callable[[], BuiltNetwork]) -> None:
        built = made()
        assert formal_charge(built.atoms) == 0
        assert forbidden_contacts(built.atoms) == []
        assert intact_octahedra(built.atoms) == 100.0
        assert built.ledger.shortest_contacts["Li-Li"] >= 2.0

    def test_composition_is_that_of_the_crystal(self, made: Callable[[], BuiltNetwork]) -> None:
        counts = count_species(made().atoms)
        units = counts["Zr"] // 2
        assert counts == {"La": 3 * units, "Li": 7 * units, "O": 12 * units, "Zr": 2 * units}

    def test_la_and_zr_are_in_the_grain_of_their_nearest_seed(self, made: Callable[[], BuiltNetwork]) -> None:
        built = made()
        nearest = distances_to_seeds(built).min(axis=2).argmin(axis=1)
        centres = np.isin(symbols_of(built.atoms), ("La", "Zr"))
        assert (built.atoms.get_array("grain")[centres] == 1 + nearest[centres]).all()

    def test_oxygen_is_in_the_grain_of_its_zr(self, made: Callable[[], BuiltNetwork]) -> None:
        atoms = made().atoms
        symbols, box = symbols_of(atoms), atoms.cell.lengths()
        zr, oxygen = atoms[symbols == "Zr"], atoms[symbols == "O"]
        _, nearest = cKDTree(zr.positions % box, boxsize=box).query(oxygen.positions % box)
        assert (zr.get_array("grain")[nearest] == oxygen.get_array("grain")).all()

    def test_inside_each_grain_the_framework_is_the_turned_crystal_and_complete(
        self, made: Callable[[], BuiltNetwork]
    ) -> None:
        built = made()
        atoms, symbols = built.atoms, symbols_of(built.atoms)
        depth, seen = depths(built)
        shifts = built.origins - built.seeds
        shifts -= atoms.cell.lengths() * np.round(shifts / atoms.cell.lengths())
        for grain, orientation in enumerate(built.orientations, start=1):
            inside = (atoms.get_array("grain") == grain) & (depth > 5.0)
            for species in ("La", "Zr", "O"):
                wanted = crystal_points(species, 60.0) @ orientation.T + shifts[grain - 1]
                found = seen[inside & (symbols == species)]
                assert len(found) > 20
                distance, _ = cKDTree(wanted).query(found)
                assert distance.max() < 1e-6
                missing, _ = cKDTree(seen[symbols == species]).query(wanted[deep_enough(built, grain, wanted)])
                assert missing.max(initial=0.0) < 1e-6

    def test_inside_the_grains_lithium_is_ordered_and_as_dense_as_in_the_crystal(
        self, made: Callable[[], BuiltNetwork]
    ) -> None:
        built = made()
        depth, _ = depths(built)
        symbols, box = symbols_of(built.atoms), built.atoms.cell.lengths()
        lithium = built.atoms.positions[(symbols == "Li") & (depth > 5.5)]
        distance, _ = cKDTree(lithium % box, boxsize=box).query(lithium % box, k=2)
        assert distance[:, 1].min() == pytest.approx(2.380, abs=1e-3)
        zr = int(((symbols == "Zr") & (depth > 5.5)).sum())
        assert len(lithium) / zr == pytest.approx(3.5, abs=0.4)

    def test_boundaries_are_neighbours_with_the_area_of_the_cells(self, made: Callable[[], BuiltNetwork]) -> None:
        built = made()
        assert all(1 <= b.first <= b.second <= len(built.seeds) for b in built.boundaries)
        assert all(0.0 <= b.angle <= 62.8 for b in built.boundaries)
        # Of all shapes that fill space none has less surface than 5.3 V^(2/3) a grain, each face seen from two.
        mean = built.atoms.get_volume() / len(built.seeds)
        assert 0.3 / mean ** (1 / 3) < built.boundary_area_per_volume < 6.0 / mean ** (1 / 3)


def deep_enough(built: BuiltNetwork, grain: int, points: FloatArray) -> BoolArray:
    """Say which points, from the seed of a grain, are 8 Å inside its cell: no group there has met another grain."""
    box = built.atoms.cell.lengths()
    others = (built.seeds[:, None] + IMAGES * box).reshape(-1, 3) - built.seeds[grain - 1]
    length = np.linalg.norm(others, axis=1)
    others, length = others[length > 1e-9], length[length > 1e-9]
    inside: BoolArray = (0.5 * length - points @ (others / length[:, None]).T > 8.0).all(axis=1)
    return inside


def test_moving_all_seeds_moves_the_structure() -> None:
    box = np.array(THREE.size)
    step = np.array([0.37, 0.58, 0.91])
    assert THREE.positions is not None
    moved_seeds = tuple(tuple(float(x) for x in np.array(p) + step) for p in THREE.positions)
    moved = build_polycrystal(replace(THREE, positions=moved_seeds), np.random.default_rng(1))  # type: ignore[arg-type]
    here = three().atoms
    assert count_species(moved.atoms) == count_species(here)
    apart = moved.atoms.positions - here.positions - step * box
    assert np.abs(apart - box * np.round(apart / box)).max() < 1e-6
    assert (moved.atoms.get_array("grain") == here.get_array("grain")).all()


@pytest.mark.parametrize("turn", [np.eye(3), np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])])
def test_one_grain_whose_box_fits_is_the_perfect_crystal(turn: FloatArray) -> None:
    edge = 2 * LATTICE_PARAMETER
    spec = PolycrystalSpec((edge, edge, edge), 1, ((0.1, 0.2, 0.3),), turn[None])
    built = build_polycrystal(spec, np.random.default_rng(1))
    assert count_species(built.atoms) == {"La": 192, "Li": 448, "O": 768, "Zr": 128}
    assert (built.boundaries, built.boundary_area_per_volume) == ((), 0.0)
    assert set(built.ledger.removed.values()) == {0} == set(built.ledger.added.values())
    for pair, distance in {"Li-Li": 2.380, "Zr-O": 2.110, "La-O": 2.511, "O-O": 2.891, "Zr-Zr": 5.622}.items():
        assert built.ledger.shortest_contacts[pair] == pytest.approx(distance, abs=1e-3)


def test_one_grain_whose_box_does_not_fit_meets_itself() -> None:
    built = build_polycrystal(PolycrystalSpec((31.0, 33.0, 35.0), 1), np.random.default_rng(2))
    assert {(b.first, b.second, b.angle) for b in built.boundaries} == {(1, 1, 0.0)}
    assert forbidden_contacts(built.atoms) == []
    assert built.ledger.removed["Zr"] > 0


def test_two_columns_at_opposite_angles_are_the_grains_of_a_tilt_boundary() -> None:
    half = float(np.degrees(np.arctan(0.5)))  # Σ5(012)[100]
    spec = NetworkSpec((1, 0, 0), (half, -half), (40.0, 60.0), positions=((0.5, 0.25), (0.5, 0.75)))
    built = build_network(spec, np.random.default_rng(1))
    (pair,) = {(b.first, b.second) for b in built.boundaries if b.angle > 1.0}
    assert pair == (1, 2)
    assert max(b.angle for b in built.boundaries) == pytest.approx(36.87, abs=0.01)
    bicrystal = build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 14), np.random.default_rng(1)).atoms
    own = {grain: surroundings(built.atoms, grain) for grain in (1, 2)}
    other = {grain: surroundings(bicrystal, grain) for grain in (1, 2)}
    partner = 1 if own[1] & other[1] else 2
    assert own[1] & other[partner]
    assert own[2] & other[3 - partner]
    assert not own[1] & other[3 - partner]


def surroundings(atoms: Atoms, grain: int) -> set[tuple[tuple[object, ...], ...]]:
    """Describe what is within 6 Å of each Zr in the middle of a grain: the same in any picture of the same crystal."""
    symbols, box = symbols_of(atoms), atoms.cell.lengths()
    framework = atoms[symbols != "Li"]
    names = symbols_of(framework)
    height = framework.get_scaled_positions()[:, 2]
    member = framework.get_array("grain") == grain
    middle = np.angle(np.exp(2j * np.pi * height[member]).mean()) / (2 * np.pi)
    from_middle = np.abs((height - middle + 0.5) % 1.0 - 0.5) * box[2]
    found = set()
    for index in np.flatnonzero(member & (names == "Zr") & (from_middle < 5.0)).tolist():
        apart = framework.positions - framework.positions[index]
        apart -= box * np.round(apart / box)
        near = np.flatnonzero((np.linalg.norm(apart, axis=1) < 6.0) & (np.arange(len(apart)) != index))
        rows = [(str(names[i]), *(round(x, 2) + 0.0 for x in apart[i].tolist())) for i in near.tolist()]
        found.add(tuple(sorted(rows)))
    return found


def test_along_the_axis_columns_repeat_without_a_boundary() -> None:
    built = columns()
    assert built.atoms.cell.lengths()[0] == pytest.approx(LATTICE_PARAMETER)
    box = built.atoms.cell.lengths()
    framework = symbols_of(built.atoms) != "Li"
    assert forbidden_contacts(built.atoms[framework]) == []
    walls = sum(b.area for b in built.boundaries)
    # All faces stand on the plane: their area is the box's edge times a length, and none lies across the axis.
    taller = build_network(replace(COLUMNS, repeats=2), np.random.default_rng(1))
    assert sum(b.area for b in taller.boundaries) == pytest.approx(2.0 * walls)
    assert taller.boundary_area_per_volume == pytest.approx(built.boundary_area_per_volume)
    assert box[0] * 2.0 == pytest.approx(taller.atoms.cell.lengths()[0])


def test_shifts_are_tried_until_less_clashes() -> None:
    still, moved = (
        build_network(replace(COLUMNS, trials=n, keep_composition=False), np.random.default_rng(1)) for n in (0, 10)
    )
    np.testing.assert_allclose(still.origins, still.seeds, atol=1e-9)
    np.testing.assert_allclose(moved.seeds, still.seeds)
    assert np.abs(moved.origins - moved.seeds).max() > 1.0
    assert moved.ledger.removed["Zr"] < still.ledger.removed["Zr"]


def test_hexagonal_grains_are_hexagons_where_the_box_allows() -> None:
    size = (60.0, 60.0 * np.sqrt(3.0))
    built = build_network(NetworkSpec((1, 0, 0), (0.0, 30.0), size), np.random.default_rng(1))
    apart = built.seeds[1] - built.seeds[0]
    assert np.linalg.norm(apart - built.atoms.cell.lengths() * np.round(apart / built.atoms.cell.lengths())) == (
        pytest.approx(60.0)
    )
    # A hexagon 60 Å across has a perimeter of 2 √3 x 60 Å; each wall belongs to two of the two grains.
    assert sum(b.area for b in built.boundaries) == pytest.approx(2.0 * np.sqrt(3.0) * 60.0 * LATTICE_PARAMETER)


def test_without_the_crystals_composition_only_what_clashes_goes_and_the_boundaries_are_rich_in_la() -> None:
    kept, bare = three(), three(keep_composition=False)
    assert bare.ledger.formal_charge == 0.0
    for species in ("La", "Zr", "O"):
        assert bare.ledger.removed[species] <= kept.ledger.removed[species]
    counts = count_species(bare.atoms)
    assert counts["La"] / counts["Zr"] > 1.5
    assert counts["Li"] == 8 * counts["Zr"] - 3 * counts["La"]


def test_what_went_could_not_have_stayed() -> None:
    built = three(keep_composition=False)
    box, crystal = built.atoms.cell.lengths(), llzo_crystal()
    framework = built.atoms[symbols_of(built.atoms) != "Li"]
    trees = {s: cKDTree(framework.positions[symbols_of(framework) == s], boxsize=box) for s in ("La", "Zr", "O")}
    returned = 0
    cell = cut_cell(crystal)
    for number, orientation in enumerate(built.orientations):
        la = crystal_points("La", 45.0) @ orientation.T
        owner = la[inside_cell(built, number, la)] + built.seeds[number]
        distance, _ = trees["La"].query(owner % box)
        gone = owner[distance > 1e-3]
        assert len(gone)
        room = [trees[s].query(gone % box)[0] >= crystal.contact_limit("La", s) + 1e-3 for s in ("La", "Zr", "O")]
        returned += int(np.logical_and.reduce(room).sum())
    assert len(cell.of("La")) == 24
    assert returned == 0


def inside_cell(built: BuiltNetwork, number: int, points: FloatArray) -> BoolArray:
    box = built.atoms.cell.lengths()
    others = (built.seeds[:, None] + IMAGES * box).reshape(-1, 3) - built.seeds[number]
    length = np.linalg.norm(others, axis=1)
    others, length = others[length > 1e-9], length[length > 1e-9]
    inside: BoolArray = (0.5 * length > points @ (others / length[:, None]).T).all(axis=1)
    return inside


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("crystal", [lithium_oxide(), thiophosphate(), spinel()], ids=["Li2O", "Li6PS5Cl", "LiZr2O4"])
def test_other_crystals_are_neutral_and_sound_even_where_every_site_is_full(crystal: Crystal, seed: int) -> None:
    built = build_polycrystal(PolycrystalSpec((40.0, 40.0, 40.0), 3), np.random.default_rng(seed), crystal)
    assert built.ledger.formal_charge == 0.0
    assert forbidden_contacts(built.atoms) == []
    assert built.ledger.shortest_contacts["Li-Li"] >= 2.0
    counts = count_species(built.atoms)
    assert counts["Li"] * len(crystal.groups.symbols) == crystal.content * (len(built.atoms) - counts["Li"])


def test_a_metal_has_no_charges_to_balance() -> None:
    crystal = crystal_from_atoms(bulk("Li", "bcc", a=3.51, cubic=True), "lithium metal")
    built = build_polycrystal(PolycrystalSpec((30.0, 30.0, 30.0), 3), np.random.default_rng(1), crystal)
    assert built.ledger.formal_charge == 0.0
    assert built.ledger.shortest_contacts["Li-Li"] >= 0.8 * 3.04 - 1e-3
    assert len(built.atoms) / 27000.0 == pytest.approx(2.0 / 3.51**3, rel=0.15)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"size": (5.0, 40.0, 40.0)}, "'size' must be edges of 10 Å or more"),
        ({"size": (40.0, 40.0, float("inf"))}, "'size' must be edges"),
        ({"grains": 0}, "'grains' must be 1 or more"),
        ({"positions": ((0.0, 0.0, 0.0),)}, "'positions' must be one for each of 2 grains, got 1"),
        ({"positions": ((0.0, 0.0), (0.5, 0.5))}, "'positions' must be 3 parts"),
        ({"orientations": np.eye(3)}, r"'orientations' must be one 3 x 3 rotation for each of 2 grains"),
        ({"n_tetrahedral": 14}, "'n_tetrahedral' must be from 8 to 13"),
    ],
)
def test_values_out_of_range_are_refused_at_once(values: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        PolycrystalSpec(**{"size": (40.0, 40.0, 40.0), "grains": 2, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"axis": (0, 0, 0)}, "'axis' must be a lattice direction"),
        ({"axis": (2, 0, 0)}, "'axis' must be a lattice direction without a common factor"),
        ({"angles": ()}, "'angles' must be one number"),
        ({"angles": (0.0, float("nan"))}, "'angles' must be one number"),
        ({"repeats": 0}, "'repeats' must be 1 or more"),
        ({"trials": -1}, "'trials' must be 0 or more"),
        ({"arrangement": "square"}, "'arrangement' must be one of hexagonal, random"),
        ({"positions": ((0.0, 0.0), (0.5, float("nan")))}, "'positions' must be 2 parts"),
    ],
)
def test_networks_out_of_range_are_refused_at_once(values: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        NetworkSpec(**{"axis": (1, 0, 0), "angles": (0.0, 30.0), "size": (40.0, 40.0), **values})  # type: ignore[arg-type]


def test_what_cannot_be_built_is_refused_with_its_numbers() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(InputError, match=r"60 grains have no room 10\.0 Å apart in a box of 25 x 25 x 25 Å"):
        build_polycrystal(PolycrystalSpec((25.0, 25.0, 25.0), 60), rng)
    state = rng.bit_generator.state
    with pytest.raises(InputError, match=r"91 grains have no room 10\.0 Å apart in a box of 40 x 40 x 40 Å"):
        build_polycrystal(PolycrystalSpec((40.0, 40.0, 40.0), 91), rng)
    assert rng.bit_generator.state == state, "the densest packing holds 90.5; nothing needs to be tried"
    near = PolycrystalSpec((40.0, 40.0, 40.0), 2, ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0)))
    with pytest.raises(InputError, match=r"grains 1 and 2 have seeds 4\.0 Å apart"):
        build_polycrystal(near, rng)
    mirrored = np.stack([np.eye(3), np.diag([1.0, 1.0, -1.0])])
    with pytest.raises(InputError, match="orientation 2 must be a rotation"):
        build_polycrystal(PolycrystalSpec((40.0, 40.0, 40.0), 2, orientations=mirrored), rng)
    thin = crystal_from_atoms(bulk("Li", "bcc", a=3.51, cubic=True), "lithium metal")
    with pytest.raises(InputError, match=r"'repeats' must make the box 10 Å or longer.*take 3 or more"):
        build_network(NetworkSpec((1, 0, 0), (0.0, 30.0), (40.0, 40.0)), rng, thin)


def test_angles_turn_about_the_axis_from_the_simplest_direction_across_it() -> None:
    (still, turned) = tilt_orientations(llzo_crystal(), (1, 0, 0), np.array([0.0, 90.0]))
    np.testing.assert_allclose(still, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(turned @ [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], atol=1e-12)
