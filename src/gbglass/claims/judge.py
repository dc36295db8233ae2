r"""The one rule by which claims are judged: a seed is a sample, and an interval lies beyond a threshold or it does not.

With one value of the effect a seed, their mean has the interval

.. math:: \bar x \pm t_{n-1} \frac{s}{\sqrt n}

(Student's, 95 %). The claim is *reproduced* if all of it lies beyond the threshold on the claimed side, *contradicted*
if all of it lies on the other side, and *undecided* in between or with fewer than three seeds. Where the effect lies
exactly at the threshold a claim is thus called reproduced once in forty times. A claim of several parts is reproduced
if each of them is; it is contradicted if one of them is, whose interval is then as much wider as keeps that as rare
for all of them together (Bonferroni).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from gbglass.analysis.student import student_quantile
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement, Part, Side, VerdictWord
from gbglass.claims.decided_by import decided_by
from gbglass.claims.pick import time_and_atoms
from gbglass.core.results import Estimate

MOST_SEEDS = 1000
"""An effect so near its threshold that more seeds than these were needed is not worth their time."""

LEVEL = 0.05
"""Share of the intervals that miss the truth [1]."""

_TWO = 2


@dataclass(frozen=True)
class Doubt:
    """What forbids a verdict whatever the interval is.

    Parameters
    ----------
    reason
        Such as that lithium could not even out in the hold.
    needed
        What would remove it.

    """

    reason: str
    needed: str


def judge(
    claim: Claim, effects: Sequence[Effect], cases: Sequence[CaseRecord], doubt: Doubt | None = None
) -> Judgement:
    """Judge a claim by the effects that were measured.

    Parameters
    ----------
    claim
        Which.
    effects
        One, or several that must all be as claimed.
    cases
        Those that the effects were measured in.
    doubt
        What forbids a verdict; None if nothing does.

    """
    parts = tuple(_part(claim, effect, LEVEL / len(effects)) for effect in effects)
    return judge_parts(claim, parts, cases, more_seeds_text(claim, parts, cases), doubt)


def judge_parts(
    claim: Claim, parts: tuple[Part, ...], cases: Sequence[CaseRecord], needed: str, doubt: Doubt | None = None
) -> Judgement:
    """Put together what came of the parts of a claim, however each was judged.

    Parameters
    ----------
    claim
        Which.
    parts
        One, or several that must all be as claimed.
    cases
        Those that they were measured in.
    needed
        What would decide what is undecided.
    doubt
        What forbids a verdict; None if nothing does.

    """
    verdict, reason = _together(parts)
    needed = needed if verdict == "undecided" else ""
    if doubt is not None:
        verdict = "undecided"
        reason, needed = f"{doubt.reason}; {reason}", doubt.needed + (f"; {needed}" if needed else "")
    return Judgement(
        claim=claim,
        verdict=verdict,
        parts=parts,
        potentials=tuple(dict.fromkeys(case.potential for case in cases)),
        n_cases=len(cases),
        n_seeds=len({case.seed for case in cases}),
        atom_steps=sum(case.atom_steps for case in cases),
        needed=needed,
        reason=reason,
    )


def absent(claim: Claim, what: str, add: str = "", cases: Sequence[CaseRecord] = ()) -> Judgement:
    """Say that the cases are missing that a claim is about.

    Parameters
    ----------
    claim
        Which.
    what
        That there is no case of, such as ``"a boundary with lithium carried along"``.
    add
        What to add to the study; the examples that have it, and what they take, are named beside it.
    cases
        Those of its study that were looked at; they name the potential, and cost nothing here.

    """
    potentials = tuple(dict.fromkeys(case.potential for case in cases))
    needed = "; ".join(filter(None, (add, decided_by(claim.number))))
    return Judgement(claim, "undecided", (), potentials, 0, 0, 0, needed, f"no case of {what}")


def mean_over_seeds(by_seed: Mapping[str, float], unit: str, level: float = LEVEL) -> Estimate | None:
    """Average one value a seed; None without any.

    Parameters
    ----------
    by_seed
        Values; those that are no number are left out.
    unit
        Of the values.
    level
        Share of such intervals that miss the truth [1].

    Examples
    --------
    >>> mean = mean_over_seeds({"1": 1.0, "2": 2.0, "3": 3.0}, "1")
    >>> mean.value, [round(end, 3) for end in mean.interval]
    (2.0, [-0.484, 4.484])

    """
    values = np.array([value for value in by_seed.values() if math.isfinite(value)])
    n = len(values)
    if n == 0:
        return None
    mean = float(values.mean())
    if n == 1:
        return Estimate(mean, unit, math.nan, math.nan, 1, 1.0, (-math.inf, math.inf))
    spread = float(values.std(ddof=1))
    error = spread / math.sqrt(n)
    reach = _quantile(n, level) * error
    return Estimate(mean, unit, spread, error, n, float(n), (mean - reach, mean + reach))


def _part(claim: Claim, effect: Effect, level: float) -> Part:
    """Judge one effect, and say which seeds have no value of it: what is left out is told."""
    part = _decide(claim, effect, level)
    without = [seed for seed, value in effect.by_seed.items() if not math.isfinite(value)]
    if part.estimate is None or not without:
        return part
    seeds = f"seed{'s' if len(without) > 1 else ''} {', '.join(without)}"
    return replace(part, reason=f"{part.reason} (no value of {seeds})")


def _decide(claim: Claim, effect: Effect, level: float) -> Part:
    """Judge one effect; what contradicts it is asked for at a level of its own."""
    mean, wide = (mean_over_seeds(effect.by_seed, effect.unit, one) for one in (LEVEL, level))
    name = f"{effect.name}: " if effect.name else ""
    if mean is None or wide is None:
        return Part(effect, None, "undecided", f"{name}no seed has a value", claim.fewest_seeds)
    unit = "" if effect.unit == "1" else f" {effect.unit}"
    claimed = f"{effect.side} {effect.threshold:.4g}{unit}"
    if mean.n_frames < claim.fewest_seeds:
        missing = claim.fewest_seeds - mean.n_frames
        seeds = f"{mean.n_frames} seed{'s' if mean.n_frames > 1 else ''}"
        return Part(effect, mean, "undecided", f"{name}{seeds}, {claim.fewest_seeds} are needed", missing)
    low, high = mean.interval
    where = f"{name}the 95 % interval, {low:.4g} to {high:.4g}{unit},"
    if _beyond(mean.interval, effect):
        return Part(effect, mean, "reproduced", f"{where} lies {claimed}", None)
    if _short_of(wide.interval, effect):
        return Part(effect, mean, "contradicted", f"{where} lies nowhere {claimed}", None)
    more = _more_seeds(mean, effect.threshold, level)
    return Part(effect, mean, "undecided", f"{where} is not all {claimed}, nor all on the other side", more)


def _beyond(interval: tuple[float, float], effect: Effect) -> bool:
    low, high = interval
    return low > effect.threshold if effect.side == "above" else high < effect.threshold


def _short_of(interval: tuple[float, float], effect: Effect) -> bool:
    low, high = interval
    return high < effect.threshold if effect.side == "above" else low > effect.threshold


def either_side(claim: Claim, effect: Effect) -> Part:
    """Judge an effect whose sign is not claimed: it is there if its interval lies on one side of the threshold.

    Parameters
    ----------
    claim
        Which.
    effect
        What was measured; its side says nothing, and that of its mean is told.

    Returns
    -------
    Part
        Reproduced or undecided: that an effect is too small to count is for the claim to say.

    """
    mean = mean_over_seeds(effect.by_seed, effect.unit)
    side: Side = "below" if mean is not None and mean.value < effect.threshold else "above"
    return _part(claim, replace(effect, side=side), LEVEL)


def _together(parts: tuple[Part, ...]) -> tuple[VerdictWord, str]:
    verdict: VerdictWord = "undecided"
    if all(part.verdict == "reproduced" for part in parts):
        verdict = "reproduced"
    elif any(part.verdict == "contradicted" for part in parts):
        verdict = "contradicted"
    return verdict, "; ".join(part.reason for part in parts if part.verdict == verdict)


def _more_seeds(mean: Estimate, threshold: float, level: float) -> int | None:
    """Count the seeds that would decide if the mean and the spread stay what they are; None if too many."""
    distance = abs(mean.value - threshold)
    for n in range(mean.n_frames + 1, MOST_SEEDS + 1):
        if _quantile(n, level) * mean.standard_deviation / math.sqrt(n) < distance:
            return n - mean.n_frames
    return None


def more_seeds_text(claim: Claim, parts: tuple[Part, ...], cases: Sequence[CaseRecord]) -> str:
    """Say how many seeds more would decide, and what those cost."""
    open_parts = [part for part in parts if part.verdict == "undecided"]
    if not open_parts:
        return ""
    if any(part.needed_seeds is None for part in open_parts):
        return (
            f"more than {MOST_SEEDS} seeds at this spread: if there is an effect it lies too near the threshold; "
            "longer runs spread less"
        )
    more = max(part.needed_seeds or 0 for part in open_parts)
    seeds = f"{more} more seed{'s' if more > 1 else ''}"
    n_seeds = len({case.seed for case in cases})
    time, atoms = time_and_atoms(cases)
    if not n_seeds or time <= 0.0:
        return f"{seeds} ({claim.fewest_seeds} at least)"
    return f"{seeds}: {time / n_seeds * more:.2g} ns × {atoms:.0f} atoms"


@cache
def _quantile(n: int, level: float) -> float:
    return student_quantile(1.0 - level / _TWO, n - 1)
