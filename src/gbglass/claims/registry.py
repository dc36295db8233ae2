"""The claims that can be judged, by the kind of study that answers them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gbglass.claims import (
    amorphisation,
    charge,
    discharge,
    mechanics,
    network,
    orientation,
    segregation,
    transport,
    voltage,
)
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.claim import Claim, Judgement
from gbglass.claims.judge import absent
from gbglass.claims.pick import is_papers, once_each, sort_by

Judge = Callable[[Claim, Sequence[CaseRecord]], Judgement]

CLAIMS: Mapping[str, Mapping[Claim, Judge]] = MappingProxyType(
    {
        "segregation": segregation.JUDGES,
        "discharge": discharge.JUDGES,
        "orientation": orientation.JUDGES,
        "amorphisation": amorphisation.JUDGES,
        "network": network.JUDGES,
        "transport": transport.JUDGES,
        "mechanics": mechanics.JUDGES,
        "voltage": voltage.JUDGES,
        "charge": charge.JUDGES,
    }
)
"""By the key ``study`` of study files. A judge gets finished cases of its study, all with one potential, each once."""


def all_claims() -> tuple[Claim, ...]:
    """Return the claims that have a judge, in the order of their numbers."""
    return tuple(sorted((claim for judges in CLAIMS.values() for claim in judges), key=lambda claim: claim.number))


def judge_cases(cases: Sequence[CaseRecord]) -> tuple[Judgement, ...]:
    """Judge every claim that the studies of some cases answer, for each potential by itself.

    Parameters
    ----------
    cases
        Finished ones, of any studies and potentials; those of a crystal that is not the paper's answer no claim.

    """
    judgements = []
    papers = [case for case in once_each(cases) if is_papers(case)]
    for (study, _), same in sort_by(papers, lambda case: (case.study, case.potential_checksum)).items():
        judgements += [judge(claim, same) for claim, judge in CLAIMS.get(study, {}).items()]
    return tuple(sorted(judgements, key=lambda found: (found.claim.number, found.potentials)))


def judge_every(cases: Sequence[CaseRecord]) -> tuple[Judgement, ...]:
    """Judge every claim; one of which no case is finished is undecided, and says what would decide it.

    Parameters
    ----------
    cases
        As for `judge_cases`.

    """
    judged = judge_cases(cases)
    left = [claim for claim in all_claims() if all(found.claim != claim for found in judged)]
    every = [*judged, *(absent(claim, f"the study {claim.study}") for claim in left)]
    return tuple(sorted(every, key=lambda found: (found.claim.number, found.potentials)))
