"""Numbers of several full cells beside each other: their current densities, and what their boundaries keep."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gbglass.figures.points import Point, draw_rows
from gbglass.report.models import by_model
from gbglass.report.presented import PageFigure, page_figure
from gbglass.report.seeds import EACH, MEAN, MEAN_IS, mean_point, seed_of
from gbglass.studies.cell_places import BOUNDARY

Plain = Mapping[str, Any]

_CURRENTS = (
    "Current density into the cathode of each cell, with the 95 % interval from its own stretches of time, and the "
    f"mean over the seeds of a model. {MEAN_IS}"
)
_KEPT = (
    "Lithium within the boundary, or where it would be in a cell without one, per formula unit of the whole "
    "electrolyte, mean over seeds: at the end of the run of the electrolyte alone, where there was one, and at both "
    f"ends of the discharge. {MEAN_IS}"
)
_FEWEST = 2


def current_figure(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw the current density of each cell by model; nothing of fewer than two.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    cells = [case for case in cases if case.get("rate", {}).get("current_density", {}).get("value") is not None]
    if len(cells) < _FEWEST:
        return []
    rows = {
        model: {EACH: [_point(case["rate"]["current_density"]) for case in seeds], MEAN: _mean(seeds)}
        for model, seeds in by_model(cells).items()
    }
    drawn = draw_rows(rows, f"Current density ({cells[0]['rate']['current_density']['unit']})", 0.0)
    return [page_figure("currents", "Current of each cell", drawn, _CURRENTS)]


def kept_figure(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw what the boundary of each cell holds before and after; nothing of fewer than two.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case; cells without a boundary, or not of garnet, are left out.

    """
    cells = [case for case in cases if BOUNDARY in case.get("places", {}) and case["places"]["formula_units"]["value"]]
    if len(cells) < _FEWEST:
        return []
    held = {name: [(seed_of(case), _held(case)) for case in seeds] for name, seeds in by_model(cells).items()}
    rows = {
        name: {
            when: mean_point([(seed, found.get(when)) for seed, found in seeds])
            for when in dict.fromkeys(when for _, found in seeds for when in found)
        }
        for name, seeds in held.items()
    }
    drawn = draw_rows(rows, "Li in the boundary (per f.u.)")
    return [page_figure("kept", "What the boundary keeps", drawn, _KEPT)]


def _held(case: Plain) -> dict[str, float]:
    """Return the lithium of the boundary by when [per formula unit of the electrolyte]."""
    places, alone = case["places"], (case.get("alone") or {}).get("places") or {}
    held = {"when the discharge begins": _share(places, "first"), "at its end": _share(places, "last")}
    return {"alone": _share(alone, "last"), **held} if BOUNDARY in alone else held


def _share(places: Plain, when: str) -> float:
    return float(places[BOUNDARY][when]["value"]) / float(places["formula_units"]["value"])


def _mean(seeds: Sequence[Plain]) -> list[Point]:
    """Return the mean of a model that has two seeds or more."""
    values = [(seed_of(case), float(case["rate"]["current_density"]["value"])) for case in seeds]
    return mean_point(values) if len({seed for seed, _ in values}) >= _FEWEST else []


def _point(estimate: Plain) -> Point:
    low, high = (math.nan if end["value"] is None else float(end["value"]) for end in estimate["interval_95"])
    return Point(float(estimate["value"]), low, high)
