"""Where lithium is in a piece of garnet: an ordering in which no two lithium are nearer than 2.38 Å.

An octahedron (a split 96h pair) joins two tetrahedra (24d). Lithium on an octahedron stands 1.60 Å from the
tetrahedron on its own side and 2.38 Å from the one on the far side, so the octahedron between two occupied tetrahedra
must be empty. That is the whole rule, and it decides which occupations exist at all.
"""

import numpy as np

from gbglass.build.piece import OUTSIDE, LithiumSites
from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.errors import InputError, NotConverged

FEWEST_TETRAHEDRAL, MOST_TETRAHEDRAL = 8, 13
"""Of 24 in a cell with 56 Li: below, the 48 octahedra cannot hold the rest; above, too many of them must be empty."""

TETRAHEDRA_PER_CELL = 24
LITHIUM_PER_TETRAHEDRON = (7, 3)
"""56 Li to 24 tetrahedra."""

_SWEEPS = 30
"""Attempted moves a tetrahedron; a few forget where the walk began."""


def check_tetrahedral(n_tetrahedral: int) -> None:
    """Refuse a number of tetrahedral lithium for which no ordering exists.

    Raises
    ------
    InputError
        Unless it is from 8 to 13.

    Examples
    --------
    >>> check_tetrahedral(12)

    """
    if not FEWEST_TETRAHEDRAL <= n_tetrahedral <= MOST_TETRAHEDRAL:
        raise InputError(
            f"'n_tetrahedral' must be from {FEWEST_TETRAHEDRAL} to {MOST_TETRAHEDRAL}, got {n_tetrahedral}; "
            "with fewer the 48 octahedra of a cell cannot hold the rest of the 56 Li, "
            "with more some Li would stand 1.60 Å apart"
        )


def order_lithium(sites: LithiumSites, n_tetrahedral: int, rng: np.random.Generator) -> FloatArray:
    """Fill the lithium sites of a stoichiometric piece so that no two Li are nearer than 2.38 Å.

    Parameters
    ----------
    sites
        Of the piece.
    n_tetrahedral
        Lithium on each 24 tetrahedra, from 8 to 13.
    rng
        Decides the ordering.

    Returns
    -------
    FloatArray
        Positions, those on tetrahedra first [Å, (n_lithium, 3)].

    Raises
    ------
    InputError
        If no ordering has that many tetrahedral Li.
    NotConverged
        If no ordering was found.

    """
    check_tetrahedral(n_tetrahedral)
    n_sites = len(sites.tetrahedra)
    per, of = LITHIUM_PER_TETRAHEDRON
    n_occupied = n_tetrahedral * n_sites // TETRAHEDRA_PER_CELL
    n_octahedral = n_sites * per // of - n_occupied
    occupied = _occupy_tetrahedra(sites, n_occupied, len(sites.ends) - n_octahedral, rng)
    return np.concatenate([sites.tetrahedra[occupied], _occupy_octahedra(sites, occupied, n_octahedral, rng)])


def _occupy_tetrahedra(sites: LithiumSites, n_occupied: int, n_empty: int, rng: np.random.Generator) -> BoolArray:
    """Choose tetrahedra so that no more octahedra lie between two chosen ones than may be empty.

    One kind of tetrahedra alone has no octahedron between two of its own, so a walk that starts there is allowed from
    the start or nearly so; it then wanders among the allowed choices.
    """
    neighbours = _neighbours(sites)
    favoured = sites.even == rng.choice([False, True])
    preference = np.lexsort((rng.random(len(favoured)), ~favoured))
    inside, outside = preference[:n_occupied].tolist(), preference[n_occupied:].tolist()
    occupied = np.zeros(len(favoured), dtype=bool)
    occupied[inside] = True
    crowded = int(_crowded(sites, occupied).sum())
    taken: list[bool] = occupied.tolist()
    attempts = _SWEEPS * len(taken)
    leavings = rng.integers(n_occupied, size=attempts).tolist()
    enterings = rng.integers(len(outside), size=attempts).tolist()
    for leaving, entering in zip(leavings, enterings, strict=True):
        old, new = inside[leaving], outside[entering]
        freed = sum(taken[k] for k in neighbours[old])
        met = sum(taken[k] for k in neighbours[new]) - neighbours[new].count(old)
        if crowded + met - freed <= max(crowded, n_empty):
            crowded += met - freed
            inside[leaving], outside[entering] = new, old
            taken[old], taken[new] = False, True
    if crowded > n_empty:
        raise NotConverged(
            f"no lithium ordering found: {crowded} octahedra lie between two occupied tetrahedra, "
            f"but only {n_empty} may be empty; take fewer tetrahedral Li"
        )
    return np.array(taken)


def _neighbours(sites: LithiumSites) -> list[list[int]]:
    """List the tetrahedra across the octahedra of each tetrahedron."""
    neighbours: list[list[int]] = [[] for _ in sites.tetrahedra]
    for first, second in sites.ends[(sites.ends != OUTSIDE).all(axis=1)].tolist():
        neighbours[first].append(second)
        neighbours[second].append(first)
    return neighbours


def _ends_taken(sites: LithiumSites, occupied: BoolArray) -> BoolArray:
    """Say of each end of each octahedron whether its tetrahedron holds lithium [bool, (n_octahedra, 2)]."""
    taken: BoolArray = occupied[sites.ends] & (sites.ends != OUTSIDE)
    return taken


def _crowded(sites: LithiumSites, occupied: BoolArray) -> BoolArray:
    """Say which octahedra lie between two occupied tetrahedra [bool, (n_octahedra,)]."""
    first, second = _ends_taken(sites, occupied).T
    crowded: BoolArray = first & second
    return crowded


def _occupy_octahedra(sites: LithiumSites, occupied: BoolArray, count: int, rng: np.random.Generator) -> FloatArray:
    """Put lithium on octahedra, on the half away from an occupied tetrahedron; either half where there is none."""
    allowed: IntArray = np.flatnonzero(~_crowded(sites, occupied))
    chosen = np.sort(rng.choice(allowed, count, replace=False))
    taken = _ends_taken(sites, occupied)[chosen]
    half = np.where(taken.any(axis=1), np.where(taken[:, 0], 1, 0), rng.integers(2, size=count))
    lithium: FloatArray = sites.halves[chosen, half]
    return lithium
