"""What the report shows of a study of amorphisation, and of several cells beside crystal, glass and metal."""

from collections.abc import Mapping, Sequence
from typing import Any

from gbglass.figures.lines import Curve, draw_models
from gbglass.figures.palette import BOUNDARY_COLOURS
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
from gbglass.report.ledger_table import composition
from gbglass.report.local_section import (
    kinds_in,
    local_campaign_figures,
    local_figures,
    local_record,
    local_tables,
    one_place,
)
from gbglass.report.models import by_model
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import case_curve, quantity
from gbglass.report.run import plain_view, thermodynamic_figure, thermodynamic_table
from gbglass.studies.amorphisation import AmorphisationFindings
from gbglass.studies.cell_places import BOUNDARY

_ANALYSIS = (
    "Distances, coordinations and types of lithium were taken over the last stage; types are by coordination alone, "
    "with the valleys of cubic LLZO as cutoffs."
)
_REFERENCE_BARS = "Shares of types are means over frames; their errors are those of a correlated series."
_ONLY = "measured"
"""The verdict of a reference, of which nothing is asked."""

_BOX = (
    "Lithium within the boundary of each cell, or where it would be, against time: the same distance from its plane in "
    "all of them."
)


def present_amorphisation(findings: AmorphisationFindings) -> Presented:
    """Show what a study of amorphisation found."""
    places = {place: local_record(one) for place, one in findings.places.items()}
    record = {"model": findings.model, "temperature": quantity(findings.temperature, "K"), "local": places}
    cell = findings.cell
    if cell is None:
        return _present_reference(findings, record)
    return Presented(
        study="amorphisation",
        run=cell.run,
        heading=f"Discharge of {cell.run.title}",
        answers=(cell_answer(cell, tuple(_details(findings))),),
        figures=(*cell_figures(cell), *local_figures(findings.places), thermodynamic_figure(cell.run)),
        tables=(*cell_tables(cell), *local_tables(findings.places)),
        record={**cell_record(cell), **record},
        methods=(cell_structure(cell), f"{cell_analysis(cell)} {_ANALYSIS}"),
        error_bars=CELL_ERROR_BARS,
        view=cell_view(cell),
        view_note=CELL_VIEW,
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the row of a campaign's table from the results of one case."""
    place, local = next(iter(results["local"].items()))
    row = cell_row(results) if "rate" in results else {"cell": results["title"], "verdict": _ONLY}
    types = {f"{kind} lithium (1)": share["value"] for kind, share in local["types"].items()}
    gathered = results["places"][BOUNDARY]["mean"]["value"] if BOUNDARY in results.get("places", {}) else None
    more = {"lithium in the boundary (atoms)": gathered, "looked at": place, "kinds (1)": local["kinds"]["value"]}
    return [{**row, **more, **types}]


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what several cells and references say together, from the ``results.json`` of each finished case."""
    cells = [case for case in cases if BOUNDARY in case.get("places", {})]
    figures = transfer_figure(cases)
    if len(cells) > 1:
        curves = {name: [_box_course(case) for case in seeds] for name, seeds in by_model(cells).items()}
        drawn = draw_models(curves, ("Time (ps)", "Li in the boundary (atoms)"))
        figures.append(page_figure("box", "Lithium in the boundary", drawn, _BOX))
    places = {name: [one_place(case["local"], BOUNDARY) for case in seeds] for name, seeds in by_model(cases).items()}
    return [*figures, *local_campaign_figures(places)]


def _box_course(case: Mapping[str, Any]) -> Curve:
    return case_curve({"x": case["places"]["times"], "y": case["places"][BOUNDARY]["atoms"]}, "x", "y")


def _details(findings: AmorphisationFindings) -> list[tuple[str, str]]:
    return [(f"Kinds of lithium in {place}", kinds_in(one)) for place, one in findings.places.items()]


def _present_reference(findings: AmorphisationFindings, record: Mapping[str, Any]) -> Presented:
    run = findings.run
    a, b, c = run.structures.built.cell.lengths()
    return Presented(
        study="amorphisation",
        run=run,
        heading=f"{run.title} at {findings.temperature:g} K",
        answers=(_answer(findings),),
        figures=(*local_figures(findings.places), thermodynamic_figure(run)),
        tables=(thermodynamic_table(run), *local_tables(findings.places)),
        record=record,
        methods=(
            f"{run.title}: a periodic cell of {a:.2f} × {b:.2f} × {c:.2f} Å ({composition(run.ledger)}).",
            _ANALYSIS,
        ),
        error_bars=_REFERENCE_BARS,
        view=plain_view(run.structures, "after the hold"),
        view_note="z runs from left to right.",
    )


def _answer(findings: AmorphisationFindings) -> Answer:
    (one,) = findings.places.values()
    name, kinds = f"{findings.run.title} at {findings.temperature:g} K", kinds_in(one)
    peak = f"{one.rdfs['Li-Li'].first_peak:.2f} Å"
    return Answer(
        name=name,
        verdict=_ONLY,
        sentence=f"Kinds of lithium that stand out: {kinds}.",
        more="",
        colour=BOUNDARY_COLOURS[0],
        number=("First peak of Li-Li", peak),
        interval="",
        details=(("Frames", f"{len(one.coordination.times)}"),),
        line=f"{name}: kinds of lithium {kinds}, Li-Li at {peak}",
    )
