"""The cases of a study file, each checked as a study of its own, with the identity that its folder is named by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from gbglass.core.provenance import content_id
from gbglass.errors import ConfigError
from gbglass.studies.kinds import ALL_STUDIES
from gbglass.studies.reading import check_study, read_plain
from gbglass.studies.spec import AnyStudySpec
from gbglass.studies.sweep import SWEEP, TOGETHER, Problem, Setting, SweptCase, expand

_MOST_NAMED = 3
"""Labels that a message about a mistake in some cases names."""


@dataclass(frozen=True)
class StudyCase:
    """One case of a study.

    Parameters
    ----------
    label
        What sets it apart from the others; empty in a study of one case.
    setting
        The swept values by dotted path.
    spec
        The study of this case alone.
    raw
        The same as plain data, as it would stand in a file of its own.

    """

    label: str
    setting: Setting
    spec: AnyStudySpec
    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Hash of all that the case follows from but its name and its protocol, of which it holds what is swept.

        What is left out, or says what is done without it, counts for nothing: a key that a later version brings changes
        no identity. A protocol may grow, and within a case its stages are keyed by their own inputs: a changed one is
        run beside the old one, and nothing before it is run again.
        """
        plain = {key: value for key, value in self.spec.plain().items() if key not in ("name", "stage", "committee")}
        swept = {path: _as_number(value) for path, value in self.setting.items() if path.split(".")[0] == "stage"}
        potential = self.spec.potential.load().checksum
        return content_id({"study": plain, "stage": swept, "potential": potential})


@dataclass(frozen=True)
class Study:
    """What a study file asks for.

    Parameters
    ----------
    name
        Of its folder.
    is_swept
        Whether the file has a table ``[sweep]``.
    cases
        One, or what the sweep multiplies out to.

    """

    name: str
    is_swept: bool
    cases: tuple[StudyCase, ...]


def read_cases(path: Path) -> Study:
    """Read a study file with or without a sweep.

    Raises
    ------
    ConfigError
        With every mistake of every case at once, each with its path and the cases that have it.

    """
    return check_cases(read_plain(path), path)


def check_cases(raw: dict[str, Any], source: Path | None = None) -> Study:
    """Turn plain data, as it stands in a study file, into checked cases.

    Examples
    --------
    >>> raw = {
    ...     "study": "segregation", "name": "two", "seed": 1,
    ...     "potential": {"name": "buckingham-llzo"}, "crystal": {"name": "llzo-cubic"},
    ...     "boundary": {"axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 9},
    ...     "stage": [{"kind": "minimise"}, {"kind": "hold", "temperature_K": 900.0, "duration_ps": 5.0}],
    ...     "sweep": {"stage": {"2": {"temperature_K": [900.0, 1000.0]}}},
    ... }
    >>> [case.label for case in check_cases(raw).cases]
    ['temperature_K-900', 'temperature_K-1000']

    """
    try:
        swept = expand(raw)
    except ConfigError as error:
        raise ConfigError(error.problems, source) from None
    if SWEEP not in raw:
        spec = check_study(raw, source)
        return Study(spec.name, is_swept=False, cases=(StudyCase("", {}, spec, raw),))
    cases: list[StudyCase] = []
    found: dict[Problem, list[str]] = {}
    for case in swept:
        try:
            cases.append(StudyCase(case.label, case.setting, check_study(case.raw, source), case.raw))
        except ConfigError as error:
            for problem in error.problems:
                found.setdefault(problem, []).append(case.label)
    problems = list(_named(found, swept)) or list(_not_different(cases))
    if problems:
        raise ConfigError(problems, source)
    return Study(cases[0].spec.name, is_swept=True, cases=tuple(cases))


def study_schema() -> dict[str, Any]:
    """Return the JSON schema of a study file, its sweep included.

    What a sweep may hold is checked when it is multiplied out; a schema can only say that it is a table. A study with a
    sweep may leave out what the sweep gives, which the schema does not know.

    """
    kinds: Any = Annotated[reduce(or_, (kind.spec for kind in ALL_STUDIES.values())), Field(discriminator="study")]
    schema = TypeAdapter(kinds).json_schema()
    for kind in ALL_STUDIES.values():
        schema["$defs"][kind.spec.__name__]["properties"][SWEEP] = {
            "type": "object",
            "description": "paths of the study with lists of values: the study is run for each combination",
            "properties": {
                TOGETHER: {"type": "array", "items": {"type": "object"}, "description": "paths set at once"}
            },
        }
    return schema


def _as_number(value: object) -> object:
    """Write 900 and 900.0 in one way."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _named(found: dict[Problem, list[str]], swept: tuple[SweptCase, ...]) -> Iterator[Problem]:
    """Say of each mistake which cases have it."""
    for (path, what), labels in found.items():
        if len(labels) == len(swept):
            yield path, f"{what} (in every case)"
            continue
        more = f" and {len(labels) - _MOST_NAMED} more" if len(labels) > _MOST_NAMED else ""
        yield path, f"{what} (in {', '.join(labels[:_MOST_NAMED])}{more})"


def _not_different(cases: list[StudyCase]) -> Iterator[Problem]:
    """Find cases that would share a folder."""
    first: dict[str, StudyCase] = {}
    for case in cases:
        other = first.setdefault(case.id, case)
        if other is not case:
            yield SWEEP, f"{other.label} and {case.label} are one and the same case"
