"""Grains of a network: whole polyhedra and sites of a turned crystal, as far as each Voronoi cell reaches."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.crystal import Crystal, PlainSites
from gbglass.build.decorate import fill_sites
from gbglass.build.networks.voronoi import VoronoiCell
from gbglass.build.piece import cut_box, wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray

_SAME_LATTICE = 1e-3
"""A grain meets its own periodic image without a boundary if their lattices differ by less [Å]."""

_ORDERED_CELLS = 2
"""Lithium repeats after so many cells in a grain that has boundaries all around."""

_SAME_SITE = 0.05
"""Positions closer than this are one site [Å]."""

_MARGIN = 1e-3
"""Kept to every limit, so that rounding never makes a contact forbidden [Å]."""


_STRIDE, _MODULUS = np.uint64(2654435761), np.uint64(2**32)
"""Multiples of 2³² times the golden ratio are spread evenly, and neighbours far apart (Knuth, TAOCP 3, 6.4)."""


@dataclass(frozen=True)
class Grain:
    """One grain: where its seed is, how its crystal is turned, and which faces of its cell are boundaries.

    Parameters
    ----------
    seed
        In the box [Å, (3,)].
    origin
        Of the crystal, from the seed [Å, (3,)].
    orientation
        Turns vectors of the crystal into the box [1, (3, 3)].
    cell
        Of the seed.
    is_boundary
        False for faces across which the same crystal goes on, its own periodic image [bool, (n_faces,)].

    """

    seed: FloatArray
    origin: FloatArray
    orientation: FloatArray
    cell: VoronoiCell
    is_boundary: BoolArray


@dataclass(frozen=True)
class Framework:
    """Framework atoms of all grains, group by group and grain by grain.

    Parameters
    ----------
    positions
        Continuous within each grain, so they may lie outside the box [Å, (n_atoms, 3)].
    species
        Place in the crystal's list of framework species [int, (n_atoms,)].
    group
        Rigid group, counted over all grains [int, (n_atoms,)].
    grain
        [int, (n_atoms,)].
    depth
        Inside the grain, negative for what sticks out of it [Å, (n_atoms,)].

    """

    positions: FloatArray
    species: IntArray
    group: IntArray
    grain: IntArray
    depth: FloatArray

    def keep(self, chosen: BoolArray) -> "Framework":
        """Return some of the atoms."""
        return Framework(
            self.positions[chosen], self.species[chosen], self.group[chosen], self.grain[chosen], self.depth[chosen]
        )


@dataclass(frozen=True)
class GrainSites:
    """Sites of the mobile ion in all grains, grain by grain; the arrays are as in `Framework`.

    Parameters
    ----------
    positions, grain, depth
        As there.
    occupied
        Whether the crystal's ordering puts an ion there [bool, (n_sites,)].

    """

    positions: FloatArray
    grain: IntArray
    depth: FloatArray
    occupied: BoolArray

    def keep(self, chosen: BoolArray) -> "GrainSites":
        """Return some of the sites."""
        return GrainSites(self.positions[chosen], self.grain[chosen], self.depth[chosen], self.occupied[chosen])


def make_grains(
    crystal: Crystal, seeds: FloatArray, orientations: FloatArray, cells: tuple[VoronoiCell, ...]
) -> tuple[Grain, ...]:
    """Put seeds, orientations and cells together, and tell boundaries from faces across which the crystal goes on.

    The origin of each crystal is at its seed.

    Parameters
    ----------
    crystal
        Of all grains.
    seeds
        [Å, (n_grains, 3)].
    orientations
        [1, (n_grains, 3, 3)].
    cells
        Of the seeds.

    """
    inverse = np.linalg.inv(crystal.cell)
    grains = []
    for number, (seed, orientation, cell) in enumerate(zip(seeds, orientations, cells, strict=True)):
        in_cells = cell.vectors @ orientation @ inverse
        off_lattice = np.linalg.norm((in_cells - np.round(in_cells)) @ crystal.cell, axis=1)
        goes_on = (cell.neighbours == number) & (off_lattice < _SAME_LATTICE)
        grains.append(Grain(seed, np.zeros(3), orientation, cell, ~goes_on))
    return tuple(grains)


def cut_framework(crystal: Crystal, grains: tuple[Grain, ...]) -> Framework:
    """Fill each grain with the rigid groups whose centres are in its cell; their ligands come along.

    Parameters
    ----------
    crystal
        Of all grains.
    grains
        The grains.

    """
    parts = [cut_grain(crystal, grain, number) for number, grain in enumerate(grains)]
    return join_frameworks(parts)


def cut_grain(crystal: Crystal, grain: Grain, number: int) -> Framework:
    """Fill one grain as `cut_framework` fills all.

    Parameters
    ----------
    crystal
        Of the grain.
    grain
        The grain.
    number
        Which it is.

    """
    groups, order = crystal.groups, {symbol: number for number, symbol in enumerate(crystal.framework)}
    species = np.array([order[symbol] for symbol in groups.symbols.tolist()], dtype=np.int64)
    centres, which = _fill_cell(grain, crystal.cell, groups.centres)
    atoms, owner = groups.members(which)
    points = centres[owner] + groups.offsets[atoms] @ crystal.cell @ grain.orientation.T
    depth = grain.cell.depths(points, grain.is_boundary)
    return Framework(grain.seed + points, species[atoms], owner, np.full(len(atoms), number), depth)


def join_frameworks(parts: list[Framework]) -> Framework:
    """Put the atoms of several frameworks together; their groups are counted on."""
    sizes = [int(part.group.max(initial=-1)) + 1 for part in parts]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return Framework(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.species for part in parts]),
        np.concatenate([part.group + start for part, start in zip(parts, starts, strict=True)]),
        np.concatenate([part.grain for part in parts]),
        np.concatenate([part.depth for part in parts]),
    )


def cut_sites(crystal: Crystal, grains: tuple[Grain, ...], n_tetrahedral: int, rng: np.random.Generator) -> GrainSites:
    """Fill each grain with the sites of the mobile ion; garnet's are ordered anew in each grain.

    The ordering of a few cells is repeated through a grain: ordering every site would take as long as the rest.

    Parameters
    ----------
    crystal
        Of all grains.
    grains
        The grains.
    n_tetrahedral
        Lithium on each 24 tetrahedra of garnet.
    rng
        Decides the orderings.

    """
    parts = []
    for number, grain in enumerate(grains):
        # A grain that runs through the periodic boundary must find the same lithium there.
        repeats = _ORDERED_CELLS if grain.is_boundary.all() else 1
        sites = _ordered_sites(crystal, repeats, n_tetrahedral, rng)
        points, which = _fill_cell(grain, repeats * crystal.cell, sites.positions)
        depth = grain.cell.depths(points, grain.is_boundary)
        parts.append(GrainSites(grain.seed + points, np.full(len(points), number), depth, sites.occupied[which]))
    return GrainSites(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.grain for part in parts]),
        np.concatenate([part.depth for part in parts]),
        np.concatenate([part.occupied for part in parts]),
    )


def foreign_pairs(
    positions: FloatArray, grain: IntArray, box: FloatArray, cutoff: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Find pairs within a cutoff whose atoms are of different grains, or of a grain and its own periodic image.

    Parameters
    ----------
    positions
        Continuous within each grain [Å, (n, 3)].
    grain
        [int, (n,)].
    box
        Edges; no shorter than twice the cutoff [Å, (3,)].
    cutoff
        [Å].

    """
    pairs = cKDTree(wrap_into(positions, box), boxsize=box).query_pairs(cutoff, output_type="ndarray")
    first, second = pairs.astype(np.int64).T
    apart = positions[first] - positions[second]
    is_whole = (grain[first] == grain[second]) & ((apart**2).sum(axis=1) <= (cutoff + _MARGIN) ** 2)
    first, second, apart = first[~is_whole], second[~is_whole], apart[~is_whole]
    apart -= box * np.round(apart / box)
    return first, second, np.linalg.norm(apart, axis=1)


def scatter(count: int) -> IntArray:
    """Return the numbers below a count in an order without a direction, the same each time.

    Ties broken by it favour no side of a boundary, and chains of neighbours stay short.
    """
    return np.argsort((np.arange(count, dtype=np.uint64) * _STRIDE) % _MODULUS, kind="stable").astype(np.int64)


def _fill_cell(grain: Grain, lattice: FloatArray, sites: FloatArray) -> tuple[FloatArray, IntArray]:
    """Repeat sites through a grain's cell; return where they are from its seed [Å], and which site each one is."""
    turned = lattice @ grain.orientation.T
    corners = np.linalg.solve(turned.T, (grain.cell.corners - grain.origin).T).T
    low = np.floor(corners.min(axis=0) - sites.max(axis=0) - _MARGIN)
    high = np.ceil(corners.max(axis=0) - sites.min(axis=0) + _MARGIN) + 1
    origins = np.stack(np.meshgrid(*map(np.arange, low, high), indexing="ij"), axis=-1).reshape(-1, 3)
    middle = 0.5 * (sites.max(axis=0) + sites.min(axis=0))
    reach = float(np.linalg.norm((sites - middle) @ lattice, axis=1).max()) + _MARGIN
    every = np.ones(len(grain.cell.vectors), dtype=bool)
    origins = origins[grain.cell.depths((origins + middle) @ turned + grain.origin, every) > -reach]
    points = ((origins @ turned)[:, None] + sites @ turned).reshape(-1, 3) + grain.origin
    inside = np.flatnonzero(grain.cell.holds(points))
    return points[inside], inside % len(sites)


def _ordered_sites(crystal: Crystal, repeats: int, n_tetrahedral: int, rng: np.random.Generator) -> PlainSites:
    """Return the sites of some cells, with an ordering, in parts of their edges."""
    if isinstance(crystal.sites, PlainSites):
        images = np.stack(np.meshgrid(*3 * [np.arange(repeats)], indexing="ij"), axis=-1).reshape(-1, 1, 3)
        positions = ((images + crystal.sites.positions) / repeats).reshape(-1, 3)
        return PlainSites(positions, np.tile(crystal.sites.occupied, repeats**3))
    piece = cut_box(crystal, repeats * np.eye(3), np.zeros(3), periodic_normal=True)
    positions = piece.sites.positions
    distance, index = cKDTree(positions).query(fill_sites(piece.sites, n_tetrahedral, rng))
    occupied = np.zeros(len(positions), dtype=bool)
    occupied[index[distance < _SAME_SITE]] = True
    return PlainSites(positions / piece.lengths, occupied)
