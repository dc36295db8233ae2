"""Surfaces, interfaces and boundaries of LLZO small enough to be labelled: what a full cell looks like from within 6 Å.

The grains and slabs are thinner than anything that would be simulated: a frame should be all surroundings of interest,
since each atom costs a teacher the same.
"""

from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.build.boundaries.join import join_grains
from gbglass.build.boundaries.lithium import settle_lithium
from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.decorate import fill_sites
from gbglass.build.piece import cut_box, cut_slab, plan_cut
from gbglass.build.tilt import Miller, tilt_boundary
from gbglass.core.arrays import FloatArray
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import contact_limit, pair_name, species_pairs
from gbglass.errors import InputError
from gbglass.learning.crystals import LITHIUM_A, turned_spinel

N_TETRAHEDRAL = 12
"""Lithium on each 24 tetrahedra of what is cut here."""

VACUUM = 12.0
"""Above a free surface: beyond the reach of the teacher's longest neighbour list [Å]."""

_ZR_PLANE = 0.25
"""Spacing of the planes of Zr along [001] and of the ones along [110] that lie in the middle of the cuts [a]."""

_APART = 1.15
"""Parts that are put together leave each other this much of every contact limit [1]."""

_GAP_STEP, _WIDEST_GAP = 0.1, 6.0


@dataclass(frozen=True)
class Cut:
    """How a slab of LLZO is cut.

    Parameters
    ----------
    edges
        Rows, orthogonal; the last is the normal [a].
    height
        Of the lower face, along the normal; midway between planes of Zr [1, of the last edge].

    """

    edges: tuple[tuple[float, float, float], ...]
    height: float


def cut_001(quarters: int) -> Cut:
    """Cut across [001], one cell wide, some quarters of a cell (48 atoms) thick."""
    return Cut(((1, 0, 0), (0, 1, 0), (0, 0, quarters * _ZR_PLANE)), 0.5 / quarters)


CUT_110 = Cut(((0, 0, 1), (1, -1, 0), (0.5, 0.5, 0)), 0.25)
"""Across [110], 192 atoms, 9.2 Å thick."""


def llzo_slab(cut: Cut, rng: np.random.Generator) -> Atoms:
    """Cut a slab of cubic LLZO with whole ZrO6, its lithium ordered for itself, and no vacuum yet.

    Parameters
    ----------
    cut
        Where.
    rng
        Decides the lithium ordering.

    Examples
    --------
    >>> llzo_slab(cut_001(2), np.random.default_rng(1)).get_chemical_formula()
    'La12Li28O48Zr8'

    """
    edges = np.array(cut.edges, dtype=np.float64)
    piece = cut_box(llzo_crystal(), edges, cut.height * edges[2], periodic_normal=False)
    mobile = fill_sites(piece.sites, N_TETRAHEDRAL, rng)
    symbols = ["Li"] * len(mobile) + piece.symbols.tolist()
    return Atoms(symbols, positions=np.concatenate([mobile, piece.positions]), cell=piece.lengths, pbc=True)


def free(slab: Atoms) -> Atoms:
    """Put vacuum above a slab."""
    return _piled([slab], [VACUUM])


def metal_on(area: tuple[float, float], layers: int, cells: tuple[int, int]) -> Atoms:
    """Return layers of bcc lithium (001), strained to an area and along z so that the volume of an atom is kept.

    Parameters
    ----------
    area
        Edges [Å].
    layers
        Atomic ones.
    cells
        Of lithium along both edges, or (3, 2) for a square cell of 13 that is turned by 33.7°.

    Examples
    --------
    >>> len(metal_on((12.98, 12.98), 6, (3, 2)))
    78

    """
    if cells == (3, 2):
        corner = np.array([[3, 2], [-2, 3]])
        points = [(i, j) for i in range(-3, 4) for j in range(7)]
        inside = [np.linalg.solve(corner.T, np.array(point, dtype=np.float64)) % 1.0 for point in points]
        flat = np.unique(np.round(inside, 12) % 1.0, axis=0)
        offset = np.linalg.solve(corner.T, np.array([0.5, 0.5]))
    else:
        flat = np.array([(i / cells[0], j / cells[1]) for i in range(cells[0]) for j in range(cells[1])])
        offset = 0.5 / np.array(cells)
    spacing = 0.5 * LITHIUM_A**3 * len(flat) / (area[0] * area[1])
    planes = [np.column_stack([(flat + (k % 2) * offset) % 1.0 * area, np.full(len(flat), k)]) for k in range(layers)]
    positions = np.concatenate(planes) * [1.0, 1.0, spacing]
    return Atoms(f"Li{len(positions)}", positions=positions, cell=[*area, layers * spacing], pbc=True)


def spinel_on(area: tuple[float, float], planes: int, n_lithium: int, rng: np.random.Generator) -> Atoms:
    """Return planes of ZrO2 of a turned LixZr2O4 (001), with the lithium between them, strained to an area.

    Parameters
    ----------
    area
        Edges of one cell of LLZO [Å].
    planes
        1 to 4, 2.3 Å each.
    n_lithium
        Of 8 in a cubic cell of the whole crystal, 0 to 8.
    rng
        Chooses the sites.

    """
    cell = turned_spinel(n_lithium, rng)
    height = cell.get_scaled_positions()[:, 2]
    # Planes of Zr and O lie at multiples of 1/4, lithium halfway between them; the cut goes just above lithium.
    chosen = (height + 0.1) % 1.0 < planes / 4.0
    slab: Atoms = cell[chosen]
    slab.positions[:, 2] = (height[chosen] + 0.1) % 1.0 * cell.cell.lengths()[2]
    slab.set_cell([*cell.cell.lengths()[:2], planes / 4.0 * cell.cell.lengths()[2]])
    slab.set_cell([*area, slab.cell.lengths()[2]], scale_atoms=True)
    return slab


def pile(parts: list[Atoms], *, closed: bool) -> Atoms:
    """Pile parts along z, each as near to the one below as contacts allow; closed through the boundary, or vacuum.

    Parameters
    ----------
    parts
        With one area, from below.
    closed
        Whether the last meets the first, too.

    Raises
    ------
    InputError
        If two parts would have to be more than 6 Å apart.

    """
    gaps = [_gap(lower, upper) for lower, upper in zip(parts, [*parts[1:], parts[0]], strict=True)]
    return _piled(parts, gaps if closed else [*gaps[:-1], VACUUM])


def _piled(parts: list[Atoms], gaps: list[float]) -> Atoms:
    """Put parts on each other with given space above each."""
    height, pile_of = 0.0, Atoms(cell=parts[0].cell, pbc=True)
    for part, gap in zip(parts, gaps, strict=True):
        lowest, highest = part.positions[:, 2].min(), part.positions[:, 2].max()
        lifted = part.copy()
        lifted.positions[:, 2] += height - lowest
        pile_of += lifted
        height += highest - lowest + gap
    pile_of.set_cell([*parts[0].cell.lengths()[:2], height])
    return pile_of


def _gap(lower: Atoms, upper: Atoms) -> float:
    """Return the smallest space between highest and lowest atom at which no contact is too near [Å]."""
    for step in range(int(_WIDEST_GAP / _GAP_STEP)):
        gap = step * _GAP_STEP
        both = _piled([lower, upper], [gap, VACUUM])
        if _keeps_contacts(both, len(lower)):
            return gap
    raise InputError(f"{lower.symbols} and {upper.symbols} do not meet within {_WIDEST_GAP} Å")


def _keeps_contacts(both: Atoms, n_lower: int) -> bool:
    symbols = np.array(both.get_chemical_symbols())
    limits = {pair_name(*pair): _APART * contact_limit(*pair) for pair in species_pairs(symbols.tolist())}
    pairs = find_pairs(both.positions, both.cell.array, max(limits.values()))
    across = (pairs.first < n_lower) != (pairs.second < n_lower)
    found = zip(pairs.first[across].tolist(), pairs.second[across].tolist(), pairs.distances[across], strict=True)
    return all(distance >= limits[pair_name(symbols[i], symbols[j])] for i, j, distance in found)


def shifted(slab: Atoms, shift: tuple[float, float]) -> Atoms:
    """Move a slab within its plane, in parts of its edges; two such slabs on each other have a stacking fault."""
    moved: Atoms = slab.copy()
    moved.positions[:, :2] += np.array(shift) * slab.cell.lengths()[:2]
    return moved


def thin_boundary(axis: Miller, plane: Miller, layers: int, offset: float, rng: np.random.Generator) -> Atoms:
    """Build a bicrystal of LLZO as `gbglass.build.boundaries.boundary` does, with grains as thin as one lattice plane.

    Parameters
    ----------
    axis, plane
        As in `gbglass.build.boundaries.boundary.BoundarySpec`.
    layers
        Lattice planes in each grain.
    offset
        Where the plane cuts the crystal [plane spacings].
    rng
        Decides where lithium goes.

    Examples
    --------
    >>> len(thin_boundary((1, -1, 0), (1, 1, 2), 1, 0.0, np.random.default_rng(1)))
    192

    """
    crystal: Crystal = llzo_crystal()
    geometry = tilt_boundary(axis, plane, None, crystal.lattice).representative()
    bicrystal = join_grains(cut_slab(crystal, plan_cut(crystal, geometry, layers, offset)))
    framework = {
        species: np.concatenate([bicrystal.place(points, grain) for grain in (1, 2)])
        for species, points in bicrystal.piece.framework().items()
    }
    inside = fill_sites(bicrystal.piece.sites, N_TETRAHEDRAL, rng)
    mobile = settle_lithium(bicrystal, framework, (bicrystal.place(inside, 1), bicrystal.place(inside, 2)), rng)
    positions: dict[str, FloatArray] = {"Li": mobile.positions, **framework}
    symbols = [species for species, points in positions.items() for _ in range(len(points))]
    atoms = Atoms(symbols, positions=np.concatenate(list(positions.values())), cell=bicrystal.lengths, pbc=True)
    atoms.wrap()
    return atoms


def cracked(bicrystal: Atoms, opening: float) -> Atoms:
    """Open the boundary at height 0 of a bicrystal by some distance [Å]; ions go with the side they are on.

    O that sticks out of its grain is taken along by the nearest Zr, so that octahedra stay whole.
    """
    height = float(bicrystal.cell.lengths()[2])
    z = bicrystal.positions[:, 2] % height
    symbols = np.array(bicrystal.get_chemical_symbols())
    zr = np.flatnonzero(symbols == "Zr")
    for k in np.flatnonzero(symbols == "O").tolist():
        vectors = bicrystal.get_distances(k, zr, mic=True, vector=True)
        owner = int(np.argmin(np.linalg.norm(vectors, axis=1)))
        z[k] = z[zr[owner]] - vectors[owner, 2]
    opened: Atoms = bicrystal.copy()
    opened.positions[:, 2] = z + 0.5 * opening
    opened.set_cell([*bicrystal.cell.lengths()[:2], height + opening])
    opened.wrap()
    return opened
