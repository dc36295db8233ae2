"""Pieces of a crystal: whatever part of space it is cut to, whole polyhedra and an exact composition come out."""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.crystal import Crystal, PlainSites
from gbglass.build.garnet import GarnetMotif
from gbglass.build.tilt import TiltBoundary
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, StringArray

OUTSIDE = -1
"""In place of the index of a tetrahedron that is not in the piece."""

_EDGE = 1e-6
"""Sites this close below a face, in parts of the piece, count as on it: rounding must not decide [1]."""

_HEIGHT_DIGITS = 6
"""Planes whose heights agree so far are one plane."""

_SAME_SITE = 0.05
"""Positions closer than this are one site [Å]."""

_FAR_APART = 20.0
"""Between the images of a piece in a direction in which it does not repeat [Å]."""


@dataclass(frozen=True)
class LithiumSites:
    """The lithium sites of a piece of garnet.

    Parameters
    ----------
    tetrahedra
        24d [Å, (n_tetrahedra, 3)].
    even
        Which tetrahedra are of the one kind; each octahedron joins one of each kind [bool, (n_tetrahedra,)].
    halves
        The two 96h positions of each octahedron, 0.81 Å apart [Å, (n_octahedra, 2, 3)].
    ends
        The tetrahedron 1.60 Å from each half, or `OUTSIDE` [int, (n_octahedra, 2)].

    """

    tetrahedra: FloatArray
    even: BoolArray
    halves: FloatArray
    ends: IntArray

    @property
    def positions(self) -> FloatArray:
        """All sites, tetrahedra first [Å, (n_tetrahedra + 2 n_octahedra, 3)]."""
        return np.concatenate([self.tetrahedra, self.halves.reshape(-1, 3)])


@dataclass(frozen=True)
class CrystalPiece:
    """A part of a crystal, with whole polyhedra.

    Parameters
    ----------
    crystal
        What it was cut from.
    lengths
        Edges of the piece, which lies along the axes with its corner at the origin [Å, (3,)].
    symbols
        Of the framework atoms, species by species [str, (n_atoms,)].
    positions
        Of the framework atoms; those of a polyhedron may stick out of the piece [Å, (n_atoms, 3)].
    group
        Which rigid group each atom is in, from 0 [int, (n_atoms,)].
    sites
        Where mobile ions can be.

    """

    crystal: Crystal
    lengths: FloatArray
    symbols: StringArray
    positions: FloatArray
    group: IntArray
    sites: LithiumSites | PlainSites

    def of(self, species: str) -> FloatArray:
        """Return the positions of one species of the framework [Å, (n, 3)]."""
        chosen: FloatArray = self.positions[self.symbols == species]
        return chosen

    def framework(self) -> dict[str, FloatArray]:
        """Return the positions of each species of the framework [Å, (n, 3) each]."""
        return {species: self.of(species) for species in self.crystal.framework}


@dataclass(frozen=True)
class _Box:
    """Orthogonal edges and an origin in fractional coordinates of a crystal."""

    crystal: Crystal
    edges: FloatArray
    origin: FloatArray

    @property
    def lengths(self) -> FloatArray:
        lengths: FloatArray = np.linalg.norm(self.edges @ self.crystal.cell, axis=1)
        return lengths

    def turn(self, vectors: FloatArray) -> FloatArray:
        """Turn fractional vectors so that the edges lie along x, y, z [Å]."""
        along = self.edges @ self.crystal.cell / self.lengths[:, None]
        turned: FloatArray = vectors @ self.crystal.cell @ along.T
        return turned

    def take(self, sites: FloatArray) -> tuple[FloatArray, IntArray]:
        """Return the places inside [Å], and which site of the cell each one is."""
        points, which = _within(sites, self.edges, self.origin)
        return self.turn(points - self.origin), which


def cut_cell(crystal: Crystal) -> CrystalPiece:
    """Cut one conventional cell with orthogonal edges, periodic in all directions."""
    return cut_box(crystal, np.eye(3), np.zeros(3), periodic_normal=True)


@dataclass(frozen=True)
class SlabCut:
    """Two lattice planes of a cubic crystal, and the part of them that repeats.

    Parameters
    ----------
    geometry
        Of the boundary.
    layers
        Thickness in lattice planes.
    height
        Of the lower face above the crystal's origin [a, along the normal].

    """

    geometry: TiltBoundary
    layers: int
    height: float

    @property
    def origin(self) -> FloatArray:
        """Where the lower face is [a, (3,)]."""
        return self.height * self._normal

    @property
    def edges(self) -> FloatArray:
        """Of the slab: two periods in the plane, and its thickness [a, (3, 3)]."""
        return self._edges(self.layers * self.geometry.spacing)

    def repeating_edges(self) -> FloatArray:
        """Return the slab's edges, the third lengthened until the crystal repeats along it [a, (3, 3)]."""
        thickness, period = self.layers * self.geometry.spacing, self.geometry.normal_period
        return self._edges(math.ceil(thickness / period - _EDGE) * period)

    def _edges(self, thickness: float) -> FloatArray:
        return np.stack([*np.array(self.geometry.periods), thickness * self._normal])

    @property
    def _normal(self) -> FloatArray:
        normal: FloatArray = np.array(self.geometry.plane) / np.linalg.norm(self.geometry.plane)
        return normal


def plan_cut(crystal: Crystal, geometry: TiltBoundary, layers: int, cut_offset: float) -> SlabCut:
    """Say between which planes a slab is cut.

    Parameters
    ----------
    crystal
        Cubic.
    geometry
        Of the boundary.
    layers
        Thickness in lattice planes.
    cut_offset
        Where the lower face cuts, in parts of the plane spacing; 0 is a quarter of it above the crystal's origin, in
        garnet midway between two planes of Zr. The face is moved to the middle between the planes of group centres
        around it, so that offsets with the same atoms give the same slab [1].

    """
    return SlabCut(geometry, layers, face_height(crystal, geometry, cut_offset) * geometry.spacing)


def cut_slab(crystal: Crystal, cut: SlabCut) -> CrystalPiece:
    """Cut a slab between two lattice planes: periods along x and y, the boundary normal along z.

    A rigid group is in the slab if its centre is, and takes its ligands along, wherever they are; other atoms and
    lithium sites go by their own heights. A half-open interval of whole layers then holds the exact composition of the
    framework, whatever the offset.

    Parameters
    ----------
    crystal
        Cubic.
    cut
        Where.

    """
    return cut_box(crystal, cut.edges, cut.origin, periodic_normal=False)


def face_height(crystal: Crystal, geometry: TiltBoundary, cut_offset: float) -> float:
    """Return the middle between the two planes of group centres around an offset, as a height in plane spacings."""
    planes = _plane_heights(crystal, geometry)
    # In garnet Zr lies on heights 0 and 1/2, because 16a is itself body-centred with half the parameter.
    wanted = (0.25 + cut_offset) % 1.0
    planes = np.concatenate([[planes[-1] - 1.0], planes, [planes[0] + 1.0]])
    above = int(np.searchsorted(planes, wanted + _EDGE))
    return float(0.5 * (planes[above - 1] + planes[above]))


def distinct_offsets(crystal: Crystal, geometry: TiltBoundary) -> tuple[float, ...]:
    """Return one cut offset for each different slab, rising from 0: as many as there are planes of group centres.

    Parameters
    ----------
    crystal
        Cubic.
    geometry
        Of the boundary.

    """
    planes = _plane_heights(crystal, geometry)
    middles = 0.5 * (planes + np.concatenate([planes[1:], [planes[0] + 1.0]]))
    return tuple(sorted(round(float(middle), _HEIGHT_DIGITS) % 1.0 for middle in middles - 0.25))


def _plane_heights(crystal: Crystal, geometry: TiltBoundary) -> FloatArray:
    normal = np.array(geometry.plane) / np.linalg.norm(geometry.plane)
    heights = crystal.groups.centres @ normal / geometry.spacing
    planes: FloatArray = np.unique(np.round(heights % 1.0, _HEIGHT_DIGITS) % 1.0)
    return planes


def cut_box(crystal: Crystal, edges: FloatArray, origin: FloatArray, *, periodic_normal: bool) -> CrystalPiece:
    """Cut the box that orthogonal edges span from an origin, and lay it along x, y, z.

    Parameters
    ----------
    crystal
        Any.
    edges
        Rows, in fractional coordinates; orthogonal [1, (3, 3)].
    origin
        In fractional coordinates [1, (3,)].
    periodic_normal
        Whether the piece repeats along its third edge.

    """
    box, groups = _Box(crystal, edges, origin), crystal.groups
    centres, which = box.take(groups.centres)
    atoms, owner = groups.members(which)
    symbols = groups.symbols[atoms]
    # Species by species, as structures are listed.
    order = np.argsort([crystal.framework.index(symbol) for symbol in symbols.tolist()], kind="stable")
    positions = centres[owner] + box.turn(groups.offsets[atoms])
    return CrystalPiece(
        crystal=crystal,
        lengths=box.lengths,
        symbols=symbols[order],
        positions=positions[order],
        group=owner[order],
        sites=_cut_sites(box, crystal.sites, periodic_normal=periodic_normal),
    )


def _cut_sites(box: _Box, sites: GarnetMotif | PlainSites, *, periodic_normal: bool) -> LithiumSites | PlainSites:
    if isinstance(sites, PlainSites):
        positions, which = box.take(sites.positions)
        return PlainSites(positions, sites.occupied[which])
    tetrahedra, which_tetrahedra = box.take(sites.tetrahedra)
    octahedra, which = box.take(sites.octahedra)
    repeats = box.lengths + np.array([0.0, 0.0, 0.0 if periodic_normal else _FAR_APART])
    return LithiumSites(
        tetrahedra=tetrahedra,
        even=sites.even[which_tetrahedra],
        halves=octahedra[:, None] + box.turn(sites.halves[which]),
        ends=_find_sites(octahedra[:, None] + box.turn(sites.ends[which]), tetrahedra, repeats),
    )


def _within(sites: FloatArray, edges: FloatArray, origin: FloatArray) -> tuple[FloatArray, IntArray]:
    """Repeat the sites of a cell over a box; return those inside and which site of the cell each one is."""
    corners = np.array(list(product((0, 1), repeat=3))) @ edges + origin
    low, high = np.floor(corners.min(axis=0)) - 1, np.ceil(corners.max(axis=0)) + 1
    cells = np.stack(np.meshgrid(*map(np.arange, low, high), indexing="ij"), axis=-1).reshape(-1, 3)
    points = (cells[:, None] + sites[None]).reshape(-1, 3)
    which = np.tile(np.arange(len(sites)), len(cells))
    parts = np.linalg.solve(edges.T, (points - origin).T).T
    inside = ((parts >= -_EDGE) & (parts < 1.0 - _EDGE)).all(axis=1)
    return points[inside], which[inside].astype(np.int64)


def _find_sites(wanted: FloatArray, sites: FloatArray, box: FloatArray) -> IntArray:
    """Return which periodic site stands at each wanted position, or `OUTSIDE`."""
    tree = cKDTree(wrap_into(sites, box), boxsize=box)
    distances, indices = tree.query(wrap_into(wanted, box), distance_upper_bound=_SAME_SITE)
    return np.where(np.isfinite(distances), indices, OUTSIDE).astype(np.int64)


def wrap_into(points: FloatArray, box: FloatArray) -> FloatArray:
    """Wrap points into an orthogonal box at the origin, its upper faces excluded even after rounding [Å]."""
    wrapped = points % box
    return np.where(wrapped >= box, 0.0, wrapped)
