"""What the finished cases of each kind of study say together: drawn from their records, led by three pictures."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from gbglass.report.cell_current import current_text
from gbglass.report.leading import MOST, split
from gbglass.report.present import campaign_figures
from gbglass.report.records import quantity, series_record
from gbglass.report.run import results_record
from gbglass.report.sources import sources_html
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
        {"from": quantity(low, "1"), "to": quantity(low + 0.5, "1"), "voltage": quantity(v, "V")}
        for low, v in ((0.0, 1.8), (0.5, 0.9))
    ]
    return {**results, "sources": {"mine": {"plateaus": plateaus}}, "potential": {"name": potential, "checksum": "a"}}


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
        ("mechanics", ["pulls"]),
        ("voltage", ["voltages"]),
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
