"""Regions: every point in one slab, tied to the framework, wherever the system lies and however the cell breathes."""

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.core.arrays import FloatArray
from gbglass.core.framework import anchor_framework
from gbglass.core.partition import SlabPartition, eleven_boundary_regions, eleven_regions
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError

CELL = np.array([[9.0, 0.0, 0.0], [1.0, 8.0, 0.0], [0.5, -0.7, 30.0]])
SYMBOLS = "Li20La4Zr4O12"

edges_within = st.lists(st.floats(0.01, 0.99), min_size=0, max_size=12, unique=True).map(
    lambda inner: (0.0, *sorted(inner), 1.0)
)
seeds = st.integers(0, 2**31 - 1)


def structure(seed: int = 1) -> Atoms:
    fractional = np.random.default_rng(seed).random((40, 3))
    return Atoms(SYMBOLS, positions=fractional @ CELL, cell=CELL, pbc=True)


def frame_of(atoms: Atoms, by: FloatArray | float = 0.0) -> Frame:
    return Frame(0, 0.0, atoms.cell.array, atoms.positions + by)


@given(edges_within, st.integers(0, 2), seeds)
@settings(max_examples=40, deadline=None)
def test_every_point_is_in_the_one_slab_whose_edges_hold_it(edges: tuple[float, ...], axis: int, seed: int) -> None:
    partition = SlabPartition(edges, axis)
    points = np.random.default_rng(seed).uniform(-3.0, 3.0, size=(60, 3))
    slabs = partition.assign(points)
    for point, slab in zip(points, slabs, strict=True):
        holding = [k for k in range(partition.n_slabs) if edges[k] <= point[axis] % 1.0 < edges[k + 1]]
        assert holding == [slab]
    assert_allclose(partition.widths.sum(), 1.0, rtol=1e-12)


@pytest.mark.parametrize("height", [0.0, -0.0, 1.0, -1e-17, 1.0 - 1e-17, -1e-300])
def test_no_rounding_at_the_face_of_the_cell_loses_an_atom(height: float) -> None:
    slab = eleven_regions().assign(np.array([[0.0, 0.0, height]]))[0]
    assert slab in (0, 10)  # the two halves of the boundary that lies there


def test_an_edge_belongs_to_the_slab_above_it() -> None:
    partition = SlabPartition((0.0, 0.25, 0.5, 1.0))
    assert partition.assign(np.array([[0, 0, 0.25], [0, 0, 0.5], [0, 0, 1.25]])).tolist() == [1, 2, 1]


def test_the_axis_is_one_of_three() -> None:
    with pytest.raises(InputError, match="'axis' must be 0, 1 or 2, got 3"):
        SlabPartition((0.0, 1.0), axis=3)


def test_boundaries_interior_and_what_lies_between_are_all_regions_once() -> None:
    regions = eleven_boundary_regions()
    named = [*regions.boundaries[0], *regions.boundaries[1], *regions.interior]
    assert len(named) == len(set(named))
    assert set(range(11)) - set(named) == {1, 4, 6, 9}
    widths = regions.partition.widths
    # Each boundary gets a tenth of the cell, the interior two tenths of each grain, alike on both sides of a boundary.
    assert_allclose([widths[list(slabs)].sum() for slabs in regions.boundaries], 0.1)
    assert_allclose(widths[list(regions.interior)].sum(), 0.4)
    middles = (np.array(regions.partition.edges[1:]) + np.array(regions.partition.edges[:-1]))[
        list(regions.interior)
    ] / 2
    assert_allclose(np.sort((0.5 - middles) % 1.0), np.sort((0.5 + middles) % 1.0), atol=1e-12)


@pytest.mark.parametrize("by", [0.0, 100.0, -1e5])
def test_coordinates_stay_when_everything_moves(by: float) -> None:
    atoms = structure()
    anchor = anchor_framework(atoms)
    before = atoms.get_scaled_positions(wrap=False)
    assert_allclose(anchor.coordinates(frame_of(atoms, by)), before, atol=1e-9)


def test_lithium_that_moves_does_not_move_the_regions() -> None:
    atoms = structure()
    anchor = anchor_framework(atoms)
    moved = atoms.copy()
    moved.positions[:20] += [0.0, 0.0, 5.0]
    away = anchor.coordinates(frame_of(moved)) - anchor.coordinates(frame_of(atoms))
    assert_allclose(away[20:], 0.0, atol=1e-12)
    assert_allclose(away[:20] @ CELL, np.tile([0.0, 0.0, 5.0], (20, 1)), atol=1e-12)


def test_coordinates_stay_when_the_cell_breathes() -> None:
    atoms = structure()
    larger = atoms.copy()
    larger.set_cell(CELL * [[1.02], [0.99], [1.05]], scale_atoms=True)
    anchor = anchor_framework(atoms)
    assert_allclose(anchor.coordinates(frame_of(larger)), anchor.coordinates(frame_of(atoms)), atol=1e-12)


def test_the_anchor_is_lanthanum_and_zirconium_or_what_does_not_move_and_there_must_be_some() -> None:
    atoms = structure()
    assert_array_equal(anchor_framework(atoms).indices, np.arange(20, 28))
    assert_array_equal(anchor_framework(atoms, np.array([30, 27, 5, 21])).indices, [21, 27])
    assert_array_equal(anchor_framework(atoms, np.array([30, 5])).indices, [30])
    assert_array_equal(anchor_framework(Atoms("Li2ONaPS4", cell=[5.0, 5.0, 5.0])).indices, [2, 4, 5, 6, 7, 8])
    with pytest.raises(InputError, match="La or Zr to be tied to, or other ions than K, Li, Na"):
        anchor_framework(Atoms("Li2Na", cell=[5.0, 5.0, 5.0], pbc=True))
