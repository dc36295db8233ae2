"""Polyhedra: the garnet's are whole, broken ones are found where they are, lithium beside them, how even they lie."""

import numpy as np
import pytest
from ase import Atoms
from ase.spacegroup import crystal
from numpy.testing import assert_allclose

from gbglass.analysis.polyhedra import LAO8, ZRO6, PolyhedraCensus, PolyhedraCounter, Polyhedron, count_polyhedra
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.framework import anchor_framework
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Slab
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

GARNET = cubic_llzo(12, np.random.default_rng(1), (2, 2, 2))


def census(atoms: Atoms, by: float = 0.0, axis: int = 2, n_frames: int = 4) -> PolyhedraCensus:
    frames = [Frame(n, 0.1 * n, atoms.cell.array, atoms.positions + by * n) for n in range(n_frames)]
    trajectory = Trajectory(tuple(atoms.get_chemical_symbols()), lambda: iter(frames))
    return count_polyhedra(trajectory, anchor_framework(atoms), axis=axis)["all"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("polyhedron", "n"), [(ZRO6, 128), (LAO8, 192)])
def test_every_polyhedron_of_the_garnet_is_whole(polyhedron: Polyhedron, n: int) -> None:
    trajectory = Trajectory(
        tuple(GARNET.get_chemical_symbols()), lambda: iter([Frame(0, 0.0, GARNET.cell.array, GARNET.positions + 100.0)])
    )
    found = count_polyhedra(trajectory, anchor_framework(GARNET), polyhedron)["all"]
    assert found.whole.tolist() == [n]
    assert found.ligands[polyhedron.number] == 1.0
    assert polyhedron.name in ("ZrO6", "LaO8")


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("by", [0.0, 100.0])
def test_a_hole_is_found_where_it_was_made(axis: int, by: float) -> None:
    """Take one Zr row's oxygen away: its columns hold no whole polyhedron, all others do."""
    place = GARNET.cell.lengths() * 0.3
    across = [k for k in range(3) if k != axis]
    away = GARNET.positions[:, across] - place[across]
    near = (np.abs(away) < 5.5).all(axis=1) & (np.array(GARNET.get_chemical_symbols()) == "O")
    holed = GARNET[~near]
    found = census(holed, by, axis)
    u, v = ((place[across] / GARNET.cell.lengths()[across]) * found.counts.shape).astype(int)
    assert found.empty[u, v]
    assert 0.0 < found.empty_area < 0.3
    assert found.fraction.value < 1.0
    assert_allclose(found.counts.sum(), found.whole.mean(), rtol=1e-12)
    assert_allclose(found.lithium.sum(), 448, rtol=1e-12)


def test_lithium_that_gathers_where_polyhedra_are_missing_is_enriched_there() -> None:
    holed = GARNET[(np.array(GARNET.get_chemical_symbols()) == "Li") | (GARNET.positions[:, 0] > 6.0)]
    symbols = np.array(holed.get_chemical_symbols())
    before = census(holed)
    movers = np.flatnonzero((symbols == "Li") & (holed.positions[:, 0] > 13.0))[:100]
    crowded = holed.copy()
    crowded.positions[movers, 0] = np.random.default_rng(2).uniform(0.5, 4.5, len(movers))
    after = census(crowded)
    assert after.enrichment > 1.5 * before.enrichment > 0.0
    assert after.lithium_in_empty > before.lithium_in_empty
    assert np.array_equal(after.empty, before.empty)


def test_the_unevenness_of_known_columns() -> None:
    """Whole octahedra in every second column: counts 0 and n, so SD over mean is 1."""
    unit = Atoms(
        "ZrO6", positions=[[2.5, 2.5, 2.5], *([2.5, 2.5, 2.5] + 2.0 * np.concatenate([np.eye(3), -np.eye(3)]))]
    )
    unit.set_cell([5.0, 10.0, 5.0])
    unit.pbc = True
    atoms = unit * (4, 2, 3)
    found = census(atoms)
    assert found.counts.shape == (4, 4)
    assert_allclose(found.unevenness, 1.0, rtol=1e-12)
    assert found.empty_area == 0.5
    assert_allclose(found.unevenness_over(found), 1.0, rtol=1e-12)
    lithium_free = found.lithium_in_empty
    assert np.isnan(lithium_free)


def test_an_even_crystal_or_other_columns_cannot_be_compared_with() -> None:
    fluorite = crystal(("Zr", "O"), [(0, 0, 0), (0.25, 0.25, 0.25)], spacegroup=225, cellpar=[5.1] * 3 + [90] * 3)
    other = census(fluorite * (4, 4, 4))
    with pytest.raises(InputError, match="the size of the crystal's within 10 %"):
        census(GARNET).unevenness_over(other)
    even = census(GARNET[np.array(GARNET.get_chemical_symbols()) != "O"])
    assert even.unevenness == np.inf


def test_regions_share_the_centres_out() -> None:
    frames = [Frame(0, 0.0, GARNET.cell.array, GARNET.positions)]
    trajectory = Trajectory(tuple(GARNET.get_chemical_symbols()), lambda: iter(frames))
    anchor = anchor_framework(GARNET)
    regions = RegionGroups(anchor, {"low": Slab(low=0.01, high=0.51), "high": Slab(low=0.51, high=1.01)})
    found = count_polyhedra(trajectory, anchor, regions=regions)
    assert sum(int(part.whole[0]) for part in found.values()) == 128
    counted = PolyhedraCounter(trajectory.symbols, anchor)
    with pytest.raises(InputError, match="at least one frame"):
        counted.result()
    slit = RegionGroups(anchor, {"slit": Slab(low=0.03, high=0.03 + 1e-9)})
    with pytest.raises(InputError, match="slit held no Zr"):
        count_polyhedra(trajectory, anchor, regions=slit)
