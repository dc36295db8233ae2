"""Which element each LAMMPS type is: said by the user, or by a structure file."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ase.data import atomic_numbers
from ase.io import read

from gbglass.core.arrays import IntArray
from gbglass.errors import InputError

_DATA_ENDINGS = (".data", ".lmp", ".lammps", ".dat")


def symbols_of_file(path: Path) -> tuple[str, ...]:
    """Read the chemical symbols of a structure file, in the order of the ids if it is a LAMMPS data file.

    Raises
    ------
    InputError
        If it cannot be read.

    """
    if not path.is_file():
        raise InputError(f"{path} is no file; name the structure of the trajectory")
    kind = "lammps-data" if path.suffix.lower() in _DATA_ENDINGS else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = read(path, format=kind)
    except Exception as error:  # noqa: BLE001  # ASE's parsers raise whatever the file makes them trip over
        why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise InputError(f"{path} could not be read as a structure ({why})") from None
    symbols = tuple(found.get_chemical_symbols()) if not isinstance(found, list) else ()
    if not symbols or "X" in symbols:
        raise InputError(f"{path} does not say which elements its atoms are; a data file says so by its masses")
    return symbols


def symbols_of_types(types: IntArray, elements: Sequence[str], path: Path) -> tuple[str, ...]:
    """Turn LAMMPS types into symbols.

    Parameters
    ----------
    types
        From 1 [int, (n_atoms,)].
    elements
        The element of each type, in order.
    path
        Of the file that holds the types, for messages.

    Raises
    ------
    InputError
        If an element is none, or a type has no element.

    Examples
    --------
    >>> symbols_of_types(np.array([2, 1, 1]), ("Li", "O"), Path("my.lammpstrj"))
    ('O', 'Li', 'Li')

    """
    unknown = [element for element in elements if element not in atomic_numbers or element == "X"]
    if unknown:
        raise InputError(f"{', '.join(unknown)} is no element; give one element for each type, such as Li La Zr O")
    if types.min() < 1 or types.max() > len(elements):
        raise InputError(
            f"{path}: types go from {types.min()} to {types.max()}, but {len(elements)} elements are given "
            f"({' '.join(elements)}); give one for each type"
        )
    return tuple(np.array(elements)[types - 1].tolist())


def check_types(types: IntArray, symbols: Sequence[str], path: Path) -> None:
    """Check that each type is one element.

    Raises
    ------
    InputError
        If a type has two elements: the structure is of other atoms, or in another order.

    """
    if len(types) != len(symbols):
        raise InputError(
            f"{path} holds {len(symbols)} atoms, the trajectory {len(types)}; give the structure it started from"
        )
    for kind in np.unique(types).tolist():
        found = sorted(set(np.array(symbols)[types == kind].tolist()))
        if len(found) > 1:
            raise InputError(
                f"type {kind} of the trajectory would be {' and '.join(found)} by {path}: "
                "that structure has other atoms, or another order of them"
            )
