"""Cavities of a boundary that are sites of neither crystal."""

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.boundaries.join import Bicrystal
from gbglass.build.piece import wrap_into
from gbglass.build.room import has_room
from gbglass.core.arrays import FloatArray
from gbglass.core.species import mobile_room

_CAVITY_REACH = 2.0
"""Cavities are sought between the faces and this far into the grains [Å]."""

_GRID, _CAVITY_APART = 0.4, 1.0
"""Step of the grid of cavities; nearest distance of two cavity sites, or of one to a crystal site [Å]."""


def find_cavities(bicrystal: Bicrystal, framework: dict[str, FloatArray], open_sites: FloatArray) -> FloatArray:
    """Find places in the boundaries that have room for a mobile ion but are not sites of either crystal [Å, (n, 3)].

    Parameters
    ----------
    bicrystal
        The joined grains.
    framework
        Positions of each species in the cell [Å, (n, 3) each].
    open_sites
        Crystal sites that have room [Å, (n, 3)].

    """
    box, mobile = bicrystal.lengths, bicrystal.piece.crystal.mobile
    counts = np.ceil(box[:2] / _GRID).astype(np.int64)
    x, y = (np.arange(n) * length / n for n, length in zip(counts, box[:2], strict=True))
    z = []
    for centre, expansion in zip((0.0, 0.5 * box[2]), bicrystal.expansion, strict=True):
        reach = 0.5 * expansion + _CAVITY_REACH
        z.append(np.linspace(centre - reach, centre + reach, int(np.ceil(2.0 * reach / _GRID)) + 1))
    grid = np.stack(np.meshgrid(x, y, np.concatenate(z), indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[has_room(grid, framework, box, mobile)]
    crystal = cKDTree(wrap_into(open_sites, box), boxsize=box)
    distance, _ = crystal.query(wrap_into(grid, box), distance_upper_bound=_CAVITY_APART)
    return _thin(grid[~np.isfinite(distance)], framework, box, mobile)


def _thin(points: FloatArray, framework: dict[str, FloatArray], box: FloatArray, mobile: str) -> FloatArray:
    """Keep points at least `_CAVITY_APART` from each other, those with the most room first."""
    if len(points) == 0:
        return points
    wrapped = wrap_into(points, box)
    room = np.full(len(points), np.inf)
    for species, positions in framework.items():
        distance, _ = cKDTree(wrap_into(positions, box), boxsize=box).query(wrapped)
        room = np.minimum(room, distance / mobile_room(mobile, species))
    near = cKDTree(wrapped, boxsize=box).query_ball_point(wrapped, _CAVITY_APART)
    free = np.ones(len(points), dtype=bool)
    kept = []
    for index in np.argsort(-np.round(room, 6), kind="stable").tolist():
        if free[index]:
            kept.append(index)
            free[near[index]] = False
    return points[kept]
