"""What is done with any built structure: it becomes a file, or a page that turns."""

from pathlib import Path

from gbglass.core.ledger import Built
from gbglass.errors import StateError
from gbglass.report.structure_page import render_structure
from gbglass.store.atomic import write_text
from gbglass.store.structures import write_new_structure


def save_structure(built: Built, out: Path | None = None, view: Path | None = None, title: str = "structure") -> None:
    """Write a built structure to new files.

    Parameters
    ----------
    built
        What a builder returned.
    out
        A structure file that does not exist yet: .extxyz, .data (LAMMPS), .vasp, .poscar or .cif.
    view
        A page (HTML) that does not exist yet, with a picture that turns and the ledger; it needs no network.
    title
        On the page.

    Raises
    ------
    InputError
        If the ending of the file is unknown, or the structure is too large for a page.
    StateError
        If a file exists; it is left as it is, and nothing is written.

    """
    page = None if view is None else render_structure(built, title)
    if view is not None and view.exists():
        raise StateError(f"{view} exists already; name another file, or remove it first")
    if out is not None:
        write_new_structure(built.atoms, out)
    if view is not None and page is not None:
        write_text(view, page)
