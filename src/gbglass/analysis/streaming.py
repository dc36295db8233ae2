"""How analyses go through frames: one at a time, and in parts that are joined afterwards.

Two workers may share the frames of a trajectory, each with an accumulator made alike. What they join is what one alone
would have found: sums over frames add up, rows of a series are put in order of time. No frame may be in both.
"""

from typing import Any, Protocol, Self, TypeVar

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

Row = tuple[Any, ...]


class Accumulator(Protocol):
    """What every streamed analysis can do besides giving its result."""

    def add(self, frame: Frame) -> None:
        """Take one frame in."""

    def merge(self, other: Self) -> None:
        """Take in what another one, made alike, took in of other frames of the same trajectory."""


A = TypeVar("A", bound=Accumulator)


class Accumulation:
    """The state of an accumulator, and how two are joined.

    Parameters
    ----------
    what
        The quantity, for messages.
    settings
        What must be equal in both for them to be joined.

    Attributes
    ----------
    sums
        Arrays over frames that add up, by name.
    rows
        What is kept of single frames, by MD step.
    steps
        MD steps of the frames that were taken in.

    """

    def __init__(self, what: str, *settings: object) -> None:
        self.what = what
        self.settings = settings
        self.sums: dict[str, FloatArray] = {}
        self.rows: dict[int, Row] = {}
        self.steps: set[int] = set()

    @property
    def n_frames(self) -> int:
        """How many frames were taken in."""
        return len(self.steps)

    def take_note_of(self, frame: Frame) -> None:
        """Remember that a frame is taken in.

        Raises
        ------
        InputError
            If it was already, or a position is not finite.

        """
        if frame.step in self.steps:
            raise InputError(f"step {frame.step} was already counted in this {self.what}; a frame counts once")
        if not np.isfinite(frame.positions).all():
            raise InputError(f"positions must be finite, but some are not at step {frame.step}; the run has blown up")
        self.steps.add(frame.step)

    def merge(self, other: Self) -> None:
        """Take in what another one, made alike, took in of other frames: sums add up, rows go in order of time.

        Raises
        ------
        InputError
            If the two were not made alike, or both hold a frame.

        """
        if (self.what, self.settings) != (other.what, other.settings):
            raise InputError(
                f"two parts of a {self.what} can be joined only if they were counted alike, "
                f"got {self.settings} and {other.settings}"
            )
        both = sorted(self.steps & other.steps)
        if both:
            raise InputError(f"a frame counts once, but step {both[0]} is in both parts of this {self.what}")
        self.steps |= other.steps
        for name, values in other.sums.items():
            self.sums[name] = self.sums[name] + values
        self.rows.update(other.rows)

    def need_frames(self) -> None:
        """Refuse to give a result of nothing.

        Raises
        ------
        InputError
            If no frame was added.

        """
        if not self.steps:
            raise InputError(f"a {self.what} needs at least one frame, got none")

    def in_order(self) -> list[Row]:
        """Return the rows in order of time."""
        return [self.rows[step] for step in sorted(self.rows)]


def stream(trajectory: Trajectory, accumulator: A, every: int = 1) -> A:
    """Add every n-th frame of a trajectory to an accumulator, and return it.

    Raises
    ------
    InputError
        If n is less than 1.

    """
    if every < 1:
        raise InputError(f"'every' must be 1 or more, got {every}")
    for number, frame in enumerate(trajectory):
        if number % every == 0:
            accumulator.add(frame)
    return accumulator
