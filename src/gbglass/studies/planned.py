"""A study of one case, ready to run: what was asked, what was built, what LAMMPS will do."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from ase import Atoms

from gbglass.core.ledger import Built, Ledger
from gbglass.core.potential import Potential
from gbglass.lammps.task import MdTask
from gbglass.studies.spec import StudySpec

S = TypeVar("S", bound=StudySpec)

_BYTES_PER_ATOM = 38
"""Of a frame as text."""

_BYTES_PER_COLUMN = 13
_COLUMNS = {"energy": 1, "stress": 6}


@dataclass(frozen=True)
class Planned(Generic[S]):
    """A study, ready to run.

    Parameters
    ----------
    spec
        What was asked.
    title
        What it is a study of, such as ``"Σ5(012)[100]"``.
    built
        The structure, with its account.
    task
        What LAMMPS will do.

    """

    spec: S
    title: str
    built: Built
    task: MdTask

    @property
    def atoms(self) -> Atoms:
        """The structure."""
        return self.built.atoms

    @property
    def ledger(self) -> Ledger:
        """What the builder did."""
        return self.built.ledger

    @property
    def potential(self) -> Potential:
        """What acts between the atoms."""
        return self.task.potential

    @property
    def n_steps(self) -> int:
        """MD steps in all."""
        return self.task.timeline[-1].last_step

    @property
    def n_frames(self) -> int:
        """Frames in its trajectory; a segment of which any part lies in a dense window is dense as a whole."""
        settings, frames = self.task.settings, 1
        for timed in self.task.timeline:
            for first in range(timed.first_step, timed.last_step, settings.segment_steps):
                last = min(first + settings.segment_steps, timed.last_step)
                every = settings.frame_every_at(last, self.n_steps)
                frames += last // every - first // every
        return frames

    @property
    def disk_bytes(self) -> int:
        """About what the frames will take."""
        columns = sum(_BYTES_PER_COLUMN * _COLUMNS[what] for what in self.task.settings.per_atom)
        return self.n_frames * len(self.atoms) * (_BYTES_PER_ATOM + columns)


def derived_seeds(seed: int) -> tuple[int, int]:
    """Derive independent seeds for lithium and for velocities; LAMMPS wants a positive one of 31 bits."""
    lithium, velocities = np.random.SeedSequence(seed).generate_state(2, np.uint32)
    return int(lithium), int(velocities) % (2**31 - 2) + 1
