"""Which cuts of a crystal give different slabs: a symmetry of the crystal often turns one cut into another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gbglass.build.crystal import Crystal
from gbglass.build.piece import CrystalPiece, cut_slab, plan_cut
from gbglass.build.tilt import TiltBoundary
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import pair_name

_REACH = 7.0
"""Distances up to here tell two slabs of one thickness apart [Å]."""

_VACUUM = 20.0
_DIGITS = 3


@dataclass(frozen=True)
class Termination:
    """A cut, and the cuts that a symmetry of the crystal turns into it.

    Parameters
    ----------
    offset
        Of the cut, in parts of the plane spacing [1].
    same
        Further offsets that were asked for and give the same slab, upside down or mirrored or as it is [1].

    """

    offset: float
    same: tuple[float, ...] = ()


def different_terminations(
    crystal: Crystal, geometry: TiltBoundary, layers: int, offsets: Sequence[float]
) -> tuple[Termination, ...]:
    """Keep one of each set of offsets that give the same slab.

    Two slabs are the same if every atom of the framework is as deep below the two faces, and as far from every other
    atom, in both; a mirror image has the same energy.

    Parameters
    ----------
    crystal
        Cubic.
    geometry
        Of the boundary.
    layers
        Of each grain.
    offsets
        Wanted, in parts of the plane spacing, from 0 up to but not including 1 [1].

    Examples
    --------
    >>> from gbglass.build.crystal import llzo_crystal
    >>> from gbglass.build.tilt import tilt_boundary
    >>> boundary = tilt_boundary((1, -1, 0), (1, 1, 2))
    >>> [cut.offset for cut in different_terminations(llzo_crystal(), boundary, 3, [0.0, 0.001, 0.25])]
    [0.0, 0.25]

    """
    found: dict[_Fingerprint, list[float]] = {}
    for offset in offsets:
        piece = cut_slab(crystal, plan_cut(crystal, geometry.representative(), layers, offset))
        found.setdefault(_fingerprint(piece), []).append(offset)
    return tuple(Termination(first, tuple(others)) for first, *others in found.values())


_Fingerprint = tuple[frozenset[tuple[object, int]], frozenset[frozenset[tuple[object, int]]]]


def _fingerprint(piece: CrystalPiece) -> _Fingerprint:
    box = np.diag(piece.lengths + np.array([0.0, 0.0, _VACUUM]))
    pairs = find_pairs(piece.positions, box, _REACH)
    symbols = piece.symbols.tolist()
    distances = Counter(
        (pair_name(symbols[i], symbols[j]), round(distance, _DIGITS))
        for i, j, distance in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.distances.tolist(), strict=True)
    )
    height = piece.positions[:, 2]
    depths = (
        frozenset(Counter((s, round(d, _DIGITS)) for s, d in zip(symbols, below.tolist(), strict=True)).items())
        for below in (height, piece.lengths[2] - height)
    )
    return frozenset(distances.items()), frozenset(depths)
