"""A potential held against labels that it never saw, and against its teacher in the quantities that matter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gbglass.learning.datasets import Split
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.check import Check
from gbglass.learning.validation.checks import read_checks, run_checks, take_melt
from gbglass.learning.validation.errors import DomainErrors, FrameErrors, frame_errors
from gbglass.learning.validation.stability import stability

STABILITY = "stability"
"""The check that a teacher is too slow for."""

CHEAP = ("states", "elastic", "lattice")
"""Checks of a few minutes."""


@dataclass(frozen=True)
class Validation:
    """What is known of a potential.

    Parameters
    ----------
    potential, checksum
        Which one.
    engine
        The LAMMPS that was asked.
    labels
        Whose labels it was held against.
    errors
        By what kept the frames out of training, then by domain.
    checks
        What the potential says, by name.
    teacher
        What the teacher says, by the same names.

    """

    potential: str
    checksum: str
    engine: str
    labels: str
    errors: Mapping[str, Mapping[str, DomainErrors]]
    checks: Mapping[str, Check]
    teacher: Mapping[str, Check]


@dataclass(frozen=True)
class ValidationSpec:
    """What is asked.

    Parameters
    ----------
    checks
        Names of `gbglass.learning.validation.checks.CHECKS`, and `STABILITY`.
    teacher
        A folder with what the teacher says, or None.
    melt_ps
        How long the melt of `STABILITY` is held at 3000 K [ps].

    """

    checks: tuple[str, ...]
    teacher: Path | None = None
    melt_ps: float = 50.0


def validate(
    evaluator: LammpsEvaluator, split: Split, spec: ValidationSpec, tell: Callable[[str], None]
) -> tuple[Validation, Mapping[str, FrameErrors]]:
    """Ask a potential about unseen frames and do the checks, going on from those that are done.

    Parameters
    ----------
    evaluator
        The potential; its folder gets a file a check.
    split
        Labelled frames by what they are for.
    spec
        Which checks, and against whom.
    tell
        Called with one line when something begins.

    Raises
    ------
    InputError
        If there is no frame to test on, or no check of a name.
    EngineError
        If LAMMPS fails.

    """
    parts = {"not trained": split.validation, "of kinds never trained": split.held_out}
    tell(f"errors on {sum(map(len, parts.values()))} frames")
    errors = {title: frame_errors(frames, evaluator) for title, frames in parts.items() if frames}
    folder = evaluator.folder / "checks"
    if spec.teacher is not None:
        take_melt(spec.teacher, folder)
    checks = run_checks(evaluator, folder, [name for name in spec.checks if name != STABILITY], tell)
    if STABILITY in spec.checks:
        tell(STABILITY)
        checks[STABILITY] = stability(evaluator, spec.melt_ps)
    source = next(iter((*split.validation, *split.held_out, *split.train))).labels
    found = Validation(
        potential=evaluator.name,
        checksum=evaluator.potential.checksum,
        engine=f"LAMMPS {evaluator.engine.version}",
        labels=source.source.name if source else "",
        errors={title: found.domains for title, found in errors.items()},
        checks=checks,
        teacher=read_checks(spec.teacher) if spec.teacher is not None else {},
    )
    return found, errors
