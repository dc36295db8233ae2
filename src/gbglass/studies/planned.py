"""A study of one case, ready to run: what was asked, what was built, what LAMMPS will do."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from ase import Atoms

from gbglass.core.ledger import Built, Ledger
from gbglass.core.potential import Potential
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdTask
from gbglass.store.segment_store import store_bytes
from gbglass.studies.spec import StudySpec

S = TypeVar("S", bound=StudySpec)

_TEXT_PER_ATOM, _TEXT_PER_COLUMN = 38, 13
"""Of a frame as LAMMPS writes it [bytes]."""

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
    first
        What has to be run before, such as an electrolyte alone: of what it leaves the structure is built anew.
    ran
        That run, once it is finished.

    """

    spec: S
    title: str
    built: Built
    task: MdTask
    first: "Planned[Any] | None" = None
    ran: Simulation | None = None

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
        return 1 + sum(self._frames_of_segments)

    @property
    def _frames_of_segments(self) -> list[int]:
        """Frames that each segment begins with or adds; that of the very start is not counted."""
        settings, frames = self.task.settings, []
        for timed in self.task.timeline:
            for first in range(timed.first_step, timed.last_step, settings.segment_steps):
                last = min(first + settings.segment_steps, timed.last_step)
                every = settings.frame_every_at(last, self.n_steps)
                frames.append(last // every - first // every)
        return frames

    @property
    def disk_bytes(self) -> int:
        """About what the frames will take, with the text of a segment before it is stored."""
        columns = sum(_COLUMNS[what] for what in self.task.settings.per_atom)
        n_atoms, frames = len(self.atoms), self._frames_of_segments
        text = max(frames, default=0) * n_atoms * (_TEXT_PER_ATOM + columns * _TEXT_PER_COLUMN)
        return text + sum(store_bytes(n_atoms, n, columns) for n in frames)


def derived_seeds(seed: int) -> tuple[int, int]:
    """Derive independent seeds for lithium and for velocities; LAMMPS wants a positive one of 31 bits."""
    lithium, velocities = np.random.SeedSequence(seed).generate_state(2, np.uint32)
    return int(lithium), int(velocities) % (2**31 - 2) + 1
