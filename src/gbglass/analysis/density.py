r"""Number density of a species: on a grid in space, on any plane, along the normal against time.

.. math:: ρ(\vec r) = \langle n(\vec r) \rangle / v, \qquad \int ρ \, dV = N

n is the number of atoms in a voxel of volume v. The grid is tied to the framework and follows the cell, so a density
does not smear when the framework drifts; in a cell that breathes, v is that of the mean cell. Every density here adds
up to the number of atoms exactly. Lithium metal has 0.0462 Å⁻³, garnet 0.0256 Å⁻³; 0.036 Å⁻³ is midway.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats
from gbglass.core.cell import cell_volume, face_area
from gbglass.core.framework import AnchoredFrame, FrameworkAnchor
from gbglass.core.region import Region
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

Axis = Literal[0, 1, 2]

METALLIC = 0.036
"""Midway between the densities of lithium in garnet and in the metal [Å⁻³]."""

_MOST_VOXELS = 20_000_000


@dataclass(frozen=True)
class DensityGrid:
    """Mean number density of a species in space.

    Parameters
    ----------
    species
        Whose.
    density
        In equal parts of the cell vectors, from the cell's origin [Å⁻³, (n_a, n_b, n_c)].
    cell
        The mean cell [Å, (3, 3)].
    n_atoms
        What it adds up to; of a region the mean number inside [atoms].
    n_frames
        Frames averaged over.

    """

    species: str
    density: FloatArray
    cell: FloatArray
    n_atoms: float
    n_frames: int

    @property
    def voxel(self) -> float:
        """Volume of a voxel [Å³]."""
        return abs(float(np.linalg.det(self.cell))) / self.density.size

    def plane(self, axis: Axis, low: float = 0.0, high: float = 1.0) -> "DensityMap":
        """Average over a slab, looked at along a cell vector.

        Parameters
        ----------
        axis
            The cell vector that is looked along.
        low, high
            The slab, in parts of that vector; widened to whole voxels.

        Raises
        ------
        InputError
            Unless 0 ≤ low < high ≤ 1.

        """
        if not 0.0 <= low < high <= 1.0:
            raise InputError(f"a slab must lie within 0 and 1 of a cell vector, got {low:g} to {high:g}")
        n = self.density.shape[axis]
        first, last = int(np.floor(low * n + 1e-9)), int(np.ceil(high * n - 1e-9))
        slab = np.moveaxis(self.density, axis, 0)[first:last]
        return DensityMap(
            self.species, frozen_floats(slab.mean(axis=0)), frozen_floats(np.delete(self.cell, axis, axis=0)), axis,
            (first / n, last / n), self.voxel * len(slab),
        )  # fmt: skip

    def profile(self, axis: Axis) -> FloatArray:
        """Average over planes across a cell vector [Å⁻³, (n,)]."""
        along: FloatArray = np.moveaxis(self.density, axis, 0).mean(axis=(1, 2))
        return along


@dataclass(frozen=True)
class DensityMap:
    """Mean number density in a slab, seen along a cell vector.

    Parameters
    ----------
    species
        Whose.
    density
        [Å⁻³, (n_u, n_v)].
    vectors
        The two other cell vectors, in their order [Å, (2, 3)].
    axis
        The cell vector that is looked along.
    slab
        From where to where, in parts of that vector.
    column
        Volume behind a point of the map [Å³]; times the sum of the density it is the number of atoms in the slab.

    """

    species: str
    density: FloatArray
    vectors: FloatArray
    axis: int
    slab: tuple[float, float]
    column: float


@dataclass(frozen=True)
class DensityHistory:
    """Number density along a cell vector against time.

    Parameters
    ----------
    species
        Whose.
    axis
        The cell vector.
    times
        [ps, (n_frames,)].
    z
        Along the normal of the faces that the vector crosses, middles of the bins in the mean cell [Å, (n_bins,)].
    density
        [Å⁻³, (n_frames, n_bins)].
    volumes
        Of the cell in each frame [Å³, (n_frames,)].

    """

    species: str
    axis: int
    times: FloatArray
    z: FloatArray
    density: FloatArray
    volumes: FloatArray


class DensityCounter(Accumulation):
    """Counts atoms in voxels frame by frame; parts add up.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    species
        Whose density.
    anchor
        The framework that the grid is tied to.
    shape
        Voxels along each cell vector; `grid_shape` gives those of a spacing.
    region
        Only what is inside in a frame counts; everything if absent.

    Raises
    ------
    InputError
        If there is no such atom, or there are too few or too many voxels.

    """

    def __init__(
        self,
        symbols: tuple[str, ...],
        species: str,
        anchor: FrameworkAnchor,
        shape: tuple[int, int, int],
        region: Region | None = None,
    ) -> None:
        self._atoms = _atoms_of(symbols, species)
        if min(shape) < 1 or np.prod(shape) > _MOST_VOXELS:
            raise InputError(f"'shape' must have from 1 to {_MOST_VOXELS} voxels, got {shape}; take a coarser grid")
        super().__init__("density", species, shape, region)
        self._species, self._anchor, self._shape, self._region = species, anchor, shape, region
        self.sums["counts"] = np.zeros(int(np.prod(shape)))

    def add(self, frame: Frame) -> None:
        """Count one frame."""
        self.take_note_of(frame)
        view = self._anchor.view(frame)
        inside = view.fractional[_held(self._atoms, self._region, view)] % 1.0
        shape = np.array(self._shape)
        voxels = np.minimum((inside * shape).astype(np.int64), shape - 1)
        flat = np.ravel_multi_index((voxels[:, 0], voxels[:, 1], voxels[:, 2]), self._shape)
        np.add.at(self.sums["counts"], flat, 1.0)
        self.rows[frame.step] = (frame.cell,)

    def result(self) -> DensityGrid:
        """Return the mean density.

        Raises
        ------
        InputError
            If no frame was added.

        """
        self.need_frames()
        cell = np.mean([row[0] for row in self.in_order()], axis=0)
        voxel = abs(float(np.linalg.det(cell))) / self.sums["counts"].size
        density = self.sums["counts"].reshape(self._shape) / (self.n_frames * voxel)
        n_atoms = float(self.sums["counts"].sum()) / self.n_frames
        return DensityGrid(self._species, frozen_floats(density), frozen_floats(cell), n_atoms, self.n_frames)


class DensityHistoryCounter(Accumulation):
    """Counts atoms along a cell vector frame by frame; frames of parts are put in order of time.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    species
        Whose density.
    anchor
        The framework that the bins are tied to.
    n_bins
        Equal parts of the cell vector.
    axis
        The cell vector.
    region
        Only what is inside in a frame counts; everything if absent.

    Raises
    ------
    InputError
        If there is no such atom or no bin.

    """

    def __init__(
        self,
        symbols: tuple[str, ...],
        species: str,
        anchor: FrameworkAnchor,
        n_bins: int,
        axis: Axis = 2,
        *,
        region: Region | None = None,
    ) -> None:
        self._atoms = _atoms_of(symbols, species)
        if n_bins < 1:
            raise InputError(f"'n_bins' must be 1 or more, got {n_bins}")
        super().__init__("density against time", species, n_bins, axis, region)
        self._species, self._anchor, self._n_bins, self._axis = species, anchor, n_bins, axis
        self._region = region

    def add(self, frame: Frame) -> None:
        """Count one frame."""
        self.take_note_of(frame)
        view = self._anchor.view(frame)
        along = view.fractional[_held(self._atoms, self._region, view), self._axis] % 1.0
        bins = np.minimum((along * self._n_bins).astype(np.int64), self._n_bins - 1)
        volume = cell_volume(frame.cell)
        area = face_area(frame.cell, self._axis)
        self.rows[frame.step] = (frame.time, np.bincount(bins, minlength=self._n_bins), volume, volume / area)

    def result(self) -> DensityHistory:
        """Return the densities of all frames added so far.

        Raises
        ------
        InputError
            If there is none.

        """
        self.need_frames()
        times, counts, volumes, lengths = (np.array(column) for column in zip(*self.in_order(), strict=True))
        middles = (np.arange(self._n_bins) + 0.5) / self._n_bins * lengths.mean()
        density = counts * self._n_bins / volumes[:, None]
        return DensityHistory(
            self._species, self._axis, frozen_floats(times), frozen_floats(middles), frozen_floats(density),
            frozen_floats(volumes),
        )  # fmt: skip


def grid_shape(cell: FloatArray, spacing: float) -> tuple[int, int, int]:
    """Return how many voxels along each cell vector make none longer than a spacing [Å].

    Raises
    ------
    InputError
        If the spacing is not positive.

    Examples
    --------
    >>> grid_shape(np.diag([10.0, 10.0, 25.1]), 0.5)
    (20, 20, 51)

    """
    if not spacing > 0.0:
        raise InputError(f"'spacing' must be positive, got {spacing:g} Å")
    a, b, c = (int(n) for n in np.ceil(np.linalg.norm(cell, axis=1) / spacing - 1e-9))
    return a, b, c


def density_grid(trajectory: Trajectory, species: str, anchor: FrameworkAnchor, spacing: float = 0.5) -> DensityGrid:
    """Average the density of a species over a trajectory, on a grid as fine as a spacing [Å] in the first frame.

    Raises
    ------
    InputError
        If there is no such atom or no frame, or the grid cannot be.

    Examples
    --------
    >>> frame = Frame(0, 0.0, np.eye(3) * 4.0, np.array([[1.0, 1, 1], [3.0, 3, 3]]))
    >>> trajectory = Trajectory(("Li", "Zr"), lambda: iter([frame]))
    >>> grid = density_grid(trajectory, "Li", FrameworkAnchor(np.array([1]), np.full((1, 3), 0.75)), 2.0)
    >>> round(float(grid.density[0, 0, 0]), 9), round(float(grid.density.sum() * grid.voxel), 9)
    (0.125, 1.0)

    """
    first = next(iter(trajectory), None)
    if first is None:
        raise InputError("a density needs at least one frame, got none")
    shape = grid_shape(first.cell, spacing)
    return stream(trajectory, DensityCounter(trajectory.symbols, species, anchor, shape)).result()


def density_history(
    trajectory: Trajectory, species: str, anchor: FrameworkAnchor, n_bins: int, axis: Axis = 2
) -> DensityHistory:
    """Measure the density of a species along a cell vector in every frame.

    Raises
    ------
    InputError
        If there is no such atom, no bin or no frame.

    """
    return stream(trajectory, DensityHistoryCounter(trajectory.symbols, species, anchor, n_bins, axis)).result()


def _held(atoms: IntArray, region: Region | None, view: AnchoredFrame) -> IntArray:
    """Return those of some atoms that a region holds in a frame."""
    return atoms if region is None else atoms[region.mask(view)[atoms]]


def _atoms_of(symbols: tuple[str, ...], species: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    found = np.flatnonzero(np.array(symbols) == species)
    if len(found) == 0:
        raise InputError(f"no atom of {species} in the trajectory; it holds {', '.join(sorted(set(symbols)))}")
    return found.astype(np.int64)
