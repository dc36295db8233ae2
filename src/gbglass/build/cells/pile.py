"""Slabs put on top of each other, as near as contacts allow."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.account import OCTAHEDRAL
from gbglass.build.cells.slab import Slab
from gbglass.build.crystal import WHOLE_OCTAHEDRON
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import FloatArray, IntArray, StringArray
from gbglass.core.species import contact_limit

_SHIFTS = 8
"""Places along each edge that are tried for each part that is put on; the one with the least space is taken."""

_MARGIN = 1e-3
"""Kept to every limit, so that rounding never makes a contact forbidden [Å]."""

_DIGITS = 4
"""Gaps that agree so far are equal: the first shift wins, on every machine."""


@dataclass(frozen=True)
class Placed:
    """A part where it stands: moved within the plane and lifted.

    Parameters
    ----------
    slab
        The part.
    points
        Of its atoms [Å, (n_atoms, 3)].

    """

    slab: Slab
    points: FloatArray

    @property
    def top(self) -> float:
        """Height of its highest atom [Å]."""
        return float(self.points[:, 2].max())

    @property
    def species(self) -> StringArray:
        """Of each atom [str, (n_atoms,)]."""
        return np.array(self.slab.atoms.get_chemical_symbols())


@dataclass(frozen=True)
class _Interface:
    """The atoms of two parts that could meet; pairs are for the part below and the one above.

    Parameters
    ----------
    box
        In-plane edges [Å, (2,)].
    limits
        Nearest distances by kind [Å, (n_below, n_above)].
    across, depths
        Places in the plane, and depths below the outermost atom [Å].
    kinds
        Rows and columns of the limits.

    """

    box: FloatArray
    limits: FloatArray
    across: tuple[FloatArray, FloatArray]
    depths: tuple[FloatArray, FloatArray]
    kinds: tuple[IntArray, IntArray]


def pile_up(parts: tuple[Slab, ...], clearance: float) -> tuple[list[Placed], tuple[float, ...]]:
    """Put slabs on top of each other, each moved within the plane to where it needs the least space.

    Parameters
    ----------
    parts
        From the bottom, with equal edges. The electrolyte stays where it is in the plane.
    clearance
        Put on top of every contact limit [Å].

    Returns
    -------
    tuple[list[Placed], tuple[float, ...]]
        The parts where they stand, and the space between the outermost atoms of neighbours [Å].

    """
    placed = [Placed(parts[0], parts[0].atoms.positions.copy())]
    gaps = []
    for part in parts[1:]:
        below, above = placed[-1], Placed(part, part.atoms.positions)
        interface = _interface(below, above, clearance)
        rated = [(round(_gap(interface, shift), _DIGITS), shift) for shift in _shifts(part)]
        gap, (x, y) = min(rated)
        lift = below.top + gap - float(part.atoms.positions[:, 2].min())
        placed.append(Placed(part, part.atoms.positions + np.array([x, y, lift])))
        gaps.append(gap)
    return _around_electrolyte(placed), tuple(gaps)


def _around_electrolyte(placed: list[Placed]) -> list[Placed]:
    """Move the whole pile within the plane so that the electrolyte, with its boundaries, is where it was by itself."""
    fixed = next((part for part in placed if part.slab.role == "electrolyte"), placed[0])
    back = fixed.slab.atoms.positions[0] - fixed.points[0]
    back[2] = 0.0
    return [replace(part, points=part.points + back) for part in placed]


def gap_between(below: Placed, above: Placed, clearance: float) -> float:
    """Return the space that two parts need between their outermost atoms, as they lie in the plane [Å]."""
    return _gap(_interface(below, above, clearance), (0.0, 0.0))


def _shifts(part: Slab) -> list[tuple[float, float]]:
    steps = range(_SHIFTS)
    return [(i * part.edges[0] / _SHIFTS, j * part.edges[1] / _SHIFTS) for i in steps for j in steps]


def _interface(below: Placed, above: Placed, clearance: float) -> _Interface:
    names_below, names_above = sorted(set(below.species.tolist())), sorted(set(above.species.tolist()))
    limits = np.array([[_limit((a, below), (b, above), clearance) for b in names_above] for a in names_below])
    depth_below = below.top - below.points[:, 2]
    depth_above = above.points[:, 2] - above.points[:, 2].min()
    lower, upper = depth_below < limits.max(), depth_above < limits.max()
    return _Interface(
        box=np.array(below.slab.edges),
        limits=limits,
        across=(below.points[lower, :2], above.points[upper, :2]),
        depths=(depth_below[lower], depth_above[upper]),
        kinds=(np.searchsorted(names_below, below.species[lower]), np.searchsorted(names_above, above.species[upper])),
    )


def _limit(below: tuple[str, Placed], above: tuple[str, Placed], clearance: float) -> float:
    """Return the nearest distance of two species across an interface; the electrolyte's octahedra get no seventh O."""
    limit = contact_limit(below[0], above[0]) + clearance
    for (centre, part), (ligand, _) in ((below, above), (above, below)):
        if centre in OCTAHEDRAL and ligand == "O" and part.slab.role == "electrolyte":
            limit = max(limit, WHOLE_OCTAHEDRON)
    return limit + _MARGIN


def _gap(interface: _Interface, shift: tuple[float, float]) -> float:
    """Return the space between the outermost atoms of two parts at which no pair is too near [Å].

    Two atoms at a distance r within the plane with depths summing to g are g + gap apart along z; they are far enough
    when (g + gap)² ≥ limit² - r².
    """
    box = interface.box
    first = cKDTree(wrap_into(interface.across[0], box), boxsize=box)
    second = cKDTree(wrap_into(interface.across[1] + np.array(shift), box), boxsize=box)
    near = first.sparse_distance_matrix(second, interface.limits.max(), output_type="ndarray")
    i, j = near["i"], near["j"]
    reach = interface.limits[interface.kinds[0][i], interface.kinds[1][j]] ** 2 - near["v"] ** 2
    meets = reach > 0.0
    needed = np.sqrt(reach[meets]) - interface.depths[0][i[meets]] - interface.depths[1][j[meets]]
    return float(max(needed.max(initial=0.0), 0.0))
