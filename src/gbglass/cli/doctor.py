"""``gbglass doctor``: what was found, as a table or as JSON."""

import dataclasses
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gbglass.cli.output import print_json
from gbglass.verbs.doctor import Diagnosis, doctor

_MARKS = {"ok": ("ok", "green"), "missing": ("missing", "red"), "optional": ("not there", "yellow")}


def show_doctor(lammps: Path | None, *, as_json: bool) -> bool:
    """Look at the machine, print what was found, and return whether nothing needed is missing."""
    diagnosis = doctor(lammps)
    if as_json:
        print_json({"healthy": diagnosis.healthy, **dataclasses.asdict(diagnosis)})
    else:
        _print_diagnosis(diagnosis)
    return diagnosis.healthy


def _print_diagnosis(diagnosis: Diagnosis) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("what", "state", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in diagnosis.findings:
        table.add_row(finding.subject, Text(*_MARKS[finding.health]), finding.found, finding.advice)
    Console(highlight=False).print(table, markup=False)  # else 'gbglass[deepmd]' loses its extra
