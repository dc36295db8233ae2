"""Where the framework is: coordinates that follow an NPT cell and do not drift when lithium moves."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.species import FORMAL_CHARGES
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError

IMMOBILE_CATIONS = ("La", "Zr")
"""The cations that say where the framework of garnet is."""

_MOBILE = frozenset(species for species, charge in FORMAL_CHARGES.items() if charge == 1)
"""Ions that move through a framework."""


@dataclass(frozen=True)
class FrameworkAnchor:
    """Where the framework was at the start; fractional coordinates are measured from there.

    Lithium redistribution moves the centre of mass of everything, but not that of La and Zr.

    Parameters
    ----------
    indices
        The atoms of the framework: La and Zr, or what `framework_species` names [int, (n_cations,)].
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


def framework_species(symbols: Iterable[str]) -> tuple[str, ...]:
    """Name the species that say where a framework is: La and Zr; where there are none, all but ions of charge one.

    Examples
    --------
    >>> framework_species(["Li", "La", "Zr", "O"]), framework_species(["Li", "P", "S", "Cl"])
    (('La', 'Zr'), ('Cl', 'P', 'S'))

    """
    held = set(symbols)
    return tuple(s for s in IMMOBILE_CATIONS if s in held) or tuple(sorted(held - _MOBILE))


def anchor_framework(atoms: Atoms, among: IntArray | None = None) -> FrameworkAnchor:
    """Anchor regions on the framework of a structure: its La and Zr, or what `framework_species` names.

    The atoms must be those of the trajectory, in its order and unwrapped alike: the structure that MD started from.

    Parameters
    ----------
    atoms
        The structure.
    among
        Indices of the atoms that count: those of the electrolyte in a full cell; all when absent.

    Raises
    ------
    InputError
        If there is no framework.

    """
    symbols = np.array(atoms.get_chemical_symbols())
    candidates = np.arange(len(symbols)) if among is None else np.asarray(among)
    names = framework_species(symbols[candidates].tolist())
    indices = np.unique(candidates[np.isin(symbols[candidates], names)]).astype(np.int64)
    if len(indices) == 0:
        raise InputError(
            f"a region needs {' or '.join(IMMOBILE_CATIONS)} to be tied to, or other ions than "
            f"{', '.join(sorted(_MOBILE))}; the structure is {atoms.symbols}"
        )
    return FrameworkAnchor(indices, atoms.get_scaled_positions(wrap=False)[indices])
