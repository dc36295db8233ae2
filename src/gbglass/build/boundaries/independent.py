"""As many sites as wanted, no two of them too near: a local search on the graph of what excludes what."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray

_STEPS_A_SITE = 20
"""Steps before giving up, for each site that may change."""

_REST = 12
"""Steps for which a site that was emptied stays empty, so that the search does not run in circles."""

_JITTER = 0.1
"""Differences in room smaller than this are left to chance, in parts of the least distance [1]."""


@dataclass(frozen=True)
class SiteProblem:
    """Sites in a periodic orthogonal box, some of which are to be occupied.

    Parameters
    ----------
    points
        [Å, (n_sites, 3)].
    box
        Its edges [Å, (3,)].
    apart
        Occupied sites must not be nearer than this [Å].

    """

    points: FloatArray
    box: FloatArray
    apart: float


def choose_apart(
    problem: SiteProblem, occupied: BoolArray, movable: BoolArray, total: int, rng: np.random.Generator
) -> BoolArray:
    """Occupy more sites until the wanted number is reached, keeping all of them apart.

    A site with nothing near is taken first, the one with the most room before others. When there is none, a site that
    only one occupied site excludes takes its place, which opens others; that repeats until the number is reached or
    the steps run out.

    Parameters
    ----------
    problem
        The sites.
    occupied
        At the start; already apart [bool, (n_sites,)].
    movable
        Sites that may be filled or emptied [bool, (n_sites,)].
    total
        Wanted number of occupied sites.
    rng
        Decides between equals.

    Returns
    -------
    BoolArray
        Which sites are occupied in the end: `total` of them, or fewer if no more were found.

    Examples
    --------
    >>> line = SiteProblem(np.array([[x, 0.0, 0.0] for x in range(9)]), np.array([9.0, 9.0, 9.0]), apart=2.0)
    >>> empty, every = np.zeros(9, dtype=bool), np.ones(9, dtype=bool)
    >>> int(choose_apart(line, empty, every, 4, np.random.default_rng(1)).sum())  # no more fit on a ring of 9
    4

    """
    fixed = problem.points[occupied & ~movable]
    room = _room(problem, problem.points, fixed)
    sites = np.flatnonzero(movable & (room >= problem.apart)).astype(np.int64)
    result = occupied & ~movable
    if len(sites):
        distances = _distances(problem, sites) / problem.apart
        inside = _search(distances, room[sites] / problem.apart, occupied[sites], total - len(fixed), rng)
        result[sites[inside]] = True
    return result


def _search(
    distances: FloatArray, room: FloatArray, start: BoolArray, wanted: int, rng: np.random.Generator
) -> BoolArray:
    """Search with all distances in parts of the least allowed one; `room` is to what cannot change."""
    excludes = distances < 1.0
    inside = start.copy()
    met = excludes[:, inside].sum(axis=1)
    rests_until = np.zeros(len(inside), dtype=np.int64)
    for step in range(_STEPS_A_SITE * len(inside)):
        if inside.sum() >= wanted:
            break
        free = np.flatnonzero(~inside & (met == 0))
        if len(free):
            space = np.minimum(room[free], distances[np.ix_(free, inside)].min(axis=1, initial=np.inf))
            entering = int(free[np.argmax(np.minimum(space, 2.0) + _JITTER * rng.random(len(free)))])
        else:
            swaps = np.flatnonzero(~inside & (met == 1) & (rests_until <= step))
            if not len(swaps):
                continue
            entering = int(rng.choice(swaps))
            leaving = int(np.flatnonzero(excludes[entering] & inside)[0])
            inside[leaving] = False
            met -= excludes[leaving]
            rests_until[leaving] = step + _REST
        inside[entering] = True
        met += excludes[entering]
    return inside


def _room(problem: SiteProblem, points: FloatArray, others: FloatArray) -> FloatArray:
    """Return the distance of each point to the nearest other, infinite if there is none [Å]."""
    if len(others) == 0:
        return np.full(len(points), np.inf)
    distance, _ = cKDTree(wrap_into(others, problem.box), boxsize=problem.box).query(wrap_into(points, problem.box))
    return np.asarray(distance, dtype=np.float64)


def _distances(problem: SiteProblem, sites: IntArray) -> FloatArray:
    """Tabulate the distances of all sites, infinite from each to itself [Å]."""
    squared = np.zeros((len(sites), len(sites)))
    for axis, length in enumerate(problem.box):
        along = problem.points[sites, axis]
        apart = along[:, None] - along[None]
        squared += (apart - length * np.round(apart / length)) ** 2
    np.fill_diagonal(squared, np.inf)
    return np.sqrt(squared)
