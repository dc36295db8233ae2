"""``gbglass potential select``: coverage before and after, and what was chosen."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from gbglass.cli.output import print_json
from gbglass.verbs.selection import select_structures


def show_selection(store: Path, candidates: Path, out: Path, how: tuple[int, Path | None], *, as_json: bool) -> None:
    """Choose, and print a row a species."""
    chosen = select_structures(store, candidates, out, *how)
    if as_json:
        print_json(chosen.plain())
        return
    table = Table("species", "atoms", "covered", "with the chosen", box=None)
    before, after = chosen.selection.before, chosen.selection.after
    for species, count in before.atoms.items():
        if count:
            table.add_row(species, str(count), f"{before.of(species):.1%}", f"{after.of(species):.1%}")
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    count = len(chosen.selection.chosen)
    console.print(f"{count} of {len(before.uncovered_by_frame)} chosen  {out}", markup=False)
    console.print(f"measure  {chosen.measure}", markup=False)
