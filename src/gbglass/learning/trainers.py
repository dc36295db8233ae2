"""Whoever makes a potential of labelled frames: DeePMD-kit, or anything else that leaves a card."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import gbglass
from gbglass.core.cards import read_card
from gbglass.core.potential import Potential
from gbglass.learning.committee import CommitteeSpec, Progress, train_committee, write_potential
from gbglass.learning.deepmd_kit import DeepmdKit
from gbglass.learning.labelled import StoredFrame
from gbglass.learning.prepare import TrainingData, prepare_frames


class Trainer(Protocol):
    """Anything that makes potentials of frames."""

    @property
    def identity(self) -> Mapping[str, str | int]:
        """What is trained, as plain data: a folder that was begun with another one is refused."""

    def train(self, frames: Sequence[StoredFrame], folder: Path, on_progress: Callable[[Progress], None]) -> Path:
        """Train in a folder, going on from whatever is finished there, and return the card of the potential.

        Parameters
        ----------
        frames
            Labelled, by one source; the trainer leaves out those that are for tests.
        folder
            Of this training alone.
        on_progress
            Told how far it is.

        """


@dataclass(frozen=True)
class DeepmdTrainer:
    """Trains committees of DeePMD models.

    Parameters
    ----------
    kit
        From `gbglass.learning.deepmd_kit.find_deepmd`.
    spec
        What to train.
    held_out
        Names of origins that are never trained.

    """

    kit: DeepmdKit
    spec: CommitteeSpec
    held_out: tuple[str, ...]

    @property
    def identity(self) -> Mapping[str, str | int]:
        """Preset, steps, seed, members, and what they begin from."""
        return self.spec.identity() | {"members": self.spec.members}

    def train(self, frames: Sequence[StoredFrame], folder: Path, on_progress: Callable[[Progress], None]) -> Path:
        """Train in a folder, going on from the last checkpoint, and return the card.

        Raises
        ------
        InputError
            If there is nothing to train on.
        EngineError
            If DeePMD-kit fails.
        StateError
            If the folder holds another training, or what was finished is damaged.

        """
        self.train_on(prepare_frames(frames, folder, self.held_out), on_progress)
        return folder / f"{folder.name}.toml"

    def train_on(self, data: TrainingData, on_progress: Callable[[Progress], None]) -> Potential:
        """Train on data that are written already, in their folder.

        Raises
        ------
        EngineError
            If DeePMD-kit fails.
        StateError
            If the folder holds another training, or what was finished is damaged.

        """
        members = train_committee(self.kit, data, self.spec, on_progress)
        return write_potential(
            data, self.spec, members, {"versions": f"gbglass {gbglass.__version__}, {self.kit.version}"}
        )


@dataclass(frozen=True)
class GivenPotential:
    """Trains nothing: a loop with it finds out what a potential of before visits, and has that labelled.

    Parameters
    ----------
    card
        Of the potential.

    """

    card: Path

    @property
    def identity(self) -> Mapping[str, str | int]:
        """The potential."""
        return {"given": read_card(self.card).checksum}

    def train(self, frames: Sequence[StoredFrame], folder: Path, on_progress: Callable[[Progress], None]) -> Path:
        """Return the card."""
        del frames, folder, on_progress
        return self.card
