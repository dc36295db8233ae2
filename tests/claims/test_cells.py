"""Claims about full cells and networks: made records in which the answer is known, either way or missing."""

import copy
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Judgement
from gbglass.claims.judge import mean_over_seeds
from gbglass.claims.registry import judge_cases
from gbglass.report.records import quantity
from tests.claims.made import made

SEEDS = (1, 2, 3)


def value(number: float, seed: int) -> dict[str, Any]:
    """A number that scatters a little from seed to seed."""
    return quantity(number * (1.0 + 0.01 * (seed - 2)), "whatever")


def verdict(cases: Sequence[CaseRecord], number: int) -> Judgement:
    (found,) = (one for one in judge_cases(cases) if one.claim.number == number)
    return found


def cell(model: str, seed: int, found: Mapping[str, Any], *, twin: bool = False, study: str = "orientation",
         **asked: object) -> CaseRecord:  # fmt: skip
    return made(study, seed, {"cell": {"model": model, "twin": twin}, **asked}, found)


def lying(rates: Mapping[tuple[str, bool], float], migration: float = 2.0, rise: float = 9.0) -> list[CaseRecord]:
    cases = []
    for (model, twin), speed in rates.items():
        top = rise if model == "cell-2s" else 1.0
        rough = 0.5 if twin else {"cell-1": 0.5, "cell-2": 1.0, "cell-2s": 2.0}[model]
        for seed in SEEDS:
            inside = migration if model == "cell-1" else 1.0
            found = {
                "rate": {"current_density": value(speed, seed)},
                "migration": {"in": {"boundary": value(inside, seed), "bulk": quantity(1.0, "Å/ps")}},
                "surface": {
                    "last": {"highest": value(top, seed)},
                    "course": {"highest": {"values": [1.0, top], "unit": "Å"}},
                    "roughness": value(rough + 0.001 * seed, seed),
                },
            }
            cases.append(cell(model, seed, found, twin=twin))
    return cases


PAPER = {("cell-1", False): 1.0, ("cell-1", True): 4.0, ("cell-2", False): 2.0, ("cell-2", True): 4.0,
         ("cell-2s", False): 2.0}  # fmt: skip


def test_10_to_12_the_papers_cells_are_reproduced() -> None:
    cases = lying(PAPER)
    assert [verdict(cases, number).verdict for number in (10, 11, 12)] == ["reproduced"] * 3


def test_10_to_12_what_is_the_other_way_round_is_contradicted() -> None:
    cases = lying({**PAPER, ("cell-1", False): 8.0}, migration=0.5, rise=0.2)
    assert [verdict(cases, number).verdict for number in (10, 11, 12)] == ["contradicted"] * 3


def test_10_to_12_what_is_missing_is_asked_for() -> None:
    cases = lying({("cell-1", False): 1.0})
    found = [verdict(cases, number) for number in (10, 11, 12)]
    assert [one.verdict for one in found] == ["undecided"] * 3
    assert "cell-2" in found[0].needed + found[0].reason


def layers(box: Mapping[str, float], third: float = 0.2, kinds_of_glass: int = 1) -> list[CaseRecord]:
    rates = {"layer-0": 4.0, "layer-1": 4.0, "layer-2": 1.0, "layer-3": 1.0}
    cases = []
    for seed in SEEDS:
        for model, held in box.items():
            share = third if model == "layer-1" else 0.001
            kinds = kinds_of_glass if model == "layer-3" else 2
            local = {"types": {"metallic": value(share, seed)}, "kinds": quantity(kinds, "kinds")}
            found = {
                "rate": {"current_density": value(rates[model], seed)},
                "places": {"boundary": {"mean": value(held, seed)}},
                "cell": {"area": quantity(100.0, "Å²")},
                "local": {"boundary": local, "bulk": local},
            }
            cases.append(cell(model, seed, found, study="amorphisation", alone=[model]))
        for model, kinds in (("crystal", 2), ("glass", kinds_of_glass)):
            all_of = {"types": {"metallic": quantity(0.0, "1")}, "kinds": quantity(kinds, "kinds")}
            cases.append(cell(model, seed, {"local": {"all": all_of}}, study="amorphisation"))
    return cases


BOX = {"layer-0": 20.0, "layer-1": 60.0, "layer-2": 25.0, "layer-3": 25.0}


def test_13_to_15_amorphised_layers() -> None:
    cases = layers(BOX)
    assert [verdict(cases, number).verdict for number in (13, 14)] == ["reproduced"] * 2
    kinds = verdict(cases, 15)
    assert kinds.verdict == "reproduced", kinds.reason


def test_14_and_15_a_boundary_that_gathers_nothing_is_a_contradiction() -> None:
    cases = layers({**BOX, "layer-1": 21.0}, third=0.001, kinds_of_glass=2)
    assert [verdict(cases, number).verdict for number in (14, 15)] == ["contradicted"] * 2


def bulk(model: str, kinds: int, kelvin: float, repeats: int, seeds: Sequence[int] = SEEDS) -> list[CaseRecord]:
    found = {"local": {"all": {"types": {"metallic": quantity(0.0, "1")}, "kinds": quantity(kinds, "kinds")}}}
    asked = {"cell": {"model": model, "twin": False, "bulk": [repeats] * 3}}
    return [made("amorphisation", seed, asked, found, kelvin=kelvin, atoms=192 * repeats**3) for seed in seeds]


WRONG = {
    "at another temperature": bulk("glass", 2, 300.0, 2, (1, 2, 3, 4)) + bulk("crystal", 1, 300.0, 2, (1, 2, 3, 4)),
    "of fewer seeds": bulk("glass", 2, 1000.0, 3, (1, 2)) + bulk("crystal", 1, 1000.0, 3, (1, 2)),
    "smaller": bulk("glass", 2, 1000.0, 1) + bulk("crystal", 1, 1000.0, 1),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_15_crystal_and_glass_are_chosen_by_what_was_asked(wrong: list[CaseRecord]) -> None:
    """What has the kinds the other way round would contradict, and is read last or first."""
    cells = [case for case in layers(BOX) if case.asked["cell"]["model"].startswith("layer")]
    right = bulk("glass", 1, 1000.0, 2) + bulk("crystal", 2, 1000.0, 2)
    for cases in ([*cells, *right, *wrong], [*wrong, *right, *cells]):
        found = verdict(cases, 15)
        assert found.verdict == "reproduced", found.reason
        assert found.n_cases == 15, "five kinds of three seeds"
    assert verdict([*cells, *wrong], 15).verdict != "reproduced"


def test_13_a_layer_melted_in_two_ways_is_judged_by_the_way_of_the_most_seeds() -> None:
    cases = layers(BOX)
    fast = {"rate": {"current_density": quantity(99.0, "mA/cm²")}, "cell": {"area": quantity(100.0, "Å²")}}
    cases += [cell("layer-2", seed, fast, study="amorphisation", alone=["hotter"]) for seed in (1, 2)]
    assert [verdict(some, 13).verdict for some in (cases, cases[::-1])] == ["reproduced"] * 2


def test_13_is_judged_by_the_hottest_of_equal_sets() -> None:
    hold = {"kind": "hold", "temperature_K": 600.0, "duration_ps": 100.0}
    swapped = {"layer-0": "layer-2", "layer-2": "layer-0", "layer-1": "layer-3", "layer-3": "layer-1"}
    cold = [
        CaseRecord({}, {**with_cell(case, model=swapped[case.asked["cell"]["model"]]).results, "stages": [hold]})
        for case in layers(BOX)
        if case.asked["cell"]["model"] in swapped
    ]
    assert verdict(cold, 13).verdict == "contradicted"
    assert [verdict(some, 13).verdict for some in (layers(BOX) + cold, cold + layers(BOX))] == ["reproduced"] * 2


def network(seed: int, hottest: float, melted: tuple[float, float], after: float = 0.5, moved: float = 0.4,
            *, energy: float = 0.001, **heating: float) -> CaseRecord:  # fmt: skip
    places = zip(("boundary", "bulk"), melted, strict=True)
    found = {
        "network": {
            "hottest": quantity(hottest, "K"),
            "energy": {"change": value(-energy, seed)},
            "melting": {place: {"highest": value(share, seed)} for place, share in places},
            "framework": {"boundary": {one: {"displacement": value(moved, seed)} for one in ("La", "Zr", "O")}},
            "polyhedra": {
                "before": {"unevenness": quantity(0.8, "1"), "lithium_unevenness": quantity(0.8, "1")},
                "after": {"unevenness": value(after, seed), "lithium_unevenness": value(after, seed)},
                "window": quantity(30.0, "ps"),
            },
        }
    }
    heated = {"kind": "amorphise_heating", **(heating or {"melt_K": hottest})}
    one = cell("network", seed, found, study="network")
    hold = {"kind": "hold", "temperature_K": hottest, "duration_ps": 100.0}
    return CaseRecord({}, {**one.results, "asked": {**one.asked, "stage": [heated]}, "stages": [hold]})


def of_network(melted: tuple[float, float], after: float, tops: tuple[float, float], moved: float) -> list[CaseRecord]:
    cases = [network(seed, 1800.0, melted, after) for seed in SEEDS]
    cases += [network(seed, 800.0, (0.1, 0.05), 0.8, moved) for seed in SEEDS]
    for model, top in zip(("cell-gb", "cell-a"), tops, strict=True):
        for seed in SEEDS:
            cases.append(between_electrodes(model, seed, top))
    return cases


def between_electrodes(model: str, seed: int, top: float, **size: float) -> CaseRecord:
    found = {"surface": {"last": {"highest": value(top, seed)}, "course": {"highest": {"values": [1.0, top]}}}}
    return made("network", seed, {"cell": {"model": model, "twin": False, **size}, "alone": [{"kind": model}]}, found)


@pytest.mark.parametrize(
    ("melted", "after", "tops", "moved", "word"),
    [
        ((0.9, 0.1), 0.5, (9.0, 2.0), 0.4, "reproduced"),
        ((0.9, 0.99), 0.9, (2.0, 9.0), 2.5, "contradicted"),
    ],
)
def test_16_and_17_networks(
    melted: tuple[float, float], after: float, tops: tuple[float, float], moved: float, word: str
) -> None:
    cases = of_network(melted, after, tops, moved)
    found = [verdict(cases, number) for number in (16, 17)]
    assert [one.verdict for one in found] == [word, word], [one.reason for one in found]


STEADY = [network(seed, 800.0, (0.1, 0.05)) for seed in SEEDS]
MELTS = [network(seed, 1800.0, (0.9, 0.1)) for seed in SEEDS]


def test_16_an_energy_that_goes_on_is_not_steady() -> None:
    assert verdict([*MELTS, *STEADY], 16).verdict == "reproduced"
    drifting = [network(seed, 800.0, (0.1, 0.05), energy=0.02) for seed in SEEDS]
    assert verdict([*MELTS, *drifting], 16).verdict == "contradicted"


@pytest.mark.parametrize(
    ("inside", "word"),
    [(0.1, "reproduced"), (1.5, "contradicted"), (None, "reproduced")],
    ids=["same", "other", "none"],
)
def test_16_the_potentials_own_melting_point_has_a_say_or_is_said_to_have_none(inside: float | None, word: str) -> None:
    cases = [*MELTS, *STEADY]
    if inside is not None:
        cases += [network(seed, 2860.0, (0.9, inside), melting_fraction=1.09) for seed in SEEDS]
        cases += [network(seed, 1280.0, (0.0, 0.9), melting_fraction=0.49) for seed in SEEDS]
    found = verdict(cases, 16)
    assert found.verdict == word
    assert ("no case (its card must state one)" in found.reason) == (inside is None)


def test_16_is_not_judged_by_the_melting_point_alone() -> None:
    own = [network(seed, 2860.0, (0.9, 0.1), melting_fraction=1.09) for seed in SEEDS]
    assert verdict([*own, *STEADY], 16).verdict == "undecided"


def test_17_cells_of_two_sizes_are_not_set_against_each_other() -> None:
    apart = [between_electrodes("cell-gb", seed, 9.0, llzo_A=50.0) for seed in SEEDS]
    apart += [between_electrodes("cell-a", seed, 2.0, llzo_A=12.0) for seed in SEEDS]
    found = verdict([*MELTS, *STEADY, *apart], 17)
    assert found.verdict == "undecided"
    assert "cell-gb over cell-a: no seed has a value" in found.reason


def test_17_a_protrusion_on_the_glass_contradicts_however_high_the_other_is() -> None:
    cells = [
        between_electrodes(model, seed, top) for seed in SEEDS for model, top in [("cell-gb", 20.0), ("cell-a", 9.0)]
    ]
    assert verdict([*MELTS, *STEADY, *cells], 17).verdict == "contradicted"


def with_evenness(case: CaseRecord, before: float, after: float) -> CaseRecord:
    found = copy.deepcopy(dict(case.results))
    for when, uneven in (("before", before), ("after", after)):
        for key in ("unevenness", "lithium_unevenness"):
            found["network"]["polyhedra"][when][key] = quantity(uneven, "1")
    return CaseRecord({}, found)


def with_window(case: CaseRecord, window: Mapping[str, Any] | None) -> CaseRecord:
    found = copy.deepcopy(dict(case.results))
    found["network"]["polyhedra"]["window"] = window
    return CaseRecord({}, found)


def walked(rng: np.random.Generator) -> tuple[float, float]:
    """Unevenness of lithium that hops at random over 16 columns, averaged over its first 5 and its last 30 frames."""
    at = rng.integers(0, 4, (80, 2)) + np.cumsum(rng.integers(-1, 2, (35, 80, 2)), axis=0)
    counts = np.array([np.bincount(frame @ [4, 1], minlength=16) for frame in at % 4])
    first, last = counts[:5].mean(axis=0), counts[-30:].mean(axis=0)
    return float(first.std() / first.mean()), float(last.std() / last.mean())


def test_17_lithium_that_hops_at_random_is_not_called_more_even() -> None:
    """Before and after of one run would call it so: more frames are averaged after."""
    rng, seeds = np.random.default_rng(9), range(1, 31)
    hot = [with_evenness(network(seed, 1800.0, (0.9, 0.1)), *walked(rng)) for seed in seeds]
    cold = [with_evenness(network(seed, 800.0, (0.1, 0.05)), *walked(rng)) for seed in seeds]
    polyhedra = [case.results["network"]["polyhedra"] for case in hot]
    one_run = {
        str(n): one["after"]["lithium_unevenness"]["value"] - one["before"]["lithium_unevenness"]["value"]
        for n, one in enumerate(polyhedra)
    }
    biased = mean_over_seeds(one_run, "1")
    assert biased is not None
    assert biased.interval[1] < -0.1, "of itself"
    found = verdict([*hot, *cold], 17)
    lithium = next(part for part in found.parts if "of Li" in part.effect.name)
    assert lithium.verdict == "undecided"
    assert lithium.estimate is not None
    assert abs(lithium.estimate.value) < 0.02


def test_17_sets_a_melted_network_beside_the_same_one_at_800_K() -> None:
    """Whatever it was before: the same fall from 0.8 is more even, as even, and less even than what was not melted."""
    for untreated, words in ((0.9, {"reproduced"}), (0.5, {"undecided"}), (0.3, {"contradicted"})):
        cold = [with_evenness(network(seed, 800.0, (0.1, 0.05)), 0.8, untreated + 0.001 * seed) for seed in SEEDS]
        found = verdict([*MELTS, *cold], 17)
        assert {part.verdict for part in found.parts if "unevenness" in part.effect.name} == words
        assert found.n_cases == 6


@pytest.mark.parametrize(
    ("cold", "n"),
    [
        ([], 0),
        ([with_window(case, quantity(60.0, "ps")) for case in STEADY], 0),
        ([network(seed, 800.0, (0.1, 0.05), melt_K=800.0, hold_ps=60.0) for seed in SEEDS], 0),
        ([network(seed, 800.0, (0.1, 0.05), melting_fraction=0.49) for seed in SEEDS], 6),
    ],
    ids=["none", "another window", "another hold", "of the melting point"],
)
def test_17_what_was_treated_otherwise_too_is_not_the_same_network(cold: list[CaseRecord], n: int) -> None:
    found = verdict([*MELTS, *cold], 17)
    assert found.n_cases == n
    assert (found.reason == "no case of a network that was melted beside the same one that was not") == (n == 0)


def test_17_results_of_an_older_gbglass_have_no_window_and_are_set_beside_each_other() -> None:
    melts, steady = ([with_window(case, None) for case in some] for some in (MELTS, STEADY))
    assert verdict([*melts, *steady], 17).n_cases == 6
    assert verdict([*MELTS, *steady], 17).n_cases == 0


def test_17_the_network_of_cell_a_is_set_beside_that_of_cell_gb() -> None:
    pairs = [("cell-gb", 800.0, 0.8), ("cell-a", 1800.0, 0.5)]
    cases = []
    for seed, (model, hottest, after) in itertools.product(SEEDS, pairs):
        run = with_evenness(network(seed, hottest, (0.5, 0.1)), 0.8, after + 0.001 * seed).results["network"]
        one = between_electrodes(model, seed, 9.0 if model == "cell-gb" else 2.0)
        asked = {**one.asked, "alone": [{"kind": "amorphise_heating", "melt_K": hottest}]}
        cases.append(CaseRecord({}, {**one.results, "asked": asked, "network": run}))
    found = verdict(cases, 17)
    assert found.verdict == "reproduced", found.reason
    assert found.n_cases == 6


@pytest.mark.parametrize(("thickness", "word"), [(12.0, "reproduced"), (50.0, "undecided")])
def test_12_a_cell_without_a_boundary_counts_if_it_is_as_thick(thickness: float, word: str) -> None:
    with_boundary = [case for case in lying(PAPER) if not case.asked["cell"]["twin"]]
    none = [case for case in lying(PAPER) if case.asked["cell"]["twin"] and case.asked["cell"]["model"] == "cell-2"]
    cells = [with_cell(case, llzo_A=12.0, plane=[1, 1, 2]) for case in with_boundary]
    cells += [with_cell(case, model="cell-0", twin=False, llzo_A=thickness) for case in none]
    assert verdict(cells, 12).verdict == word


def with_cell(case: CaseRecord, **more: object) -> CaseRecord:
    return CaseRecord({}, {**case.results, "asked": {**case.asked, "cell": {**case.asked["cell"], **more}}})


def test_what_the_electrolyte_cost_alone_is_counted() -> None:
    """A refill is judged of cells whose boundary was run alone before, for longer than the cell as a rule."""
    cases = []
    for seed in SEEDS:
        places = {name: {"first": quantity(10.0, "1"), "last": value(12.0, seed)} for name in ("boundary", "bulk")}
        found = {"places": places, "discharge": {"gained": {}}}
        one = made("discharge", seed, {"cell": {"twin": False, "llzo_A": 25.0, "lzo_A": 18.0}}, found)
        work = {**one.results["work"], "alone": {"atoms": quantity(500, "atoms"), "steps": quantity(300_000, "steps")}}
        cases.append(CaseRecord(one.setting, {**one.results, "work": work}))
    refill = verdict(cases, 9)
    assert refill.atom_steps == 3 * (768 * 100_000 + 500 * 300_000)
    assert cases[0].atoms == 768, "of the cell"
    assert [run.nanoseconds for run in cases[0].runs] == pytest.approx([0.1, 0.3])
    assert refill.needed == "3 more seeds: 1.2 ns × 567 atoms", "what the bulk lost alone is missing"
