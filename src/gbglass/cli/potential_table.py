"""``gbglass potential``: bars while it goes on, tables when it is done."""

from pathlib import Path

from rich.console import Console

from gbglass.cli.output import INTERRUPTED, print_json, stop
from gbglass.cli.progress import progress_bar
from gbglass.learning.committee import CommitteeSpec
from gbglass.learning.validation.checks import CHECKS
from gbglass.learning.validation.validate import ValidationSpec
from gbglass.report.potential_section import plain_validation, validation_section
from gbglass.teachers.named import TEACHERS
from gbglass.verbs.potential import ask_teacher, train_potential, validate_potential


def show_training(store: Path, folder: Path, spec: CommitteeSpec, threads: int, *, as_json: bool) -> None:
    """Train, and say where the card is and how a study names it."""
    console = Console(stderr=True, quiet=as_json, highlight=False)
    try:
        with progress_bar(console) as listener:
            trained = train_potential(store, folder, spec, threads, listener)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on from the last checkpoint", INTERRUPTED)
    if as_json:
        print_json(trained.plain())
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"card  {trained.card}", markup=False)
    console.print(f'In a study: [potential] card = "{trained.card}" (relative to the study)', markup=False)


def show_validation(potential: str, store: Path | None, out: Path, spec: ValidationSpec, *, as_json: bool) -> None:
    """Validate, and print the section that stands in the folder."""
    console = Console(stderr=True, quiet=as_json, highlight=False)
    try:
        with progress_bar(console) as listener:
            found = validate_potential(potential, store, out, spec, listener)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on with the check that was in work", INTERRUPTED)
    if as_json:
        print_json(plain_validation(found))
    else:
        Console(highlight=False, soft_wrap=True).print(validation_section(found), markup=False)


def show_teacher(teacher: str, out: Path, checks: tuple[str, ...], store: Path, threads: int) -> None:
    """Ask a teacher, and say what its folder holds then."""
    console = Console(stderr=True, highlight=False)
    try:
        with progress_bar(console) as listener:
            found = ask_teacher(TEACHERS[teacher](threads), out, checks or tuple(CHECKS), store, listener)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on with the check that was in work", INTERRUPTED)
    Console(highlight=False, soft_wrap=True).print(f"{out} holds {', '.join(found)}", markup=False)
