r"""Crystal or glass, cubic or tetragonal: the order of the garnet framework, cation by cation.

The Zr of garnet lie on a body-centred lattice of half its lattice parameter, so each has fourteen Zr within 7.8 Å.
Their directions give the bond order of each Zr, averaged over the Zr near a cation (Lechner and Dellago,
doi:10.1063/1.2977970; Steinhardt et al., doi:10.1103/PhysRevB.28.784):

.. math:: q_{6m}(j) = \frac{1}{n_j} \sum_k Y_{6m}(\hat r_{jk}), \qquad
    \bar q_6(i) = \sqrt{\frac{4π}{13} \sum_m \Big| \frac{1}{N_i} \sum_{j} q_{6m}(j) \Big|^2}

=========  ==========================================================================
symbol     here
=========  ==========================================================================
j, k       Zr within 7.8 Å of each other
i          any La or Zr; its j are the N_i Zr within 6.2 Å, itself included
q̄_6        0.51 in garnet at 300 to 1000 K (cubic or tetragonal), 0.07 to 0.28 in its glass
=========  ==========================================================================

A cation below 0.40 is glassy. Pitfall: at a crystalline boundary the two orientations meet within the reach of the
order, so it has a glassy layer of some Å too; compare with the boundary before it was melted.

The same neighbours give the lattice parameters: for a body-centred lattice with edges a, b, c (of garnet, twice those)

.. math:: \sum_k \vec r_k \vec r_k^{\,T} = \mathrm{diag}(a^2, b^2, c^2)

in its own axes. Summed over the crystalline Zr of a region, which must be of one grain, the square roots of its
eigenvalues are a, b and c. Tetragonal LLZO has c/a = 0.964; below 0.982 a region is called tetragonal. Pitfalls: a cell
that is strained by its boundary has unequal edges too; atoms that shake make all edges look longer, by 0.2 % where Zr
shakes by 0.15 Å along each axis, and not their ratio.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import FloatArray, IntArray, StringArray, frozen_floats, frozen_ints
from gbglass.core.framework import IMMOBILE_CATIONS
from gbglass.core.groups import Groups, WholeCell
from gbglass.core.neighbours import find_vectors, pair_blocks
from gbglass.core.region import Sites
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

GLASSY = 0.40
"""Cations below this order are glassy [1]: midway between garnet and its glass."""

TETRAGONAL = 0.982
"""Regions whose shortest edge over the mean of the others is below this are tetragonal [1]: midway to 0.964."""

_SHELL = 7.8
_AROUND = 6.2
_FULL_SHELL = 14
_BINS = np.linspace(0.0, 0.6, 61)
_FEWEST_ZR = 8
_BONDS_AT_ONCE = 250_000

ComplexArray = NDArray[np.complex128]
Phase = Literal["cubic", "tetragonal", "glassy", "undecided"]

_AZIMUTHAL = (
    (1 / 32 * np.sqrt(13 / np.pi), (231, 0, -315, 0, 105, 0, -5)),
    (1 / 16 * np.sqrt(273 / 2 / np.pi), (33, 0, -30, 0, 5, 0)),
    (1 / 64 * np.sqrt(1365 / np.pi), (33, 0, -18, 0, 1)),
    (1 / 32 * np.sqrt(1365 / np.pi), (11, 0, -3, 0)),
    (3 / 32 * np.sqrt(91 / 2 / np.pi), (11, 0, -1)),
    (3 / 32 * np.sqrt(1001 / np.pi), (1, 0)),
    (1 / 64 * np.sqrt(3003 / np.pi), (1,)),
)
"""Y_6m for m from 0 to 6, but for sign: a factor and the coefficients of a polynomial in z, times (x + iy)^m."""


@dataclass(frozen=True)
class FrameworkOrder:
    """Order of the cations of a region.

    Parameters
    ----------
    group
        Which region; ``"all"`` for the whole cell.
    times
        [ps, (n_frames,)].
    cations, glassy
        La and Zr, and those of them below an order of 0.40 [int, (n_frames,)].
    histogram
        Share of cations with an order from 0 to 0.6 in steps of 0.01 [1, (60,)].
    crystalline_zr
        Zr with all of their fourteen neighbours that are not glassy: the lattice is theirs [int, (n_frames,)].
    lattice
        Edges of the garnet cell, shortest first; not a number without crystalline Zr [Å, (n_frames, 3)].

    """

    group: str
    times: FloatArray
    cations: IntArray
    glassy: IntArray
    histogram: FloatArray
    crystalline_zr: IntArray
    lattice: FloatArray

    @property
    def glassy_share(self) -> FloatArray:
        """Share of the cations that are glassy: the melted fraction [1, (n_frames,)]."""
        share: FloatArray = self.glassy / np.maximum(self.cations, 1)
        return share

    @property
    def tetragonality(self) -> FloatArray:
        """Shortest edge over the mean of the other two [1, (n_frames,)]; 1 is cubic, 0.964 tetragonal LLZO."""
        ratio: FloatArray = self.lattice[:, 0] / self.lattice[:, 1:].mean(axis=1)
        return ratio

    @property
    def mean_tetragonality(self) -> Estimate:
        """Average over the frames [1]; needs 4 frames with crystal in each."""
        return estimate(self.tetragonality, "1")

    @property
    def phase(self) -> Phase:
        """What the region is over the frames.

        Glassy if more than half of it is on average; undecided with fewer than eight crystalline Zr in a frame, fewer
        than four frames, or where the interval of the edge ratio holds the border between the two crystals.
        """
        if self.glassy_share.mean() > 0.5:  # noqa: PLR2004  # more than half
            return "glassy"
        if self.crystalline_zr.min() < _FEWEST_ZR or len(self.times) < 4:  # noqa: PLR2004  # what an estimate needs
            return "undecided"
        low, high = self.mean_tetragonality.interval
        if low < TETRAGONAL < high:
            return "undecided"
        return "cubic" if low > TETRAGONAL else "tetragonal"


@dataclass(frozen=True)
class CationOrder:
    """Order of each La and Zr at one instant.

    Parameters
    ----------
    cations
        Indices of the atoms [int, (n_cations,)].
    order
        q̄_6 of each [1, (n_cations,)].
    lattice
        Sum over the neighbours of each Zr with fourteen of them, zero for others [Å², (n_cations, 3, 3)].

    """

    cations: IntArray
    order: FloatArray
    lattice: FloatArray


def cation_order(symbols: Sequence[str] | StringArray, frame: Frame) -> CationOrder:
    """Measure the order around each La and Zr.

    Raises
    ------
    InputError
        If there is no Zr.

    Examples
    --------
    >>> grid = 6.49 * np.array([[i, j, k] for i in range(3) for j in range(3) for k in range(3)])
    >>> zirconium = np.concatenate([grid, grid + 3.245])
    >>> found = cation_order(("Zr",) * 54, Frame(0, 0.0, np.eye(3) * 19.47, zirconium))
    >>> np.unique(found.order.round(3)).tolist(), round(float(np.sqrt(found.lattice[0, 0, 0])), 2)
    ([0.511], 12.98)

    """
    kinds = np.asarray(symbols)
    cations = np.flatnonzero(np.isin(kinds, IMMOBILE_CATIONS))
    is_zr = kinds[cations] == "Zr"
    if not is_zr.any():
        raise InputError(
            f"the order of a garnet framework is that of its Zr; there are {', '.join(sorted(set(symbols)))}"
        )
    n = len(cations)
    harmonics, tensors = _bonds(frame.positions[cations[is_zr]], frame.cell)
    of_zr = np.zeros((n, len(_AZIMUTHAL)), dtype=np.complex128)
    of_zr[is_zr] = harmonics
    around, n_around = of_zr.copy(), is_zr.astype(np.int64)
    for near in pair_blocks(frame.positions[cations], frame.cell, _AROUND):
        for a, b in ((near.first, near.second), (near.second, near.first)):
            centre, neighbour = a[is_zr[b]], b[is_zr[b]]
            around += _sum_over(centre, of_zr[neighbour], n)
            n_around += np.bincount(centre, minlength=n)
    around /= np.maximum(n_around, 1)[:, None]
    power = np.abs(around) ** 2
    order = np.sqrt(4.0 * np.pi / 13.0 * (power[:, 0] + 2.0 * power[:, 1:].sum(axis=1)))
    lattice = np.zeros((n, 3, 3))
    lattice[is_zr] = tensors
    return CationOrder(frozen_ints(cations), frozen_floats(order), frozen_floats(lattice))


def glassy_sites(symbols: Sequence[str], frame: Frame) -> Sites:
    """Return what is nearest to the glassy cations of a frame, as a region.

    Raises
    ------
    InputError
        If no cation is glassy.

    """
    found = cation_order(symbols, frame)
    glassy = found.cations[found.order < GLASSY]
    if len(glassy) == 0:
        raise InputError(f"no cation is glassy at step {frame.step}: all have an order of {GLASSY} or more")
    return Sites(cations=tuple(int(atom) for atom in glassy))


class OrderCounter(Accumulation):
    """Counts cations by order frame by frame; histograms of parts add up, what is in time is put in order.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    regions
        Groups that cations are sorted into; an order for each.

    """

    def __init__(self, symbols: tuple[str, ...], regions: Groups | None = None) -> None:
        self._symbols = np.array(symbols)
        self._regions = WholeCell() if regions is None else regions
        super().__init__("order of the framework", self._regions.names)
        self.sums["histogram"] = np.zeros((len(self._regions.names), len(_BINS) - 1))

    def add(self, frame: Frame) -> None:
        """Measure one frame.

        Raises
        ------
        InputError
            If there is no Zr.

        """
        self.take_note_of(frame)
        found = cation_order(self._symbols, frame)
        glassy = found.order < GLASSY
        counts, edges = [], []
        for row, mask in enumerate(self._regions.masks(frame)[:, found.cations]):
            self.sums["histogram"][row] += np.histogram(np.minimum(found.order[mask], _BINS[-1]), _BINS)[0]
            tensors = found.lattice[mask & ~glassy]
            whole = tensors[tensors.any(axis=(1, 2))]
            counts.append((np.count_nonzero(mask), np.count_nonzero(mask & glassy), len(whole)))
            edges.append(np.sqrt(np.linalg.eigvalsh(whole.mean(axis=0))) if len(whole) else np.full(3, np.nan))
        self.rows[frame.step] = (frame.time, np.array(counts), np.array(edges))

    def result(self) -> dict[str, FrameworkOrder]:
        """Return the order of each region by its name.

        Raises
        ------
        InputError
            If no frame was added, or a region held no cation in any.

        """
        self.need_frames()
        times, counts, edges = zip(*self.in_order(), strict=True)
        counted, lattice = np.stack(counts), np.stack(edges)
        results = {}
        for row, group in enumerate(self._regions.names):
            histogram = self.sums["histogram"][row]
            if histogram.sum() == 0.0:
                raise InputError(f"{group} held no La or Zr in any of {self.n_frames} frames; take a larger region")
            results[group] = FrameworkOrder(
                group, frozen_floats(times), frozen_ints(counted[:, row, 0]), frozen_ints(counted[:, row, 1]),
                frozen_floats(histogram / histogram.sum()), frozen_ints(counted[:, row, 2]),
                frozen_floats(lattice[:, row]),
            )  # fmt: skip
        return results


def framework_order(trajectory: Trajectory, every: int = 1, regions: Groups | None = None) -> dict[str, FrameworkOrder]:
    """Measure the order of the framework over every n-th frame, by region.

    Raises
    ------
    InputError
        If there is no Zr or no frame, or n is less than 1.

    """
    return stream(trajectory, OrderCounter(trajectory.symbols, regions), every).result()


def _bonds(positions: FloatArray, cell: FloatArray) -> tuple[ComplexArray, FloatArray]:
    """Return of each Zr its mean Y_6m [1, (n, 7)] and the sum over its neighbours if they are fourteen [Å², (n, 3, 3)].

    Some bonds at a time, so that memory is that of the bonds and little more.
    """
    n = len(positions)
    first, _, away = find_vectors(positions, cell, _SHELL)
    n_bonds = np.bincount(first, minlength=n)
    harmonics = np.zeros((n, len(_AZIMUTHAL)), dtype=np.complex128)
    tensors = np.zeros((n, 9))
    for start in range(0, len(first), _BONDS_AT_ONCE):
        rows, vectors = first[start : start + _BONDS_AT_ONCE], away[start : start + _BONDS_AT_ONCE]
        harmonics += _sum_over(rows, _spherical_harmonics(vectors), n)
        tensors += _sum_over(rows, np.einsum("ij,ik->ijk", vectors, vectors).reshape(-1, 9), n).real
    tensors[n_bonds != _FULL_SHELL] = 0.0
    return harmonics / np.maximum(n_bonds, 1)[:, None], tensors.reshape(-1, 3, 3)


def _spherical_harmonics(vectors: FloatArray) -> ComplexArray:
    """Return Y_6m of some directions for m from 0 to 6, but for sign [complex, (n, 7)]."""
    directions = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    across = directions[:, 0] + 1j * directions[:, 1]
    values = np.empty((len(vectors), len(_AZIMUTHAL)), dtype=np.complex128)
    power = np.ones(len(vectors), dtype=np.complex128)
    for m, (factor, coefficients) in enumerate(_AZIMUTHAL):
        values[:, m] = factor * np.polyval(coefficients, directions[:, 2]) * power
        power = power * across
    return values


def _sum_over(rows: IntArray, values: ComplexArray | FloatArray, n: int) -> ComplexArray:
    """Sum the values of each row [complex, (n, n_columns)]."""
    sums = np.empty((n, values.shape[1]), dtype=np.complex128)
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(rows, values[:, column].real, n) + 1j * np.bincount(
            rows, values[:, column].imag, n
        )
    return sums
