"""Where the framework is: coordinates that follow an NPT cell and do not drift when lithium moves."""

from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError

IMMOBILE_CATIONS = ("La", "Zr")
"""The cations that say where the framework is."""


@dataclass(frozen=True)
class FrameworkAnchor:
    """Where the framework was at the start; fractional coordinates are measured from there.

    Lithium redistribution moves the centre of mass of everything, but not that of La and Zr.

    Parameters
    ----------
    indices
        The immobile cations [int, (n_cations,)].
    fractional
        Their fractional coordinates at the start [1, (n_cations, 3)].

    """

    indices: IntArray
    fractional: FloatArray

    def coordinates(self, frame: Frame) -> FloatArray:
        """Return unwrapped fractional coordinates of all atoms with the framework's drift removed [1, (n_atoms, 3)]."""
        fractional = frame.fractional
        drift = (fractional[self.indices] - self.fractional).mean(axis=0)
        anchored: FloatArray = fractional - drift
        return anchored

    def view(self, frame: Frame) -> "AnchoredFrame":
        """Return a frame as regions see it."""
        return AnchoredFrame(self.coordinates(frame), frame.cell, self.indices)


@dataclass(frozen=True)
class AnchoredFrame:
    """One instant as regions see it.

    Parameters
    ----------
    fractional
        Of all atoms, unwrapped, the framework's drift removed [1, (n_atoms, 3)].
    cell
        Rows are the cell vectors [Å, (3, 3)].
    cations
        Which atoms are the framework [int, (n_cations,)].

    """

    fractional: FloatArray
    cell: FloatArray
    cations: IntArray


def anchor_framework(atoms: Atoms, among: IntArray | None = None) -> FrameworkAnchor:
    """Anchor regions on the La and Zr of a structure.

    The atoms must be those of the trajectory, in its order and unwrapped alike: the structure that MD started from.

    Parameters
    ----------
    atoms
        The structure.
    among
        Indices of the atoms whose La and Zr count: those of the electrolyte in a full cell; all when absent.

    Raises
    ------
    InputError
        If there is no La or Zr.

    """
    symbols = np.array(atoms.get_chemical_symbols())
    indices = np.flatnonzero(np.isin(symbols, IMMOBILE_CATIONS)).astype(np.int64)
    if among is not None:
        indices = np.intersect1d(indices, among)
    if len(indices) == 0:
        raise InputError(
            f"a region needs {' or '.join(IMMOBILE_CATIONS)} to be tied to; the structure is {atoms.symbols}"
        )
    return FrameworkAnchor(indices, atoms.get_scaled_positions(wrap=False)[indices])
