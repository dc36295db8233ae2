"""Pieces of garnet: whatever part of space a crystal is cut to, whole octahedra and an exact composition come out."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.garnet import LATTICE_PARAMETER, garnet_motif
from gbglass.build.tilt import TiltBoundary
from gbglass.core.arrays import BoolArray, FloatArray, IntArray

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
    """The lithium sites of a piece.

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
    """A part of the crystal, with whole ZrO6 octahedra.

    Parameters
    ----------
    lengths
        Edges of the piece, which lies along the axes with its corner at the origin [Å, (3,)].
    la, zr
        [Å, (n, 3)].
    oxygen
        The six O of each Zr; may stick out of the piece [Å, (n_zr, 6, 3)].
    sites
        Where lithium can be.

    """

    lengths: FloatArray
    la: FloatArray
    zr: FloatArray
    oxygen: FloatArray
    sites: LithiumSites


def cut_cell() -> CrystalPiece:
    """Cut one cubic cell, periodic in all directions."""
    return _cut(np.eye(3), np.zeros(3), periodic_normal=True)


def cut_slab(geometry: TiltBoundary, layers: int, cut_offset: float) -> CrystalPiece:
    """Cut a slab between two lattice planes: periods along x and y, the boundary normal along z.

    A Zr is in the slab if its own height is, and takes its six O along, wherever they are; La and lithium sites
    go by their own heights. A half-open interval of whole layers then holds exact Li7La3Zr2O12, whatever the offset.

    Parameters
    ----------
    geometry
        Of the boundary.
    layers
        Thickness in lattice planes.
    cut_offset
        Where the lower face cuts, in parts of the plane spacing; 0 is midway between two planes of Zr. The face is
        moved to the middle between the planes of La or Zr around it, so that offsets with the same atoms give the
        same slab [1].

    """
    normal = np.array(geometry.plane) / np.linalg.norm(geometry.plane)
    edges = np.stack([*np.array(geometry.periods), layers * geometry.spacing * normal])
    height = _between_cations(geometry, cut_offset) * geometry.spacing
    return _cut(edges, height * normal, periodic_normal=False)


def _between_cations(geometry: TiltBoundary, cut_offset: float) -> float:
    """Return the middle between the two planes of La or Zr around an offset, as a height in plane spacings."""
    motif = garnet_motif()
    normal = np.array(geometry.plane) / np.linalg.norm(geometry.plane)
    heights = np.concatenate([motif.la, motif.zr]) @ normal / geometry.spacing
    planes = np.unique(np.round(heights % 1.0, _HEIGHT_DIGITS) % 1.0)
    # Zr lies on heights 0 and 1/2, because 16a is itself body-centred with half the parameter.
    wanted = (0.25 + cut_offset) % 1.0
    planes = np.concatenate([planes, [planes[0] + 1.0]])
    above = int(np.searchsorted(planes, wanted + _EDGE))
    return float(0.5 * (planes[above - 1] + planes[above]))


def _cut(edges: FloatArray, origin: FloatArray, *, periodic_normal: bool) -> CrystalPiece:
    """Cut the box that orthogonal edges span from an origin, both in lattice parameters, and lay it along x, y, z."""
    motif = garnet_motif()
    scale = np.linalg.norm(edges, axis=1)
    axes = edges / scale[:, None]
    lengths = scale * LATTICE_PARAMETER

    def take(sites: FloatArray) -> tuple[FloatArray, IntArray]:
        points, which = _within(sites, edges, origin)
        return (points - origin) @ axes.T * LATTICE_PARAMETER, which

    def turn(vectors: FloatArray) -> FloatArray:
        turned: FloatArray = vectors @ axes.T * LATTICE_PARAMETER
        return turned

    la, _ = take(motif.la)
    zr, which_zr = take(motif.zr)
    tetrahedra, which_tetrahedra = take(motif.tetrahedra)
    octahedra, which = take(motif.octahedra)
    box = lengths + np.array([0.0, 0.0, 0.0 if periodic_normal else _FAR_APART])
    return CrystalPiece(
        lengths=lengths,
        la=la,
        zr=zr,
        oxygen=zr[:, None] + turn(motif.oxygen[which_zr]),
        sites=LithiumSites(
            tetrahedra=tetrahedra,
            even=motif.even[which_tetrahedra],
            halves=octahedra[:, None] + turn(motif.halves[which]),
            ends=_find_sites(octahedra[:, None] + turn(motif.ends[which]), tetrahedra, box),
        ),
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
