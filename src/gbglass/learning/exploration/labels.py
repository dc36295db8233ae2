"""Labels for what an iteration chose, into the store, and how wrong the model was about it."""

from dataclasses import asdict, replace
from pathlib import Path

from gbglass.core.provenance import content_id
from gbglass.learning.datasets import EXPLORED
from gbglass.learning.exchange import origins_of
from gbglass.learning.exploration.asked import Asked, Means
from gbglass.learning.exploration.begin import check_store
from gbglass.learning.exploration.candidates import chosen_structures
from gbglass.learning.exploration.ending import Iteration, Labelled
from gbglass.learning.exploration.iteration import trained_potential
from gbglass.learning.exploration.steps import Made, step
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.labelling import label_origins
from gbglass.learning.origins import Origin, Workshop
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.errors import ALL, frame_errors

_LABELS = "labels.json"
_ID_SHOWN = 8


def label_choice(done: Iteration, asked: Asked, means: Means) -> Iteration:
    """Label what an iteration chose, going on with the frame that was in work, and add it to the iteration.

    The frames are called after what they are, so that a second call finds them in the store, and those of another loop
    never pass for them.

    Parameters
    ----------
    done
        From `gbglass.learning.exploration.iteration.explore_once`.
    asked
        What the loop is to do.
    means
        Who does it.

    Raises
    ------
    EngineError
        If the labeller does not start.
    StateError
        If the store holds labels of another source, or another process adds to it.

    """
    place = asked.place(done.number)

    def make() -> Made:
        means.tell(f"iteration {done.number}: labelling {done.chosen} frames")
        return asdict(_label(done.number, place, asked, means)), ()

    return replace(done, labels=Labelled(**step(place / _LABELS, make)))


def is_labelled(number: int, asked: Asked) -> bool:
    """Say whether an earlier call has labelled the choice of an iteration."""
    return (asked.place(number) / _LABELS).is_file()


def _label(number: int, place: Path, asked: Asked, means: Means) -> Labelled:
    check_store(number, asked)
    origins = _origins(number, place)
    store = LabelStore(asked.store)
    with means.teach() as labeller:
        workshop = Workshop(labeller, means.runner.engine, place)
        label_origins(origins, workshop, store, lambda frame: _tell(frame, means))
    names = {origin.name for origin in origins}
    frames = [frame for frame in store.frames() if frame.tag.origin in names]
    whole = [frame for frame in frames if frame.labels is not None]
    if not whole:
        return Labelled(0, len(frames), None, None)
    evaluator = LammpsEvaluator(trained_potential(place), means.runner.engine, place)
    errors = frame_errors(whole, evaluator).domains[ALL]
    return Labelled(len(whole), len(frames) - len(whole), errors.energy_rmse, errors.force_rmse)


def _origins(number: int, place: Path) -> list[Origin]:
    """Make one origin a domain."""
    choices = chosen_structures(place)
    domains = dict.fromkeys(choice.domain for choice in choices)
    origins = []
    for domain in domains:
        structures = [choice.atoms for choice in choices if choice.domain == domain]
        what = content_id(
            [[atoms.numbers.tolist(), atoms.positions.tolist(), atoms.cell.tolist()] for atoms in structures]
        )
        origins += origins_of(structures, domain, f"{EXPLORED} {number:02d} {what[:_ID_SHOWN]}")
    return origins


def _tell(frame: StoredFrame, means: Means) -> None:
    means.tell(f"  {frame.tag.name}: {frame.cause or 'labelled'}")
