"""Which way a bicrystal goes from electrode to electrode, if its boundaries stand between them."""

import math

import numpy as np

from gbglass.build.tilt import TiltBoundary

_WHOLE = 1e-6


def period_through(geometry: TiltBoundary, wanted: int | None = None) -> int:
    """Return the period of a bicrystal (0 or 1) that goes from electrode to electrode past perpendicular boundaries.

    Parameters
    ----------
    geometry
        Of the boundary.
    wanted
        Taken if it is given; else that along the tilt axis, or the first.

    """
    if wanted is not None:
        return wanted
    standard = geometry.representative()
    lengths = [abs(float(np.dot(period, standard.axis))) / math.hypot(*period) for period in standard.periods]
    along_axis = [abs(length - math.hypot(*standard.axis)) < _WHOLE for length in lengths]
    return along_axis.index(True) if any(along_axis) else 0
