"""``gbglass build``: one command for each kind of structure."""

import typer

from gbglass.cli import boundaries, cells, crystals, networks, scans

app = typer.Typer(help="Build structures.", no_args_is_help=True, rich_markup_mode=None)
app.command("crystal")(crystals.crystal_command)
app.command("csl")(boundaries.csl_command)
app.command("gb")(boundaries.gb_command)
app.command("scan")(scans.scan_command)
app.command("match")(cells.match_command)
app.command("cell")(cells.cell_command)
app.command("network")(networks.network_command)
app.command("polycrystal")(networks.polycrystal_command)
