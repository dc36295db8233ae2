"""Where the dynamics of an exploration begin."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.errors import ConfigError, InputError
from gbglass.learning.datasets import Split
from gbglass.learning.exchange import read_periodic
from gbglass.learning.exploration.dynamics import RunPlan
from gbglass.learning.exploration.spec import ExplorationSpec, Start

_ROUNDING = 1e-6
_SEEDS = 900_000_000
"""LAMMPS takes seeds up to this."""


@dataclass(frozen=True)
class StartFile:
    """Structures of a user's own to begin from.

    Parameters
    ----------
    structures
        As they stand in the file.
    sha256
        Of the file.

    """

    structures: tuple[Atoms, ...]
    sha256: str


def read_start_files(spec: ExplorationSpec, folder: Path) -> dict[str, StartFile]:
    """Read the files that a loop names, by their names.

    Parameters
    ----------
    spec
        Of the loop.
    folder
        Which names are relative to.

    Raises
    ------
    InputError
        If a file is not there or a structure is not periodic.
    FormatError
        If a file is not extxyz.

    """
    names = [start.file for start in spec.start if start.file is not None]
    return {
        name: StartFile(tuple(read_periodic(folder / name)), hashlib.sha256((folder / name).read_bytes()).hexdigest())
        for name in names
    }


@dataclass(frozen=True)
class Pool:
    """Structures that one start may take.

    Parameters
    ----------
    start
        As it was asked for.
    domain
        Of what is visited from here.
    structures
        In orthogonal cells, wrapped.

    """

    start: Start
    domain: str
    structures: tuple[Atoms, ...]


def make_pools(spec: ExplorationSpec, split: Split, files: Mapping[str, StartFile]) -> list[Pool]:
    """Collect what each start may take.

    Parameters
    ----------
    spec
        Of the loop.
    split
        Of the frames of the store, at this iteration. Nothing starts from origins that are not trained: what was found
        from there would be, and errors on them would flatter.
    files
        From `read_start_files`.

    Raises
    ------
    ConfigError
        With every start that cannot be used.

    """
    pools, problems = [], []
    for number, start in enumerate(spec.start, start=1):
        try:
            pools.append(_pool(start, split, files))
        except InputError as error:
            problems.append((f"start.{number}", str(error)))
    if problems:
        raise ConfigError(problems)
    return pools


def _pool(start: Start, split: Split, files: Mapping[str, StartFile]) -> Pool:
    if start.file is not None and start.domain is not None:
        found = [orthogonal(atoms) for atoms in files[start.file].structures]
        skewed = [str(number) for number, atoms in enumerate(found) if atoms is None]
        if skewed or not found:
            raise InputError(f"{start.file}: structures {', '.join(skewed) or '(none)'} have no orthogonal cell")
        return Pool(start, start.domain, tuple(atoms for atoms in found if atoms is not None))
    if any(frame.tag.origin == start.origin for frame in (*split.validation, *split.held_out)):
        raise InputError(f"{start.origin} is not trained but tested on, so nothing is explored from it; take another")
    own = [frame for frame in split.train if frame.tag.origin == start.origin]
    usable = [atoms for frame in own if (atoms := orthogonal(frame.atoms)) is not None]
    if not usable:
        what = "in an orthogonal cell" if own else "with labels"
        raise InputError(f"the store holds no frame {what} of origin {start.origin!r}; label some, or take another")
    return Pool(start, own[0].tag.domain, tuple(usable))


def orthogonal(atoms: Atoms) -> Atoms | None:
    """Return a structure wrapped into its orthogonal cell, or None if its cell is another.

    Examples
    --------
    >>> from ase.build import bulk
    >>> orthogonal(bulk("Li", "bcc", a=3.44)) is None, len(orthogonal(bulk("Li", "bcc", a=3.44, cubic=True)))
    (True, 2)

    """
    lengths = np.diag(atoms.cell.array)
    if np.abs(atoms.cell.array - np.diag(lengths)).max() > _ROUNDING or lengths.min() <= 0.0:
        return None
    inside = Atoms(atoms.numbers, positions=atoms.positions, cell=np.diag(lengths), pbc=True)
    inside.wrap()
    return inside


def plan_runs(pools: Sequence[Pool], seed: int, iteration: int) -> list[RunPlan]:
    """Plan one run a start and temperature; which frame it takes and its velocities differ from iteration to iteration.

    Parameters
    ----------
    pools
        From `make_pools`.
    seed
        Of the loop.
    iteration
        Its number.

    """
    asked = [(pool, temperature) for pool in pools for temperature in pool.start.temperatures_K]
    plans = []
    for number, (pool, temperature) in enumerate(asked):
        rng = np.random.default_rng([seed, iteration, number])
        atoms = pool.structures[int(rng.integers(len(pool.structures)))]
        run_seed = int(rng.integers(1, _SEEDS))
        plans.append(RunPlan(pool.start.name, pool.domain, atoms, temperature, pool.start.ensemble, run_seed))
    return plans
