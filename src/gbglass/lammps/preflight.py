"""Before hours are spent: whether LAMMPS knows a potential and gives its energies, and what a run will cost."""

import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ase import Atoms
from ase.io import read

from gbglass.core.potential import Potential
from gbglass.core.suitability import check_structure
from gbglass.errors import EngineError, InputError
from gbglass.lammps.data import data_text
from gbglass.lammps.deck import atom_lines
from gbglass.lammps.engine import DECK, LOG, Job, Lammps, run_lammps
from gbglass.lammps.single_points import single_points
from gbglass.lammps.task import has_threads

PROBE_STEPS = 20
"""Enough to time a step to a few percent; more would be felt."""

_LONGEST_STEP = 0.01
"""Atoms of a rough start move no further in a step, so that the probe ends [Å]."""

_MEMORY = "memory"
"""File in which Linux tells the largest memory of a process; that in the log begins with that of its starter."""

_SAME_ENERGY = 1e-3
"""LAMMPS on another machine gives the same to rounding, single precision included [eV/atom]."""


@dataclass(frozen=True)
class Probe:
    """What a short run cost.

    Parameters
    ----------
    n_atoms
        In the cell.
    ranks
        MPI processes.
    step_seconds
        Wall time of an MD step [s].
    start_seconds
        Wall time of everything before the first step, which each segment pays [s].
    rank_mib
        Largest memory of an MPI process [MiB].

    """

    n_atoms: int
    ranks: int
    step_seconds: float
    start_seconds: float
    rank_mib: float

    @property
    def atom_steps_per_second(self) -> float:
        """Speed [1/s]."""
        return self.n_atoms / self.step_seconds

    @property
    def memory_mib(self) -> float:
        """Of all ranks together [MiB]."""
        return self.ranks * self.rank_mib


def check_styles(potential: Potential, engine: Lammps) -> None:
    """Refuse a LAMMPS that lacks a pair style.

    Raises
    ------
    EngineError
        Names the style and what to do.

    """
    lacking = sorted(potential.pair_styles - engine.pair_styles)
    if lacking:
        raise EngineError(
            f"{engine.binary} lacks pair style {', '.join(lacking)}, which potential {potential.name} needs; "
            f"{_advice(lacking)}"
        )


def _advice(lacking: list[str]) -> str:
    if "deepmd" in lacking:
        return "pip install 'gbglass[deepmd]' brings it, and 'gbglass doctor' says what is found"
    return "name a LAMMPS that was built with it with --lammps; 'gbglass doctor' says what is found"


def check_known_energy(potential: Potential, engine: Lammps) -> None:
    """Hold LAMMPS against the energy that a potential's card states, if it states one.

    Raises
    ------
    InputError
        If the structure cannot be read.
    EngineError
        If the energy is another one: the model, the order of elements or LAMMPS is not what the card was written for.

    """
    known = potential.known
    if known is None:
        return
    try:
        atoms = read(known.file)
    except Exception as error:
        raise InputError(f"the structure of known energy, {known.file}, cannot be read ({error})") from error
    if not isinstance(atoms, Atoms):
        raise InputError(f"{known.file} holds more than one structure; the one of known energy must stand alone")
    found = single_points([atoms], potential, engine)[0].energy
    if abs(found - known.energy) > _SAME_ENERGY * len(atoms):
        raise EngineError(
            f"potential {potential.name} should give {known.energy:.4f} eV for {known.file}, but {engine.binary} says "
            f"{found:.4f} eV; the model, the order of its elements or LAMMPS is not what its card was written for"
        )


def probe(atoms: Atoms, potential: Potential, engine: Lammps, ranks: int = 1) -> Probe:
    """Run 20 steps of a structure and say what they cost.

    Parameters
    ----------
    atoms
        The structure that would be run, or one of its kind and size.
    potential
        What acts between the atoms.
    engine
        The LAMMPS that would run it.
    ranks
        MPI processes.

    Raises
    ------
    EngineError
        If LAMMPS fails.

    """
    with tempfile.TemporaryDirectory(prefix="gbglass-") as name:
        folder = Path(name)
        inside = atoms.copy()
        inside.wrap()
        (folder / "start.data").write_text(data_text(inside, potential), encoding="utf-8")
        (folder / DECK).write_text("\n".join(_deck(potential, engine)) + "\n", encoding="utf-8")
        start = time.monotonic()
        run_lammps(engine, Job(folder, ranks, None), lambda _step: None)
        wall = time.monotonic() - start
        log = (folder / LOG).read_text(encoding="utf-8")
        mib = _largest_mib(folder / _MEMORY, log)
    loop = re.search(r"^Loop time of (\S+) on", log, flags=re.MULTILINE)
    if loop is None:
        raise EngineError("LAMMPS does not say how long its steps took")
    seconds = float(loop.group(1))
    return Probe(len(atoms), ranks, seconds / PROBE_STEPS, max(0.0, wall - seconds), mib)


def _largest_mib(told: Path, log: str) -> float:
    """Return the memory of a process, from Linux or else from the log [MiB]."""
    linux = re.search(r"^VmHWM:\s+(\d+) kB", told.read_text(encoding="utf-8") if told.is_file() else "")
    if linux:
        return float(linux.group(1)) / 1024.0
    itself = re.search(r"^Maximum resident set size: (\S+) Mbyte", log, flags=re.MULTILINE)
    return float(itself.group(1)) if itself else 0.0


def _deck(potential: Potential, engine: Lammps) -> list[str]:
    threads = ["package omp 1", "suffix omp"] if has_threads(engine, potential) else []
    return [
        *threads,
        "units metal",
        *atom_lines(potential),
        "read_data start.data",
        *potential.lines,
        "velocity all create 300 1 mom yes rot no dist gaussian",
        f"fix md all nve/limit {_LONGEST_STEP:g}",
        "thermo_modify lost error",
        f"run {PROBE_STEPS}",
        "info out log memory",
        f'shell "grep VmHWM /proc/$PPID/status > {_MEMORY}"',
    ]


def preflight(atoms: Atoms, potential: Potential, engine: Lammps, ranks: int = 1) -> Probe:
    """Check everything that can be checked before a run, and say what it will cost.

    Raises
    ------
    InputError
        If the potential cannot describe the structure.
    EngineError
        If LAMMPS lacks a style, gives another energy than the card states, or fails.

    """
    check_structure(potential, atoms)
    check_styles(potential, engine)
    check_known_energy(potential, engine)
    return probe(atoms, potential, engine, ranks)
