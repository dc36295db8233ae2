"""A committee beside a run: where its members disagree, the potential that runs has left what it was trained on.

Segments are the places to look: when one is finished, its frames are asked of each member. A run that has left the
domain pauses there, with the frames that are worth labelling kept; nothing of it is lost, and with a higher limit it
goes on. The measure is that of DP-GEN (doi:10.1016/j.cpc.2020.107206): the spread of an atom's force over the members.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import write

from gbglass.core.arrays import BoolArray, FloatArray, frozen_floats
from gbglass.core.frame_store import FrameStore
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.potential import Potential
from gbglass.core.provenance import content_id, without_defaults
from gbglass.core.region import Region
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError, OutsideDomainError
from gbglass.lammps.engine import Lammps
from gbglass.lammps.segments import Segment, frames_of
from gbglass.lammps.single_points import single_points

WORTH_LABELLING = "worth-labelling.extxyz"
"""Ends the name of the file with the frames that the members disagree about, beside the segment that they are from."""


@dataclass(frozen=True)
class Committee:
    """Who is asked beside the potential that runs, and when a run pauses.

    Parameters
    ----------
    members
        Other potentials for the same elements, such as models that differ in their seed alone.
    limit
        Largest spread of a force [eV/Å].
    every
        MD steps between the frames that are looked at; a multiple of those between frames.
    region
        Whose atoms count; all when absent.

    Raises
    ------
    InputError
        If there is no member, or the limit or the interval is not positive.

    """

    members: tuple[Potential, ...]
    limit: float
    every: int
    region: Region | None = None

    def __post_init__(self) -> None:
        if not self.members:
            raise InputError("'members' must name one potential or more beside the one that runs, got none")
        for name, value in (("limit", self.limit), ("every", self.every)):
            if not value > 0:
                raise InputError(f"'{name}' of a committee must be above 0, got {value}")


def force_spread(structures: Sequence[Atoms], potentials: Sequence[Potential], engine: Lammps) -> FloatArray:
    r"""Return the spread of each atom's force over some potentials [eV/Å, (n_structures, n_atoms)].

    .. math:: ε_i = \sqrt{\langle |F_i - \langle F_i \rangle|^2 \rangle}

    Parameters
    ----------
    structures
        Of the same atoms.
    potentials
        Two or more.
    engine
        The LAMMPS to ask.

    Raises
    ------
    EngineError
        If LAMMPS fails with one of them.

    """
    asked = [[labels.forces for labels in single_points(structures, one, engine)] for one in potentials]
    forces = np.array(asked)
    away = forces - forces.mean(axis=0)
    return frozen_floats(np.sqrt((away**2).sum(axis=3).mean(axis=0)))


@dataclass(frozen=True)
class Watched:
    """What is needed to look at a segment.

    Parameters
    ----------
    symbols
        Of the atoms.
    anchor
        What regions are tied to.
    potentials
        The one that runs, then the others.
    engine
        The LAMMPS to ask.
    store
        Reads the segment, if its frames are in one.

    """

    symbols: tuple[str, ...]
    anchor: FrameworkAnchor
    potentials: tuple[Potential, ...]
    engine: Lammps
    store: FrameStore | None = None


def look_at(segment: Segment, committee: Committee, watched: Watched) -> None:
    """Ask the members about the frames of a finished segment, once.

    Raises
    ------
    OutsideDomainError
        If they disagree by more than the limit: names the worst atom and where the frames lie.

    """
    record = segment.folder.with_name(f"{segment.folder.name}.committee.json")
    asked = content_id([segment.key, [p.checksum for p in watched.potentials], committee.every, _plain(committee)])
    found = _read(record, asked)
    if found is None:
        found = _measure(segment, committee, watched)
        record.write_text(json.dumps({"asked": asked, **found}), encoding="utf-8")
    spreads = np.array(found["spreads"])
    worst = float(np.max(spreads, initial=0.0))  # NaN stays NaN, and is not within any limit
    if worst <= committee.limit:
        return
    worth = {step for step, spread in zip(found["steps"], spreads, strict=True) if not spread <= committee.limit}
    _keep(segment, worth, watched)
    kept = segment.folder.with_name(f"{segment.folder.name}.{WORTH_LABELLING}")
    place = int(np.argmax(spreads))
    raise OutsideDomainError(
        f"the committee disagrees about the force on atom {found['atoms'][place]} at step {found['steps'][place]} by "
        f"{worst:.3g} eV/Å, {committee.limit:g} are allowed: the potential has left what it was trained on. The run "
        f"pauses; label the frames of {kept} and train further, or allow more to go on"
    )


def _plain(committee: Committee) -> object:
    return without_defaults(committee.region) if committee.region is not None else None


def _read(record: Path, asked: str) -> dict[str, list[float]] | None:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("asked") == asked else None


def _measure(segment: Segment, committee: Committee, watched: Watched) -> dict[str, list[float]]:
    frames = [frame for frame in frames_of(segment, watched.store) if frame.step % committee.every == 0]
    if not frames:
        return {"steps": [], "spreads": [], "atoms": []}
    structures = [Atoms(watched.symbols, positions=f.positions, cell=f.cell, pbc=True) for f in frames]
    spreads = force_spread(structures, watched.potentials, watched.engine)
    counted = np.array([spread * _mask(committee, watched, f) for spread, f in zip(spreads, frames, strict=True)])
    return {
        "steps": [frame.step for frame in frames],
        "spreads": counted.max(axis=1).tolist(),
        "atoms": counted.argmax(axis=1).tolist(),
    }


def _keep(segment: Segment, steps: set[float], watched: Watched) -> None:
    """Write the frames of these steps beside the segment."""
    frames = [frame for frame in frames_of(segment, watched.store) if frame.step in steps]
    text = StringIO()
    write(text, [Atoms(watched.symbols, positions=f.positions, cell=f.cell, pbc=True) for f in frames], format="extxyz")
    segment.folder.with_name(f"{segment.folder.name}.{WORTH_LABELLING}").write_text(text.getvalue(), "utf-8")


def _mask(committee: Committee, watched: Watched, frame: Frame) -> BoolArray:
    if committee.region is None:
        return np.full(len(frame.positions), fill_value=True)
    return committee.region.mask(watched.anchor.view(frame))
