"""Masses of atoms, as ASE has them."""

from collections.abc import Sequence

from ase.data import atomic_masses as masses_by_number
from ase.data import atomic_numbers

from gbglass.core.arrays import FloatArray, frozen_floats


def atomic_masses(symbols: Sequence[str]) -> FloatArray:
    """Return the mass of each atom [g/mol, (n_atoms,)].

    Examples
    --------
    >>> atomic_masses(["Li", "O"]).round(2).tolist()
    [6.94, 16.0]

    """
    return frozen_floats(masses_by_number[[atomic_numbers[symbol] for symbol in symbols]])
