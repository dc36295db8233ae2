"""What ``gbglass analyse`` and its like answer, in this process: the real parser, no new interpreter."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.core.trajectory import Frame
from gbglass.lammps.dump import dump_frame_text


def answer(*words: str | Path) -> Any:  # plain data
    """Run a command with ``--json`` and return what it prints; an error is raised as it is."""
    done = CliRunner().invoke(app, [*map(str, words), "--json"], catch_exceptions=False)
    if done.exit_code:
        raise AssertionError(done.output) from done.exception
    return json.loads(done.stdout)


def write_dump(path: Path, symbols: Sequence[str], frames: Sequence[Frame]) -> Path:
    """Write frames as a dump that says its elements and times."""
    path.write_text("".join(dump_frame_text(symbols, frame) for frame in frames), encoding="utf-8")
    return path
