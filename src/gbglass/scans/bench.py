"""Cells brought to rest, each in a folder of its own that its content names, and never twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from ase import Atoms

import gbglass
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.campaign.case import open_case
from gbglass.core.potential import Potential
from gbglass.errors import NotConverged
from gbglass.lammps.relaxation import Relaxed, RelaxTask, relax, relaxation_key
from gbglass.lammps.task import Runner
from gbglass.protocol.stages import Minimise
from gbglass.scans.ranking import BulkEnergy, bulk_energy
from gbglass.scans.spec import FEWEST_BULK
from gbglass.store.atomic import write_text
from gbglass.store.structures import structure_text

STRUCTURE = "relaxed.extxyz"
"""The structure at rest, in the folder of its case."""

_ID_LENGTH = 12
_CELLS, _BULK = 1, 0
"""Streams of random numbers: the decorations of boundaries have nothing to do with those of the bulk."""


@dataclass(frozen=True)
class Bench:
    """What all relaxations of a scan have in common.

    Parameters
    ----------
    folder
        Gets a folder for each cell.
    potential
        What acts between the atoms.
    runner
        Which LAMMPS, and who listens.
    force
        Largest force left [eV/Å].
    max_iterations
        Of one minimisation in a fixed cell.
    ranks
        MPI processes.

    """

    folder: Path
    potential: Potential
    runner: Runner
    force: float = 0.05
    max_iterations: int = 5000
    ranks: int = 1


@dataclass(frozen=True)
class Rested:
    """A cell at rest.

    Parameters
    ----------
    relaxed
        The structure and its energy.
    folder
        Of its case.

    """

    relaxed: Relaxed
    folder: Path


def rest(atoms: Atoms, cell: Literal["normal", "lengths"], bench: Bench) -> Rested:
    """Bring a cell to rest in its own folder, or read what is finished there.

    Parameters
    ----------
    atoms
        Inside its cell.
    cell
        What of the cell moves.
    bench
        How.

    Raises
    ------
    InputError
        If the potential cannot describe the structure.
    EngineError
        If LAMMPS fails.
    NotConverged
        If it did not come to rest; the folder keeps what was done.

    """
    stage = Minimise(force_eV_per_A=bench.force, max_iterations=bench.max_iterations, cell=cell)
    task = RelaxTask(atoms, bench.potential, stage, bench.ranks)
    identity = {"relaxation": relaxation_key(task, bench.runner.engine)}
    folder = bench.folder / identity["relaxation"][:_ID_LENGTH]
    with open_case(folder, identity) as case:
        case.claim()
        runner = replace(bench.runner, pass_fds=(*bench.runner.pass_fds, case.lock))
        relaxed = relax(task, case.folder / "minimise", runner)
        if case.finished(identity) is None:
            wrapped: Atoms = relaxed.atoms.copy()
            wrapped.wrap()
            write_text(case.folder / STRUCTURE, structure_text(wrapped, ".extxyz"))
            summary = {"energy_eV": relaxed.energy, "ending": relaxed.ending, "gbglass": gbglass.__version__}
            case.finish(identity, [STRUCTURE], summary)
    if not relaxed.at_rest:
        raise NotConverged(
            f"{folder} did not come to rest: {relaxed.ending}; PPPM seldom allows forces below 0.05 eV/Å, so ask for "
            "less (--force), or look at its log"
        )
    return Rested(relaxed, folder)


@dataclass(frozen=True)
class BulkReference:
    """The bulk crystal at rest under the same potential and the same minimiser.

    Parameters
    ----------
    energy
        Of a formula unit, over the decorations.
    lattice_parameter
        Mean cell length of the first decorations [Å].
    energies
        Of each decoration [eV].

    """

    energy: BulkEnergy
    lattice_parameter: float
    energies: tuple[float, ...]


def bulk_reference(
    n_decorations: int, n_tetrahedral: int, seed: int, bench: Bench, on_cell: Callable[[], None] = lambda: None
) -> BulkReference:
    """Relax lithium decorations of the cubic crystal, all cell lengths free.

    Parameters
    ----------
    n_decorations
        How many, ten or more; the lattice parameter is that of the first ten, so that further ones change no cell.
    n_tetrahedral
        Lithium on the 24 tetrahedra of a cell.
    seed
        Decides the decorations.
    bench
        How.
    on_cell
        Called after each.

    Raises
    ------
    InputError, EngineError, NotConverged
        As for `rest`.

    """
    energies, lengths = [], []
    for number in range(n_decorations):
        atoms = cubic_llzo(n_tetrahedral, np.random.default_rng((seed, _BULK, number)))
        relaxed = rest(atoms, "lengths", bench).relaxed
        energies.append(relaxed.energy / formula_units(atoms))
        lengths.append(relaxed.atoms.cell.lengths())
        on_cell()
    parameter = float(np.mean(lengths[:FEWEST_BULK]))
    return BulkReference(bulk_energy(energies), parameter, tuple(energies))


def decoration_generator(seed: int, number: int) -> np.random.Generator:
    """Return what decides the lithium of one decoration of a boundary, the same for every candidate."""
    return np.random.default_rng((seed, _CELLS, number))


def formula_units(atoms: Atoms) -> float:
    """Count the formula units Li7La3Zr2O12 of a structure by its Zr."""
    symbols: list[str] = atoms.get_chemical_symbols()
    return symbols.count("Zr") / 2
