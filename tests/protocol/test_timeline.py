"""Stages on a clock: whole steps, temperatures, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gbglass.core.region import Shell
from gbglass.errors import InputError
from gbglass.protocol.stages import Hold, MeltRegion, Minimise, Ramp, Stage, Strain
from gbglass.protocol.timeline import conditions_at, lay_out, whole_steps


@given(st.integers(1, 10**7), st.sampled_from([0.0001, 0.0005, 0.001, 0.002]))
def test_any_whole_number_of_steps_is_found(steps: int, timestep: float) -> None:
    assert whole_steps(steps * timestep, timestep) == steps


@given(st.integers(1, 10**5), st.floats(0.01, 0.99))
def test_a_part_of_a_step_is_refused(steps: int, part: float) -> None:
    with pytest.raises(InputError, match="whole number"):
        whole_steps((steps + part) * 0.001, 0.001)


def test_what_floor_division_gets_wrong() -> None:
    assert 1 // 0.1 == 9.0
    assert whole_steps(1.0, 0.1) == 10


def test_the_paper_heats_from_300_to_1000_kelvin_in_35_ps() -> None:
    ramp = Ramp(from_K=300, to_K=1000, rate_K_per_fs=0.02)
    assert ramp.duration_ps == pytest.approx(35.0, rel=1e-12)


def test_stages_lie_end_to_end_and_temperature_is_continuous_within_each() -> None:
    stages: list[Stage] = [
        Minimise(),
        Ramp(from_K=300, to_K=500, rate_K_per_fs=0.1),
        Hold(temperature_K=500, duration_ps=1),
        Ramp(from_K=500, to_K=300, rate_K_per_fs=0.2),
        Hold(temperature_K=300, duration_ps=2),
    ]
    timeline = lay_out(stages, 0.001)
    assert [t.number for t in timeline] == [2, 3, 4, 5]
    assert [(t.first_step, t.last_step) for t in timeline] == [(0, 2000), (2000, 3000), (3000, 4000), (4000, 6000)]
    assert [conditions_at(timeline, s).temperature for s in (0, 1000, 2000, 2500, 3500, 4000, 6000)] == [
        300, 400, 500, 500, 400, 300, 300
    ]  # fmt: skip
    with pytest.raises(InputError, match="ends at step 6000"):
        conditions_at(timeline, 6001)


def test_a_cell_stays_strained_until_a_barostat_lets_it_go() -> None:
    stretch = Strain(temperature_K=300, to_strain=0.1, rate_per_ps=0.1)
    press = Strain(temperature_K=300, to_strain=-0.2, rate_per_ps=0.1, lateral="fixed")
    hold = Hold(temperature_K=300, duration_ps=1)
    melt = MeltRegion(region=Shell(position=0.0, within_A=5.0), duration_ps=1.0)
    free = Hold(temperature_K=300, duration_ps=1, ensemble="npt", coupling="normal")
    timeline = lay_out([Minimise(), hold, stretch, hold, melt, press, hold, free, hold, stretch], 0.001)
    ends = [timed.conditions_at(timed.last_step).strain for timed in timeline]
    both = 1.1 * 0.8 - 1.0
    assert ends == pytest.approx([0.0, 0.1, 0.1, 0.1, both, both, 0.0, 0.0, 0.1], rel=1e-12)
    begins = [timed.conditions_at(timed.first_step).strain for timed in timeline]
    assert begins == pytest.approx([0.0, 0.0, 0.1, 0.1, 0.1, both, 0.0, 0.0, 0.0], rel=1e-12)
    assert conditions_at(timeline, 4000 + 1000).strain == pytest.approx(1.1 * 0.9 - 1.0, rel=1e-12)


def test_a_ramp_to_its_own_temperature_is_refused() -> None:
    with pytest.raises(ValidationError, match="use a hold"):
        Ramp(from_K=300, to_K=300, rate_K_per_fs=0.1)
