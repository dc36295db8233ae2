"""What holds for every analysis: found by walking the package, so that a new one cannot be forgotten."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest

import gbglass.analysis
from gbglass.analysis.cavity import CavityProfile, cavity_profile
from gbglass.analysis.msd import MeanSquareDisplacement, mean_square_displacement
from gbglass.analysis.rdf import RadialDistribution, radial_distributions
from gbglass.analysis.region_counts import RegionCounts, count_regions
from gbglass.analysis.segregation import BoundarySegregation, segregation
from gbglass.core.arrays import FloatArray
from gbglass.core.partition import eleven_boundary_regions
from gbglass.core.trajectory import Frame, Trajectory
from tests.analysis.synthetic import anchor_of, random_walk, trajectory_of
from tests.analysis.test_cavity import GARNET
from tests.contracts.cell_analyses import CELL_PRODUCERS

REGIONS = eleven_boundary_regions()


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


def _of_cells(kind: type, data: Given) -> object:
    return CELL_PRODUCERS[kind](data.trajectory)


PRODUCERS: dict[type, Callable[[Given], object]] = {
    RegionCounts: counts_of,
    BoundarySegregation: lambda data: segregation(counts_of(data), counts_of(data), REGIONS, 1.0)[0],
    MeanSquareDisplacement: lambda data: mean_square_displacement(data.trajectory, "Li", anchor_of(data.trajectory)),
    RadialDistribution: lambda data: radial_distributions(data.trajectory, [("Li", "Zr")], every=10)["Li-Zr"],
    CavityProfile: lambda _data: cavity_profile(GARNET, {"Li-O": 1.6, "Li-Zr": 2.5}, REGIONS, spacing=0.8),
}
PRODUCERS |= {kind: partial(_of_cells, kind) for kind in CELL_PRODUCERS}


def result_types() -> Iterator[type]:
    for module in pkgutil.iter_modules(gbglass.analysis.__path__, "gbglass.analysis."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if dataclasses.is_dataclass(kind) and kind.__module__ == module.name:
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
        np.testing.assert_array_equal(arrays_of(second)[name], array, strict=True)  # what is not a number stays that
    for frame, (positions, cell) in zip(data.frames, before, strict=True):
        assert np.array_equal(frame.positions, positions)
        assert np.array_equal(frame.cell, cell)


@pytest.mark.parametrize("kind", PRODUCERS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_result_is_described_with_its_unit(kind: type) -> None:
    text = inspect.getdoc(kind) or ""
    for field in dataclasses.fields(kind):
        assert f"{field.name}" in text, f"{kind.__name__} does not describe {field.name}"
