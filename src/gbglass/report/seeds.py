"""Numbers of one model from several seeds: each, and their mean with its 95 % interval."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gbglass.claims.judge import mean_over_seeds
from gbglass.core.results import Estimate
from gbglass.figures.points import Point

Plain = Mapping[str, Any]

_RATTLED = "voltage"
"""The study in which a seed is a sample only if it rattled the atoms."""

EACH, MEAN = "each seed", "mean over seeds"
"""What rows of `with_mean` call their points."""

MEAN_IS = "The interval of a mean over seeds is Student's, 95 %; one seed has none."
"""For captions."""


def seed_of(case: Plain) -> str:
    """Return what tells a case from others of its model, from its ``results.json``.

    Examples
    --------
    >>> seed_of({"asked": {"seed": 2}}), seed_of({"study": "voltage", "asked": {"seed": 2, "rattle_A": None}})
    ('2', 'any')

    """
    asked = case.get("asked", {})
    if case.get("study") == _RATTLED and not asked.get("rattle_A"):
        return "any"  # its seed put no atom off its place, so that all seeds are one sample
    seed = asked.get("seed")
    return str(case.get("seeds", {}).get("study") if seed is None else seed)


def seeds_mean(values: Sequence[tuple[str, float | None]], unit: str) -> Estimate | None:
    """Average over seeds: what has one seed is averaged first, for it is no second sample.

    Parameters
    ----------
    values
        Pairs of a seed and what was found with it, in `unit`; None is not counted.
    unit
        Of the values.

    Returns
    -------
    Estimate or None
        With Student's 95 % interval, which is endless of one seed; None without any value.

    Examples
    --------
    >>> mean = seeds_mean([("1", 1.0), ("1", 3.0), ("2", 4.0), ("3", None)], "Å")
    >>> mean.value, mean.n_frames
    (3.0, 2)

    """
    by_seed: dict[str, list[float]] = {}
    for seed, value in values:
        if value is not None and math.isfinite(value):
            by_seed.setdefault(seed, []).append(float(value))
    return mean_over_seeds({seed: sum(found) / len(found) for seed, found in by_seed.items()}, unit)


def mean_point(values: Sequence[tuple[str, float | None]]) -> list[Point]:
    """Return the mean over seeds with its interval as a point; nothing without any value."""
    mean = seeds_mean(values, "1")
    return [] if mean is None else [Point(mean.value, *mean.interval)]


def with_mean(values: Sequence[tuple[str, float | None]]) -> dict[str, list[Point]]:
    """Return the points of a row: each seed, and their mean where there are two or more."""
    each = [Point(float(value), math.nan, math.nan) for _, value in values if value is not None]
    mean = mean_point(values)
    return {EACH: each, MEAN: mean if len({seed for seed, value in values if value is not None}) > 1 else []}
