"""Which frames of the dynamics of a model that may be bad are still structures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.core.neighbours import shortest_contacts
from gbglass.core.trajectory import Frame
from gbglass.learning.labelling import SHORTEST

CLOSER = 0.9
"""Of the shortest trained contact of a pair: a little below it is worth a label, far below it is a collapse [1]."""

VOLUME = 1.5
"""By which factor the cell may have grown or shrunk since the start [1]."""


@dataclass(frozen=True)
class Sane:
    """The frames of a run that are structures.

    Parameters
    ----------
    frames
        In order, wrapped, each with its step.
    flaw
        What was wrong with the first that is none, and when; empty if there is no such frame.

    """

    frames: tuple[tuple[int, Atoms], ...]
    flaw: str


def sane_frames(frames: Iterable[Frame], start: Atoms, trained: Mapping[str, float]) -> Sane:
    """Return the frames of a run up to the first that is no structure any more.

    A frame is one as long as all atoms are there, at finite places, the volume of the cell is within a factor of 1.5 of
    the start's, no two atoms are nearer than 0.9 Å, and none is nearer than 0.9 times the shortest trained contact of
    its pair. What comes after the first that is none is left out whatever it looks like: it grew out of nonsense.

    Parameters
    ----------
    frames
        Of one run, in order.
    start
        Where it began.
    trained
        Shortest contact of each pair of species such as ``"Li-O"`` in what the model learned from [Å].

    """
    kept: list[tuple[int, Atoms]] = []
    for frame in frames:
        if frame.positions.shape != start.positions.shape:
            return Sane(tuple(kept), f"atoms are gone at step {frame.step}")
        atoms = Atoms(start.numbers, positions=frame.positions, cell=frame.cell, pbc=True)
        flaw = flaw_of(atoms, float(start.get_volume()), trained)
        if flaw:
            return Sane(tuple(kept), f"{flaw} at step {frame.step}")
        atoms.wrap()
        kept.append((frame.step, atoms))
    return Sane(tuple(kept), "")


def flaw_of(atoms: Atoms, volume: float, trained: Mapping[str, float]) -> str:
    """Say why a frame is no structure, as `sane_frames` has it; empty if it is one.

    Parameters
    ----------
    atoms
        The frame.
    volume
        Of the cell of the start [Å³].
    trained
        Shortest trained contacts by pair [Å].

    Examples
    --------
    >>> near = Atoms("LiO", [[0, 0, 0], [0, 0, 1.0]], cell=[5, 5, 5], pbc=True)
    >>> flaw_of(near, 125.0, {"Li-O": 1.1})
    ''
    >>> flaw_of(near, 125.0, {"Li-O": 1.6})
    'Li-O are 1.00 Å apart, less than 1.44 Å'
    >>> flaw_of(near, 60.0, {})
    'the cell has 2.08 times its volume'

    """
    cell = atoms.cell.array
    if not (np.isfinite(cell).all() and np.isfinite(atoms.positions).all()):
        return "places are no numbers"
    factor = float(atoms.get_volume()) / volume
    if not 1.0 / VOLUME <= factor <= VOLUME:
        return f"the cell has {factor:.2f} times its volume"
    limits = {pair: max(SHORTEST, CLOSER * distance) for pair, distance in trained.items()}
    found = shortest_contacts(atoms, max([SHORTEST, *limits.values()]))
    near = {pair: distance for pair, distance in found.items() if distance < limits.get(pair, SHORTEST)}
    return ", ".join(
        f"{pair} are {near[pair]:.2f} Å apart, less than {limits.get(pair, SHORTEST):.2f} Å" for pair in near
    )
