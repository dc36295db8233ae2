"""What would decide a claim exists, is of its study, and takes what is said."""

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from gbglass.claims.decided_by import DECIDED_BY, TOLD_APART, Decider, decided_by
from gbglass.claims.registry import all_claims
from gbglass.protocol.recipes import write_out
from gbglass.protocol.stages import Discharge, Minimise
from gbglass.studies.cases import StudyCase, read_cases
from gbglass.studies.full_cell import FullCellSpec
from gbglass.studies.kinds import STUDIES
from gbglass.studies.spec import StudySpec
from gbglass.units import NM2_PER_A2, NS_PER_PS

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


@pytest.mark.parametrize("number", [8, 10, 13])
def test_what_three_seeds_tell_apart_is_the_error_of_the_run_that_was_made(number: int) -> None:
    """Standard error 0.047 in 1.7 nm² and 100 ps; of a smaller example, or a shorter discharge, it would be more."""
    (one,) = DECIDED_BY[number]
    cases = [case.spec for case in read_cases(EXAMPLES / one.file).cases if isinstance(case.spec, FullCellSpec)]
    spec, duration = next((spec, last.duration_ps) for spec in cases if isinstance(last := spec.stages[-1], Discharge))
    edges = STUDIES[spec.study].plan(spec).atoms.cell.array[:2]
    area = float(np.linalg.norm(np.cross(*edges))) * NM2_PER_A2
    error = math.sqrt(2.0) * 0.047 * math.sqrt(1.7 * 100.0 / (area * duration))
    told = stats.t.ppf(0.975, 2) * error / math.sqrt(3.0)
    assert 0.9 * TOLD_APART < told <= TOLD_APART
    assert f"differ by {TOLD_APART:g} atoms/(nm² ps)" in decided_by(number)
    assert decided_by(number).startswith(f"at least examples/{one.file}")
