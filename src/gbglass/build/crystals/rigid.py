"""Any ordered crystal as a `Crystal`: which atoms move together, which lattice it has, what is mobile in it."""

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
import spglib
from ase import Atoms
from ase.data import atomic_numbers
from ase.neighborlist import neighbor_list

from gbglass.build.crystal import Crystal, PlainSites, RigidGroups
from gbglass.build.crystals.dope import REPLACED
from gbglass.build.tilt import CubicLattice
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, StringArray, frozen_floats
from gbglass.core.species import FORMAL_CHARGES, check_known
from gbglass.errors import InputError

_LEAST_CHARGE = 3
"""Only cations of this charge or more hold a polyhedron together [e]."""

_SAME_SHELL = 1.2
"""Ligands up to this many times the shortest bond are of one polyhedron [1]."""

_KEEP_OUT = 1.24
"""A ligand of another group this many bond lengths away is no ligand [1]."""

_LONGEST_BOND = 3.2
"""Between a cation of charge 3 or more and its nearest anion [Å]."""

_SYMMETRY = 0.01
"""Atoms this far from a symmetric place still count as symmetric [Å]."""

_LAUE_CLASSES: dict[int, Literal["m-3m", "m-3"]] = {48: "m-3m", 24: "m-3"}
"""By how many rotations they have."""

_CENTRINGS: dict[frozenset[tuple[int, ...]], Literal["P", "I", "F"]] = {
    frozenset({(0, 0, 0)}): "P",
    frozenset({(0, 0, 0), (1, 1, 1)}): "I",
    frozenset({(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)}): "F",
}
"""By their translations, in half cell vectors."""

_GARNET = {"La", "Zr"}
"""Species by which doped LLZO is known."""

_NEUTRAL = 1e-6


def crystal_from_atoms(
    atoms: Atoms,
    name: str,
    mobile: str = "Li",
    vacant: FloatArray | None = None,
    valence: Mapping[str, float] | None = None,
) -> Crystal:
    """Make a crystal that grains can be cut from.

    A polyhedron (a cation of charge 3 or more and its nearest anions) is a rigid group if no anion belongs to two of
    its kind: ZrO6 of garnet, PS4 of argyrodite, but not the edge-sharing octahedra of spinel, whose atoms go by
    themselves.

    Parameters
    ----------
    atoms
        One conventional cell, every site full.
    name
        For people.
    mobile
        The mobile ion; a crystal without it has none.
    vacant
        More places of the mobile ion, empty in this cell [Å, (n, 3)].
    valence
        Charge of each species; formal charges by default, 0 for a crystal of one element [e].

    Raises
    ------
    InputError
        If the cell is not periodic, an element is unknown, or the charges do not add up to zero.

    Examples
    --------
    >>> from ase.build import bulk
    >>> lithium = crystal_from_atoms(bulk("Li", "bcc", a=3.51, cubic=True), "lithium metal")
    >>> lithium.cubic, lithium.content, dict(lithium.valence)
    (CubicLattice(centring='I', laue_class='m-3m'), 0, {'Li': 0.0})

    """
    if not atoms.pbc.all() or atoms.cell.volume <= 0.0:
        raise InputError(f"{name} must be periodic in all directions, got a cell with periodicity {atoms.pbc.tolist()}")
    symbols = np.array(atoms.get_chemical_symbols())
    charges = _charges(symbols, name, valence)
    is_mobile = (symbols == mobile) & (charges.get(mobile, 0.0) != 0.0)
    if is_mobile.all():
        raise InputError(f"{name} has no framework: every atom is {mobile}")
    framework = atoms[~is_mobile]
    groups, keep_out = _rigid_groups(framework, charges)
    sites, occupied = atoms.get_scaled_positions()[is_mobile], np.ones(int(is_mobile.sum()), dtype=bool)
    if vacant is not None and len(vacant):
        sites = np.concatenate([sites, np.linalg.solve(atoms.cell.array.T, vacant.T).T % 1.0])
        occupied = np.concatenate([occupied, np.zeros(len(vacant), dtype=bool)])
    rotations, translations = _symmetry(framework)
    return Crystal(
        name=name,
        cell=frozen_floats(atoms.cell.array),
        cubic=_cubic_lattice(atoms.cell.array, rotations, translations),
        groups=groups,
        sites=PlainSites(frozen_floats(sites), occupied),
        mobile=mobile,
        content=int(is_mobile.sum()),
        valence=MappingProxyType(charges),
        keep_out=MappingProxyType(keep_out),
        is_centrosymmetric=bool((rotations == -np.eye(3, dtype=rotations.dtype)).all(axis=(1, 2)).any()),
    )


def _charges(symbols: StringArray, name: str, valence: Mapping[str, float] | None) -> dict[str, float]:
    species = sorted(set(symbols.tolist()))
    if valence is None:
        check_known(species)
        valence = {s: 0.0 if len(species) == 1 else float(FORMAL_CHARGES[s]) for s in species}
    missing = sorted(set(species) - set(valence))
    if missing:
        raise InputError(f"'valence' of {name} lacks {', '.join(missing)}")
    counts = {s: int((symbols == s).sum()) for s in species}
    total = sum(valence[s] * counts[s] for s in species)
    if abs(total) > _NEUTRAL:
        parts = ", ".join(f"{s} {counts[s]} x {valence[s]:+g}" for s in species)
        raise InputError(f"{name} carries {total:+g} e in its cell ({parts}); give a neutral cell, or its valences")
    return {s: float(valence[s]) for s in species}


def _rigid_groups(framework: Atoms, charges: Mapping[str, float]) -> tuple[RigidGroups, dict[tuple[str, str], float]]:
    """Find the polyhedra, cations of the highest charge first; what is left over goes by itself."""
    symbols = np.array(framework.get_chemical_symbols())
    owner = np.full(len(framework), -1, dtype=np.int64)
    offsets = np.zeros((len(framework), 3))
    keep_out: dict[tuple[str, str], float] = {}
    centres = sorted({s for s in symbols.tolist() if charges[s] >= _LEAST_CHARGE}, key=lambda s: (-charges[s], s))
    is_anion = np.array([charges[s] < 0.0 for s in symbols.tolist()])
    for centre in centres:
        first, second, distance, vector = neighbor_list("ijdD", framework, _LONGEST_BOND)
        bonded = (symbols[first] == centre) & is_anion[second]
        if not bonded.any():
            continue
        shell = bonded & (distance <= _SAME_SHELL * distance[bonded].min())
        ligands = second[shell]
        is_shared = len(np.unique(ligands)) < len(ligands) or (owner[ligands] >= 0).any()
        if is_shared:
            continue
        owner[ligands] = first[shell]
        offsets[ligands] = vector[shell]
        for ligand in sorted(set(symbols[ligands].tolist())):
            longest = float(distance[shell & (symbols[second] == ligand)].max())
            keep_out[centre, ligand] = _KEEP_OUT * longest
    return _grouped(framework, owner, offsets), keep_out


def _grouped(framework: Atoms, owner: IntArray, offsets: FloatArray) -> RigidGroups:
    """Give each group a number: atoms by themselves first, then polyhedra, the centre first in each."""
    alone = np.flatnonzero(owner < 0)
    holds = np.isin(alone, owner)
    heads = np.concatenate([alone[~holds], alone[holds]])
    number = np.empty(len(owner), dtype=np.int64)
    number[heads] = np.arange(len(heads))
    group = np.where(owner < 0, number, number[owner])
    order = np.lexsort((owner >= 0, group))
    fractional = np.linalg.solve(framework.cell.array.T, offsets.T).T
    return RigidGroups(
        centres=frozen_floats(framework.get_scaled_positions()[heads]),
        symbols=np.array(framework.get_chemical_symbols())[order],
        offsets=frozen_floats(fractional[order]),
        group=group[order],
    )


def _symmetry(framework: Atoms) -> tuple[IntArray, FloatArray]:
    """Return rotations and translations of the framework, in its cell.

    Dopants of garnet stand for what they replace: their places are chance, and those on lithium sites do not count.
    """
    kinds = framework.get_chemical_symbols()
    kept = list(range(len(kinds)))
    if set(kinds) >= _GARNET:
        kinds = [REPLACED.get(kind, kind) for kind in kinds]
        kept = [index for index in kept if kinds[index] != "Li"]
    numbers = [atomic_numbers[kinds[index]] for index in kept]
    cell = (framework.cell.array, framework.get_scaled_positions()[kept], numbers)
    with warnings.catch_warnings():
        # spglib announces that it will raise instead of returning None; both are a crystal without symmetry here.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = spglib.get_symmetry(cell, symprec=_SYMMETRY)
    if found is None:
        return np.eye(3, dtype=np.int64)[None], np.zeros((1, 3))
    return found["rotations"].astype(np.int64), found["translations"]


def _cubic_lattice(cell: FloatArray, rotations: IntArray, translations: FloatArray) -> CubicLattice | None:
    edge = cell[0, 0]
    if np.abs(cell - edge * np.eye(3)).max() > _SYMMETRY:
        return None
    both = np.unique(np.concatenate([rotations, -rotations]).reshape(-1, 9), axis=0)
    pure = translations[_is_identity(rotations)]
    vectors = {tuple(row) for row in (np.round(2.0 * pure).astype(np.int64) % 2).tolist()}
    is_half = np.abs(2.0 * pure - np.round(2.0 * pure)).max() < 2.0 * _SYMMETRY / edge
    centring = _CENTRINGS.get(frozenset(vectors)) if is_half and len(pure) == len(vectors) else None
    laue_class = _LAUE_CLASSES.get(len(both))
    return CubicLattice(centring, laue_class) if centring and laue_class else None


def _is_identity(rotations: IntArray) -> BoolArray:
    same: BoolArray = (rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))
    return same
