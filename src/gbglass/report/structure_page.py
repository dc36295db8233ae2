"""A page of one structure: a picture that turns, and the builder's ledger; nothing is fetched from anywhere."""

import numpy as np
from ase import Atoms
from jinja2 import Environment, StrictUndefined
from plotly.offline import get_plotlyjs

import gbglass
from gbglass.core.arrays import IntArray
from gbglass.core.ledger import Built
from gbglass.errors import InputError
from gbglass.figures.palette import BOUNDARY_COLOURS, FAINT_COLOUR, OTHER_COLOURS
from gbglass.report.assets import page_asset
from gbglass.report.ledger_table import distances_text, ledger_rows
from gbglass.report.view3d import View, view_json

LARGEST = 100_000
"""Atoms that a browser still turns without effort."""

_NAMED_ARRAYS = ("part", "grain")
"""Arrays that say what an atom belongs to; the first that a structure has colours it."""


def render_structure(built: Built, title: str) -> str:
    """Write the page.

    Parameters
    ----------
    built
        What a builder returned.
    title
        What it is called.

    Raises
    ------
    InputError
        If it has more atoms than a browser can turn.

    """
    atoms = built.atoms
    if len(atoms) > LARGEST:
        raise InputError(
            f"a page shows up to {LARGEST:,} atoms, this structure has {len(atoms):,}; "
            "write it with --out and look at it with a program for large structures"
        )
    name, groups = _groups(atoms)
    colours = (*BOUNDARY_COLOURS, *OTHER_COLOURS)
    numbers = np.unique(groups)
    legend = tuple((f"{name} {number}", colours[place % len(colours)]) for place, number in enumerate(numbers.tolist()))
    places = np.searchsorted(numbers, groups)
    view = View({title: atoms}, lambda _: places, legend if name else (("all", FAINT_COLOUR),))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(distances=distances_text)
    return environment.from_string(page_asset("structure.html.j2")).render(
        title=title,
        atoms=atoms,
        ledger=built.ledger,
        grouped_by=name,
        ledger_rows=ledger_rows(built.ledger, atoms),
        version=gbglass.__version__,
        css=page_asset("page.css"),
        structure_data=view_json(view),
        plotly=get_plotlyjs(),
        view_script=page_asset("view.js"),
    )


def _groups(atoms: Atoms) -> tuple[str, IntArray]:
    """Return what the structure can be coloured by besides species, and the group of each atom."""
    for name in _NAMED_ARRAYS:
        if name in atoms.arrays:
            return name, atoms.get_array(name).astype(np.int64)
    return "", np.zeros(len(atoms), dtype=np.int64)
