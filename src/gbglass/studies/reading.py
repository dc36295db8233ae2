"""Study files: read, and every mistake in them found at once, each with its dotted path."""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import ErrorDetails

from gbglass.core.region import REGION_KINDS
from gbglass.core.tokens import FOLDER
from gbglass.core.toml_file import read_toml
from gbglass.errors import ConfigError
from gbglass.protocol.recipes import AmorphiseHeating, AmorphiseLayer, Equilibrate, MeltQuench, SlowCool, Tensile
from gbglass.protocol.stages import Cool, Discharge, Hold, MeltRegion, Minimise, Ramp, Strain
from gbglass.studies.checks import cross_problems
from gbglass.studies.kinds import ALL_STUDIES
from gbglass.studies.spec import AnyStudySpec
from gbglass.studies.tables import POTENTIALS

Problem = tuple[str, str]

_STAGE_DEPTH = 2
"""Where in a location pydantic puts the kind of a stage: ("stage", number, kind, key)."""

PROTOCOLS = ("alone", "stage")
"""Lists of stages that a study may have, in the order of time."""

_LONGEST_SHOWN = 80
"""Characters of a wrong value that a message shows."""

STAGE_MODELS: dict[str, type[BaseModel]] = {
    model.model_fields["kind"].default: model
    for model in (
        *(Minimise, Ramp, Cool, Hold, MeltRegion, Strain, Discharge),
        *(Equilibrate, SlowCool, AmorphiseLayer, AmorphiseHeating, MeltQuench, Tensile),
    )
}


def read_study(path: Path, potential: str | None = None) -> AnyStudySpec:
    """Read and check a study file.

    Parameters
    ----------
    path
        A TOML file.
    potential
        Acts in place of the file's own: one that comes with gbglass, or the path of a card, relative to the current
        folder. The study is then called after both.

    Raises
    ------
    ConfigError
        With every mistake at once: keys that do not exist, values out of range, a plane that does not contain the
        axis, grains thinner than the potential reaches, durations that are not whole steps.

    """
    raw = read_plain(path)
    return check_study(raw if potential is None else _with_potential(raw, potential), path)


def _with_potential(raw: dict[str, Any], potential: str) -> dict[str, Any]:
    is_card = potential.endswith(".toml")
    table = {"card": str(Path(potential).absolute())} if is_card else {"name": potential}
    name = f"{raw['name']}-{Path(potential).stem}" if "name" in raw else None
    return {**raw, "potential": table, **({"name": name} if name else {})}


def read_plain(path: Path) -> dict[str, Any]:
    """Read a study file as plain data, unchecked.

    Raises
    ------
    ConfigError
        If the file cannot be read.

    """
    return read_toml(path, "a study file")


def check_study(raw: dict[str, Any], source: Path | None = None) -> AnyStudySpec:
    """Turn plain data, as it stands in a study file, into a checked study.

    Examples
    --------
    >>> check_study({"study": "segregation", "nmae": "x"})
    Traceback (most recent call last):
    ...
    gbglass.errors.ConfigError: 7 mistakes
      name: is missing
      seed: is missing
      potential: is missing
      stage: is missing
      crystal: is missing
      boundary: is missing
      nmae: no such key; did you mean 'name'?

    """
    word = raw.get("study")
    kind = ALL_STUDIES.get(word) if isinstance(word, str) else None
    if kind is None:
        raise ConfigError([("study", _which_study(word))], source)
    problems: list[Problem] = []
    spec: AnyStudySpec | None = None
    try:
        # Strict JSON: the text "1000" is not a temperature, but a list is a tuple.
        text = json.dumps(raw, default=str)
        spec = kind.spec.model_validate_json(text, strict=True, context=_context(source))
    except ValidationError as error:
        reader = _Reader(kind.spec, raw)
        problems = [reader.problem(details) for details in error.errors() if not _is_echo(details)]
    problems += cross_problems(_valid_tables(kind.spec, raw, source), kind.checks)
    if problems or spec is None:
        raise ConfigError(list(dict.fromkeys(problems)), source)
    return spec


def _which_study(word: object) -> str:
    if word is None:
        return f"is missing; it must be one of {', '.join(ALL_STUDIES)}, and decides which other keys there are"
    near = difflib.get_close_matches(str(word), ALL_STUDIES, n=1)
    mend = f"; did you mean '{near[0]}'?" if near else ""
    return f"must be one of {', '.join(ALL_STUDIES)}, got {_shown(word)}{mend}"


def _context(source: Path | None) -> dict[str, Path]:
    """Say what names of files in a study are relative to."""
    return {FOLDER: source.parent if source else Path()}


def _valid_tables(model: type[AnyStudySpec], raw: dict[str, Any], source: Path | None) -> dict[str, Any]:
    """Parse each table by itself, so that one broken table does not hide the mistakes between the others."""
    tables: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if name not in raw:
            if not field.is_required():
                tables[name] = field.get_default()
            continue
        one_table: type[BaseModel] = create_model("OneTable", table=(field.annotation or Any, field))
        content = json.dumps({"table": raw[name]}, default=str)
        try:
            checked = one_table.model_validate_json(content, strict=True, context=_context(source))
            tables[name] = getattr(checked, "table")  # noqa: B009
        except ValidationError:
            continue  # reported with the whole study
    return tables


@dataclass(frozen=True)
class _Reader:
    """Says in our words what pydantic found wrong with a study file."""

    model: type[AnyStudySpec]
    raw: dict[str, Any]

    def problem(self, details: ErrorDetails) -> Problem:
        """Return the path of a mistake and what it is."""
        location = list(details["loc"])
        path = _dotted(location)
        kind = details["type"]
        if kind == "missing":
            return path, "is missing"
        if kind == "extra_forbidden":
            if path == "sweep":
                return path, "makes this a study of many cases; 'gbglass run' takes those, this command takes one"
            return path, _unknown_key(str(location[-1]), self._keys_beside(location))
        if kind in ("union_tag_invalid", "union_tag_not_found"):
            return _untold_kind(path, location)
        message = details["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        if kind == "value_error":
            return path, message
        return path, f"must be {message}, got {_shown(details['input'])}"

    def _keys_beside(self, location: list[int | str]) -> list[str]:
        """List the keys that the table of a location may have."""
        if len(location) == 1:
            return list(self.model.model_fields)
        if location[0] in PROTOCOLS:
            stages = self.raw.get(str(location[0]))
            place = location[1]
            stage = stages[place] if isinstance(stages, list) and isinstance(place, int) else None
            kind = stage.get("kind") if isinstance(stage, dict) else None
            return list(STAGE_MODELS[kind].model_fields) if isinstance(kind, str) and kind in STAGE_MODELS else []
        if location[0] == "potential":
            return list(POTENTIALS[str(location[1])].model_fields) if location[1] in POTENTIALS else []
        table: type[BaseModel] | None = self.model
        for part in location[:-1]:
            table = table_of(table.model_fields[str(part)].annotation) if table is not None else None
        return list(table.model_fields) if table is not None else []


def table_of(annotation: object) -> type[BaseModel] | None:
    """Return the model of a table, or of one that may be absent; None of what is no table."""
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
    return next((kind for kind in kinds if issubclass(kind, BaseModel)), None)


def _is_echo(details: ErrorDetails) -> bool:
    """Say whether a list is called too short only because its items, each with its own message, were left out."""
    return details["type"] == "too_short" and bool(details["input"])


def _untold_kind(path: str, location: list[int | str]) -> Problem:
    if location[0] == "potential":
        return path, f"must say which potential by one of the keys {', '.join(POTENTIALS)}"
    is_stage = location[0] in PROTOCOLS and len(location) <= _STAGE_DEPTH
    return f"{path}.kind", f"must be one of {', '.join(STAGE_MODELS if is_stage else REGION_KINDS)}"


def _dotted(location: list[int | str]) -> str:
    """Write a location as people count: the first stage is stage.1; pydantic's name of the union member goes."""
    if location[0] == "potential" and len(location) > 1 and location[1] in POTENTIALS:
        location = [location[0], *location[2:]]
    is_stage = location[0] in PROTOCOLS
    is_stage_kind = is_stage and len(location) > _STAGE_DEPTH and location[_STAGE_DEPTH] in STAGE_MODELS
    kept = location[:_STAGE_DEPTH] + location[_STAGE_DEPTH + 1 :] if is_stage_kind else location
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in kept)


def _unknown_key(key: str, known: list[str]) -> str:
    stem = key.split("_", maxsplit=1)[0]
    near = difflib.get_close_matches(key, known, n=1) or [k for k in known if k.startswith(f"{stem}_")]
    if near:
        return f"no such key; did you mean '{near[0]}'?"
    return f"no such key; there are {', '.join(known)}"


def _shown(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
