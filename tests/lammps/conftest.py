"""A garnet cell, the packaged potential, and LAMMPS asked for one energy: what the tests of this room share."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import read

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.packaged import load_potential
from gbglass.core.potential import Potential
from gbglass.lammps.data import data_text
from gbglass.lammps.engine import Job, Lammps, find_lammps, run_lammps
from gbglass.lammps.task import MdSettings, MdTask
from gbglass.protocol.stages import Hold, Minimise, Ramp, Stage


@pytest.fixture(scope="session")
def engine() -> Lammps:
    return find_lammps()


@pytest.fixture(scope="session")
def potential() -> Potential:
    return load_potential("buckingham-llzo")


@pytest.fixture
def garnet() -> Atoms:
    """An ordered cubic cell with every atom off its site, so that no force is zero by symmetry."""
    atoms = cubic_llzo(12, np.random.default_rng(11))
    atoms.rattle(0.05, seed=3)
    atoms.wrap()
    return atoms


def short_task(hold_ps: float = 0.2, *, seed: int = 5, segment_steps: int = 100, ranks: int = 1) -> MdTask:
    """A cell of 192 atoms: 0.1 ps of ramp and a hold."""
    stages: tuple[Stage, ...] = (
        Minimise(max_iterations=20),
        Ramp(from_K=300, to_K=350, rate_K_per_fs=0.5),
        Hold(temperature_K=350, duration_ps=hold_ps),
    )
    settings = MdSettings(timestep=0.001, frame_every=20, segment_steps=segment_steps, ranks=ranks, seed=seed)
    return MdTask(cubic_llzo(12, np.random.default_rng(11)), load_potential("buckingham-llzo"), stages, settings)


def run_deck(engine: Lammps, folder: Path, lines: Sequence[str], ranks: int = 1) -> str:
    """Run a deck and return its log."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "in.lammps").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run_lammps(engine, Job(folder, ranks, None), lambda _step: None)
    return (folder / "log.lammps").read_text(encoding="utf-8")


def start_lines(atoms: Atoms, potential: Potential, folder: Path, commands: Sequence[str]) -> list[str]:
    """Write the data file of a structure and return the deck's beginning, with these commands for the interaction."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "start.data").write_text(data_text(atoms, potential), encoding="utf-8")
    return ["units metal", "atom_style charge", "boundary p p p", "read_data start.data", *commands]


def single_point(engine: Lammps, folder: Path, start: Sequence[str]) -> tuple[float, FloatArray]:
    """Energy [eV] and forces [eV/Å, (n_atoms, 3)]."""
    ending = [
        "thermo_style custom step pe",
        "thermo_modify format float %.15g",
        "dump forces all custom 1 forces.dump id fx fy fz",
        "dump_modify forces sort id format float %.15g",
        "run 0",
    ]
    log = run_deck(engine, folder, [*start, *ending])
    found = re.search(r"Step\s+PotEng\s*\n\s*0\s+(\S+)", log)
    assert found
    forces: FloatArray = np.loadtxt(folder / "forces.dump", skiprows=9)[:, 1:]
    return float(found[1]), forces


def without_core(potential: Potential) -> list[str]:
    """The commands of the potential with the core taken out."""
    kept = [line for line in potential.lines if "lj/cut" not in line and "buck/coul/long" in line]
    rest = [line for line in potential.lines if line.startswith("kspace")]
    plain = [line.replace(" buck/coul/long ", " ") for line in kept if line.startswith("pair_coeff")]
    return [f"pair_style buck/coul/long {potential.cutoff:g}", *plain, *rest]


def read_data(path: Path) -> Atoms:
    """Read a data file with ASE, types by their masses."""
    atoms = read(path, format="lammps-data", atom_style="charge")
    assert isinstance(atoms, Atoms)
    return atoms
