"""``gbglass build polycrystal`` and ``build network``: the ledger, the grains and what lies between them."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from gbglass.build.networks.network import BuiltNetwork
from gbglass.cli.output import print_json
from gbglass.cli.present import present
from gbglass.report.records import ledger_record
from gbglass.verbs.structures import save_structure

_LISTED = 20
"""Boundaries shown to people, the largest first; scripts get all."""


def show_network(built: BuiltNetwork, title: str, out: Path | None, view: Path | None, *, as_json: bool) -> None:
    """Write what was asked for, then print the ledger, and the boundaries by area.

    Parameters
    ----------
    built
        The network.
    title
        What it is called.
    out, view
        New files for the structure and for its page.
    as_json
        Print one JSON object, with the orientation of each grain, and nothing else.

    """
    if as_json:
        save_structure(built, out, view, title)
        print_json({**ledger_record(built.ledger), "grains": _grains(built), "grain_boundaries": _boundaries(built)})
        return
    present(built, title, out, view, as_json=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("grain", "grain", "disorientation (°)", "area (Å²)"):
        table.add_column(heading, justify="right")
    largest = sorted(built.boundaries, key=lambda boundary: -boundary.area)
    for boundary in largest[:_LISTED]:
        table.add_row(str(boundary.first), str(boundary.second), f"{boundary.angle:.1f}", f"{boundary.area:.0f}")
    console = Console(highlight=False)
    if largest:
        console.print(table)
    if len(largest) > _LISTED:
        console.print(f"and {len(largest) - _LISTED} smaller ones; --json lists all")


def _grains(built: BuiltNetwork) -> list[dict[str, object]]:
    return [
        {"grain": number, "seed_A": seed.tolist(), "origin_A": origin.tolist(), "orientation": orientation.tolist()}
        for number, (seed, origin, orientation) in enumerate(
            zip(built.seeds, built.origins, built.orientations, strict=True), start=1
        )
    ]


def _boundaries(built: BuiltNetwork) -> list[dict[str, object]]:
    return [
        {"grains": [boundary.first, boundary.second], "angle_degrees": boundary.angle, "area_A2": boundary.area}
        for boundary in built.boundaries
    ]
