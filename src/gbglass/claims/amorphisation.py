"""The claims about amorphised boundaries: rates, lithium in the box, and which kinds of lithium there are."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from gbglass.claims.beside import comparable, differences, log_ratios, of_model, rate, values
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Effect, Judgement
from gbglass.claims.judge import absent, judge
from gbglass.claims.pick import seeds_of, sort_by

_PATHS = ("cell.model", "alone")
_LAYERS = ("layer-0", "layer-1", "layer-2", "layer-3")
_BULK = ("crystal", "glass")

SUBSTANTIALLY = 1.5
"""Ratio that "substantially higher" is taken to mean [1]."""

A_KIND = 0.02
"""Of the lithium of a place: fewer make no kind of their own [1]."""

_ONE_AND_A_HALF = 1.5

RATES = Claim(
    number=13,
    study="amorphisation",
    sentence="Cells without a boundary or with a crystalline one discharge faster than those with an amorphised one.",
    source="Fig. 4b",
    measured=(
        "Current density of layer-0 less that of layer-2 and of layer-3, and of layer-1 less that of layer-2 and of "
        "layer-3, seeds paired: each above 0. Rates of 0 or less count as they are."
    ),
    dated=date(2026, 11, 28),
)

BOX = Claim(
    number=14,
    study="amorphisation",
    sentence=(
        "The crystalline boundary holds substantially more lithium than the amorphised ones, and these slightly more "
        "than the same place in a crystal."
    ),
    source="Fig. 4c",
    measured=(
        "Lithium within the same distance of the boundary's plane, mean over the discharge: logarithm of that of "
        "layer-1 over layer-2 and layer-3 above ln 1.5; of layer-2 and layer-3 over layer-0 above 0. Seeds paired."
    ),
    dated=date(2026, 11, 27),
)

KINDS = Claim(
    number=15,
    study="amorphisation",
    sentence=(
        "A third kind of lithium, with more Li and fewer O around it, is found in the crystalline boundary alone; "
        "glass and the thickly amorphised boundary have one kind."
    ),
    source="Fig. 4g, h, j-l",
    measured=(
        "Share of lithium with 8 or more Li within 4.0 Å and 3 or fewer O within 3.1 Å, in the box: above 2 % in "
        "layer-1, below 2 % in layer-0 and layer-3. Maxima that stand out of the map of both coordinations (a saddle "
        "a fourth lower, 2 % of the lithium): fewer than 1.5 on average in the glass and in layer-3, more than 1.5 in "
        "the crystal. Crystal and glass are those that end at the layers' temperature; of several sizes or protocols "
        "the one with the most seeds, of equal ones that of the most atoms × steps."
    ),
    dated=date(2026, 11, 28),
)


def judge_rates(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 13."""
    layers = _layers(cases)
    if not all(layers):
        return _no_layers(claim, cases)
    effects = [
        Effect(
            f"rate, {_LAYERS[fast]} less {_LAYERS[slow]}", "mA/cm²", 0.0, "above",
            differences(layers[fast], layers[slow], rate),
        )
        for fast in (0, 1)
        for slow in (2, 3)
    ]  # fmt: skip
    return judge(claim, effects, [case for layer in layers for case in layer])


def judge_box(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 14."""
    layers = _layers(cases)
    if not all(layers):
        return _no_layers(claim, cases)
    pairs = [(1, 2, SUBSTANTIALLY), (1, 3, SUBSTANTIALLY), (2, 0, 1.0), (3, 0, 1.0)]
    effects = [
        Effect(
            f"ln of lithium in the box, {_LAYERS[more]} over {_LAYERS[less]}", "1", math.log(factor), "above",
            log_ratios(layers[more], layers[less], _in_box),
        )
        for more, less, factor in pairs
    ]  # fmt: skip
    return judge(claim, effects, [case for layer in layers for case in layer])


def judge_kinds(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    """Judge claim 15."""
    zero, one, _, three = _layers(cases)
    at = next((layer[0].temperature for layer in (one, zero, three) if layer), math.nan)
    crystal, glass = (_most([case for case in of_model(cases, what) if case.temperature == at]) for what in _BULK)
    if not (zero and one and three and crystal and glass):
        add = "three seeds each of layer-0, layer-1, layer-3, crystal and glass, all at one temperature"
        return absent(claim, "these layers beside crystal and glass", add, cases)
    effects = [
        Effect("third kind in layer-1", "1", A_KIND, "above", values(one, _aggregated)),
        Effect("third kind in layer-0", "1", A_KIND, "below", values(zero, _aggregated)),
        Effect("third kind in layer-3", "1", A_KIND, "below", values(three, _aggregated)),
        Effect("kinds in the glass", "kinds", _ONE_AND_A_HALF, "below", values(glass, _kinds)),
        Effect("kinds in layer-3", "kinds", _ONE_AND_A_HALF, "below", values(three, _kinds)),
        Effect("kinds in the crystal", "kinds", _ONE_AND_A_HALF, "above", values(crystal, _kinds)),
    ]
    return judge(claim, effects, [*zero, *one, *three, *crystal, *glass])


def _layers(cases: Sequence[CaseRecord]) -> list[list[CaseRecord]]:
    cells = [case for case in cases if case.asked["cell"]["model"] in _LAYERS]
    same = comparable(cells, *_PATHS)
    return [_most(of_model(same, model, twin=model == "layer-0")) for model in _LAYERS]


def _most(cases: Sequence[CaseRecord]) -> list[CaseRecord]:
    """Choose the cases that differ in their seed alone: of several sets the most seeds, then the most atoms × steps.

    One seed of two sizes, or of a layer melted in two ways, would else be one value, that of the case read last.
    """
    sets = sort_by(cases, lambda case: case.same_but_seed).values()
    return max(sets, key=lambda same: (seeds_of(same), same[0].atom_steps), default=[])


def _no_layers(claim: Claim, cases: Sequence[CaseRecord]) -> Judgement:
    return absent(claim, "layer-0 to layer-3 beside each other", "three seeds of each of layer-0 to layer-3", cases)


def _in_box(case: CaseRecord) -> float:
    """Return lithium in the box per area of the interface [atoms/Å²]."""
    return case.number("places", "boundary", "mean") / case.number("cell", "area")


def _place(case: CaseRecord) -> str:
    return "boundary" if case.find("local", "boundary") is not None else "all"


def _aggregated(case: CaseRecord) -> float:
    return case.number("local", _place(case), "types", "metallic")


def _kinds(case: CaseRecord) -> float:
    return case.number("local", _place(case), "kinds")


JUDGES = MappingProxyType({RATES: judge_rates, BOX: judge_box, KINDS: judge_kinds})
