"""The page and the numbers: complete, self-contained, escaped, each number with its unit, alive in a browser."""

import dataclasses
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gbglass.analysis.equilibration import find_equilibration
from gbglass.analysis.segregation import gibbs_excess
from gbglass.core.potential import Potential
from gbglass.core.results import Verdict
from gbglass.report.folder import write_report
from gbglass.report.page import render_page
from gbglass.report.run import methods_text, results_record
from gbglass.studies.segregation import SegregationFindings
from tests.report.browser import browse, needs_browser, said_by
from tests.report.sample import findings, shown


def text_of(found: SegregationFindings) -> str:
    """The page without its figures."""
    return render_page(dataclasses.replace(shown(found), figures=()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("report")
    outputs = write_report(shown(), where)
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
    record = results_record(shown())
    # The number of a region and seeds count nothing; what was asked carries its units in its keys.
    labels = re.compile(r"\.regions\.\d+\.region|\.(seeds|asked|stages)\..+")
    assert [path for path in _bare_numbers(record) if not labels.fullmatch(path)] == []
    json.dumps(record, allow_nan=False)


def test_results_agree_with_the_findings(folder: Path) -> None:
    record = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    first = findings().segregation[0]
    assert record["boundaries"][0]["gibbs_excess"]["value"] == first.gibbs_excess.value
    over = find_equilibration(findings().hold_counts.times, gibbs_excess(findings().hold_counts, (0, 10), (2, 3, 7, 8)))
    assert record["boundaries"][0]["settled"]["from"]["value"] == over.time
    assert record["boundaries"][0]["gibbs_excess"]["interval_95"][1]["value"] == first.gibbs_excess.interval[1]
    mean = sum(region["atoms"]["value"] for region in record["regions"])
    assert mean == pytest.approx(findings().counts.n_total, rel=1e-12)


def test_the_record_has_what_its_schema_promises() -> None:
    record = results_record(shown())
    assert record["schema"] == "gbglass.results/1"
    promised = "study name potential ledger frames conservation regions boundaries cavity msd rdf thermodynamics seeds"
    assert {
        *promised.split(),
        "asked",
        "stages",
        "work",
        "versions",
        "checksums",
        "machine",
        "performance",
        "remarks",
    } <= set(record)
    for boundary in record["boundaries"]:
        assert {"name", "segregation_per_thickness", "gibbs_excess", "change", "cavity_fraction", "at_start", "verdict",
                "room_per_lithium_at_start", "energy_over_interior", "reason", "needed_ns",
                "settled",
                } == set(boundary)  # fmt: skip
        assert boundary["needed_ns"]["unit"] == "ns"
    hold = record["thermodynamics"]["temperature"]
    assert hold["value"] == pytest.approx(1000.0, abs=5.0), "the hold alone, without the ramp"


def test_what_is_not_finite_says_why() -> None:
    first, second = findings().segregation
    decided = dataclasses.replace(first, verdict="depletes", needed_ns=None)
    thin = dataclasses.replace(
        second, needed_ns=None, gibbs_excess=dataclasses.replace(second.gibbs_excess, interval=(-math.inf, math.inf))
    )
    record = results_record(shown(dataclasses.replace(findings(), segregation=(decided, thin))))
    one, two = record["boundaries"]
    assert one["needed_ns"] == {"value": None, "unit": "ns", "reason": "decided"}
    assert "would decide" in two["needed_ns"]["reason"]
    assert [end["reason"] for end in two["gibbs_excess"]["interval_95"]] == ["has no lower bound", "has no upper bound"]
    json.dumps(record, allow_nan=False)


def test_every_curve_has_a_unit_in_each_heading() -> None:
    for table in shown().tables:
        assert all(re.search(r" \(.+\)$", heading) for heading in table.columns), table.name


def test_figures_show_the_numbers_of_the_findings() -> None:
    first, second = shown().figures, shown().figures
    names = [figure.name for figure in first]
    assert len(names) == len(set(names)) == 7
    assert names[:2] == ["profile", "excess"], "what answers the question comes first"
    assert [figure.svg for figure in first] == [figure.svg for figure in second]


def test_names_inside_the_drawings_never_meet(page: str) -> None:
    drawings = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)
    names = [name for drawing in drawings for name in set(re.findall(r'\bid="([^"]+)"', drawing))]
    assert len(drawings) == 7
    assert len(names) == len(set(names))
    for drawing in drawings:
        wanted = re.findall(r'(?:href="#|url\(#)([^")]+)', drawing)
        assert set(wanted) <= set(re.findall(r'\bid="([^"]+)"', drawing)), "a drawing uses something it does not hold"


def test_the_page_fetches_nothing(page: str) -> None:
    ours = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)  # plotly's own source holds addresses in comments
    assert not re.findall(r"src\s*=", ours)
    links = re.findall(r'<a href="([^"]*)"', ours)
    assert len(links) == len(re.findall(r'href\s*=\s*"(?!#)', ours)), "only links, which fetch nothing until clicked"
    assert not [link for link in links if "//" in link or ":" in link], "and those lead to files beside the page"
    assert "url(http" not in ours
    assert "@import" not in ours
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy.group(1), "the browser itself must refuse what plotly might try"
    assert "http" not in policy.group(1)


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("accumulates", "Lithium accumulates at this boundary."),
        ("depletes", "Lithium is depleted at this boundary."),
        ("undecided", "This run does not say whether"),
    ],
)
def test_the_answer_is_a_sentence(verdict: Verdict, sentence: str) -> None:
    segregation = tuple(dataclasses.replace(result, verdict=verdict) for result in findings().segregation)
    answered = dataclasses.replace(findings(), segregation=segregation)
    assert text_of(answered).count(sentence) == 2


def test_the_page_says_what_a_reader_must_know(page: str) -> None:
    for words in (
        "not the paper",
        "undecided",
        "SHA-256",
        "independent samples",
        "Whole ZrO6",
        "no lithium metal",
        "hold all 168 Li in each of 121 counts; largest error 0 atoms",
        "24d/96h",
        "boundary 2",
    ):
        assert words in page, words


def test_methods_cite_the_potential_where_its_card_does() -> None:
    found = findings()
    cited = dataclasses.replace(found.run.potential, citation="Wang et al. (2014)")
    silent = dataclasses.replace(cited, citation="")

    def methods(potential: Potential) -> str:
        run = dataclasses.replace(found.run, potential=potential)
        return " ".join(methods_text(shown(dataclasses.replace(found, run=run))))

    assert f"{cited.title} (Wang et al. (2014)), believed for" in methods(cited)
    assert f"{cited.title}, believed for" in methods(silent)
    assert "()" not in methods(silent)


def test_text_of_users_is_escaped() -> None:
    run = dataclasses.replace(findings().run, name="<script>alert(1)</script>", remarks=("</script><img src=x>",))
    page = text_of(dataclasses.replace(findings(), run=run))
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page


PROBE = """
<script>
addEventListener("load", () => setTimeout(async () => {
  const view = document.getElementById("view"), said = {};
  said.points = view.data.filter((t) => t.mode === "markers").map((t) => t.x.length);
  said.canvas = document.querySelectorAll("#view canvas").length;
  const picture = () => Plotly.toImage(view, { format: "png", width: 200, height: 100 });
  const before = await picture();
  said.same = (await picture()) === before;
  await Plotly.relayout(view, { "scene.camera.eye": { x: 1, y: 3, z: 4 } });
  said.turned = (await picture()) !== before;
  said.buttons = [...view.querySelectorAll(".modebar-btn")].map((b) => b.getAttribute("data-title"));
  document.querySelector('[data-value="region"]').click();
  said.region = view.data.filter((t) => t.mode === "markers").map((t) => t.name);
  said.kept = view.data.filter((t) => t.mode === "markers").reduce((sum, t) => sum + t.x.length, 0);
  const drawn = () => view.data.filter((t) => t.mode === "markers").flatMap((t) => [...t.x]);
  const slider = document.getElementById("moment"), ended = drawn();
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
  slider.focus();
  said.focused = document.activeElement === slider;
  slider.stepDown(3);
  slider.dispatchEvent(new Event("input"));
  await frame();
  const moved = drawn();
  said.moved = moved.length === ended.length && moved.some((x, atom) => Math.abs(x - ended[atom]) > 0.01);
  said.when = [document.getElementById("moment-time").textContent, slider.getAttribute("aria-valuetext")];
  document.querySelector('[data-value="minimised"]').click();
  said.pressed = document.querySelector('[data-value="minimised"]').getAttribute("aria-pressed");
  said.svg = [...document.querySelectorAll("figure svg")].filter((s) => s.getBoundingClientRect().height > 50).length;
  said.wide = document.documentElement.scrollWidth > innerWidth;
  document.body.setAttribute("data-probe", JSON.stringify(said));
}, 300));
</script>
"""


@needs_browser
@pytest.mark.parametrize("width", [1300, 500])
def test_the_page_lives_in_a_real_browser(page: str, tmp_path: Path, width: int) -> None:
    probed = tmp_path / "report.html"
    probed.write_text(page.replace("</body>", PROBE + "</body>"), encoding="utf-8")
    seen = browse(probed, "--dump-dom", f"--window-size={width},900")
    probe = re.search(r'data-probe="([^"]*)"', seen.stdout)
    assert probe, seen.stderr[-2000:]
    said = json.loads(probe.group(1).replace("&quot;", '"'))
    atoms = findings().run.structures.built
    assert sum(said["points"]) == len(atoms)
    assert said["canvas"] >= 1
    assert said["same"] is True, "the same view is the same picture"
    assert said["turned"] is True, "another camera is another picture"
    assert said["region"] == ["boundary 1", "boundary 2", "interior", "between"]
    assert said["kept"] == len(atoms)
    assert len(said["buttons"]) == 2, f"only the picture and the way back; nothing uploads: {said['buttons']}"
    assert said["focused"] is True, "whoever has no mouse gets there"
    assert said["moved"] is True, "the slider moves the atoms that are drawn"
    assert said["when"] == ["10.1 ps", "10.1 ps"], "3 of 19 steps before 12 ps"
    assert said["pressed"] == "true"
    assert said["svg"] == 7
    assert said["wide"] is False, "the page must not scroll sideways"
    assert not said_by(seen)


@needs_browser
@pytest.mark.parametrize(
    "mischief",
    ["new Image().src = 'https://example.com/x.png'", "fetch('https://example.com')", "console.error('broken')"],
)
def test_the_browser_test_would_see_a_page_that_fetches_or_fails(page: str, tmp_path: Path, mischief: str) -> None:
    head = page[: page.index("<style>")]  # with the page's own rules of what it may fetch
    (tmp_path / "report.html").write_text(f"{head}</head><body><script>{mischief}</script>", encoding="utf-8")
    assert said_by(browse(tmp_path / "report.html", "--dump-dom"))
