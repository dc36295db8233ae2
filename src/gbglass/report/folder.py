"""Everything a finished study leaves in its folder, the page last."""

from io import StringIO
from pathlib import Path

from ase.io import write

from gbglass.build.boundaries.boundary import BuiltBoundary
from gbglass.report.page import page_figures, render_page
from gbglass.report.records import ledger_record, results_record, tables
from gbglass.store.atomic import write_json, write_text
from gbglass.store.tables import write_tables
from gbglass.studies.findings import SegregationFindings


def write_structure(built: BuiltBoundary, folder: Path) -> None:
    """Write the boundary as built and its ledger to ``structure/``."""
    text = StringIO()
    write(text, built.atoms, format="extxyz")
    write_text(folder / "structure" / "built.extxyz", text.getvalue())
    write_json(folder / "structure" / "ledger.json", ledger_record(built.ledger))


def write_report(findings: SegregationFindings, folder: Path) -> list[str]:
    """Write numbers, curves, figures and the page; return the paths relative to the folder."""
    outputs = write_tables(tables(findings), folder)
    figures = page_figures(findings)
    for figure in figures:
        write_text(folder / "figures" / f"{figure.name}.svg", figure.svg)
        outputs.append(f"figures/{figure.name}.svg")
    write_json(folder / "results.json", results_record(findings))
    write_text(folder / "report.html", render_page(findings, figures))
    return [*outputs, "results.json", "report.html"]
