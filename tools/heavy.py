"""Run the heavy tests and write what they measured to docs/results/heavy.md.

    python tools/heavy.py [PYTHON...]

What needs an extra is skipped where it is missing and asked of the other Pythons in turn: one with `gbglass[deepmd]`,
one with `gbglass[teacher]`, both with pytest and hypothesis. GPAW is looked for in the environment `.gpaw`;
GBGLASS_TEACHER_PYTHON names a teacher for the loop.
"""

import datetime as dt
import platform
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gbglass.core.provenance import package_versions

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "docs" / "results" / "heavy.md"


@dataclass(frozen=True)
class Ran:
    """What one Python made of a test."""

    outcome: str
    seconds: float
    said: str


def run_in(python: Path, tests: Iterable[str]) -> dict[str, Ran]:
    """Run the heavy ones of some tests, or all of them; by the name that pytest takes again."""
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "heavy.xml"
        command = [str(python), "-m", "pytest", "-m", "heavy", f"--junit-xml={junit}", "-p", "no:cacheprovider", *tests]
        subprocess.run(command, cwd=ROOT, check=False)
        cases = list(ET.parse(junit).getroot().iter("testcase"))  # noqa: S314  # our own file, just written by pytest
    return dict(map(ran, cases))


def ran(case: ET.Element) -> tuple[str, Ran]:
    """Read the name of a test, how it ended, and what it measured or why it was skipped."""
    name = f"{(case.get('classname') or '').replace('.', '/')}.py::{case.get('name')}"
    ends = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
    measured = "; ".join(f"{p.get('name')}: {p.get('value')}" for p in case.iter("property"))
    if ends is None:
        return name, Ran("passed", float(case.get("time") or 0), measured)
    said = (ends.get("message") or "").splitlines() or [""]
    return name, Ran(ends.tag, float(case.get("time") or 0), said[0])


def row(name: str, found: Ran) -> str:
    """Write one row of the table."""
    words = name.rsplit("::", maxsplit=1)[-1].removeprefix("test_").replace("_", " ")
    return f"| {words} | {found.outcome} | {found.seconds:.0f} | {found.said.replace('|', '/')} |"


def main() -> int:
    """Run all heavy tests here, then those that were skipped in each of the other Pythons."""
    found = run_in(Path(sys.executable), ())
    for python in map(Path, sys.argv[1:]):
        left = [name for name, one in found.items() if one.outcome == "skipped"]
        found |= run_in(python, left) if left else {}
    versions = ", ".join(f"{name} {version}" for name, version in package_versions().items())
    lines = [
        "# Heavy tests, last result",
        "",
        "Written by `make test-heavy`. Times on a shared machine are an order of magnitude.",
        "",
        f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, Python {platform.python_version()}, {versions}.",
        "",
        "| test | outcome | seconds | measured |",
        "|---|---|---|---|",
        *(row(name, one) for name, one in found.items()),
    ]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(any(one.outcome in ("failure", "error") for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
