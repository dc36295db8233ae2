"""Which frames of the dynamics of a model that may be bad are still structures."""

from collections.abc import Iterable, Mapping

import numpy as np
from ase import Atoms

from gbglass.core.neighbours import find_pairs, shortest_contacts
from gbglass.core.trajectory import Frame
from gbglass.learning.labelling import SHORTEST

CLOSER = 0.9
"""Of the shortest trained contact of a pair: a little below it is worth a label, far below it is a collapse [1]."""

VOLUME = 1.5
"""By which factor the cell may have grown or shrunk since the start [1]."""


def sane_frames(frames: Iterable[Frame], start: Atoms, trained: Mapping[str, float]) -> list[tuple[int, Atoms]]:
    """Return the frames of a run up to the first that is no structure any more, each with its step.

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
        if frame.positions.shape != start.positions.shape or not np.isfinite(frame.positions).all():
            break
        atoms = Atoms(start.numbers, positions=frame.positions, cell=frame.cell, pbc=True)
        if not is_sane(atoms, float(start.get_volume()), trained):
            break
        atoms.wrap()
        kept.append((frame.step, atoms))
    return kept


def is_sane(atoms: Atoms, volume: float, trained: Mapping[str, float]) -> bool:
    """Say whether a frame is a structure, as `sane_frames` has it.

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
    >>> is_sane(near, 125.0, {"Li-O": 1.1}), is_sane(near, 125.0, {"Li-O": 1.6}), is_sane(near, 60.0, {})
    (True, False, False)

    """
    cell = atoms.cell.array
    now = float(atoms.get_volume()) if np.isfinite(cell).all() else 0.0
    if not volume / VOLUME <= now <= volume * VOLUME:
        return False
    reach = max([SHORTEST, *(CLOSER * distance for distance in trained.values())])
    if not len(find_pairs(atoms.positions, cell, SHORTEST).distances):
        found = shortest_contacts(atoms, reach)
        return all(distance >= CLOSER * trained.get(pair, 0.0) for pair, distance in found.items())
    return False
