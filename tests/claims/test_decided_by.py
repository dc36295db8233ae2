"""What would decide a claim exists, is of its study, and takes what is said."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from gbglass.claims.decided_by import DECIDED_BY, Decider
from gbglass.claims.registry import all_claims
from gbglass.protocol.recipes import write_out
from gbglass.protocol.stages import Minimise
from gbglass.studies.cases import StudyCase, read_cases
from gbglass.studies.kinds import STUDIES
from gbglass.studies.spec import StudySpec
from gbglass.units import NS_PER_PS

EXAMPLES = Path(__file__).parents[2] / "examples"
TIMED = {one.file: one for of in DECIDED_BY.values() for one in of if one.atoms}


def nanoseconds(cases: Iterable[StudyCase]) -> float:
    total = 0.0
    for case in cases:
        assert isinstance(case.spec, StudySpec)
        stages = [*case.spec.stages, *write_out(getattr(case.spec, "alone", ()))]
        total += sum(stage.duration_ps for stage in stages if not isinstance(stage, Minimise))
    return total * NS_PER_PS


def test_every_claim_has_an_example_of_its_study() -> None:
    for claim in all_claims():
        for one in DECIDED_BY[claim.number]:
            assert one.file.split("/")[0] == claim.study
            seeds = {case.spec.seed for case in read_cases(EXAMPLES / one.file).cases}
            assert len(seeds) >= claim.fewest_seeds, one.file


@pytest.mark.parametrize("one", TIMED.values(), ids=lambda one: one.file)
def test_an_example_takes_what_is_said(one: Decider) -> None:
    cases = read_cases(EXAMPLES / one.file).cases
    assert one.nanoseconds == pytest.approx(nanoseconds(cases), rel=0.05)
    planned = STUDIES[cases[0].spec.study].plan(cases[0].spec)
    parts = [planned, *([] if planned.first is None else [planned.first])]
    steps = [len(part.atoms) * part.n_steps for part in parts]
    mean = sum(steps) / sum(part.n_steps for part in parts)
    assert 0.4 < mean / one.atoms < 2.5, "the first of them is of that size, the electrolyte alone counted"
