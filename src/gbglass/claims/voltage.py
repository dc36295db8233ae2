"""The claim about the positive electrode: LiZr2O4 takes lithium up at a voltage, in the steps that DFT gives."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, judge
from gbglass.claims.pick import most_seeds, sort_by

Plateaus = Sequence[tuple[float, float, float]]
"""From one content to another at a voltage [1, 1, V], contents rising."""

_SAME = 1e-6
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
        "of that. Corners of GPAW's hull that the potential's hull lacks: fewer than one half. A seed puts every atom "
        "off its place (rattle_A) before the potential brings it to rest, else all seeds are one; GPAW's of one seed "
        "are held against the others that have none."
    ),
    dated=date(2026, 11, 27),
)


def judge_voltage(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 7."""
    alike = sort_by(filter(_own, cases), lambda case: case.same_but_seed)
    asked = {key: same for key, same in alike.items() if any(map(_gpaw, same))}
    best = most_seeds(asked)
    if not best:
        return absent(claim, "voltages with GPAW's beside them", "a table [gpaw], and a Python that has it", cases)
    first = next(filter(None, map(_gpaw, best)))
    if not best[0].asked.get("rattle_A"):
        best = best[:1]  # seeds that change nothing are one sample
    pairs = {case.seed: (_own(case), _gpaw(case) or first) for case in best}
    effects = [
        Effect("lowest plateau", "V", 0.0, "above", {seed: _lowest(own) for seed, (own, _) in pairs.items()}),
        Effect(
            "distance from GPAW over half a step", "1", 1.0, "below",
            {seed: _distance(own, gpaw) for seed, (own, gpaw) in pairs.items()},
        ),
        Effect(
            "corners of GPAW's hull that lack", "1", 0.5, "below",
            {seed: float(_lacking(own, gpaw)) for seed, (own, gpaw) in pairs.items()},
        ),
    ]  # fmt: skip
    return judge(claim, effects, best)


def _own(case: CaseRecord) -> Plateaus:
    """Return the plateaus of the potential; none where it has no curve."""
    return _plateaus(case.find("sources", str(case.find("potential_is")), "plateaus"))


def _gpaw(case: CaseRecord) -> Plateaus:
    return _plateaus(case.find("against", GPAW, "plateaus"))


def _plateaus(found: Sequence[Mapping[str, Any]] | None) -> Plateaus:
    return [
        (float(one["from"]["value"]), float(one["to"]["value"]), float(one["voltage"]["value"])) for one in found or ()
    ]


def _lowest(own: Plateaus) -> float:
    return min(volts for _, _, volts in own)


def _distance(own: Plateaus, gpaw: Plateaus) -> float:
    volts = [one for _, _, one in gpaw]
    steps = [before - after for before, after in pairwise(volts)] or [abs(volts[0])]
    return max(abs(_mean(own, low, high) - one) for low, high, one in gpaw) / (0.5 * min(steps))


def _mean(own: Plateaus, low: float, high: float) -> float:
    """Average a voltage from one content to another [V]; not a number beyond where it is known."""
    if low < own[0][0] - _SAME or high > own[-1][1] + _SAME:
        return math.nan
    return sum(max(0.0, min(end, high) - max(begin, low)) * volts for begin, end, volts in own) / (high - low)


def _lacking(own: Plateaus, gpaw: Plateaus) -> int:
    """Count the corners of GPAW's hull that the potential's has not."""
    corners = [content for begin, end, _ in own for content in (begin, end)]
    return sum(
        all(abs(content - mine) > _SAME for mine in corners) for content in {c for a, b, _ in gpaw for c in (a, b)}
    )


JUDGES = MappingProxyType({VOLTAGE: judge_voltage})
