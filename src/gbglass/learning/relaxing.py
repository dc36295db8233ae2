"""Structures that their labeller brings to rest before it labels them, the cell as it is; every step is on disk.

The labeller acts through a calculator of ASE, BFGS takes the steps. An interruption loses the step in work and what
BFGS had learned of the curvature; where the atoms were is kept. The end alone is a frame, and it is asked about once
more, since its positions are rounded as those of all frames are.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.optimize import BFGS

from gbglass.core.labels import Labeller
from gbglass.core.provenance import content_id
from gbglass.dft.settings import DftSettings
from gbglass.errors import EngineError, InputError, StateError
from gbglass.learning.labelling import check_frame
from gbglass.learning.origins import Draw, Origin
from gbglass.store.atomic import write_json
from gbglass.teachers.asked import AskedCalculator


@dataclass(frozen=True)
class Relaxation:
    """How far structures are relaxed.

    Parameters
    ----------
    force
        Largest force left; the paper's by default [eV/Å].
    most_steps
        In one call.

    Raises
    ------
    InputError
        If one is not positive.

    """

    force: float = DftSettings().force_tolerance_eV_per_A
    most_steps: int = 200

    def __post_init__(self) -> None:
        if not (self.force > 0.0 and self.most_steps > 0):
            raise InputError(f"a relaxation needs a positive force and one step or more, got {self}")


@dataclass(frozen=True)
class Relaxed:
    """A structure at rest.

    Parameters
    ----------
    atoms
        The structure.
    steps
        That it took, over all calls.

    """

    atoms: Atoms
    steps: int


def bring_to_rest(start: Atoms, labeller: Labeller, asked: Relaxation, record: Path) -> Relaxed:
    """Move the atoms of a structure until no force is larger than asked for, going on from what a file holds.

    Parameters
    ----------
    start
        Periodic.
    labeller
        Gives energies and forces.
    asked
        How far.
    record
        JSON with the start, the labeller, the positions and the number of steps; written after every step. One of
        another start or labeller is begun anew.

    Raises
    ------
    InputError
        If two atoms of the start are too near to each other for any labeller.
    EngineError
        If the labeller fails, or larger forces are left after as many steps as one call may take; another call goes on.
    StateError
        If the file is something else.

    """
    check_frame(start)
    identity = _identity(start, labeller)
    moving, before = _begun(start, identity, record)
    moving.calc = AskedCalculator(labeller)
    steps = before
    with BFGS(moving, logfile=None) as mover:
        for _ in mover.irun(fmax=asked.force, steps=asked.most_steps):
            steps = before + int(mover.nsteps)
            write_json(record, {"begun": identity, "steps": steps, "positions": moving.positions.tolist()})
    largest = float(np.linalg.norm(moving.get_forces(), axis=1).max())
    if largest > asked.force:
        raise EngineError(
            f"forces of up to {largest:.3f} eV/Å are left after {steps} steps, {asked.force:g} eV/Å are asked for; "
            "what fails is gone on with when it is tried again (--again)"
        )
    return Relaxed(Atoms(moving.numbers, positions=moving.positions, cell=moving.cell.array, pbc=True), steps)


def _identity(start: Atoms, labeller: Labeller) -> str:
    """Return what a relaxation belongs to."""
    source = labeller.source
    return content_id(
        [
            [start.numbers.tolist(), start.positions.tolist(), start.cell.tolist()],
            [source.name, source.version, source.checksum],
        ]
    )


def _begun(start: Atoms, identity: str, record: Path) -> tuple[Atoms, int]:
    """Return where a relaxation stands, and after how many steps."""
    moving = Atoms(start.numbers, positions=start.positions, cell=start.cell.array, pbc=True)
    if not record.is_file():
        return moving, 0
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        if found["begun"] != identity:
            return moving, 0
        moving.positions = np.array(found["positions"], dtype=np.float64)
        return moving, int(found["steps"])
    except (ValueError, KeyError, TypeError) as error:
        raise StateError(f"{record} is not the record of a relaxation ({error}); move it away to begin anew") from error


def relaxed_origin(
    structures: Sequence[Atoms], names: tuple[str, str], asked: Relaxation, tell: Callable[[str], None]
) -> Origin:
    """Make an origin of structures as their labeller has them at rest.

    Parameters
    ----------
    structures
        To begin from.
    names
        Domain, and name of the origin without it.
    asked
        How far.
    tell
        Called with a line when one has come to rest.

    Raises
    ------
    InputError
        If there is none, or the domain is no word.

    """
    domain, name = names

    def draw(given: Draw) -> Atoms:
        record = given.workshop.folder / f"{given.index:04d}.json"
        rested = bring_to_rest(structures[given.index], given.workshop.labeller, asked, record)
        tell(f"{domain}/{name}/{given.index:04d} at rest after {rested.steps} steps")
        return rested.atoms

    return Origin(f"{domain}/{name}", domain, len(structures), draw)
