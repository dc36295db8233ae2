"""What is printed of a boundary scan."""

from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from gbglass.cli.output import FAILED, INTERRUPTED, PARTLY, print_json, stop
from gbglass.cli.progress import progress_bar
from gbglass.scans.results import GAINS, CandidateResult, closest_contact
from gbglass.scans.spec import ScanSpec
from gbglass.verbs.scan import ScanOutcome, scan

_HEADINGS = (
    ("", "rank"), ("", "no."), ("cut", "(d)"), ("shift", "(1)"), ("gaps", "(Å)"), ("γ", "(J/m²)"),
    ("Li excess", "(1/nm²)"), ("cavity", "(1)"), ("closest", "(Å)"), ("wall", "(s)"),
)  # fmt: skip
_LEFT = ("shift", "closest")


def show_scan(spec: ScanSpec, out: Path, lammps: Path | None, *, as_json: bool) -> None:
    """Run a scan, print its table, and end with a code that says whether all candidates succeeded."""
    console = Console(stderr=True, quiet=as_json, highlight=False)
    try:
        with progress_bar(console, "cells") as listener:
            outcome = scan(spec, out, lammps, listener)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on from there", INTERRUPTED)
    if as_json:
        print_json(outcome.plain())
    else:
        _print(outcome)
    failed, total = outcome.result.n_failed, len(outcome.result.candidates)
    if failed or outcome.result.bulk is None:
        whole = outcome.result.bulk is not None and failed < total
        raise typer.Exit(PARTLY if whole else FAILED)


def _print(outcome: ScanOutcome) -> None:
    console = Console(highlight=False)
    result = outcome.result
    if outcome.was_finished:
        console.print("This scan is finished; nothing was run again.")
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", title=result.title, title_justify="left")
    for name, unit in _HEADINGS:
        table.add_column(f"{name}\n{unit}".strip(), justify="left" if name in _LEFT else "right", no_wrap=True)
    for tried in result.candidates:
        table.add_row(*_cells(tried))
    console.print(table)
    for line in _remarks(outcome):
        console.print(line, markup=False)
    console.print(f"files  {outcome.folder}", markup=False)


def _remarks(outcome: ScanOutcome) -> Iterator[str]:
    """Say what the table cannot: models, merged candidates, the bulk, what the numbers mean, what failed."""
    result, bulk = outcome.result, outcome.result.bulk
    for tried in result.candidates:
        for number, model in enumerate(tried.models, start=1):
            if model:
                expected = "gain" if model == GAINS else "lose"
                yield f"{model}: boundary {number} of no. {tried.number}, expected to {expected} lithium"
        if tried.same_as is not None:
            yield f"no. {tried.number} came to rest as no. {tried.same_as}"
    if bulk is not None:
        yield (
            f"bulk: {bulk.energy.mean:.4f} ± {bulk.energy.standard_error:.4f} eV per Li7La3Zr2O12 "
            f"({bulk.energy.n_decorations} decorations), a = {bulk.lattice_parameter:.3f} Å"
        )
    yield (
        "The two boundaries of a cell share its energy: γ is their mean, unless they are equivalent. Other pairs of "
        "numbers are those of boundary 1 and 2. Equal ranks (=) cannot be told apart with 95 % confidence."
    )
    if result.bulk_problem:
        yield result.bulk_problem
    reasons: dict[str, list[int]] = {}
    for tried in result.candidates:
        for problem in tried.problems:
            reasons.setdefault(problem, []).append(tried.number)
    for problem, numbers in reasons.items():
        yield f"no. {', '.join(map(str, sorted(numbers)))}: {problem}"


def _cells(tried: CandidateResult) -> list[str]:
    asked = tried.candidate
    left = [
        "" if tried.rank is None else f"{tried.rank}{'=' if tried.is_tied else ''}",
        str(tried.number),
        f"{asked.termination.offset:.3f}",
        "best" if asked.shift is None else " ".join(f"{part:.2f}" for part in asked.shift),
    ]
    if not tried.cells:
        return [*left, "", "failed", "", "", "", ""]
    pair, distance = closest_contact(tried) or ("", 0.0)
    gamma = tried.energy
    return [
        *left,
        "{:.1f} {:.1f}".format(*tried.mean_of("expansion")),
        "" if gamma is None else f"{gamma.value:.3f}±{gamma.error:.3f}",
        "{:+.1f} {:+.1f}".format(*tried.mean_of("lithium_excess")),
        "{:.2f} {:.2f}".format(*tried.mean_of("cavity")),
        f"{pair} {distance:.2f}",
        f"{tried.wall_seconds:.0f}",
    ]
