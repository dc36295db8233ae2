"""What a simulation asks of a store of trajectories, so that it needs to know none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from gbglass.core.trajectory import Frame, Trajectory


class FrameStore(Protocol):
    """Keeps the frames of a finished piece of a simulation in one file, with checksums."""

    @property
    def ending(self) -> str:
        """Of the names of its files, such as ``".h5md"``."""

    def write(self, trajectory: Trajectory, path: Path) -> int:
        """Write a file, whole or not at all; return how many frames it holds."""

    def read(self, path: Path) -> Iterator[Frame]:
        """Walk through the frames of a file."""
