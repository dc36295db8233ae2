"""The loop: iterations until nothing new is found and the error is flat, or as many as were asked for."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gbglass.core.labels import LabelSource
from gbglass.core.provenance import without_defaults
from gbglass.errors import StateError
from gbglass.learning.exploration.asked import Asked, Means
from gbglass.learning.exploration.ending import Ending, Iteration, ending_of
from gbglass.learning.exploration.iteration import explore_once, is_explored
from gbglass.learning.exploration.labels import is_labelled, label_choice
from gbglass.learning.labelled import LabelStore

FORMAT = 1
"""Counts changes after which old loops may not be gone on from: of what a default means, or of what a step does."""


@dataclass(frozen=True)
class Exploration:
    """A loop that is over, or an interim result of one that goes on.

    Parameters
    ----------
    iterations
        In order.
    ending
        Why it ended; None while it goes on.

    """

    iterations: tuple[Iteration, ...]
    ending: Ending | None

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"ending": self.ending, "iterations": [one.plain() for one in self.iterations]}


def explore(asked: Asked, means: Means, on_iteration: Callable[[Exploration], None]) -> Exploration:
    """Train, measure, explore, choose, label, and again, going on from whatever is finished.

    The last iteration's choice is not labelled, since nothing would be trained on it; it is when more iterations are
    asked for.

    Parameters
    ----------
    asked
        What to do.
    means
        Who does it.
    on_iteration
        Called with all iterations so far when one more is known, when it got its labels, and at the end.

    Raises
    ------
    InputError
        If the store or a start does not fit.
    StateError
        If something finished was changed, or the store holds labels of another source.
    EngineError
        If training, the labeller or LAMMPS fails.

    """
    done: list[Iteration] = []
    ending: Ending | None = None
    while ending is None:
        is_known = is_explored(len(done), asked)
        done.append(explore_once(len(done), asked, means))
        ending = ending_of(done, asked.spec)
        if ending is None:
            if not is_known:
                on_iteration(Exploration(tuple(done), None))
            is_known = is_labelled(len(done) - 1, asked)
            done[-1] = label_choice(done[-1], asked, means)
            ending = ending_of(done, asked.spec)
            if not is_known:
                on_iteration(Exploration(tuple(done), ending))
    over = Exploration(tuple(done), ending)
    on_iteration(over)
    return over


def identity_of(asked: Asked, trainer: Mapping[str, str | int], source: LabelSource | None) -> dict[str, Any]:
    """Return what a folder of a loop belongs to: all but the number of iterations, which may grow.

    Parameters
    ----------
    asked
        What the loop is to do.
    trainer
        Identity of the trainer.
    source
        Of the labels.

    """
    spec = without_defaults(asked.spec)
    return {
        "format": FORMAT,
        "exploration": {name: value for name, value in spec.items() if name not in ("iterations", "training")},
        "training": dict(trainer),
        "files": {name: file.sha256 for name, file in asked.files.items()},
        "labels": asdict(source) if source is not None else None,
    }


def check_source(store: LabelStore, found: LabelSource) -> None:
    """Refuse a labeller that is not the one of the store, before hours are spent.

    Raises
    ------
    StateError
        Names both.

    """
    if store.source is not None and store.source != found:
        raise StateError(
            f"the store holds labels of {store.source.name} ({store.source.version}), the labeller is {found.name} "
            f"({found.version}): labels of two sources do not fit together; take the one that labelled it, in the same "
            "version, or another store"
        )
