"""Crystals from files: CIF with or without partial occupancies, POSCAR, and whatever else ASE reads."""

import warnings
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import read

from gbglass.build.occupancy import PartialCrystal, SiteClass
from gbglass.core.arrays import FloatArray
from gbglass.core.species import check_known
from gbglass.errors import InputError

_FULL = 1.0 - 1e-3
_OVERFULL = 1.0 + 1e-3
_SAME_SITE = 0.05
"""Atoms nearer than this stand on one site [Å]."""


def read_crystal(path: Path) -> Atoms | PartialCrystal:
    """Read a crystal; one with partial occupancies still has to be ordered.

    Parameters
    ----------
    path
        A CIF, a POSCAR, an extxyz, or any other structure that ASE reads; the last frame of several.

    Raises
    ------
    InputError
        If the file cannot be read as a structure, has no cell, or an element, an occupancy or a pair of atoms is wrong.

    """
    atoms = _read(path)
    if not atoms.pbc.all() or atoms.cell.volume <= 0.0:
        raise InputError(f"{path} has no periodic cell; a crystal needs three cell vectors")
    atoms.wrap()
    occupancy = {int(kind): shares for kind, shares in atoms.info.get("occupancy", {}).items()}
    if occupancy and any(sum(shares.values()) < _FULL or len(shares) > 1 for shares in occupancy.values()):
        return _partial(path, atoms, occupancy)
    check_known(atoms.get_chemical_symbols())
    plain = Atoms(atoms.get_chemical_symbols(), positions=atoms.positions, cell=atoms.cell, pbc=True)
    _check_apart(path, plain)
    return plain


def _read(path: Path) -> Atoms:
    if not path.is_file():
        raise InputError(f"{path} is no file; name a CIF, a POSCAR or another structure")
    is_cif = path.suffix.lower() == ".cif"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what ASE guesses about settings is checked by what comes out
            found = read(path, format="cif", fractional_occupancies=True) if is_cif else read(path)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001  # ASE's parsers raise whatever their format makes them trip over
        raise InputError(f"{path} could not be read as a structure: {type(error).__name__}: {error}") from None
    if not isinstance(found, Atoms) or len(found) == 0:
        raise InputError(f"{path} holds no atoms")
    return found


def _partial(path: Path, atoms: Atoms, occupancy: dict[int, dict[str, float]]) -> PartialCrystal:
    kinds = atoms.get_array("spacegroup_kinds")
    fractional: FloatArray = atoms.get_scaled_positions()
    classes = []
    for kind in np.unique(kinds).tolist():
        shares = {species: float(share) for species, share in occupancy[kind].items() if share > 0.0}
        if not shares:
            continue  # a site that a refinement found empty
        check_known(shares)
        if sum(shares.values()) > _OVERFULL:
            raise InputError(f"{path}: a site holds {_shown(shares)}, which is more than full")
        positions = fractional[kinds == kind]
        classes.append(SiteClass(f"{'/'.join(shares)} ({len(positions)})", positions, shares))
    return PartialCrystal(path.stem, atoms.cell.array, tuple(classes))


def _shown(shares: dict[str, float]) -> str:
    return ", ".join(f"{species} {share:g}" for species, share in shares.items())


def _check_apart(path: Path, atoms: Atoms) -> None:
    distances = atoms.get_all_distances(mic=True) + 1e3 * np.eye(len(atoms))
    first, second = np.unravel_index(int(np.argmin(distances)), distances.shape)
    if distances[first, second] < _SAME_SITE:
        symbols = atoms.get_chemical_symbols()
        raise InputError(
            f"{path}: atoms {first} ({symbols[first]}) and {second} ({symbols[second]}) stand on one site; "
            "give their occupancies in a CIF, or take one out"
        )
