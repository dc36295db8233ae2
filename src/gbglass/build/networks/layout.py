"""Which grains a network has: what is asked for, where the seeds stand, how each crystal is turned."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from gbglass.build.crystal import Crystal
from gbglass.build.networks.orient import check_orientations, random_orientations, tilt_orientations
from gbglass.build.networks.voronoi import NEAREST_SEEDS
from gbglass.build.order import check_tetrahedral
from gbglass.build.tilt import Miller
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError

Arrangement = Literal["hexagonal", "random"]
"""``hexagonal``: the lattice of grains furthest apart, hexagons where the box allows. ``random``: anywhere."""

_APART = 0.6
"""Random seeds are no nearer than this part of the mean spacing of the grains, so that none is a splinter [1]."""

_TRIALS = 2000
"""For each random seed."""

_DENSEST = {2: (4.0 / 3.0) ** 0.25, 3: 2.0 ** (1.0 / 6.0)}
"""Nearest distance in the hexagonal and in the face-centred cubic packing, over the mean spacing [1]."""


@dataclass(frozen=True)
class PolycrystalSpec:
    """A polycrystal: the periodic Voronoi cells of seeds, each filled with the crystal in its own orientation.

    Parameters
    ----------
    size
        Edges of the box [Å].
    grains
        How many.
    positions
        Of the seeds, in parts of the edges; random when absent [1].
    orientations
        Turn vectors of the crystal into the box; random when absent [1, (n, 3, 3)].
    n_tetrahedral
        Lithium on each 24 tetrahedra of garnet inside the grains, from 8 to 13.
    keep_composition
        Whether the kinds of groups that lost less to clashes are thinned out at the boundaries until the framework has
        the crystal's composition. Otherwise only what clashes goes, and the boundaries of garnet are rich in La.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    size: tuple[float, float, float]
    grains: int
    positions: tuple[tuple[float, float, float], ...] | None = None
    orientations: FloatArray | None = None
    n_tetrahedral: int = 12
    keep_composition: bool = True

    def __post_init__(self) -> None:
        _check_size("size", self.size)
        if self.grains < 1:
            raise InputError(f"'grains' must be 1 or more, got {self.grains}")
        _check_positions(self.positions, self.grains, 3)
        if self.orientations is not None and np.shape(self.orientations) != (self.grains, 3, 3):
            raise InputError(
                f"'orientations' must be one 3 x 3 rotation for each of {self.grains} grains, "
                f"got an array of shape {np.shape(self.orientations)}"
            )
        check_tetrahedral(self.n_tetrahedral)


@dataclass(frozen=True)
class NetworkSpec:
    """Columns of crystal with a common tilt axis along x: tilt boundaries of many orientations in one periodic box.

    Parameters
    ----------
    axis
        Lattice direction along x [uvw].
    angles
        Of each grain about the axis; at 0 [001] of a crystal with axis [100] lies along z [degrees].
    size
        Edges of the box along y and z [Å].
    repeats
        Of the crystal's period along the axis.
    arrangement
        Of the grains in the plane, when no positions are given.
    positions
        Of the grains, in parts of the edges along y and z [1].
    n_tetrahedral, keep_composition
        As for a polycrystal.
    trials
        Shifts of each column's crystal that are tried, the one kept with which least clashes: walls that repeat after a
        period or two are a third denser for it. With 0 the origin of each crystal stands at its seed.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    axis: Miller
    angles: tuple[float, ...]
    size: tuple[float, float]
    repeats: int = 1
    arrangement: Arrangement = "hexagonal"
    positions: tuple[tuple[float, float], ...] | None = None
    n_tetrahedral: int = 12
    keep_composition: bool = True
    trials: int = 10

    def __post_init__(self) -> None:
        _check_size("size", self.size)
        if not any(self.axis) or math.gcd(*self.axis) != 1:
            raise InputError(f"'axis' must be a lattice direction without a common factor, got {tuple(self.axis)}")
        if not self.angles or not all(map(math.isfinite, self.angles)):
            raise InputError(f"'angles' must be one number of degrees for each grain, got {self.angles}")
        if self.repeats < 1:
            raise InputError(f"'repeats' must be 1 or more, got {self.repeats}")
        if self.arrangement not in get_args(Arrangement):
            raise InputError(
                f"'arrangement' must be one of {', '.join(get_args(Arrangement))}, got {self.arrangement!r}"
            )
        _check_positions(self.positions, len(self.angles), 2)
        if self.trials < 0:
            raise InputError(f"'trials' must be 0 or more, got {self.trials}")
        check_tetrahedral(self.n_tetrahedral)


@dataclass(frozen=True)
class Layout:
    """Where grains stand and how they are turned.

    Parameters
    ----------
    crystal
        Of all grains.
    box
        Edges [Å, (3,)].
    seeds
        [Å, (n_grains, 3)].
    orientations
        Turn vectors of the crystal into the box [1, (n_grains, 3, 3)].

    """

    crystal: Crystal
    box: FloatArray
    seeds: FloatArray
    orientations: FloatArray


def lay_out_polycrystal(spec: PolycrystalSpec, crystal: Crystal, rng: np.random.Generator) -> Layout:
    """Place the seeds of a polycrystal and turn its grains, at random where the spec leaves it open.

    Parameters
    ----------
    spec
        What is asked for.
    crystal
        Of all grains.
    rng
        Decides what the spec leaves open.

    Raises
    ------
    InputError
        If an orientation is no rotation, or the seeds have no room.

    """
    box = np.array(spec.size)
    seeds = _random_seeds(spec.grains, box, rng) if spec.positions is None else np.array(spec.positions) * box
    orientations = spec.orientations
    if orientations is None:
        orientations = random_orientations(spec.grains, rng)
    check_orientations(orientations)
    return Layout(crystal, box, seeds, np.asarray(orientations, dtype=np.float64))


def lay_out_network(spec: NetworkSpec, crystal: Crystal, rng: np.random.Generator) -> Layout:
    """Place the columns of a network; its box is a whole number of periods long.

    Parameters
    ----------
    spec
        What is asked for.
    crystal
        Of all grains.
    rng
        Decides what the spec leaves open.

    Raises
    ------
    InputError
        If the box is too short along the axis, or the columns have no room.

    """
    period = float(np.linalg.norm(np.array(spec.axis) @ crystal.cell))
    if spec.repeats * period < NEAREST_SEEDS:
        raise InputError(
            f"'repeats' must make the box {NEAREST_SEEDS:g} Å or longer along the axis, got {spec.repeats} x "
            f"{period:.2f} Å; take {math.ceil(NEAREST_SEEDS / period)} or more"
        )
    plane = np.array(spec.size)
    if spec.positions is not None:
        places = np.array(spec.positions) * plane
    elif spec.arrangement == "random":
        places = _random_seeds(len(spec.angles), plane, rng)
    else:
        places = _hexagonal_seeds(len(spec.angles), plane)
    seeds = np.column_stack([np.zeros(len(places)), places])
    orientations = tilt_orientations(crystal, spec.axis, np.array(spec.angles))
    return Layout(crystal, np.array([spec.repeats * period, *plane]), seeds, orientations)


def _random_seeds(count: int, box: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw seeds in two or three dimensions, none much nearer to another than grains are wide [Å, (count, n)]."""
    spacing = float(box.prod() / count) ** (1.0 / len(box))
    apart = max(_APART * spacing, NEAREST_SEEDS)
    # What even the densest packing has no room for needs no trials.
    trials = _TRIALS * count if apart <= _DENSEST[len(box)] * spacing else 0
    seeds = np.empty((0, len(box)))
    for _ in range(trials):
        drawn = rng.random(len(box)) * box
        across = seeds - drawn
        across -= box * np.round(across / box)
        if (np.linalg.norm(across, axis=1) >= apart).all():
            seeds = np.concatenate([seeds, drawn[None]])
        if len(seeds) == count:
            return seeds
    raise InputError(
        f"{count} grains have no room {apart:.1f} Å apart in a box of {' x '.join(f'{edge:g}' for edge in box)} Å; "
        "take fewer grains or a larger box"
    )


def _hexagonal_seeds(count: int, box: FloatArray) -> FloatArray:
    """Return the lattice of that many points in a periodic rectangle whose nearest neighbours are furthest apart."""
    steps = np.arange(count)

    def lattice(generator: tuple[int, int]) -> FloatArray:
        points: FloatArray = (steps[:, None] * np.array(generator) % count) / count * box
        return points

    def nearest(generator: tuple[int, int]) -> float:
        points = lattice(generator)[1:]
        points -= box * np.round(points / box)
        return round(float(np.linalg.norm(points, axis=1).min(initial=np.inf)), 6)

    generators = [(1, other) for other in range(count)] + [(other, 1) for other in range(count)]
    return lattice(max(generators, key=nearest))


def _check_size(name: str, size: tuple[float, ...]) -> None:
    if not all(math.isfinite(edge) and edge >= NEAREST_SEEDS for edge in size):
        raise InputError(f"'{name}' must be edges of {NEAREST_SEEDS:g} Å or more, got {tuple(size)}")


def _check_positions(positions: tuple[tuple[float, ...], ...] | None, count: int, dimensions: int) -> None:
    if positions is None:
        return
    if len(positions) != count:
        raise InputError(f"'positions' must be one for each of {count} grains, got {len(positions)}")
    for position in positions:
        if len(position) != dimensions or not all(map(math.isfinite, position)):
            raise InputError(f"'positions' must be {dimensions} parts of the edges each, got {tuple(position)}")
