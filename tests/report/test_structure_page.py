"""The page of one structure: whole, offline, escaped, alive in a browser."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase.build import bulk

from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.errors import InputError, StateError
from gbglass.report.structure_page import LARGEST, render_structure
from gbglass.verbs.structures import save_structure
from tests.report.browser import browse, needs_browser, said_by

PROBE = """
<script>
addEventListener("load", () => setTimeout(async () => {
  const view = document.getElementById("view"), said = {};
  const markers = () => view.data.filter((t) => t.mode === "markers");
  said.points = markers().map((t) => t.x.length);
  document.querySelector('[data-value="region"]').click();
  said.groups = markers().map((t) => t.name);
  document.body.setAttribute("data-probe", JSON.stringify(said));
}, 300));
</script>
"""


@pytest.fixture(scope="module")
def built() -> BuiltBoundary:
    return build_boundary(BoundarySpec((1, -1, 0), (1, 1, 2), 3, lithium="carried"), np.random.default_rng(1))


def test_the_page_holds_the_ledger_and_fetches_nothing(built: BuiltBoundary) -> None:
    page = render_structure(built, "Σ3")
    ours = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href)\s*=\s*"(?!#)[^"]*"', ours)
    for words in ("Whole ZrO6", "boundary 2", "Li168 La72 Zr48 O288", "default-src 'none'"):
        assert words in page, words


def test_text_of_users_is_escaped(built: BuiltBoundary) -> None:
    evil = replace(built, ledger=replace(built.ledger, remarks=("</script><img src=x>",)))
    page = render_structure(evil, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page


@needs_browser
def test_the_page_lives_in_a_real_browser(built: BuiltBoundary, tmp_path: Path) -> None:
    probed = tmp_path / "structure.html"
    probed.write_text(render_structure(built, "Σ3").replace("</body>", PROBE + "</body>"), encoding="utf-8")
    seen = browse(probed, "--dump-dom", "--window-size=900,900")
    probe = re.search(r'data-probe="([^"]*)"', seen.stdout)
    assert probe, seen.stderr[-2000:]
    said = json.loads(probe.group(1).replace("&quot;", '"'))
    assert sum(said["points"]) == len(built.atoms)
    assert said["groups"] == ["grain 1", "grain 2"]
    assert not said_by(seen)


def test_a_page_is_written_once_and_never_over_a_file(built: BuiltBoundary, tmp_path: Path) -> None:
    save_structure(built, tmp_path / "gb.extxyz", tmp_path / "gb.html", "Σ3")
    before = (tmp_path / "gb.html").read_bytes()
    with pytest.raises(StateError, match="exists already"):
        save_structure(built, tmp_path / "other.extxyz", tmp_path / "gb.html")
    assert not (tmp_path / "other.extxyz").exists()
    assert (tmp_path / "gb.html").read_bytes() == before


def test_a_structure_too_large_for_a_browser_is_refused(built: BuiltBoundary) -> None:
    side = round((LARGEST + 1) ** (1 / 3)) + 1
    large = replace(built, atoms=bulk("Li", "sc", a=3.0).repeat((side, side, side)))
    with pytest.raises(InputError, match="up to 100,000 atoms"):
        render_structure(large, "large")
