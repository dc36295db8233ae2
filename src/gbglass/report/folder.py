"""Everything a finished study leaves in its folder, the page last."""

import os
from io import StringIO
from pathlib import Path

from ase.io import write

from gbglass.core.ledger import Built
from gbglass.report.page import render_page
from gbglass.report.presented import Presented
from gbglass.report.records import ledger_record
from gbglass.report.run import results_record
from gbglass.report.verdicts import judge_one_case, one_case_html
from gbglass.store.atomic import write_json, write_text
from gbglass.store.tables import write_tables


def write_structure(built: Built, folder: Path) -> None:
    """Write the structure as built and its ledger to ``structure/``."""
    text = StringIO()
    write(text, built.atoms, format="extxyz")
    write_text(folder / "structure" / "built.extxyz", text.getvalue())
    write_json(folder / "structure" / "ledger.json", ledger_record(built.ledger))


def write_report(presented: Presented, folder: Path, source: Path | None = None) -> list[str]:
    """Write numbers, curves, figures and the page; return the paths relative to the folder.

    Parameters
    ----------
    presented
        The study.
    folder
        Of its files.
    source
        Its study file, which the page links to; None if it is not known.

    """
    outputs = write_tables(list(presented.tables), folder)
    for figure in presented.figures:
        write_text(folder / "figures" / f"{figure.name}.svg", figure.svg)
        outputs.append(f"figures/{figure.name}.svg")
        if figure.chart:
            write_text(folder / "figures" / f"{figure.name}.json", figure.chart)
            outputs.append(f"figures/{figure.name}.json")
    record = results_record(presented)
    link = "" if source is None else os.path.relpath(source, folder)
    write_json(folder / "results.json", record)
    verdicts = judge_one_case(record)
    page = render_page(presented, one_case_html(verdicts), link, has_verdict=verdicts.has_value)
    write_text(folder / "report.html", page)
    return [*outputs, "results.json", "report.html"]
