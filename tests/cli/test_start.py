"""docs/start.md, followed to the letter: every command runs as it is printed and prints what is shown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gbglass.core.packaged import load_potential

PAGE = (Path(__file__).parents[2] / "docs" / "start.md").read_text(encoding="utf-8")
INSTALLING = ("make ", ". ")
"""The quickstart is run by tests/heavy; what the page takes from it is its potential."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def script() -> str:
    lines = "\n".join(blocks("sh")).splitlines()
    mistake = "sed 's/^duration_ps/duration/' mine.toml > bad.toml; gbglass plan bad.toml --no-probe 2>&1 || true"
    installed = f'export PATH="{Path(sys.executable).parent}:$PATH"'
    return "\n".join(["set -e", installed, *(line for line in lines if not line.startswith(INSTALLING)), mistake])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which the quickstart has left its deck."""
    segment = tmp_path / "runs" / "quickstart" / "md" / "3-hold" / "segment-0000"
    segment.mkdir(parents=True)
    (segment / "in.lammps").write_text("\n".join(load_potential("buckingham-llzo").lines) + "\n")
    return tmp_path


@pytest.mark.lammps
def test_the_page_can_be_followed_to_the_letter(folder: Path) -> None:
    done = subprocess.run(
        ["/bin/bash", "-c", script()], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    for shown in filter(None, "\n".join(blocks("text")).splitlines()):
        begins, shortened, _ = shown.partition("…")
        found = [line for line in printed if (line.startswith(begins) if shortened else line == shown)]
        assert found, f"{shown!r} is shown and not printed"
    assert (folder / "gb.html").is_file()
    assert list((folder / "results" / "figures").glob("*.svg"))
