"""How well a potential keeps the energy of free motion: forces that are not the slope of the energy show here first."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.core.potential import Potential
from gbglass.lammps.data import data_text
from gbglass.lammps.deck import atom_lines
from gbglass.lammps.engine import DECK, LOG, Job, Lammps, run_lammps
from gbglass.lammps.log import THERMO_COLUMNS, read_thermo
from gbglass.lammps.motion import PRESSURE_ALONG_Z

_TIME, _TOTAL, _TEMPERATURE = (THERMO_COLUMNS.index(name) for name in ("time", "etotal", "temp"))
_EVERY = 20


@dataclass(frozen=True)
class Drift:
    """What came of free motion.

    Parameters
    ----------
    per_atom_ps
        Slope of the total energy [eV/atom/ps].
    temperature_K
        Mean [K].

    """

    per_atom_ps: float
    temperature_K: float


@dataclass(frozen=True)
class FreeMotion:
    """What is asked for.

    Parameters
    ----------
    start_K
        Of the velocities; atoms at rest sites settle at half of it [K].
    duration_ps
        [ps].
    timestep_ps
        [ps].

    """

    start_K: float
    duration_ps: float
    timestep_ps: float = 0.001


def energy_drift(atoms: Atoms, potential: Potential, engine: Lammps, asked: FreeMotion) -> Drift:
    """Run at constant energy and fit the slope of the total energy over the second half.

    Parameters
    ----------
    atoms
        The start, inside its cell.
    potential
        What acts between the atoms.
    engine
        The LAMMPS to run.
    asked
        How hot, how long.

    Raises
    ------
    EngineError
        If LAMMPS fails.

    """
    steps = round(asked.duration_ps / asked.timestep_ps)
    deck = [
        "units metal",
        *atom_lines(potential),
        "read_data start.data",
        *potential.lines,
        f"timestep {asked.timestep_ps:g}",
        f"velocity all create {asked.start_K:g} 1 mom yes rot no dist gaussian",
        "fix md all nve",
        PRESSURE_ALONG_Z,
        f"thermo_style custom {' '.join(THERMO_COLUMNS)}",
        "thermo_modify flush yes lost error format float %.12g",
        f"thermo {_EVERY}",
        f"run {steps}",
    ]
    with tempfile.TemporaryDirectory(prefix="gbglass-") as name:
        folder = Path(name)
        (folder / "start.data").write_text(data_text(atoms, potential), encoding="utf-8")
        (folder / DECK).write_text("\n".join(deck) + "\n", encoding="utf-8")
        run_lammps(engine, Job(folder, 1, steps), lambda _step: None)
        rows = read_thermo(folder / LOG)
    late = rows[len(rows) // 2 :]
    slope = float(np.polyfit(late[:, _TIME], late[:, _TOTAL], 1)[0])
    return Drift(slope / len(atoms), float(late[:, _TEMPERATURE].mean()))
