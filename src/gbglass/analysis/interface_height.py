r"""The surface of the negative electrode: its height over each place of the interface, in windows of time.

The density of lithium, averaged over a window, is smoothed with a Gaussian of width ξ (Willard and Chandler 2010,
doi:10.1021/jp909219k),

.. math:: \barρ(r) = \sum_i \frac{e^{-|r - r_i|^2 / 2ξ^2}}{(2πξ^2)^{3/2}}

and the height h(x, y) is where it first falls below a level on the way up from within the electrode. The level is
halfway between lithium metal (0.0462 Å⁻³) and LLZO (0.0256 Å⁻³). Heights count from the face between electrode and
electrolyte, which follows the framework beside it. What is narrower than about 2ξ, the tip of a cone too, is rounded.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from gbglass.analysis.frame_rows import FrameRows
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.interfaces import CellParts
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

MIDDLE_DENSITY = 0.036
"""Halfway between lithium metal and LLZO [Å⁻³]."""

_MARGIN = 4.0
"""Densities are gathered this many widths beyond the heights that are looked at, so that none is cut."""

_FINE = 0.25
"""Height of a layer of the grid, in widths."""

_MOSTLY_FULL = 0.5
"""A window counts if it holds this part of the frames of the fullest one."""

_RIGHT_ANGLE = 1e-6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class HeightRule:
    """How a surface is found.

    Parameters
    ----------
    window
        Densities are averaged over this time [ps].
    spacing
        Largest distance between columns [Å].
    width
        ξ, of the Gaussian [Å].
    level
        Density at the surface [Å⁻³].
    below, above
        Heights are looked for from so far below the face to so far above it [Å].

    Raises
    ------
    InputError
        If one is not positive.

    """

    window: float = 10.0
    spacing: float = 1.5
    width: float = 2.4
    level: float = MIDDLE_DENSITY
    below: float = 8.0
    above: float = 30.0

    def __post_init__(self) -> None:
        for name in ("window", "spacing", "width", "level", "below", "above"):
            if not getattr(self, name) > 0.0:
                raise InputError(f"'{name}' must be positive, got {getattr(self, name)}")

    @property
    def reach(self) -> float:
        """Length along the cell that densities are gathered over, margins for the smoothing included [Å]."""
        return self.above + self.below + 2.0 * _MARGIN * self.width


@dataclass(frozen=True)
class HeightMaps:
    """Maps of the height of a surface.

    Parameters
    ----------
    rule
        How it was found.
    times
        Mean time of the frames of each window [ps, (n_maps,)].
    heights
        Above the face between electrode and electrolyte [Å, (n_maps, n_x, n_y)]. A column without metal stands at the
        lower end of what was looked at, one that is metal throughout at the upper end.
    lengths
        Of the interface along its two cell vectors [Å, (2,)].

    """

    rule: HeightRule
    times: FloatArray
    heights: FloatArray
    lengths: FloatArray

    @property
    def deviations(self) -> FloatArray:
        """Heights above the median of their map [Å, (n_maps, n_x, n_y)]."""
        deviations: FloatArray = self.heights - np.median(self.heights, axis=(1, 2), keepdims=True)
        return deviations

    @property
    def roughness(self) -> FloatArray:
        """W = sqrt(<(h - <h>)²>) of each map [Å, (n_maps,)]."""
        roughness: FloatArray = self.heights.std(axis=(1, 2))
        return roughness

    @property
    def mean_height(self) -> FloatArray:
        """<h> of each map: it falls as the electrode is used up [Å, (n_maps,)]."""
        means: FloatArray = self.heights.mean(axis=(1, 2))
        return means


class InterfaceHeights:
    """Gathers the density of lithium about the face of the negative electrode frame by frame.

    Memory is that of one grid about the interface for each window of time.

    Parameters
    ----------
    trajectory
        Whose lithium is gathered; its frames are added by the caller.
    parts
        Of the cell, the negative electrode first.
    anchor
        The framework whose drift is removed.
    rule
        How the surface is found.

    """

    def __init__(
        self, trajectory: Trajectory, parts: CellParts, anchor: FrameworkAnchor, rule: HeightRule | None = None
    ) -> None:
        self._lithium = trajectory.indices("Li")
        self._parts = parts
        self._anchor = anchor
        self.rule = rule or HeightRule()
        self.rows = FrameRows[tuple[float, float, float]]()
        self.grids: dict[int, IntArray] = {}

    def add(self, frame: Frame) -> None:
        """Gather one frame.

        Raises
        ------
        InputError
            If the cell has no right angles, or is too low for the heights that are looked for.

        """
        fractional = self._anchor.coordinates(frame)
        edges = self._parts.edges(fractional)
        lengths = _right_angled(frame)
        axis, rule = self._parts.axis, self.rule
        reach = rule.reach
        if reach > lengths[axis]:
            raise InputError(
                f"heights over {reach:.0f} Å do not fit into a cell of {lengths[axis]:.0f} Å; look less far"
            )
        places = fractional[self._lithium]
        bottom = rule.below + _MARGIN * rule.width
        layer = ((places[:, axis] - edges[1]) * lengths[axis] + bottom) % lengths[axis]
        sides = np.delete(lengths, axis)
        shape = self._shape(sides)
        column = np.floor(np.delete(places, axis, axis=1) % 1.0 * shape[:2]).astype(np.int64) % shape[:2]
        level = np.floor(layer / (reach / shape[2])).astype(np.int64)
        near = level < shape[2]
        flat = np.ravel_multi_index((column[near, 0], column[near, 1], level[near]), shape)
        self.rows.add(frame.step, (frame.time, *sides))
        counted = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)
        self._gather(self._window(frame.time), counted)

    def merge(self, other: "InterfaceHeights") -> None:
        """Take over what another gathered of other frames of the same trajectory, in any order.

        Densities of a window that both had frames of are added up.

        Raises
        ------
        InputError
            If both gathered the same frame, or on other grids, as they may of a cell that breathes.

        """
        shapes = {grid.shape for grid in (*self.grids.values(), *other.grids.values())}
        if len(shapes) > 1:
            raise InputError(f"densities on different grids cannot be added, got {sorted(shapes)}; take an NVT stage")
        self.rows.merge(other.rows)
        for window, grid in other.grids.items():
            self._gather(window, grid)

    def result(self) -> HeightMaps:
        """Return the maps of all windows that are mostly full.

        Raises
        ------
        InputError
            If no frame was added.

        """
        _, rows = self.rows.in_order()
        frames = np.array(rows)
        windows = np.array([self._window(float(time)) for time in frames[:, 0]])
        fullest = int(np.bincount(windows - windows.min()).max())
        kept = [w for w in np.unique(windows).tolist() if np.count_nonzero(windows == w) >= _MOSTLY_FULL * fullest]
        maps = [self._surface(self.grids[w], frames[windows == w]) for w in kept]
        return HeightMaps(
            rule=self.rule,
            times=frozen_floats([frames[windows == w, 0].mean() for w in kept]),
            heights=frozen_floats(np.stack(maps)),
            lengths=frozen_floats(frames[:, 1:].mean(axis=0)),
        )

    def _window(self, time: float) -> int:
        return math.floor(time / self.rule.window + _ROUNDING)

    def _gather(self, window: int, counted: IntArray) -> None:
        self.grids[window] = self.grids[window] + counted if window in self.grids else counted

    def _shape(self, sides: FloatArray) -> tuple[int, int, int]:
        """Return the grid's shape; that of the first frame, whatever the cell does later."""
        for grid in self.grids.values():
            return (grid.shape[0], grid.shape[1], grid.shape[2])
        rule = self.rule
        across = np.ceil(sides / rule.spacing - _ROUNDING).astype(np.int64)
        reach = rule.reach
        return int(across[0]), int(across[1]), math.ceil(reach / (_FINE * rule.width))

    def _surface(self, grid: IntArray, frames: FloatArray) -> FloatArray:
        rule = self.rule
        layer = rule.reach / grid.shape[2]
        steps = (*(frames[:, 1:].mean(axis=0) / grid.shape[:2]), layer)
        density = grid / (len(frames) * float(np.prod(steps)))
        for axis, (step, mode) in enumerate(zip(steps, ("wrap", "wrap", "nearest"), strict=True)):
            density = gaussian_filter1d(density, rule.width / step, axis=axis, mode=mode, truncate=_MARGIN)
        middles = (np.arange(grid.shape[2]) + 0.5) * layer - rule.below - _MARGIN * rule.width
        return first_fall(density, middles, rule)


def interface_heights(
    trajectory: Trajectory, parts: CellParts, anchor: FrameworkAnchor, rule: HeightRule | None = None
) -> HeightMaps:
    """Map the surface of the negative electrode over a trajectory.

    Raises
    ------
    InputError, StateError
        As `InterfaceHeights` does, or if a part has vanished.

    """
    heights = InterfaceHeights(trajectory, parts, anchor, rule)
    for frame in trajectory:
        heights.add(frame)
    return heights.result()


def first_fall(density: FloatArray, middles: FloatArray, rule: HeightRule) -> FloatArray:
    """Return where a density first falls below the level on the way up [Å, (n_x, n_y)].

    Parameters
    ----------
    density
        [Å⁻³, (n_x, n_y, n_z)].
    middles
        Heights of its layers [Å, (n_z,)].
    rule
        The level, and from where to where heights are looked for.

    Examples
    --------
    >>> rule = HeightRule(level=0.5, below=1.0, above=4.0)
    >>> column = np.array([[[1.0, 1.0, 0.8, 0.4, 0.9]]])
    >>> first_fall(column, np.array([-1.0, 0.0, 1.0, 2.0, 3.0]), rule).round(2).tolist()
    [[1.75]]

    """
    looked_at = (middles >= -rule.below - _ROUNDING) & (middles <= rule.above + _ROUNDING)
    inside, at = density[:, :, looked_at], middles[looked_at]
    low = inside < rule.level
    first = np.argmax(low, axis=2)
    upper = np.take_along_axis(inside, first[:, :, None], axis=2)[:, :, 0]
    lower = np.take_along_axis(inside, np.maximum(first - 1, 0)[:, :, None], axis=2)[:, :, 0]
    fall = np.where(lower > upper, lower - upper, 1.0)
    heights: FloatArray = at[np.maximum(first - 1, 0)] + (lower - rule.level) / fall * (at[1] - at[0])
    heights = np.where(first == 0, -rule.below, heights)
    return np.where(low.any(axis=2), heights, rule.above)


def _right_angled(frame: Frame) -> FloatArray:
    lengths: FloatArray = np.linalg.norm(frame.cell, axis=1)
    angles = frame.cell @ frame.cell.T / np.outer(lengths, lengths)
    if np.abs(angles - np.eye(3)).max() > _RIGHT_ANGLE:
        raise InputError(f"the height of an interface needs a cell with right angles; at step {frame.step} it has none")
    return lengths
