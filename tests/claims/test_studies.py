"""Each claim on cases whose effects are made: beyond the threshold, short of it, absent."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from gbglass.claims import cavity, discharge, mechanics, segregation, transport
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Judgement
from gbglass.claims.registry import CLAIMS, all_claims, judge_cases
from gbglass.report.records import quantity
from gbglass.studies.kinds import ALL_STUDIES
from tests.claims.made import RUN, made

SEEDS = (1, 2, 3)


def noise(seed: int) -> float:
    return (0.02, -0.01, -0.01)[seed % 3]


def boundary(change: float, room: float, excess: float = 0.0, fraction: float = 0.1, energy: Any = None) -> Any:
    return {
        "change": quantity(change, "atoms/nm²"),
        "gibbs_excess": quantity(excess, "atoms/nm²"),
        "cavity_fraction": quantity(fraction, "1"),
        "room_per_lithium_at_start": quantity(room, "Å³"),
        "energy_over_interior": energy,
    }


def at_boundary(
    seed: int,
    boundaries: Sequence[Any],
    *,
    asked: Mapping[str, Any] | None = None,
    found: Mapping[str, Any] | None = None,
    stages: Sequence[Mapping[str, Any]] | None = None,
    hold: float = 500.0,
) -> CaseRecord:
    """A finished case of segregation at a boundary."""
    its = {"axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 9, "extra_lithium": 0, **(asked or {})}
    results: dict[str, Any] = {
        "lithium": its.get("lithium", "placed"),
        "relaxation_time": quantity(400.0, "ps"),
        "averaged_over": quantity(hold, "ps"),
        "boundaries": list(boundaries),
        **(found or {}),
    }
    if stages is not None:
        results["stages"] = list(stages)
    return made("segregation", seed, {"boundary": its}, results)


def held(kelvin: float) -> dict[str, Any]:
    return {"kind": "hold", "temperature_K": kelvin, "duration_ps": 500.0}


def of(judgements: Sequence[Judgement], number: int) -> Judgement:
    return next(found for found in judgements if found.claim.number == number)


@pytest.mark.parametrize(("loss", "word"), [(-1.0, "reproduced"), (1.0, "contradicted")])
def test_1_the_roomiest_boundary_gains_and_the_tightest_loses(loss: float, word: str) -> None:
    cases = []
    for seed, (plane, change, room) in itertools.product(SEEDS, [(2, 1.0, 90.0), (3, loss, 20.0)]):
        pair = [boundary(change + noise(seed), room), boundary(0.0, 40.0)]
        cases.append(at_boundary(seed, pair, asked={"plane": [0, 1, plane], "lithium": "carried"}))
    found = of(judge_cases(cases), 1)
    assert found.verdict == word
    assert found.parts[0].estimate is not None
    assert found.parts[0].estimate.value == pytest.approx(1.0)
    assert (found.n_cases, found.potentials) == (6, ("buckingham-llzo",))
    unfinished = of(judge_cases(cases[:-1]), 1)
    assert unfinished.verdict == "undecided"
    assert "gb-model-2: 2 seeds" in unfinished.reason, "no other takes the place of the tightest that lacks a seed"
    placed = [at_boundary(seed, [boundary(1.0, 90.0), boundary(-1.0, 20.0)]) for seed in SEEDS]
    assert of(judge_cases(placed), 1).reason.startswith("no case of a boundary with its lithium carried")


def cells(per_axis: Mapping[str, int], slope: float, hold: float = 500.0) -> list[CaseRecord]:
    """Cells with two boundaries whose excess follows the cavity fraction, three seeds each."""
    axes = {"[100]": [1, 0, 0], "[110]": [1, -1, 0], "[210]": [2, 1, 0]}
    rng = np.random.default_rng(3)
    cases = []
    for axis, n in per_axis.items():
        for k, fractions in enumerate(rng.uniform(0.05, 0.3, (n, 2))):
            for seed in SEEDS:
                pair = [boundary(0.0, 1.0, slope * f + 0.8 * rng.normal(), f) for f in fractions]
                asked = {"axis": axes[axis], "cut_offset": 0.05 * k}
                cases.append(at_boundary(seed, pair, asked=asked, hold=hold))
    return cases


def test_2_segregation_follows_the_cavity_fraction_on_each_axis() -> None:
    full = {"[100]": 12, "[110]": 12, "[210]": 12}
    assert of(judge_cases(cells(full, 20.0)), 2).verdict == "reproduced"
    assert of(judge_cases(cells(full, -20.0)), 2).verdict == "contradicted"
    few = of(judge_cases(cells({**full, "[210]": 3}, 20.0)), 2)
    assert few.verdict == "undecided"
    assert "[210]: 3 cells, 6 are needed" in few.reason
    # three cells of three seeds, 0.1 ns each
    assert few.needed == "more cells (3 of [210]), 3 seeds each: 0.9 ns × 768 atoms"
    short = of(judge_cases(cells(full, 20.0, hold=100.0)), 2)
    assert short.verdict == "undecided"
    assert "400 ps" in short.reason
    assert of(judge_cases(cells({"[100]": 8}, 20.0)[::3]), 2).reason == "no case of a cell with 3 seeds"


def at_kelvin(case: CaseRecord, kelvin: float) -> CaseRecord:
    return CaseRecord({}, {**case.results, "stages": [held(kelvin)]})


def test_2_is_judged_by_the_most_cells_and_of_equal_ones_by_the_hottest() -> None:
    full = {"[100]": 12, "[110]": 12, "[210]": 12}
    cold = [at_kelvin(case, 600.0) for case in cells(full, -20.0)]
    hot = [at_kelvin(case, 1000.0) for case in cells(full, 20.0)]
    assert [of(judge_cases(both), 2).verdict for both in (cold + hot, hot + cold)] == ["reproduced"] * 2
    fewer = [at_kelvin(case, 1000.0) for case in cells({**full, "[210]": 11}, 20.0)]
    assert of(judge_cases(fewer + cold), 2).verdict == "contradicted"


def test_3_the_energy_starts_above_and_falls() -> None:
    def case(seed: int, begin: float, end: float) -> CaseRecord:
        energy = {
            "at_begin_of_hold": quantity(begin + noise(seed) / 1e3, "eV/atom"),
            "at_end_of_hold": quantity(end, "eV/atom"),
        }
        return at_boundary(seed, [boundary(0.0, 1.0, energy=energy)] * 2)

    assert of(judge_cases([case(seed, 0.05, 0.01) for seed in SEEDS]), 3).verdict == "reproduced"
    assert of(judge_cases([case(seed, 0.05, 0.09) for seed in SEEDS]), 3).verdict == "contradicted"
    assert "energies of atoms" in of(judge_cases([at_boundary(1, [boundary(0.0, 1.0)] * 2)]), 3).reason


def annealed(colder: float, energy: float, rate: float = 0.0002) -> list[CaseRecord]:
    """Held hot; held hot, cooled and held cold; heated to the cold and held."""
    cool = {"kind": "cool", "from_K": 500.0, "to_K": 300.0, "rate_K_per_fs": rate}
    kinds = [([held(500.0)], 1.0, 0.1), ([held(500.0), cool, held(300.0)], colder, energy), ([held(300.0)], 0.8, 0.0)]
    return [
        at_boundary(
            seed,
            [boundary(0.0, 50.0, excess + noise(seed)), boundary(0.0, 10.0, -9.0)],
            stages=stages,
            found={"thermodynamics": {"energy_per_atom": quantity(-30.0 + total + noise(seed) * 1e-3, "eV")}},
        )
        for seed in SEEDS
        for stages, excess, total in kinds
    ]


def test_4_and_6_a_slow_cool_segregates_more_and_lowers_the_energy() -> None:
    found = judge_cases(annealed(1.5, -0.01))
    assert (of(found, 4).verdict, of(found, 6).verdict) == ("reproduced", "reproduced")
    assert (of(found, 4).n_cases, of(found, 6).n_cases) == (9, 6)
    other = judge_cases(annealed(0.5, 0.01))
    assert (of(other, 4).verdict, of(other, 6).verdict) == ("contradicted", "contradicted")
    fast = of(judge_cases(annealed(1.5, -0.01, rate=0.02)), 4)
    assert (fast.verdict, fast.needed) == ("undecided", "cool at 0.0002 K/fs")


def with_lithium(seed: int, extra: int, slope: float, kelvin: float = 1000.0) -> CaseRecord:
    atoms = {"Li": quantity(350 + extra, "atoms"), "Zr": quantity(100, "atoms")}
    pair = [boundary(0.0, 50.0, slope * extra / 100 + noise(seed)), boundary(0.0, 10.0, -5.0)]
    asked = {"extra_lithium": extra}
    return at_boundary(seed, pair, asked=asked, found={"ledger": {"atoms": atoms}}, stages=[held(kelvin)])


def levels(slope: float, kelvin: float = 1000.0) -> list[CaseRecord]:
    pairs = itertools.product(SEEDS, (-20, 0, 20))
    return [with_lithium(seed, extra, slope + 3 * noise(seed), kelvin) for seed, extra in pairs]


@pytest.mark.parametrize(("slope", "word"), [(2.0, "reproduced"), (-2.0, "contradicted")])
def test_5_more_lithium_more_segregation(slope: float, word: str) -> None:
    found = of(judge_cases(levels(slope)), 5)
    assert found.verdict == word
    assert found.effect is not None
    assert found.effect.value == pytest.approx(slope)
    assert "3 lithium contents" in of(judge_cases(levels(slope)[:1]), 5).reason


def test_5_is_judged_by_the_hottest_of_equal_series() -> None:
    cold, hot = levels(-2.0, 600.0), levels(2.0, 1000.0)
    assert [of(judge_cases(both), 5).verdict for both in (cold + hot, hot + cold)] == ["reproduced"] * 2


def test_5_a_line_is_of_one_boundary_however_the_room_changes() -> None:
    """The second boundary falls, and has more room per lithium at the lowest level alone."""
    cases = levels(2.0)
    for case in cases:
        extra = case.asked["boundary"]["extra_lithium"]
        case.results["boundaries"][1]["gibbs_excess"]["value"] = -extra / 10
        case.results["boundaries"][1]["room_per_lithium_at_start"]["value"] = 90.0 if extra < 0 else 10.0
    found = of(judge_cases(cases), 5)
    assert found.effect is not None
    assert found.verdict == "reproduced"
    assert found.effect.value == pytest.approx(2.0)


def full_cell(seed: int, thickness: float, rate: float, places: Mapping[str, Any] | None = None) -> CaseRecord:
    asked = {"cell": {"model": "cell-1", "twin": False, "llzo_A": thickness, "lzo_A": 18.0}, "regions": {}}
    found = {"rate": {"current_density": quantity(rate, "mA/cm²")}, "discharge": {"gained": {}}, **(places or {})}
    return made("discharge", seed, asked, found)


def test_8_thickness_changes_the_rate_whatever_the_sign() -> None:
    def both(ratio: float, scatter: float) -> list[CaseRecord]:
        cases = []
        for seed in SEEDS:
            cases += [full_cell(seed, 25.0, 10.0), full_cell(seed, 50.0, 10.0 * ratio * np.exp(scatter * noise(seed)))]
            thick = full_cell(seed, 25.0, 10.0 * ratio * np.exp(scatter * noise(seed)))
            asked = {**thick.asked, "cell": {**thick.asked["cell"], "lzo_A": 36.0}}
            cases.append(CaseRecord({}, {**thick.results, "asked": asked}))
        return cases

    for ratio in (0.5, 2.0):
        assert of(judge_cases(both(ratio, 1.0)), 8).verdict == "reproduced"
    assert of(judge_cases(both(1.0, 0.5)), 8).verdict == "contradicted"
    assert of(judge_cases(both(1.0, 50.0)), 8).verdict == "undecided"
    only = of(judge_cases([case for case in both(0.5, 1.0) if case.asked["cell"]["lzo_A"] == 18.0]), 8)
    assert only.verdict == "undecided"
    assert "LixZr2O4: no seed has a value" in only.reason


def test_9_the_bulk_is_refilled() -> None:
    def change(first: float, last: float) -> Any:
        return {"first": quantity(first, "atoms"), "last": quantity(last, "atoms")}

    def case(seed: int, before: float) -> CaseRecord:
        during = {"boundary": change(50.0, 60.0 + noise(seed)), "bulk": change(100.0, 105.0 + noise(seed))}
        alone = {"places": {"bulk": change(110.0, 110.0 + before + noise(seed))}}
        return full_cell(seed, 25.0, 10.0, {"places": during, "alone": alone})

    assert of(judge_cases([case(seed, -10.0) for seed in SEEDS]), 9).verdict == "reproduced"
    assert of(judge_cases([case(seed, 10.0) for seed in SEEDS]), 9).verdict == "contradicted"
    assert of(judge_cases([full_cell(seed, 25.0, 10.0) for seed in SEEDS]), 9).n_cases == 0


def conducting(seed: int, kelvin: float, glassy: float, value: float, boundaries: int = 0) -> CaseRecord:
    found = {
        "is_diffusing": value > 0.0,
        "glassy": quantity(glassy, "1"),
        "conductivity": quantity(value, "S/cm"),
        "ledger": {"boundaries": [{}] * boundaries},
    }
    return made("transport", seed, {"model": {"glassy": glassy, "n": boundaries}}, found, kelvin=kelvin)


@pytest.mark.parametrize(("ratio", "word"), [(0.5, "reproduced"), (2.0, "contradicted")])
def test_18_glass_conducts_worse(ratio: float, word: str) -> None:
    cases = []
    for seed, kelvin in itertools.product(SEEDS, (900.0, 1100.0)):
        cases += [conducting(seed, kelvin, 0.98, ratio * np.exp(noise(seed))), conducting(seed, kelvin, 0.0, 1.0)]
        cases += [conducting(seed, kelvin, 0.05, 100.0, boundaries=2), conducting(seed, kelvin, 0.4, 100.0)]
    found = of(judge_cases(cases), 18)
    assert found.verdict == word
    assert found.effect is not None
    assert found.effect.value == pytest.approx(np.log(ratio))
    assert found.n_cases == 12
    assert "glass" in of(judge_cases(cases[1::4]), 18).reason


def shell(*positions: float) -> dict[str, Any]:
    return {"kind": "union", "of": [{"kind": "shell", "position": at, "within_A": 5.0} for at in positions]}


def pulled(
    seed: int, at_break: float | None, model: Mapping[str, Any], glassy: float, *melts: Mapping[str, Any]
) -> CaseRecord:
    """A cell with boundaries at 0 and 1/2, pulled apart after some regions were melted."""
    strain = {"kind": "strain", "temperature_K": 300.0, "to_strain": 0.3, "rate_per_ps": 0.001, "lateral": "free"}
    asked = {"model": model, "run": RUN, "stage": [{"kind": "amorphise_layer"}] if melts else [strain]}
    broken = {"value": None, "unit": "1"} if at_break is None else quantity(at_break, "1")
    found = {
        "stages": [*({"kind": "melt_region", "region": region} for region in melts), strain],
        "ledger": {"boundaries": [{"position": quantity(at, "cell lengths")} for at in (0.0, 0.5)]},
        "glassy": quantity(glassy, "1"),
        "length": quantity(100.0, "Å"),
        "stress_strain": {"strain_at_break": broken},
    }
    return made("mechanics", seed, asked, found)


BREAKS = [
    (0.08, 0.15, "reproduced"),
    (0.08, 0.05, "contradicted"),
    (0.2, 0.25, "contradicted"),
    (0.08, None, "reproduced"),
]


@pytest.mark.parametrize(("early", "late", "word"), BREAKS)
def test_19_the_boundary_breaks_early_and_its_glass_later(early: float, late: float | None, word: str) -> None:
    tilt = {"boundary": {"plane": [1, 1, 2]}}
    cases = []
    for seed in SEEDS:
        jitter = noise(seed) / 10
        cases.append(pulled(seed, early + jitter, tilt, 0.1))
        cases.append(pulled(seed, None if late is None else late - jitter, tilt, 0.4, shell(0.0, 0.5)))
        cases.append(pulled(seed, 0.3, {"bulk": {"repeats": [1, 1, 4]}}, 0.0))
    assert of(judge_cases(cases), 19).verdict == word


TO_THE_EDGE = {"kind": "box", "low": [0.0, 0.0, 0.4], "high": [0.5, 1.0, 0.6]}
MELTS: list[tuple[Sequence[Mapping[str, Any]], str]] = [
    ([shell(0.0, 0.5)], "reproduced"),
    ([shell(0.0), shell(1.5)], "reproduced"),
    ([{"kind": "outside", "of": shell(0.25)}], "reproduced"),
    ([shell(0.0)], "undecided"),
    ([shell(0.0), TO_THE_EDGE], "undecided"),
    ([{"kind": "sites", "cations": [3, 4]}], "undecided"),
]


@pytest.mark.parametrize(("melts", "word"), MELTS)
def test_19_a_glass_is_molten_at_each_of_its_boundaries(melts: Sequence[Mapping[str, Any]], word: str) -> None:
    tilt = {"boundary": {"plane": [1, 1, 2]}}
    cases = [pulled(seed, 0.08 + noise(seed) / 10, tilt, 0.1) for seed in SEEDS]
    found = of(judge_cases([*cases, *(pulled(seed, 0.15, tilt, 0.4, *melts) for seed in SEEDS)]), 19)
    assert found.verdict == word
    assert found.parts[0].effect.by_seed == {
        case.seed: case.number("stress_strain", "strain_at_break") for case in cases
    }


def test_a_file_is_the_glass_of_a_boundary_if_it_is_glassier() -> None:
    tilt = {"boundary": {"plane": [1, 1, 2]}}
    cases = [pulled(seed, 0.08 + noise(seed) / 10, tilt, 0.1) for seed in SEEDS]
    cases += [pulled(seed, 0.2, {"file": {"file": "a"}}, 0.5) for seed in SEEDS]
    assert of(judge_cases(cases), 19).verdict == "reproduced"
    cases = cases[:3] + [pulled(seed, 0.2, {"file": {"file": "b"}}, 0.12) for seed in SEEDS]
    assert of(judge_cases(cases), 19).verdict == "undecided"


def test_potentials_are_judged_apart() -> None:
    one = [conducting(seed, 900.0, glassy, 1.0) for seed in SEEDS for glassy in (0.0, 1.0)]
    other = [CaseRecord({}, {**case.results, "potential": {"name": "deepmd", "checksum": "d" * 64}}) for case in one]
    found = [judged for judged in judge_cases([*one, *other]) if judged.claim.number == 18]
    assert [judged.potentials for judged in found] == [("buckingham-llzo",), ("deepmd",)]


def test_every_claim_has_a_number_a_rule_and_a_study_that_exists() -> None:
    claims = all_claims()
    assert len({claim.number for claim in claims}) == len(claims)
    assert {1, 2, 3, 4, 5, 6, 8, 9, 18, 19} <= {claim.number for claim in claims}
    assert set(CLAIMS) <= set(ALL_STUDIES)
    for study, judges in CLAIMS.items():
        assert {claim.study for claim in judges} == {study}
        assert all(claim.fewest_seeds >= 3 for claim in judges)
    assert cavity.CAVITY in segregation.JUDGES
    for module in (discharge, mechanics, transport):
        assert module.JUDGES
