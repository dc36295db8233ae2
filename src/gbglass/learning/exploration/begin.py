"""What an iteration begins with: frames, the measure of coverage, and where its dynamics start."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gbglass.errors import InputError, StateError
from gbglass.learning.datasets import Split, split_frames
from gbglass.learning.exploration.asked import Asked
from gbglass.learning.exploration.dynamics import RunPlan
from gbglass.learning.exploration.starts import Pool, make_pools, plan_runs
from gbglass.learning.exploration.steps import finished_step, step
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.selection.coverage import Measure, make_measure
from gbglass.learning.selection.descriptor import species_of
from gbglass.learning.selection.measure_file import load_measure, save_measure

MEASURE, TESTED, FRAMES = "coverage-measure.npz", "tested.json", "frames.json"


@dataclass(frozen=True)
class Begun:
    """What an iteration works with, all of it fixed when it began.

    Parameters
    ----------
    number
        Of the iteration, from 0.
    frames
        Of the store then, whatever was added since.
    split
        The same by what they are for.
    tested
        Those that errors are of, the same in every iteration.
    measure
        Of coverage, made of what the first iteration trained on.
    plans
        One a run.

    """

    number: int
    frames: tuple[StoredFrame, ...]
    split: Split
    tested: tuple[StoredFrame, ...]
    measure: Measure
    plans: tuple[RunPlan, ...]


def begin(number: int, asked: Asked) -> Begun:
    """Begin an iteration, or find again what it began with.

    Parameters
    ----------
    number
        From 0.
    asked
        What the loop is to do.

    Raises
    ------
    InputError
        If the store or a start does not fit; nothing is written then.
    StateError
        If frames have vanished from the store, or a record was damaged.

    """
    found = examine(number, asked)
    _note(asked.place(number) / FRAMES, found.frames)
    _note(asked.folder / TESTED, found.tested)
    if not (asked.folder / MEASURE).exists():
        save_measure(found.measure, asked.folder / MEASURE)
    return found


def examine(number: int, asked: Asked) -> Begun:
    """Return what an iteration began with, or would begin with now; nothing is written.

    Parameters
    ----------
    number
        From 0.
    asked
        What the loop is to do.

    Raises
    ------
    InputError
        If the store or a start does not fit.
    StateError
        If frames have vanished from the store, or a record was damaged.

    """
    found = {frame.tag.name: frame for frame in LabelStore(asked.store).frames()}
    frames = _named(found, _names(asked.place(number) / FRAMES, list(found)), asked.store)
    split = split_frames(frames, asked.held_out)
    unseen = [one for one in (*split.validation, *split.held_out) if one.tag.domain not in asked.spec.leave_out]
    if not unseen or not split.train:
        raise InputError(
            f"{asked.store} must hold frames to train on and frames of origins that are not trained, got "
            f"{len(split.train)} and {len(unseen)}; label more origins"
        )
    pools = make_pools(asked.spec, split, asked.files)
    path = asked.folder / MEASURE
    measure = load_measure(path) if path.exists() else make_measure([frame.atoms for frame in split.train])
    _refuse_strangers(pools, split, measure)
    tested = _named(found, _names(asked.folder / TESTED, [frame.tag.name for frame in unseen]), asked.store)
    return Begun(number, frames, split, tested, measure, tuple(plan_runs(pools, asked.spec.seed, number)))


def _names(record: Path, now: list[str]) -> list[str]:
    """Return the names that a record holds; those of now if there is none yet."""
    return list(finished_step(record)["names"]) if record.is_file() else now


def _note(record: Path, frames: Sequence[StoredFrame]) -> None:
    step(record, lambda: ({"names": [frame.tag.name for frame in frames]}, ()))


def check_store(number: int, asked: Asked) -> None:
    """Refuse a store that is not the one that an iteration began with.

    Raises
    ------
    StateError
        Names a frame that it lacks.

    """
    _refuse_missing(finished_step(asked.place(number) / FRAMES)["names"], LabelStore(asked.store).names, asked.store)


def _refuse_missing(names: Sequence[str], found: Container[str], store: Path) -> None:
    missing = [name for name in names if name not in found]
    if missing:
        raise StateError(
            f"{store} lacks {len(missing)} of the {len(names)} frames that this loop began with, such as {missing[0]}; "
            "name the store that it was begun with"
        )


def _named(found: Mapping[str, StoredFrame], names: Sequence[str], store: Path) -> tuple[StoredFrame, ...]:
    _refuse_missing(names, found, store)
    return tuple(found[name] for name in names)


def _refuse_strangers(pools: Sequence[Pool], split: Split, measure: Measure) -> None:
    groups = {pool.start.name: pool.structures for pool in pools}
    groups["the training set"] = tuple(frame.atoms for frame in split.train)
    known = set(measure.species)
    strange = {name: sorted(set(species_of(structures)) - known) for name, structures in groups.items()}
    wrong = [f"{name} holds {', '.join(symbols)}" for name, symbols in strange.items() if symbols]
    if wrong:
        raise InputError(
            f"coverage is measured by the first training set, which knows {', '.join(measure.species)}; "
            f"{'; '.join(wrong)}: begin another loop, with a store that holds frames of all of them"
        )
