r"""How wide the glass at each boundary is.

.. math:: w = N_g \, L / N

===  =================================================================================
N_g  glassy cations (`gbglass.analysis.order`) that are nearer to this boundary than to another
N    all cations of the framework, along the length L of the cell across the boundaries [Å]
===  =================================================================================

That is the thickness of a layer of glass, as dense in La and Zr as the cell, with as many glassy cations; no edge has
to be chosen. Pitfall: a crystalline boundary has a width too, of some Å: where two orientations meet there is no order.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gbglass.analysis.order import GLASSY, cation_order
from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.cell import cell_height
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

_BINS = 50


@dataclass(frozen=True)
class GlassLayers:
    """Glass at each boundary of a cell.

    Parameters
    ----------
    positions
        Of the boundaries, in parts of the cell vector [1, (n_boundaries,)].
    times
        [ps, (n_frames,)].
    widths
        [Å, (n_frames, n_boundaries)].
    z
        Along the normal, middles of 50 bins [Å, (50,)].
    share
        Glassy among the cations of a bin over all frames; not a number where none ever was [1, (50,)].

    """

    positions: FloatArray
    times: FloatArray
    widths: FloatArray
    z: FloatArray
    share: FloatArray

    def width(self, boundary: int) -> Estimate:
        """Average the width at a boundary, counted from 0, over the frames [Å]; needs 4 frames."""
        if not 0 <= boundary < len(self.positions):
            raise InputError(f"'boundary' must be from 0 to {len(self.positions) - 1}, got {boundary}")
        return estimate(self.widths[:, boundary], "Å")


class GlassLayerCounter(Accumulation):
    """Measures frame by frame; profiles of parts add up, widths in time are put in order.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    anchor
        The framework that the boundaries are tied to.
    positions
        Of the boundaries, in parts of the cell vector.
    axis
        The cell vector across the boundaries.

    """

    def __init__(
        self,
        symbols: tuple[str, ...],
        anchor: FrameworkAnchor,
        positions: tuple[float, ...],
        axis: Literal[0, 1, 2] = 2,
    ) -> None:
        if not positions:
            raise InputError("'positions' must name one boundary or more, got none")
        self._symbols, self._anchor, self._axis = np.array(symbols), anchor, axis
        self._positions = np.array(positions)
        super().__init__("width of glass", positions, axis)
        self.sums["profile"] = np.zeros((2, _BINS))

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
        along = self._anchor.coordinates(frame)[found.cations, self._axis] % 1.0
        away = np.abs((along[:, None] - self._positions + 0.5) % 1.0 - 0.5)
        nearest = np.argmin(away, axis=1)
        length = cell_height(frame.cell, self._axis)
        counts = np.bincount(nearest[glassy], minlength=len(self._positions))
        bins = np.minimum((along * _BINS).astype(np.int64), _BINS - 1)
        self.sums["profile"] += [np.bincount(bins[glassy], minlength=_BINS), np.bincount(bins, minlength=_BINS)]
        self.rows[frame.step] = (frame.time, counts * length / len(glassy), length)

    def result(self) -> GlassLayers:
        """Return the widths of all frames added so far.

        Raises
        ------
        InputError
            If there is none.

        """
        self.need_frames()
        times, widths, lengths = zip(*self.in_order(), strict=True)
        glassy, cations = self.sums["profile"]
        share = np.full(_BINS, np.nan)
        np.divide(glassy, cations, out=share, where=cations > 0)
        middles = (np.arange(_BINS) + 0.5) / _BINS * float(np.mean(lengths))
        return GlassLayers(
            frozen_floats(self._positions), frozen_floats(times), frozen_floats(np.stack(widths)),
            frozen_floats(middles), frozen_floats(share),
        )  # fmt: skip


def glass_layers(
    trajectory: Trajectory, anchor: FrameworkAnchor, positions: tuple[float, ...], axis: Literal[0, 1, 2] = 2
) -> GlassLayers:
    """Measure the width of the glass at each boundary in every frame of a trajectory.

    Raises
    ------
    InputError
        If there is no boundary, no Zr or no frame.

    """
    return stream(trajectory, GlassLayerCounter(trajectory.symbols, anchor, positions, axis)).result()
