"""Labels: what a teacher or a DFT program says of a structure, and who said it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.errors import InputError

_VOIGT = ((0, 5, 4), (5, 1, 3), (4, 3, 2))
"""Where each component of a symmetric tensor stands among xx, yy, zz, yz, xz, xy."""


@dataclass(frozen=True)
class LabelSource:
    """Who labels; two labels may stand in one data set only if they have the same source.

    Parameters
    ----------
    name
        Such as ``"sevennet-0"``.
    version
        Of the program, such as ``"sevenn 0.13.0, torch 2.13.0"``.
    checksum
        SHA-256 of the weights or of the settings: whatever decides the answer.

    """

    name: str
    version: str
    checksum: str


@dataclass(frozen=True)
class Labels:
    r"""Energy, forces and stress of one structure.

    Parameters
    ----------
    energy
        Of the cell [eV].
    forces
        On each atom [eV/Å, (n_atoms, 3)].
    stress
        :math:`σ = V^{-1}\, ∂E/∂ε` as xx, yy, zz, yz, xz, xy, so positive where the cell pulls itself together; minus
        the pressure for a liquid [eV/Å³, (6,)].
    source
        Who said so.

    Raises
    ------
    InputError
        If a number is not finite or an array has another shape.

    """

    energy: float
    forces: FloatArray
    stress: FloatArray
    source: LabelSource

    def __post_init__(self) -> None:
        object.__setattr__(self, "forces", frozen_floats(self.forces))
        object.__setattr__(self, "stress", frozen_floats(self.stress))
        if self.forces.shape[1:] != (3,) or self.stress.shape != (6,):
            raise InputError(
                f"labels must have forces (n_atoms, 3) and stress (6,), got {self.forces.shape} and {self.stress.shape}"
            )
        for name, values in (("energy", self.energy), ("forces", self.forces), ("stress", self.stress)):
            if not np.isfinite(values).all():
                raise InputError(f"{self.source.name} gave {name} that are not finite")

    def virial(self, volume: float) -> FloatArray:
        r"""Return the virial :math:`-∂E/∂ε = -Vσ` that DeePMD is trained on [eV, (3, 3)].

        Parameters
        ----------
        volume
            Of the cell [Å³].

        Examples
        --------
        >>> pressed = Labels(0.0, np.zeros((1, 3)), [-0.1, -0.1, -0.1, 0, 0, 0], LabelSource("hand", "1", ""))
        >>> float(pressed.virial(10.0)[0, 0])  # a cell that wants to grow
        1.0

        """
        virial: FloatArray = -volume * self.stress[np.array(_VOIGT)]
        return virial


class Labeller(Protocol):
    """Anything that labels structures."""

    @property
    def source(self) -> LabelSource:
        """Who it is."""

    def label(self, atoms: Atoms) -> Labels:
        """Label one structure, which stays as it is.

        Raises
        ------
        EngineError
            If it fails; the message is the cause.

        """
