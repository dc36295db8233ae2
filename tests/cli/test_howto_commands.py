"""Every command that the how-tos on analyses and data show is one that the parser knows, with all its options."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.errors import GbglassError

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
SHOWN = [
    line.split("#")[0].strip()
    for page in ("trajectories.md", "analyses.md", "analyses-cells.md", "training-data.md")
    for line in re.findall(r"^    (gbglass .*)$", (PAGES / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
]


@pytest.mark.parametrize("line", SHOWN)
def test_a_shown_command_is_read_by_the_parser(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are not here: that is what is complained of, and not its words."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, shlex.split(line)[1:])
    assert isinstance(done.exception, (GbglassError, OSError)), done.output
