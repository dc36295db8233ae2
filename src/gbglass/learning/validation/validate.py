"""A potential held against labels that it never saw, and against its teacher in the quantities that matter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gbglass.errors import EngineError, InputError
from gbglass.learning.datasets import Split
from gbglass.learning.labelled import LabelStore
from gbglass.learning.small_cells import crystal_of
from gbglass.learning.validation.against_dft import (
    AgainstDft,
    against_dft,
    applies,
    ask,
    dft_frames,
    labels_of,
    reaction_energies,
    restless,
)
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.check import Check
from gbglass.learning.validation.checks import failed, read_checks, read_melt, run_checks, take_melt
from gbglass.learning.validation.diffusion import Warm, diffusion
from gbglass.learning.validation.errors import DomainErrors, FrameErrors, frame_errors
from gbglass.learning.validation.melting import TwoPhases, melting_point
from gbglass.learning.validation.stability import stability
from gbglass.learning.validation.transition import Steps, transition
from gbglass.learning.validation.warm_lattice import card_expansion
from gbglass.learning.validation.whole_cell import HeldCell, whole_cell

STABILITY, MELTING, TRANSITION, DIFFUSION, CELL = "stability", "melting", "transition", "diffusion", "cell"
"""The checks that a teacher is too slow for."""

EXPANSION = "expansion"
"""The check of what the card states."""

_CHECKS = "checks"
"""Where a validation keeps them."""

CHEAP = ("states", "elastic", "lattice")
"""Checks of a few minutes."""


@dataclass(frozen=True)
class DftValidation:
    """What a potential and its teacher make of frames that DFT has labelled.

    Parameters
    ----------
    labels
        Whose labels they are.
    reactions
        What DFT says of each reaction, by name.
    others
        The teacher, if its labels of these frames were given, and the potential.
    remarks
        What a reader must know, such as crystals of which the potential cannot speak.

    """

    labels: str
    reactions: Mapping[str, float]
    others: tuple[AgainstDft, ...]
    remarks: tuple[str, ...] = ()


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
    dft
        What it and its teacher make of frames that DFT has labelled; None if there are none.

    """

    potential: str
    checksum: str
    engine: str
    labels: str
    errors: Mapping[str, Mapping[str, DomainErrors]]
    checks: Mapping[str, Check]
    teacher: Mapping[str, Check]
    dft: DftValidation | None = None


@dataclass(frozen=True)
class ValidationSpec:
    """What is asked.

    Parameters
    ----------
    checks
        Names of `gbglass.learning.validation.checks.CHECKS`, and `STABILITY`, `MELTING`, `TRANSITION`,
        `DIFFUSION`, `CELL`, `EXPANSION`.
    teacher
        A folder with what the teacher says, or None.
    melt_ps
        How long the melt of `STABILITY` is held at 3000 K [ps].
    dft, dft_teacher
        Stores with what DFT, and what the teacher, say of the same small cells; None for none.
    two_phases
        How `MELTING` looks for the melting point.
    steps
        How `TRANSITION` heats and cools.
    warm
        How `DIFFUSION` watches lithium.
    cell
        What `CELL` holds.
    ranks
        MPI processes of dynamics.
    held_out
        Names of origins of one's own that were never trained.

    """

    checks: tuple[str, ...]
    teacher: Path | None = None
    melt_ps: float = 50.0
    dft: Path | None = None
    dft_teacher: Path | None = None
    two_phases: TwoPhases = field(default_factory=TwoPhases)
    steps: Steps = field(default_factory=Steps)
    warm: Warm = field(default_factory=Warm)
    cell: HeldCell = field(default_factory=HeldCell)
    ranks: int = 1
    held_out: tuple[str, ...] = ()


def validate(
    evaluator: LammpsEvaluator, split: Split | None, spec: ValidationSpec, tell: Callable[[str], None]
) -> tuple[Validation, Mapping[str, FrameErrors]]:
    """Ask a potential about unseen frames and do the checks, going on from those that are done.

    Parameters
    ----------
    evaluator
        The potential; its folder gets a file a check.
    split
        Labelled frames by what they are for; None if there are none to test on.
    spec
        Which checks, and against whom.
    tell
        Called with one line when something begins.

    Raises
    ------
    InputError
        If there is no frame to test on, no check of a name, or the teacher's melt is not molten.
    EngineError
        If LAMMPS fails on frames with labels; a check that fails leaves a remark, and is tried again the next time.

    """
    parts = {"not trained": split.validation, "of kinds never trained": split.held_out} if split else {}
    errors = {}
    if split is not None:
        tell(f"errors on {sum(map(len, parts.values()))} frames")
        errors = {title: frame_errors(frames, evaluator) for title, frames in parts.items() if frames}
    against = _against_dft(evaluator, spec, tell) if spec.dft is not None else None
    folder = evaluator.folder / _CHECKS
    if spec.teacher is not None:
        take_melt(spec.teacher, folder)
    own = _own_checks(evaluator, spec, tell)
    checks = run_checks(evaluator, folder, [name for name in spec.checks if name not in own], tell)
    for name in spec.checks:
        if name in own:
            tell(name)
            checks[name] = _tried(name, own[name])
    found = Validation(
        potential=evaluator.name,
        checksum=evaluator.potential.checksum,
        engine=f"LAMMPS {evaluator.engine.version}",
        labels=_labeller(split),
        errors={title: found.domains for title, found in errors.items()},
        checks=checks,
        teacher=read_checks(spec.teacher) if spec.teacher is not None else {},
        dft=against,
    )
    return found, errors


def _tried(name: str, check: Callable[[], Check]) -> Check:
    """Do a check of a long run; where the model blows up, or what it did contradicts itself, a remark says so.

    A folder that is in use or holds another run is no fault of the model.
    """
    try:
        return check()
    except (EngineError, InputError) as error:
        return failed(name, error)


def _labeller(split: Split | None) -> str:
    if split is None:
        return ""
    source = next(iter((*split.validation, *split.held_out, *split.train))).labels
    return source.source.name if source else ""


def _own_checks(
    evaluator: LammpsEvaluator, spec: ValidationSpec, tell: Callable[[str], None]
) -> Mapping[str, Callable[[], Check]]:
    """Return the checks of the potential alone; what long runs leave is gone on from, also with more asked for."""
    return {
        STABILITY: lambda: stability(evaluator, spec.melt_ps, read_melt(evaluator.folder / _CHECKS)),
        MELTING: lambda: melting_point(evaluator, spec.two_phases, tell),
        TRANSITION: lambda: transition(evaluator, spec.steps, tell),
        DIFFUSION: lambda: diffusion(evaluator, spec.warm, tell),
        CELL: lambda: whole_cell(evaluator, spec.cell, tell),
        EXPANSION: lambda: card_expansion(evaluator.potential),
    }


def _against_dft(evaluator: LammpsEvaluator, spec: ValidationSpec, tell: Callable[[str], None]) -> DftValidation:
    if spec.dft is None:
        raise InputError("no store of DFT's labels was given")
    frames = dft_frames(LabelStore(spec.dft).frames())
    tell(f"{len(frames)} frames of DFT")
    others = []
    if spec.dft_teacher is not None:
        said = LabelStore(spec.dft_teacher)
        name = said.source.name if said.source else str(spec.dft_teacher)
        others.append(against_dft(name, frames, labels_of(said.frames())))
    mine = [frame for frame in frames if applies(evaluator.potential, frame)]
    remarks = [
        f"{crystal} is not at rest by DFT: forces of up to {force:.2f} eV/Å, so that relaxed it lies lower"
        for crystal, force in restless(frames).items()
    ]
    if len(mine) < len(frames):
        gone = ", ".join(dict.fromkeys(crystal_of(f.tag.origin) for f in frames if f not in mine))
        remarks.append(f"{evaluator.name} cannot speak of {gone}: its charges are fixed, or it lacks an element")
    if mine:
        others.append(against_dft(evaluator.name, frames, ask(evaluator, mine)))
    source = next(frame.labels.source.name for frame in frames if frame.labels is not None)
    return DftValidation(source, reaction_energies(frames, labels_of(frames)), tuple(others), tuple(remarks))
