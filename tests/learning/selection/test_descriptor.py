"""What an atom sees: by a second version that sums over triples, and by what must not change it."""

import itertools

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, make_supercell
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation
from scipy.special import eval_legendre

from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError
from gbglass.learning.selection import descriptor as module
from gbglass.learning.selection.descriptor import REACH, Descriptor, species_of

KINDS = Descriptor(("Li", "O", "Zr"))
SEEDS = st.integers(0, 2**32 - 1)


def some_oxide(seed: int, count: int = 7) -> Atoms:
    rng = np.random.default_rng(seed)
    symbols = rng.choice(KINDS.species, count).tolist()
    cell = np.diag(rng.uniform(4.0, 7.0, 3)) + rng.uniform(-1.0, 1.0, (3, 3))
    return Atoms(symbols, scaled_positions=rng.random((count, 3)), cell=cell, pbc=True)


def naive(atoms: Atoms, centre: int) -> FloatArray:
    """Go over all images, then over all pairs of neighbours with the angle between them."""
    reach = range(-4, 5)
    neighbours = []
    for shift in itertools.product(reach, reach, reach):
        for j, symbol in enumerate(atoms.get_chemical_symbols()):
            away = atoms.positions[j] + np.array(shift) @ atoms.cell.array - atoms.positions[centre]
            if 0.0 < np.linalg.norm(away) <= REACH:
                neighbours.append((symbol, away))

    def weight(away: FloatArray, middle: float, width: float) -> float:
        r = float(np.linalg.norm(away))
        return float(np.exp(-0.5 * ((r - middle) / width) ** 2) * 0.5 * (1 + np.cos(np.pi * r / REACH)))

    numbers = [
        sum(weight(away, middle, module._RADIAL_WIDTH) for symbol, away in neighbours if symbol == kind)
        for kind in KINDS.species
        for middle in module._RADIAL
    ]
    for degree in module._DEGREES:
        for s, t in itertools.combinations_with_replacement(KINDS.species, 2):
            for middle in module._ANGULAR:
                first = [(a, weight(a, middle, module._ANGULAR_WIDTH)) for symbol, a in neighbours if symbol == s]
                second = [(a, weight(a, middle, module._ANGULAR_WIDTH)) for symbol, a in neighbours if symbol == t]
                total = 0.0
                for (a, wa), (b, wb) in itertools.product(first, second):
                    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
                    total += wa * wb * float(eval_legendre(degree, np.clip(cosine, -1, 1)))
                numbers.append(total)
    found = np.array(numbers)
    compressed: FloatArray = found / np.sqrt(1 + np.abs(found))
    return compressed


def test_a_sum_over_triples_says_the_same() -> None:
    atoms = some_oxide(3, 4)
    assert_allclose(KINDS.describe(atoms)[1], naive(atoms, 1), atol=1e-9)
    assert KINDS.describe(atoms).shape == (4, KINDS.size)


@settings(max_examples=25)
@given(SEEDS)
def test_turned_mirrored_moved_and_numbered_anew_it_is_the_same(seed: int) -> None:
    atoms, rng = some_oxide(seed), np.random.default_rng(seed)
    known = KINDS.describe(atoms)
    turn = Rotation.random(rng=rng).as_matrix() * rng.choice([-1.0, 1.0])
    turned = Atoms(atoms.numbers, positions=atoms.positions @ turn, cell=atoms.cell.array @ turn, pbc=True)
    assert_allclose(KINDS.describe(turned), known, atol=1e-8)
    moved = atoms.copy()
    moved.positions += rng.uniform(-20, 20, 3)
    assert_allclose(KINDS.describe(moved), known, atol=1e-8)
    order = rng.permutation(len(atoms))
    assert_allclose(KINDS.describe(atoms[order]), known[order], atol=1e-8)


@settings(max_examples=10)
@given(SEEDS)
def test_another_cell_of_the_same_crystal_is_the_same(seed: int) -> None:
    atoms = some_oxide(seed, 4)
    repeated = make_supercell(atoms, [[1, 1, 0], [0, 1, 0], [0, 1, 2]])
    places = KINDS.describe(repeated)
    for row in KINDS.describe(atoms):
        assert int((np.abs(places - row).max(axis=1) < 1e-7).sum()) == 2


@settings(max_examples=15)
@given(SEEDS)
def test_it_is_smooth_also_where_a_neighbour_leaves(seed: int) -> None:
    """A small step changes it little, whatever crosses the reach."""
    atoms, rng = some_oxide(seed), np.random.default_rng(seed)
    step = rng.normal(size=atoms.positions.shape)
    moved = atoms.copy()
    moved.positions += 1e-6 * step / np.abs(step).max()
    assert np.abs(KINDS.describe(moved) - KINDS.describe(atoms)).max() < 1e-4


def test_what_differs_in_angles_alone_is_told_apart() -> None:
    """A square and a tetrahedron of the same distances have the same radial numbers."""
    d = 2.1
    square = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]) * d
    tetrahedron = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * d / np.sqrt(3)
    found = [
        KINDS.describe(Atoms("ZrO4", positions=[[0, 0, 0], *around], cell=[30, 30, 30], pbc=True))[0]
        for around in (square, tetrahedron)
    ]
    radial = len(KINDS.species) * len(module._RADIAL)
    assert_allclose(found[0][:radial], found[1][:radial], atol=1e-12)
    assert np.abs(found[0] - found[1]).max() > 0.1


def test_in_an_octahedron_only_the_fourth_degree_is_left() -> None:
    sites = np.vstack([np.eye(3), -np.eye(3)]) * 2.1
    atoms = Atoms("ZrO6", positions=[[0, 0, 0], *sites], cell=[30, 30, 30], pbc=True)
    angular = Descriptor(("O", "Zr")).describe(atoms)[0][2 * len(module._RADIAL) :].reshape(4, 3, -1)
    assert np.abs(angular[:3]).max() < 1e-9
    assert angular[3].max() > 0.1


def test_a_lone_atom_sees_nothing() -> None:
    lone = KINDS.describe(Atoms("Li", cell=[30, 30, 30], pbc=True))
    assert_allclose(lone, 0.0)


def test_unknown_species_are_all_named() -> None:
    with pytest.raises(InputError, match=r"Al, Fe.*known are Li, O, Zr"):
        KINDS.describe(Atoms("AlFeLi", positions=np.eye(3), cell=[5, 5, 5], pbc=True))
    assert species_of([bulk("Li"), Atoms("OZr")]) == ("Li", "O", "Zr")
