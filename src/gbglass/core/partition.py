"""Slabs that fill a cell, in fractional coordinates tied to the framework; which are boundary, which interior."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.region import Region, Slab, Union
from gbglass.errors import InputError

INTERIOR = "interior"
"""What the region of the grains' middles is called."""


@dataclass(frozen=True)
class SlabPartition:
    """Slabs that fill a cell along one cell vector, without gap or overlap.

    Parameters
    ----------
    edges
        Rising fractional coordinates from 0 to 1 [1, (n_slabs + 1,)].
    axis
        The cell vector along which the slabs follow each other: 0, 1 or 2.

    Raises
    ------
    InputError
        If the edges do not rise from 0 to 1.

    Examples
    --------
    >>> halves = SlabPartition((0.0, 0.5, 1.0))
    >>> halves.assign(np.array([[0, 0, 0.2], [0, 0, -0.2], [0, 0, 1.2]])).tolist()
    [0, 1, 0]

    """

    edges: tuple[float, ...]
    axis: int = 2
    _inner: FloatArray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rises = all(low < high for low, high in pairwise(self.edges))
        if self.edges[:1] != (0.0,) or self.edges[-1:] != (1.0,) or not rises:
            raise InputError(f"'edges' must rise from 0.0 to 1.0, got {self.edges}")
        if self.axis not in (0, 1, 2):
            raise InputError(f"'axis' must be 0, 1 or 2, got {self.axis}")
        object.__setattr__(self, "_inner", np.array(self.edges[1:-1]))

    @property
    def n_slabs(self) -> int:
        """How many slabs there are."""
        return len(self.edges) - 1

    @property
    def widths(self) -> FloatArray:
        """Fraction of the cell in each slab [1, (n_slabs,)]."""
        return np.diff(np.array(self.edges))

    def assign(self, fractional: FloatArray) -> IntArray:
        """Return the slab of each atom from fractional coordinates, wrapped or not [int, (n_atoms,)]."""
        along = fractional[:, self.axis] % 1.0
        return np.searchsorted(self._inner, along, side="right").astype(np.int64)


def eleven_regions() -> SlabPartition:
    """Lay the paper's eleven regions so that each of the two boundaries, at 0 and 1/2, is centred in its region.

    Regions 2 to 10 are a tenth of the cell wide; 1 and 11 are the two halves of one region around the boundary at 0
    (doi:10.1038/s41467-025-59895-9, Fig. 1a).

    Examples
    --------
    >>> eleven_regions().n_slabs
    11
    >>> eleven_regions().widths.round(3).tolist()
    [0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05]

    """
    return SlabPartition((0.0, *((2 * k + 1) / 20 for k in range(10)), 1.0))


@dataclass(frozen=True)
class BoundaryRegions:
    """Which slabs of a partition are each boundary, and which are the interior of the grains.

    Parameters
    ----------
    partition
        The slabs.
    boundaries
        For each boundary the indices of its slabs, from 0.
    interior
        Indices of the slabs that count as grain interior, from 0.

    """

    partition: SlabPartition
    boundaries: tuple[tuple[int, ...], ...]
    interior: tuple[int, ...]

    def as_regions(self) -> dict[str, Region]:
        """Return each boundary, by names such as ``"boundary 1"``, and the ``"interior"`` as regions."""
        named = {f"boundary {number}": slabs for number, slabs in enumerate(self.boundaries, start=1)}
        return {name: self._region(slabs) for name, slabs in (*named.items(), (INTERIOR, self.interior))}

    def _region(self, slabs: tuple[int, ...]) -> Region:
        edges = self.partition.edges
        return Union(of=tuple(Slab(low=edges[slab], high=edges[slab + 1]) for slab in slabs))


def eleven_boundary_regions() -> BoundaryRegions:
    """Name the boundaries and the interior among the eleven regions.

    Boundary 1 is regions 1 and 11 together, boundary 2 region 6; regions 3, 4, 8 and 9, the middles of the two
    grains, are the interior; regions 2, 5, 7 and 10 beside the boundaries belong to neither.
    """
    return BoundaryRegions(eleven_regions(), boundaries=((0, 10), (5,)), interior=(2, 3, 7, 8))
