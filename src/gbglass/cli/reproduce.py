"""``gbglass reproduce``: every study one after another, with progress, then the verdicts."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from gbglass.cli.claims import print_verdicts
from gbglass.cli.output import FAILED, INTERRUPTED, print_json, stop
from gbglass.cli.run_cases import cases_screen
from gbglass.report.campaign import PAGE
from gbglass.report.reproduction import Reproduction
from gbglass.verbs.engine import LammpsChoice
from gbglass.verbs.programs import OtherPrograms
from gbglass.verbs.reproduce import How, Tale, reproduce
from gbglass.verbs.run_cases import Where

_WIDE = 180


@dataclass(frozen=True)
class Wanted:
    """What was asked on the command line."""

    out: Path
    size: str
    examples: Path | None
    cores: int | None
    lammps: LammpsChoice
    others: OtherPrograms


def show_reproduce(wanted: Wanted, *, as_json: bool) -> None:
    """Run all studies and print the verdicts; ends with 1 if anything failed."""
    console = Console(stderr=True, quiet=as_json, highlight=False, soft_wrap=True)

    def begins(name: str, number: int, of: int) -> None:
        console.print(f"study {number} of {of}: {name}", markup=False)

    how = How(Where(cores=wanted.cores), wanted.lammps, wanted.others)
    try:
        with cases_screen(console) as audience:
            tale = Tale(begins, audience)
            found = reproduce(wanted.size, wanted.out, wanted.examples, how, tale)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on from there", INTERRUPTED)
    if as_json:
        print_json(found.plain())
    else:
        _print(found)
    if found.has_failed:
        sys.exit(FAILED)


def _print(found: Reproduction) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    for study in found.studies:
        console.print(f"{study.name}: {study.state}{f': {study.failure}' if study.failure else ''}", markup=False)
    print_verdicts(found.verdicts(), console)
    console.print(f"{found.folder / PAGE}", markup=False)
