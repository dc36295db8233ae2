"""What the report shows of a study of discharge."""

from collections.abc import Mapping, Sequence
from typing import Any

from gbglass.report.cell_rows import current_figure, kept_figure
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
from gbglass.report.presented import PageFigure, Presented
from gbglass.report.run import thermodynamic_figure
from gbglass.studies.discharge import DischargeFindings


def present_discharge(findings: DischargeFindings) -> Presented:
    """Show what a study of discharge found."""
    return Presented(
        study="discharge",
        run=findings.run,
        heading=f"Discharge of {findings.run.title}",
        answers=(cell_answer(findings),),
        figures=(*cell_figures(findings), thermodynamic_figure(findings.run)),
        tables=tuple(cell_tables(findings)),
        record=cell_record(findings),
        methods=(cell_structure(findings), cell_analysis(findings)),
        error_bars=CELL_ERROR_BARS,
        view=cell_view(findings),
        view_note=CELL_VIEW,
    )


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what several cells say together, from the ``results.json`` of each finished case."""
    return [*transfer_figure(cases), *current_figure(cases), *kept_figure(cases)]


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the row of a campaign's table from the results of one case."""
    return [cell_row(results)]
