"""Energy, forces and stress of structures as they stand, said by the very pair style that MD would use."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.lammps import Prism

from gbglass.core.arrays import FloatArray
from gbglass.core.labels import Labels, LabelSource
from gbglass.core.potential import Potential
from gbglass.core.suitability import check_elements
from gbglass.errors import EngineError
from gbglass.lammps.data import data_text
from gbglass.lammps.deck import atom_lines
from gbglass.lammps.engine import DECK, LOG, Job, Lammps, run_lammps
from gbglass.units import EV_PER_A3_PER_BAR

_PRESSURES = ("pxx", "pyy", "pzz", "pyz", "pxz", "pxy")
_SAID = "said of"
"""Introduces the line of each structure in the log."""


def single_points(structures: Sequence[Atoms], potential: Potential, engine: Lammps) -> list[Labels]:
    """Ask LAMMPS for energy, forces and stress of structures, all in one process.

    Parameters
    ----------
    structures
        Periodic, in any cell; they are not moved.
    potential
        What acts between the atoms.
    engine
        The LAMMPS to ask.

    Raises
    ------
    InputError
        If the potential lacks an element.
    EngineError
        If LAMMPS fails, or says something that is not a number.

    """
    for atoms in structures:
        check_elements(potential, atoms)
    source = LabelSource(potential.name, f"LAMMPS {engine.version}", potential.checksum)
    with tempfile.TemporaryDirectory(prefix="gbglass-") as name:
        folder = Path(name)
        for number, atoms in enumerate(structures):
            (folder / f"{number}.data").write_text(data_text(_wrapped(atoms), potential), encoding="utf-8")
        lines = [line for number in range(len(structures)) for line in _one(number, potential)]
        (folder / DECK).write_text("\n".join(lines) + "\n", encoding="utf-8")
        run_lammps(engine, Job(folder, 1, None), lambda _step: None)
        log = (folder / LOG).read_text(encoding="utf-8")
        return [_labels(number, atoms, folder, log, source) for number, atoms in enumerate(structures)]


def _one(number: int, potential: Potential) -> list[str]:
    pressures = " ".join(f"$({name}:%.12g)" for name in _PRESSURES)
    return [
        "clear",
        "units metal",
        *atom_lines(potential),
        "boundary p p p",
        "box tilt large",
        f"read_data {number}.data",
        *potential.lines,
        f"thermo_style custom step pe {' '.join(_PRESSURES)}",
        f"dump forces all custom 1 {number}.forces id fx fy fz",
        "dump_modify forces sort id format float %.12g",
        "run 0",
        f'print "{_SAID} {number}: $(pe:%.15g) {pressures}"',
    ]


def _labels(number: int, atoms: Atoms, folder: Path, log: str, source: LabelSource) -> Labels:
    said = re.search(rf"^{_SAID} {number}: (.+)$", log, flags=re.MULTILINE)
    if said is None:
        raise EngineError(f"LAMMPS said nothing of structure {number}", folder)
    energy, *pressures = map(float, said.group(1).split())
    rows = np.loadtxt(folder / f"{number}.forces", skiprows=9, ndmin=2)
    if len(rows) != len(atoms):
        raise EngineError(f"LAMMPS lost {len(atoms) - len(rows)} atoms of structure {number}", folder)
    turn: FloatArray = Prism(_wrapped(atoms).cell.array, pbc=True).rot_mat
    stress = -np.array(pressures) * EV_PER_A3_PER_BAR
    tensor = turn @ stress[[[0, 5, 4], [5, 1, 3], [4, 3, 2]]] @ turn.T
    return Labels(energy, rows[:, 1:] @ turn.T, tensor[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]], source)


def _wrapped(atoms: Atoms) -> Atoms:
    inside: Atoms = atoms.copy()
    inside.pbc = True
    inside.wrap()
    return inside
