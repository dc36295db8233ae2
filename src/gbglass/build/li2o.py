"""Lithium content in units of Li2O: the cell stays neutral."""

from collections.abc import Mapping

import numpy as np
from ase import Atoms
from scipy.spatial import cKDTree

from gbglass.build.bulk import BuiltCrystal, Changes, account_crystal
from gbglass.build.choose import in_order, nearest_lithium, spread
from gbglass.build.crystal import WHOLE_OCTAHEDRON
from gbglass.build.lithium import NEAREST_LITHIUM
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import FloatArray
from gbglass.core.species import contact_limit, mobile_room
from gbglass.errors import InputError

_LITHIUM, _OXYGEN = 2, 1
"""In a unit."""

_GRID = 0.3
"""Step of the grid on which room is looked for [Å]."""


def vary_li2o(
    atoms: Atoms,
    units: int,
    rng: np.random.Generator,
    name: str = "LLZO",
    valence: Mapping[str, float] | None = None,
) -> BuiltCrystal:
    """Add Li2O units to LLZO or another oxide, or take them out.

    An O that is taken out goes with the two Li nearest to it, from places far apart; the ledger says how many octahedra
    are whole then. An O that is added needs a place that is no nearer to anything than the contact limits and in no
    octahedron: a perfect crystal has a few, barely wide enough; a boundary or a glass has better ones.

    Parameters
    ----------
    atoms
        LLZO, with orthogonal edges.
    units
        Below zero to take out, above zero to add.
    rng
        Decides which.
    name
        For people.
    valence
        Charge of each species, as in the ledger of `atoms`; the usual ones by default [e].

    Raises
    ------
    InputError
        If there are not so many to take out, or no room for so many, or the edges are not orthogonal.

    Examples
    --------
    >>> from gbglass.build.cubic import cubic_llzo
    >>> pure = cubic_llzo(12, np.random.default_rng(1))
    >>> vary_li2o(pure, -2, np.random.default_rng(1)).atoms.get_chemical_formula()
    'La24Li52O94Zr16'

    """
    changed, changes = _added(atoms, units, rng) if units > 0 else _taken_out(atoms, -units, rng)
    return account_crystal(in_order(changed), name, changes, valence)


def _taken_out(atoms: Atoms, units: int, rng: np.random.Generator) -> tuple[Atoms, Changes]:
    symbols = np.array(atoms.get_chemical_symbols())
    available = min(int((symbols == "O").sum()), int((symbols == "Li").sum()) // _LITHIUM)
    if units > available:
        raise InputError(f"'li2o' takes out {units} Li2O, but the cell has no more than {available}")
    oxygen = spread(atoms, np.flatnonzero(symbols == "O").astype(np.int64), units, "Li2O", rng)
    gone: list[int] = []
    for site in oxygen.tolist():
        gone += [site, *nearest_lithium(atoms, symbols, site, _LITHIUM, gone)]
    kept = atoms[np.setdiff1d(np.arange(len(atoms)), gone)]
    removed = {"Li": _LITHIUM * units, "O": _OXYGEN * units} if units else {}
    return kept, Changes(removed, {}, (f"{units} Li2O taken out.",) if units else ())


def _added(atoms: Atoms, units: int, rng: np.random.Generator) -> tuple[Atoms, Changes]:
    if not atoms.cell.orthorhombic:
        raise InputError(
            f"room for Li2O is sought in cells with orthogonal edges; the angles are {atoms.cell.angles()}"
        )
    grown: Atoms = atoms.copy()
    for done in range(units):
        for species in ("O", *("Li",) * _LITHIUM):
            room = _room(grown, species, rng)
            if len(room) == 0:
                raise InputError(
                    f"there is room for {done} of {units} Li2O: no place for another {species} is far enough from all "
                    "atoms and outside all octahedra; add it to a boundary with a larger cavity, or to a glass"
                )
            grown += Atoms(species, positions=[room[0]])
    added = {"Li": _LITHIUM * units, "O": _OXYGEN * units}
    return grown, Changes({}, added, (f"{units} Li2O added.",))


def _room(atoms: Atoms, species: str, rng: np.random.Generator) -> FloatArray:
    """Return places with room for an atom, the widest first [Å, (n, 3)]."""
    box = atoms.cell.lengths()
    axes = [np.arange(0.0, length, _GRID) + _GRID * rng.random() for length in box]
    grid = wrap_into(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3), box)
    symbols = np.array(atoms.get_chemical_symbols())
    width = np.full(len(grid), np.inf)
    for other in sorted(set(symbols.tolist())):
        tree = cKDTree(wrap_into(atoms.positions[symbols == other], box), boxsize=box)
        width = np.minimum(width, tree.query(grid)[0] / _least(species, other))
    wide = np.flatnonzero(width >= 1.0)
    return grid[wide[np.argsort(-width[wide], kind="stable")]]


def _least(species: str, other: str) -> float:
    if {species, other} == {"Zr", "O"}:
        return WHOLE_OCTAHEDRON
    if species == "Li":
        return NEAREST_LITHIUM if other == "Li" else mobile_room("Li", other)
    return contact_limit(species, other)
