"""How far the framework moves near a boundary and away from it (SI Fig. 11 of doi:10.1038/s41467-025-59895-9).

A boundary may gather lithium while its La, Zr and O stay; or it may come apart. Atoms are followed that were in a place
in the first frame, wherever they go, so that none is lost of those that move far.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.msd import Displacements, MeanSquareDisplacement
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.groups import WHOLE
from gbglass.core.region import Region
from gbglass.core.species import FORMAL_CHARGES, FRAMEWORK
from gbglass.core.trajectory import Trajectory

_FEWEST_ATOMS = 2
_MOST_FRAMES = 400
"""A displacement keeps all places in memory; frames are left out if there are more."""


@dataclass(frozen=True)
class PlaceDisplacement:
    """Displacement of the atoms of a species that started in a place.

    Parameters
    ----------
    place
        Name of the place.
    msd
        Of these atoms.

    """

    place: str
    msd: MeanSquareDisplacement

    @property
    def species(self) -> str:
        """Whose."""
        return self.msd.species

    @property
    def lag(self) -> float:
        """Half of what was run: longer lags have too few origins [ps]."""
        return float(self.msd.lags[len(self.msd.lags) // 2])

    @property
    def displacement(self) -> float:
        """Root mean square displacement over that lag [Å]."""
        return float(np.sqrt(self.msd.msd[len(self.msd.lags) // 2]))


def displaced_framework(
    trajectory: Trajectory, anchor: FrameworkAnchor, places: Mapping[str, Region], n_frames: int
) -> tuple[PlaceDisplacement, ...]:
    """Follow La, Zr and O that were in some places at the start, and all else but ions of charge one.

    A place with fewer than two of a kind has none of it.

    Parameters
    ----------
    trajectory
        Equally spaced frames of a cell that does not change.
    anchor
        The framework whose drift is removed.
    places
        By name.
    n_frames
        Of the trajectory, about.

    Raises
    ------
    InputError
        If there are fewer than 20 frames, or the cell changes.

    """
    every = max(1, -(-n_frames // _MOST_FRAMES))
    symbols = set(trajectory.symbols)
    others = sorted(kind for kind in symbols - set(FRAMEWORK) if FORMAL_CHARGES.get(kind) != 1)
    kinds = [*(kind for kind in FRAMEWORK if kind in symbols), *others]
    found: dict[tuple[str, str], Displacements] = {}
    for number, frame in enumerate(trajectory):
        if number == 0:
            view = anchor.view(frame)
            for place, region in places.items():
                inside = region.mask(view)
                for species in kinds:
                    of = inside & (np.array(trajectory.symbols) == species)
                    if of.sum() >= _FEWEST_ATOMS:
                        marked = tuple(np.where(of, species, "").tolist())
                        found[place, species] = Displacements(marked, species, anchor)
        if number % every == 0:
            for followed in found.values():
                followed.add(frame)
    return tuple(PlaceDisplacement(place, followed.result()[WHOLE]) for (place, _), followed in found.items())
