"""Headless Chromium with every host unknown: what a page does there, and what it says."""

import json
import re
import shutil
import subprocess
import zlib
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


_LOOK = """
<script>
addEventListener("load", () => setTimeout(() => {
  const tall = (all) => [...all].filter((one) => one.getBoundingClientRect().height > 50).length;
  document.body.setAttribute("data-look", JSON.stringify({
    figures: document.querySelectorAll("figure").length, drawn: tall(document.querySelectorAll("figure svg")),
    turns: document.querySelectorAll("#view").length, canvases: document.querySelectorAll("#view canvas").length,
  }));
}, 300));
</script>
"""


def look_at(page: Path) -> None:
    """Open the page of a case: it says nothing, and draws every figure and the structure. The last thing of a test."""
    if shutil.which("chromium") is None:
        pytest.skip("all but the look at its page passed: needs Chromium")
    looked = page.with_name("looked-at.html")
    looked.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{_LOOK}</body>"), encoding="utf-8")
    seen = browse(looked, "--dump-dom", "--window-size=1100,900")
    assert said_by(seen) == []
    found = re.search(r'data-look="([^"]*)"', seen.stdout)
    assert found, seen.stderr[-2000:]
    said = json.loads(found.group(1).replace("&quot;", '"'))
    assert said["drawn"] == said["figures"] > 0
    assert said["canvases"] >= said["turns"]


def printed(page: Path) -> bytes:
    """Print a page; returns the drawing commands of all sheets."""
    sheet = page.with_suffix(".pdf")
    seen = browse(page, "--no-pdf-header-footer", f"--print-to-pdf={sheet}")
    assert sheet.is_file(), seen.stderr[-2000:]
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", sheet.read_bytes(), flags=re.DOTALL)
    return b"\n".join(_inflated(stream) for stream in streams)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:  # a font or a picture that is packed otherwise
        return b""


_ADVICE = ("GPU stall due to ReadPixels", "Multiple readback operations")
"""How plotly's drawing could be faster; says nothing of the page."""


def said_by(seen: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what a page wrote to its console; Chromium prints errors as INFO too, so nothing at all may be said."""
    lines = [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
    return [line for line in lines if not any(advice in line for advice in _ADVICE)]
