"""What a protocol promises, entry by entry as its user wrote it: which stage of it must have left glass, and where.

A recipe stands for several stages; messages name what stands in the study file, not what it was written out into.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gbglass.core.region import Region
from gbglass.protocol.aims import Aim
from gbglass.protocol.recipes import ProtocolEntry, Recipe, stages_of
from gbglass.protocol.stages import Hold, MeltRegion, Stage


@dataclass(frozen=True)
class Promise:
    """A part of a protocol that melts, and the hold in which what it left is measured.

    Parameters
    ----------
    entry
        Place in the protocol as it was written, from 1.
    name
        What messages call that entry.
    first, hold
        Numbers of the stage before which the structure was as it should compare with, and of the hold, from 1.
    aim
        What must be glass, and what crystal.

    """

    entry: int
    name: str
    first: int
    hold: int
    aim: Aim

    @property
    def title(self) -> str:
        """What messages call what must be glass."""
        return f"{self.name}: {self.aim.part}" if self.aim.part else self.name

    @property
    def glass(self) -> Region | None:
        """What must be glass; None for the whole cell."""
        return self.aim.glass


def names_of(entries: Sequence[ProtocolEntry]) -> tuple[str, ...]:
    """Name each stage of a protocol that was written out by the entry that stands in the study file.

    Examples
    --------
    >>> from gbglass.protocol.recipes import AmorphiseHeating, AmorphiseLayer
    >>> from gbglass.protocol.stages import Minimise
    >>> layer = AmorphiseLayer(thickness_A=9, temperature_K=300)
    >>> names_of([Minimise(), layer])[1:]
    ('stage.2 (amorphise_layer): its melt_region', 'stage.2 (amorphise_layer): its hold')
    >>> names_of([AmorphiseHeating(from_K=300, temperature_K=300)])[-1]
    'stage.1 (amorphise_heating): its hold 2'

    """
    return tuple(name for number, entry in enumerate(entries, start=1) for name in _names_in(number, entry))


def entry_name(number: int, entry: ProtocolEntry) -> str:
    """Name an entry of a study file, such as ``"stage.2 (amorphise_layer)"``."""
    return f"stage.{number} ({entry.kind})"


def promises_of(entries: Sequence[ProtocolEntry]) -> tuple[Promise, ...]:
    """List what a protocol promises to turn to glass; a melt with no hold anywhere after it promises nothing.

    Examples
    --------
    >>> from gbglass.protocol.recipes import MeltQuench
    >>> (quench,) = promises_of([MeltQuench(from_K=300, temperature_K=300)])
    >>> quench.name, quench.first, quench.hold, quench.glass
    ('stage.1 (melt_quench)', 1, 5, None)

    """
    stages = [stage for entry in entries for stage in stages_of(entry)]
    promises: list[Promise] = []
    first = 1
    for number, entry in enumerate(entries, start=1):
        n_stages = len(stages_of(entry))
        name = entry_name(number, entry)
        if isinstance(entry, Recipe):
            promises += [Promise(number, name, first, first + n_stages - 1, aim) for aim in entry.aims]
        promises += _of_melts(stages, range(first, first + n_stages), number, name)
        first += n_stages
    return tuple(promises)


def _of_melts(stages: Sequence[Stage], numbers: range, entry: int, name: str) -> Iterator[Promise]:
    """Every melted region must be glass in the next hold, of whichever entry that is."""
    for number in numbers:
        stage = stages[number - 1]
        hold = next((n for n in range(number + 1, len(stages) + 1) if isinstance(stages[n - 1], Hold)), None)
        if isinstance(stage, MeltRegion) and hold is not None:
            yield Promise(entry, name, number, hold, Aim(stage.region))


def _names_in(number: int, entry: ProtocolEntry) -> Iterator[str]:
    stages = stages_of(entry)
    kinds = [stage.kind for stage in stages]
    name = entry_name(number, entry)
    for place, kind in enumerate(kinds):
        if not isinstance(entry, Recipe):
            yield name
        elif kinds.count(kind) == 1:
            yield f"{name}: its {kind}"
        else:
            yield f"{name}: its {kind} {kinds[: place + 1].count(kind)}"
