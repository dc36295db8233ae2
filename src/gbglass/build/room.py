"""Room for mobile ions beside a framework, and between each other."""

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray
from gbglass.core.species import mobile_room

NEAREST_LITHIUM = 2.0
"""Two Li placed by the builder are never nearer; between 1.60 Å (forbidden in the crystal) and 2.38 Å [Å]."""


def has_room(points: FloatArray, framework: dict[str, FloatArray], box: FloatArray, mobile: str) -> BoolArray:
    """Say which points are far enough from every framework atom for a mobile ion.

    Parameters
    ----------
    points
        [Å, (n, 3)].
    framework
        Positions of each species [Å, (n, 3) each].
    box
        Edges of the periodic cell [Å, (3,)].
    mobile
        The ion.

    """
    wrapped = wrap_into(points, box)
    room = np.ones(len(points), dtype=bool)
    for species, positions in framework.items():
        needed = mobile_room(mobile, species)
        tree = cKDTree(wrap_into(positions, box), boxsize=box)
        distance, _ = tree.query(wrapped, distance_upper_bound=needed)
        room &= ~np.isfinite(distance)
    return room
