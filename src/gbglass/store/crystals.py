"""Crystals from files: CIF with or without partial occupancies, POSCAR, and whatever else ASE reads."""

import warnings
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers
from ase.io import read
from ase.io.cif import CIFBlock, parse_cif
from ase.io.formats import UnknownFileTypeError

from gbglass.build.crystals.bulk import BuiltCrystal, account_crystal
from gbglass.build.crystals.occupancy import PartialCrystal, SiteClass, order_occupancies
from gbglass.core.arrays import FloatArray
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import check_known
from gbglass.errors import InputError

_OVERFULL = 1.0 + 1e-3
_OPERATIONS = ("_space_group_symop_operation_xyz", "_space_group_symop.operation_xyz", "_symmetry_equiv_pos_as_xyz")
_NAMES = frozenset({"_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m"})
_SETTING = "_symmetry_space_group_setting"
_TWO_ORIGINS = frozenset(
    {48, 50, 59, 68, 70, 85, 86, 88, 125, 126, 129, 130, 133, 134, 137, 138, 141, 142, 201, 203, 222, 224, 227, 228}
)
"""Space groups with two origin choices (International Tables for Crystallography, volume A)."""

_SAME_SITE = 0.05
"""Atoms nearer than this stand on one site [Å]."""


def read_crystal(path: Path, *, any_element: bool = False) -> Atoms | PartialCrystal:
    """Read a crystal; one with partial occupancies still has to be ordered.

    Parameters
    ----------
    path
        A CIF, a POSCAR, an extxyz, or any other structure that ASE reads; the last frame of several.
    any_element
        Let elements pass of which no formal charge is known, if all sites are whole.

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
    if any(len(shares) > 1 or set(shares.values()) != {1.0} for shares in occupancy.values()):
        return _partial(path, atoms, occupancy)
    if not any_element:
        check_known(atoms.get_chemical_symbols())
    plain = Atoms(atoms.get_chemical_symbols(), positions=atoms.positions, cell=atoms.cell, pbc=True)
    _check_apart(path, plain)
    return plain


def ordered_crystal(
    path: Path,
    rng: np.random.Generator,
    repeat: tuple[int, int, int] = (1, 1, 1),
    *,
    allow_nonstoichiometric: bool = False,
) -> BuiltCrystal:
    """Read a crystal and put its partial occupancies into an order; it is named after the file.

    Parameters
    ----------
    path
        As `read_crystal` takes it.
    rng
        Decides the order of partly filled sites.
    repeat
        Cells along each edge.
    allow_nonstoichiometric
        Let a cell that is charged pass, if it needs no order.

    Raises
    ------
    InputError
        If it cannot be read or ordered, is charged, or atoms are too near to each other.

    """
    found = read_crystal(path)
    if isinstance(found, PartialCrystal):
        return order_occupancies(found.repeated(repeat), rng)
    return account_crystal(found.repeat(repeat), path.stem, allow_nonstoichiometric=allow_nonstoichiometric)


def _read(path: Path) -> Atoms:
    if not path.is_file():
        raise InputError(f"{path} is no file; name a CIF, a POSCAR or another structure")
    with path.open("rb"):
        pass  # a file that may not be read says so itself; what goes wrong from here on is what it holds
    is_cif = path.suffix.lower() == ".cif"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what ASE guesses about settings is checked by what comes out
            found = _read_cif(path) if is_cif else read(path)
    except InputError:
        raise
    except KeyError as error:
        word = str(error.args[0]) if error.args else ""
        if word and word not in atomic_numbers and word[:1].isupper():
            raise InputError(f"{path}: {word} is no element") from None
        raise InputError(f"{path} could not be read as a structure: {word!r} is missing or means nothing") from None
    except UnknownFileTypeError:
        raise InputError(
            f"{path} could not be read as a structure: its name does not say which format it is; give it an ending, "
            "such as .cif, .vasp or .extxyz"
        ) from None
    except Exception as error:  # noqa: BLE001  # ASE's parsers raise whatever their format makes them trip over
        why = f"{type(error).__name__}: {error}" if str(error) else "it is empty, or not what its name says"
        raise InputError(f"{path} could not be read as a structure: {why}") from None
    if not isinstance(found, Atoms) or len(found) == 0:
        raise InputError(f"{path} holds no atoms")
    if not np.isfinite(found.positions).all() or not np.isfinite(found.cell.array).all():
        raise InputError(f"{path} holds coordinates that are no numbers")
    return found


def _read_cif(path: Path) -> Atoms:
    blocks = [block for block in parse_cif(str(path)) if block.has_structure()]
    if not blocks:
        raise InputError(f"{path} holds no structure")
    return _with_origin(path, blocks[-1]).get_atoms(fractional_occupancies=True)


def _with_origin(path: Path, block: CIFBlock) -> CIFBlock:
    """Tell ASE the origin that follows a space group's name, such as ``F d -3 m:2``: it takes the first by itself."""
    if any(block.get(tag) for tag in _OPERATIONS) or _SETTING in block:
        return block
    tags = dict(block)
    for tag in _NAMES & tags.keys():
        name, _, origin = str(tags[tag]).partition(":")
        tags[tag] = name.strip()
        if origin.strip() in ("1", "2"):
            tags[_SETTING] = int(origin)
    named = CIFBlock(block.name, tags)
    if _SETTING not in tags and named.get_spacegroup(subtrans_included=True).no in _TWO_ORIGINS:
        raise InputError(
            f"{path} does not list its symmetry operations, and its space group has two origins; say which one with "
            f"'{_SETTING} 1' (or 2, a centre of inversion)"
        )
    return named


def _partial(path: Path, atoms: Atoms, occupancy: dict[int, dict[str, float]]) -> PartialCrystal:
    if not atoms.has("spacegroup_kinds"):
        raise InputError(f"{path} has occupancies, but does not say of which atoms; give them in a CIF")
    kinds = atoms.get_array("spacegroup_kinds")
    fractional: FloatArray = atoms.get_scaled_positions()
    classes = []
    for kind in np.unique(kinds).tolist():
        shares = {species: _share(path, species, share) for species, share in occupancy[kind].items()}
        shares = {species: share for species, share in shares.items() if share != 0.0}
        if not shares:
            continue  # a site that a refinement found empty
        check_known(shares)
        if sum(shares.values()) > _OVERFULL:
            raise InputError(f"{path}: a site holds {_shown(shares)}, which is more than full")
        positions = fractional[kinds == kind]
        classes.append(SiteClass(f"{'/'.join(shares)} ({len(positions)})", positions, shares))
    return PartialCrystal(path.stem, atoms.cell.array, tuple(classes))


def _share(path: Path, species: str, share: float | str) -> float:
    """Return an occupancy, which ASE leaves as it was written where it is no number."""
    try:
        return float(share)
    except ValueError:
        raise InputError(f"{path}: the occupancy of {species} is {share!r}; it must be a number") from None


def _shown(shares: dict[str, float]) -> str:
    return ", ".join(f"{species} {share:g}" for species, share in shares.items())


def _check_apart(path: Path, atoms: Atoms) -> None:
    pairs = find_pairs(atoms.positions, atoms.cell.array, _SAME_SITE)
    other = pairs.first != pairs.second
    if other.any():
        first, second = int(pairs.first[other][0]), int(pairs.second[other][0])
        symbols = atoms.get_chemical_symbols()
        raise InputError(
            f"{path}: atoms {first} ({symbols[first]}) and {second} ({symbols[second]}) stand on one site; "
            "give their occupancies in a CIF, or take one out"
        )
