"""``gbglass build csl``: what is printed of the list."""

from rich.console import Console
from rich.table import Table

from gbglass.build.boundaries.csl import CslEntry
from gbglass.build.tilt import Miller
from gbglass.cli.output import print_json
from gbglass.verbs.build import csl
from gbglass.verbs.crystals import load_crystal


def show_csl(axis: Miller, max_sigma: int, thickness: float, crystal: str, *, as_json: bool) -> None:
    """List the boundaries about an axis."""
    entries = csl(axis, max_sigma, thickness, load_crystal(crystal))
    if as_json:
        print_json([_plain(entry) for entry in entries])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("boundary", "angle (°)", "periods (Å)", "d (Å)", "layers", "grain (Å)", "atoms"):
        table.add_column(heading, justify="left" if heading == "boundary" else "right")
    for entry in entries:
        table.add_row(*_cells(entry))
    Console(highlight=False).print(table)


def _cells(entry: CslEntry) -> list[str]:
    boundary = entry.boundary
    first, second = (length * entry.lattice_parameter for length in boundary.lengths)
    return [
        boundary.title,
        f"{boundary.angle:.2f}",
        f"{first:.2f} × {second:.2f}",
        f"{boundary.spacing * entry.lattice_parameter:.2f}",
        str(entry.layers),
        f"{entry.thickness:.1f}",
        str(entry.n_atoms),
    ]


def _plain(entry: CslEntry) -> dict[str, object]:
    boundary = entry.boundary
    return {
        "title": boundary.title,
        "sigma": boundary.sigma,
        "axis": list(boundary.axis),
        "plane": list(boundary.plane),
        "angle_degrees": boundary.angle,
        "periods_A": [length * entry.lattice_parameter for length in boundary.lengths],
        "spacing_A": boundary.spacing * entry.lattice_parameter,
        "layers": entry.layers,
        "grain_thickness_A": entry.thickness,
        "atoms": entry.n_atoms,
    }
