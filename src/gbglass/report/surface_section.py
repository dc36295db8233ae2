"""What studies show of the surface of the metal, of one run and of several beside the twin without a boundary."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.protrusion import TwinSurface
from gbglass.analysis.statistics import estimate
from gbglass.analysis.surface_summary import BIN, FEWEST_SEEDS, SurfaceSummary, flat_surface
from gbglass.core.arrays import frozen_floats, frozen_ints
from gbglass.figures.interface import draw_height_map
from gbglass.figures.lines import draw_lines, draw_models
from gbglass.report.map_records import height_figure, height_map_record
from gbglass.report.models import by_model
from gbglass.report.presented import PageFigure, page_figure
from gbglass.report.records import Plain, case_curve, estimate_record, quantity, series_record, thinned

_FEWEST = 4
"""Maps that a mean needs."""

_MAP = (
    "Height of the surface of the metal above the interface in the last window of time: where the density of lithium "
    "first falls below 0.036 Å⁻³ on the way up."
)
_COURSE = "How far the highest place of each map rises above its median, and the roughness of the map, against time."
_HIGHEST = (
    "How far the highest place of the metal's surface rises above its median in each cell. The dotted line is what the "
    "cells without a boundary reach by themselves, where three seeds of them are finished."
)
_ROUGHNESS = "Roughness of the metal's surface in each cell."


def surface_figures(maps: HeightMaps, surface: SurfaceSummary) -> list[PageFigure]:
    """Draw the last map and what became of the surface."""
    curves = {
        "highest above the median": (surface.times, surface.highest),
        "roughness": (surface.times, surface.roughness),
    }
    return [
        page_figure("surface", "The surface of the metal", draw_height_map(maps), _MAP),
        page_figure("surface-course", "", draw_lines(curves, ("Time (ps)", "Height (Å)")), _COURSE),
    ]


def surface_record(maps: HeightMaps, surface: SurfaceSummary) -> Plain:
    """Write the surface of one run: means, its course, its last map, and the histogram that twins are compared by."""
    kept = thinned(len(surface.times))
    return {
        "window": quantity(maps.rule.window, "ps"),
        "maps": quantity(len(surface.times), "maps"),
        "roughness": _mean(surface.roughness),
        "highest": _mean(surface.highest),
        "mean_height": _mean(surface.mean_height),
        "last": {
            "roughness": quantity(float(surface.roughness[-1]), "Å"),
            "highest": quantity(float(surface.highest[-1]), "Å"),
            "mean_height": quantity(float(surface.mean_height[-1]), "Å"),
        },
        "course": {
            "times": series_record(surface.times[kept], "ps"),
            "roughness": series_record(surface.roughness[kept], "Å"),
            "highest": series_record(surface.highest[kept], "Å"),
            "mean_height": series_record(surface.mean_height[kept], "Å"),
        },
        "map": height_map_record(maps),
        "histogram": {
            "low": quantity(surface.low, "Å"),
            "bin": quantity(BIN, "Å"),
            "counts": {"values": surface.counts.tolist(), "unit": "columns"},
        },
    }


def surface_of(record: Mapping[str, Any]) -> SurfaceSummary:
    """Read a surface that `surface_record` wrote."""
    course = record["course"]
    series = {name: frozen_floats(course[name]["values"]) for name in ("times", "mean_height", "roughness", "highest")}
    histogram = record["histogram"]
    return SurfaceSummary(**series, low=histogram["low"]["value"], counts=frozen_ints(histogram["counts"]["values"]))


def surface_campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw the surfaces of several cells, and what those without a boundary reach by themselves.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    cells = [case for case in cases if "surface" in case]
    if len(cells) < 2:  # noqa: PLR2004  # one has its own page
        return []
    named = {name: [case["surface"]["course"] for case in seeds] for name, seeds in by_model(cells).items()}
    flat = flat_of(cells)
    level = {} if flat is None else {"without a boundary": flat.threshold + flat.highest}
    highest, rough = (
        {name: [case_curve(course, "times", key) for course in courses] for name, courses in named.items()}
        for key in ("highest", "roughness")
    )
    return [
        page_figure(
            "highest", "What rises from the metal", draw_models(highest, ("Time (ps)", "Highest (Å)"), level), _HIGHEST
        ),
        page_figure("roughness", "", draw_models(rough, ("Time (ps)", "Roughness (Å)")), _ROUGHNESS),
        *height_figure(cells),
    ]


def flat_of(cases: Sequence[Mapping[str, Any]]) -> TwinSurface | None:
    """Learn what a flat surface does from the cells without a boundary among some; None of fewer than three."""
    flat = [surface_of(case["surface"]) for case in cases if case["cell"]["is_twin"]]
    return flat_surface(flat) if len(flat) >= FEWEST_SEEDS else None


def _mean(series: np.ndarray[Any, np.dtype[np.float64]]) -> Plain:
    if len(series) < _FEWEST:
        return {"value": None, "unit": "Å", "reason": f"a mean needs {_FEWEST} maps, got {len(series)}"}
    return estimate_record(estimate(np.asarray(series), "Å"))
