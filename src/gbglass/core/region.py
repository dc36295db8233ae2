"""Parts of a cell: in fractional coordinates tied to the framework, so that they follow an NPT cell and never drift."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError

IMMOBILE_CATIONS = ("La", "Zr")
"""The cations that say where the framework is."""


@dataclass(frozen=True)
class FrameworkAnchor:
    """Where the framework was at the start; fractional coordinates are measured from there.

    Lithium redistribution moves the centre of mass of everything, but not that of La and Zr.

    Parameters
    ----------
    indices
        The immobile cations [int, (n_cations,)].
    fractional
        Their fractional coordinates at the start [1, (n_cations, 3)].

    """

    indices: IntArray
    fractional: FloatArray

    def coordinates(self, frame: Frame) -> FloatArray:
        """Return unwrapped fractional coordinates of all atoms with the framework's drift removed [1, (n_atoms, 3)]."""
        fractional = frame.fractional
        drift = (fractional[self.indices] - self.fractional).mean(axis=0)
        anchored: FloatArray = fractional - drift
        return anchored


def anchor_framework(atoms: Atoms) -> FrameworkAnchor:
    """Anchor regions on the La and Zr of a structure.

    The atoms must be those of the trajectory, in its order and unwrapped alike: the structure that MD started from.

    Raises
    ------
    InputError
        If the structure has no La or Zr.

    """
    symbols = np.array(atoms.get_chemical_symbols())
    indices = np.flatnonzero(np.isin(symbols, IMMOBILE_CATIONS)).astype(np.int64)
    if len(indices) == 0:
        raise InputError(
            f"a region needs {' or '.join(IMMOBILE_CATIONS)} to be tied to; the structure is {atoms.symbols}"
        )
    return FrameworkAnchor(indices, atoms.get_scaled_positions(wrap=False)[indices])


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


def eleven_boundary_regions() -> BoundaryRegions:
    """Name the boundaries and the interior among the eleven regions.

    Boundary 1 is regions 1 and 11 together, boundary 2 region 6; regions 3, 4, 8 and 9, the middles of the two
    grains, are the interior; regions 2, 5, 7 and 10 beside the boundaries belong to neither.
    """
    return BoundaryRegions(eleven_regions(), boundaries=((0, 10), (5,)), interior=(2, 3, 7, 8))
