"""The claim about transport: glass conducts worse than the crystal."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from gbglass.claims.case_record import CaseRecord, Plain
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, judge
from gbglass.claims.pick import pairs_by_seed, sort_by

GLASS, CRYSTAL = 0.9, 0.1
"""A cell is glass if at least so many of its La and Zr are glassy, and a crystal if at most so many are [1]: garnet has
next to none and its glass next to all, and boundary cells lie between."""

_MELTS = "melt_region"

CONDUCTIVITY = Claim(
    number=18,
    study="transport",
    sentence="Amorphous LLZO conducts lithium worse than crystalline LLZO.",
    source="abstract, Fig. 4b",
    measured=(
        "Conductivity (Nernst-Einstein) of glass over that of the crystal, seeds paired, at each temperature at which "
        "both diffuse; the logarithm of the ratio, averaged over those temperatures, must lie below 0. Glass: 90 % or "
        "more of the La and Zr glassy (q6 below 0.40); crystal: 10 % or less and no boundary."
    ),
    dated=date(2026, 11, 27),
)


def judge_conductivity(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 18."""
    moving = [case for case in cases if case.find("is_diffusing")]
    glass = [case for case in moving if case.number("glassy") >= GLASS]
    crystal = [case for case in moving if case.number("glassy") <= CRYSTAL and not _has_boundary(case)]
    if not glass:
        add = "three seeds of a model that is glass throughout (a 'file', or a protocol that melts it)"
        return absent(claim, "glass in which lithium diffuses", add, cases)
    if not crystal:
        return absent(claim, "the crystal in which lithium diffuses", "three seeds of model.bulk", cases)
    ratios, used = _log_ratios(glass, crystal)
    if not ratios:
        hot = ", ".join(f"{t:g}" for t in sorted({case.temperature for case in glass}))
        return absent(claim, f"the crystal with the seed and the temperature of a glass ({hot} K)", "those", cases)
    return judge(claim, [Effect("ln of the ratio", "1", 0.0, "below", ratios)], used)


def phase(results: Plain) -> str:
    """Say what a cell is that lithium moves in.

    Parameters
    ----------
    results
        Its ``results.json``.

    Returns
    -------
    str
        ``"crystal"``, ``"glass"`` or ``"half glass"``. Of a cell with boundaries, whose framework is never all in
        order, ``"molten boundary"`` if its protocol melts a part of it. Empty of other cells with boundaries, and where
        no order was measured.

    Examples
    --------
    >>> phase({"glassy": {"value": 0.97}}), phase({"glassy": {"value": 0.0}}), phase({"glassy": {"value": None}})
    ('glass', 'crystal', '')

    """
    share = (results.get("glassy") or {}).get("value")
    if share is None:
        return ""
    if share >= GLASS:
        return "glass"
    if (results.get("ledger") or {}).get("boundaries"):
        return "molten boundary" if any(stage["kind"] == _MELTS for stage in results.get("stages", ())) else ""
    return "crystal" if share <= CRYSTAL else "half glass"


def _log_ratios(
    glass: Sequence[CaseRecord], crystal: Sequence[CaseRecord]
) -> tuple[dict[str, float], list[CaseRecord]]:
    """Average the logarithm of the ratio over the temperatures that every seed in it has."""
    at = {t: pairs_by_seed(some, _at(crystal, t)) for t, some in sort_by(glass, lambda case: case.temperature).items()}
    at = {t: pairs for t, pairs in at.items() if pairs}
    if not at:
        return {}, []
    most = max(len(pairs) for pairs in at.values())
    full = [pairs for pairs in at.values() if len(pairs) == most]
    seeds = set.intersection(*(set(pairs) for pairs in full))
    ratios = {
        seed: sum(
            math.log(pairs[seed][0].number("conductivity") / pairs[seed][1].number("conductivity")) for pairs in full
        )
        / len(full)
        for seed in sorted(seeds)
    }
    return ratios, [case for pairs in full for seed in sorted(seeds) for case in pairs[seed]]


def _at(cases: Sequence[CaseRecord], temperature: float) -> list[CaseRecord]:
    return [case for case in cases if case.temperature == temperature]


def _has_boundary(case: CaseRecord) -> bool:
    return bool(case.find("ledger", "boundaries"))


JUDGES = MappingProxyType({CONDUCTIVITY: judge_conductivity})
