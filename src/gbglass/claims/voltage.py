"""The claim about the positive electrode: LiZr2O4 takes lithium up at a voltage, in the steps that DFT gives."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement, Part
from gbglass.claims.judge import absent, judge_parts
from gbglass.claims.pick import most_seeds, sort_by
from gbglass.core.results import Estimate

GPAW = "gpaw-pbe"

VOLTAGE = Claim(
    number=7,
    study="voltage",
    sentence="LiZr2O4 changes its oxidation state and discharges against lithium in the steps that DFT gives.",
    source="Fig. 2a, b",
    measured=(
        "Plateaus of the lower hull, against GPAW (PBE). The lowest plateau of the potential: above 0 V. The largest "
        "distance of the potential's mean voltage from a plateau of GPAW, over half the smallest height of a step of "
        "GPAW's: below 1, so that no plateau is nearer to another one's place; where GPAW has one plateau, over half "
        "of that. Corners of GPAW's hull that the potential's hull lacks: fewer than one half. Nothing is drawn at "
        "random: one case decides."
    ),
    dated=date(2026, 11, 27),
    fewest_seeds=1,
)


def judge_voltage(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 7."""
    asked = [case for case in cases if case.find("against", GPAW, "plateaus")]
    best = most_seeds(sort_by(asked, lambda case: case.same_but_seed))
    if not best:
        return absent(claim, "voltages with GPAW's beside them", "a table [gpaw], and a Python that has it", cases)
    effects = [
        Effect("lowest plateau", "V", 0.0, "above", {case.seed: _lowest(case) for case in best}),
        Effect("distance from GPAW over half a step", "1", 1.0, "below", {case.seed: _distance(case) for case in best}),
        Effect("corners of GPAW's hull that lack", "1", 0.5, "below", {case.seed: _lacking(case) for case in best}),
    ]
    return judge_parts(claim, tuple(map(_exact, effects)), best, "")


def _exact(effect: Effect) -> Part:
    """Judge a value that nothing random went into: it is its own interval."""
    value = next(iter(effect.by_seed.values()))
    is_so = value > effect.threshold if effect.side == "above" else value < effect.threshold
    reason = f"{effect.name} is {value:.3g}, {'' if is_so else 'not '}{effect.side} {effect.threshold:g}"
    exact = Estimate(value, effect.unit, 0.0, 0.0, 1, 1.0, (value, value))
    return Part(effect, exact, "reproduced" if is_so else "contradicted", reason, None)


def _lowest(case: CaseRecord) -> float:
    plateaus = case.find("sources", case.find("potential_is"), "plateaus")
    return min(float(one["voltage"]["value"]) for one in plateaus)


def _distance(case: CaseRecord) -> float:
    plateaus: Sequence[Mapping[str, Any]] = case.find("against", GPAW, "plateaus")
    volts = [float(one["voltage"]["value"]) for one in plateaus]
    steps = [before - after for before, after in pairwise(volts)] or [abs(volts[0])]
    away = max(abs(float(one["potential_minus_this"]["value"])) for one in plateaus)
    return away / (0.5 * min(steps))


def _lacking(case: CaseRecord) -> float:
    return case.number("against", GPAW, "corners_lacking")


JUDGES = MappingProxyType({VOLTAGE: judge_voltage})
