"""What a DFT label is made with, the same for every program."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray
from gbglass.core.species import FORMAL_CHARGES
from gbglass.errors import InputError

Spin = Literal["where it matters", "always", "never"]

_ROUNDING = 1e-9
"""A rotated cell gives the same mesh although its lengths differ in the last digit."""


@dataclass(frozen=True)
class DftSettings:
    """PBE in plane waves with PAW; what is not given is the paper's (Methods, first-principles calculations).

    Parameters
    ----------
    cutoff_eV
        Of the plane waves [eV].
    smearing_eV
        Width of the Gaussian that smears the occupations [eV].
    k_spacing_per_A
        Largest distance of k-points, with the factor 2π: VASP's ``KSPACING``, one over ASE's density [1/Å].
    energy_tolerance_eV
        The self-consistent energy of the cell is known to this [eV].
    force_tolerance_eV_per_A
        A relaxation ends when no force is larger [eV/Å].
    spin
        Where it matters: see `spin_matters`.

    Raises
    ------
    InputError
        If a number is not positive; names all that are not.

    """

    cutoff_eV: float = 500.0
    smearing_eV: float = 0.05
    k_spacing_per_A: float = 0.25
    energy_tolerance_eV: float = 1e-4
    force_tolerance_eV_per_A: float = 0.1
    spin: Spin = "where it matters"

    def __post_init__(self) -> None:
        numbers = {name: value for name, value in asdict(self).items() if name != "spin"}
        wrong = [f"{name} = {value}" for name, value in numbers.items() if not 0.0 < value < math.inf]
        if wrong:
            raise InputError(f"DFT settings must be positive and finite, got {', '.join(wrong)}")

    def wants_spin(self, atoms: Atoms) -> bool:
        """Say whether a structure is to be calculated with spin."""
        return self.spin == "always" or (self.spin == "where it matters" and spin_matters(atoms))

    def checksum(self, *others: str) -> str:
        """Return the SHA-256 of these settings and of what else decides the answer.

        Parameters
        ----------
        others
            Such as the names of the PAW sets.

        """
        content = json.dumps([asdict(self), *others], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def k_mesh(cell: FloatArray, spacing_per_A: float) -> tuple[int, int, int]:
    r"""Return the mesh around Γ whose points are nowhere farther apart than a spacing.

    :math:`N_i = \max(1, ⌈2π|b_i| / s⌉)`, what VASP takes for its ``KSPACING``.

    Parameters
    ----------
    cell
        Rows are the cell vectors [Å, (3, 3)].
    spacing_per_A
        With the factor 2π [1/Å].

    Raises
    ------
    InputError
        If the cell has no volume or the spacing is not positive.

    Examples
    --------
    >>> k_mesh(np.diag([13.0, 13.0, 3.44]), 0.25)
    (2, 2, 8)

    """
    if abs(float(np.linalg.det(cell))) < _ROUNDING or not spacing_per_A > 0.0:
        raise InputError(f"a mesh needs a cell with a volume and a positive spacing, got {spacing_per_A} for {cell}")
    lengths = 2.0 * math.pi * np.linalg.norm(np.linalg.inv(cell), axis=0)
    first, second, third = (max(1, math.ceil(float(length) / spacing_per_A - _ROUNDING)) for length in lengths)
    return first, second, third


def spin_matters(atoms: Atoms) -> bool:
    """Say whether a structure may have unpaired electrons.

    Not if the formal charges of its ions add up to nothing, since all their shells are closed, and not in lithium
    metal, which has no moment. Whatever else is there, such as LixZr2O4 with electrons on zirconium, may have some.

    Examples
    --------
    >>> [spin_matters(Atoms(formula)) for formula in ("Li2O", "Li2", "Zr2O4", "LiZr2O4", "Fe")]
    [False, False, False, True, True]

    """
    symbols = atoms.get_chemical_symbols()
    if set(symbols) <= {"Li"}:
        return False
    if not set(symbols) <= set(FORMAL_CHARGES):
        return True
    return sum(FORMAL_CHARGES[symbol] for symbol in symbols) != 0
