"""A structure at rest: one minimisation in one folder, done once, with its energy."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ase import Atoms

from gbglass.core.potential import Potential
from gbglass.core.provenance import content_id, sha256_text, without_defaults
from gbglass.core.suitability import check_structure
from gbglass.errors import StateError
from gbglass.lammps.data import angles_as_input, data_text
from gbglass.lammps.deck import CELL_PRESSURE, DATA, minimise_deck
from gbglass.lammps.dump import read_dump
from gbglass.lammps.engine import DECK, Job, Lammps, run_lammps
from gbglass.lammps.log import THERMO_COLUMNS, pressures_left, read_thermo, shears_left, stopping_criterion
from gbglass.lammps.segments import Promise, Segment, finish_segment, load_segment, partial_folder
from gbglass.lammps.switches import switches_as_input
from gbglass.lammps.task import Runner, has_threads
from gbglass.protocol.stages import Minimise

_FORMAT = 3
_ENERGY = THERMO_COLUMNS.index("pe")
_MOVING = {"fixed": (), "normal": (2,), "lengths": (0, 1, 2)}


_ALWAYS_SAID = ("kind", "force_eV_per_A", "max_iterations", "cell")
"""Keys of a minimisation that its inputs hold even at their defaults; later ones only where they say something else."""


@dataclass(frozen=True)
class RelaxTask:
    """What is to be brought to rest.

    Parameters
    ----------
    atoms
        The structure, inside its cell.
    potential
        What acts between the atoms.
    stage
        How far, and what of the cell moves.
    ranks
        MPI processes.

    Raises
    ------
    InputError
        If the potential cannot describe the structure.

    """

    atoms: Atoms
    potential: Potential
    stage: Minimise
    ranks: int = 1

    def __post_init__(self) -> None:
        check_structure(self.potential, self.atoms)


@dataclass(frozen=True)
class Relaxed:
    """A structure at rest.

    Parameters
    ----------
    atoms
        Unwrapped, in the order and with the arrays of the structure that went in.
    energy
        Potential energy of the cell [eV].
    ending
        ``"force tolerance"`` if all went as was asked; else what stopped it.
    wall_seconds
        How long LAMMPS took.

    """

    atoms: Atoms
    energy: float
    ending: str
    wall_seconds: float

    @property
    def at_rest(self) -> bool:
        """Whether forces, and pressures along the moving lengths, are as small as was asked for."""
        return self.ending == "force tolerance"


def relax(task: RelaxTask, folder: Path, runner: Runner) -> Relaxed:
    """Bring a structure to rest in a folder, or read what is finished there.

    Parameters
    ----------
    task
        What to relax.
    folder
        Made if it does not exist.
    runner
        Which LAMMPS, and who listens.

    Raises
    ------
    EngineError
        If LAMMPS fails.
    StateError
        If the folder holds a relaxation of other inputs.

    """
    inputs = _inputs(task, runner.engine)
    segment = load_segment(folder, lambda _last: inputs)
    if segment is None:
        working = partial_folder(folder)
        deck = minimise_deck(task.stage, task.potential, threads=has_threads(runner.engine, task.potential))
        (working / DATA).write_text(data_text(task.atoms, task.potential), encoding="utf-8")
        (working / DECK).write_text(deck, encoding="utf-8")
        start = time.monotonic()
        run_lammps(
            runner.engine,
            Job(working, task.ranks, None, runner.pass_fds),
            lambda _step: runner.on_step("minimise", 0, 0),
        )
        segment = finish_segment(folder, Promise(inputs, 0, 0, (0,)), time.monotonic() - start)
    return relaxed_structure(segment, task.atoms, task.stage)


def relaxation_key(task: RelaxTask, engine: Lammps) -> str:
    """Return a hash of everything that decides a relaxation."""
    return content_id(_inputs(task, engine))


def _inputs(task: RelaxTask, engine: Lammps) -> dict[str, Any]:
    data = data_text(task.atoms, task.potential)
    return {
        "format": _FORMAT,
        "lammps": engine.version,
        "threads": has_threads(engine, task.potential),
        **switches_as_input(engine),
        "potential": task.potential.checksum,
        "structure": sha256_text(data),
        "stage": _said(task.stage),
        **angles_as_input(data, task.stage),
        "ranks": task.ranks,
    }


def _said(stage: Minimise) -> dict[str, Any]:
    return {key: getattr(stage, key) for key in _ALWAYS_SAID} | without_defaults(stage)


def relaxed_structure(segment: Segment, atoms: Atoms, stage: Minimise) -> Relaxed:
    """Read a finished minimisation.

    Parameters
    ----------
    segment
        Where it lies.
    atoms
        The structure that went in.
    stage
        What was asked for.

    Raises
    ------
    StateError
        If the folder holds other than one frame of as many atoms.

    """
    frames = [dumped.frame for dumped in read_dump(segment.frames)]
    if len(frames) != 1 or len(frames[0].positions) != len(atoms):
        raise StateError(f"{segment.frames} is not one frame of {len(atoms)} atoms; move {segment.folder} away")
    rested: Atoms = atoms.copy()
    rested.set_cell(frames[0].cell)
    rested.set_positions(frames[0].positions)
    ending = stopping_criterion(segment.log)
    left = max((abs(pressures_left(segment.log)[axis]) for axis in _MOVING[stage.cell]), default=0.0)
    if stage.cell == "lengths" and not rested.cell.orthorhombic:
        left = max(left, *map(abs, shears_left(segment.log)))
    if ending == "force tolerance" and left > CELL_PRESSURE:
        ending = f"a pressure of {left:.0f} bar left along the cell"
    return Relaxed(rested, float(read_thermo(segment.log)[-1, _ENERGY]), ending, segment.wall_seconds)
