"""``gbglass potential label``: a bar while it goes on, counts when it is done."""

from pathlib import Path

from rich.console import Console

from gbglass.cli.output import INTERRUPTED, stop
from gbglass.cli.progress import progress_bar
from gbglass.core.labels import Labeller
from gbglass.dft.gpaw import GpawLabeller, find_gpaw
from gbglass.dft.settings import DftSettings
from gbglass.verbs.labelling import label_structures
from gbglass.verbs.potential import TEACHERS


def labeller_of(name: str, gpaw_python: Path | None, threads: int) -> Labeller:
    """Return a teacher, or GPAW with the paper's settings."""
    if name == "gpaw":
        return GpawLabeller(find_gpaw(gpaw_python), DftSettings(), threads)
    return TEACHERS[name](threads)


def show_labelling(structures: Path, store: Path, labeller: Labeller, origin: tuple[str, str]) -> None:
    """Label, and say how many."""
    try:
        with progress_bar(Console(stderr=True, highlight=False)) as listener:
            count = label_structures(structures, store, labeller, origin, listener)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on with the frame that was in work", INTERRUPTED)
    Console(highlight=False, soft_wrap=True).print(
        f"{store}: {count.labelled} labelled, {count.failed} failed, {count.known} there already", markup=False
    )
