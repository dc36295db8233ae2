"""The first of the README's two commands, as a newcomer types it: in a fresh clone, with nothing installed."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.heavy, pytest.mark.lammps]

ROOT = Path(__file__).parents[2]


def test_make_demo_in_a_fresh_clone(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    git, make = shutil.which("git"), shutil.which("make")
    assert git
    assert make
    clone = tmp_path / "gbglass"
    subprocess.run([git, "clone", "--quiet", str(ROOT), str(clone)], check=True)
    start = time.monotonic()
    done = subprocess.run([make, "demo"], cwd=clone, capture_output=True, text=True, check=False)
    record_property("make demo, install included (s)", round(time.monotonic() - start))
    assert done.returncode == 0, done.stderr
    results = json.loads((clone / "runs" / "quickstart" / "results.json").read_text(encoding="utf-8"))
    record_property("MD speed (steps/s)", round(results["performance"]["md_speed"]["value"]))
    for boundary in results["boundaries"]:
        excess = boundary["gibbs_excess"]
        record_property(
            f"Li excess of {boundary['name']} (atoms/nm²)",
            f"{excess['value']:+.2f} ± {excess['standard_error']['value']:.2f}, {boundary['verdict']}",
        )
    assert results["conservation"]["max_abs_error"] == 0
    assert (clone / "runs" / "quickstart" / "report.html").is_file()
    start = time.monotonic()
    again = subprocess.run([make, "demo"], cwd=clone, capture_output=True, text=True, check=False)
    record_property("make demo again (s)", round(time.monotonic() - start))
    assert "nothing was run again" in again.stdout
