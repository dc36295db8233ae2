"""The framework of a bicrystal: a slab and its mirror image in one periodic cell, as near as their atoms allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.piece import CrystalPiece, wrap_into
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.errors import InputError

LARGEST_EXPANSION = 3.0
"""More space than this between two rigid grains is a crack, not a boundary; no boundary with Σ ≤ 29 needs more [Å]."""

_COARSE, _FINE = 1.3, 0.1
"""Step of the shifts that are tried first, and of the last ones around the best [Å]."""

_FEWEST_STEPS = 6
_FOLLOWED = 4
"""How many of the best shifts are refined."""

_MARGIN = 1e-3
"""Kept to every limit, so that rounding never makes a contact forbidden [Å]."""

_DIGITS = 6
"""Expansions that agree so far are equal: the first shift wins, on every machine."""

Expansion = tuple[float, float]
Shift = tuple[float, float]


@dataclass(frozen=True)
class Bicrystal:
    """Two grains with their common plane across z; boundary 1 is centred at z = 0, boundary 2 at half the cell.

    Grain 2 is the mirror image of grain 1, moved within the plane. A framework with a centre of inversion is then the
    crystal that a rotation by 180° about the normal gives; one without is turned by 180° about an edge of the cell
    instead, so that both grains are the same crystal. The faces differ, and like meets like.

    Parameters
    ----------
    piece
        Grain 1, its lower face at height 0.
    shift
        Of grain 2 along x and y, in parts of the periods [1].
    expansion
        Space put between the grains at boundary 1 and at boundary 2 [Å].

    """

    piece: CrystalPiece
    shift: Shift
    expansion: Expansion

    @property
    def lengths(self) -> FloatArray:
        """Edges of the cell [Å, (3,)]."""
        lengths: FloatArray = self.piece.lengths * [1.0, 1.0, 2.0] + [0.0, 0.0, sum(self.expansion)]
        return lengths

    def place(self, points: FloatArray, grain: int) -> FloatArray:
        """Move points of the piece to where they are in grain 1 or 2 [Å, (..., 3)]."""
        lifted: FloatArray = points + np.array([0.0, 0.0, 0.5 * self.expansion[0]])
        if grain == 1:
            return lifted
        shift = np.array([*self.shift, 0.0]) * self.lengths
        second: FloatArray = lifted * _turn_over(self.piece) + np.array([0.0, 0.0, self.lengths[2]]) + shift
        return second


def _turn_over(piece: CrystalPiece) -> FloatArray:
    """Return the signs of the axes that make grain 2 of grain 1 [1, (3,)]."""
    return np.array([1.0 if piece.crystal.is_centrosymmetric else -1.0, 1.0, -1.0])


@dataclass(frozen=True)
class _Face:
    """Framework atoms near one face; depth counts from the face into the grain, so what sticks out is negative.

    `limits` are the nearest allowed distances across the boundary by species, `turn` the signs of x and y in grain 2.
    """

    across: FloatArray
    depth: FloatArray
    species: IntArray
    limits: FloatArray
    turn: FloatArray


def join_grains(piece: CrystalPiece, shift: Shift | None = None, expansion: Expansion | None = None) -> Bicrystal:
    """Join a slab and its mirror image.

    The smallest expansion is sought at which no pair of framework atoms is nearer than its contact limit and no Zr has
    an O of the other grain in its octahedron. Both boundaries share the shift, because each grain is rigid; each has
    its own expansion.

    Parameters
    ----------
    piece
        Grain 1.
    shift
        Of grain 2, in parts of the in-plane periods; searched over a grid when absent [1].
    expansion
        At boundary 1 and 2; the smallest when absent [Å].

    Raises
    ------
    InputError
        If the grains would have to be more than 3 Å apart.

    """
    if expansion is not None:
        return Bicrystal(piece, shift or _search(piece), expansion)
    found = shift or _search(piece)
    bicrystal = Bicrystal(piece, found, _needed(piece, found))
    if max(bicrystal.expansion) > LARGEST_EXPANSION:
        wide = " and ".join(f"{value:.2f} Å" for value in bicrystal.expansion)
        raise InputError(
            f"the grains would have to be {wide} apart at the two boundaries (at most {LARGEST_EXPANSION} Å) "
            f"with the shift ({found[0]:.3f}, {found[1]:.3f}); "
            f"{'leave out the shift to have it searched' if shift else 'take another cut_offset'}"
        )
    return bicrystal


def _needed(piece: CrystalPiece, shift: Shift) -> Expansion:
    lower, upper = (_expansion(face, np.array(shift), piece.lengths) for face in _faces(piece))
    return lower, upper


def _search(piece: CrystalPiece) -> Shift:
    """Find the shift with the least space at both boundaries together, among those with not too much at either."""
    faces = _faces(piece)
    steps = np.maximum(_FEWEST_STEPS, np.ceil(piece.lengths[:2] / _COARSE)).astype(np.int64)
    spread = 1.0 / steps
    rated: dict[Shift, tuple[float, float]] = {}

    def rate(shifts: Iterable[Shift]) -> list[Shift]:
        for shift in shifts:
            if shift not in rated:
                lower, upper = (_expansion(face, np.array(shift), piece.lengths) for face in faces)
                beyond = max(lower - LARGEST_EXPANSION, upper - LARGEST_EXPANSION, 0.0)
                rated[shift] = round(beyond, _DIGITS), round(lower + upper, _DIGITS)
        return sorted(rated, key=lambda shift: (*rated[shift], shift))

    best = rate((i / int(steps[0]), j / int(steps[1])) for i in range(steps[0]) for j in range(steps[1]))
    while (spread * piece.lengths[:2]).max() > _FINE:
        spread = 0.5 * spread
        best = rate(neighbour for shift in best[:_FOLLOWED] for neighbour in _around(shift, spread))
    return best[0]


def _around(shift: Shift, spread: FloatArray) -> list[Shift]:
    return [
        (
            round((shift[0] + i * float(spread[0])) % 1.0, _DIGITS),
            round((shift[1] + j * float(spread[1])) % 1.0, _DIGITS),
        )
        for i, j in product((-1, 0, 1), repeat=2)
    ]


def _faces(piece: CrystalPiece) -> tuple[_Face, _Face]:
    """Return the lower and the upper face, with all atoms that could meet one of the other grain."""
    framework, limits = piece.crystal.framework, _limits(piece)
    species = np.array([framework.index(symbol) for symbol in piece.symbols.tolist()], dtype=np.int64)
    faces = []
    for depth in (piece.positions[:, 2], piece.lengths[2] - piece.positions[:, 2]):
        near = depth < limits.max() - depth.min()
        across = piece.positions[near, :2]
        faces.append(_Face(across, depth[near], species[near], limits, _turn_over(piece)[:2]))
    lower, upper = faces
    return lower, upper


def _limits(piece: CrystalPiece) -> FloatArray:
    """Tabulate the nearest allowed distances across a boundary, by species of the framework [Å, (n, n)]."""
    crystal = piece.crystal
    pairs = [[crystal.contact_limit(first, second) for second in crystal.framework] for first in crystal.framework]
    return np.array(pairs) + _MARGIN


def _expansion(face: _Face, shift: FloatArray, lengths: FloatArray) -> float:
    """Return the smallest expansion at which a face and its shifted mirror image leave each other room [Å].

    Atoms at a distance r within the plane and with depths summing to g are g + e apart along the normal; with the
    limit l they are too near while g + e lies within ±√(l² - r²). The answer is the first e ≥ 0 in none of these gaps.
    """
    box = lengths[:2]
    limits = face.limits
    first = cKDTree(wrap_into(face.across, box), boxsize=box)
    second = cKDTree(wrap_into(face.across * face.turn + shift * box, box), boxsize=box)
    near = first.sparse_distance_matrix(second, limits.max(), output_type="ndarray")
    i, j, distance = near["i"], near["j"], near["v"]
    reach = limits[face.species[i], face.species[j]] ** 2 - distance**2
    meets = reach > 0.0
    half_width, depths = np.sqrt(reach[meets]), (face.depth[i] + face.depth[j])[meets]
    begins, ends = -half_width - depths, half_width - depths
    order = np.argsort(begins)
    blocked_until = np.maximum.accumulate(np.concatenate([[0.0], ends[order]]))
    next_begins = np.concatenate([begins[order], [np.inf]])
    return float(blocked_until[np.flatnonzero(next_begins >= blocked_until)[0]])
