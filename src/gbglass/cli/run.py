"""``gbglass run``: the bar while it goes on, the answers when it is done."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from gbglass.cli.output import INTERRUPTED, print_json, stop
from gbglass.cli.progress import progress_bar
from gbglass.verbs.engine import LammpsChoice
from gbglass.verbs.perform import Outcome
from gbglass.verbs.programs import OtherPrograms
from gbglass.verbs.run import run


@dataclass(frozen=True)
class Wanted:
    """Which study is run, by which potential, and where: as the options of the command line say."""

    study: Path
    potential: str | None
    out: Path | None
    lammps: LammpsChoice
    others: OtherPrograms


def show_run(wanted: Wanted, *, as_json: bool) -> None:
    """Run a study and print what it answers."""
    console = Console(stderr=True, quiet=as_json, highlight=False)
    try:
        with progress_bar(console) as listener:
            outcome = run(
                wanted.study, wanted.out, wanted.lammps, listener, potential=wanted.potential, others=wanted.others
            )
    except KeyboardInterrupt:
        stop("stopped; the same command goes on from there", INTERRUPTED)
    if as_json:
        print_json(outcome.plain())
    else:
        _print_outcome(outcome)


def _print_outcome(outcome: Outcome) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if outcome.was_finished:
        console.print("This study is finished; nothing was run again.")
    for line in outcome.answers:
        console.print(line, markup=False)
    console.print(f"report   {outcome.report}", markup=False)
    console.print(f"numbers  {outcome.results}", markup=False)
