"""What is done with any built structure: it becomes a file, or a page that turns."""

from pathlib import Path

from gbglass.core.ledger import Built, Ledger
from gbglass.report.structure_page import render_structure
from gbglass.store.atomic import write_text
from gbglass.store.structures import check_new, write_new_structure


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

    Examples
    --------
    >>> from gbglass.build.boundaries.boundary import BoundarySpec
    >>> from gbglass.verbs.build import build_gb
    >>> save_structure(build_gb(BoundarySpec(axis=(1, -1, 0), plane=(1, 1, 2), layers=3)), Path("gb.vasp"))
    >>> Path("gb.vasp").is_file()
    True

    """
    page = None if view is None else render_structure(built, title)
    if view is not None:
        check_new(view)
    if out is not None:
        write_new_structure(built.atoms, out, _one_charge_each(built.ledger))
    if view is not None and page is not None:
        write_text(view, page)


def _one_charge_each(ledger: Ledger) -> dict[str, float] | None:
    """Return the formal charge of each species [e]; None if it differs by part, as that of Li does in a full cell."""
    charges: dict[str, float] = {}
    for of_part in ledger.valence.values():
        for species, charge in of_part.items():
            if charges.setdefault(species, charge) != charge:
                return None
    return charges if any(charges.values()) else None
