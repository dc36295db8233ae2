"""Lithium after the framework: what stays of the grains' own, and the boundaries filled until the cell is neutral."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.boundaries.cavity_sites import find_cavities
from gbglass.build.boundaries.independent import SiteProblem, choose_apart
from gbglass.build.boundaries.join import Bicrystal
from gbglass.build.crystal import neutral_count
from gbglass.build.piece import wrap_into
from gbglass.build.room import NEAREST_LITHIUM, has_room
from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.errors import InputError

_REACHES = (4.0, 5.5, 7.0, 9.0)
"""Lithium is added and moved only this near to the middle of a boundary; the first that is enough is taken [Å]."""

_SAME_SITE = 0.05
"""Positions closer than this are one site [Å]."""

_ELSEWHERE = 0
"""Grain of a cavity site."""


@dataclass(frozen=True)
class PlacedLithium:
    """Lithium of a bicrystal, and what the boundaries did to it; pairs are for boundary 1 and 2.

    Parameters
    ----------
    positions
        [Å, (n_lithium, 3)].
    cut
        Li that came with the grains.
    removed
        Li of the cut crystal that had no room beside the other grain, or was too much for a neutral cell.
    added
        Li put on other sites for a neutral cell.
    sites_lost
        Crystal sites that the other grain's framework closed.
    on_cavities
        Li on sites of neither crystal.

    """

    positions: FloatArray
    cut: int
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


def settle_lithium(
    bicrystal: Bicrystal,
    framework: dict[str, FloatArray],
    cut: tuple[FloatArray, FloatArray],
    rng: np.random.Generator,
    extra: int = 0,
) -> PlacedLithium:
    """Bring the lithium of two grains to a neutral cell, or to some more, in which none is too near to anything.

    Li that the other grain leaves no room is taken out, then as many are put on free crystal sites and cavities near
    the boundaries, or taken out there, as a neutral cell needs; Li nearby moves aside only if nothing else helps.

    Parameters
    ----------
    bicrystal
        The joined grains.
    framework
        Positions of each species in the cell [Å, (n, 3) each].
    cut
        Lithium of grain 1 and of grain 2 as they were cut, where it is in the cell [Å, (n, 3) each].
    rng
        Decides between equals.
    extra
        Mobile ions above those that make the cell neutral, or below.

    Raises
    ------
    InputError
        If the boundaries have no room for all Li, or there are not so many to take out.

    """
    counts = {species: len(positions) for species, positions in framework.items()}
    neutral, n_cut = neutral_count(bicrystal.piece.crystal, counts), sum(map(len, cut))
    total = neutral + extra
    if total < 0:
        raise InputError(f"'extra_lithium' takes out {-extra} {bicrystal.piece.crystal.mobile} of {neutral}")
    if total == 0:
        return PlacedLithium(np.empty((0, 3)), n_cut, n_cut, 0, (0, 0), (0, 0))
    candidates, lost = _candidates(bicrystal, framework, cut)
    box = bicrystal.lengths
    kept = _trim(candidates, _without_conflicts(candidates, box, rng), total, box)
    chosen = _fill(candidates, kept, total, box, rng)
    _check_number(bicrystal, framework, int(chosen.sum()), (total, neutral))
    stayed = int((chosen & candidates.occupied).sum())
    return PlacedLithium(
        positions=candidates.points[chosen],
        cut=n_cut,
        removed=n_cut - stayed,
        added=total - stayed,
        sites_lost=_by_boundary(bicrystal, lost),
        on_cavities=_by_boundary(bicrystal, candidates.points[chosen & (candidates.grain == _ELSEWHERE)]),
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


def _candidates(
    bicrystal: Bicrystal, framework: dict[str, FloatArray], cut: tuple[FloatArray, FloatArray]
) -> tuple[_Candidates, FloatArray]:
    """Return crystal sites with room, lithium on them, and cavities; and the sites that have no room."""
    box, mobile = bicrystal.lengths, bicrystal.piece.crystal.mobile
    points, grains, occupied, lost = [], [], [], []
    for grain, lithium in enumerate(cut, start=1):
        sites = _with_unlisted(bicrystal.place(bicrystal.piece.sites.positions, grain), lithium)
        is_open = has_room(sites, framework, box, mobile)
        lost.append(sites[~is_open])
        points.append(sites[is_open])
        grains.append(np.full(len(points[-1]), grain))
        taken = np.zeros(len(points[-1]), dtype=bool)
        if len(lithium) and len(points[-1]):
            distance, index = cKDTree(points[-1]).query(lithium)
            taken[index[distance < _SAME_SITE]] = True
        occupied.append(taken)
    cavities = find_cavities(bicrystal, framework, np.concatenate(points))
    everywhere = np.concatenate([*points, cavities])
    _, distance = _boundary_of(bicrystal, everywhere)
    return _Candidates(
        everywhere,
        np.concatenate([*grains, np.full(len(cavities), _ELSEWHERE)]).astype(np.int64),
        np.concatenate([*occupied, np.zeros(len(cavities), dtype=bool)]),
        distance,
    ), np.concatenate(lost)


def _with_unlisted(sites: FloatArray, lithium: FloatArray) -> FloatArray:
    """Add lithium that came along with the cut from just outside the listed sites."""
    if not len(sites) or not len(lithium):
        return np.concatenate([sites, lithium])
    distance, _ = cKDTree(sites).query(lithium)
    return np.concatenate([sites, lithium[distance >= _SAME_SITE]])


def _without_conflicts(candidates: _Candidates, box: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Take out ordered lithium that stands too near to lithium of the other grain, the most crowded first."""
    kept = candidates.occupied.copy()
    index = np.flatnonzero(kept)
    if not len(index):
        return kept
    tree = cKDTree(wrap_into(candidates.points[index], box), boxsize=box)
    pairs = tree.query_pairs(NEAREST_LITHIUM, output_type="ndarray")
    while len(pairs):
        crowding = np.bincount(pairs.ravel(), minlength=len(index)) + 0.5 * rng.random(len(index))
        worst = int(np.argmax(crowding))
        kept[index[worst]] = False
        pairs = pairs[(pairs != worst).all(axis=1)]
    return kept


def _trim(candidates: _Candidates, kept: BoolArray, total: int, box: FloatArray) -> BoolArray:
    """Take out lithium that is too much for a neutral cell, the one nearest to another first, near the boundaries."""
    trimmed = kept.copy()
    while trimmed.sum() > total:
        index = np.flatnonzero(trimmed)
        wrapped = wrap_into(candidates.points[index], box)
        distance, _ = cKDTree(wrapped, boxsize=box).query(wrapped, k=2)
        near = candidates.from_boundary[index] < max(_REACHES[0], float(candidates.from_boundary[index].min()))
        crowded = np.where(near, np.round(distance[:, 1], 6), np.inf)
        trimmed[index[int(np.argmin(crowded))]] = False
    return trimmed


def _fill(candidates: _Candidates, kept: BoolArray, total: int, box: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Put the missing lithium near the boundaries, as many as fit, moving as little of the rest as will do."""
    problem = SiteProblem(candidates.points, box, NEAREST_LITHIUM)
    fullest = kept
    for reach in _REACHES:
        if fullest.sum() == total:
            break
        chosen = choose_apart(problem, kept, candidates.from_boundary < reach, total, rng)
        fullest = max(fullest, chosen, key=lambda occupied: int(occupied.sum()))
    return fullest


def _check_number(bicrystal: Bicrystal, framework: dict[str, FloatArray], found: int, wanted: tuple[int, int]) -> None:
    """Refuse a cell that could not be filled with as many as it should have, and show its account."""
    total, neutral = wanted
    if found == total:
        return
    crystal = bicrystal.piece.crystal
    charge = (found - neutral) * crystal.valence[crystal.mobile]
    atoms = ", ".join(f"{species} {len(positions)}" for species, positions in framework.items())
    raise InputError(
        f"the boundaries have room for {found} of {total} {crystal.mobile} (no two nearer than {NEAREST_LITHIUM} Å); "
        f"{atoms} with {crystal.mobile} {found} would carry {charge:+g} e; "
        "take another cut_offset or shift, or give a larger expansion"
    )
