"""What a protocol promises: every entry that melts is measured in a hold after it, by its name in the study file."""

from typing import get_args

import pytest

from gbglass.core.region import Shell
from gbglass.protocol.aims import INTERIORS
from gbglass.protocol.promises import names_of, promises_of
from gbglass.protocol.recipes import (
    AmorphiseHeating,
    AmorphiseLayer,
    Equilibrate,
    MeltQuench,
    ProtocolEntry,
    Recipe,
    SlowCool,
    Tensile,
    write_out,
)
from gbglass.protocol.stages import Hold, MeltRegion

LAYER = Shell(position=0.0, within_A=5.0)
HOLD = Hold(temperature_K=300, duration_ps=1)
MELT = MeltRegion(region=LAYER)
START = Equilibrate(temperature_K=300)
EVERYTHING: tuple[ProtocolEntry, ...] = (
    START,
    AmorphiseLayer(thickness_A=10, temperature_K=300),
    AmorphiseHeating(from_K=300, temperature_K=300),
    MeltQuench(from_K=300, temperature_K=300),
    SlowCool(from_K=300, to_K=200),
    Tensile(temperature_K=200),
    HOLD,
)


def test_every_stage_is_named_once_by_the_entry_it_comes_from() -> None:
    assert {type(entry) for entry in EVERYTHING if isinstance(entry, Recipe)} == set(get_args(Recipe))
    names = names_of(EVERYTHING)
    stages = write_out(EVERYTHING)
    assert len(names) == len(set(names)) == len(stages)
    for name, stage in zip(names, stages, strict=True):
        assert stage.kind in name
    assert [int(name.split(".")[1].split(" ")[0]) for name in names] == sorted(
        number for number, entry in enumerate(EVERYTHING, start=1) for _ in write_out([entry])
    )


def test_what_melts_is_measured_against_what_stood_before_it_in_a_hold_after_it() -> None:
    stages = write_out(EVERYTHING)
    promises = promises_of(EVERYTHING)
    assert [(promise.entry, promise.title) for promise in promises] == [
        (2, "stage.2 (amorphise_layer)"),
        (3, "stage.3 (amorphise_heating): boundary 1"),
        (3, "stage.3 (amorphise_heating): boundary 2"),
        (4, "stage.4 (melt_quench)"),
    ]
    names = names_of(EVERYTHING)
    for promise in promises:
        assert isinstance(stages[promise.hold - 1], Hold)
        assert names[promise.hold - 1].startswith(promise.name)
        assert not names[promise.first - 2].startswith(promise.name)
        assert names[promise.first - 1].startswith(promise.name)
        assert promise.hold == len(names) or not names[promise.hold].startswith(promise.name)


@pytest.mark.parametrize(
    ("entries", "hold"),
    [((START, MELT, HOLD), 4), ((START, MELT, SlowCool()), 5), ((START, MELT), None), ((START, HOLD, MELT), None)],
)
def test_a_melted_region_is_measured_in_the_next_hold_whoever_asks_for_it(
    entries: tuple[ProtocolEntry, ...], hold: int | None
) -> None:
    assert [promise.hold for promise in promises_of(entries)] == ([] if hold is None else [hold])


def test_heating_leaves_the_middle_of_each_grain_and_a_quench_leaves_nothing() -> None:
    heated, other, quenched = promises_of(EVERYTHING)[1:]
    assert heated.aim.crystal == other.aim.crystal == INTERIORS
    assert [promise.glass and promise.glass.model_dump()["position"] for promise in (heated, other)] == [0.0, 0.5]
    assert (quenched.glass, quenched.aim.crystal) == (None, None)
