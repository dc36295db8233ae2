"""``gbglass status`` and ``gbglass collect``: how the cases of a study stand, as a table."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gbglass.cli.output import FAILED, print_json
from gbglass.report.campaign import PAGE, TABLE, CampaignOutcome, CaseResult, judge_campaign
from gbglass.verbs.collect import collect
from gbglass.verbs.status import status

_WIDE = 200
"""Columns of a table that goes into a pipe."""


def show_status(study: Path, out: Path | None, *, as_json: bool) -> None:
    """Print how the cases stand."""
    outcome = status(study, out)
    if as_json:
        print_json(outcome.plain())
    else:
        print_cases(outcome)


def show_collected(study: Path, out: Path | None, *, as_json: bool) -> None:
    """Write the campaign's page and table and print how the cases stand; ends with 1 if any failed."""
    outcome = collect(study, out)
    if as_json:
        print_json(outcome.plain())
    else:
        print_cases(outcome)
    if outcome.count("failed"):
        sys.exit(FAILED)


def print_cases(outcome: CampaignOutcome) -> None:
    """Print one row a case, and where the rest lies."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    table = Table("case", "state", "answer", box=None, pad_edge=False)
    for case in outcome.cases:
        table.add_row(case.label, case.state, _answer(case))
    console.print(table, markup=False)
    counted = [(outcome.count("done"), "done"), (outcome.count("failed"), "failed")]
    counted += [
        (outcome.count("running", "submitted"), "running or in a queue"),
        (outcome.count("begun", "new"), "to do"),
    ]
    console.print(", ".join(f"{count} {what}" for count, what in counted if count), markup=False)
    for path in outcome.left:
        console.print(f"left alone, the study no longer has it: {path}", markup=False)
    verdicts = judge_campaign(outcome)
    if verdicts.judgements or verdicts.n_old:
        console.print(f"{verdicts.summary}; 'gbglass claims {outcome.folder}' says why", markup=False)
    for name in (PAGE, TABLE):
        if (outcome.folder / name).is_file():
            console.print(f"{outcome.folder / name}", markup=False)


def _answer(case: CaseResult) -> str:
    if case.failure is not None and case.state == "failed":
        return case.failure.cause
    if case.progress is not None and case.progress.total:
        return f"{case.progress.text} {case.progress.step}/{case.progress.total}; process {case.where}"
    return "\n".join(case.answers) or case.where
