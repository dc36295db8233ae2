"""Cases by their model: what they are called beside each other, with the seeds of one model together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from gbglass.report.words import all_words

Plain = Mapping[str, Any]

TEMPERATURES = "temperatures"
"""What `model_names` is told to leave the temperatures of protocols out by."""

_NOT_A_MODEL = ("study", "name", "seed", "run", "committee", "threads", "potential")
"""What of a study tells no model from another, or is said by the results themselves."""


def by_model(cases: Sequence[Plain]) -> dict[str, list[Plain]]:
    """Sort finished cases by what they are models of; names say the title and what differs beside it, but the seed.

    Parameters
    ----------
    cases
        The ``results.json`` of each.

    """
    models: dict[str, list[Plain]] = {}
    for name, case in zip(model_names(cases), cases, strict=True):
        models.setdefault(name, []).append(case)
    return models


def model_names(cases: Sequence[Plain], but: Collection[str] = ()) -> list[str]:
    """Name the model of each case: by its title, and by what differs among the cases that share it.

    Parameters
    ----------
    cases
        The ``results.json`` of each.
    but
        Keys of what was asked that tell no model from another here, dotted; ``"stage"`` is the whole protocol,
        `TEMPERATURES` those of its stages alone.

    Examples
    --------
    >>> def held(kelvin: float, *before: str) -> dict[str, Any]:
    ...     stages = [*({"kind": kind} for kind in before), {"kind": "hold", "temperature_K": kelvin}]
    ...     return {"title": "Σ3", "potential": {"name": "a"}, "asked": {"stage": stages}, "stages": stages}
    >>> model_names([held(300.0), held(500.0)], but=[TEMPERATURES])
    ['Σ3', 'Σ3']
    >>> model_names([held(300.0), held(300.0, "hold", "cool")], but=[TEMPERATURES])
    ['Σ3, hold', 'Σ3, hold, cool, hold']

    """
    titles = [str(case["title"]) for case in cases]
    names = list(titles)
    for title in dict.fromkeys(titles):
        places = [place for place, other in enumerate(titles) if other == title]
        for place, words in zip(places, _differences([cases[place] for place in places], but), strict=True):
            names[place] = ", ".join([title, *words])
    return names


def potential_suffixes(cases: Sequence[Plain]) -> list[str]:
    """Return what to put behind names so that cases of two potentials are never taken for one; none if they share it.

    Examples
    --------
    >>> potential_suffixes([{"potential": {"name": "a"}}, {"potential": {"name": "b"}}])
    [', a', ', b']
    >>> potential_suffixes([{"potential": {"name": "a"}}, {"potential": {"name": "a"}}])
    ['', '']

    """
    names = [str(case["potential"]["name"]) for case in cases]
    return [f", {name}" for name in names] if len(set(names)) > 1 else [""] * len(names)


def _differences(cases: Sequence[Plain], but: Collection[str]) -> list[list[str]]:
    """Say of each of some cases what sets it apart, some keys left out."""
    flat = [{key: value for key, value in _leaves(case, but) if key not in but} for case in cases]
    said: list[list[str]] = [[] for _ in cases]
    for key in dict.fromkeys(key for one in flat for key in one):
        values = [one.get(key) for one in flat]
        if all(value == values[0] for value in values):
            continue
        for words, word in zip(said, all_words(values, key.rsplit(".", 1)[-1]), strict=True):
            if word:
                words.append(word)
    return said


def _leaves(case: Plain, but: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Give what a model is told by: its potential, its protocols whole, and each key of what was asked."""
    yield "potential.", case["potential"]["name"]
    asked = {key: value for key, value in case.get("asked", {}).items() if key not in _NOT_A_MODEL}
    if TEMPERATURES in but and "stage" in asked:
        asked["stage"] = [_without_temperatures(stage) for stage in case["stages"]]
    yield from _keys(asked, "")


def _without_temperatures(stage: Plain) -> dict[str, Any]:
    return {key: value for key, value in stage.items() if not key.endswith("_K")}


def _keys(table: Plain, before: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _keys(value, f"{before}{key}.")
        elif value is not None:
            yield f"{before}{key}", value
