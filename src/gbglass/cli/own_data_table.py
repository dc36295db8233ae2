"""``gbglass potential import`` and ``vasp-inputs``: what became of each file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from gbglass.cli.output import INTERRUPTED, print_json, stop
from gbglass.cli.progress import progress_bar
from gbglass.dft.settings import DftSettings
from gbglass.dft.settings_file import read_settings
from gbglass.dft.vasp import POTCARS
from gbglass.errors import InputError
from gbglass.learning.own_data import OwnData
from gbglass.verbs.own_data import FileCount, import_labels, named_source, vasp_inputs


@dataclass(frozen=True)
class DftWords:
    """How the DFT was or is to be done, as the command line has it."""

    settings: Path | None
    potcars: Sequence[str] | None

    def read(self) -> DftSettings:
        """Return the settings of the file, or the paper's."""
        return DftSettings() if self.settings is None else read_settings(self.settings)

    def paw_sets(self) -> dict[str, str]:
        """Return the PAW set of each element, ours where it is not named."""
        words = [word.partition("=") for word in self.potcars or ()]
        wrong = [element for element, _, name in words if not (element and name)]
        if wrong:
            raise InputError(f"--potcar takes Element=Name such as S=S, got {', '.join(wrong)}")
        return dict(POTCARS) | {element: name for element, _, name in words}


def own_data(domain: str, origin: str | None, source: str | None, words: DftWords, every: int) -> OwnData:
    """Return what is known of files beside their content."""
    settings = words.read()
    given = None if words.settings is None else settings
    named = None if source is None else named_source(source, given)
    return OwnData(domain, origin, settings, words.paw_sets(), named, every)


def show_import(store: Path, files: Sequence[Path], own: OwnData, *, as_json: bool) -> None:
    """Import, and print a row a file."""
    try:
        with progress_bar(Console(stderr=True, quiet=as_json, highlight=False)) as listener:
            counts = import_labels(store, files, own, listener)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on with the frame that was in work", INTERRUPTED)
    if as_json:
        print_json([count.plain() for count in counts])
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(counts))
    added, known = (sum(numbers) for numbers in zip(*((one.added, one.known) for one in counts), strict=True))
    console.print(f"{store}: {added} frames added, {known} there already", markup=False)


def _table(counts: Sequence[FileCount]) -> Table:
    table = Table("file", "origin", "added", "there already", box=None)
    for count in counts:
        origin = count.origins[0] if len(count.origins) == 1 else f"{len(count.origins)} origins"
        table.add_row(str(count.path), origin, str(count.added), str(count.known))
    return table


def show_vasp_inputs(structures: Path, folder: Path, job: Literal["label", "relax"], words: DftWords) -> None:
    """Write VASP's folders, and say how many."""
    made = vasp_inputs(structures, folder, words.read(), job, words.paw_sets())
    Console(highlight=False, soft_wrap=True).print(
        f"{folder}: {len(made)} folders; join the files of each POTCAR.list to its POTCAR, and run VASP there",
        markup=False,
    )
