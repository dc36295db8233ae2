"""Any crystal as a `Crystal`: garnet read back is garnet, and other structures get their own lattice and groups."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.spacegroup import crystal as spacegroup_crystal

from gbglass.build.account import forbidden_contacts
from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.rigid import crystal_from_atoms
from gbglass.errors import InputError

RIGHT = [90.0, 90.0, 90.0]


def spinel() -> Crystal:
    sites = [(1 / 8,) * 3, (1 / 2,) * 3, (0.2625,) * 3]
    atoms = spacegroup_crystal(["Li", "Zr", "O"], sites, spacegroup=227, setting=2, cellpar=[9.12, 9.12, 9.12, *RIGHT])
    return crystal_from_atoms(atoms, "LiZr2O4", valence={"Li": 1, "Zr": 3.5, "O": -2})


def thiophosphate() -> Crystal:
    """Li6PS5Cl without disorder, Li on 24g: F-43m has no centre of inversion."""
    sites = [(0.02, 0.25, 0.25), (0, 0, 0.5), (0.118, -0.118, 0.618), (0.25, 0.25, 0.75), (0, 0, 0)]
    atoms = spacegroup_crystal(["Li", "P", "S", "S", "Cl"], sites, spacegroup=216, cellpar=[9.859] * 3 + RIGHT)
    return crystal_from_atoms(atoms, "Li6PS5Cl")


def perovskite() -> Crystal:
    sites = [(0, 0, 0), (0.5, 0.5, 0.5), (0.5, 0.5, 0)]
    atoms = spacegroup_crystal(["Sr", "Ti", "O"], sites, spacegroup=221, cellpar=[3.905] * 3 + RIGHT)
    return crystal_from_atoms(atoms, "SrTiO3")


def test_garnet_read_back_has_the_groups_and_the_lattice_of_the_built_in_one() -> None:
    own, read = llzo_crystal(), crystal_from_atoms(cubic_llzo(12, np.random.default_rng(1)), "LLZO")
    assert (read.framework, read.cubic, read.content) == (own.framework, own.cubic, own.content)
    assert read.is_centrosymmetric
    assert sorted(np.bincount(read.groups.group)) == sorted(np.bincount(own.groups.group))
    assert read.contact_limit("O", "Zr") == pytest.approx(own.contact_limit("O", "Zr"), abs=0.03)
    for crystal in (own, read):
        lengths = np.linalg.norm(crystal.groups.offsets, axis=1)[crystal.groups.symbols == "O"] * 12.9827
        np.testing.assert_allclose(lengths, 2.110, atol=1e-3)


def test_a_boundary_of_garnet_read_back_has_the_framework_of_the_built_in_one() -> None:
    spec = BoundarySpec((1, -1, 0), (1, 1, 2), 3)
    own = build_boundary(spec, np.random.default_rng(1))
    atoms = cubic_llzo(12, np.random.default_rng(1))
    read = build_boundary(spec, np.random.default_rng(1), crystal_from_atoms(atoms, "LLZO"))
    for species in ("La", "Zr", "O"):
        first, second = (
            built.atoms.positions[np.array(built.atoms.get_chemical_symbols()) == species] for built in (own, read)
        )
        apart = first[:, None] - second[None]
        box = own.atoms.cell.lengths()
        apart -= box * np.round(apart / box)
        assert np.linalg.norm(apart, axis=2).min(axis=1).max() < 0.05  # keep-out 2.60 against 2.62 Å
    assert read.ledger.formal_charge == 0.0


@pytest.mark.parametrize(
    ("crystal", "centring", "polyhedra", "content", "centrosymmetric"),
    [
        (spinel(), "F", {}, 8, True),
        (thiophosphate(), "F", {("P", "S"): 4}, 24, False),
        (perovskite(), "P", {}, 0, True),
        (crystal_from_atoms(bulk("Li", "bcc", a=3.51, cubic=True), "Li"), "I", {}, 0, True),
    ],
    ids=["spinel", "argyrodite", "perovskite", "metal"],
)
def test_lattice_groups_and_mobile_ions_are_found(
    crystal: Crystal, centring: str, polyhedra: dict[tuple[str, str], int], content: int, *, centrosymmetric: bool
) -> None:
    assert crystal.cubic is not None
    assert (crystal.cubic.centring, crystal.cubic.laue_class) == (centring, "m-3m")
    assert (crystal.content, crystal.is_centrosymmetric) == (content, centrosymmetric)
    assert crystal.keep_out.keys() == polyhedra.keys()
    sizes = set(np.bincount(crystal.groups.group).tolist())
    assert sizes == {1} | {1 + ligands for ligands in polyhedra.values()}


@pytest.mark.parametrize("mode", ["placed", "carried"])
@pytest.mark.parametrize(
    ("crystal", "plane", "layers"),
    [(spinel(), (0, 1, 2), 6), (thiophosphate(), (0, 1, 2), 6), (perovskite(), (0, 1, 3), 12)],
    ids=["spinel", "argyrodite", "perovskite"],
)
def test_boundaries_of_other_crystals_are_neutral_and_without_forbidden_contacts(
    crystal: Crystal, plane: tuple[int, int, int], layers: int, mode: str
) -> None:
    spec = BoundarySpec((1, 0, 0), plane, layers, lithium=mode)  # type: ignore[arg-type]
    built = build_boundary(spec, np.random.default_rng(3), crystal)
    assert built.ledger.formal_charge == pytest.approx(0.0, abs=1e-9)
    assert forbidden_contacts(built.atoms) == []
    cells = 2 * layers * built.geometry.cells_per_layer
    assert len(built.atoms) == round(cells * crystal.atoms_per_cell)


def test_grain_2_of_a_crystal_without_inversion_is_turned_not_mirrored() -> None:
    """Seen along a PS4 tetrahedron's own axes, a mirror image has the other handedness; a turned one has not."""
    crystal = thiophosphate()
    built = build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 6), np.random.default_rng(3), crystal)
    framework = np.array(built.atoms.get_chemical_symbols()) != "Li"
    one, two = (built.atoms[framework & (built.atoms.get_array("grain") == number)] for number in (1, 2))
    box = built.atoms.cell.lengths()
    turned = one.positions * [-1.0, 1.0, -1.0] + np.array([*built.shift, 0.0]) * box
    apart = turned[:, None] - two.positions[None]
    apart -= box * np.round(apart / box)
    assert np.linalg.norm(apart, axis=2).min(axis=1).max() < 1e-6


def test_metal_grains_keep_most_of_their_distance() -> None:
    crystal = crystal_from_atoms(bulk("Li", "bcc", a=3.51, cubic=True), "Li")
    built = build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 20), np.random.default_rng(1), crystal)
    assert built.ledger.valence == {"grain 1": {"Li": 0.0}, "grain 2": {"Li": 0.0}}
    assert built.ledger.shortest_contacts["Li-Li"] >= 0.8 * 3.51 * np.sqrt(3.0) / 2.0


@pytest.mark.parametrize(
    ("atoms", "says"),
    [
        (Atoms("LiO", [[0, 0, 0], [2, 0, 0]], cell=[4, 4, 4], pbc=True), r"carries -1 e in its cell \(Li 1 x \+1, O 1"),
        (Atoms("LiO", cell=[4, 4, 4]), "must be periodic"),
        (Atoms("XeF2", [[0, 0, 0], [2, 0, 0], [0, 2, 0]], cell=[4, 4, 4], pbc=True), "known for Xe"),
    ],
)
def test_what_is_no_crystal_is_refused(atoms: Atoms, says: str) -> None:
    with pytest.raises(InputError, match=says):
        crystal_from_atoms(atoms, "sample")


def test_tilt_boundaries_need_a_cubic_cell() -> None:
    atoms = cubic_llzo(12, np.random.default_rng(1))
    atoms.set_cell(atoms.cell.array * np.array([1.0, 1.0, 0.97]), scale_atoms=True)
    crystal = crystal_from_atoms(atoms, "strained LLZO")
    with pytest.raises(
        InputError, match=r"strained LLZO is not cubic, .* its edges are .* Å and its angles 90\.0, 90\.0, 90\.0°"
    ):
        build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 5), np.random.default_rng(1), crystal)
