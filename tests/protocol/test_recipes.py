"""Recipes are the paper's protocols, number by number; what no stage can be is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gbglass.core.packaged import load_potential
from gbglass.core.potential import MeltingPoint, Potential
from gbglass.core.region import Shell, Slab
from gbglass.errors import InputError
from gbglass.protocol.recipes import (
    AmorphiseHeating,
    AmorphiseLayer,
    Equilibrate,
    MeltQuench,
    ProtocolEntry,
    SlowCool,
    Tensile,
    resolved,
    stages_of,
    write_out,
)
from gbglass.protocol.stages import Cool, Hold, MeltRegion, Minimise, Ramp, Strain
from gbglass.protocol.timeline import conditions_at, lay_out

ENTRIES: TypeAdapter[ProtocolEntry] = TypeAdapter(ProtocolEntry)


def test_equilibrate_heats_at_20_kelvin_a_picosecond_and_holds_half_a_nanosecond() -> None:
    minimise, ramp, hold = Equilibrate(temperature_K=900).stages()
    assert minimise == Minimise()
    assert ramp == Ramp(from_K=300, to_K=900, rate_K_per_fs=0.02)
    assert hold == Hold(temperature_K=900, duration_ps=500)
    assert [s.kind for s in Equilibrate(temperature_K=300).stages()] == ["minimise", "hold"]


def test_slow_cool_takes_a_nanosecond_from_500_to_300_kelvin() -> None:
    cool, _ = SlowCool().stages()
    assert isinstance(cool, Cool)
    assert cool.duration_ps == pytest.approx(1000.0, rel=1e-12)
    assert (cool.from_K, cool.to_K) == (500, 300)


def test_layers_are_melted_at_3000_kelvin_for_100_ps() -> None:
    melt, hold = AmorphiseLayer(thickness_A=10, boundary=2, temperature_K=800).stages()
    assert melt == MeltRegion(region=Shell(position=0.5, within_A=5.0), temperature_K=3000, duration_ps=100)
    assert hold == Hold(temperature_K=800, duration_ps=500)
    box = Slab(low=0.1, high=0.2)
    assert AmorphiseLayer(region=box, temperature_K=800).stages()[0] == MeltRegion(region=box)


def test_heating_goes_to_1800_kelvin_and_back() -> None:
    stages = AmorphiseHeating(from_K=800, temperature_K=600).stages()
    assert [(s.starts_at_K, s.ends_at_K) for s in stages if not isinstance(s, Minimise)] == [
        (800, 1800), (1800, 1800), (1800, 600), (600, 600)
    ]  # fmt: skip
    assert isinstance(stages[1], Hold)
    assert stages[1].duration_ps == 100


def measured(temperature: float) -> Potential:
    """A potential whose card states where LLZO melts."""
    return replace(load_potential("buckingham-llzo"), melting=(MeltingPoint("LLZO", temperature, 30.0),))


@given(st.floats(0.1, 1.5), st.floats(100.0, 5000.0))
def test_a_fraction_of_the_potentials_own_melting_point_is_a_temperature_to_10_kelvin(
    part: float, melts: float
) -> None:
    entry = AmorphiseHeating(from_K=300, temperature_K=300, melting_fraction=part)
    found = resolved(entry, measured(melts))
    assert isinstance(found, AmorphiseHeating)
    assert found.melt_K is not None
    assert found.melt_K == pytest.approx(part * melts, abs=5.0 + 1e-9)
    assert found.melt_K % 10.0 == 0.0
    assert found == AmorphiseHeating(from_K=300, temperature_K=300, melt_K=found.melt_K)
    assert max(stage.ends_at_K for stage in stages_of(found) if not isinstance(stage, Minimise)) >= found.melt_K


def test_a_fraction_says_nothing_without_a_potential_that_states_its_melting_point() -> None:
    entry = AmorphiseHeating(from_K=300, temperature_K=300, melting_fraction=0.75)
    with pytest.raises(InputError, match="resolve the protocol first"):
        write_out([entry])
    with pytest.raises(InputError, match=r"LLZO under potential buckingham-llzo is not known; give a .*melt_K"):
        resolved(entry, load_potential("buckingham-llzo"))
    others: list[ProtocolEntry] = [
        Hold(temperature_K=300, duration_ps=1),
        AmorphiseHeating(from_K=300, temperature_K=300, melt_K=900),
    ]
    assert [resolved(one, load_potential("buckingham-llzo")) for one in others] == others


def test_a_tensile_test_strains_at_its_rate() -> None:
    hold, strain = Tensile(temperature_K=300, to_strain=0.2, rate_per_ps=1e-3).stages()
    assert isinstance(hold, Hold)
    assert hold.ensemble == "npt"
    assert strain == Strain(temperature_K=300, to_strain=0.2, rate_per_ps=1e-3)
    timeline = lay_out((hold, strain), 0.001)
    assert conditions_at(timeline, 20_000 + 100_000).strain == pytest.approx(0.1, rel=1e-12)
    assert conditions_at(timeline, 120_000).pressure == 0.0


def test_recipes_follow_each_other_in_a_protocol() -> None:
    protocol = write_out([Equilibrate(temperature_K=3000, from_K=3000), MeltQuench(from_K=3000, temperature_K=300)])
    assert [s.kind for s in protocol] == ["minimise", "hold", "hold", "cool", "hold", "hold"]


def test_the_cell_of_a_melt_keeps_its_shape() -> None:
    stages = MeltQuench(from_K=300, temperature_K=300, melt_K=3000).stages()
    changes = [s.coupling for s in stages if isinstance(s, Ramp | Cool)]
    holds = [s.coupling for s in stages if isinstance(s, Hold) and s.ensemble == "npt"]
    assert (changes, holds) == (["isotropic"] * 2, ["isotropic"])


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({"kind": "slow_cool", "from_K": 300.0}, "'to_K' must lie below 'from_K'"),
        ({"kind": "melt_quench", "from_K": 300.0, "temperature_K": 3000.0}, "'to_K' must lie below 'from_K'"),
        ({"kind": "amorphise_layer", "temperature_K": 300.0}, "not both and not neither"),
        (
            {
                "kind": "amorphise_heating",
                "from_K": 3.0,
                "temperature_K": 3.0,
                "melt_K": 1800.0,
                "melting_fraction": 0.7,
            },
            "not both",
        ),
        ({"kind": "hold", "temperature_K": 300.0, "duration_ps": 1.0, "coupling": "normal"}, "need ensemble"),
        ({"kind": "tensile", "temperature_K": 300.0, "to_strain": -0.1}, "greater than 0"),
    ],
)
def test_numbers_that_no_stage_can_have_are_refused(plain: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ENTRIES.validate_python(plain)


@pytest.mark.parametrize(
    "entry",
    [
        Hold(temperature_K=300, duration_ps=1),
        Hold(temperature_K=300, duration_ps=1, ensemble="npt", coupling="normal"),
        Equilibrate(temperature_K=500),
        SlowCool(),
        AmorphiseLayer(thickness_A=5, temperature_K=500),
        AmorphiseHeating(from_K=300, temperature_K=1800),
        resolved(AmorphiseHeating(from_K=300, temperature_K=300, melting_fraction=0.75), measured(2000.0)),
        MeltQuench(from_K=300, temperature_K=300),
        Tensile(temperature_K=300),
    ],
    ids=lambda entry: entry.kind,
)
def test_an_entry_is_written_and_read_back(entry: ProtocolEntry) -> None:
    assert ENTRIES.validate_json(ENTRIES.dump_json(entry)) == entry
    assert all(ENTRIES.validate_json(stage.model_dump_json()) == stage for stage in stages_of(entry))
