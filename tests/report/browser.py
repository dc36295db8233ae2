"""Headless Chromium with every host unknown: what a page does there, and what it says."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., object])


def needs_browser(test: Test) -> Test:
    """Mark a test that opens a page."""
    skip = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
    marked: Test = pytest.mark.browser(skip(test))
    return marked


def browse(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open a page in headless Chromium with every host unknown."""
    chromium = shutil.which("chromium")
    assert chromium
    return subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-logging=stderr",
            f"--user-data-dir={page.parent / 'profile'}", "--virtual-time-budget=120000", *options, page.as_uri(),
        ],
        capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip


_ADVICE = ("GPU stall due to ReadPixels", "Multiple readback operations")
"""How plotly's drawing could be faster; says nothing of the page."""


def said_by(seen: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what a page wrote to its console; Chromium prints errors as INFO too, so nothing at all may be said."""
    lines = [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
    return [line for line in lines if not any(advice in line for advice in _ADVICE)]
