"""What the documents show runs; what they link to exists."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gbglass.studies.cases import check_cases

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), flags=re.DOTALL)


def readme_commands() -> list[str]:
    lines = "\n".join(blocks(ROOT / "README.md", "sh")).splitlines()
    return [line.split("#")[0].strip() for line in lines if line.strip()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith("https://doi.org/"):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_shown_studies_and_programs_work(document: Path, tmp_path: Path) -> None:
    for study in blocks(document, "toml"):
        check_cases(tomllib.loads(study), document)  # its files are relative to the page
    for program in blocks(document, "python"):
        subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, timeout=60)


@pytest.mark.parametrize("command", readme_commands())
def test_every_command_of_the_readme_is_one_that_exists(command: str) -> None:
    """Light commands run here; the long ones are run by their own tests and checked here for their words."""
    words = shlex.split(command)
    if words[0] == "make":
        make = shutil.which("make")
        assert make
        done = subprocess.run([make, "--dry-run", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    elif words[:2] == ["gbglass", "run"]:
        # What it does is shown by tests/end_to_end on a smaller study; here its words are read by the real parser.
        done = subprocess.run(
            [sys.executable, "-m", "gbglass", *words[1:], "--lammps", "/absent/lmp"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "/absent/lmp" in done.stderr
        assert "Usage" not in done.stderr
    elif words[0] == "gbglass":
        done = subprocess.run(
            [sys.executable, "-m", "gbglass", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    else:
        assert words == [".", ".venv/bin/activate"]
