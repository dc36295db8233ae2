"""How a built structure is shown: its ledger as a table or as JSON, and the files it is written to."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from gbglass.cli.output import print_json
from gbglass.core.ledger import Built
from gbglass.report.ledger_table import boundary_rows, ledger_rows
from gbglass.report.records import ledger_record
from gbglass.verbs.structures import save_structure


def present(built: Built, title: str, out: Path | None, view: Path | None, *, as_json: bool) -> None:
    """Write what was asked for, then print the ledger.

    Parameters
    ----------
    built
        What a builder returned.
    title
        What it is called.
    out, view
        New files for the structure and for its page.
    as_json
        Print the ledger as one JSON object and nothing else.

    """
    save_structure(built, out, view, title)
    if as_json:
        print_json(ledger_record(built.ledger))
        return
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, show_header=False, title=title, title_justify="left")
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, value in (*ledger_rows(built.ledger, built.atoms), *boundary_rows(built.ledger)):
        table.add_row(label, value)
    console.print(table, markup=False)
    for path in (out, view):
        if path is not None:
            console.print(f"written: {path}", markup=False)
