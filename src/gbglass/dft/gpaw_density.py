"""Electron densities by GPAW in a basis of atomic orbitals, with electrons too many: a program, never imported."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.core.charge_density import ChargeDensity
from gbglass.dft.gpaw import Gpaw, run_script
from gbglass.dft.settings import k_mesh
from gbglass.errors import EngineError, FormatError, InputError

DENSITY = "density.npy"
"""Of all electrons, on a grid of half the spacing [1/Å³]."""

SCRIPT = """
import ctypes, json, os, signal, sys

with open(sys.argv[1]) as file:
    asked = json.load(file)
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
if os.getppid() != asked["parent"]:
    sys.exit("whoever asked is gone")

import numpy as np
from ase import Atoms
from gpaw import GPAW, FermiDirac

atoms = Atoms(asked["numbers"], positions=asked["positions"], cell=asked["cell"], pbc=True)
calc = GPAW(
    mode="lcao",
    basis=asked["basis"],
    h=asked["spacing"],
    xc="PBE",
    charge=-asked["extra_electrons"],  # evened out by a uniform background
    kpts={"size": asked["mesh"], "gamma": True},
    occupations=FermiDirac(asked["smearing"]),
    symmetry="off",
    maxiter=asked["most_steps"],
    txt="gpaw.txt",
)
atoms.calc = calc
energy = float(atoms.get_potential_energy())
np.save("density.tmp.npy", calc.get_all_electron_density(gridrefinement=2))
os.replace("density.tmp.npy", "density.npy")
with open(sys.argv[2] + ".tmp", "w") as file:
    json.dump({"energy": energy}, file)
os.replace(sys.argv[2] + ".tmp", sys.argv[2])
"""


@dataclass(frozen=True)
class DensitySettings:
    """PBE in a basis of atomic orbitals, without spin.

    Parameters
    ----------
    basis
        Of the orbitals, as GPAW names it.
    spacing_A
        Of the grid, at most [Å].
    k_spacing_per_A
        Largest distance of k-points, with the factor 2π [1/Å].
    smearing_eV
        Of Fermi and Dirac [eV].
    most_steps
        To self-consistency.

    Raises
    ------
    InputError
        If a number is not positive.

    """

    basis: str = "dzp"
    spacing_A: float = 0.2
    k_spacing_per_A: float = 0.6
    smearing_eV: float = 0.1
    most_steps: int = 333

    def __post_init__(self) -> None:
        wrong = [f"{name} = {value}" for name, value in asdict(self).items() if name != "basis" and not value > 0.0]
        if wrong:
            raise InputError(f"settings of a density must be positive, got {', '.join(wrong)}")


def gpaw_density(
    gpaw: Gpaw, atoms: Atoms, extra_electrons: int, settings: DensitySettings, folder: Path, *, threads: int = 1
) -> float:
    """Calculate a density into a folder.

    Parameters
    ----------
    gpaw
        From `gbglass.dft.gpaw.find_gpaw`.
    atoms
        Periodic in all directions.
    extra_electrons
        That the cell holds beyond a neutral one.
    settings
        Of all densities that are to be subtracted.
    folder
        Gets `DENSITY` and what GPAW says.
    threads
        It may use.

    Returns
    -------
    float
        Energy of the cell [eV]; of a charged one it means nothing by itself.

    Raises
    ------
    EngineError
        If the structure is not periodic, or GPAW fails.

    """
    if not atoms.pbc.all():
        raise EngineError(f"densities are of periodic structures, {atoms.symbols} is not")
    asked = {
        "parent": os.getpid(), "numbers": atoms.numbers.tolist(), "positions": atoms.positions.tolist(),
        "cell": atoms.cell.array.tolist(), "mesh": k_mesh(atoms.cell.array, settings.k_spacing_per_A),
        "basis": settings.basis, "spacing": settings.spacing_A, "smearing": settings.smearing_eV,
        "most_steps": settings.most_steps, "extra_electrons": extra_electrons,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (folder / "run.py").write_text(SCRIPT, encoding="utf-8")
    run_script(gpaw, folder, f"{atoms.symbols} with {extra_electrons} electrons more", threads=threads)
    return float(json.loads((folder / "said.json").read_text(encoding="utf-8"))["energy"])


def read_gpaw_density(folder: Path, atoms: Atoms) -> ChargeDensity:
    """Read a density that `gpaw_density` left.

    Raises
    ------
    FormatError
        If it is not there or not whole.

    """
    try:
        values = np.load(folder / DENSITY)
    except (OSError, ValueError) as error:
        raise FormatError(folder / DENSITY, None, f"it is no density: {error}") from error
    return ChargeDensity(np.asarray(values, dtype=np.float64), atoms.cell.array)
