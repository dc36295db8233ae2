"""``gbglass potential label``: a bar while it goes on, counts when it is done."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from gbglass.cli.output import INTERRUPTED, stop
from gbglass.cli.progress import progress_bar
from gbglass.core.labels import Labeller
from gbglass.dft.gpaw import GpawLabeller, find_gpaw
from gbglass.dft.settings import DftSettings
from gbglass.errors import InputError
from gbglass.learning.labelled import LabelStore
from gbglass.teachers.named import TEACHERS
from gbglass.teachers.program import TeacherProgram
from gbglass.verbs.labelling import LabelOptions, label_structures


@dataclass(frozen=True)
class Pythons:
    """Other Pythons that have what ours has not; ours where they are None."""

    gpaw: Path | None = None
    teacher: Path | None = None


def labeller_settings(name: str, cutoff: float | None) -> DftSettings:
    """Return the paper's settings with another cutoff [eV], which only GPAW takes."""
    if cutoff is None:
        return DftSettings()
    if name != "gpaw":
        raise InputError(f"--cutoff is GPAW's, {name} has none; leave it out, or label --by gpaw")
    return DftSettings(cutoff_eV=cutoff)


def open_labeller(name: str, pythons: Pythons, threads: int, settings: DftSettings) -> AbstractContextManager[Labeller]:
    """Return a teacher, here or in another Python, or GPAW with some settings."""
    if name == "gpaw":
        return nullcontext(GpawLabeller(find_gpaw(pythons.gpaw), settings, threads))
    if pythons.teacher is not None:
        return TeacherProgram(name, pythons.teacher, threads)
    return nullcontext(TEACHERS[name](threads))


def show_labelling(
    structures: Path,
    store: Path,
    opened: AbstractContextManager[Labeller],
    origin: tuple[str, str],
    how: LabelOptions,
) -> None:
    """Label, and say how many."""
    try:
        with opened as labeller, progress_bar(Console(stderr=True, highlight=False)) as listener:
            count = label_structures(structures, store, labeller, origin, listener, how=how)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on with the frame that was in work", INTERRUPTED)
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{store}: {count.labelled} labelled, {count.failed} failed, {count.known} there already", markup=False
    )
    failed = len(LabelStore(store).failed)
    if failed:
        console.print(f"{failed} frames of the store have no labels; --again tries those of these structures anew")
