"""Any calculator of ASE as a teacher."""

import hashlib
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
from ase import Atoms
from ase.calculators.calculator import BaseCalculator

from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import EngineError


@dataclass(frozen=True)
class CalculatorTeacher:
    """A teacher that asks a calculator of ASE.

    Parameters
    ----------
    source
        Who it is; the checksum must change when the answers do.
    calculator
        Gives energy, forces and stress.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from ase.calculators.emt import EMT
    >>> teacher = CalculatorTeacher(LabelSource("emt", "ase", ""), EMT())
    >>> teacher.label(bulk("Cu", cubic=True)).forces.shape
    (4, 3)

    """

    source: LabelSource
    calculator: BaseCalculator

    def label(self, atoms: Atoms) -> Labels:
        """Label one structure, which stays as it is.

        Raises
        ------
        EngineError
            If the calculator fails, for whatever reason; names it.

        """
        asked = Atoms(atoms.numbers, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
        asked.calc = self.calculator
        try:
            energy = float(asked.get_potential_energy())
            forces = np.asarray(asked.get_forces(), dtype=np.float64)
            stress = np.asarray(asked.get_stress(voigt=True), dtype=np.float64)
        except Exception as error:
            raise EngineError(
                f"{self.source.name} failed on {atoms.symbols}: {type(error).__name__}: {error}"
            ) from error
        return Labels(energy, forces, stress, self.source)


def need_package(package: str) -> ModuleType:
    """Import a package of the extra ``teacher``.

    Raises
    ------
    EngineError
        If it is not installed; says how to install it.

    """
    if find_spec(package) is None:
        raise EngineError(f"this teacher needs the package {package}; install it with: pip install 'gbglass[teacher]'")
    return import_module(package)


def package_version(*packages: str) -> str:
    """Write the versions of some installed packages in one line."""
    return ", ".join(f"{package} {metadata.version(package)}" for package in packages)


def sha256_file(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
