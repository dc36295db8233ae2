"""Array types, and the one way to make an array that nobody can change by accident."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
StringArray = NDArray[np.str_]


def frozen_floats(values: ArrayLike) -> FloatArray:
    """Copy values into a float64 array that refuses to be written to.

    Examples
    --------
    >>> frozen_floats([1, 2]).flags.writeable
    False

    """
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def frozen_ints(values: ArrayLike) -> IntArray:
    """Copy values into an int64 array that refuses to be written to."""
    array = np.array(values, dtype=np.int64)
    array.flags.writeable = False
    return array
