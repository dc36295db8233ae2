"""A sentence of the paper with the rule that decides it, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gbglass.core.results import Estimate

VerdictWord = Literal["reproduced", "contradicted", "undecided"]
Side = Literal["above", "below"]

FEWEST_SEEDS = 3
"""Of which a spread can be told; fewer decide nothing."""


@dataclass(frozen=True)
class Claim:
    """A sentence of doi:10.1038/s41467-025-59895-9.

    Parameters
    ----------
    number
        In the list of all claims.
    study
        The kind of study that answers it.
    sentence
        What the paper says, in our words.
    source
        Where, such as ``"Fig. 1b, c"``.
    measured
        What is measured and the rule, threshold included.
    dated
        When the rule was fixed. Whoever changes the rule changes the date.
    fewest_seeds
        That a verdict needs.

    """

    number: int
    study: str
    sentence: str
    source: str
    measured: str
    dated: date
    fewest_seeds: int = FEWEST_SEEDS


@dataclass(frozen=True)
class Effect:
    """One quantity that a claim rests on, one value a seed.

    Parameters
    ----------
    name
        What it is, such as ``"excess change at gb-model-1"``.
    unit
        Of the values and of the threshold.
    threshold
        Beyond it the claim is true.
    side
        On which side of the threshold.
    by_seed
        Values by seed; one that is no number was not measured and counts for nothing.

    """

    name: str
    unit: str
    threshold: float
    side: Side
    by_seed: Mapping[str, float]


@dataclass(frozen=True)
class Part:
    """An effect and what came of it.

    Parameters
    ----------
    effect
        What was measured.
    estimate
        Mean over seeds, its interval Student's at 95 %; None without a value. One value has an endless interval.
    verdict
        Of this effect alone.
    reason
        Why, in a sentence.
    needed_seeds
        More of them that would decide at the spread that was seen; None where it is decided or no number would do.

    """

    effect: Effect
    estimate: Estimate | None
    verdict: VerdictWord
    reason: str
    needed_seeds: int | None


@dataclass(frozen=True)
class Judgement:
    """What came of a claim.

    Parameters
    ----------
    claim
        Which.
    verdict
        ``"reproduced"``, ``"contradicted"`` or ``"undecided"``.
    parts
        The effects that it rests on; none if no case has them.
    potentials
        Names of what acted between the atoms.
    n_cases, n_seeds
        Finished cases that went in, and the seeds among them.
    atom_steps
        What they cost.
    needed
        What would decide, such as ``"4 more seeds: 2.1 ns × 984 atoms"``; empty if it is decided.
    reason
        Why, in a sentence.

    """

    claim: Claim
    verdict: VerdictWord
    parts: tuple[Part, ...]
    potentials: tuple[str, ...]
    n_cases: int
    n_seeds: int
    atom_steps: int
    needed: str
    reason: str

    @property
    def has_value(self) -> bool:
        """Whether anything that the claim rests on was measured."""
        return any(part.estimate is not None for part in self.parts)

    @property
    def deciding(self) -> Part | None:
        """The part that the verdict hangs on: the first with the same verdict."""
        return next((part for part in self.parts if part.verdict == self.verdict), next(iter(self.parts), None))

    @property
    def effect(self) -> Estimate | None:
        """Mean and interval of the part that the verdict hangs on."""
        return self.deciding.estimate if self.deciding is not None else None

    @property
    def unit(self) -> str:
        """Of that effect."""
        return self.deciding.effect.unit if self.deciding is not None else ""

    @property
    def values(self) -> Mapping[str, float]:
        """Of that effect, by seed."""
        return self.deciding.effect.by_seed if self.deciding is not None else {}
