"""What is learned: the nets, and how far an atom sees."""

import json
import math
from dataclasses import asdict, dataclass

TYPES = 4
"""Li, La, Zr, O, as everywhere."""

SMOOTH = 0.5
"""Where the smoothing of the cutoff begins, the paper's [Å]."""

AXIS = 16
"""Columns of the embedding that all others are multiplied with, the paper's."""


@dataclass(frozen=True)
class Architecture:
    """DeePMD's `se_e2_a`, as the paper has it unless told otherwise.

    Parameters
    ----------
    cutoff
        How far an atom sees [Å].
    rooms
        Room for neighbours of each type in DeePMD: sums over neighbours are divided by all of it.
    embedding, fitting
        Widths of the layers.
    one_side
        Whether the embedding asks for the neighbour's element alone.

    """

    cutoff: float = 6.0
    rooms: tuple[int, ...] = (96, 32, 44, 88)
    embedding: tuple[int, ...] = (10, 20, 40)
    fitting: tuple[int, ...] = (120, 120, 120)
    one_side: bool = False

    @classmethod
    def reaching(
        cls, cutoff: float, embedding: tuple[int, ...], fitting: tuple[int, ...], *, one_side: bool
    ) -> "Architecture":
        """Give one that sees farther the room for what it sees, by the volume."""
        rooms = tuple(2 * math.ceil(room * (cutoff / cls.cutoff) ** 3 / 2) for room in cls.rooms)
        return cls(cutoff, rooms, embedding, fitting, one_side)

    def written(self) -> str:
        """Return it as JSON, to lie beside weights."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Architecture":
        """Take it from JSON."""
        return cls(
            **{key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(text).items()}
        )
