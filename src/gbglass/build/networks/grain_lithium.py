"""Mobile ions of a network: each grain's own inside, and boundaries filled until the whole box is neutral.

Only the surroundings of the boundaries are searched, and everything is done a whole round at a time, so that the time
grows as the area of the boundaries does.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.crystal import Crystal
from gbglass.build.networks.clash import choose_independent, resolve_clashes
from gbglass.build.networks.grains import Framework, Grain, GrainSites, foreign_pairs, scatter
from gbglass.build.networks.voronoi import VoronoiCell, nearest_seed
from gbglass.build.piece import wrap_into
from gbglass.build.room import NEAREST_LITHIUM, has_room
from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.core.species import mobile_room

_APART = NEAREST_LITHIUM + 1e-6
"""A little more than the least distance, so that rounding brings none nearer [Å]."""

_REACH = 5.5
"""Mobile ions are added, moved and taken out only this near to a boundary [Å]."""

_ROUNDS = 8
"""Ions are added or taken out in so many portions; each sees the charge that the one before left."""

_CAVITY_STEP, _CAVITY_REACH = 1.0, 2.0
"""Step of the grid on which cavities are sought, and how far from the face [Å]."""

_ON_FACE = 1e-6
"""A corner of a cell this near to a face is a corner of the face [Å]."""

_CHARGE_STEP, _CHARGE_WIDTH = 2.5, 5.0
"""Step of the grid of the charge density, and standard deviation of the Gaussian that smooths it: less than a boundary
is wide, enough to even out the ions of the crystal [Å]."""


@dataclass(frozen=True)
class NetworkLithium:
    """Mobile ions of a network, and what the boundaries did to them.

    Parameters
    ----------
    positions
        [Å, (n, 3)].
    grain
        Whose sites they are on; of cavities, the grain whose seed is nearest [int, (n,)].
    cut, removed, added
        Ions in the grains as cut; those that went, because they had no room or were too many for a neutral box; those
        put on other sites.
    sites_lost
        Crystal sites that other grains' frameworks closed.
    on_cavities
        Ions on sites of no crystal.

    """

    positions: FloatArray
    grain: IntArray
    cut: int
    removed: int
    added: int
    sites_lost: int
    on_cavities: int


@dataclass(frozen=True)
class NetworkFrame:
    """What mobile ions find: the crystal, the box, the grains and their framework.

    Parameters
    ----------
    crystal
        Of all grains.
    box
        Edges [Å, (3,)].
    grains
        The grains; the first has its seed at the origin.
    framework
        What is left of it.

    """

    crystal: Crystal
    box: FloatArray
    grains: tuple[Grain, ...]
    framework: Framework


@dataclass
class _Places:
    """Places near boundaries where a mobile ion could be, and whether one is there now."""

    positions: FloatArray
    grain: IntArray
    is_cavity: BoolArray
    filled: BoolArray


def settle_network(frame: NetworkFrame, sites: GrainSites, total: int) -> NetworkLithium:
    """Bring mobile ions to the number that makes a network neutral, none too near to anything.

    Those without room beside another grain go. Then ions are added where the charge around is most negative, on free
    sites of the crystals or in cavities, or taken out where it is most positive.

    Parameters
    ----------
    frame
        The network without mobile ions.
    sites
        Of all grains, with each grain's own order.
    total
        Mobile ions of the neutral box.

    Returns
    -------
    NetworkLithium
        As many ions as wanted, or as many as found room.

    """
    cut = int(sites.occupied.sum())
    near = sites.depth < _REACH
    deep = sites.keep(~near & sites.occupied)
    edge = sites.keep(near)
    has_room = _has_room(frame, edge)
    lost = int((~has_room).sum())
    edge = edge.keep(has_room)
    places = _Places(edge.positions, edge.grain, np.zeros(len(edge.grain), dtype=bool), edge.occupied.copy())
    _end_conflicts(places, frame.box)
    stayed = places.filled.copy()
    _balance(frame, places, deep.positions, total)
    kept = int((places.filled[: len(stayed)] & edge.occupied).sum()) + len(deep.grain)
    return NetworkLithium(
        positions=np.concatenate([deep.positions, places.positions[places.filled]]),
        grain=np.concatenate([deep.grain, places.grain[places.filled]]),
        cut=cut,
        removed=cut - kept,
        added=len(deep.grain) + int(places.filled.sum()) - kept,
        sites_lost=lost,
        on_cavities=int((places.filled & places.is_cavity).sum()),
    )


def _has_room(frame: NetworkFrame, sites: GrainSites) -> BoolArray:
    """Say which sites no other grain's framework comes too near to."""
    needed = np.array([mobile_room(frame.crystal.mobile, s) for s in frame.crystal.framework])
    near = frame.framework.keep(frame.framework.depth < needed.max())
    first, second, distance = _pairs_between(sites, near, frame.box, float(needed.max()))
    room = np.ones(len(sites.grain), dtype=bool)
    room[first[distance < needed[near.species[second]]]] = False
    return room


def _pairs_between(
    sites: GrainSites, framework: Framework, box: FloatArray, cutoff: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Pair sites with framework atoms of other grains, or of other images of their own."""
    one = cKDTree(wrap_into(sites.positions, box), boxsize=box)
    other = cKDTree(wrap_into(framework.positions, box), boxsize=box)
    found = one.sparse_distance_matrix(other, cutoff, output_type="ndarray")
    first, second, distance = found["i"], found["j"], found["v"]
    apart = np.linalg.norm(sites.positions[first] - framework.positions[second], axis=1)
    foreign = (sites.grain[first] != framework.grain[second]) | (apart > distance + 1e-6)
    return first[foreign], second[foreign], distance[foreign]


def _end_conflicts(places: _Places, box: FloatArray) -> None:
    """Take out ions that stand too near to one of another grain, as few as possible."""
    filled = np.flatnonzero(places.filled)
    first, second, _ = foreign_pairs(places.positions[filled], places.grain[filled], box, _APART)
    pairs = np.stack([first, second], axis=1)
    gone = resolve_clashes(pairs, np.ones(len(filled)), scatter(len(filled)))
    places.filled[filled[gone]] = False


def _balance(frame: NetworkFrame, places: _Places, deep: FloatArray, total: int) -> None:
    """Add or take out ions in portions until the number is right, or no more have room."""
    for portion in range(_ROUNDS, 0, -1):
        missing = total - len(deep) - int(places.filled.sum())
        charge = _charge_around(frame, deep, places)
        count = math.ceil(abs(missing) / portion)
        if missing > 0 and _add(places, deep, frame.box, charge, count) < count and not places.is_cavity.any():
            _open_cavities(frame, places)
        if missing < 0:
            _take_out(places, charge, count)


def _open_cavities(frame: NetworkFrame, places: _Places) -> None:
    """List the cavities among the places; they are sought only when the sites of the crystals are not enough."""
    points = find_cavities(frame)
    seeds = np.array([grain.seed for grain in frame.grains])
    places.positions = np.concatenate([places.positions, points])
    places.grain = np.concatenate([places.grain, nearest_seed(points, seeds, frame.box)])
    places.is_cavity = np.concatenate([places.is_cavity, np.ones(len(points), dtype=bool)])
    places.filled = np.concatenate([places.filled, np.zeros(len(points), dtype=bool)])


def find_cavities(frame: NetworkFrame) -> FloatArray:
    """Find places near the boundaries of a network that have room for a mobile ion, on a grid along each face.

    Parameters
    ----------
    frame
        The network without mobile ions.

    Returns
    -------
    FloatArray
        [Å, (n, 3)].

    """
    crystal, framework = frame.crystal, frame.framework
    reach = max(mobile_room(crystal.mobile, s) for s in crystal.framework) + _CAVITY_REACH
    near = framework.keep(framework.depth < reach)
    beside = {s: near.positions[near.species == number] for number, s in enumerate(crystal.framework)}
    found = [np.empty((0, 3))]
    for number, grain in enumerate(frame.grains):
        for face in np.flatnonzero(grain.is_boundary).tolist():
            # Each face is seen from both sides, and needs one grid.
            if (int(grain.cell.neighbours[face]), *grain.cell.vectors[face]) > (number, 0.0, 0.0, 0.0):
                points = grain.seed + _grid_along(grain.cell, face)
                found.append(points[has_room(points, beside, frame.box, crystal.mobile)])
    return np.concatenate(found)


def _grid_along(cell: VoronoiCell, face: int) -> FloatArray:
    """Return a grid over one face and a little way to both sides, from the seed [Å, (n, 3)]."""
    vector = cell.vectors[face]
    middle, normal = 0.5 * vector, vector / np.linalg.norm(vector)
    flat = np.linalg.svd(normal[None])[2][1:]
    corners = (cell.corners - middle) @ flat.T
    corners = corners[np.abs((cell.corners - middle) @ normal) < _ON_FACE]
    if not len(corners):
        return np.empty((0, 3))
    axes = (np.arange(low, high, _CAVITY_STEP) for low, high in zip(corners.min(0), corners.max(0), strict=True))
    across = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2) @ flat + middle
    others = np.arange(len(cell.vectors)) != face
    across = across[cell.depths(across, others) > -0.5 * _CAVITY_STEP]
    heights = np.arange(-_CAVITY_REACH, _CAVITY_REACH + 0.5 * _CAVITY_STEP, _CAVITY_STEP)
    grid: FloatArray = (across[:, None] + heights[:, None] * normal).reshape(-1, 3)
    return grid


def _add(places: _Places, deep: FloatArray, box: FloatArray, charge: FloatArray, count: int) -> int:
    """Fill free places where the charge is most negative; return how many were filled."""
    taken = np.concatenate([deep, places.positions[places.filled]])
    distance, _ = cKDTree(wrap_into(taken, box), boxsize=box).query(
        wrap_into(places.positions, box), distance_upper_bound=_APART
    )
    free = np.flatnonzero(~np.isfinite(distance) & ~places.filled)
    tree = cKDTree(wrap_into(places.positions[free], box), boxsize=box)
    pairs = tree.query_pairs(_APART, output_type="ndarray").astype(np.int64)
    order = np.lexsort((scatter(len(free)), np.round(charge[free], 6)))
    rank = np.empty(len(free), dtype=np.int64)
    rank[order] = np.arange(len(free))
    chosen = choose_independent(pairs, np.ones(len(free), dtype=bool), rank)
    entering = order[chosen[order]][:count]
    places.filled[free[entering]] = True
    return len(entering)


def _take_out(places: _Places, charge: FloatArray, count: int) -> None:
    """Empty places where the charge is most positive."""
    filled = np.flatnonzero(places.filled)
    order = np.lexsort((scatter(len(filled)), -np.round(charge[filled], 6)))
    leaving = filled[order[:count]]
    places.filled[leaving] = False


def _charge_around(frame: NetworkFrame, deep: FloatArray, places: _Places) -> FloatArray:
    """Return the charge density around each place, smoothed over the width of a boundary [e/Å³, (n_places,)]."""
    crystal, box = frame.crystal, frame.box
    shape = np.maximum(1, np.ceil(box / _CHARGE_STEP)).astype(np.int64)
    valence = np.array([crystal.valence[s] for s in crystal.framework])[frame.framework.species]
    mobile = np.concatenate([deep, places.positions[places.filled]])
    cells = np.concatenate([_grid_cells(p, box, shape) for p in (frame.framework.positions, mobile)])
    charges = np.concatenate([valence, np.full(len(mobile), crystal.valence[crystal.mobile])])
    density = np.bincount(cells, charges, minlength=int(shape.prod())).reshape(shape) / (box / shape).prod()
    waves = [2.0 * np.pi * np.fft.fftfreq(int(n), length / n) for n, length in zip(shape, box, strict=True)]
    waves[2] = np.abs(waves[2][: shape[2] // 2 + 1])
    squared = sum(w**2 for w in np.meshgrid(*waves, indexing="ij"))
    smooth = np.fft.irfftn(
        np.fft.rfftn(density) * np.exp(-0.5 * _CHARGE_WIDTH**2 * squared), shape.tolist(), axes=(0, 1, 2)
    )
    around: FloatArray = smooth.ravel()[_grid_cells(places.positions, box, shape)]
    return around


def _grid_cells(points: FloatArray, box: FloatArray, shape: IntArray) -> IntArray:
    indices = np.minimum((wrap_into(points, box) / box * shape).astype(np.int64), shape - 1)
    flat: IntArray = np.ravel_multi_index(tuple(indices.T), tuple(shape.tolist())).astype(np.int64)
    return flat
