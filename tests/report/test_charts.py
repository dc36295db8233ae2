"""Charts on a page: their numbers wait beside the drawings, escaped, and are drawn once somebody asks for them."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.analysis.density import DensityMap
from gbglass.figures.density import draw_density
from gbglass.figures.lines import draw_lines
from gbglass.report.campaign import write_campaign
from gbglass.report.charts import ROOM, chart_html, within_room
from gbglass.report.folder import write_report
from gbglass.report.page import render_page
from gbglass.report.presented import PageFigure, page_figure
from tests.figures.test_analysis_figures import made
from tests.report.browser import browse, needs_browser, printed, said_by
from tests.report.sample import shown
from tests.report.test_verdicts import campaign

EVIL = "</script><b>bold</b>"
PROBE = """
<script>
addEventListener("load", () => setTimeout(async () => {
  const said = { early: Boolean(window.Plotly) }, wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const figure = document.querySelector("figure:has(.to-chart)"), button = figure.querySelector(".to-chart");
  const tall = (one) => one !== null && one.getBoundingClientRect().height > 50;
  const shown = (what) => tall(figure.querySelector(what));
  const look = () => [shown(":scope > svg"), shown(".chart"), button.textContent];
  said.buttons = [...document.querySelectorAll(".to-chart")].filter((one) => one.offsetHeight > 20).length;
  said.before = look();
  button.focus();
  said.focused = document.activeElement === button;
  button.click();
  await wait(800);
  const chart = figure.querySelector(".chart");
  said.after = look();
  said.wanted = JSON.parse(figure.querySelector(".chart-data").textContent).data.length;
  said.traces = chart.data.length;
  said.drawn = chart.querySelectorAll(".scatterlayer .trace").length;
  said.modebar = [...chart.querySelectorAll(".modebar-btn")].map((one) => one.getAttribute("data-title"));
  const { xaxis, yaxis } = chart._fullLayout;
  const plot = chart.querySelector(".nsewdrag"), box = plot.getBoundingClientRect();
  const points = chart.calcdata[0], point = points[Math.min(10, points.length - 1)];
  const at = { clientX: box.left + xaxis.l2p(point.x), clientY: box.top + yaxis.l2p(point.y) };
  plot.dispatchEvent(new MouseEvent("mousemove", { ...at, bubbles: true }));
  await wait(300);
  said.hover = [...chart.querySelectorAll(".hoverlayer .hovertext")].map((one) => one.textContent).join(" ");
  const item = chart.querySelector(".legendtoggle");
  item.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
  item.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
  await wait(800);
  said.off = chart.data.filter((one) => one.visible === "legendonly").length;
  said.wide = document.documentElement.scrollWidth > innerWidth;
  button.click();
  said.again = look();
  document.body.setAttribute("data-probe", JSON.stringify(said));
}, 300));
</script>
"""


def probed(page: Path, width: int) -> dict[str, Any]:
    """What a page says of its first chart; nothing on the console."""
    probe = page.with_name("probed.html")
    probe.write_text(page.read_text(encoding="utf-8").replace("</body>", PROBE + "</body>"), encoding="utf-8")
    seen = browse(probe, "--dump-dom", f"--window-size={width},900")
    assert said_by(seen) == []
    found = re.search(r'data-probe="([^"]*)"', seen.stdout)
    assert found, seen.stderr[-2000:]
    said: dict[str, Any] = json.loads(found.group(1).replace("&quot;", '"'))
    return said


@needs_browser
@pytest.mark.parametrize("width", [1100, 500])
def test_a_button_puts_a_chart_in_place_of_the_drawing_and_back(tmp_path: Path, width: int) -> None:
    write_campaign(campaign(tmp_path))
    said = probed(tmp_path / "report.html", width)
    assert said["early"] is False, "plotly's script is read when it is wanted"
    assert said["buttons"] == 3, "pulls, strains at break, strengths"
    assert said["focused"] is True, "whoever has no mouse gets there"
    assert said["before"] == said["again"] == [True, False, "interactive"]
    assert said["after"] == [False, True, "static"]
    assert said["traces"] == said["wanted"] == said["drawn"] == 6, "two models, three seeds"
    assert re.fullmatch(r"Σ3.* \(3 seeds\)Strain \(1\): 0.1Stress \(GPa\): 3", said["hover"]), said["hover"]
    assert said["off"] == 3, "all seeds of a model"
    assert len(said["modebar"]) == 6, f"a picture, and ways to zoom; nothing uploads: {said['modebar']}"
    assert said["wide"] is False


@needs_browser
def test_a_page_with_a_structure_shares_its_plotly(tmp_path: Path) -> None:
    write_report(shown(), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'plotly-waiting" type' not in page
    said = probed(tmp_path / "report.html", 1100)
    assert said["buttons"] == 7
    assert said["after"] == [False, True, "static"]
    assert said["traces"] == said["wanted"]


@needs_browser
def test_a_chart_is_printed_as_its_drawing(tmp_path: Path) -> None:
    write_campaign(campaign(tmp_path))
    still = tmp_path / "report.html"
    click = '<script>addEventListener("load", () => document.querySelector(".to-chart").click())</script>'
    clicked = tmp_path / "clicked.html"
    clicked.write_text(still.read_text(encoding="utf-8").replace("</body>", f"{click}</body>"), encoding="utf-8")
    assert printed(clicked) == printed(still)


def test_a_page_without_charts_carries_no_script(tmp_path: Path) -> None:
    """That of a study none of whose cases is done: it needs no JavaScript, and its policy allows none."""
    outcome = campaign(tmp_path)
    write_campaign(dataclasses.replace(outcome, cases=()))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "script-src" not in page
    assert len(page) < 100_000


def test_a_map_stays_a_drawing_and_a_curve_gets_its_numbers() -> None:
    curve = page_figure("curve", "", draw_lines({"a": (np.arange(3.0), np.arange(3.0))}, ("x", "y")), "")
    map_of_it = page_figure("map", "", draw_density(made(DensityMap)), "")
    assert (bool(curve.chart), map_of_it.chart) == (True, "")
    assert chart_html(map_of_it) == ""
    assert "<button" in chart_html(curve)


def test_text_of_users_ends_no_script_element() -> None:
    """A label of a curve, and an axis."""
    figure = page_figure("evil", "", draw_lines({EVIL: (np.arange(3.0), np.arange(3.0))}, (EVIL, "y")), "")
    page = render_page(dataclasses.replace(shown(), figures=(figure,)))
    start = page.index('<script class="chart-data"')
    element = page[start : page.index("</script>", start)]
    data = json.loads(element[element.index(">") + 1 :])
    assert data["data"][0]["name"] == "&lt;/script&gt;&lt;b&gt;bold&lt;/b&gt;"
    assert "<b>bold" not in page


def test_charts_never_take_more_than_their_room_and_small_ones_stay() -> None:
    figures = [PageFigure(str(size), "", "", "<svg/>", chart="x" * size) for size in (ROOM, 1000, 2000)]
    kept = within_room(figures)
    assert [figure.svg for figure in kept] == ["<svg/>"] * 3, "no drawing is left out"
    assert [len(figure.chart) for figure in kept] == [0, 1000, 2000]


def test_numbers_of_charts_lie_beside_their_drawings(tmp_path: Path) -> None:
    outputs = write_report(shown(), tmp_path)
    assert "figures/msd.json" in outputs
    data = json.loads((tmp_path / "figures" / "msd.json").read_text(encoding="utf-8"))
    assert set(data) == {"data", "layout"}
