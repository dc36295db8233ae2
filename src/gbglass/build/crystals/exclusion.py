"""Sites that exclude each other: which of them can be full together, sought by exchange and, if need be, exactly."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_matrix, vstack

from gbglass.core.arrays import BoolArray, FloatArray, IntArray

_STEPS_A_SITE = 20
_REST = 8
"""Steps for which a site that was emptied stays empty, so that the search does not run in circles."""

_MOST_NODES = 2000
"""Branches of the exact search; garnet, up to eight cells of it, needs one."""

_HALF = 0.5
"""Answers of the exact search are zero or one to rounding [1]."""

_ANY_WILL_DO = 1.0
"""Relative gap at which the first order found ends the search [1]."""


@dataclass(frozen=True)
class SiteGraph:
    """Sites in classes, and which of them exclude each other.

    Parameters
    ----------
    kinds
        The class of each site, from 0 [int, (n_sites,)].
    first, second
        Pairs of sites of which one at most is full [int, (n_pairs,)].

    """

    kinds: IntArray
    first: IntArray
    second: IntArray

    @cached_property
    def neighbours(self) -> tuple[IntArray, ...]:
        """The sites that each site excludes."""
        near: list[set[int]] = [set() for _ in self.kinds]
        for one, other in zip(self.first.tolist(), self.second.tolist(), strict=True):
            if one != other:
                near[one].add(other)
                near[other].add(one)
        return tuple(np.array(sorted(found), dtype=np.int64) for found in near)

    @cached_property
    def cliques(self) -> tuple[tuple[int, ...], ...]:
        """Sets of sites of which one at most is full, and which have all pairs among them: fewer and sharper."""
        near = [set(found.tolist()) for found in self.neighbours]
        left = {(one, other) for one, found in enumerate(near) for other in found if one < other}
        cliques = []
        for one, other in sorted(left):
            if (one, other) not in left:
                continue
            clique, common = [one, other], near[one] & near[other]
            while common:
                clique.append(min(common))
                common &= near[clique[-1]]
            clique.sort()
            left -= {(a, b) for a in clique for b in clique if a < b}
            cliques.append(tuple(clique))
        return tuple(cliques)


def fill_graph(graph: SiteGraph, counts: list[int], rng: np.random.Generator) -> BoolArray | None:
    """Choose sites of each class, no two of which exclude each other.

    Parameters
    ----------
    graph
        The sites.
    counts
        How many of each class.
    rng
        Decides which.

    Returns
    -------
    BoolArray | None
        Which are full [bool, (n_sites,)]; nothing if there is no such choice, or none was found.

    Examples
    --------
    >>> ring = SiteGraph(np.zeros(6, dtype=np.int64), np.arange(6), np.roll(np.arange(6), 1))
    >>> int(fill_graph(ring, [3], np.random.default_rng(1)).sum()), fill_graph(ring, [4], np.random.default_rng(1))
    (3, None)

    """
    sizes = np.bincount(graph.kinds, minlength=len(counts))
    if any(not 0 <= count <= size for count, size in zip(counts, sizes, strict=True)):
        return None
    occupied = np.zeros(len(graph.kinds), dtype=bool)
    for kind, count in enumerate(counts):
        occupied[rng.permutation(np.flatnonzero(graph.kinds == kind))[:count]] = True
    if _settle(graph, occupied, rng):
        return occupied
    # By chance first, so that all orders can come up; where few are left, an exact search takes over.
    whole = np.array(counts, dtype=np.float64)
    found = _solve(graph, rng.random(len(graph.kinds)), _members(graph, len(counts)), (whole, whole), _ANY_WILL_DO)
    return None if found.x is None else found.x > _HALF


def nearest_counts(graph: SiteGraph, wanted: list[int], room: list[tuple[int, int]]) -> list[int] | None:
    """Return the numbers for each class nearest to the wanted ones, of the same sum, that some choice of sites has.

    Parameters
    ----------
    graph
        The sites.
    wanted
        Number of full sites of each class.
    room
        Least and largest number of each.

    Returns
    -------
    list[int] | None
        Nothing if there are no such numbers, or none were found.

    """
    n_sites, n_kinds = len(graph.kinds), len(wanted)
    members = _members(graph, n_kinds).toarray()
    # One more unknown for each class: by how much it misses the wanted number.
    missed = np.eye(n_kinds)
    total = np.concatenate([np.ones(n_sites), np.zeros(n_kinds)])[None]
    counted = np.hstack([members, np.zeros((n_kinds, n_kinds))])
    rows = np.vstack([np.hstack([members, missed]), np.hstack([members, -missed]), counted, total])
    lower = np.concatenate([wanted, np.full(n_kinds, -np.inf), [least for least, _ in room], [sum(wanted)]])
    upper = np.concatenate([np.full(n_kinds, np.inf), wanted, [most for _, most in room], [sum(wanted)]])
    cost = np.concatenate([np.zeros(n_sites), np.ones(n_kinds)])
    found = _solve(graph, cost, csr_matrix(rows), (lower, upper))
    return None if found.x is None else np.round(members @ found.x[:n_sites]).astype(int).tolist()


def most_filled(graph: SiteGraph) -> int:
    """Return how many sites can be full together at most, or a bound on it where that was not found out.

    Examples
    --------
    >>> most_filled(SiteGraph(np.zeros(7, dtype=np.int64), np.arange(7), np.roll(np.arange(7), 1)))
    3

    """
    n_sites = len(graph.kinds)
    found = _solve(graph, -np.ones(n_sites), csr_matrix((0, n_sites)), (np.empty(0), np.empty(0)))
    return int(np.floor(-found.mip_dual_bound + 1e-6))


def _settle(graph: SiteGraph, occupied: BoolArray, rng: np.random.Generator) -> bool:
    """Move full sites that exclude each other to the emptiest places of their class until there are none."""
    met = np.zeros(len(occupied), dtype=np.int64)
    for site in np.flatnonzero(occupied).tolist():
        met[graph.neighbours[site]] += 1
    rests = np.zeros(len(occupied), dtype=np.int64)
    for step in range(_STEPS_A_SITE * len(occupied)):
        crowded = np.flatnonzero(occupied & (met > 0))
        if not len(crowded):
            return True
        leaving = int(rng.choice(crowded))
        occupied[leaving] = False
        met[graph.neighbours[leaving]] -= 1
        rests[leaving] = step + _REST
        free = np.flatnonzero(~occupied & (graph.kinds == graph.kinds[leaving]) & (rests <= step))
        if not len(free):
            free = np.array([leaving])
        entering = int(free[np.argmin(met[free] + 0.5 * rng.random(len(free)))])
        occupied[entering] = True
        met[graph.neighbours[entering]] += 1
    return False


def _members(graph: SiteGraph, n_kinds: int) -> csr_matrix:
    """Return which sites are of which class, a row for each class."""
    n_sites = len(graph.kinds)
    return csr_matrix((np.ones(n_sites), (graph.kinds, np.arange(n_sites))), shape=(n_kinds, n_sites))


def _solve(
    graph: SiteGraph,
    cost: FloatArray,
    rows: csr_matrix,
    limits: tuple[FloatArray, FloatArray],
    gap: float = 0.0,
) -> OptimizeResult:
    """Minimise a cost over choices of sites; further unknowns are any number from zero."""
    n_sites, n_more = len(graph.kinds), len(cost) - len(graph.kinds)
    sizes = [len(clique) for clique in graph.cliques]
    sites = [site for clique in graph.cliques for site in clique]
    places = (np.repeat(np.arange(len(sizes)), sizes), np.array(sites, dtype=np.int64))
    one_at_most = csr_matrix((np.ones(len(sites)), places), shape=(len(sizes), len(cost)))
    return milp(
        cost,
        integrality=np.repeat([1, 0], [n_sites, n_more]),
        bounds=Bounds(0.0, np.repeat([1.0, np.inf], [n_sites, n_more])),
        constraints=LinearConstraint(
            vstack([one_at_most, rows]),
            np.concatenate([np.full(len(sizes), -np.inf), limits[0]]),
            np.concatenate([np.ones(len(sizes)), limits[1]]),
        ),
        options={"node_limit": _MOST_NODES, "mip_rel_gap": gap},
    )
