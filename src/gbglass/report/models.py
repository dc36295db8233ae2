"""Cases by their model: what they are called beside each other, with the seeds of one model together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gbglass.report.words import all_words

Plain = Mapping[str, Any]

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


def model_names(cases: Sequence[Plain]) -> list[str]:
    """Name the model of each case: by its title, and by what differs among the cases that share it."""
    titles = [str(case["title"]) for case in cases]
    names = list(titles)
    for title in dict.fromkeys(titles):
        places = [place for place, other in enumerate(titles) if other == title]
        for place, words in zip(places, _differences([cases[place] for place in places]), strict=True):
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


def _differences(cases: Sequence[Plain]) -> list[list[str]]:
    """Say of each of some cases what sets it apart."""
    flat = [dict(_leaves(case)) for case in cases]
    said: list[list[str]] = [[] for _ in cases]
    for key in dict.fromkeys(key for one in flat for key in one):
        values = [one.get(key) for one in flat]
        if all(value == values[0] for value in values):
            continue
        for words, word in zip(said, all_words(values, key.rsplit(".", 1)[-1]), strict=True):
            if word:
                words.append(word)
    return said


def _leaves(case: Plain) -> Iterator[tuple[str, Any]]:
    """Give what a model is told by: its potential, its protocols whole, and each key of what was asked."""
    yield "potential.", case["potential"]["name"]
    yield from _keys({key: value for key, value in case.get("asked", {}).items() if key not in _NOT_A_MODEL}, "")


def _keys(table: Plain, before: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _keys(value, f"{before}{key}.")
        elif value is not None:
            yield f"{before}{key}", value
