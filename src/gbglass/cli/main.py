"""The command ``gbglass``: reads options, calls a verb, shows what it returns; errors become one clear message."""

import dataclasses
import json
import sys
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

import gbglass
from gbglass.cli import options
from gbglass.cli.progress import progress_bar
from gbglass.errors import GbglassError, InputError
from gbglass.studies.spec import SegregationSpec
from gbglass.verbs.doctor import Diagnosis, doctor
from gbglass.verbs.run import Outcome, run

app = typer.Typer(
    name="gbglass",
    help="Does this grain boundary grow lithium dendrites, and does turning it to glass stop that?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_WRONG_INPUT, _FAILED, _INTERRUPTED = 2, 1, 130
_MARKS = {"ok": "[green]ok[/]", "missing": "[red]missing[/]", "optional": "[yellow]not there[/]"}


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # the signature that typer calls
    if wanted:
        print(f"gbglass {gbglass.__version__}")  # noqa: T201  # plain text for scripts
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[  # its callback does the work
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


@app.command("run")
def run_command(
    *,
    study: options.Study,
    out: options.Out = None,
    lammps: options.LammpsBinary = None,
    as_json: options.AsJson = False,
) -> None:
    """Run a study: build, simulate, analyse, report.

    Ctrl-C stops it cleanly; the same command goes on where it stopped, and answers at once when all is done.
    """
    console = Console(stderr=True, quiet=as_json, highlight=False)
    try:
        with progress_bar(console) as listener:
            outcome = run(study, out=out, lammps=lammps, listener=listener)
    except KeyboardInterrupt:
        _stop("stopped; the same command goes on from there", _INTERRUPTED)
    if as_json:
        _print_json(outcome.plain())
    else:
        _print_outcome(outcome)


@app.command("doctor")
def doctor_command(*, lammps: options.LammpsBinary = None, as_json: options.AsJson = False) -> None:
    """Say what is installed, which LAMMPS is found, what is missing and what to do about it."""
    diagnosis = doctor(lammps)
    if as_json:
        _print_json({"healthy": diagnosis.healthy, **dataclasses.asdict(diagnosis)})
    else:
        _print_diagnosis(diagnosis)
    if not diagnosis.healthy:
        raise typer.Exit(_FAILED)


@app.command("schema")
def schema_command() -> None:
    """Print the JSON schema of a study file, for editors that complete and check TOML."""
    _print_json(SegregationSpec.model_json_schema())


def _print_outcome(outcome: Outcome) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if outcome.was_finished:
        console.print("This study is finished; nothing was run again.")
    for line in outcome.answers:
        console.print(line, markup=False)
    console.print(f"report   {outcome.report}", markup=False)
    console.print(f"numbers  {outcome.results}", markup=False)


def _print_diagnosis(diagnosis: Diagnosis) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("what", "state", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in diagnosis.findings:
        table.add_row(finding.subject, _MARKS[finding.health], finding.found, finding.advice)
    Console(highlight=False).print(table)


def _print_json(content: object) -> None:
    print(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))  # noqa: T201  # for scripts, unstyled


def _stop(message: str, code: int) -> NoReturn:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"gbglass: {message}", markup=False)
    sys.exit(code)


def main() -> None:
    """Run the command line; every failure ends in one message and an exit code that is not zero."""
    try:
        app()
    except InputError as error:
        _stop(str(error), _WRONG_INPUT)
    except GbglassError as error:
        _stop(str(error), _FAILED)
    except OSError as error:
        _stop(f"{error.filename or 'a file'}: {error.strerror or error}", _FAILED)
