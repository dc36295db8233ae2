"""What a boundary scan is asked for, and the candidates that follow from it."""

import math
from dataclasses import dataclass
from itertools import product

from gbglass.build.boundaries.boundary import THINNEST_GRAIN, BoundarySpec
from gbglass.build.boundaries.join import Shift
from gbglass.build.crystal import llzo_crystal
from gbglass.build.decorate import LithiumMode
from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.build.piece import distinct_offsets
from gbglass.build.tilt import Miller, TiltBoundary, tilt_boundary
from gbglass.errors import InputError
from gbglass.scans.terminations import Termination, different_terminations

FEWEST_BULK = 10
"""Lithium decorations of the bulk behind a reference energy, at least."""

FEWEST_DECORATIONS = 2
"""Of a boundary: one alone has no error."""

_SAME = 1e-6


@dataclass(frozen=True)
class ScanSpec:
    """Which variants of one boundary of LLZO are tried.

    Parameters
    ----------
    axis
        Tilt axis [uvw].
    plane
        Boundary plane (hkl); contains the axis.
    layers
        Lattice planes (hkl) in each grain.
    potential
        Name of the potential, or the path of its card.
    offsets
        Cuts tried over one plane spacing, evenly; all that differ when absent.
    shifts
        So many in-plane shifts along each period are tried besides the best rigid one.
    expansions
        Space put between the grains beyond the smallest at which their frameworks fit [Å].
    decorations
        Lithium decorations of each candidate.
    bulk_decorations
        Of the bulk crystal, for the reference.
    lithium
        How boundaries get their lithium: ``"placed"`` or ``"carried"``.
    n_tetrahedral
        Lithium on each 24 tetrahedra, from 8 to 13.
    seed
        Decides the decorations.
    force
        Largest force left [eV/Å].
    ranks
        MPI processes.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    axis: Miller
    plane: Miller
    layers: int
    potential: str
    offsets: int | None = None
    shifts: int = 0
    expansions: tuple[float, ...] = (0.0,)
    decorations: int = 4
    bulk_decorations: int = 20
    lithium: LithiumMode = "placed"
    n_tetrahedral: int = 12
    seed: int = 1
    force: float = 0.05
    ranks: int = 1

    def __post_init__(self) -> None:
        for name, value, least in (
            ("offsets", 1 if self.offsets is None else self.offsets, 1),
            ("shifts", self.shifts, 0),
            ("decorations", self.decorations, FEWEST_DECORATIONS),
            ("bulk_decorations", self.bulk_decorations, FEWEST_BULK),
            ("seed", self.seed, 0),
            ("ranks", self.ranks, 1),
        ):
            if value < least:
                raise InputError(f"'{name}' must be {least} or more, got {value}")
        if not self.expansions or not all(math.isfinite(e) and e >= 0.0 for e in self.expansions):
            raise InputError(f"'expansions' must be distances in Å, zero or more, got {self.expansions}")
        if not (math.isfinite(self.force) and self.force > 0.0):
            raise InputError(f"'force' must be a positive number of eV/Å, got {self.force}")
        self.boundary()  # refuses what no boundary can be
        thickness = self.layers * self.geometry.spacing * LATTICE_PARAMETER
        if thickness < THINNEST_GRAIN:
            raise InputError(
                f"'layers' must make grains of {THINNEST_GRAIN:g} Å or more, got {self.layers} of {thickness:.1f} Å; "
                "25 Å and more keep two boundaries from feeling each other"
            )

    @property
    def geometry(self) -> TiltBoundary:
        """Of the boundary."""
        return tilt_boundary(self.axis, self.plane)

    def boundary(self, offset: float = 0.0, shift: Shift | None = None) -> BoundarySpec:
        """Return what a builder is asked for."""
        return BoundarySpec(
            axis=self.axis,
            plane=self.plane,
            layers=self.layers,
            n_tetrahedral=self.n_tetrahedral,
            cut_offset=offset,
            shift=shift,
            lithium=self.lithium,
        )


@dataclass(frozen=True)
class Candidate:
    """One variant of the boundary.

    Parameters
    ----------
    termination
        Where the crystal is cut.
    shift
        Of grain 2, in parts of the periods; None for the best rigid one [1].
    extra_expansion
        Beyond the smallest space at which the frameworks fit [Å].

    """

    termination: Termination
    shift: Shift | None
    extra_expansion: float


def plan_candidates(spec: ScanSpec) -> tuple[Candidate, ...]:
    """List the candidates of a scan, each physical one once.

    Examples
    --------
    >>> spec = ScanSpec((1, -1, 0), (1, 1, 2), 3, "buckingham-llzo", shifts=2)
    >>> len(plan_candidates(spec))  # three cuts; the best shift and (0, 0), (0, 1/2), (1/2, 0), (1/2, 1/2)
    15

    """
    crystal, geometry = llzo_crystal(), spec.geometry
    offsets = distinct_offsets(crystal, geometry.representative())
    if spec.offsets is not None:
        offsets = tuple(number / spec.offsets for number in range(spec.offsets))
    terminations = different_terminations(crystal, geometry, spec.layers, offsets)
    shifts = (None, *grid_shifts(geometry.representative(), spec.shifts))
    expansions = tuple(dict.fromkeys(spec.expansions))
    return tuple(Candidate(*variant) for variant in product(terminations, shifts, expansions))


def grid_shifts(geometry: TiltBoundary, count: int) -> tuple[Shift, ...]:
    """Return the shifts of a grid over the in-plane cell that give different boundaries.

    Parameters
    ----------
    geometry
        Of the boundary.
    count
        Along each period.

    """
    kept: list[Shift] = []
    for i, j in product(range(count), repeat=2):
        shift = (i / count, j / count)
        if not any(shift_distance(geometry, shift, other) < _SAME for other in kept):
            kept.append(shift)
    return tuple(kept)


def shift_distance(geometry: TiltBoundary, first: Shift, second: Shift) -> float:
    """Return how far two shifts are from giving the same boundary, in lattice parameters.

    A whole period changes nothing, nor does half of both periods where that is a lattice vector; and to exchange the
    grains turns a shift around.

    Parameters
    ----------
    geometry
        Of the boundary.
    first, second
        In parts of the periods [1].

    Examples
    --------
    >>> boundary = tilt_boundary((1, 0, 0), (0, 1, 2))
    >>> round(shift_distance(boundary, (0.1, 0.0), (0.9, 1.0)), 9)
    0.0

    """
    centres = [(0.0, 0.0), (0.5, 0.5)] if _is_centred(geometry) else [(0.0, 0.0)]
    lengths = geometry.lengths
    away = []
    for sign, centre in product((1.0, -1.0), centres):
        parts = [a - sign * b - c for a, b, c in zip(first, second, centre, strict=True)]
        away.append(math.hypot(*((p - round(p)) * length for p, length in zip(parts, lengths, strict=True))))
    return min(away)


def _is_centred(geometry: TiltBoundary) -> bool:
    """Say whether half of both periods is a vector of a body-centred lattice: all whole, or all whole and a half."""
    doubled = [a + b for a, b in zip(*geometry.periods, strict=True)]
    is_whole = all(abs(value - round(value)) < _SAME for value in doubled)
    return is_whole and len({round(value) % 2 for value in doubled}) == 1
