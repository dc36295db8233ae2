"""The start of a glass: LLZO's atoms at random places, neutral and none too near; a protocol melts and quenches it."""

import math
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from scipy.spatial import cKDTree

from gbglass.build.bulk import BuiltCrystal, account_crystal
from gbglass.build.garnet import ATOMS_PER_CELL, LATTICE_PARAMETER
from gbglass.core.arrays import FloatArray
from gbglass.core.species import contact_limit
from gbglass.errors import InputError, NotConverged

FORMULA_UNIT = {"La": 3, "Zr": 2, "O": 12, "Li": 7}
"""The largest first: they find room while there is much."""

_ATOMS_PER_UNIT = 24
_LARGEST_DENSITY = 1.1
_MOST_UNITS = 10_000
_ROUNDS = 400
_OFFERS = 8
"""Random places offered to each missing atom in a round."""

_MARGIN = 1e-3
"""Kept to every limit [Å]."""


@dataclass(frozen=True)
class GlassSpec:
    """What is to be filled.

    Parameters
    ----------
    units
        Formula units Li7La3Zr2O12 of 24 atoms.
    density
        Over that of the cubic crystal, up to 1.1 [1].

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    units: int
    density: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.units <= _MOST_UNITS:
            raise InputError(f"'units' must be from 1 to {_MOST_UNITS} formula units, got {self.units}")
        if not 0.0 < self.density <= _LARGEST_DENSITY:
            raise InputError(
                f"'density' must be above 0, up to {_LARGEST_DENSITY} times the crystal's, got {self.density}"
            )

    @property
    def edge(self) -> float:
        """Of the cubic cell [Å]."""
        volume = self.units * _ATOMS_PER_UNIT / ATOMS_PER_CELL * LATTICE_PARAMETER**3
        return math.cbrt(volume / self.density)


def random_llzo(spec: GlassSpec, rng: np.random.Generator) -> BuiltCrystal:
    """Fill a cubic cell with stoichiometric LLZO at random, every contact above its limit.

    Parameters
    ----------
    spec
        How much and how dense.
    rng
        Decides the places.

    Raises
    ------
    NotConverged
        If the cell is too dense for that.

    Examples
    --------
    >>> random_llzo(GlassSpec(units=4), np.random.default_rng(1)).atoms.get_chemical_formula()
    'La12Li28O48Zr8'

    """
    edge = spec.edge
    placed: dict[str, FloatArray] = {}
    for species, count in FORMULA_UNIT.items():
        placed[species] = _insert(species, count * spec.units, placed, edge, rng)
    order = ("Li", "La", "Zr", "O")
    symbols = [species for species in order for _ in placed[species]]
    atoms = Atoms(symbols, positions=np.concatenate([placed[s] for s in order]), cell=[edge] * 3, pbc=True)
    return account_crystal(atoms, "random LLZO")


def _insert(
    species: str, count: int, others: dict[str, FloatArray], edge: float, rng: np.random.Generator
) -> FloatArray:
    """Add atoms one by one at random places that are far enough from all that is there [Å, (count, 3)]."""
    mine = np.empty((0, 3))
    near = contact_limit(species, species) + _MARGIN
    for _ in range(_ROUNDS):
        offered = rng.random((_OFFERS * (count - len(mine)), 3)) * edge
        for other, points in (*others.items(), (species, mine)):
            if len(points):
                limit = contact_limit(species, other) + _MARGIN
                distance, _ = cKDTree(points, boxsize=edge).query(offered, distance_upper_bound=limit)
                offered = offered[~np.isfinite(distance)]
        mine = np.concatenate([mine, _apart(offered, near, edge)])[:count]
        if len(mine) == count:
            return mine
    raise NotConverged(
        f"no room for {count} {species} at random in {edge:.2f} Å: {len(mine)} found a place; take a lower density"
    )


def _apart(points: FloatArray, near: float, edge: float) -> FloatArray:
    """Keep the first points that are far enough from those kept before."""
    taken = np.ones(len(points), dtype=bool)
    for first, second in cKDTree(points, boxsize=edge).query_pairs(near, output_type="ndarray") if len(points) else ():
        early, late = min(first, second), max(first, second)
        if taken[early]:
            taken[late] = False
    return points[taken]
