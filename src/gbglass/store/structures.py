"""Structures in other programs' formats; the reading and writing is ASE's."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from types import MappingProxyType

from ase import Atoms
from ase.io import read, write

from gbglass.errors import InputError, StateError
from gbglass.store.atomic import write_text


@dataclass(frozen=True)
class _Format:
    """How ASE is asked for a format; only extxyz keeps the arrays ``grain`` and ``layer``."""

    name: str
    is_binary: bool = False


_FORMATS: Mapping[str, _Format] = MappingProxyType(
    {
        ".extxyz": _Format("extxyz"),
        ".xyz": _Format("extxyz"),
        ".data": _Format("lammps-data"),
        ".cif": _Format("cif", is_binary=True),
        ".vasp": _Format("vasp"),
        ".poscar": _Format("vasp"),
    }
)


_MASS = re.compile(r"^( +\d+ +)([\d.]+)( # [A-Z][a-z]?)$", flags=re.MULTILINE)
"""A type, its mass and its element, as ASE writes them."""


def structure_text(atoms: Atoms, suffix: str, charges: Mapping[str, float] | None = None) -> str:
    """Write a structure in the format of a file name's ending.

    Parameters
    ----------
    atoms
        The structure; LAMMPS types are in the order in which its species first appear.
    suffix
        ``.extxyz``, ``.xyz``, ``.data`` (LAMMPS, metal units), ``.cif``, ``.vasp`` or ``.poscar``.
    charges
        Of each species, for ``.data``, whose atom style is then ``charge``; it is ``atomic`` without [e].

    Raises
    ------
    InputError
        If the ending is not one of these.

    Examples
    --------
    >>> lithia = Atoms("Li2O", [[1, 1, 1], [3, 3, 3], [0, 0, 0]], cell=[5, 5, 5], pbc=True)
    >>> print(structure_text(lithia, ".data", {"Li": 1.0, "O": -2.0}).splitlines()[0])
    Li2O made by gbglass: units metal, atom_style charge, types 1 Li (+1 e), 2 O (-2 e)

    """
    kind = _format(suffix)
    if kind.is_binary:
        content = BytesIO()
        write(content, atoms, format=kind.name)
        return content.getvalue().decode("utf-8")
    if kind.name == "lammps-data":
        return _lammps_text(atoms, charges)
    text = StringIO()
    write(text, atoms, format=kind.name)
    return text.getvalue()


def _format(suffix: str) -> _Format:
    kind = _FORMATS.get(suffix.lower())
    if kind is None:
        raise InputError(f"the ending of the file must be one of {', '.join(_FORMATS)}, got {suffix!r}")
    return kind


def _lammps_text(atoms: Atoms, charges: Mapping[str, float] | None) -> str:
    """Write a LAMMPS data file; its first line, which LAMMPS skips, says how to read it."""
    symbols = atoms.get_chemical_symbols()
    order = list(dict.fromkeys(symbols))
    dressed = Atoms(symbols, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
    if charges is not None:
        dressed.set_initial_charges([charges[symbol] for symbol in symbols])
    style = "atomic" if charges is None else "charge"
    text = StringIO()
    write(text, dressed, format="lammps-data", specorder=order, masses=True, units="metal", atom_style=style)
    types = ", ".join(
        f"{number} {species}" + ("" if charges is None else f" ({charges[species]:+g} e)")
        for number, species in enumerate(order, start=1)
    )
    title = f"{atoms.get_chemical_formula()} made by gbglass: units metal, atom_style {style}, types {types}"
    _, _, body = text.getvalue().partition("\n")
    return f"{title}\n{_MASS.sub(_rounded_mass, body)}"


def _rounded_mass(line: re.Match[str]) -> str:
    """Write a mass as it stands in tables: ASE's units put 6.9399999982 there."""
    return f"{line[1]}{float(line[2]):.8g}{line[3]}"


def read_structure(path: Path) -> Atoms:
    """Read a structure from a file in any format that ASE reads.

    Raises
    ------
    InputError
        If there is no structure in it, or it has no cell.

    """
    known = _FORMATS.get(path.suffix.lower())
    try:
        atoms = read(path, format=known.name if known else None)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}; give a structure file, or the folder of a run") from error
    except Exception as error:  # ASE's readers raise what they like
        raise InputError(f"{path} cannot be read as a structure ({error}); write it as .extxyz") from error
    if not isinstance(atoms, Atoms) or len(atoms) == 0 or math.isclose(atoms.cell.volume, 0.0):
        raise InputError(f"{path} holds no periodic structure")
    return atoms


def check_new(path: Path) -> None:
    """Check that a file does not exist yet.

    Raises
    ------
    StateError
        If it does; it is left as it is.

    """
    if path.exists():
        raise StateError(f"{path} exists already; name another file, or remove it first")


def check_new_structure(path: Path) -> None:
    """Check that a structure can be written to a file.

    Raises
    ------
    InputError
        If the ending is unknown.
    StateError
        If the file exists; it is left as it is.

    """
    _format(path.suffix)
    check_new(path)


def write_new_structure(atoms: Atoms, path: Path, charges: Mapping[str, float] | None = None) -> None:
    """Write a structure to a file that must not exist yet; its ending decides the format.

    Parameters
    ----------
    atoms
        The structure.
    path
        See `structure_text` for the endings.
    charges
        Of each species, for a LAMMPS data file [e].

    Raises
    ------
    InputError
        If the ending is unknown.
    StateError
        If the file exists; it is left as it is.

    """
    check_new_structure(path)
    write_text(path, structure_text(atoms, path.suffix, charges))
