"""Which surface cells of a crystal lie on the fixed in-plane cell of an electrolyte, turned and repeated.

Cells are orthogonal: both edges of the crystal's cell are lattice vectors of its surface at right angles.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from gbglass.build.crystals.lattice_constants import LatticeConstants
from gbglass.errors import InputError

WANTED_STRAIN = 0.02
"""More strain than this changes an electrode more than lithium does [1]."""

LARGEST_REPEAT = 8
"""Of the electrolyte's cell along either edge: eight garnet cells are 104 Å, wider than any model of the paper."""

_SEARCHED_MISFIT = 0.3
"""Vectors this far from an edge are still looked at, so that a refusal can name the best there is [1]."""

_DIGITS = 9
_SHOWN = 3
"""Best candidates that a refusal shows."""

Pair = tuple[float, float]
Steps = tuple[int, int]


@dataclass(frozen=True)
class SurfaceLattice:
    """The lattice of a surface of a cubic crystal.

    Parameters
    ----------
    name
        Such as ``"spinel (100)"``.
    first, second
        Primitive vectors, by cartesian components [a]; component 1 is along a cube edge.
    gram
        Their scalar products as whole numbers: first², first·second, second², in one unit.

    """

    name: str
    first: Pair
    second: Pair
    gram: tuple[int, int, int]

    def vector(self, steps: Steps) -> Pair:
        """Return a lattice vector [a]."""
        p, q = steps
        return p * self.first[0] + q * self.second[0], p * self.first[1] + q * self.second[1]

    def perpendicular(self, steps: Steps) -> Steps:
        """Return the shortest lattice vector at right angles to one, right-handed with it."""
        (p, q), (aa, ab, bb) = steps, self.gram
        along_first, along_second = p * aa + q * ab, p * ab + q * bb
        factor = math.gcd(along_first, along_second)
        r, s = -along_second // factor, along_first // factor
        first, second = self.vector(steps), self.vector((r, s))
        return (r, s) if first[0] * second[1] - first[1] * second[0] > 0.0 else (-r, -s)


SPINEL_100 = SurfaceLattice("spinel (100)", (0.5, 0.5), (-0.5, 0.5), (1, 0, 1))
BCC_100 = SurfaceLattice("bcc (100)", (1.0, 0.0), (0.0, 1.0), (1, 0, 1))
BCC_110 = SurfaceLattice("bcc (110)", (0.5, math.sqrt(0.5)), (-0.5, math.sqrt(0.5)), (3, 1, 3))


@dataclass(frozen=True)
class Surface:
    """A surface that is to lie on an electrolyte.

    Parameters
    ----------
    lattice
        Of the surface.
    constants
        Of the crystal.
    x
        Its lithium content at the start.

    Raises
    ------
    InputError
        Unless x is from 0 to 1.

    """

    lattice: SurfaceLattice
    constants: LatticeConstants
    x: float = 0.0

    def __post_init__(self) -> None:
        check_content(self.x)


def check_content(x: float) -> None:
    """Refuse a lithium content that LixZr2O4 cannot have.

    Raises
    ------
    InputError
        Unless it is from 0 to 1.

    """
    if not 0.0 <= x <= 1.0:
        raise InputError(f"'x' of LixZr2O4 must be from 0 to 1, got {x}")


@dataclass(frozen=True)
class Match:
    """A cell of a surface on some repeats of the electrolyte's in-plane cell.

    Parameters
    ----------
    surface
        What lies on the electrolyte.
    repeats
        Of the electrolyte's cell along x and y.
    edges
        Of the common cell, those of the electrolyte [Å].
    first, second
        Lattice vectors of the surface along x and y, in steps of its primitive vectors.

    """

    surface: Surface
    repeats: Steps
    edges: Pair
    first: Steps
    second: Steps

    @property
    def angle(self) -> float:
        """From the x axis to the surface's own cube edge: how far the crystal is turned [degrees]."""
        x, y = self.surface.lattice.vector(self.first)
        return math.degrees(math.atan2(y, x)) % 180.0

    @property
    def area(self) -> float:
        """Of the common cell [Å²]."""
        return self.edges[0] * self.edges[1]

    @property
    def lengths(self) -> Pair:
        """Natural lengths of the surface's cell at the starting x [Å]."""
        return self._lengths(self.surface.x)

    @property
    def misfit(self) -> Pair:
        """The surface's natural lengths against the electrolyte's, less one; negative if the surface is smaller [1]."""
        return self.lengths[0] / self.edges[0] - 1.0, self.lengths[1] / self.edges[1] - 1.0

    @property
    def largest_misfit(self) -> float:
        """Of the two, without sign [1]."""
        return max(map(abs, self.misfit))

    def strain(self, x: float | None = None) -> Pair:
        """Return the strain put into the surface; positive if it is stretched [1].

        Parameters
        ----------
        x
            Lithium content at which the surface would have no strain by itself; the starting one if absent.

        """
        first, second = self._lengths(self.surface.x if x is None else x)
        return self.edges[0] / first - 1.0, self.edges[1] / second - 1.0

    def _lengths(self, x: float) -> Pair:
        a, lattice = self.surface.constants.at(x), self.surface.lattice
        return a * math.hypot(*lattice.vector(self.first)), a * math.hypot(*lattice.vector(self.second))

    def __str__(self) -> str:
        """Write it as a line for a message."""
        (i, j), (first, second), (a, b) = self.repeats, self.misfit, self.edges
        return (
            f"{i} x {j} cells ({a:.2f} x {b:.2f} Å), {self.surface.lattice.name} turned by {self.angle:.1f}°, "
            f"misfit {100 * first:+.2f} % and {100 * second:+.2f} %"
        )


def find_matches(
    cell: Pair, surface: Surface, limit: float = WANTED_STRAIN, most_repeats: int | Steps = LARGEST_REPEAT
) -> tuple[Match, ...]:
    """Find the cells of a surface that fit the in-plane cell of an electrolyte.

    Parameters
    ----------
    cell
        In-plane lengths of the electrolyte, which is not strained [Å].
    surface
        What is to lie on it.
    limit
        Largest misfit along either edge, at the surface's starting x [1].
    most_repeats
        Repeats of the electrolyte's cell to try, up to this many along both edges or along each.

    Returns
    -------
    tuple[Match, ...]
        The least misfit first, of equal ones the smallest; of all turns that give the same lengths the first.

    Raises
    ------
    InputError
        If none is within the limit; the message gives the best there is.

    Examples
    --------
    >>> from gbglass.build.crystals.lattice_constants import LZO_LATTICE
    >>> surface = Surface(SPINEL_100, LZO_LATTICE, x=1.0)
    >>> print(find_matches((12.9827, 12.9827), surface, most_repeats=1)[0])
    1 x 1 cells (12.98 x 12.98 Å), spinel (100) turned by 45.0°, misfit -0.66 % and -0.66 %

    """
    _check_search(cell, limit, most_repeats)
    most = (most_repeats, most_repeats) if isinstance(most_repeats, int) else most_repeats
    found: dict[tuple[object, ...], Match] = {}
    for repeats in product(range(1, most[0] + 1), range(1, most[1] + 1)):
        edges = repeats[0] * cell[0], repeats[1] * cell[1]
        for first, second in _cells(surface, edges):
            match = Match(surface, repeats, edges, first, second)
            key = (repeats, *(round(length, _DIGITS) for length in match.lengths))
            if key not in found or _turn(match) < _turn(found[key]):
                found[key] = match
    ranked = sorted(found.values(), key=_rank)
    within = tuple(match for match in ranked if match.largest_misfit <= limit)
    if not within:
        raise InputError(_refusal(cell, surface, limit, ranked))
    return within


def _check_search(cell: Pair, limit: float, most_repeats: int | Steps) -> None:
    if not all(math.isfinite(length) and length > 0.0 for length in cell):
        raise InputError(f"'cell' must be two lengths in Å, positive, got {cell}")
    if not 0.0 < limit < _SEARCHED_MISFIT:
        raise InputError(f"'limit' must be a strain above 0 and below {_SEARCHED_MISFIT}, got {limit}")
    most = (most_repeats, most_repeats) if isinstance(most_repeats, int) else most_repeats
    if not all(1 <= n <= LARGEST_REPEAT for n in most):
        raise InputError(f"'most_repeats' must be from 1 to {LARGEST_REPEAT}, got {most_repeats}")


def _cells(surface: Surface, edges: Pair) -> Iterator[tuple[Steps, Steps]]:
    """Yield orthogonal cells whose edges are anywhere near the wanted ones."""
    lattice, a = surface.lattice, surface.constants.at(surface.x)
    shortest = min(math.hypot(*lattice.first), math.hypot(*lattice.second)) * a
    # In these lattices, no vector has more steps than twice its length in shortest vectors.
    span = math.ceil(2.0 * (1.0 + _SEARCHED_MISFIT) * edges[0] / shortest)
    for p, q in product(range(span + 1), range(-span, span + 1)):
        if (p, q) <= (0, 0):
            continue
        if abs(math.hypot(*lattice.vector((p, q))) * a / edges[0] - 1.0) > _SEARCHED_MISFIT:
            continue
        r, s = lattice.perpendicular((p, q))
        step = math.hypot(*lattice.vector((r, s))) * a
        for n in {math.floor(edges[1] / step), math.ceil(edges[1] / step)}:
            if n and abs(n * step / edges[1] - 1.0) <= _SEARCHED_MISFIT:
                yield (p, q), (n * r, n * s)


def _rank(match: Match) -> tuple[float, float, tuple[float, float]]:
    return round(match.largest_misfit, 5), round(match.area, 3), _turn(match)


def _turn(match: Match) -> tuple[float, float]:
    """Order turns: those nearest to an axis first, and of mirror images the smaller angle."""
    angle = round(match.angle, 3)
    return round(min(angle % 90.0, 90.0 - angle % 90.0), 3), angle


def _refusal(cell: Pair, surface: Surface, limit: float, ranked: list[Match]) -> str:
    best = "; ".join(map(str, ranked[:_SHOWN])) or "nothing comes near"
    return (
        f"no cell of {surface.lattice.name} with a = {surface.constants.at(surface.x):.3f} Å fits "
        f"{cell[0]:.2f} x {cell[1]:.2f} Å within {100 * limit:g} %; the best: {best}; "
        "allow more repeats or a larger limit, or start from another x"
    )
