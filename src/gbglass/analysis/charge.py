r"""Where excess electrons sit (doi:10.1038/s41467-025-59895-9, SI Note 4), and how evenly at each interface.

.. math:: ρ(z) = \sum_{x,y} ρ(x,y,z), \quad P_ρ(z) = \frac{ρ(z)}{\sum_z ρ(z)}, \quad
    ρ_\mathrm{slab}(x,y) = \sum_{z_1 \le z < z_2} ρ(x,y,z), \quad
    ρ_\mathrm{layer}(x,y) = \frac{ρ_\mathrm{slab}(x,y)}{ρ_\mathrm{total} \, c \, (z_2 - z_1)/n_z}

ρ is the density of a cell with extra electrons less that of the same cell without, on one grid. It has negative
patches, where electrons made room; they keep their sign in every sum. z_2 - z_1 counts the planes that are summed.
ρ_layer depends on the grid (a finer one has more columns with less each), so beside it stands what does not: the
density of a column relative to an even spread of all extra electrons over the cell. How even it is, is the spread of
these numbers over columns 5 Å wide, over their mean: 0 is even.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from gbglass.core.cell import face_area
from gbglass.core.charge_density import ChargeDensity
from gbglass.errors import InputError

COLUMN = 5.0
"""Width of the columns over which evenness is judged [Å]."""

_SAME_CELL = 1e-4
_NOTHING = 1e-12
_ROUNDING = 1e-6
"""[Å]."""

_FEWEST_COLUMNS = 2


@dataclass(frozen=True)
class PlaneShares:
    """Share of the electrons in each plane.

    Parameters
    ----------
    axis
        The cell vector along which the planes follow each other.
    heights
        Of the planes above the first [Å, (n_planes,)].
    shares
        P_ρ; they sum to 1 [1, (n_planes,)].
    electrons
        Of the whole cell [1].

    """

    axis: int
    heights: FloatArray
    shares: FloatArray
    electrons: float

    def within(self, low: float, high: float) -> float:
        """Return the share of the planes from one height to below another [1]."""
        return float(self.shares[_between(self.heights, low, high)].sum())


@dataclass(frozen=True)
class ChargeLayer:
    """What lies between two planes, seen along the normal.

    Parameters
    ----------
    axis
        The cell vector along which was summed.
    n_planes
        How many planes were summed.
    thickness
        That they stand for [Å].
    slab
        ρ_slab [1/Å³, (n_1, n_2)].
    per_thickness
        ρ_layer: the share of all electrons in a column, for each thickness [1/Å, (n_1, n_2)].
    relative
        Density over that of an even spread of all electrons over the cell [1, (n_1, n_2)].
    share
        Of all electrons in the layer [1].
    lengths
        Of the two edges of the layer [Å, (2,)].

    """

    axis: int
    n_planes: int
    thickness: float
    slab: FloatArray
    per_thickness: FloatArray
    relative: FloatArray
    share: float
    lengths: FloatArray


@dataclass(frozen=True)
class Patch:
    """A part of a layer, such as where a grain boundary meets lithium.

    Parameters
    ----------
    name
        Such as ``"LLZO-GB | Li"``.
    low, high
        Where it begins and ends, in parts of the edge; `high` may lie beyond 1 [1].
    edge
        0 or 1: the edge of the layer along which.

    Raises
    ------
    InputError
        If it does not begin below where it ends, by one edge at most.

    """

    name: str
    low: float = 0.0
    high: float = 1.0
    edge: int = 1

    def __post_init__(self) -> None:
        if not 0.0 < self.high - self.low <= 1.0:
            raise InputError(
                f"'high' of {self.name} must lie above 'low' by 1 at most, got {self.low:g} to {self.high:g}"
            )
        if self.edge not in (0, 1):
            raise InputError(f"'edge' of {self.name} must be 0 or 1, got {self.edge}")


@dataclass(frozen=True)
class Evenness:
    """How much of the extra electrons a patch holds, and how evenly.

    Parameters
    ----------
    name
        Of the patch.
    density
        Mean over the patch, relative to the mean over the layer [1].
    variation
        Spread over its mean, of columns about 5 Å wide: 0 is even; not a number where the mean is not positive [1].
    n_columns
        That it was taken over.
    share
        Of the electrons of the layer [1].

    """

    name: str
    density: float
    variation: float
    n_columns: int
    share: float


def excess_density(charged: ChargeDensity, neutral: ChargeDensity) -> ChargeDensity:
    """Subtract the density without the extra electrons.

    Raises
    ------
    InputError
        If the two have not one grid and one cell.

    """
    if charged.values.shape != neutral.values.shape:
        raise InputError(
            f"both densities must be on one grid, got {charged.values.shape} and {neutral.values.shape}; fix the grid"
        )
    if np.abs(charged.cell - neutral.cell).max() > _SAME_CELL:
        raise InputError("both densities must be of one cell and one geometry; the cells differ")
    return ChargeDensity(charged.values - neutral.values, charged.cell)


def plane_shares(density: ChargeDensity, axis: int = 2) -> PlaneShares:
    """Sum a density over planes.

    Raises
    ------
    InputError
        If there are no electrons in total: a share has no meaning then.

    Examples
    --------
    >>> values = np.zeros((2, 2, 4))
    >>> values[:, :, 1], values[:, :, 2] = 3.0, 1.0
    >>> plane_shares(ChargeDensity(values, np.eye(3) * 8.0)).shares.tolist()
    [0.0, 0.75, 0.25, 0.0]

    """
    _check_total(density)
    sums = density.values.sum(axis=tuple(k for k in range(3) if k != axis))
    n = len(sums)
    return PlaneShares(
        axis=axis,
        heights=frozen_floats(np.arange(n) * _height(density, axis) / n),
        shares=frozen_floats(sums / sums.sum()),
        electrons=density.electrons,
    )


def charge_layer(density: ChargeDensity, low: float, high: float, axis: int = 2) -> ChargeLayer:
    """Sum a density between two heights.

    Parameters
    ----------
    density
        Of the extra electrons.
    low, high
        Heights above the cell's lower face; a plane at `low` is in, one at `high` is not [Å].
    axis
        The cell vector along which is summed.

    Raises
    ------
    InputError
        If no plane lies between the heights, or there are no electrons in total.

    Examples
    --------
    An even density has ρ_layer = 1/(n_x n_y c) everywhere:

    >>> layer = charge_layer(ChargeDensity(np.full((2, 4, 10), 0.1), np.eye(3) * 20.0), 4.0, 10.0)
    >>> layer.n_planes, round(float(layer.per_thickness[0, 0]) * 2 * 4 * 20.0, 9), round(layer.share, 9)
    (3, 1.0, 0.3)

    """
    _check_total(density)
    n, height = density.values.shape[axis], _height(density, axis)
    chosen = _between(np.arange(n) * height / n, low, high)
    if not chosen.any():
        raise InputError(
            f"no plane of the grid lies from {low:g} to below {high:g} Å; the planes are {height / n:.3g} Å apart"
        )
    slab = np.compress(chosen, density.values, axis=axis).sum(axis=axis)
    n_planes = int(chosen.sum())
    thickness = height * n_planes / n
    total = float(density.values.sum())
    return ChargeLayer(
        axis=axis,
        n_planes=n_planes,
        thickness=thickness,
        slab=frozen_floats(slab),
        per_thickness=frozen_floats(slab / (total * thickness)),
        relative=frozen_floats(slab / n_planes / float(density.values.mean())),
        share=float(slab.sum()) / total,
        lengths=frozen_floats(np.delete(np.linalg.norm(density.cell, axis=1), axis)),
    )


def evenness(
    layer: ChargeLayer, patches: Sequence[Patch] = (Patch("all"),), column: float = COLUMN
) -> tuple[Evenness, ...]:
    """Judge how evenly the patches of a layer are filled.

    Parameters
    ----------
    layer
        From `charge_layer`.
    patches
        Parts of it; the whole layer if absent.
    column
        Width of the columns, as nearly as whole columns fit [Å].

    Raises
    ------
    InputError
        If a patch holds fewer than two columns.

    """
    shape = np.maximum(1, np.round(layer.lengths / column)).astype(np.int64)
    rows, columns = (_bins(n, int(k)) for n, k in zip(layer.relative.shape, shape, strict=True))
    found = []
    for patch in patches:
        inside = np.broadcast_to(_inside(layer, patch), layer.relative.shape)
        flat = (rows[:, None] * shape[1] + columns)[inside]
        points = np.bincount(flat, minlength=int(shape.prod()))
        sums = np.bincount(flat, layer.relative[inside], minlength=int(shape.prod()))
        full = points > 0.5 * points.max(initial=0)
        if np.count_nonzero(full) < _FEWEST_COLUMNS:
            raise InputError(f"{patch.name} must hold two columns of {column:g} Å or more; take narrower columns")
        means = sums[full] / points[full]
        mean = float(layer.relative[inside].mean())
        found.append(
            Evenness(
                name=patch.name,
                density=mean / float(layer.relative.mean()) if abs(layer.share) > _NOTHING else np.nan,
                variation=float(means.std() / means.mean()) if means.mean() > 0.0 else np.nan,
                n_columns=int(np.count_nonzero(full)),
                share=float(layer.relative[inside].sum() / layer.relative.sum())
                if abs(layer.share) > _NOTHING
                else np.nan,
            )
        )
    return tuple(found)


def _between(heights: FloatArray, low: float, high: float) -> BoolArray:
    """Mark the planes from one height to below another; a plane at a height is at it though the height is rounded."""
    chosen: BoolArray = (heights >= low - _ROUNDING) & (heights < high - _ROUNDING)
    return chosen


def _bins(n: int, parts: int) -> IntArray:
    """Return the column that each of n points of an edge is in [int, (n,)]."""
    return np.arange(n) * parts // n


def _inside(layer: ChargeLayer, patch: Patch) -> BoolArray:
    n = layer.relative.shape[patch.edge]
    along: BoolArray = (np.arange(n) / n - patch.low) % 1.0 < patch.high - patch.low
    return along[:, None] if patch.edge == 0 else along[None, :]


def _height(density: ChargeDensity, axis: int) -> float:
    return density.volume / face_area(density.cell, axis)


def _check_total(density: ChargeDensity) -> None:
    if abs(density.values.sum()) <= _NOTHING * np.abs(density.values).sum():
        raise InputError("the density holds no electrons in total, so no share of them has a meaning")
