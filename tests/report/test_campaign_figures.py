"""What the finished cases of each kind of study say together: drawn from their records, led by three pictures."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from gbglass.core.results import Estimate
from gbglass.report.cell_current import current_text
from gbglass.report.leading import MOST, split
from gbglass.report.present import campaign_figures
from gbglass.report.presented import PageFigure
from gbglass.report.records import estimate_record, quantity, series_record
from gbglass.report.run import results_record
from gbglass.report.sources import sources_html
from gbglass.studies.cell_places import BOUNDARY
from tests.claims.made import made
from tests.claims.test_static import electrons, volts
from tests.report.sample import shown
from tests.report.test_verdicts import pulled

Plain = Mapping[str, Any]


def segregated(plane: tuple[int, int, int], kelvin: float = 1000.0, seed: int = 1) -> Plain:
    """The record of the sample, as another boundary would have left it."""
    results = results_record(shown())
    boundary = {**results["asked"]["boundary"], "plane": list(plane)}
    stages = [*results["stages"][:-1], {**results["stages"][-1], "temperature_K": kelvin}]
    asked = {**results["asked"], "boundary": boundary, "seed": seed}
    return {**results, "asked": asked, "stages": stages, "title": f"boundary {plane}"}


MINIMISE: Plain = {"kind": "minimise"}
HOT: list[Plain] = [
    MINIMISE,
    {"kind": "ramp", "from_K": 300.0, "to_K": 500.0},
    {"kind": "hold", "temperature_K": 500.0},
]
COLD: Plain = {"kind": "hold", "temperature_K": 300.0}
PROTOCOLS: Mapping[str, list[Plain]] = {
    "hot": HOT,
    "cooled": [*HOT, {"kind": "cool", "from_K": 500.0, "to_K": 300.0, "rate_K_per_fs": 0.0002}, COLD],
    "heated only": [MINIMISE, COLD],
}


def with_excess(results: Plain, excess: float, stages: list[Plain] | None = None, **asked: object) -> Plain:
    """A record of one title with another excess at both boundaries, another protocol, another boundary asked for."""
    stages = results["stages"] if stages is None else stages
    boundaries = [{**one, "gibbs_excess": {**one["gibbs_excess"], "value": excess}} for one in results["boundaries"]]
    said = {**results["asked"], "stage": stages, "boundary": {**results["asked"]["boundary"], **asked}}
    return {**results, "title": "one title", "asked": said, "stages": stages, "boundaries": boundaries}


def with_lithium(results: Plain, extra: int, lithium: int, excess: float) -> Plain:
    atoms = {**results["ledger"]["atoms"], "Li": quantity(lithium, "atoms"), "Zr": quantity(48, "atoms")}
    return {**with_excess(results, excess, extra_lithium=extra), "ledger": {**results["ledger"], "atoms": atoms}}


def drawn_points(figure: PageFigure) -> dict[str, set[tuple[float, float]]]:
    """What is drawn as points, by what the legend calls them: x and y."""
    traces = [one for one in json.loads(figure.chart)["data"] if "markers" in one["mode"]]
    named = {one["legendgroup"]: one["name"].replace("<br>", " ") for one in traces if one["showlegend"]}
    found: dict[str, set[tuple[float, float]]] = {name: set() for name in named.values()}
    for one in traces:
        if isinstance(one["x"], dict):  # else the sign in the legend, which stands nowhere
            x, y = (np.frombuffer(b64decode(one[axis]["bdata"]), "<f4").astype(float).round(4) for axis in "xy")
            found[named[one["legendgroup"]]] |= set(zip(x.tolist(), y.tolist(), strict=True))
    return found


def drawn_ends(figure: PageFigure) -> set[tuple[float, float]]:
    """Where the lines of a figure of rows begin and end along x."""
    traces = [one for one in json.loads(figure.chart)["data"] if one["mode"] == "lines" and isinstance(one["x"], dict)]
    ends = (np.frombuffer(b64decode(one["x"]["bdata"]), "<f4").astype(float).round(4).tolist() for one in traces)
    return {(low, high) for low, *_, high in ends}


def drawn_of(cases: list[Plain], name: str) -> dict[str, set[tuple[float, float]]]:
    """The points of boundary 1 in a figure of a campaign."""
    (figure,) = [one for one in campaign_figures(cases) if one.name == name]
    found = drawn_points(figure)
    return {name.removesuffix(", boundary 1"): some for name, some in found.items() if name.endswith("boundary 1")}


def by_another_potential(case: Plain) -> Plain:
    return {**case, "potential": {"name": "other", "checksum": "b"}}


def erring(potential: str, force: float) -> Plain:
    errors = {"energy_rmse": quantity(0.005, "eV/atom"), "force_rmse": quantity(force, "eV/Å")}
    found = {
        "title": "potential", "potential": {"name": potential, "checksum": potential},
        "errors": {"kept out": {"all": errors, "melt": errors}},
    }  # fmt: skip
    return made("potential", 1, {}, found).results


def electronic(seed: int) -> Plain:
    results = electrons(seed, 1.5, 0.2).results
    heights = np.linspace(0.0, 20.0, 21)
    curve = {"heights": series_record(heights, "Å"), "per_height": series_record(np.sin(heights), "%/Å")}
    found = {
        name: {n: {**one, **curve} for n, one in numbers.items()} for name, numbers in results["interfaces"].items()
    }
    return {**results, "interfaces": found}


def volted(potential: str) -> Plain:
    results = volts((1.8, 0.9), (1.9, 0.8)).results
    plateaus = [
        {
            "from": quantity(low, "1"), "to": quantity(low + 0.5, "1"), "voltage": quantity(v, "V"),
            "potential_minus_this": quantity(0.1, "V"),
        }
        for low, v in ((0.0, 1.8), (0.5, 0.9))
    ]  # fmt: skip
    against = {"gpaw-pbe": {"plateaus": plateaus}} if potential == "mine" else {}
    return {
        **results,
        "against": against,
        "sources": {"mine": {"plateaus": plateaus}},
        "potential": {"name": potential, "checksum": "a"},
    }


CASES: Mapping[str, list[Plain]] = {
    "segregation": [segregated((1, 1, 2)), segregated((1, 1, 2), 900.0), segregated((1, 1, 1), seed=2)],
    "mechanics": [pulled(seed, 0.08, melts=melts) for seed in (1, 2) for melts in (False, True)],
    "voltage": [volted("mine"), volted("other")],
    "charge": [electronic(1), electronic(2)],
    "potential": [erring("mine", 0.1), erring("other", 0.2)],
}


@pytest.mark.parametrize(
    ("study", "leads"),
    [
        ("segregation", ["cavity-excess", "excess-temperature", "excess-rows"]),
        ("mechanics", ["pulls", "breaks", "strengths"]),
        ("voltage", ["voltages", "offsets"]),
        ("charge", ["shares-beside", "densities"]),
        ("potential", ["forces-1", "energies-1"]),
    ],
)
def test_each_kind_of_study_draws_what_answers_its_question(study: str, leads: list[str]) -> None:
    figures = campaign_figures(CASES[study])
    leading, _ = split(study, figures)
    assert [figure.name for figure in leading] == leads
    assert len(leading) <= MOST
    assert all(figure.svg.startswith("<svg") and figure.heading for figure in leading)


@pytest.mark.parametrize("study", sorted(CASES))
def test_nothing_finished_is_no_figure_and_one_case_is_one(study: str) -> None:
    assert campaign_figures([]) == []
    assert campaign_figures(CASES[study][:1])


@pytest.mark.parametrize("study", ["segregation", "charge"])
def test_two_potentials_are_never_drawn_as_one(study: str) -> None:
    one = CASES[study]
    alone = campaign_figures(one)
    both = campaign_figures([*one, *map(by_another_potential, one)])
    assert [figure.name for figure in both] == [figure.name for figure in alone]
    for figure in both:
        assert ", other" in figure.svg, figure.name
    assert not any(one[0]["potential"]["name"] in figure.svg for figure in alone)


def test_excess_is_drawn_against_the_lithium_that_there_is_not_against_sites_that_were_asked_for() -> None:
    """What is asked of tetrahedral sites leaves the content as it is; lithium added at boundaries does not."""
    one = segregated((1, 1, 2))
    levels = ((-6, 162, 1.0), (0, 168, 2.0), (6, 174, 4.0))
    drawn = drawn_of([with_lithium(one, *level) for level in levels], "excess-content")
    assert drawn == {"one title": {(3.375, 1.0), (3.5, 2.0), (3.625, 4.0)}}
    crystals = [{**with_excess(one, 1.0), "asked": {**one["asked"], "crystal": {"tetrahedral_Li": n}}} for n in (8, 12)]
    assert "excess-content" not in [figure.name for figure in campaign_figures(crystals)]


def test_boundaries_of_one_title_that_were_cut_elsewhere_are_lines_of_their_own() -> None:
    one = segregated((1, 1, 2))
    cases = [
        with_excess(one, excess + kelvin / 1000.0, [MINIMISE, {"kind": "hold", "temperature_K": kelvin}], cut_offset=at)
        for at, excess in ((0.0, 1.0), (0.25, -1.0))
        for kelvin in (300.0, 500.0)
    ]
    assert drawn_of(cases, "excess-temperature") == {
        "one title, cut at 0": {(300.0, 1.3), (500.0, 1.5)},
        "one title, cut at 0.25": {(300.0, -0.7), (500.0, -0.5)},
    }


def test_what_was_cooled_is_never_averaged_with_what_was_heated_to_the_same_temperature() -> None:
    one, excesses = segregated((1, 1, 2)), (1.0, 3.0, -2.0)
    cases = [with_excess(one, n, stages) for n, stages in zip(excesses, PROTOCOLS.values(), strict=True)]
    assert drawn_of(cases, "excess-temperature") == {
        "one title, ramp, hold": {(500.0, 1.0)},
        "one title, ramp, hold, cool, hold": {(300.0, 3.0)},
        "one title, hold": {(300.0, -2.0)},
    }


def test_more_lines_than_colours_are_drawn_in_figures_of_their_own() -> None:
    one = segregated((1, 1, 2))
    cases = [
        {**with_excess(one, 1.0, [{"kind": "hold", "temperature_K": kelvin}], cut_offset=at), "title": title}
        for title in ("first", "second")
        for at in (0.0, 0.1, 0.2)
        for kelvin in (300.0, 500.0)
    ]
    few = [figure for figure in campaign_figures(cases[:6]) if "temperature" in figure.name]
    many = [figure for figure in campaign_figures(cases) if "temperature" in figure.name]
    assert [figure.heading for figure in few] == ["Excess against temperature"]
    assert [figure.heading for figure in many] == [
        f"Excess against temperature: {title}" for title in ("first", "second")
    ]
    assert all(len(drawn_points(figure)) == 6 for figure in (*few, *many))
    cuts = [n / 10 for n in range(6)]
    wide = [
        with_excess(one, 1.0, [{**COLD, "temperature_K": kelvin}], cut_offset=at)
        for at in cuts
        for kelvin in (1.0, 2.0)
    ]
    headings = [figure.heading for figure in campaign_figures(wide) if "temperature" in figure.name]
    assert headings == [f"Excess against temperature: one title, boundary {number}" for number in (1, 2)]


def test_energies_of_boundaries_are_drawn_by_protocol_as_claim_3_takes_them() -> None:
    over = {"at_begin_of_hold": quantity(0.004, "eV/atom"), "at_end_of_hold": quantity(0.001, "eV/atom")}
    none = segregated((1, 1, 2))
    cases = []
    for factor, stages in zip((1.0, 2.0, 3.0), PROTOCOLS.values(), strict=True):
        for seed, more in ((1, 0.0), (2, 0.001)):
            case = with_excess({**none, "asked": {**none["asked"], "seed": seed}}, 1.0, stages)
            energy = {when: quantity(factor * one["value"] + more, "eV/atom") for when, one in over.items()}
            cases.append(
                {**case, "boundaries": [{**one, "energy_over_interior": energy} for one in case["boundaries"]]}
            )
    (figure,) = [one for one in campaign_figures(cases) if one.name == "energy-rows"]
    points = drawn_points(figure)
    assert {x for x, _ in points["when the hold begins"]} == {4.5, 8.5, 12.5}
    assert {x for x, _ in points["at its end"]} == {1.5, 2.5, 3.5}
    assert "energy-rows" not in [one.name for one in campaign_figures([none])]


def discharged(seed: int, current: float, held: float, *, twin: bool = False) -> Plain:
    """A cell of 40 formula units, whose boundary held 80 lithium before it came between the electrodes."""
    times = series_record(np.linspace(0.0, 10.0, 5), "ps")
    taken = series_record(np.linspace(0.0, current, 5), "atoms/nm²")
    at = {when: quantity(value, "atoms") for when, value in (("first", 100.0), ("last", held))}
    density = Estimate(current, "mA/cm²", 1.0, 0.5, 9, 9.0, (current - 1, current + 1))
    found = {
        "title": "cell-2",
        "rate": {
            "current_density": estimate_record(density), "kept_by_electrolyte": quantity(3.0, "atoms"),
            "from": quantity(0.0, "ps"), "to": quantity(10.0, "ps"),
        },
        "answers": [{"name": "it", "verdict": "discharges", "line": "it discharges"}],
        "transfer": {"times": times, "into_cathode": taken},
        "places": {"formula_units": quantity(40.0, "formula units"), BOUNDARY: at},
        "alone": None if twin else {
            "places": {"formula_units": quantity(20.0, "formula units"), BOUNDARY: {"last": quantity(40.0, "atoms")}}
        },
    }  # fmt: skip
    return made("discharge", seed, {"cell": {"twin": twin}}, found).results


def test_currents_have_their_intervals_and_what_the_boundary_keeps_is_told_before_and_after() -> None:
    cells = [discharged(seed, 4.0 + seed, 100.0 + 20 * seed) for seed in (1, 3)] + [discharged(1, 2.0, 90.0, twin=True)]
    figures = {figure.name: figure for figure in campaign_figures(cells)}
    assert [figure.name for figure in split("discharge", list(figures.values()))[0]] == [
        "transfers",
        "currents",
        "kept",
    ]
    currents = drawn_points(figures["currents"])
    assert {x for x, _ in currents["each seed"]} == {5.0, 7.0, 2.0}
    assert {x for x, _ in currents["mean over seeds"]} == {6.0}, "one seed is its own mean"
    assert {x for x, _ in drawn_points(figures["kept"])["alone"]} == {2.0}
    assert {x for x, _ in drawn_points(figures["kept"])["when the discharge begins"]} == {2.5}
    assert {x for x, _ in drawn_points(figures["kept"])["at its end"]} == {3.5, 2.25}
    assert drawn_ends(figures["currents"]) >= {(4.0, 6.0), (6.0, 8.0), (1.0, 3.0)}
    assert campaign_figures(cells[:1]) == [], "one has its own page"


def melted(seed: int, kelvin: float) -> Plain:
    curve = {"times": series_record(np.arange(5.0), "ps"), "melted": series_record(np.linspace(0.0, 1.0, 5), "1")}
    uneven = {
        when: {"unevenness": quantity(one, "1"), "lithium_unevenness": quantity(one / 2, "1")}
        for when, one in (("before", 0.25), ("after", kelvin / 1000.0))
    }
    network = {"melting": {BOUNDARY: curve}, "polyhedra": uneven}
    stages = [{"kind": "hold", "temperature_K": kelvin}]
    return made("network", seed, {"stage": stages}, {"title": "net", "network": network, "stages": stages}).results


def test_unevenness_is_drawn_before_and_after_of_polyhedra_and_of_lithium() -> None:
    cases = [melted(seed, kelvin) for seed in (1, 2) for kelvin in (1000.0, 2000.0)]
    figures = {figure.name: figure for figure in campaign_figures(cases)}
    assert [figure.name for figure in split("network", list(figures.values()))[0]] == ["melting", "unevenness"]
    points = drawn_points(figures["unevenness"])
    assert {x for x, _ in points["before"]} == {0.25, 0.125}
    assert {x for x, _ in points["after"]} == {1.0, 2.0, 0.5}
    assert len(points["after"]) == 4, "two temperatures, ZrO6 and Li"


def test_the_numbers_of_pulls_are_those_of_each_seed_and_their_mean() -> None:
    figures = {figure.name: figure for figure in campaign_figures([pulled(s, 0.1 * s, melts=False) for s in (1, 2)])}
    points = drawn_points(figures["breaks"])
    assert {x for x, _ in points["each seed"]} == {0.1, 0.2}
    assert {x for x, _ in points["mean over seeds"]} == {0.15}
    unbroken = [
        {**case, "stress_strain": {**case["stress_strain"], "strain_at_break": {"value": None, "unit": "1"}}}
        for case in CASES["mechanics"]
    ]
    assert "breaks" not in [figure.name for figure in campaign_figures(unbroken)]


def test_results_of_an_older_gbglass_are_passed_over() -> None:
    """Their records hold no curves."""
    old = [
        {**case, "stress_strain": {k: v for k, v in case["stress_strain"].items() if k != "curve"}}
        for case in CASES["mechanics"]
    ]
    assert campaign_figures(old) == []


def test_the_current_is_said_once_of_all_cells_with_the_circuit_that_is_not_there() -> None:
    cells = [
        {
            "rate": {
                "current_density": quantity(value, "mA/cm²"),
                "from": quantity(0.0, "ps"),
                "to": quantity(20.0, "ps"),
            }
        }
        for value in (1e6, 3e6)
    ]
    said = current_text(cells)
    assert "no external circuit" in said
    assert "1e+06 to 3e+06 mA/cm², over 20 ps" in said
    assert current_text(CASES["mechanics"]) == ""


def test_where_the_numbers_came_from_is_said_and_escaped() -> None:
    evil = {**CASES["segregation"][0], "command": "gbglass run <b>.toml", "methods": ["<i>cut</i>"]}
    html = sources_html([evil, CASES["segregation"][2]], ["gbglass run x.toml"])
    assert evil["potential"]["checksum"] in html
    assert re.search(r"<th scope=\"row\">Seeds</th><td>1</td>", html)
    assert '<pre class="commands">gbglass run x.toml</pre>' in html
    assert "<b>" not in html
    assert "<i>" not in html
    for words in ("processor x86_64", "LAMMPS 22 Jul 2025", "&lt;i&gt;cut"):
        assert words in html, words
