"""Volume, faces and heights of a cell of any shape."""

import numpy as np

from gbglass.core.arrays import FloatArray


def cell_volume(cell: FloatArray) -> float:
    """Return the volume of a cell whose rows are its vectors [Å³]."""
    return abs(float(np.linalg.det(cell)))


def face_area(cell: FloatArray, axis: int) -> float:
    """Return the area of the face that a cell vector crosses [Å²].

    Examples
    --------
    >>> face_area(np.diag([2.0, 3.0, 5.0]), 2)
    6.0

    """
    return float(np.linalg.norm(np.cross(*np.delete(cell, axis, axis=0))))


def cell_height(cell: FloatArray, axis: int) -> float:
    """Return the distance between the two faces that a cell vector crosses [Å].

    Examples
    --------
    >>> round(cell_height(np.array([[4.0, 0, 0], [0, 4.0, 0], [3.0, 0, 5.0]]), 2), 9)
    5.0

    """
    return cell_volume(cell) / face_area(cell, axis)
