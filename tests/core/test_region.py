"""Regions hold the atoms that a slow look at each atom says they hold, wherever the system lies."""

from itertools import product

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from pydantic import TypeAdapter, ValidationError

from gbglass.core.arrays import BoolArray, FloatArray
from gbglass.core.framework import AnchoredFrame, anchor_framework
from gbglass.core.region import Box, Intersection, Outside, Region, Shell, Sites, Slab, Union
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError

CELL = np.array([[9.0, 0.0, 0.0], [1.0, 8.0, 0.0], [0.5, -0.7, 30.0]])
SHIFTS = np.array(list(product((-1, 0, 1), repeat=3)))

seeds = st.integers(0, 2**31 - 1)
lows = st.floats(-0.9, 0.9)
widths = st.floats(0.01, 1.0)


def scattered(seed: int, by: FloatArray | float = 0.0) -> tuple[AnchoredFrame, Atoms]:
    fractional = np.random.default_rng(seed).uniform(-1.0, 2.0, (40, 3))
    atoms = Atoms("Li20La4Zr4O12", positions=fractional @ CELL, cell=CELL, pbc=True)
    moved = Frame(0, 0.0, CELL, atoms.positions + by)
    return anchor_framework(atoms).view(moved), atoms


def inside(fraction: float, low: float, high: float) -> bool:
    return any(low <= fraction + n < high for n in range(-5, 6))


def naive(region: Region, view: AnchoredFrame) -> list[bool]:
    return [holds(region, f, view) for f in view.fractional]


def holds(region: Region, f: FloatArray, view: AnchoredFrame) -> bool:
    match region:
        case Slab():
            held = inside(f[region.axis], region.low, region.high)
        case Box():
            held = all(inside(f[k], region.low[k], region.high[k]) for k in range(3))
        case Shell():
            normal = np.linalg.inv(view.cell)[:, region.axis]
            distance = min(abs(f[region.axis] - region.position + n) for n in range(-5, 6)) / np.linalg.norm(normal)
            held = bool(region.beyond_A <= distance < region.within_A)
        case Sites():
            held = nearest_cation(f, view) in region.cations
        case Union():
            held = any(holds(part, f, view) for part in region.of)
        case Intersection():
            held = all(holds(part, f, view) for part in region.of)
        case Outside():
            held = not holds(region.of, f, view)
    return held


def nearest_cation(f: FloatArray, view: AnchoredFrame) -> int:
    def distance(cation: int) -> float:
        away = (f - view.fractional[cation]) % 1.0
        return float(min(np.linalg.norm((away + shift) @ view.cell) for shift in SHIFTS))

    return int(min(view.cations, key=distance))


@st.composite
def simple(draw: st.DrawFn) -> Region:
    low, width, axis = draw(lows), draw(widths), draw(st.sampled_from((0, 1, 2)))
    kind = draw(st.sampled_from(("slab", "box", "shell", "sites")))
    if kind == "slab":
        return Slab(low=low, high=low + width, axis=axis)
    if kind == "box":
        more = draw(widths)
        return Box(low=(low, 0.0, -low), high=(low + width, 1.0, -low + more))
    if kind == "shell":
        return Shell(position=low, beyond_A=width, within_A=width + 3.0, axis=axis)
    return Sites(cations=tuple(draw(st.lists(st.integers(20, 27), min_size=1, max_size=6))))


regions = st.recursive(
    simple(),
    lambda part: st.one_of(
        st.lists(part, min_size=1, max_size=3).map(lambda of: Union(of=tuple(of))),
        st.lists(part, min_size=1, max_size=3).map(lambda of: Intersection(of=tuple(of))),
        part.map(lambda of: Outside(of=of)),
    ),
    max_leaves=4,
)


@given(regions, seeds)
@settings(max_examples=60, deadline=None)
def test_a_region_holds_what_a_slow_look_at_each_atom_finds(region: Region, seed: int) -> None:
    view, _ = scattered(seed)
    assert region.mask(view).tolist() == naive(region, view)


@given(regions, seeds)
@settings(max_examples=30, deadline=None)
def test_a_system_that_drifts_as_a_whole_keeps_its_regions(region: Region, seed: int) -> None:
    assert_array_equal(region.mask(scattered(seed)[0]), region.mask(scattered(seed, by=np.array([0, 0, 1e-9]))[0]))
    far = anchored_at_distance(seed)
    assert np.mean(region.mask(scattered(seed)[0]) != region.mask(far)) <= 1 / 40  # one may stand on an edge


def anchored_at_distance(seed: int) -> AnchoredFrame:
    return scattered(seed, by=np.array([100.0, -37.0, 250.0]))[0]


@given(regions)
@settings(max_examples=30, deadline=None)
def test_a_region_is_written_and_read_as_plain_data(region: Region) -> None:
    adapter: TypeAdapter[Region] = TypeAdapter(Region)
    assert adapter.validate_json(adapter.dump_json(region)) == region


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({"kind": "slab", "low": 0.5, "high": 0.5}, "'high' must lie above 'low'"),
        ({"kind": "slab", "low": 0.0, "high": 1.5}, "by one cell vector at most"),
        ({"kind": "shell", "position": 0.0, "within_A": 2.0, "beyond_A": 2.0}, "'beyond_A' must be less"),
        ({"kind": "sphere"}, "does not match any of the expected tags"),
        ({"kind": "union", "of": []}, "at least 1 item"),
    ],
)
def test_a_region_that_cannot_be_is_refused(plain: dict[str, object], said: str) -> None:
    adapter: TypeAdapter[Region] = TypeAdapter(Region)
    with pytest.raises(ValidationError, match=said):
        adapter.validate_python(plain)


def test_an_atom_on_the_low_edge_is_inside_and_one_on_the_high_edge_is_not() -> None:
    view = AnchoredFrame(np.array([[0, 0, 0.25], [0, 0, 0.5]]), np.eye(3) * 8.0, np.array([0]))
    expected: BoolArray = np.array([True, False])
    assert_array_equal(Slab(low=0.25, high=0.5).mask(view), expected)


def test_sites_that_are_no_cations_are_refused() -> None:
    view, _ = scattered(1)
    with pytest.raises(InputError, match=r"indices of La or Zr, got \[0, 99\]; 2 are not"):
        Sites(cations=(20, 0, 99)).mask(view)
