"""Hulls made by hand and at random, published energies, and pymatgen on the same numbers."""

import math
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.analysis.voltage import Ordering, VoltageCurve, ordering_of, voltage_curve
from gbglass.errors import InputError

energies = st.lists(
    st.tuples(st.sampled_from([0.0, 0.125, 0.25, 0.5, 0.75, 1.0]), st.floats(-5.0, 5.0)), min_size=2, max_size=12
).filter(lambda rows: len({x for x, _ in rows}) > 1)


def curve_of(rows: list[tuple[float, float]], lithium: float = -1.9) -> VoltageCurve:
    return voltage_curve([Ordering(x, e) for x, e in rows], lithium)


def test_a_made_hull_has_its_plateaus() -> None:
    """Plateaus of 1.9 and 0.8 V; an ordering at 1/2 that is better than two others, one at 1/4 above the hull."""
    lithium, host = -1.9, -50.0
    half = host + 0.5 * (lithium - 1.9)
    full = half + 0.5 * (lithium - 0.8)
    rows = [(0.0, host), (0.5, half), (0.5, half + 0.3), (1.0, full), (0.25, host + 0.25 * (lithium - 1.9) + 0.05)]
    curve = curve_of(rows, lithium)
    assert_allclose(curve.contents, [0.0, 0.5, 1.0])
    assert_allclose(curve.voltages, [1.9, 0.8], rtol=1e-9)
    assert_allclose(curve.mean, 1.35, rtol=1e-9)
    assert_allclose(curve.above_hull, [0.0, 0.0, 0.3, 0.0, 0.05], atol=1e-9)
    assert_allclose(curve.formation, [0.0, -0.275, 0.025, 0.0, -0.0875], atol=1e-9)
    assert [curve.at(x) for x in (0.0, 0.3, 0.5, 0.500001, 1.0)] == pytest.approx([1.9, 1.9, 1.9, 0.8, 0.8])


def test_lithium_that_separates_has_one_plateau() -> None:
    curve = curve_of([(0.0, -50.0), (0.5, -51.0), (1.0, -53.0)])
    assert_allclose(curve.contents, [0.0, 1.0])
    assert_allclose(curve.voltages, [curve.mean])


def test_density_functional_energies_give_their_voltage() -> None:
    """GPAW 26.7.0, PBE, 500 eV: Li bcc -1.905 eV, Li2Zr4O8 -112.921 eV, Zr4O8 -106.217 eV; about 1.5 V."""
    full, empty = ordering_of(Atoms("Li2Zr4O8"), -112.921), ordering_of(Atoms("Zr4O8"), -106.217)
    assert_allclose(voltage_curve([empty, full], -1.905).mean, 1.447, atol=0.0005)


def test_the_teachers_halves_average_to_their_mean() -> None:
    """CHGNet 0.3.0 for LiZr2O4: 1.91 V to one half, 0.78 V from there, 1.34 V on average."""
    lithium = -1.880
    rows = [(0.0, 0.0), (0.5, 0.5 * (lithium - 1.91)), (1.0, 0.5 * (lithium - 1.91) + 0.5 * (lithium - 0.78))]
    curve = curve_of(rows, lithium)
    assert_allclose(curve.voltages, [1.91, 0.78])
    assert_allclose(curve.mean, 1.345)


@given(energies)
@settings(max_examples=60, deadline=None)
def test_the_hull_is_the_lowest_mixture_of_any_two(rows: list[tuple[float, float]]) -> None:
    curve = curve_of(rows)
    for k, (x, e) in enumerate(rows):
        mixtures = [ea + (eb - ea) * (x - a) / (b - a) for a, ea in rows for b, eb in rows if a <= x <= b and a < b]
        lowest = min([*mixtures, *(other for at, other in rows if at == x)])
        assert_allclose(curve.above_hull[k], e - lowest, atol=1e-7)
    assert (np.diff(curve.voltages) < 1e-7).all(), "voltage falls as lithium goes in"
    area = float((curve.voltages * np.diff(curve.contents)).sum())
    assert_allclose(area, curve.mean * (curve.contents[-1] - curve.contents[0]), atol=1e-7)


@given(energies, st.floats(-100.0, 100.0), st.floats(-3.0, 3.0), st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_zero_of_energy_order_and_lithium_change_what_they_should(
    rows: list[tuple[float, float]], zero: float, lithium: float, seed: int
) -> None:
    here = curve_of(rows, -1.9)
    shuffled = [rows[k] for k in np.random.default_rng(seed).permutation(len(rows))]
    moved = curve_of([(x, e + zero + lithium * x) for x, e in shuffled], -1.9 + lithium)
    assert_allclose(moved.mean, here.mean, atol=1e-6)
    assert_allclose(sorted(moved.above_hull), sorted(here.above_hull), atol=1e-6)


def test_pymatgen_finds_the_same_plateaus() -> None:
    electrodes = import_module("pymatgen.apps.battery.insertion_battery")
    entries = import_module("pymatgen.entries.computed_entries")
    core = import_module("pymatgen.core")
    rng, lithium = np.random.default_rng(1), -1.9
    cell = core.Lattice.cubic(9.1)
    rows = []
    for n in (0, 1, 2, 3, 4):
        species = ["Li"] * n + ["Zr"] * 8 + ["O"] * 16
        sites = rng.random((len(species), 3))
        energy = -212.0 + n * (lithium - 2.0) + 0.12 * n**2
        rows.append((n / 4, energy / 4, entries.ComputedStructureEntry(core.Structure(cell, species, sites), energy)))
    working = entries.ComputedEntry("Li", lithium)
    theirs = electrodes.InsertionElectrode.from_entries([row[2] for row in rows], working)
    ours = curve_of([(x, e) for x, e, _ in rows], lithium)
    assert_allclose(sorted(pair.voltage for pair in theirs.voltage_pairs), sorted(ours.voltages), rtol=1e-6)
    assert_allclose(theirs.get_average_voltage(), ours.mean, rtol=1e-6)


@given(energies, st.floats(0.0, 0.9), st.floats(0.05, 0.1))
@settings(deadline=None)
def test_the_mean_between_two_contents_is_that_of_the_pieces(
    rows: list[tuple[float, float]], start: float, part: float
) -> None:
    curve = curve_of(rows)
    first, last = float(curve.contents[0]), float(curve.contents[-1])
    low, high = (first + share * (last - first) for share in (start, start + part))
    ends = [low, *(float(x) for x in curve.contents if low < x < high), high]
    pieces = [(b - a) * curve.at(0.5 * (a + b)) for a, b in pairwise(ends)]
    assert curve.between(low, high) == pytest.approx(sum(pieces) / (high - low), abs=1e-6)
    assert curve.between(first, last) == pytest.approx(curve.mean, abs=1e-9)


def test_what_has_no_voltage_is_refused() -> None:
    with pytest.raises(InputError, match="two contents"):
        curve_of([(0.5, -1.0), (0.5, -2.0)])
    with pytest.raises(InputError, match="finite"):
        curve_of([(0.0, -1.0), (1.0, math.nan)])
    with pytest.raises(InputError, match="whole number of formula units"):
        ordering_of(Atoms("LiZr3O6"), -1.0)
    with pytest.raises(InputError, match="'content' must be from 0 to 1"):
        curve_of([(0.0, -1.0), (1.0, -3.0)]).at(1.2)
    with pytest.raises(InputError, match="must rise from 0 to 1"):
        curve_of([(0.0, -1.0), (1.0, -3.0)]).between(0.5, 0.5)
