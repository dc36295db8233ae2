"""The claims about segregation: who gains, with what it rises, and that it lowers the energy."""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from types import MappingProxyType

import numpy as np

from gbglass.claims.case_record import CaseRecord, Plain
from gbglass.claims.cavity import CAVITY, judge_cavity
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.evened_out import not_evened_out
from gbglass.claims.judge import Doubt, absent, judge
from gbglass.claims.pick import most_seeds, pairs_by_seed, sort_by

PAPER_COOLING_K_PER_FS = 0.0002
"""What the paper calls slow [K/fs]."""

_MILLI = 1e3
_LEVELS = 3
_DATED = date(2026, 11, 27)
_SAME = 1e-6
_COLD_K = 350.0

GAIN_AND_LOSS = Claim(
    number=1,
    study="segregation",
    sentence="The boundary called gb-model-1 gains lithium and the one called gb-model-2 loses it.",
    source="Fig. 1b, c, d",
    measured=(
        "Change of the Gibbs excess from the start to the last hold, lithium carried along by the cut. gb-model-1 is "
        "the boundary with the most room per lithium at the start, on the mean over seeds, and gb-model-2 the one with "
        "the least, among all boundaries of the cases: above 0 at the first, below 0 at the second."
    ),
    dated=_DATED,
)
ENERGY = Claim(
    number=3,
    study="segregation",
    sentence="The energy per atom of a boundary starts above the bulk's and comes down towards it.",
    source="SI Fig. 6 and the text on it",
    measured=(
        "Energy per atom of the boundaries over an interior of the same composition (mean of the two). In the first "
        "tenth of the last hold: above 0; that less the same in the last tenth: above 0."
    ),
    dated=_DATED,
)
COOLING = Claim(
    number=4,
    study="segregation",
    sentence="Cooled slowly, a boundary holds more lithium the colder it is; heated to 300 K only, it holds less.",
    source="SI Fig. 7",
    measured=(
        "Gibbs excess at the boundary with more room per lithium, seeds paired. Held at the lower temperature after a "
        "slow cool (0.0002 K/fs or slower), less that of the hold at the temperature where the cooling began: above 0. "
        "The same, less that of a case heated to the lower temperature only: above 0."
    ),
    dated=_DATED,
)
CONTENT = Claim(
    number=5,
    study="segregation",
    sentence="The more lithium there is, the more segregates.",
    source="Discussion",
    measured=(
        "Slope of the Gibbs excess at the boundary with more room per lithium at the middle level against the lithium "
        "of the whole cell per Zr, over three levels or more, a line for each seed: above 0."
    ),
    dated=_DATED,
)
STABILITY = Claim(
    number=6,
    study="segregation",
    sentence="At 300 K the structure with more segregated lithium is the more stable one.",
    source="SI Fig. 8",
    measured=(
        "Two cases of one structure and seed that end with a hold at one temperature of 350 K or less, one of them "
        "after a hold at a higher temperature. Excess after the anneal less that without: above 0; mean total energy "
        "per atom in the last hold, the same difference: below 0."
    ),
    dated=_DATED,
)


def judge_gain_and_loss(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 1."""
    carried = [case for case in cases if case.find("lithium") == "carried"]
    alike = most_seeds(sort_by(carried, lambda case: case.same_but("boundary")))
    if not alike:
        add = "three seeds of boundaries with boundary.lithium = 'carried'"
        return absent(claim, "a boundary with its lithium carried along by the cut", add, cases)
    models = sort_by(alike, lambda case: case.same_but_seed)
    rooms = {  # of those with few seeds too: were they left out, who is asked would hang on which cases have ended
        (key, number): _mean(_room(case, number) for case in same)
        for key, same in models.items()
        for number in range(len(_boundaries(same[0])))
    }
    (roomy, first), (tight, second) = max(rooms, key=rooms.__getitem__), min(rooms, key=rooms.__getitem__)
    unit = str(alike[0].find("boundaries", 0, "change", "unit"))
    effects = [
        Effect("change at gb-model-1", unit, 0.0, "above", _by_seed(models[roomy], _changes(first))),
        Effect("change at gb-model-2", unit, 0.0, "below", _by_seed(models[tight], _changes(second))),
    ]
    return judge(claim, effects, models[roomy] + (models[tight] if tight != roomy else []))


def judge_energy(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 3."""
    measured = [case for case in cases if case.find("boundaries", 0, "energy_over_interior")]
    same = most_seeds(sort_by(measured, lambda case: case.same_but_seed))
    if not same:
        return absent(
            claim, "a boundary whose frames hold the energies of atoms", "run.per_atom = ['energy'], three seeds", cases
        )
    begin, end = (_by_seed(same, _energies(when)) for when in ("at_begin_of_hold", "at_end_of_hold"))
    fall = {seed: begin[seed] - end[seed] for seed in begin}
    effects = [
        Effect("boundary over bulk when the hold begins", "meV/atom", 0.0, "above", begin),
        Effect("fall in the hold", "meV/atom", 0.0, "above", fall),
    ]
    return judge(claim, effects, same)


def judge_cooling(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 4."""
    cooled = most_seeds(sort_by(filter(_cooling, cases), lambda case: case.same_but_seed))
    if not cooled:
        add = "three seeds of a hold, a stage 'cool' at 0.0002 K/fs and a hold at the lower temperature"
        return absent(claim, "a boundary that was cooled and held", add, cases)
    cool = _cooling(cooled[0])[0]
    others = [case for case in cases if case.same_but("stage") == cooled[0].same_but("stage") and not _cooling(case)]
    start, cold = ([case for case in others if case.temperature == float(cool[key])] for key in ("from_K", "to_K"))
    cold = [case for case in cold if not _was_hotter(case)]
    excess = _roomier("gibbs_excess")
    unit = str(cooled[0].find("boundaries", 0, "gibbs_excess", "unit"))
    effects = [
        Effect("excess, cooled less hot", unit, 0.0, "above", _differences(cooled, start, excess)),
        Effect("excess, cooled less heated only", unit, 0.0, "above", _differences(cooled, cold, excess)),
    ]
    doubt = None
    if float(cool["rate_K_per_fs"]) > PAPER_COOLING_K_PER_FS * (1.0 + _SAME):
        said = f"cooled at {cool['rate_K_per_fs']:g} K/fs, the paper's slow cooling is {PAPER_COOLING_K_PER_FS:g}"
        doubt = Doubt(said, f"cool at {PAPER_COOLING_K_PER_FS:g} K/fs")
    return judge(claim, effects, [*cooled, *start, *cold], doubt)


def judge_content(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 5."""
    families = sort_by(cases, lambda case: case.same_but("boundary.extra_lithium", "crystal.tetrahedral_Li"))
    by_family = {key: _slopes(same) for key, same in families.items()}
    key = max(by_family, key=lambda one: (len(by_family[one]), families[one][0].temperature), default="")
    if not by_family.get(key):
        add = "three seeds of three values of boundary.extra_lithium, with a potential without fixed charges"
        return absent(claim, f"{_LEVELS} lithium contents of one boundary", add, cases)
    unit = f"{cases[0].find('boundaries', 0, 'gibbs_excess', 'unit')} per Li/Zr"
    used = [case for case in families[key] if case.seed in by_family[key]]
    return judge(claim, [Effect("slope", unit, 0.0, "above", by_family[key])], used, not_evened_out(used))


def judge_stability(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 6."""
    cold = [case for case in cases if case.temperature <= _COLD_K]
    annealed = most_seeds(sort_by(filter(_was_hotter, cold), lambda case: case.same_but_seed))
    plain = [
        case
        for case in cold
        if annealed
        and not _was_hotter(case)
        and case.same_but("stage") == annealed[0].same_but("stage")
        and case.temperature == annealed[0].temperature
    ]
    if not plain:
        add = "three seeds of a hold at 300 K, and of a hold at 500 K with a cool and a hold at 300 K after it"
        return absent(claim, "one structure at 300 K with and without an anneal", add, cases)
    unit = str(plain[0].find("boundaries", 0, "gibbs_excess", "unit"))
    excess, energy = (_differences(annealed, plain, measure) for measure in (_roomier("gibbs_excess"), _energy))
    effects = [
        Effect("excess, annealed less not", unit, 0.0, "above", excess),
        Effect("energy, annealed less not", "meV/atom", 0.0, "below", energy),
    ]
    return judge(claim, effects, [*annealed, *plain])


def _boundaries(case: CaseRecord) -> Sequence[object]:
    boundaries: Sequence[object] = case.results["boundaries"]
    return boundaries


def _room(case: CaseRecord, number: int) -> float:
    """Room per lithium at the start; one without lithium has endless room [Å³]."""
    room = case.number("boundaries", number, "room_per_lithium_at_start")
    return math.inf if math.isnan(room) else room


def _roomier(what: str) -> Callable[[CaseRecord], float]:
    """Return what reads a quantity at the boundary of a cell with more room per lithium at the start."""
    return lambda case: case.number("boundaries", _roomier_of(case), what)


def _roomier_of(case: CaseRecord) -> int:
    return max(range(len(_boundaries(case))), key=lambda number: _room(case, number))


def _changes(number: int) -> Callable[[CaseRecord], float]:
    return lambda case: case.number("boundaries", number, "change")


def _energies(when: str) -> Callable[[CaseRecord], float]:
    def read(case: CaseRecord) -> float:
        numbers = range(len(_boundaries(case)))
        return _MILLI * _mean(case.number("boundaries", number, "energy_over_interior", when) for number in numbers)

    return read


def _energy(case: CaseRecord) -> float:
    return _MILLI * case.number("thermodynamics", "energy_per_atom")


def _by_seed(cases: Sequence[CaseRecord], measure: Callable[[CaseRecord], float]) -> dict[str, float]:
    return {case.seed: measure(case) for case in cases}


def _differences(
    first: Sequence[CaseRecord], second: Sequence[CaseRecord], measure: Callable[[CaseRecord], float]
) -> dict[str, float]:
    return {seed: measure(a) - measure(b) for seed, (a, b) in pairs_by_seed(first, second).items()}


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _cooling(case: CaseRecord) -> list[Plain]:
    """Return the stages in which a case was cooled."""
    return [stage for stage in case.stages if stage["kind"] == "cool"]


def _was_hotter(case: CaseRecord) -> bool:
    """Say whether a hold before the last was at a higher temperature."""
    holds = [float(stage["temperature_K"]) for stage in case.stages if stage["kind"] == "hold"]
    return any(kelvin > holds[-1] for kelvin in holds[:-1])


def _slopes(cases: Sequence[CaseRecord]) -> dict[str, float]:
    """Fit a line for each seed that has enough levels, at the boundary that is the roomier one at its middle level.

    Where lithium is added there is less room for each: picked level by level, the line could go from one boundary to
    the other.
    """
    slopes = {}
    for seed, same in sort_by(cases, lambda case: case.seed).items():
        rising = sorted(same, key=_lithium_per_zirconium)
        content = np.array([_lithium_per_zirconium(case) for case in rising])
        if len(np.unique(content.round(6))) >= _LEVELS:
            number = _roomier_of(rising[len(rising) // 2])
            excess = [case.number("boundaries", number, "gibbs_excess") for case in rising]
            slopes[seed] = float(np.polyfit(content, excess, 1)[0])
    return slopes


def _lithium_per_zirconium(case: CaseRecord) -> float:
    return case.number("ledger", "atoms", "Li") / case.number("ledger", "atoms", "Zr")


JUDGES = MappingProxyType(
    {
        GAIN_AND_LOSS: judge_gain_and_loss,
        CAVITY: judge_cavity,
        ENERGY: judge_energy,
        COOLING: judge_cooling,
        CONTENT: judge_content,
        STABILITY: judge_stability,
    }
)
