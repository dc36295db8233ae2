"""What a loop is to do, and who does the work: any labeller and any trainer may be handed in."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from gbglass.core.labels import Labeller
from gbglass.lammps.task import Runner
from gbglass.learning.committee import Progress
from gbglass.learning.exploration.spec import ExplorationSpec
from gbglass.learning.exploration.starts import StartFile
from gbglass.learning.trainers import Trainer


def _ignore_progress(progress: Progress) -> None:
    del progress


def _ignore_text(text: str) -> None:
    del text


@dataclass(frozen=True)
class Asked:
    """What a loop is to do.

    Parameters
    ----------
    spec
        Its numbers.
    files
        Structures of the user's own to start from, by name.
    held_out
        Names of origins that are never trained.
    store
        The folder of labels, which grows.
    folder
        Of the loop.

    """

    spec: ExplorationSpec
    files: Mapping[str, StartFile]
    held_out: tuple[str, ...]
    store: Path
    folder: Path

    def place(self, number: int) -> Path:
        """Return the folder of an iteration."""
        return self.folder / f"iteration-{number:02d}"


@dataclass(frozen=True)
class Means:
    """Who does the work.

    Parameters
    ----------
    trainer
        Makes a potential of frames.
    teach
        Gives a labeller for as long as it is needed.
    runner
        Which LAMMPS, and who is told of its steps.
    on_training
        Told how far a training is.
    tell
        Called with one line when something begins.

    """

    trainer: Trainer
    teach: Callable[[], AbstractContextManager[Labeller]]
    runner: Runner
    on_training: Callable[[Progress], None] = _ignore_progress
    tell: Callable[[str], None] = _ignore_text
