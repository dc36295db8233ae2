"""The claims about networks of boundaries: what melts first, and what glass does to lithium and to the metal."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from gbglass.claims.beside import SMOOTHED, Measure, comparable, differences, of_model, rise, values
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, judge
from gbglass.claims.pick import pairs_by_seed, seeds_of, sort_by

HOT = 1000.0
"""Above the paper's temperatures of operation, below that of its melt [K]."""

HALF = 0.5
_STAYS = 1.05
"""Half a Zr-O bond: what moves less keeps its neighbours [Å]."""

STEADY = 0.005
"""What energies of learned potentials are trusted to: an energy that changes by less stays [eV/atom]."""

_NETWORK = "network"
_CELLS = ("cell-gb", "cell-a")
_AS_BUILT = _CELLS[0]
_HEATING = "amorphise_heating"
_HOW_HOT = ("melt_K", "melting_fraction")

MELTING = Claim(
    number=16,
    study="network",
    sentence="At 1800 K the boundaries melt first; at 800 K all is steady, and La, Zr and O stay where they are.",
    source="Fig. 5c, SI Fig. 11",
    measured=(
        "Share of the La and Zr that has turned to glass since the start, at its highest: in the hot network between "
        "the grains less inside them, above 0, and between them above 1/2; in the network at 800 K between the grains "
        "below 1/2; there La, Zr and O between the grains displaced over half the hold by less than 1.05 Å, half a "
        "Zr-O bond, and the energy of an atom changed by less than 5 meV, up or down, over the hold. Hot: a hold above "
        "1000 K that the study names in kelvin, such as 1800 K; the same is asked of one that it names as a part of "
        "the potential's own melting point, such as 1.09, wherever there is one."
    ),
    dated=date(2026, 11, 27),
)

EVEN = Claim(
    number=17,
    study="network",
    sentence="Amorphising makes ZrO6 and lithium lie more evenly, and no protrusion forms on discharge.",
    source="Fig. 5d-g",
    measured=(
        "Spread over mean of whole ZrO6, and of lithium, over columns along the grains, averaged over equal times at "
        "the end: of a network that was above 1000 K less that of the same one that was not, alike in all else, seeds "
        "paired: each below 0. Highest place of the metal above its median in the last map, of cell-gb less that of "
        "cell-a, seeds paired, cells alike but for what was done with their networks before: above 0; of cell-a itself "
        "less that in its first map, below 2.4 Å, the width of the smoothing."
    ),
    dated=date(2026, 11, 28),
)


def judge_melting(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 16."""
    alone = of_model(cases, _NETWORK)
    in_kelvin = [case for case in alone if _fraction(case) is None]
    hot = _most([case for case in in_kelvin if _hottest(case) > HOT])
    cold = _most([case for case in in_kelvin if _hottest(case) <= HOT])
    if not hot or not cold:
        return absent(
            claim, "a network both hot and at 800 K", "three seeds each of a network at 800 and 1800 K", cases
        )
    molten = _hottest_fraction(alone)
    effects = [*_melts_first(hot, "hot"), *_stays(cold)]
    if molten:
        effects += _melts_first(molten, f"at {_fraction(molten[0]):g} of the melting point")
    found = judge(claim, effects, [*hot, *cold, *molten])
    if molten:
        return found
    unasked = "at that part of the potential's own melting point there is no case (its card must state one)"
    return replace(found, reason=f"{found.reason}; {unasked}")


def judge_even(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 17."""
    melted, untreated = _melted_and_not(cases)
    cells = comparable([case for case in cases if _cell(case) in _CELLS], "cell.model", "alone")
    as_built, glass = (_most(of_model(cells, model)) for model in _CELLS)
    if not melted:
        what, add = "a network that was melted beside the same one that was not", "three seeds of it at 800 and 1800 K"
        return absent(claim, what, add, cases)
    uneven = {"ZrO6": _after("unevenness"), "Li": _after("lithium_unevenness")}
    effects = [
        *(
            Effect(f"unevenness of {what}, melted less not", "1", 0.0, "below", differences(melted, untreated, measure))
            for what, measure in uneven.items()
        ),
        Effect("highest place, cell-gb over cell-a", "Å", 0.0, "above", differences(as_built, glass, _highest)),
        Effect("rise of cell-a", "Å", SMOOTHED, "below", values(glass, rise)),
    ]
    used = {case.identity: case for case in (*melted, *untreated, *as_built, *glass)}
    return judge(claim, effects, list(used.values()))


def _melted_and_not(cases: Sequence[CaseRecord]) -> tuple[list[CaseRecord], list[CaseRecord]]:
    """Choose networks that were melted and the same ones that were not; the most pairs of seeds win, then the hottest.

    Before and after of one run would not do: its lithium evens out with time, whether or not anything was melted.
    """
    found = []
    for same in sort_by([case for case in cases if _cell(case) in (_NETWORK, *_CELLS)], _but_how_hot).values():
        hot = _most([case for case in same if _hottest(case) > HOT and _cell(case) != _AS_BUILT])
        cold = _most([case for case in same if _hottest(case) <= HOT])
        if hot and cold:
            found.append((hot, cold))
    return max(found, key=lambda pair: (len(pairs_by_seed(*pair)), _hottest(pair[0][0])), default=([], []))


def _but_how_hot(case: CaseRecord) -> str:
    """Return a text that is equal for networks that were treated alike but for how hot they were made."""
    protocol = "stage" if _cell(case) == _NETWORK else "alone"
    stages = [{key: value for key, value in stage.items() if key not in _HOW_HOT} for stage in case.asked[protocol]]
    window = case.find("network", "polyhedra", "window", "value")
    return json.dumps([case.same_but("cell.model", protocol), stages, window], sort_keys=True)


def _melts_first(hot: Sequence[CaseRecord], when: str) -> list[Effect]:
    return [
        Effect(f"melted between the grains less inside, {when}", "1", 0.0, "above", values(hot, _ahead)),
        Effect(f"melted between the grains, {when}", "1", HALF, "above", values(hot, _melted)),
    ]


def _stays(cold: Sequence[CaseRecord]) -> list[Effect]:
    return [
        Effect("melted between the grains at 800 K", "1", HALF, "below", values(cold, _melted)),
        *(
            Effect(f"displacement of {species} at 800 K", "Å", _STAYS, "below", values(cold, _mover(species)))
            for species in ("La", "Zr", "O")
        ),
        Effect("change of energy at 800 K, up or down", "eV/atom", STEADY, "below", values(cold, _energy_change)),
    ]


def _hottest_fraction(cases: Sequence[CaseRecord]) -> list[CaseRecord]:
    """Choose the networks heated to the largest part of their potential's melting point, if it was hot."""
    named = sort_by([case for case in cases if _fraction(case) is not None and _hottest(case) > HOT], _fraction)
    return _most(named[max(named, key=lambda part: part or 0.0)]) if len(named) > 0 else []


def _fraction(case: CaseRecord) -> float | None:
    """Return the part of the potential's melting point that its study heats to; None if it says kelvin."""
    parts = [stage.get("melting_fraction") for stage in case.asked["stage"] if stage["kind"] == _HEATING]
    return max((float(part) for part in parts if part is not None), default=None)


def _most(cases: Sequence[CaseRecord]) -> list[CaseRecord]:
    """Choose the cases that differ in their seed alone: of several sets the most seeds, then the hottest."""
    sets = sort_by(cases, lambda case: case.same_but_seed).values()
    return max(sets, key=lambda same: (seeds_of(same), _hottest(same[0])), default=[])


def _cell(case: CaseRecord) -> str:
    return str(case.asked["cell"]["model"])


def _hottest(case: CaseRecord) -> float:
    return case.number("network", "hottest")


def _melted(case: CaseRecord) -> float:
    return case.number("network", "melting", "boundary", "highest")


def _ahead(case: CaseRecord) -> float:
    return _melted(case) - case.number("network", "melting", "bulk", "highest")


def _energy_change(case: CaseRecord) -> float:
    return abs(case.number("network", "energy", "change"))


def _highest(case: CaseRecord) -> float:
    return case.number("surface", "last", "highest")


def _mover(species: str) -> Measure:
    return lambda case: case.number("network", "framework", "boundary", species, "displacement")


def _after(key: str) -> Measure:
    return lambda case: case.number("network", "polyhedra", "after", key)


JUDGES = MappingProxyType({MELTING: judge_melting, EVEN: judge_even})
