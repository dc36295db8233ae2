"""What is printed of a boundary scan."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from gbglass.cli.output import FAILED, INTERRUPTED, PARTLY, print_json, stop
from gbglass.cli.progress import progress_bar
from gbglass.core.species import contact_limit
from gbglass.scans.results import CandidateResult, closest_contact
from gbglass.scans.spec import ScanSpec
from gbglass.verbs.scan import ScanOutcome, scan

_HEADINGS = (
    ("rank", "right"),
    ("no.", "right"),
    ("cut (d)", "right"),
    ("shift", "left"),
    ("expansion (Å)", "right"),
    ("γ (J/m²)", "right"),
    ("Li excess (1/nm²)", "right"),
    ("cavity", "right"),
    ("closest (Å)", "left"),
    ("wall (s)", "right"),
    ("", "left"),
)


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
    result, bulk = outcome.result, outcome.result.bulk
    if outcome.was_finished:
        console.print("This scan is finished; nothing was run again.")
    table = Table(box=None, pad_edge=False, header_style="bold", title=result.title, title_justify="left")
    for heading, justify in _HEADINGS:
        table.add_column(heading, justify="left" if justify == "left" else "right", overflow="fold")
    for tried in result.candidates:
        table.add_row(*_cells(tried))
    console.print(table)
    if bulk is not None:
        console.print(
            f"Bulk: {bulk.energy.mean:.4f} ± {bulk.energy.standard_error:.4f} eV per Li7La3Zr2O12 "
            f"({bulk.energy.n_decorations} decorations), a = {bulk.lattice_parameter:.3f} Å."
        )
    console.print(
        "A cell has two boundaries and γ is their mean, unless they are equivalent; other pairs of numbers are those "
        "of boundary 1 and 2. Equal ranks cannot be told apart (95 %)."
    )
    for problem in dict.fromkeys(
        [result.bulk_problem, *(text for tried in result.candidates for text in tried.problems)]
    ):
        if problem:
            console.print(f"- {problem}", markup=False)
    console.print(f"files  {outcome.folder}", markup=False)


def _cells(tried: CandidateResult) -> list[str]:
    asked = tried.candidate
    left = [
        "" if tried.rank is None else f"{tried.rank}{'=' if tried.is_tied else ''}",
        str(tried.number),
        f"{asked.termination.offset:.3f}",
        "best" if asked.shift is None else " ".join(f"{part:.2f}" for part in asked.shift),
    ]
    if not tried.cells:
        return [*left, "", "", "", "", "", "", "failed"]
    first, second = tried.mean_of("expansion")
    gamma = tried.energy
    pair, distance = closest_contact(tried) or ("", 0.0)
    limit = contact_limit(*pair.split("-"))
    return [
        *left,
        f"{first:.2f} {second:.2f}",
        "" if gamma is None else f"{gamma.value:.3f} ± {gamma.error:.3f}",
        "{:+.2f} {:+.2f}".format(*tried.mean_of("lithium_excess")),
        "{:.3f} {:.3f}".format(*tried.mean_of("cavity")),
        f"{pair} {distance:.2f} (≥ {limit:.2f})",
        f"{tried.wall_seconds:.0f}",
        _note(tried),
    ]


def _note(tried: CandidateResult) -> str:
    notes = [f"same as {tried.same_as}"] if tried.same_as is not None else []
    for number, model in enumerate(tried.models, start=1):
        if model:
            expected = "gain" if model.endswith("1") else "lose"
            notes.append(f"boundary {number}: {model}, expected to {expected} Li")
    missing = ["some decorations failed"] if tried.problems else []
    return "; ".join([*notes, *missing])
