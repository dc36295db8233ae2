"""Structures in other programs' formats; the reading and writing is ASE's."""

import math
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


def structure_text(atoms: Atoms, suffix: str) -> str:
    """Write a structure in the format of a file name's ending.

    Parameters
    ----------
    atoms
        The structure; LAMMPS types are in the order in which its species first appear.
    suffix
        ``.extxyz``, ``.xyz``, ``.data`` (LAMMPS, metal units, style atomic), ``.cif``, ``.vasp`` or ``.poscar``.

    Raises
    ------
    InputError
        If the ending is not one of these.

    """
    kind = _FORMATS.get(suffix.lower())
    if kind is None:
        raise InputError(f"the ending of the file must be one of {', '.join(_FORMATS)}, got {suffix!r}")
    if kind.is_binary:
        content = BytesIO()
        write(content, atoms, format=kind.name)
        return content.getvalue().decode("utf-8")
    text = StringIO()
    if kind.name == "lammps-data":
        order = list(dict.fromkeys(atoms.get_chemical_symbols()))
        write(text, atoms, format=kind.name, specorder=order, masses=True, units="metal", atom_style="atomic")
    else:
        write(text, atoms, format=kind.name)
    return text.getvalue()


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


def write_new_structure(atoms: Atoms, path: Path) -> None:
    """Write a structure to a file that must not exist yet; its ending decides the format.

    Raises
    ------
    InputError
        If the ending is unknown.
    StateError
        If the file exists; it is left as it is.

    """
    text = structure_text(atoms, path.suffix)
    if path.exists():
        raise StateError(f"{path} exists already; name another file, or remove it first")
    write_text(path, text)
