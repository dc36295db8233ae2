"""Metal made of blocks of bcc lithium: two clusters, a rod from electrode to electrode, and a slow second version."""

from itertools import product

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_array_equal

from gbglass.analysis.metallic import MetallicCounter, MetallicLithium, MetalRule, find_metal, is_metallic
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import anchor_framework
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from tests.analysis.synthetic import shifted

A = 3.5
WIDE = 6
CELL = np.diag([WIDE * A, WIDE * A, 100.0])
FACES = (15.0, 60.0)
"""Of the negative electrode, four bcc cells thick, and of the positive electrode."""


def bcc(cells: tuple[int, int, int], corner: tuple[float, float, float]) -> FloatArray:
    corners = np.array(list(product(*(range(n) for n in cells))), dtype=np.float64)
    block: FloatArray = np.concatenate([corners, corners + 0.5]) * A + np.array(corner)
    return block


def cell_with(*blocks: FloatArray) -> tuple[Atoms, CellParts]:
    """An electrode of lithium, blocks in an electrolyte with few oxygen, Zr on top."""
    lithium = np.concatenate([bcc((WIDE, WIDE, 4), (0.0, 0.0, 0.0)), *blocks])
    oxygen = np.array([[1.0, 1.0, 25.0], [12.0, 3.0, 57.0]])
    cations = np.array([[5.0, 5.0, z] for z in (18.0, 30.0, 57.0, 63.0, 75.0)])
    symbols = ["Li"] * len(lithium) + ["O"] * 2 + ["La"] * 3 + ["Zr"] * 2
    atoms = Atoms(symbols, positions=np.concatenate([lithium, oxygen, cations]), cell=CELL, pbc=True)
    return atoms, tie_parts(atoms, ("Li", "LLZO", "LZO"), FACES)


def found(atoms: Atoms, parts: CellParts, by: float = 0.0, rule: MetalRule | None = None) -> MetallicLithium:
    trajectory = trajectory_of(atoms)
    anchor = anchor_framework(atoms, among=np.flatnonzero(atoms.positions[:, 2] < FACES[1]))
    return find_metal(shifted(trajectory, by), parts, anchor, rule)


def trajectory_of(atoms: Atoms) -> Trajectory:
    return Trajectory(tuple(atoms.get_chemical_symbols()), lambda: iter([Frame(0, 2.0, CELL, atoms.positions)]))


def flooded(points: FloatArray, link: float) -> list[int]:
    """Sizes of clusters in a cell as wide as `CELL`, largest first, one atom after the other."""
    left, sizes = set(range(len(points))), []
    while left:
        edge, size = [left.pop()], 0
        while edge:
            one = edge.pop()
            size += 1
            away = points - points[one]
            away[:, :2] -= np.round(away[:, :2] / (WIDE * A)) * WIDE * A
            near = {int(k) for k in np.flatnonzero(np.linalg.norm(away, axis=1) <= link)} & left
            left -= near
            edge.extend(near)
        sizes.append(size)
    return sorted(sizes, reverse=True)


@pytest.mark.parametrize("by", [0.0, 100.0, -1234.5])
def test_two_clusters_one_of_them_on_the_electrode(by: float) -> None:
    on_it, apart = bcc((3, 3, 4), (0.0, 0.0, 4 * A)), bcc((4, 4, 4), (0.0, 0.0, 40.0))
    metal = found(*cell_with(on_it, apart), by=by, rule=MetalRule(least_lithium=7))
    assert metal.isolated_clusters.tolist() == [1]
    assert metal.shorted.tolist() == [0]
    assert metal.short_time is None
    assert metal.nucleation_time == 2.0
    atoms, _ = cell_with(on_it, apart)
    lithium = atoms.positions[np.array(atoms.get_chemical_symbols()) == "Li"]
    oxygen = atoms.positions[np.array(atoms.get_chemical_symbols()) == "O"]
    sizes = flooded(lithium[is_metallic(lithium, oxygen, CELL, MetalRule(least_lithium=7))], 3.6)
    assert sizes == [metal.largest_cluster[0], metal.largest_isolated[0]]
    assert 0 < sizes[1] < len(apart), "corners of a block have too few neighbours to be metal"
    tip = 7.5 * A - FACES[0]
    assert tip - A <= metal.depth[0] <= tip + 1e-9


def test_a_rod_from_electrode_to_electrode_is_a_short_and_one_with_a_gap_is_not() -> None:
    reach = round((FACES[1] - 4 * A) / A)
    rod = bcc((3, 3, reach), (0.0, 0.0, 4 * A))
    shorted = found(*cell_with(rod))
    assert shorted.short_time == 2.0
    assert shorted.isolated_clusters.tolist() == [0]
    broken = rod[(rod[:, 2] < 35.0) | (rod[:, 2] > 42.0)]
    whole = found(*cell_with(broken))
    assert whole.short_time is None
    assert whole.isolated_clusters.tolist() == [1]


def test_metal_that_touches_through_the_closing_plane_is_no_short() -> None:
    """Through the periodic boundary, below the negative electrode, there is no way for a dendrite."""
    atoms, parts = cell_with(bcc((WIDE, WIDE, 7), (0.0, 0.0, 100.0 - 7 * A)))
    metal = found(atoms, parts)
    assert metal.short_time is None


def test_a_slow_obvious_version_finds_the_same_metal() -> None:
    rng = np.random.default_rng(1)
    cell = np.array([[14.0, 0, 0], [1.0, 15.0, 0], [0.5, -0.7, 16.0]])
    lithium, oxygen = rng.uniform(-1, 2, (160, 3)) @ cell, rng.uniform(-1, 2, (40, 3)) @ cell
    rule = MetalRule()
    shifts = np.array(list(product((-1, 0, 1), repeat=3))) @ cell

    def near(one: FloatArray, others: FloatArray, within: float) -> int:
        away = (others - one) @ np.linalg.inv(cell)
        images = (away - np.round(away)) @ cell
        distances = np.linalg.norm(images[:, None, :] + shifts, axis=2)
        return int(((distances <= within) & (distances > 1e-9)).sum())

    slow = [
        near(ion, lithium, rule.lithium_within) >= rule.least_lithium
        and near(ion, oxygen, rule.oxygen_within) <= rule.most_oxygen
        for ion in lithium
    ]
    assert_array_equal(is_metallic(lithium, oxygen, cell, rule), slow)
    order = rng.permutation(160)
    assert_array_equal(is_metallic(lithium[order], oxygen[::-1], cell, rule), np.array(slow)[order])
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    assert_array_equal(is_metallic(lithium @ turn, oxygen @ turn, cell @ turn, rule), slow)


def test_lithium_of_the_garnet_is_no_metal_and_lithium_metal_is() -> None:
    garnet = cubic_llzo(12, np.random.default_rng(1))
    symbols = np.array(garnet.get_chemical_symbols())
    of = {species: garnet.positions[symbols == species] for species in ("Li", "O")}
    assert not is_metallic(of["Li"], of["O"], garnet.cell.array, MetalRule()).any()
    block = bcc((4, 4, 4), (0.0, 0.0, 0.0))
    assert is_metallic(block, np.zeros((0, 3)), np.eye(3) * 4 * A, MetalRule()).all()


def test_time_of_the_short_is_that_of_the_first_frame_that_has_it() -> None:
    reach = round((FACES[1] - 4 * A) / A)
    atoms, parts = cell_with(bcc((3, 3, reach), (0.0, 0.0, 4 * A)))
    anchor = anchor_framework(atoms, among=np.flatnonzero(atoms.positions[:, 2] < FACES[1]))
    apart = atoms.positions.copy()
    rod = slice(2 * WIDE**2 * 4, 2 * WIDE**2 * 4 + 18 * reach)
    apart[rod, 2] += np.where(apart[rod, 2] > 40.0, 8.0, 0.0)
    counter = MetallicCounter(trajectory_of(atoms), parts, anchor)
    for number, positions in enumerate((apart, apart, atoms.positions, apart)):
        counter.add(Frame(10 * number, 0.5 * number, CELL, positions))
    assert counter.result().short_time == 1.0
    assert counter.result().shorted.tolist() == [0, 0, 1, 0]


def test_no_metal_at_all_is_zero_everywhere_and_distances_must_be_distances() -> None:
    metal = found(*cell_with(), rule=MetalRule(least_lithium=50))
    assert (metal.metal[0], metal.depth[0], metal.shorted[0], metal.largest_cluster[0]) == (0, 0.0, 0, 0)
    with pytest.raises(InputError, match="distances must be positive"):
        MetalRule(link=0.0)
