"""However a garnet is turned, wrapped, renumbered or repeated, its coordination, order and polyhedra are the same."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.transform import Rotation

from gbglass.analysis.coordination import JointCoordinations
from gbglass.analysis.density import DensityHistoryCounter
from gbglass.analysis.group_counts import GroupCounter
from gbglass.analysis.order import cation_order
from gbglass.analysis.polyhedra import PolyhedraCounter
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import IMMOBILE_CATIONS, FrameworkAnchor
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Shell, Slab
from gbglass.core.trajectory import Frame

GARNET = cubic_llzo(12, np.random.default_rng(1))
SYMBOLS = np.array(GARNET.get_chemical_symbols())

seeds = st.integers(0, 2**31 - 1)
few = settings(max_examples=8, deadline=None)


@dataclass(frozen=True)
class Still:
    """One frame and what it is anchored on."""

    symbols: tuple[str, ...]
    frame: Frame

    @property
    def anchor(self) -> FrameworkAnchor:
        cations = np.flatnonzero(np.isin(np.array(self.symbols), IMMOBILE_CATIONS))
        return FrameworkAnchor(cations, self.frame.fractional[cations])


@dataclass(frozen=True)
class Found:
    """What the analyses say of a frame, free of the numbering of its atoms."""

    histogram: FloatArray
    types: FloatArray
    order: FloatArray
    whole: int
    counts: FloatArray
    density: FloatArray


def sample(seed: int) -> Still:
    rng = np.random.default_rng(seed)
    cell = GARNET.cell.array @ (np.eye(3) + np.tril(rng.uniform(-0.02, 0.02, (3, 3))))
    positions = GARNET.get_scaled_positions() @ cell + rng.normal(0.0, 0.25, (len(SYMBOLS), 3))
    return Still(tuple(SYMBOLS), Frame(0, 0.0, cell, positions))


def analysed(still: Still) -> Found:
    regions = RegionGroups(still.anchor, {"near": Shell(position=0.1, within_A=3.0), "half": Slab(low=0.2, high=0.7)})
    joint = JointCoordinations(still.symbols)
    counts = GroupCounter(still.symbols, "Li", regions)
    polyhedra = PolyhedraCounter(still.symbols, still.anchor)
    density = DensityHistoryCounter(still.symbols, "Li", still.anchor, 7)
    for counter in (joint, counts, polyhedra, density):
        counter.add(still.frame)
    whole = joint.result()["all"]
    return Found(
        whole.histogram,
        whole.types[0].astype(np.float64),
        np.sort(cation_order(still.symbols, still.frame).order),
        int(polyhedra.result()["all"].whole[0]),
        counts.result().counts[0].astype(np.float64),
        density.result().density[0],
    )


def same(found: Found, expected: Found, times: int = 1) -> None:
    assert_allclose(found.histogram, expected.histogram, rtol=1e-9, atol=1e-12)
    assert_array_equal(found.types, times * expected.types)
    assert_allclose(found.order, np.repeat(expected.order, times), rtol=1e-7, atol=1e-9)
    assert found.whole == times * expected.whole
    assert_array_equal(found.counts, times * expected.counts)
    assert_allclose(found.density, expected.density, rtol=1e-9)


@given(seeds, seeds)
@few
def test_the_numbering_of_atoms_does_not_matter(seed: int, order: int) -> None:
    here = sample(seed)
    permutation = np.random.default_rng(order).permutation(len(SYMBOLS))
    frame = Frame(0, 0.0, here.frame.cell, here.frame.positions[permutation])
    same(analysed(Still(tuple(SYMBOLS[permutation]), frame)), analysed(here))


@given(seeds, seeds)
@few
def test_wrapping_atoms_into_other_images_does_not_matter(seed: int, jumps: int) -> None:
    here = sample(seed)
    cells = np.random.default_rng(jumps).integers(-3, 4, (len(SYMBOLS), 3)) @ here.frame.cell
    same(analysed(Still(here.symbols, Frame(0, 0.0, here.frame.cell, here.frame.positions + cells))), analysed(here))


@given(seeds, st.integers(0, 1))
@few
def test_a_cell_repeated_in_the_plane_has_everything_twice(seed: int, axis: int) -> None:
    here = sample(seed)
    cell = here.frame.cell.copy()
    cell[axis] *= 2.0
    positions = np.concatenate([here.frame.positions, here.frame.positions + here.frame.cell[axis]])
    same(analysed(Still(here.symbols * 2, Frame(0, 0.0, cell, positions))), analysed(here), times=2)


@given(seeds, seeds)
@few
def test_turning_everything_changes_nothing(seed: int, turning: int) -> None:
    here = sample(seed)
    turn = Rotation.random(rng=np.random.default_rng(turning)).as_matrix().T
    same(
        analysed(Still(here.symbols, Frame(0, 0.0, here.frame.cell @ turn, here.frame.positions @ turn))),
        analysed(here),
    )
