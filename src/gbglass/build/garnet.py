"""Cubic LLZO as data: the framework and the lithium sites of garnet, each tied to the atom that carries it along."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from ase.spacegroup import Spacegroup

from gbglass.core.arrays import BoolArray, FloatArray, frozen_floats

LATTICE_PARAMETER = 12.9827
"""Of cubic Li7La3Zr2O12 [Å] (Awaka et al., Chem. Lett. 40, 60 (2011))."""

ATOMS_PER_CELL = 192
"""Li56 La24 Zr16 O96."""

_GARNET, _TETRAHEDRAL_HALF = 230, 220
"""Ia-3d, and its subgroup I-43d that tells one half of the 24d sites from the other."""

_SAME_SITE = 1e-3
"""Positions closer than this are one site [a]."""

_LA, _ZR, _OXYGEN = (0.125, 0.0, 0.25), (0.0, 0.0, 0.0), (0.0999, 0.1962, 0.28163)
_TETRAHEDRON, _SPLIT = (0.375, 0.0, 0.25), (0.0959, 0.6922, 0.5731)
"""24c, 16a, 96h; lithium on 24d and 96h (the same source)."""


@dataclass(frozen=True)
class GarnetMotif:
    """All sites of one cubic cell, in lattice parameters; what belongs together is given relative to its centre.

    Parameters
    ----------
    la, zr
        Positions [a, (24, 3) and (16, 3)].
    oxygen
        The six O of each Zr, from the Zr [a, (16, 6, 3)]; every O belongs to exactly one Zr.
    tetrahedra
        24d [a, (24, 3)].
    even
        Which tetrahedra are of the one kind; each octahedron joins one of each kind [bool, (24,)].
    octahedra
        Centres of the split 96h pairs, 48g [a, (48, 3)].
    halves
        The two 96h positions of each octahedron, from its centre [a, (48, 2, 3)].
    ends
        The two tetrahedra of each octahedron, from its centre, each nearest to the half of its number [a, (48, 2, 3)].

    """

    la: FloatArray
    zr: FloatArray
    oxygen: FloatArray
    tetrahedra: FloatArray
    even: BoolArray
    octahedra: FloatArray
    halves: FloatArray
    ends: FloatArray


@cache
def garnet_motif() -> GarnetMotif:
    """Return the sites of the cubic garnet cell.

    Examples
    --------
    >>> motif = garnet_motif()
    >>> len(motif.zr), motif.oxygen.shape, len(motif.octahedra)
    (16, (16, 6, 3), 48)

    """
    la, zr, oxygen = _orbit(_LA), _orbit(_ZR), _orbit(_OXYGEN)
    tetrahedra, split = _orbit(_TETRAHEDRON), _orbit(_SPLIT)
    even_half = _orbit(_TETRAHEDRON, _TETRAHEDRAL_HALF)
    apart = _across(split, split)
    partner = np.argsort(np.linalg.norm(apart, axis=2), axis=1)[:, 1]
    first = np.flatnonzero(np.arange(len(split)) < partner)
    to_centre = 0.5 * apart[first, partner[first]]
    centres = (split[first] + to_centre) % 1.0
    return GarnetMotif(
        la=frozen_floats(la),
        zr=frozen_floats(zr),
        oxygen=frozen_floats(_nearest(_across(zr, oxygen), 6)),
        tetrahedra=frozen_floats(tetrahedra),
        even=np.linalg.norm(_across(tetrahedra, even_half), axis=2).min(axis=1) < _SAME_SITE,
        octahedra=frozen_floats(centres),
        halves=frozen_floats(np.stack([-to_centre, to_centre], axis=1)),
        ends=frozen_floats(_same_side_first(_nearest(_across(centres, tetrahedra), 2), -to_centre)),
    )


def _orbit(position: tuple[float, float, float], number: int = _GARNET) -> FloatArray:
    sites, _ = Spacegroup(number).equivalent_sites([position])
    return np.asarray(sites, dtype=np.float64)


def _across(origins: FloatArray, targets: FloatArray) -> FloatArray:
    """Return the shortest periodic vector from each origin to each target [a, (n_origins, n_targets, 3)]."""
    apart = targets[None] - origins[:, None]
    shortest: FloatArray = apart - np.round(apart)
    return shortest


def _nearest(vectors: FloatArray, count: int) -> FloatArray:
    """Keep the shortest vectors of each row [a, (n, count, 3)]."""
    order = np.argsort(np.linalg.norm(vectors, axis=2), axis=1, kind="stable")[:, :count]
    return np.take_along_axis(vectors, order[:, :, None], axis=1)


def _same_side_first(ends: FloatArray, first_half: FloatArray) -> FloatArray:
    """Swap pairs of ends so that the first lies on the side of the first half."""
    swapped = np.einsum("ij,ij->i", ends[:, 0], first_half) < 0.0
    return np.where(swapped[:, None, None], ends[:, ::-1], ends)
