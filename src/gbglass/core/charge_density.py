"""Electron densities on a grid that fills a periodic cell."""

from dataclasses import dataclass

import numpy as np

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.errors import InputError

_DIMENSIONS = 3


@dataclass(frozen=True)
class ChargeDensity:
    """Electrons per volume at the points of a grid; a difference of two densities has both signs.

    Parameters
    ----------
    values
        At the points (i/n_x, j/n_y, k/n_z) of the cell vectors [1/Å³, (n_x, n_y, n_z)].
    cell
        Rows are the cell vectors [Å, (3, 3)].

    Raises
    ------
    InputError
        If the shapes are not these, or a value is not finite.

    Examples
    --------
    >>> round(ChargeDensity(np.full((2, 2, 4), 0.5), np.eye(3) * 2.0).electrons, 9)
    4.0

    """

    values: FloatArray
    cell: FloatArray

    def __post_init__(self) -> None:
        if self.values.ndim != _DIMENSIONS or self.values.size == 0 or not np.isfinite(self.values).all():
            raise InputError(f"'values' must be finite numbers on a grid in space, got the shape {self.values.shape}")
        if self.cell.shape != (_DIMENSIONS, _DIMENSIONS) or not abs(np.linalg.det(self.cell)) > 0.0:
            raise InputError("'cell' must be three vectors that span a volume")
        object.__setattr__(self, "values", frozen_floats(self.values))
        object.__setattr__(self, "cell", frozen_floats(self.cell))

    @property
    def volume(self) -> float:
        """Of the cell [Å³]."""
        return abs(float(np.linalg.det(self.cell)))

    @property
    def electrons(self) -> float:
        """Integral over the cell [1]."""
        return float(self.values.mean()) * self.volume
