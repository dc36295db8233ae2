"""What holds for every accumulator of the analyses of full cells: workers that share the frames find the same."""

import dataclasses
import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from numpy.testing import assert_allclose

import gbglass.analysis
from gbglass.errors import InputError
from tests.contracts.cell_analyses import ACCUMULATORS, CELL_PRODUCERS, Accumulator
from tests.contracts.test_analyses import given

MODULES = {kind.__module__ for kind in CELL_PRODUCERS}


def started(kind: type) -> Accumulator:
    accumulator: Accumulator = ACCUMULATORS[kind](given().trajectory)  # type: ignore[assignment]  # each merges its own
    return accumulator


def same(one: object, other: object) -> None:
    assert dataclasses.is_dataclass(one)
    for field in dataclasses.fields(one):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, np.ndarray):
            assert_allclose(second, first, rtol=1e-9, atol=1e-9, err_msg=field.name)
        elif isinstance(first, float):
            assert_allclose(second, first, rtol=1e-9, atol=1e-12, err_msg=field.name)
        elif isinstance(first, (int, str)):
            assert first == second


def test_no_accumulator_is_forgotten() -> None:
    found = set()
    for module in pkgutil.iter_modules(gbglass.analysis.__path__, "gbglass.analysis."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__ in MODULES and kind.__module__ == module.name and hasattr(kind, "add"):
                found.add(kind)
    assert found == set(ACCUMULATORS)


@pytest.mark.parametrize("kind", ACCUMULATORS, ids=lambda kind: kind.__name__)
def test_workers_that_share_the_frames_find_what_one_finds(kind: type) -> None:
    frames = given().frames
    whole, early, late = started(kind), started(kind), started(kind)
    for number, frame in enumerate(frames):
        whole.add(frame)
        (early if number < len(frames) // 2 else late).add(frame)
    late.merge(early)
    same(whole.result(), late.result())


@pytest.mark.parametrize("kind", ACCUMULATORS, ids=lambda kind: kind.__name__)
def test_a_frame_does_not_count_twice_and_nothing_does_not_count(kind: type) -> None:
    one, other = started(kind), started(kind)
    with pytest.raises(InputError, match="got none"):
        one.result()
    for frame in given().frames:
        one.add(frame)
        other.add(frame)
    with pytest.raises(InputError, match="give each worker its own frames"):
        one.merge(other)
