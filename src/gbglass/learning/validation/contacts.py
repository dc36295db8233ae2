"""The shortest contacts of a run, and how they compare with those that a potential was trained on."""

import math
from collections.abc import Mapping

from ase import Atoms

from gbglass.core.neighbours import shortest_contacts
from gbglass.core.trajectory import Trajectory


def shortest_seen(start: Atoms, run: Trajectory, every: int) -> dict[str, float]:
    """Return the shortest contact of each pair over some frames; pairs that never meet within 5 Å are left out [Å].

    Parameters
    ----------
    start
        The structure that was run.
    run
        Its frames.
    every
        Of so many frames one is looked at.

    """
    shortest: dict[str, float] = {}
    for number, frame in enumerate(run):
        if number % every == 0:
            atoms = start.copy()
            atoms.set_cell(frame.cell)
            atoms.set_positions(frame.positions)
            for pair, distance in shortest_contacts(atoms).items():
                shortest[pair] = min(distance, shortest.get(pair, distance))
    return {pair: distance for pair, distance in shortest.items() if math.isfinite(distance)}


def nearer_than_trained(seen: Mapping[str, float], trained: Mapping[str, float]) -> str:
    """Name the pairs that came nearer to each other than any that was trained; empty if there is none.

    Parameters
    ----------
    seen, trained
        By pair such as ``"Li-O"`` [Å].

    Examples
    --------
    >>> nearer_than_trained({"Li-O": 1.05, "O-O": 2.5}, {"Li-O": 1.2, "O-O": 1.8})
    'Li-O 1.05 Å (1.20 Å)'

    """
    return ", ".join(
        f"{pair} {distance:.2f} Å ({trained[pair]:.2f} Å)"
        for pair, distance in seen.items()
        if distance < trained.get(pair, 0.0)
    )
