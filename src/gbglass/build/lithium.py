"""Lithium after the framework: each grain ordered like the crystal, the boundaries filled until the cell is neutral."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.independent import SiteProblem, choose_apart
from gbglass.build.join import Bicrystal
from gbglass.build.order import order_lithium
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.errors import InputError

NEAREST_LITHIUM = 2.0
"""Two Li placed by the builder are never nearer; between 1.60 Å (forbidden in the crystal) and 2.38 Å [Å]."""

_ROOM = {"La": 2.69, "Zr": 2.56, "O": 1.61}
"""Distance below which Li hardly ever comes to a framework atom: 0.1 % onsets of the radial distribution functions
of LLZO at 100 to 1200 K under a machine-learned potential [Å]."""

_REACHES = (4.0, 5.5, 7.0, 9.0)
"""Lithium is added and moved only this near to the middle of a boundary; the first that is enough is taken [Å]."""

_CAVITY_REACH = 2.0
"""Cavities are sought between the faces and this far into the grains [Å]."""

_GRID, _CAVITY_APART = 0.4, 1.0
"""Step of the grid of cavities; nearest distance of two cavity sites, or of one to a crystal site [Å]."""

_ELSEWHERE = 0
"""Grain of a cavity site."""


@dataclass(frozen=True)
class PlacedLithium:
    """Lithium of a bicrystal, and what the boundaries did to it; pairs are for boundary 1 and 2.

    Parameters
    ----------
    positions
        [Å, (n_lithium, 3)].
    removed
        Li of the cut crystal that had no room beside the other grain.
    added
        Li put on other sites instead.
    sites_lost
        24d and 96h positions that the other grain's framework closed.
    on_cavities
        Li on sites of neither crystal.

    """

    positions: FloatArray
    removed: int
    added: int
    sites_lost: tuple[int, int]
    on_cavities: tuple[int, int]


@dataclass(frozen=True)
class _Candidates:
    """All places where lithium could be, and whether it starts there."""

    points: FloatArray
    grain: IntArray
    occupied: BoolArray
    from_boundary: FloatArray


def place_lithium(
    bicrystal: Bicrystal, framework: dict[str, FloatArray], n_tetrahedral: int, rng: np.random.Generator
) -> PlacedLithium:
    """Place 3.5 Li for each Zr.

    Each grain is ordered like the perfect crystal. Li that the other grain leaves no room is taken out and as many are
    put on free crystal sites and cavities near the boundary, where Li nearby may move aside.

    Parameters
    ----------
    bicrystal
        The joined grains.
    framework
        La, Zr and O in the cell [Å, (n, 3) each].
    n_tetrahedral
        Tetrahedral Li on each 24 tetrahedra in the grains, from 8 to 13.
    rng
        Decides the ordering.

    Raises
    ------
    InputError
        If the boundaries have no room for all Li.

    """
    open_sites, ordered, lost = _crystal_sites(bicrystal, framework, n_tetrahedral, rng)
    cavities = _cavities(bicrystal, framework, open_sites)
    candidates = _candidates(bicrystal, open_sites, ordered, cavities)
    kept = _without_conflicts(candidates, bicrystal.lengths, rng)
    total = round(3.5 * len(framework["Zr"]))
    chosen = _fill(candidates, kept, total, bicrystal.lengths, rng)
    on_cavity = chosen & (candidates.grain == _ELSEWHERE)
    stayed = int((chosen & candidates.occupied).sum())
    return PlacedLithium(
        positions=candidates.points[chosen],
        removed=total - stayed,
        added=total - stayed,
        sites_lost=_by_boundary(bicrystal, lost),
        on_cavities=_by_boundary(bicrystal, candidates.points[on_cavity]),
    )


def _boundary_of(bicrystal: Bicrystal, points: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return which boundary is nearest, 0 or 1, and how far it is [Å]."""
    height = bicrystal.lengths[2]
    halves = points[:, 2] / (0.5 * height)
    nearest = np.round(halves)
    return nearest.astype(np.int64) % 2, np.abs(halves - nearest) * 0.5 * height


def _by_boundary(bicrystal: Bicrystal, points: FloatArray) -> tuple[int, int]:
    which, _ = _boundary_of(bicrystal, points)
    return int((which == 0).sum()), int((which == 1).sum())


def _has_room(points: FloatArray, framework: dict[str, FloatArray], box: FloatArray) -> BoolArray:
    """Say which points are far enough from every framework atom for lithium."""
    wrapped = wrap_into(points, box)
    room = np.ones(len(points), dtype=bool)
    for species, needed in _ROOM.items():
        tree = cKDTree(wrap_into(framework[species], box), boxsize=box)
        distance, _ = tree.query(wrapped, distance_upper_bound=needed)
        room &= ~np.isfinite(distance)
    return room


def _crystal_sites(
    bicrystal: Bicrystal, framework: dict[str, FloatArray], n_tetrahedral: int, rng: np.random.Generator
) -> tuple[list[FloatArray], list[FloatArray], FloatArray]:
    """Return the sites that stay open and the ordered lithium on them, each by grain, and the sites that closed."""
    open_sites, ordered, lost = [], [], []
    for grain in (1, 2):
        sites = bicrystal.place(bicrystal.piece.sites.positions, grain)
        lithium = bicrystal.place(order_lithium(bicrystal.piece.sites, n_tetrahedral, rng), grain)
        is_open = _has_room(sites, framework, bicrystal.lengths)
        open_sites.append(sites[is_open])
        ordered.append(lithium[_has_room(lithium, framework, bicrystal.lengths)])
        lost.append(sites[~is_open])
    return open_sites, ordered, np.concatenate(lost)


def _cavities(bicrystal: Bicrystal, framework: dict[str, FloatArray], open_sites: list[FloatArray]) -> FloatArray:
    """Find places in the boundaries that have room for lithium but are not sites of either crystal [Å, (n, 3)]."""
    box = bicrystal.lengths
    counts = np.ceil(box[:2] / _GRID).astype(np.int64)
    x, y = (np.arange(n) * length / n for n, length in zip(counts, box[:2], strict=True))
    z = []
    for centre, expansion in zip((0.0, 0.5 * box[2]), bicrystal.expansion, strict=True):
        reach = 0.5 * expansion + _CAVITY_REACH
        z.append(np.linspace(centre - reach, centre + reach, int(np.ceil(2.0 * reach / _GRID)) + 1))
    grid = np.stack(np.meshgrid(x, y, np.concatenate(z), indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[_has_room(grid, framework, box)]
    crystal = cKDTree(wrap_into(np.concatenate(open_sites), box), boxsize=box)
    distance, _ = crystal.query(wrap_into(grid, box), distance_upper_bound=_CAVITY_APART)
    return _thin(grid[~np.isfinite(distance)], framework, box)


def _thin(points: FloatArray, framework: dict[str, FloatArray], box: FloatArray) -> FloatArray:
    """Keep points at least `_CAVITY_APART` from each other, those with the most room first."""
    if len(points) == 0:
        return points
    wrapped = wrap_into(points, box)
    room = np.full(len(points), np.inf)
    for species, needed in _ROOM.items():
        distance, _ = cKDTree(wrap_into(framework[species], box), boxsize=box).query(wrapped)
        room = np.minimum(room, distance / needed)
    near = cKDTree(wrapped, boxsize=box).query_ball_point(wrapped, _CAVITY_APART)
    free = np.ones(len(points), dtype=bool)
    kept = []
    for index in np.argsort(-np.round(room, 6), kind="stable").tolist():
        if free[index]:
            kept.append(index)
            free[near[index]] = False
    return points[kept]


def _candidates(
    bicrystal: Bicrystal, open_sites: list[FloatArray], ordered: list[FloatArray], cavities: FloatArray
) -> _Candidates:
    points = np.concatenate([*open_sites, cavities])
    grain = np.repeat([1, 2, _ELSEWHERE], [*map(len, open_sites), len(cavities)])
    occupied = np.zeros(len(points), dtype=bool)
    start = 0
    for sites, lithium in zip(open_sites, ordered, strict=True):
        _, index = cKDTree(sites).query(lithium)
        occupied[start + index] = True
        start += len(sites)
    _, distance = _boundary_of(bicrystal, points)
    return _Candidates(points, grain.astype(np.int64), occupied, distance)


def _without_conflicts(candidates: _Candidates, box: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Take out ordered lithium that stands too near to lithium of the other grain, the most crowded first."""
    kept = candidates.occupied.copy()
    index = np.flatnonzero(kept)
    tree = cKDTree(wrap_into(candidates.points[index], box), boxsize=box)
    pairs = tree.query_pairs(NEAREST_LITHIUM, output_type="ndarray")
    while len(pairs):
        crowding = np.bincount(pairs.ravel(), minlength=len(index)) + 0.5 * rng.random(len(index))
        worst = int(np.argmax(crowding))
        kept[index[worst]] = False
        pairs = pairs[(pairs != worst).all(axis=1)]
    return kept


def _fill(candidates: _Candidates, kept: BoolArray, total: int, box: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Put the missing lithium near the boundaries, moving as little of the rest as will do."""
    problem = SiteProblem(candidates.points, box, NEAREST_LITHIUM)
    most = int(kept.sum())
    for reach in _REACHES:
        chosen = choose_apart(problem, kept, candidates.from_boundary < reach, total, rng)
        most = max(most, int(chosen.sum()))
        if most == total:
            return chosen
    raise InputError(
        f"the boundaries have room for {most} of {total} Li (no two nearer than {NEAREST_LITHIUM} Å); "
        "take another cut_offset or shift, or give a larger expansion"
    )
