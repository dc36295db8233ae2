"""A study file to start from: each key with what it means, taken from the model that reads it, so never stale."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gbglass.errors import InputError
from gbglass.studies.kinds import ALL_STUDIES
from gbglass.studies.reading import PROTOCOLS, STAGE_MODELS, table_of
from gbglass.studies.spec import AnyStudySpec, StudySpec

_WIDTH = 44
"""Column at which comments begin."""

SEED = 1

_MINIMISE: dict[str, Any] = {"kind": "minimise", "cell": "lengths"}
_HEAT: list[dict[str, Any]] = [
    {"kind": "minimise"},
    {"kind": "ramp", "from_K": 300.0, "to_K": 1000.0, "rate_K_per_fs": 0.02},
    {"kind": "hold", "temperature_K": 1000.0, "duration_ps": 500.0},
]
_BOUNDARY: dict[str, Any] = {"axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 9}
_HEAT_TO_CELL: list[dict[str, Any]] = [
    {"kind": "minimise"},
    {"kind": "ramp", "from_K": 300.0, "to_K": 800.0, "rate_K_per_fs": 0.02},
    {"kind": "hold", "temperature_K": 800.0, "duration_ps": 500.0},
]
_BOTH_LAYERS: dict[str, Any] = {
    "kind": "union",
    "of": [{"kind": "shell", "position": position, "within_A": 5.0} for position in (0.0, 0.5)],
}
_DISCHARGE: list[dict[str, Any]] = [
    {"kind": "minimise"},
    {"kind": "hold", "temperature_K": 800.0, "duration_ps": 5.0},
    {"kind": "discharge", "temperature_K": 800.0, "duration_ps": 200.0},
]
_CELL: dict[str, Any] = {"model": "cell-2", "axis": [1, -1, 0], "plane": [1, 1, 2], "x": 0.5}
_LLZO: dict[str, Any] = {"name": "llzo-cubic"}

STARTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "segregation": {"crystal": _LLZO, "boundary": _BOUNDARY, "stage": _HEAT},
        "transport": {"model": {"boundary": _BOUNDARY}, "stage": _HEAT},
        "mechanics": {
            "model": {"boundary": _BOUNDARY},
            "stage": [_MINIMISE, {"kind": "tensile", "temperature_K": 300.0, "to_strain": 0.3, "rate_per_ps": 0.001}],
        },
        "orientation": {
            "cell": _CELL,
            "alone": _HEAT_TO_CELL,
            "surface": {"window_ps": 10.0},
            "stage": _DISCHARGE,
        },
        "network": {
            "network": {"axis": [1, 0, 0], "angles": [0.0, 30.0, 60.0], "size_A": [60.0, 50.0]},
            "stage": [
                {"kind": "minimise"},
                {"kind": "ramp", "from_K": 300.0, "to_K": 800.0, "rate_K_per_fs": 0.02},
                {"kind": "hold", "temperature_K": 800.0, "duration_ps": 100.0},
                {"kind": "amorphise_heating", "from_K": 800.0, "temperature_K": 800.0},
            ],
        },
        "amorphisation": {
            "cell": {**_CELL, "model": "layer-2", "layers": 6},
            "alone": [*_HEAT_TO_CELL, {"kind": "amorphise_layer", "region": _BOTH_LAYERS, "temperature_K": 800.0}],
            "stage": _DISCHARGE,
        },
        "discharge": {
            "cell": _CELL,
            "alone": _HEAT_TO_CELL,
            "stage": _DISCHARGE,
        },
        "voltage": {"orderings": 3},
        # Rigid ions superheat: at 3000 K, the paper's, they stay a crystal, and what stays one is refused.
        "charge": {"electrons": [1, 2, 4], "melt": {"temperature_K": 6000.0, "duration_ps": 20.0}},
        "potential": {"labels": "labels", "domains": ["c-llzo", "t-llzo"]},
    }
)
"""What each study asks at first: the paper's boundary and its rates."""


def start_text(
    kind: str, potential: Mapping[str, Any], name: str = "mine", tables: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """Write a study file with a comment beside each key.

    Parameters
    ----------
    kind
        Which study.
    potential
        Its table ``[potential]``.
    name
        Of the study.
    tables
        What stands in place of the study's own, such as another crystal.

    Raises
    ------
    InputError
        If there is no such study.

    Examples
    --------
    >>> print(start_text("segregation", {"name": "buckingham-llzo"}).splitlines()[0])
    study = "segregation"

    """
    if kind not in ALL_STUDIES:
        raise InputError(f"'study' must be one of {', '.join(ALL_STUDIES)}, got {kind!r}")
    begins = {"study": kind, "name": name, "seed": SEED, "potential": dict(potential)}
    raw = {**begins, **tables, **STARTS[kind], **tables}
    return "\n".join(_lines(ALL_STUDIES[kind].spec, raw)) + "\n"


def _lines(spec: type[AnyStudySpec], raw: Mapping[str, Any]) -> Iterator[str]:
    for key, value in raw.items():
        if not isinstance(value, dict) and key not in PROTOCOLS:
            yield _line(key, value, spec.model_fields.get(key))
    is_timed = issubclass(spec, StudySpec)
    left = {} if is_timed else {key: field for key, field in spec.model_fields.items() if key not in raw}
    for key, field in left.items():
        if table_of(field.annotation) is None:
            yield f"# {_line(key, field.get_default(), field)}"
    for key, value in raw.items():
        if isinstance(value, dict):
            yield from ("", f"[{key}]")
            yield from _table(table_of(spec.model_fields[key].annotation), value)
    for key, field in left.items():
        if table_of(field.annotation) is not None:
            yield from ("", f"# {_heading(key, field)}")
            yield from _absent(table_of(field.annotation), field.get_default())
    if is_timed:
        yield from _protocol(spec, raw)


def _absent(model: type[BaseModel] | None, default: object) -> Iterator[str]:
    """Write a table that is not given, commented out: its keys are what is done without it."""
    fields = {} if model is None else model.model_fields
    for key, field in fields.items():
        unsaid = None if field.is_required() else field.get_default()
        value = getattr(default, key) if isinstance(default, BaseModel) else unsaid
        yield f"# {_line(key, value, field)}"


def _heading(key: str, field: FieldInfo) -> str:
    said = f"[{key}]"
    return f"{said:{_WIDTH}} # {field.description}" if field.description else said


def _protocol(spec: type[AnyStudySpec], raw: Mapping[str, Any]) -> Iterator[str]:
    """Write the stages and how they are run."""
    for protocol in PROTOCOLS:
        for stage in raw.get(protocol, ()):
            yield from ("", f"[[{protocol}]]")
            model = STAGE_MODELS[stage["kind"]]
            allowed = model.model_validate(stage).model_dump()  # a hold in NVT has no pressure
            yield from _table(model, stage, frozenset(allowed))
    yield from ("", "[run]")
    run = spec.model_fields["run"].get_default()
    yield from (_line(key, getattr(run, key), field) for key, field in type(run).model_fields.items())


def _table(
    model: type[BaseModel] | None, given: Mapping[str, Any], allowed: frozenset[str] | None = None
) -> Iterator[str]:
    """Write what is given, then, commented out, what may be given besides."""
    fields = {} if model is None else model.model_fields
    for key, value in given.items():
        yield _line(key, value, fields.get(key))
    for key, field in fields.items():
        if key not in given and (allowed is None or key in allowed):
            yield f"# {_line(key, None if field.is_required() else field.get_default(), field)}"


def _line(key: str, value: object, field: FieldInfo | None) -> str:
    said = f"{key} = {_toml(value)}"
    what = field.description if field is not None and field.description else ""
    return f"{said:{_WIDTH}} # {what}" if what else said


def _toml(value: object) -> str:
    """Write a value; what is absent unless it is given has none."""
    if value is None:
        return "..."
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
