"""Lithium content in units of Li2O: the cell stays neutral."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from scipy.spatial import cKDTree

from gbglass.build.account import OCTAHEDRAL, count_species
from gbglass.build.crystal import WHOLE_OCTAHEDRON
from gbglass.build.crystals.bulk import BuiltCrystal, Changes, account_crystal
from gbglass.build.crystals.choose import in_order, nearest_lithium, spread
from gbglass.build.piece import wrap_into
from gbglass.build.room import NEAREST_LITHIUM
from gbglass.core.arrays import BoolArray, FloatArray
from gbglass.core.species import contact_limit, mobile_room
from gbglass.errors import InputError

_LITHIUM, _OXYGEN = 2, 1
"""In a unit."""

_Where = Callable[[FloatArray], BoolArray]
"""Says of positions whether they count."""

_GRID = 0.3
"""Step of the grid on which room is looked for; a third of it where there nearly is some [Å]."""


def vary_li2o(
    atoms: Atoms,
    units: int,
    rng: np.random.Generator,
    name: str = "LLZO",
    valence: Mapping[str, float] | None = None,
    *,
    is_near: _Where | None = None,
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
    is_near
        Says of positions [Å, (n, 3)] where an O may come or go; everywhere by default.

    Raises
    ------
    InputError
        If there are not so many to take out, or no room for so many, or the edges are not orthogonal.

    Examples
    --------
    >>> from gbglass.build.crystals.cubic import cubic_llzo
    >>> pure = cubic_llzo(12, np.random.default_rng(1))
    >>> vary_li2o(pure, -2, np.random.default_rng(1)).atoms.get_chemical_formula()
    'La24Li52O94Zr16'

    """
    is_near = is_near or _anywhere
    changed, changes = _added(atoms, units, rng, is_near) if units > 0 else _taken_out(atoms, -units, rng, is_near)
    return account_crystal(in_order(changed), name, changes, valence)


def _anywhere(points: FloatArray) -> BoolArray:
    return np.ones(len(points), dtype=bool)


def _taken_out(atoms: Atoms, units: int, rng: np.random.Generator, is_near: _Where) -> tuple[Atoms, Changes]:
    symbols = np.array(atoms.get_chemical_symbols())
    places = np.flatnonzero((symbols == "O") & is_near(atoms.positions)).astype(np.int64)
    available = min(len(places), int((symbols == "Li").sum()) // _LITHIUM)
    if units > available:
        raise InputError(f"'li2o' takes out {units} Li2O, but the cell has no more than {available} to take")
    oxygen = spread(atoms, places, units, "Li2O", rng)
    gone: list[int] = []
    for site in oxygen.tolist():
        gone += [site, *nearest_lithium(atoms, symbols, site, _LITHIUM, gone)]
    kept = atoms[np.setdiff1d(np.arange(len(atoms)), gone)]
    removed = {"Li": _LITHIUM * units, "O": _OXYGEN * units} if units else {}
    return kept, Changes(count_species(atoms), removed, {}, (f"{units} Li2O taken out.",) if units else ())


def _added(atoms: Atoms, units: int, rng: np.random.Generator, is_near: _Where) -> tuple[Atoms, Changes]:
    if not atoms.cell.orthorhombic:
        raise InputError(
            f"room for Li2O is sought in cells with orthogonal edges; the angles are {atoms.cell.angles()}"
        )
    grown: Atoms = atoms.copy()
    offset = _GRID * rng.random(3)
    room = {species: _Room.of(atoms, species, offset, is_near) for species in ("O", "Li")}
    for done in range(units):
        for species in ("O", *("Li",) * _LITHIUM):
            if len(room[species].width) == 0:
                raise InputError(
                    f"there is room for {done} of {units} Li2O: no place for another {species} is far enough from all "
                    "atoms and outside all octahedra; add it to a boundary with a larger cavity, or to a glass"
                )
            place = room[species].widest
            grown += Atoms(species, positions=[place])
            room = {kind: left.without(species, place[None]) for kind, left in room.items()}
    added = {"Li": _LITHIUM * units, "O": _OXYGEN * units}
    return grown, Changes(count_species(atoms), {}, added, (f"{units} Li2O added.",))


@dataclass(frozen=True)
class _Room:
    """Places with room for an atom, and how wide they are over the least that it needs [Å, (n, 3); 1, (n,)]."""

    species: str
    box: FloatArray
    places: FloatArray
    width: FloatArray

    @classmethod
    def of(cls, atoms: Atoms, species: str, offset: FloatArray, is_near: _Where) -> "_Room":
        box = atoms.cell.lengths()
        axes = [start + np.arange(0.0, length, _GRID) for start, length in zip(offset, box, strict=True)]
        grid = wrap_into(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3), box)
        grid = grid[is_near(grid)]
        steps = np.stack(np.meshgrid(*3 * [np.arange(-1, 2) * _GRID / 3.0], indexing="ij"), axis=-1).reshape(-1, 3)
        near = cls._beside(atoms, species, grid, _GRID * np.sqrt(3.0) / 2.0)
        return cls._beside(atoms, species, wrap_into((near.places[:, None] + steps).reshape(-1, 3), box), 0.0)

    @classmethod
    def _beside(cls, atoms: Atoms, species: str, places: FloatArray, short: float) -> "_Room":
        room = cls(species, atoms.cell.lengths(), places, np.full(len(places), np.inf))
        counts, symbols = count_species(atoms), np.array(atoms.get_chemical_symbols())
        for other in sorted(counts, key=lambda kind: -counts[kind]):  # the most leave the fewest places to look at
            room = room.without(other, atoms.positions[symbols == other], short)
        return room

    @property
    def widest(self) -> FloatArray:
        return np.asarray(self.places[int(np.argmax(self.width))])

    def without(self, other: str, points: FloatArray, short: float = 0.0) -> "_Room":
        """Return what is left beside some atoms, or is too narrow by a little."""
        least = _least(self.species, other)
        distance, _ = cKDTree(wrap_into(points, self.box), boxsize=self.box).query(self.places)
        wide = distance >= least - short
        return _Room(self.species, self.box, self.places[wide], np.minimum(self.width, distance / least)[wide])


def _least(species: str, other: str) -> float:
    if species == "O" and other in OCTAHEDRAL:
        return WHOLE_OCTAHEDRON
    if species == "Li":
        return NEAREST_LITHIUM if other == "Li" else mobile_room("Li", other)
    return contact_limit(species, other)
