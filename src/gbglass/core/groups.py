"""Groups of atoms that may change from frame to frame: what a quantity is asked of, such as the atoms of a region."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gbglass.core.arrays import BoolArray
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.region import Region
from gbglass.core.trajectory import Frame

WHOLE = "all"
"""Name of the group that holds every atom."""


class Groups(Protocol):
    """Anything that says of each frame which atoms belong to which group; an atom may be in several or in none."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the groups, in their order."""

    def masks(self, frame: Frame) -> BoolArray:
        """Say which atoms each group holds [bool, (n_groups, n_atoms)]."""


@dataclass(frozen=True)
class WholeCell:
    """One group that holds every atom.

    Examples
    --------
    >>> WholeCell().masks(Frame(0, 0.0, np.eye(3), np.zeros((2, 3)))).tolist()
    [[True, True]]

    """

    @property
    def names(self) -> tuple[str, ...]:
        """Of the group."""
        return (WHOLE,)

    def masks(self, frame: Frame) -> BoolArray:
        """Say that every atom belongs to it [bool, (1, n_atoms)]."""
        return np.ones((1, len(frame.positions)), dtype=np.bool_)


@dataclass(frozen=True)
class RegionGroups:
    """A group for each of some regions: the atoms that are inside at that instant.

    Parameters
    ----------
    anchor
        The framework that the regions are tied to.
    regions
        By name.

    Examples
    --------
    >>> from gbglass.core.region import Slab
    >>> anchor = FrameworkAnchor(np.array([0]), np.array([[0.5, 0.5, 0.5]]))
    >>> halves = RegionGroups(anchor, {"lower": Slab(low=0.0, high=0.5), "upper": Slab(low=0.5, high=1.0)})
    >>> frame = Frame(0, 0.0, np.eye(3) * 10.0, np.array([[5.0, 5.0, 5.0], [0.0, 0.0, 2.0]]))
    >>> halves.masks(frame).tolist()
    [[False, True], [True, False]]

    """

    anchor: FrameworkAnchor
    regions: Mapping[str, Region]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the regions, in their order."""
        return tuple(self.regions)

    def masks(self, frame: Frame) -> BoolArray:
        """Say which atoms each region holds [bool, (n_regions, n_atoms)]."""
        view = self.anchor.view(frame)
        return np.stack([region.mask(view) for region in self.regions.values()])
