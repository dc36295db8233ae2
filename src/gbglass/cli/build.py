"""``gbglass build``: one command for each kind of structure."""

import typer

from gbglass.cli import boundaries, cells, crystals, networks, scans

app = typer.Typer(help="Build structures.", no_args_is_help=True, rich_markup_mode=None)
app.command("crystal", short_help="Build a crystal: by name, or from a file.")(crystals.crystal_command)
app.command("csl", short_help="List the symmetric tilt boundaries about an axis.")(boundaries.csl_command)
app.command("gb", short_help="Build a symmetric tilt boundary of a cubic crystal.")(boundaries.gb_command)
app.command("scan", short_help="Relax variants of a boundary and rank them by energy.")(scans.scan_command)
app.command("match", short_help="List cells of an electrode that fit an electrolyte.")(cells.match_command)
app.command("cell", short_help="Build a full or a half cell with lithium metal.")(cells.cell_command)
app.command("network", short_help="Build columns turned about one axis.")(networks.network_command)
app.command("polycrystal", short_help="Build a polycrystal: grains turned at random.")(networks.polycrystal_command)
