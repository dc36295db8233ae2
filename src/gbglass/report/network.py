"""What the report shows of a study of networks of boundaries, and of several at different temperatures."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.drift import Drift
from gbglass.analysis.melting import Melting
from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.errors import InputError
from gbglass.figures.lines import draw_models
from gbglass.figures.order import draw_melted
from gbglass.figures.palette import BOUNDARY_COLOURS
from gbglass.figures.points import draw_rows
from gbglass.figures.polyhedra import draw_polyhedra_stages
from gbglass.report.cell_section import (
    CELL_ERROR_BARS,
    CELL_VIEW,
    cell_analysis,
    cell_answer,
    cell_figures,
    cell_record,
    cell_row,
    cell_structure,
    cell_tables,
    cell_view,
    transfer_figure,
)
from gbglass.report.cell_tables import height_table
from gbglass.report.ledger_table import composition
from gbglass.report.map_records import census_figure, census_map_record
from gbglass.report.models import by_model
from gbglass.report.orientation import framework_figures, framework_record
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import Plain, case_curve, estimate_record, quantity, series_record, thinned
from gbglass.report.run import plain_view, thermodynamic_figure, thermodynamic_table
from gbglass.report.seeds import MEAN_IS, mean_point, seed_of
from gbglass.report.surface_section import surface_campaign_figures, surface_figures, surface_record
from gbglass.store.tables import Table
from gbglass.studies.cell_places import BOUNDARY, BULK
from gbglass.studies.network import NetworkFindings, NetworkRun

_MELTED = (
    "Share of La and Zr that are glassy between the grains, where one of another grain is within 6.2 Å, and inside "
    "them. Between two orientations there is no order even before anything melts."
)
_POLYHEDRA = (
    "Whole ZrO6 and lithium in columns about 5 Å wide, seen along the grains; crosses where none is. One "
    "scale of colours before and after."
)
_ANALYSIS = (
    "The order of La and Zr was measured between the grains and inside them; a place has melted from the frame on in "
    "which half of what was crystal has turned to glass. Whole ZrO6 and lithium were counted in columns along the "
    "grains at the end of the first hold that is as hot as the last stage, and of the last stage, over equal times: "
    "lithium that is averaged for longer lies more evenly by that alone."
)
_ERROR_BARS = "The drift of the energy is a line through the hottest hold, its error that of a correlated series."
_FRAMEWORK = "Mean squared displacement of La, Zr and O in the hottest hold, of those that were in each place then."
_FEWEST = 4
"""Frames that a mean needs."""

_UNEVENNESS = (
    "Unevenness of whole ZrO6 and of lithium over columns along the grains, their spread over their mean, before "
    f"(at the end of the first hold that is as hot as the last stage) and after: 0 is even. {MEAN_IS}"
)
_MAPPED = (("ZrO6", "unevenness"), ("Li", "lithium_unevenness"))
_MELTING = "Share of the boundaries that has turned to glass since the start, in each case."


def present_network(findings: NetworkFindings) -> Presented:
    """Show what a study of networks found."""
    cell, maps, surface = findings.cell, findings.maps, findings.surface
    if cell is None or maps is None or surface is None:
        return _present_alone(findings)
    details = tuple(_details(findings.network))
    return Presented(
        study="network",
        run=cell.run,
        heading=f"Discharge of {cell.run.title}",
        answers=(cell_answer(cell, details),),
        figures=(
            *cell_figures(cell),
            *surface_figures(maps, surface),
            *_network_figures(findings.network),
            thermodynamic_figure(cell.run),
        ),
        tables=(*cell_tables(cell), height_table(maps), *_tables(findings.network)),
        record={
            **cell_record(cell),
            "surface": surface_record(maps, surface),
            "model": findings.model,
            "network": _network_record(findings),
        },
        methods=(cell_structure(cell), f"{cell_analysis(cell)} {_ANALYSIS}"),
        error_bars=CELL_ERROR_BARS,
        view=cell_view(cell),
        view_note=CELL_VIEW,
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the row of a campaign's table from the results of one case."""
    network = results["network"]
    row = cell_row(results) if "rate" in results else {"cell": results["title"], "verdict": _verdict(results)}
    melted = {f"melted in {place} (1)": network["melting"][place]["last"]["value"] for place in (BOUNDARY, BULK)}
    evenness = {
        f"unevenness of {what} {when} (1)": network["polyhedra"][when][key]["value"]
        for what, key in _MAPPED
        for when in ("before", "after")
    }
    return [{**row, "hottest (K)": network["hottest"]["value"], **melted, **evenness}]


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what several cases say together, from the ``results.json`` of each finished one."""
    figures = [*transfer_figure(cases), *surface_campaign_figures(cases)]
    if len(cases) < 2:  # noqa: PLR2004  # one has its own page
        return figures
    models = by_model(cases)
    curves = {
        name: [case_curve(case["network"]["melting"][BOUNDARY], "times", "melted") for case in seeds]
        for name, seeds in models.items()
    }
    drawn = draw_models(curves, ("Time (ps)", "Melted between the grains (1)"))
    return [
        *figures,
        page_figure("melting", "What has melted", drawn, _MELTING),
        _unevenness(models),
        *census_figure(cases),
    ]


def _unevenness(models: Mapping[str, Sequence[Mapping[str, Any]]]) -> PageFigure:
    """Draw how unevenly polyhedra and lithium lie before and after, by model."""
    rows = {
        f"{what}, {model}": {
            when: mean_point([(seed_of(case), case["network"]["polyhedra"][when][key]["value"]) for case in seeds])
            for when in ("before", "after")
        }
        for what, key in _MAPPED
        for model, seeds in models.items()
    }
    drawn = draw_rows(rows, "Unevenness over columns (1)", 0.0)
    return page_figure("unevenness", "How evenly polyhedra and lithium lie", drawn, _UNEVENNESS)


def _present_alone(findings: NetworkFindings) -> Presented:
    run = findings.run
    a, b, c = run.structures.built.cell.lengths()
    return Presented(
        study="network",
        run=run,
        heading=f"{run.title} at {findings.network.hottest_K:g} K",
        answers=(_answer(findings),),
        figures=(*_network_figures(findings.network), thermodynamic_figure(run)),
        tables=(thermodynamic_table(run), *_tables(findings.network)),
        record={"model": findings.model, "network": _network_record(findings)},
        methods=(
            f"{run.title}: columns in a box of {a:.2f} × {b:.2f} × {c:.2f} Å ({composition(run.ledger)}).",
            _ANALYSIS,
        ),
        error_bars=_ERROR_BARS,
        view=plain_view(run.structures, "after the last stage"),
        view_note="z runs from left to right; the grains stand along x.",
    )


def _network_figures(network: NetworkRun) -> list[PageFigure]:
    return [
        page_figure("melted", "What melts first", draw_melted(network.orders), _MELTED),
        page_figure(
            "polyhedra",
            "Where polyhedra are missing",
            draw_polyhedra_stages({"before": network.before, "after": network.after}),
            _POLYHEDRA,
        ),
        *framework_figures(network.framework, (), _FRAMEWORK),
    ]


def _tables(network: NetworkRun) -> list[Table]:
    first = next(iter(network.melting.values()))
    columns = {f"melted in {place} (1)": one.melted for place, one in network.melting.items()}
    glassy = {f"glassy in {place} (1)": one.glassy_share for place, one in network.orders.items()}
    return [Table("melting", {"time (ps)": first.times, **columns, **glassy})]


def _network_record(findings: NetworkFindings) -> Plain:
    network = findings.network
    return {
        "grains": quantity(findings.grains, "grains"),
        "hottest": quantity(network.hottest_K, "K"),
        "melting": {place: _melting_record(one) for place, one in network.melting.items()},
        "melts_first": _first(network),
        "energy": _energy_record(network.energy),
        "polyhedra": {
            "before": _census_record(network.before),
            "after": _census_record(network.after),
            "window": quantity(network.window_ps, "ps"),
        },
        "framework": framework_record(network.framework),
    }


def _melting_record(one: Melting) -> Plain:
    kept = thinned(len(one.times))
    onset: Plain = {"value": None, "unit": "ps", "reason": "half of it has not melted to the end"}
    return {
        "glassy_at_start": quantity(one.at_start, "1"),
        "last": quantity(float(one.melted[-max(1, len(one.melted) // 10) :].mean()), "1"),
        "highest": quantity(float(one.melted.max()), "1"),
        "onset": onset if one.onset is None else quantity(one.onset, "ps"),
        "times": series_record(one.times[kept], "ps"),
        "melted": series_record(one.melted[kept], "1", 4),
    }


def _census_record(census: PolyhedraCensus) -> Plain:
    try:
        whole = estimate_record(census.fraction) if len(census.times) >= _FEWEST else _few(len(census.times))
    except InputError as error:
        whole = {"value": None, "unit": "1", "reason": str(error)}
    return {
        "whole": whole,
        "empty_area": quantity(census.empty_area, "1"),
        "lithium_in_empty": quantity(census.lithium_in_empty, "1"),
        "enrichment_of_empty": quantity(census.enrichment, "1"),
        "correlation": quantity(_correlation(census), "1"),
        "unevenness": quantity(census.unevenness, "1"),
        "lithium_unevenness": quantity(census.lithium_unevenness, "1"),
        "map": census_map_record(census),
    }


def _few(n: int) -> Plain:
    return {"value": None, "unit": "1", "reason": f"a mean needs {_FEWEST} frames, got {n}"}


def _correlation(census: PolyhedraCensus) -> float:
    """Return how ZrO6 and lithium go together over the columns; below 0 where lithium sits where ZrO6 is missing."""
    counts, lithium = census.counts.ravel(), census.lithium.ravel()
    if counts.std() == 0.0 or lithium.std() == 0.0:
        return float("nan")
    return float(np.corrcoef(counts, lithium)[0, 1])


def _energy_record(energy: Drift | None) -> Plain:
    if energy is None:
        return {"value": None, "unit": "eV/ps", "reason": "the hottest hold is too short for a line"}
    return {
        **estimate_record(energy.slope),
        "change": quantity(energy.change, "eV"),
        "course": energy.course,
        "why": energy.reason,
    }


def _first(network: NetworkRun) -> str:
    """Name the place that melted first; ``"none"`` if none did."""
    onsets = {place: one.onset for place, one in network.melting.items() if one.onset is not None}
    return min(onsets, key=lambda place: onsets[place]) if onsets else "none"


def _verdict(results: Mapping[str, Any]) -> str:
    verdict: str = results["answers"][0]["verdict"]
    return verdict


def _details(network: NetworkRun) -> Iterator[tuple[str, str]]:
    for place, one in network.melting.items():
        when = "never" if one.onset is None else f"from {one.onset:g} ps on"
        yield f"Half of {place} melted", when
    if network.energy is not None:
        yield f"Energy at {network.hottest_K:g} K", f"{network.energy.course}: {network.energy.reason}"
    for when, census in (("before", network.before), ("after", network.after)):
        even = f"ZrO6 {census.unevenness:.2f}, Li {census.lithium_unevenness:.2f}"
        hold = f"{census.empty_area:.0%} of the columns without ZrO6 hold {census.lithium_in_empty:.0%} of the Li"
        yield f"Unevenness {when}, over {network.window_ps:g} ps", f"{even}; {hold}"


def _answer(findings: NetworkFindings) -> Answer:
    network, first = findings.network, _first(findings.network)
    boundary, bulk = network.melting[BOUNDARY], network.melting[BULK]
    verdict, sentence = _words(first, is_all=bulk.onset is not None)
    shown = f"{boundary.melted[-1]:.0%} of the boundaries, {bulk.melted[-1]:.0%} of the bulk"
    name = f"{findings.run.title} at {network.hottest_K:g} K"
    return Answer(
        name=name,
        verdict=verdict,
        sentence=sentence,
        more="",
        colour=BOUNDARY_COLOURS[0],
        number=("Melted at the end", shown.replace("-", "−")),
        interval="",
        details=tuple(_details(network)),
        line=f"{name}: {shown} melted: {verdict}",
    )


def _words(first: str, *, is_all: bool) -> tuple[str, str]:
    if first == "none":
        return "solid", "Nothing melts: less than half of each place has turned to glass at the end."
    if first == BULK:
        return "bulk first", "The grains melt before what lies between them."
    rest = "and the grains after them" if is_all else "and the grains stay crystals"
    return "boundaries first", f"The boundaries melt first, {rest}."
