"""What lithium a slab brings along, before it meets the other grain: ordered for itself, or carried by the cut."""

from typing import Literal

import numpy as np

from gbglass.build.crystal import PlainSites
from gbglass.build.order import order_lithium
from gbglass.build.piece import CrystalPiece, LithiumSites, SlabCut, cut_box
from gbglass.core.arrays import FloatArray

LithiumMode = Literal["placed", "carried"]
"""``placed``: the slab is ordered for itself and holds the crystal's lithium, whatever the cut. ``carried``: the
crystal is ordered and then cut, so that each face exposes what the cut happens to leave on it, as in the paper
(doi:10.1038/s41467-025-59895-9, "Lithium-ion segregation at grain boundaries")."""


def fill_sites(sites: LithiumSites | PlainSites, n_tetrahedral: int, rng: np.random.Generator) -> FloatArray:
    """Return where mobile ions are in a piece: ordered anew in garnet, as known in any other crystal [Å, (n, 3)].

    Parameters
    ----------
    sites
        Of the piece.
    n_tetrahedral
        Lithium on each 24 tetrahedra of garnet, from 8 to 13; not used for other crystals.
    rng
        Decides the ordering.

    """
    if isinstance(sites, PlainSites):
        return sites.positions[sites.occupied]
    return order_lithium(sites, n_tetrahedral, rng)


def fill_slab(
    piece: CrystalPiece, cut: SlabCut, mode: LithiumMode, n_tetrahedral: int, rng: np.random.Generator
) -> FloatArray:
    """Return the lithium of a slab as it is cut, in the coordinates of the piece [Å, (n, 3)].

    Parameters
    ----------
    piece
        The slab.
    cut
        How it was cut.
    mode
        Where lithium comes from.
    n_tetrahedral
        Lithium on each 24 tetrahedra of garnet.
    rng
        Decides the ordering.

    """
    if mode == "placed" or isinstance(piece.sites, PlainSites):
        return fill_sites(piece.sites, n_tetrahedral, rng)
    edges = cut.repeating_edges()
    crystal = cut_box(piece.crystal, edges, cut.origin, periodic_normal=True)
    lithium = fill_sites(crystal.sites, n_tetrahedral, rng)
    heights = lithium[:, 2] % crystal.lengths[2]
    exposed = heights < piece.lengths[2]
    return np.column_stack([lithium[exposed, :2], heights[exposed]])
