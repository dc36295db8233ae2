"""What the finished cases of a study of segregation say together: excess against room, temperature and content."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gbglass.figures.points import Point, draw_against, draw_rows
from gbglass.report.models import by_model, potential_suffixes
from gbglass.report.presented import PageFigure, page_figure

Plain = Mapping[str, Any]

_EXCESS = "Li excess (1/nm²)"
_CAVITY = (
    "Gibbs excess of lithium against the cavity fraction of each boundary, one point a boundary and seed with its 95 % "
    "interval, by the form of the tilt axis (the paper's Fig. 1e)."
)
_ROWS = "Gibbs excess of each boundary of each case, with its 95 % interval; seeds of one model are in one row."
_AGAINST = "Gibbs excess of each boundary against {what}, with 95 % intervals; lines join the means."

_FEWEST = 2


def campaign_figures(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw what several cases say together, from the ``results.json`` of each finished one."""
    if not cases:
        return []
    return [*_against_cavity(cases), *_series(cases), *_rows(cases)]


def _against_cavity(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw the paper's Fig. 1e, where cavity fractions were measured."""
    groups: dict[str, list[Point]] = {}
    for case, suffix in zip(cases, potential_suffixes(cases), strict=True):
        for boundary in case["boundaries"]:
            cavity = boundary["cavity_fraction"]["value"]
            if cavity is not None:
                groups.setdefault(_axis(case) + suffix, []).append(_point(boundary, cavity))
    if not groups:
        return []
    drawn = draw_against(dict(sorted(groups.items())), ("Cavity fraction (1)", _EXCESS))
    return [page_figure("cavity-excess", "Room and lithium", drawn, _CAVITY)]


def _series(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw the excess against each of what a series may be of, where it takes two values or more."""
    figures = []
    titles = [case["title"] + suffix for case, suffix in zip(cases, potential_suffixes(cases), strict=True)]
    for name, axis, measure in _SERIES_OF:
        values = [measure(case) for case in cases]
        if len(set(values)) < _FEWEST or any(map(math.isnan, values)):
            continue
        groups: dict[str, list[Point]] = {}
        for case, title, value in zip(cases, titles, values, strict=True):
            for boundary in case["boundaries"]:
                groups.setdefault(f"{title}, {boundary['name']}", []).append(_point(boundary, value))
        drawn = draw_against(groups, (axis, _EXCESS), joined=True)
        said = _AGAINST.format(what=axis.split(" (")[0].lower())
        figures.append(page_figure(f"excess-{name}", f"Excess against {name}", drawn, said))
    return figures


def _rows(cases: Sequence[Plain]) -> list[PageFigure]:
    rows = {
        name: {
            boundary: [_point(one, 0.0) for case in seeds for one in case["boundaries"] if one["name"] == boundary]
            for boundary in dict.fromkeys(one["name"] for case in seeds for one in case["boundaries"])
        }
        for name, seeds in by_model(cases).items()
    }
    return [page_figure("excess-rows", "Excess of each boundary", draw_rows(rows, _EXCESS, 0.0), _ROWS)]


def _point(boundary: Plain, x: float) -> Point:
    excess = boundary["gibbs_excess"]
    low, high = (math.nan if end["value"] is None else float(end["value"]) for end in excess["interval_95"])
    return Point(math.nan if excess["value"] is None else float(excess["value"]), low, high, x)


def _axis(case: Plain) -> str:
    """Name the form of the tilt axis: [1-10] is one of [110]."""
    indices = case["asked"]["boundary"]["axis"] if "asked" in case else ()
    return "[" + "".join(str(index) for index in sorted(map(abs, indices), reverse=True)) + "]"


def _temperature(case: Plain) -> float:
    """Return at what the last stage ends [K]."""
    last = case["stages"][-1] if case.get("stages") else {}
    return float(last.get("temperature_K", last.get("to_K", math.nan)))


def _content(case: Plain) -> float:
    """Return how many lithium of a cubic cell were asked onto tetrahedral sites, which sets the content."""
    return float(case.get("asked", {}).get("crystal", {}).get("tetrahedral_Li") or math.nan)


_SERIES_OF: Sequence[tuple[str, str, Callable[[Plain], float]]] = (
    ("temperature", "Temperature (K)", _temperature),
    ("content", "Li on tetrahedral sites of a cubic cell (1)", _content),
)
