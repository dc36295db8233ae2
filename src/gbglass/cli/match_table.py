"""``gbglass build match``: what is printed of the list."""

from rich.console import Console
from rich.table import Table

from gbglass.build.cells.match import Match
from gbglass.cli.output import print_json

_SHOWN = 20
"""Rows for people; scripts get all."""


def show_matches(matches: tuple[Match, ...], *, as_json: bool) -> None:
    """List what fits, the least misfit first."""
    if as_json:
        print_json([_plain(match) for match in matches])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("repeats", "cell (Å)", "turned (°)", "misfit (%)", "strain at x = 0 (%)", "at x = 1 (%)"):
        table.add_column(heading, justify="right")
    for match in matches[:_SHOWN]:
        table.add_row(*_cells(match))
    console = Console(highlight=False)
    console.print(table)
    if len(matches) > _SHOWN:
        console.print(f"and {len(matches) - _SHOWN} more")


def _cells(match: Match) -> list[str]:
    return [
        f"{match.repeats[0]} × {match.repeats[1]}",
        f"{match.edges[0]:.2f} × {match.edges[1]:.2f}",
        f"{match.angle:.1f}",
        _percent(match.misfit),
        _percent(match.strain(0.0)),
        _percent(match.strain(1.0)),
    ]


def _percent(pair: tuple[float, float]) -> str:
    return ", ".join(f"{100.0 * value:+.2f}" for value in pair).replace("-", "−")


def _plain(match: Match) -> dict[str, object]:
    return {
        "repeats": list(match.repeats),
        "edges_A": list(match.edges),
        "angle_degrees": match.angle,
        "surface": match.surface.lattice.name,
        "surface_edges_A": list(match.lengths),
        "misfit": list(match.misfit),
        "strain_at_x_0": list(match.strain(0.0)),
        "strain_at_x_1": list(match.strain(1.0)),
    }
