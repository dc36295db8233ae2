"""What a case, a folder and a segment are known by: what was said, not what a later version could be told besides."""

import copy
import inspect
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticUndefined

from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.region import REGION_KINDS, Box, Intersection, Outside, Shell, Sites, Slab, Union
from gbglass.protocol.recipes import (
    AmorphiseHeating,
    AmorphiseLayer,
    Equilibrate,
    MeltQuench,
    ProtocolEntry,
    SlowCool,
    Tensile,
)
from gbglass.protocol.stages import Cool, Discharge, Hold, MeltRegion, Minimise, Ramp, Stage, Strain
from gbglass.protocol.timeline import without_what_may_grow
from gbglass.studies import tables
from gbglass.studies.cases import StudyCase, check_cases
from gbglass.studies.kinds import STUDIES
from gbglass.studies.segregation import SegregationSpec
from gbglass.studies.spec import FORMAT, AnyStudySpec
from gbglass.studies.tables import BoundaryChoice, RunSettings, Table

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.toml"
STAGES: tuple[type[BaseModel], ...] = (Minimise, Ramp, Cool, Hold, MeltRegion, Strain, Discharge)
RECIPES: tuple[type[BaseModel], ...] = (Equilibrate, SlowCool, AmorphiseLayer, AmorphiseHeating, MeltQuench, Tensile)
REGIONS: tuple[type[BaseModel], ...] = (Slab, Box, Shell, Sites, Union, Intersection, Outside)
TABLES: tuple[type[BaseModel], ...] = (
    *(kind.spec for kind in STUDIES.values()),
    *(kind for _, kind in inspect.getmembers(tables, inspect.isclass) if issubclass(kind, Table) and kind is not Table),
    LammpsCard,
)


@pytest.fixture
def raw() -> dict[str, Any]:
    return tomllib.loads(QUICKSTART.read_text(encoding="utf-8"))


def only(raw: dict[str, Any]) -> StudyCase:
    (case,) = check_cases(raw).cases
    return case


def identities(spec: AnyStudySpec, raw: dict[str, Any]) -> list[object]:
    return [StudyCase("", {}, spec, raw).id, spec.plain(), spec.identity()]


class WiderRun(RunSettings):
    thermostat: str = "nose-hoover"


class WiderBoundary(BoundaryChoice):
    vacuum_A: float | None = None


class WiderSpec(SegregationSpec):
    run: WiderRun = WiderRun()
    boundary: WiderBoundary
    electrodes: tuple[str, ...] = ()


class WiderHold(Hold):
    langevin: bool = False


def test_a_key_that_a_later_version_brings_changes_no_identity(raw: dict[str, Any]) -> None:
    wider = WiderSpec.model_validate(raw)
    assert identities(wider, raw) == identities(only(raw).spec, raw)
    told = WiderSpec.model_validate({**raw, "run": {**raw["run"], "thermostat": "langevin"}})
    for same, other in zip(identities(wider, raw), identities(told, raw), strict=True):
        assert same != other, "what such a key says counts"


def test_a_stage_or_a_potential_that_could_say_more_is_what_it_was() -> None:
    for said in ({"ensemble": "nvt"}, {"ensemble": "npt", "coupling": "normal"}):
        stage = {"temperature_K": 300.0, "duration_ps": 1.0, **said}
        known = without_what_may_grow(Hold.model_validate(stage))
        assert known == without_what_may_grow(WiderHold.model_validate(stage))
        assert known["kind"] == "hold"
    table = {"elements": ["Li"], "cutoff": 6.0, "pair_style": ["lj/cut", "6.0"], "pair_coeff": [["*", "*", "1", "1"]]}
    wider = type("WiderCard", (LammpsCard,), {"__annotations__": {"spin": bool}, "spin": False})
    assert issubclass(wider, LammpsCard)
    cards = [own_potential(card.model_validate(table)).checksum for card in (LammpsCard, wider)]
    assert cards[0] == cards[1]


def test_a_default_that_is_written_is_one_that_is_left_out(raw: dict[str, Any]) -> None:
    raw["stage"].append({"kind": "amorphise_layer", "thickness_A": 10.0, "temperature_K": 1000.0, "hold_ps": 10.0})
    short = only(raw)
    everything = only(short.spec.model_dump(mode="json"))
    assert everything.raw != raw
    assert identities(everything.spec, raw) == identities(short.spec, raw)


def test_each_kind_is_known_even_where_nothing_else_tells_it(raw: dict[str, Any]) -> None:
    ramp = {"from_K": 400.0, "to_K": 300.0, "rate_K_per_fs": 1.0}
    stages: TypeAdapter[Stage] = TypeAdapter(Stage)
    plains = [without_what_may_grow(stages.validate_python({"kind": kind, **ramp})) for kind in ("ramp", "cool")]
    assert plains[0] != plains[1]
    slab, outside = ({"kind": "slab", "low": 0.0, "high": 0.5}, {"kind": "shell", "position": 0.0, "within_A": 5.0})
    specs = []
    for region in (slab, {"kind": "outside", "of": slab}, {"kind": "union", "of": [slab, outside]}):
        changed = copy.deepcopy(raw)
        changed["stage"].insert(2, {"kind": "melt_region", "region": region, "duration_ps": 1.0})
        plain = only(changed).spec.plain()
        assert plain["stage"][2]["kind"] == "melt_region"
        assert plain["stage"][2]["region"]["kind"] == region["kind"]
        specs.append(plain)
    assert specs[0] != specs[1] != specs[2]
    assert specs[2]["stage"][2]["region"]["of"][1] == outside


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("seed",), 99),
        (("boundary", "cut_offset"), 0.25),
        (("boundary", "lithium"), "carried"),
        (("run", "segment_ps"), 2.5),
        (("run", "ranks"), 1),
        (("crystal", "tetrahedral_Li"), 10),
    ],
)
def test_what_says_something_else_is_something_else(raw: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    before = identities(only(raw).spec, raw)
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    after = identities(only(raw).spec, raw)
    assert all(a != b for a, b in zip(before, after, strict=True))


def defaults() -> dict[str, object]:
    found: dict[str, object] = {}
    for model in (*TABLES, *STAGES, *RECIPES, *REGIONS):
        for name, field in model.model_fields.items():
            if field.default is not PydanticUndefined and name != "kind":
                default = field.default
                found[f"{model.__name__}.{name}"] = (
                    default.model_dump(mode="json") if isinstance(default, BaseModel) else default
                )
    return found


def test_all_kinds_are_looked_at() -> None:
    entries: TypeAdapter[ProtocolEntry] = TypeAdapter(ProtocolEntry)
    mapping = entries.json_schema()["discriminator"]["mapping"]
    assert set(mapping) == {model.model_fields["kind"].default for model in (*STAGES, *RECIPES)}
    assert set(REGION_KINDS) == {model.model_fields["kind"].default for model in REGIONS}


def test_no_default_changes_under_identities_that_leave_it_out() -> None:
    """A new key may have any default; to change one of these, raise FORMAT here and _FORMAT of the segments."""
    assert FORMAT == 2
    now = defaults()
    assert {name: now[name] for name in KNOWN} == KNOWN


KNOWN: dict[str, object] = {
    "SegregationSpec.committee": None,
    "MechanicsSpec.committee": None,
    "MechanicsSpec.crystal": {"name": "llzo-cubic", "file": None, "tetrahedral_Li": 12},
    "BoundaryChoice.sigma": None,
    "BoundaryChoice.cut_offset": 0.0,
    "BoundaryChoice.shift": None,
    "BoundaryChoice.lithium": "placed",
    "CommitteeChoice.every_ps": 1.0,
    "CommitteeChoice.region": None,
    "CrystalChoice.tetrahedral_Li": 12,
    "ModelChoice.boundary": None,
    "ModelChoice.bulk": None,
    "ModelChoice.file": None,
    "RunSettings.timestep_fs": 1.0,
    "RunSettings.frame_every_ps": 0.1,
    "RunSettings.count_every_ps": 0.05,
    "RunSettings.dense_last_ps": 0.0,
    "RunSettings.dense_every_ps": 0.05,
    "RunSettings.per_atom": (),
    "RunSettings.segment_ps": 5.0,
    "RunSettings.ranks": 2,
    "LammpsCard.title": "",
    "LammpsCard.citation": "",
    "LammpsCard.validated_for": "what its authors say",
    "LammpsCard.cavity_radii": {"Li-O": 1.55, "Li-Zr": 2.55, "Li-La": 2.6},
    "LammpsCard.shortest": {},
    "LammpsCard.known": None,
    "LammpsCard.lattice": (),
    "LammpsCard.melting": (),
    "LammpsCard.kspace_style": (),
    "LammpsCard.kspace_modify": (),
    "LammpsCard.files": (),
    "LammpsCard.charges": None,
    "Minimise.force_eV_per_A": 0.05,
    "Minimise.max_iterations": 2000,
    "Minimise.cell": "fixed",
    "Ramp.pressure_bar": 0.0,
    "Ramp.coupling": "lengths",
    "Cool.pressure_bar": 0.0,
    "Cool.coupling": "lengths",
    "Cool.rate_K_per_fs": 0.0002,
    "Hold.ensemble": "nvt",
    "Hold.pressure_bar": 0.0,
    "Hold.coupling": "lengths",
    "MeltRegion.temperature_K": 3000.0,
    "MeltRegion.duration_ps": 100.0,
    "Strain.lateral": "free",
    "Discharge.piston": None,
    "Equilibrate.hold_ps": 500.0,
    "Equilibrate.from_K": 300.0,
    "Equilibrate.rate_K_per_fs": 0.02,
    "Equilibrate.pressure_bar": 0.0,
    "SlowCool.from_K": 500.0,
    "SlowCool.to_K": 300.0,
    "SlowCool.rate_K_per_fs": 0.0002,
    "SlowCool.hold_ps": 50.0,
    "AmorphiseLayer.thickness_A": None,
    "AmorphiseLayer.boundary": 1,
    "AmorphiseLayer.region": None,
    "AmorphiseLayer.melt_K": 3000.0,
    "AmorphiseLayer.melt_ps": 100.0,
    "AmorphiseLayer.hold_ps": 500.0,
    "AmorphiseHeating.melt_K": None,
    "AmorphiseHeating.melting_fraction": None,
    "AmorphiseHeating.rate_K_per_fs": 0.02,
    "AmorphiseHeating.melt_ps": 100.0,
    "AmorphiseHeating.hold_ps": 500.0,
    "MeltQuench.melt_K": 3000.0,
    "MeltQuench.melt_ps": 100.0,
    "MeltQuench.heating_K_per_fs": 1.0,
    "MeltQuench.cooling_K_per_fs": 0.01,
    "MeltQuench.hold_ps": 100.0,
    "Tensile.to_strain": 0.3,
    "Tensile.rate_per_ps": 0.001,
    "Tensile.settle_ps": 20.0,
    "Tensile.lateral": "free",
    "Slab.axis": 2,
    "Shell.beyond_A": 0.0,
    "Shell.axis": 2,
}
