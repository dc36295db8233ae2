"""Potentials: trained from labels, held against their teacher."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gbglass.campaign.case import open_case
from gbglass.core.arrays import FloatArray
from gbglass.core.packaged import find_potential
from gbglass.core.potential import Potential
from gbglass.errors import InputError, StateError
from gbglass.figures.against import draw_against
from gbglass.figures.parity import draw_energy_errors, draw_force_parity
from gbglass.figures.style import to_svg
from gbglass.learning.catalogue import training_origins
from gbglass.learning.committee import CommitteeSpec, Progress
from gbglass.learning.compression import fast_potential
from gbglass.learning.datasets import Split, split_frames
from gbglass.learning.deepmd_kit import find_deepmd
from gbglass.learning.labelled import LabelStore
from gbglass.learning.prepare import prepare_data
from gbglass.learning.trainers import DeepmdTrainer
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.by_teacher import TeacherEvaluator
from gbglass.learning.validation.check import Check
from gbglass.learning.validation.checks import keep_melt, run_checks
from gbglass.learning.validation.errors import FrameErrors
from gbglass.learning.validation.validate import Validation, ValidationSpec, validate
from gbglass.report.potential_section import plain_validation, validation_section
from gbglass.store.atomic import write_json, write_text
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.verbs.engine import engine_for
from gbglass.verbs.listener import SILENT, Listener

_TOLD_PARTS = 20
"""A training says so often how far it is."""

_SHOWN_ORIGINS = 20


@dataclass(frozen=True)
class Trained:
    """A potential that was trained.

    Parameters
    ----------
    potential
        Ready for a study: ``[potential] card = "..."``.
    card
        Its file.

    """

    potential: Potential
    card: Path

    def plain(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"card": str(self.card), "name": self.potential.name, "checksum": self.potential.checksum}


def train_potential(
    store: Path, folder: Path, spec: CommitteeSpec, threads: int = 1, listener: Listener = SILENT
) -> Trained:
    """Train a committee of DeePMD models on labelled frames; go on from whatever is finished.

    Parameters
    ----------
    store
        A folder of labels, such as ``data/training``.
    folder
        Gets the data, a folder a member, the models and their card; keeps its data however the store grows.
    spec
        What to train.
    threads
        For DeePMD-kit.
    listener
        Told how it goes on, in steps.

    Raises
    ------
    InputError
        If there is nothing to train on, or the store has no origin that is to be held out.
    StateError
        If the store does not exist, the folder holds another training or is in use, or there is no checkpoint to begin
        from.
    EngineError
        If DeePMD-kit is missing or fails.

    Examples
    --------
    >>> spec = CommitteeSpec("quick")
    >>> trained = train_potential(Path("data/training"), Path("my-model"), spec)  # doctest: +SKIP

    """
    if not store.is_dir():
        raise StateError(f"{store} is not a folder of labels")
    labels = LabelStore(store)
    held_out = (*held_out_origins(), *known_origins(labels, spec.held_out))
    kit = find_deepmd(threads)
    with open_case(folder, {"training": spec.identity()}) as case:
        case.claim()
        data = prepare_data(labels, folder, held_out)
        counts = ", ".join(f"{role.replace('_', ' ')} {count}" for role, count in data.frames.items())
        listener.phase(f"frames: {counts}; labels of {data.source.name}")
        potential = DeepmdTrainer(kit, spec, held_out).train_on(data, training_teller(listener, spec))
        return Trained(potential, folder / f"{folder.name}.toml")


def training_teller(listener: Listener, spec: CommitteeSpec) -> Callable[[Progress], None]:
    """Make what tells a listener how far a training is."""
    return _Teller(listener, max(1, spec.members * spec.settings.steps // _TOLD_PARTS))


class _Teller:
    """Moves the bar, and now and then says how far it is where there is no bar."""

    def __init__(self, listener: Listener, every: int) -> None:
        self._listener, self._every, self._told = listener, every, -1

    def __call__(self, progress: Progress) -> None:
        self._listener.advance(f"member {progress.member}", progress.step, progress.total)
        part = progress.step // self._every
        if part > self._told and progress.seconds_left is not None:
            self._told = part
            self._listener.phase(
                f"member {progress.member}: step {progress.step} of {progress.total}, "
                f"{progress.seconds_left / 60:.0f} min left"
            )


def held_out_origins() -> tuple[str, ...]:
    """Name the origins of the catalogue that are never trained."""
    return tuple(origin.name for origin in training_origins() if origin.held_out)


def known_origins(store: LabelStore, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of origins as they are, if a store has all of them.

    Raises
    ------
    InputError
        Names those that it has not, and those that it has.

    """
    unknown = [name for name in names if store.last_of(name) is None]
    if unknown:
        there = sorted({frame.tag.origin for frame in store.frames()})
        said = ", ".join(there[:_SHOWN_ORIGINS]) + (" and others" if len(there) > _SHOWN_ORIGINS else "")
        raise InputError(
            f"the store has no origin {', '.join(map(repr, unknown))} to hold out; it has {said or 'no frames'}"
        )
    return names


def validate_potential(
    potential: str, store: Path | None, folder: Path, spec: ValidationSpec, listener: Listener = SILENT
) -> Validation:
    """Hold a potential, as LAMMPS runs it, against labels that it never saw and against its teacher.

    Parameters
    ----------
    potential
        Its name, or the path of its card.
    store
        A folder of labels; frames that `train_potential` would train on are left out. None for checks alone.
    folder
        Gets ``validation.json``, ``section.md``, figures, and what the checks leave; they are not done twice.
    spec
        Which checks, and against whom.
    listener
        Told how it goes on.

    Raises
    ------
    InputError
        If there is no such potential, no frame to test on, or no origin that is to be held out.
    StateError
        If the folder holds another validation or is in use.
    EngineError
        If LAMMPS lacks a style or ranks cannot be started, gives another energy than the card states, or fails.

    Examples
    --------
    >>> spec, store = ValidationSpec(("lattice",)), Path("data/training")
    >>> found = validate_potential("my-model/my-model.toml", store, Path("checked"), spec)  # doctest: +SKIP

    """
    wanted = find_potential(potential)
    for place in (store, spec.dft, spec.dft_teacher):
        if place is not None and not place.is_dir():
            raise StateError(f"{place} is not a folder of labels")
    split = _split(LabelStore(store), spec) if store is not None else None
    with open_case(folder, {"validation": {"potential": wanted.name, "checksum": wanted.checksum}}) as case:
        engine = engine_for(wanted, spec.ranks)
        case.claim()
        evaluator = LammpsEvaluator(fast_potential(wanted, listener.phase), engine, folder, spec.ranks)
        found, errors = validate(evaluator, split, spec, listener.phase)
        _write(found, errors, folder)
    return found


def _split(store: LabelStore, spec: ValidationSpec) -> Split:
    return split_frames(store.frames(), (*held_out_origins(), *known_origins(store, spec.held_out)))


def ask_teacher(
    teacher: CalculatorTeacher, folder: Path, checks: tuple[str, ...], store: Path, listener: Listener = SILENT
) -> dict[str, Check]:
    """Do checks with a teacher, once, so that models can be held against them; takes hours.

    Parameters
    ----------
    teacher
        From one of `gbglass.teachers.named.TEACHERS`.
    folder
        Gets a file a check.
    checks
        Names of `gbglass.learning.validation.checks.CHECKS`.
    store
        A folder of labels; a molten cell of it is where the check ``structure`` starts its melt.
    listener
        Told which check begins.

    Raises
    ------
    InputError
        If there is no check of a name.
    StateError
        If the store does not exist, or the folder belongs to another teacher or is in use.

    Examples
    --------
    >>> from gbglass.teachers.named import TEACHERS
    >>> ask_teacher(TEACHERS["sevennet"](2), Path("teacher"), ("lattice",), Path("data/training"))  # doctest: +SKIP

    """
    if not store.is_dir():
        raise StateError(f"{store} is not a folder of labels")
    with open_case(folder, {"teacher": asdict(teacher.source)}) as case:
        case.claim()
        keep_melt(LabelStore(store), folder)
        return run_checks(TeacherEvaluator(teacher, folder), folder, checks, listener.phase)


def _write(found: Validation, errors: Mapping[str, FrameErrors], folder: Path) -> None:
    write_json(folder / "validation.json", plain_validation(found))
    write_text(folder / "section.md", validation_section(found))
    for title, frames in errors.items():
        stem = title.replace(" ", "-")
        energies = {domain: parity.energies for domain, parity in frames.parity.items()}
        forces = {domain: parity.forces for domain, parity in frames.parity.items()}
        write_text(folder / "figures" / f"energy-{stem}.svg", to_svg(draw_energy_errors(energies)))
        write_text(folder / "figures" / f"force-{stem}.svg", to_svg(draw_force_parity(forces)))
    for name, check in found.checks.items():
        if check.curves:
            other = found.teacher.get(name)
            figure = draw_against(_lines(check), _lines(other) if other else {}, _axes(check))
            write_text(folder / "figures" / f"{name}.svg", to_svg(figure))


def _lines(check: Check) -> dict[str, tuple[FloatArray, FloatArray]]:
    return {curve.name: (curve.x, curve.y) for curve in check.curves}


def _axes(check: Check) -> tuple[str, str]:
    return check.curves[0].x_unit, check.curves[0].y_unit
