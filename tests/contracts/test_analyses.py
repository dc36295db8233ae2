"""What holds for every analysis: found by walking the package, so that a new one cannot be forgotten."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Protocol

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import gbglass.analysis
from gbglass.analysis.amorphisation import Amorphisation, amorphisation
from gbglass.analysis.arrhenius import Arrhenius, fit_arrhenius
from gbglass.analysis.cavity import CavityProfile, ConvergedCavity, cavity_profile, converged_cavity
from gbglass.analysis.conductivity import ChargePath, ChargePaths, HavenRatio, haven_ratio
from gbglass.analysis.coordination import JointCoordination, JointCoordinations, LithiumTypes
from gbglass.analysis.correlation import RankCorrelation, rank_correlation
from gbglass.analysis.density import DensityCounter, DensityGrid, DensityHistory, DensityHistoryCounter, DensityMap
from gbglass.analysis.drift import Drift, find_drift
from gbglass.analysis.energy import RegionEnergies, RegionEnergy
from gbglass.analysis.equilibration import Equilibration, find_equilibration
from gbglass.analysis.fracture import Thinnest, thinnest_place
from gbglass.analysis.glass_width import GlassLayerCounter, GlassLayers
from gbglass.analysis.group_counts import GroupCounter, GroupCounts
from gbglass.analysis.lobes import Lobe
from gbglass.analysis.local_structure import LocalStructure, local_structure
from gbglass.analysis.melting import Melting, find_melting
from gbglass.analysis.msd import Displacements, MeanSquareDisplacement, mean_square_displacement
from gbglass.analysis.multiple_tau import StreamedDisplacement, streamed_displacement
from gbglass.analysis.order import CationOrder, FrameworkOrder, OrderCounter, cation_order
from gbglass.analysis.place_displacement import PlaceDisplacement, displaced_framework
from gbglass.analysis.polyhedra import ZRO6, PolyhedraCensus, PolyhedraCounter, Polyhedron
from gbglass.analysis.rdf import RadialDistribution, RadialDistributions, radial_distributions
from gbglass.analysis.region_counts import RegionCounter, RegionCounts, count_regions
from gbglass.analysis.segregation import BoundarySegregation, segregation
from gbglass.analysis.settling import Settling, settling
from gbglass.analysis.streaming import Accumulation
from gbglass.analysis.vitrification import Vitrification, vitrification
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import anchor_framework
from gbglass.core.groups import RegionGroups
from gbglass.core.partition import eleven_boundary_regions
from gbglass.core.region import Slab
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from tests.analysis.synthetic import anchor_of, random_walk, trajectory_of
from tests.analysis.test_cavity import GARNET
from tests.contracts.cell_analyses import CELL_PRODUCERS

REGIONS = eleven_boundary_regions()
CRYSTAL = cubic_llzo(12, np.random.default_rng(1))
ANCHOR = anchor_framework(CRYSTAL)


class Streamed(Protocol):
    """An accumulator whose result can be asked for."""

    def add(self, frame: Frame) -> None: ...
    def merge(self, other: Any) -> None: ...
    def result(self) -> Any: ...


@dataclasses.dataclass(frozen=True)
class Given:
    """Input of the analyses: frames whose arrays can be looked at afterwards."""

    frames: tuple[Frame, ...]
    trajectory: Trajectory


def given() -> Given:
    walk = trajectory_of(random_walk(np.random.default_rng(1), 40, 30, 0.3), (10.0, 11.0, 30.0))
    frames = tuple(walk)
    return Given(frames, Trajectory(walk.symbols, lambda: iter(frames)))


def counts_of(data: Given) -> RegionCounts:
    return count_regions(data.trajectory, "Li", REGIONS.partition, anchor_of(data.trajectory))


def garnet(n_frames: int = 24) -> Given:
    """Garnet that shakes, its lithium walking about."""
    rng = np.random.default_rng(2)
    lithium = np.array(CRYSTAL.get_chemical_symbols()) == "Li"
    steps = rng.normal(0.0, 0.08, (n_frames, len(CRYSTAL), 3))
    steps[:, lithium] = np.cumsum(2.0 * steps[:, lithium], axis=0)
    frames = tuple(Frame(10 * n, 0.1 * n, CRYSTAL.cell.array, CRYSTAL.positions + s) for n, s in enumerate(steps))
    return Given(frames, Trajectory(tuple(CRYSTAL.get_chemical_symbols()), lambda: iter(frames)))


def halves() -> RegionGroups:
    return RegionGroups(ANCHOR, {"low": Slab(low=0.0, high=0.5), "high": Slab(low=0.5, high=1.0)})


def energies_of(frame: Frame) -> FloatArray:
    return np.stack([frame.positions[:, 0], frame.positions[:, 1]])


SYMBOLS = tuple(CRYSTAL.get_chemical_symbols())

ACCUMULATORS: dict[str, Callable[[], Streamed]] = {
    "rdf": lambda: RadialDistributions(SYMBOLS, [("Li", "O"), ("Li", "Li")], 5.0, 0.1, halves()),
    "region counts": lambda: RegionCounter(garnet().trajectory, "Li", REGIONS.partition, ANCHOR),
    "group counts": lambda: GroupCounter(SYMBOLS, "Li", halves()),
    "displacements": lambda: Displacements(SYMBOLS, "Li", ANCHOR, halves()),
    "path of charge": lambda: ChargePaths(SYMBOLS, "Li", ANCHOR),
    "coordination": lambda: JointCoordinations(SYMBOLS, halves()),
    "polyhedra": lambda: PolyhedraCounter(SYMBOLS, ANCHOR, regions=halves()),
    "density": lambda: DensityCounter(SYMBOLS, "Li", ANCHOR, (4, 5, 6)),
    "density against time": lambda: DensityHistoryCounter(SYMBOLS, "Li", ANCHOR, 12),
    "order": lambda: OrderCounter(SYMBOLS, halves()),
    "glass": lambda: GlassLayerCounter(SYMBOLS, ANCHOR, (0.0, 0.5)),
    "energy": lambda: RegionEnergies(SYMBOLS, energies_of, halves(), "low"),
}
"""Every streamed analysis but `MultipleTau`, whose parts join by another rule (tests/analysis/test_transport.py)."""


def fed(name: str, frames: Iterable[Frame]) -> Streamed:
    accumulator = ACCUMULATORS[name]()
    for frame in frames:
        accumulator.add(frame)
    return accumulator


def in_given(data: Given, name: str) -> object:
    result = fed(name, data.frames).result()
    return next(iter(result.values())) if isinstance(result, dict) else result


def long_walk() -> Trajectory:
    return trajectory_of(random_walk(np.random.default_rng(3), 330, 20, 0.3), (10.0, 11.0, 30.0))


def known_diffusivities() -> dict[float, Estimate]:
    return {t: Estimate(t / 1e4, "Å²/ps", 0.0, 1e-3, 100, 20.0, (0.0, 1.0)) for t in (900.0, 1000.0, 1100.0)}


def many_cells() -> RankCorrelation:
    rng = np.random.default_rng(4)
    x = [rng.random(2) for _ in range(8)]
    return rank_correlation(x, [a + 0.1 * rng.random(2) for a in x], np.random.default_rng(5))


def density_map() -> DensityMap:
    grid = fed("density", garnet().frames).result()
    assert isinstance(grid, DensityGrid)
    return grid.plane(2)


def _of_cells(kind: type, data: Given) -> object:
    return CELL_PRODUCERS[kind](data.trajectory)


PRODUCERS: dict[type, Callable[[Given], object]] = {
    RegionCounts: counts_of,
    BoundarySegregation: lambda data: segregation(counts_of(data), counts_of(data), REGIONS, 1.0)[0],
    MeanSquareDisplacement: lambda data: mean_square_displacement(data.trajectory, "Li", anchor_of(data.trajectory)),
    RadialDistribution: lambda data: radial_distributions(data.trajectory, [("Li", "Zr")], every=10)["Li-Zr"],
    CavityProfile: lambda _data: cavity_profile(GARNET, {"Li-O": 1.6, "Li-Zr": 2.5}, REGIONS, spacing=0.8),
    ConvergedCavity: lambda _data: converged_cavity(GARNET, {"Li-Zr": 2.5}, REGIONS, 0.2),
    StreamedDisplacement: lambda data: streamed_displacement(data.trajectory, "Li", anchor_of(data.trajectory)),
    ChargePath: lambda _data: in_given(garnet(), "path of charge"),
    HavenRatio: lambda _data: haven_ratio(long_walk(), "Li", anchor_of(long_walk())),
    Arrhenius: lambda _data: fit_arrhenius(known_diffusivities()),
    GroupCounts: lambda _data: in_given(garnet(), "group counts"),
    Equilibration: lambda data: find_equilibration(counts_of(data).times, counts_of(data).counts[:, 3].astype(float)),
    JointCoordination: lambda _data: in_given(garnet(), "coordination"),
    LithiumTypes: lambda data: LithiumTypes(data.trajectory.symbols),
    Polyhedron: lambda _data: ZRO6,
    PolyhedraCensus: lambda _data: in_given(garnet(), "polyhedra"),
    DensityGrid: lambda _data: in_given(garnet(), "density"),
    DensityMap: lambda _data: density_map(),
    DensityHistory: lambda _data: in_given(garnet(), "density against time"),
    FrameworkOrder: lambda _data: in_given(garnet(), "order"),
    CationOrder: lambda _data: cation_order(SYMBOLS, garnet().frames[0]),
    GlassLayers: lambda _data: in_given(garnet(), "glass"),
    Drift: lambda data: find_drift(counts_of(data).times, counts_of(data).counts[:, 3].astype(float), "atoms"),
    RegionEnergy: lambda _data: in_given(garnet(), "energy"),
    RankCorrelation: lambda _data: many_cells(),
    Amorphisation: lambda _data: amorphisation(
        garnet().trajectory, garnet().frames[0], Slab(low=0.45, high=0.55), ANCHOR
    ),
    Vitrification: lambda _data: vitrification(garnet().trajectory, garnet().frames[0], ANCHOR),
    Thinnest: lambda _data: thinnest_place(GARNET),
    LocalStructure: lambda _data: local_structure(garnet().trajectory, halves())["low"],
    Lobe: lambda _data: local_structure(garnet().trajectory, halves())["low"].lobes[0],
    Melting: lambda _data: find_melting({"low": fed("order", garnet().frames).result()["low"]})["low"],
    PlaceDisplacement: lambda _data: displaced_framework(garnet().trajectory, ANCHOR, halves().regions, 24)[0],
    Settling: lambda data: settling(counts_of(data).times, counts_of(data).counts[:, 3].astype(float)),
}
PRODUCERS |= {kind: partial(_of_cells, kind) for kind in CELL_PRODUCERS}


def result_types() -> Iterator[type]:
    for module in pkgutil.iter_modules(gbglass.analysis.__path__, "gbglass.analysis."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            private = kind.__name__.startswith("_")
            if dataclasses.is_dataclass(kind) and kind.__module__ == module.name and not private:
                yield kind


def arrays_of(result: object) -> dict[str, FloatArray]:
    assert dataclasses.is_dataclass(result)
    values = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def test_no_analysis_is_forgotten() -> None:
    assert set(result_types()) == set(PRODUCERS)


@pytest.mark.parametrize("kind", PRODUCERS, ids=lambda kind: kind.__name__)
def test_a_result_cannot_be_changed(kind: type) -> None:
    result = PRODUCERS[kind](given())
    assert isinstance(result, kind)
    name = dataclasses.fields(kind)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, name, None)
    for field, array in arrays_of(result).items():
        assert not array.flags.writeable, f"{kind.__name__}.{field} can be written to"
        assert array.dtype in (np.float64, np.int64), f"{kind.__name__}.{field} is {array.dtype}"


@pytest.mark.parametrize("kind", PRODUCERS, ids=lambda kind: kind.__name__)
def test_the_same_input_gives_the_same_result_and_stays_as_it_was(kind: type) -> None:
    data = given()
    before = [(frame.positions.copy(), frame.cell.copy()) for frame in data.frames]
    first, second = PRODUCERS[kind](data), PRODUCERS[kind](data)
    for name, array in arrays_of(first).items():
        assert_array_equal(arrays_of(second)[name], array, strict=True)  # what is not a number stays that
    for frame, (positions, cell) in zip(data.frames, before, strict=True):
        assert np.array_equal(frame.positions, positions)
        assert np.array_equal(frame.cell, cell)


@pytest.mark.parametrize("kind", PRODUCERS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_result_is_described_with_its_unit(kind: type) -> None:
    text = inspect.getdoc(kind) or ""
    for field in dataclasses.fields(kind):
        assert f"{field.name}" in text, f"{kind.__name__} does not describe {field.name}"


def flattened(result: object) -> dict[str, FloatArray]:
    """Every array and number of a result, or of all results by their names."""
    results = result if isinstance(result, dict) else {"": result}
    values = {}
    for name, one in results.items():
        assert dataclasses.is_dataclass(one)
        fields = {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
        values.update(
            {f"{name}.{key}": np.asarray(v) for key, v in fields.items() if isinstance(v, (np.ndarray, float))}
        )
    return values


@pytest.mark.parametrize("name", ACCUMULATORS)
@pytest.mark.parametrize("how", ["halves", "in turn", "backwards"])
def test_joined_parts_are_what_one_pass_finds(name: str, how: str) -> None:
    frames = garnet().frames
    parts = {
        "halves": (frames[:12], frames[12:]),
        "in turn": (frames[::2], frames[1::2]),
        "backwards": (frames[12:], frames[:12]),
    }[how]
    joined, other = (fed(name, part) for part in parts)
    joined.merge(other)
    found, expected = flattened(joined.result()), flattened(fed(name, frames).result())
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert_allclose(found[key], values, rtol=1e-9, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", ACCUMULATORS)
def test_nothing_counted_is_no_result_and_an_empty_part_changes_none(name: str) -> None:
    with pytest.raises(InputError, match="at least one frame"):
        ACCUMULATORS[name]().result()
    alone, joined = fed(name, garnet().frames), ACCUMULATORS[name]()
    joined.merge(alone)
    expected = flattened(alone.result())
    for key, values in flattened(joined.result()).items():
        assert_allclose(values, expected[key], rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", ACCUMULATORS)
def test_nothing_changes_when_all_is_shifted_by_100_angstrom(name: str) -> None:
    here = fed(name, garnet().frames).result()
    there = fed(name, (Frame(f.step, f.time, f.cell, f.positions + 100.0) for f in garnet().frames)).result()
    if name != "energy":  # whose made energies are positions
        for key, values in flattened(here).items():
            assert_allclose(flattened(there)[key], values, rtol=1e-6, atol=1e-9, err_msg=key)


@pytest.mark.parametrize("name", ACCUMULATORS)
def test_a_frame_counts_once_and_must_be_finite(name: str) -> None:
    frame = garnet().frames[0]
    once = fed(name, [frame])
    with pytest.raises(InputError, match="already counted"):
        once.add(frame)
    broken = frame.positions.copy()
    broken[3, 1] = np.nan
    with pytest.raises(InputError, match="finite"):
        once.add(Frame(990, 9.9, frame.cell, broken))


def test_every_accumulator_is_under_this_contract() -> None:
    found = set()
    for module in pkgutil.iter_modules(gbglass.analysis.__path__, "gbglass.analysis."):
        for name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, Accumulation) and kind is not Accumulation and kind.__module__ == module.name:
                found.add(name)
    assert found == {type(make()).__name__ for make in ACCUMULATORS.values()} | {"MultipleTau"}
