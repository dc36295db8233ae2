"""One study file, many cases: the values of its table ``[sweep]``, multiplied out.

A key of ``[sweep]`` is a dotted path of the study and its value a list; stages count from 1, as in messages. Tables of
``[[sweep.together]]`` set several paths at once and are one axis. The cases are the Cartesian product. Nothing here
touches a disk or a clock: a study file as plain data becomes cases as plain data.
"""

import copy
import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gbglass.errors import ConfigError

SWEEP, TOGETHER = "sweep", "together"
"""The table of a study file, and the list within it that sets several paths at once."""

MOST_CASES = 10_000
FIXED = frozenset({"study", "name", SWEEP})
"""What all cases of one file have in common."""

_LONGEST_PART = 24
"""Characters of one part of a label; the identity of a case is not in its label."""

_TELLING = ("plane", "name", "kind")
"""What people know a boundary, a potential or a stage by."""

Problem = tuple[str, str]
Setting = Mapping[str, Any]
"""Values by dotted path."""


@dataclass(frozen=True)
class SweptCase:
    """One case of a study, as plain data.

    Parameters
    ----------
    label
        Says what sets it apart from the others, such as ``"plane-0-1-2_seed-1"``; unique among the cases of a file.
    setting
        The swept values by dotted path.
    raw
        The study of this case alone, as it would stand in a file of its own.

    """

    label: str
    setting: Setting
    raw: dict[str, Any]


def expand(raw: dict[str, Any]) -> tuple[SweptCase, ...]:
    """Multiply out the sweep of a study file.

    Parameters
    ----------
    raw
        The file as plain data. Without a sweep it is one case with an empty label.

    Raises
    ------
    ConfigError
        With every mistake of the table ``[sweep]`` at once. The cases themselves are not checked.

    Examples
    --------
    >>> cases = expand({"study": "segregation", "sweep": {"seed": [1, 2], "crystal": {"tetrahedral_Li": [10, 12]}}})
    >>> [case.label for case in cases]
    ['seed-1_tetrahedral_Li-10', 'seed-1_tetrahedral_Li-12', 'seed-2_tetrahedral_Li-10', 'seed-2_tetrahedral_Li-12']
    >>> cases[3].raw
    {'study': 'segregation', 'seed': 2, 'crystal': {'tetrahedral_Li': 12}}

    """
    base = {key: value for key, value in raw.items() if key != SWEEP}
    if SWEEP not in raw:
        return (SweptCase("", {}, base),)
    axes, problems = _read_axes(raw[SWEEP], base)
    if not problems and math.prod(map(len, axes)) > MOST_CASES:
        problems = [(SWEEP, f"makes {math.prod(map(len, axes))} cases; {MOST_CASES} at most: make it several studies")]
    if problems:
        raise ConfigError(problems)
    parts = [_labels(axis) for axis in axes]
    chosen = itertools.product(*(zip(axis, names, strict=True) for axis, names in zip(axes, parts, strict=True)))
    cases = [_case(base, [setting for setting, _ in choice], [name for _, name in choice]) for choice in chosen]
    return tuple(_with_unique_labels(cases))


def _case(base: dict[str, Any], settings: list[Setting], names: list[str]) -> SweptCase:
    raw = copy.deepcopy(base)
    merged = {path: value for setting in settings for path, value in setting.items()}
    for path, value in merged.items():
        _put(raw, path.split("."), copy.deepcopy(value))
    return SweptCase("_".join(names), merged, raw)


def _read_axes(sweep: object, base: dict[str, Any]) -> tuple[list[list[Setting]], list[Problem]]:
    if not isinstance(sweep, dict):
        return [], [(SWEEP, "must be a table: [sweep]")]
    problems: list[Problem] = []
    axes: list[list[Setting]] = []
    for path, values in _leaves({key: value for key, value in sweep.items() if key != TOGETHER}):
        if not isinstance(values, list) or not values:
            problems.append((f"{SWEEP}.{path}", "must be a list of one value or more, such as [1, 2, 3]"))
            continue
        axes.append([{path: value} for value in values])
    if TOGETHER in sweep:
        rows, wrong = _read_together(sweep[TOGETHER])
        problems += wrong
        axes += [rows] if rows else []
    if not axes and not problems:
        problems.append((SWEEP, "names nothing to sweep; give a path and a list, such as seed = [1, 2, 3]"))
    problems += _wrong_paths([path for axis in axes for path in axis[0]], base)
    problems += [problem for axis in axes for problem in _repeated(axis)]
    return axes, problems


def _read_together(tables: object) -> tuple[list[Setting], list[Problem]]:
    where = f"{SWEEP}.{TOGETHER}"
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) and table for table in tables):
        return [], [(where, f"must be tables of paths with one value each: [[{where}]]")]
    rows: list[Setting] = [dict(_leaves(table)) for table in tables]
    problems = []
    for number, row in enumerate(rows, start=1):
        if row.keys() != rows[0].keys():
            problems.append((f"{where}.{number}", f"must set what the first sets: {', '.join(rows[0])}"))
    return rows, problems


def _leaves(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Walk through nested tables to what is no table, with its dotted path."""
    for key, value in table.items():
        path = f"{before}.{key}" if before else key
        if isinstance(value, dict):
            yield from _leaves(value, path)
        else:
            yield path, value


def _wrong_paths(paths: list[str], base: dict[str, Any]) -> Iterator[Problem]:
    for number, path in enumerate(paths):
        steps = path.split(".")
        if steps[0] in FIXED:
            yield f"{SWEEP}.{path}", "is the same in all cases of a study and cannot be swept"
        clashes = [other for other in paths[:number] if path == other or _inside(path, other) or _inside(other, path)]
        if clashes:
            yield f"{SWEEP}.{path}", f"is set twice, here and by {clashes[0]}"
        yield from _no_such_place(path, steps, base)


def _no_such_place(path: str, steps: list[str], place: object) -> Iterator[Problem]:
    for step in steps[:-1]:
        if isinstance(place, list):
            if not step.isdigit() or not 1 <= int(step) <= len(place):
                yield f"{SWEEP}.{path}", f"there is no {step!r} among {len(place)}; they count from 1"
                return
            place = place[int(step) - 1]
        elif isinstance(place, dict):
            place = place.get(step, {})
    if isinstance(place, list):
        yield f"{SWEEP}.{path}", "must lead to a key, such as stage.2.to_K"
    elif not isinstance(place, dict):
        yield f"{SWEEP}.{path}", f"leads into {'.'.join(steps[:-1])}, which is no table of the study"


def _repeated(axis: list[Setting]) -> Iterator[Problem]:
    counts = Counter(json.dumps(setting, sort_keys=True, default=str) for setting in axis)
    for setting in axis:
        text = json.dumps(setting, sort_keys=True, default=str)
        if counts.pop(text, 1) > 1:
            yield f"{SWEEP}.{next(iter(setting))}", f"holds {text} more than once"


def _inside(path: str, other: str) -> bool:
    return path.startswith(f"{other}.")


def _put(place: Any, steps: list[str], value: object) -> None:  # noqa: ANN401  # tables and lists of any depth
    for step in steps[:-1]:
        place = place[int(step) - 1] if isinstance(place, list) else place.setdefault(step, {})
    place[steps[-1]] = value


def _labels(axis: list[Setting]) -> list[str]:
    """Name each setting of an axis by the fewest of its values that tell them all apart."""
    flat = [dict(_leaves(setting)) for setting in axis]
    keys = list(dict.fromkeys(key for setting in flat for key in setting))
    differing = [key for key in keys if len({_text(setting.get(key)) for setting in flat}) > 1] or keys[:1]
    differing.sort(key=lambda key: key.rsplit(".", 1)[-1] not in _TELLING)
    telling: list[str] = []
    for key in differing:
        telling.append(key)
        if len({tuple(_text(setting.get(name)) for name in telling) for setting in flat}) == len(flat):
            break
    return [_label(setting, telling) for setting in flat]


def _label(setting: Setting, telling: list[str]) -> str:
    """Write the telling values of a setting; one that has none of them is known by its first."""
    own = [key for key in telling if key in setting] or list(setting)[:1]
    return "_".join(f"{key.rsplit('.', 1)[-1]}-{_text(setting[key])}" for key in own)


def _text(value: object) -> str:
    """Write a value as a part of a file name.

    Examples
    --------
    >>> _text([1, -1, 0]), _text(900.0), _text("models/mine.toml")
    ('1--1-0', '900', 'models-mine.toml')

    """
    if isinstance(value, float):
        return f"{value:.12g}"
    plain = "-".join(map(_text, value)) if isinstance(value, list) else str(value)
    return re.sub(r"[^A-Za-z0-9.+-]+", "-", plain)[:_LONGEST_PART]


def _with_unique_labels(cases: list[SweptCase]) -> Iterator[SweptCase]:
    """Add numbers to the labels that came out the same, as long texts can."""
    counts = Counter(case.label for case in cases)
    for number, case in enumerate(cases, start=1):
        label = case.label if counts[case.label] == 1 else f"{case.label}_case-{number}"
        yield SweptCase(label, case.setting, case.raw)
