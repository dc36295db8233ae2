"""The page and the numbers: complete, self-contained, escaped, each number with its unit, alive in a browser."""

import dataclasses
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gbglass.report.folder import write_report
from gbglass.report.page import page_figures, render_page
from gbglass.report.records import results_record, tables
from tests.report.sample import findings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("report")
    outputs = write_report(findings(), where)
    assert all((where / name).stat().st_size > 0 for name in outputs)
    return where


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def _bare_numbers(content: object, path: str = "") -> Iterator[str]:
    """Paths of numbers that stand alone, without a unit beside them."""
    if isinstance(content, dict):
        if "unit" in content:
            return
        for key, value in content.items():
            if key not in content.get("units", {}):
                yield from _bare_numbers(value, f"{path}.{key}")
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _bare_numbers(value, f"{path}.{number}")
    elif isinstance(content, (int, float)) and not isinstance(content, bool):
        yield path


def test_every_number_has_its_unit() -> None:
    record = results_record(findings())
    labels = re.compile(r"\.regions\.\d+\.region|\.seeds\.\w+")  # the number of a region and seeds count nothing
    assert [path for path in _bare_numbers(record) if not labels.fullmatch(path)] == []
    json.dumps(record, allow_nan=False)


def test_results_agree_with_the_findings(folder: Path) -> None:
    record = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    first = findings().segregation[0]
    assert record["boundaries"][0]["gibbs_excess"]["value"] == first.gibbs_excess.value
    assert record["boundaries"][0]["gibbs_excess"]["interval_95"][1]["value"] == first.gibbs_excess.interval[1]
    mean = sum(region["atoms"]["value"] for region in record["regions"])
    assert mean == pytest.approx(findings().counts.n_total, rel=1e-12)


def test_every_curve_has_a_unit_in_each_heading() -> None:
    for table in tables(findings()):
        assert all(re.search(r" \(.+\)$", heading) for heading in table.columns), table.name


def test_figures_show_the_numbers_of_the_findings() -> None:
    names = [figure.name for figure in page_figures(findings())]
    assert len(names) == len(set(names)) == 7
    assert page_figures(findings())[0].svg == page_figures(findings())[0].svg


def test_the_page_fetches_nothing(page: str) -> None:
    ours = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)  # plotly's own source holds addresses in comments
    assert not re.findall(r'(?:src|href)\s*=\s*"(?!#)[^"]*"', ours)
    assert "url(http" not in ours
    assert "@import" not in ours


def test_the_page_says_what_a_reader_must_know(page: str) -> None:
    for words in (
        "not the paper",
        "undecided",
        "SHA-256",
        "independent samples",
        "Whole ZrO6",
        "24d/96h",
        "boundary 2",
    ):
        assert words in page, words


def test_text_of_users_is_escaped() -> None:
    evil = dataclasses.replace(findings(), name="<script>alert(1)</script>", remarks=("</script><img src=x>",))
    page = render_page(evil, [])
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page


def browse(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open a page in headless Chromium with every host unknown."""
    chromium = shutil.which("chromium")
    assert chromium
    return subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-logging=stderr",
            f"--user-data-dir={page.parent / 'profile'}", "--virtual-time-budget=20000", *options, page.as_uri(),
        ],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


PROBE = """
<script>
addEventListener("load", () => setTimeout(async () => {
  const view = document.getElementById("view"), said = {};
  said.points = view.data.filter((t) => t.mode === "markers").map((t) => t.x.length);
  said.canvas = document.querySelectorAll("#view canvas").length;
  const before = JSON.stringify(view._fullLayout.scene._scene.getCamera().eye);
  await Plotly.relayout(view, { "scene.camera.eye": { x: 0.1, y: 1.2, z: 1.6 } });
  said.turned = JSON.stringify(view._fullLayout.scene._scene.getCamera().eye) !== before;
  document.querySelector('[data-value="region"]').click();
  said.region = new Set(view.data[0].marker.color).size;
  document.querySelector('[data-value="minimised"]').click();
  said.pressed = document.querySelector('[data-value="minimised"]').getAttribute("aria-pressed");
  said.svg = [...document.querySelectorAll("figure svg")].filter((s) => s.getBoundingClientRect().height > 50).length;
  said.wide = document.documentElement.scrollWidth > innerWidth;
  document.body.setAttribute("data-probe", JSON.stringify(said));
}, 3000));
</script>
"""


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [1300, 500])
def test_the_page_lives_in_a_real_browser(page: str, tmp_path: Path, width: int) -> None:
    probed = tmp_path / "report.html"
    probed.write_text(page.replace("</body>", PROBE + "</body>"), encoding="utf-8")
    seen = browse(probed, "--dump-dom", f"--window-size={width},900")
    probe = re.search(r'data-probe="([^"]*)"', seen.stdout)
    assert probe, seen.stderr[-2000:]
    said = json.loads(probe.group(1).replace("&quot;", '"'))
    atoms = findings().structures.built
    assert sum(said["points"]) == len(atoms)
    assert said["canvas"] >= 1
    assert said["turned"] is True
    assert said["region"] == 4
    assert said["pressed"] == "true"
    assert said["svg"] == 7
    assert said["wide"] is False, "the page must not scroll sideways"
    errors = [
        line for line in seen.stderr.splitlines() if "CONSOLE" in line and ("ERROR" in line or "Uncaught" in line)
    ]
    assert not errors
