"""Run the heavy tests and write what they measured to docs/results/heavy.md.

python tools/heavy.py
"""

import datetime as dt
import platform
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from gbglass.core.provenance import package_versions

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "docs" / "results" / "heavy.md"


def rows_of(junit: Path) -> list[str]:
    """Write one table row a test: name, outcome, seconds, what it measured."""
    rows = []
    for case in ET.parse(junit).getroot().iter("testcase"):  # noqa: S314  # our own file, just written by pytest
        outcome = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        measured = "; ".join(f"{p.get('name')}: {p.get('value')}" for p in case.iter("property"))
        name = (case.get("name") or "").removeprefix("test_").replace("_", " ")
        rows.append(f"| {name} | {outcome} | {float(case.get('time') or 0):.0f} | {measured} |")
    return rows


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "heavy.xml"
        command = [sys.executable, "-m", "pytest", "-m", "heavy", f"--junit-xml={junit}", "-p", "no:cacheprovider"]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        rows = rows_of(junit)
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
        *rows,
    ]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
