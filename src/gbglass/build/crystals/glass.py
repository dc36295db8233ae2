"""The start of a glass: LLZO's atoms at random places, neutral and none too near; a protocol melts and quenches it."""

import math
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from scipy.spatial import cKDTree

from gbglass.build.crystals.bulk import BuiltCrystal, account_crystal
from gbglass.build.garnet import ATOMS_PER_CELL, LATTICE_PARAMETER
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.species import contact_limit
from gbglass.errors import InputError, NotConverged

FORMULA_UNIT = {"Li": 7, "La": 3, "Zr": 2, "O": 12}

_ATOMS_PER_UNIT = 24
_LARGEST_DENSITY = 1.1
_MOST_UNITS = 10_000
_STEPS = 1000
"""Moves of all atoms; 60 are usual at the crystal's density, 90 at 1.1 times that."""

_AIM, _PART, _MARGIN = 0.05, 0.3, 1e-3
"""Atoms too near aim for this much more than the limit [Å], each goes this part of the way [1]; this is enough [Å]."""


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
    """Fill a cubic cell with stoichiometric LLZO at random; atoms that are too near to each other are pushed apart.

    Parameters
    ----------
    spec
        How much and how dense.
    rng
        Decides the places.

    Raises
    ------
    NotConverged
        If some stay too near.

    Examples
    --------
    >>> random_llzo(GlassSpec(units=4), np.random.default_rng(1)).atoms.get_chemical_formula()
    'La12Li28O48Zr8'

    """
    species = list(FORMULA_UNIT)
    kinds = np.repeat(np.arange(len(species)), [count * spec.units for count in FORMULA_UNIT.values()])
    limits = np.array([[contact_limit(one, other) for other in species] for one in species])
    points = _pushed_apart(spec.edge * rng.random((len(kinds), 3)), kinds, limits, spec.edge)
    atoms = Atoms([species[kind] for kind in kinds.tolist()], positions=points, cell=[spec.edge] * 3, pbc=True)
    return account_crystal(atoms, "random LLZO")


def _pushed_apart(points: FloatArray, kinds: IntArray, limits: FloatArray, edge: float) -> FloatArray:
    """Move atoms away from those that are too near until none are, all at once and a little more than is needed."""
    for _ in range(_STEPS):
        pairs = cKDTree(points, boxsize=edge).query_pairs(float(limits.max()) + _AIM, output_type="ndarray")
        first, second = pairs[:, 0], pairs[:, 1]
        apart = points[first] - points[second]
        apart -= edge * np.round(apart / edge)
        distance = np.linalg.norm(apart, axis=1)
        short = limits[kinds[first], kinds[second]] - distance
        if short.max(initial=-np.inf) < -_MARGIN:
            return points
        near = short > -_AIM
        both = np.concatenate([first[near], second[near]])
        push = (_PART * (short[near] + _AIM) / distance[near])[:, None] * apart[near]
        push = np.concatenate([push, -push])
        moved = [np.bincount(both, along, minlength=len(points)) for along in push.T]
        points = wrap_into(points + np.stack(moved, axis=1), np.full(3, edge))
    raise NotConverged(
        f"{len(points)} atoms at random in {edge:.2f} Å stay {short.max():.2f} Å too near; lower the density"
    )
