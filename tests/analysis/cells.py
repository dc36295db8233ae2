"""Full cells that are known by construction: lithium goes where and when it is told, on a framework that drifts."""

from dataclasses import dataclass, field

import numpy as np
from ase import Atoms

from gbglass.analysis.discharge import Compartments
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.framework import FrameworkAnchor, anchor_framework
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.core.region import Region
from gbglass.core.trajectory import Frame, Trajectory

LENGTHS = (12.0, 14.0, 80.0)
INTERFACES = (15.0, 45.0)
TOP = 60.0
NAMES = ("Li", "LLZO", "LZO")
N_LITHIUM = 60
AREA_NM2 = 1.68


@dataclass(frozen=True)
class MadeCell:
    """A cell and lithium's heights in time.

    Parameters
    ----------
    heights
        Of the lithium, unwrapped [Å, (n_frames, n_lithium)].
    drift
        Of everything, in each frame [Å, (n_frames,)].
    spacing
        Of frames [ps].

    """

    heights: FloatArray
    drift: FloatArray
    spacing: float = 0.5
    regions: dict[str, Region] = field(default_factory=dict)

    @property
    def atoms(self) -> Atoms:
        return Atoms(self.symbols, positions=self.positions[0], cell=LENGTHS, pbc=True)

    @property
    def symbols(self) -> tuple[str, ...]:
        return ("Li",) * int(self.heights.shape[1]) + ("La",) * 8 + ("Zr",) * 12

    @property
    def positions(self) -> FloatArray:
        rng = np.random.default_rng(7)
        n = self.heights.shape[1]
        in_plane = rng.uniform(0.0, 1.0, (n + 20, 2)) * LENGTHS[:2]
        cations = np.concatenate([np.linspace(17.0, 43.0, 12), np.linspace(47.0, TOP - 1.0, 8)])
        frames = np.empty((len(self.heights), n + 20, 3))
        frames[:, :, :2] = in_plane
        frames[:, :n, 2] = self.heights
        frames[:, n:, 2] = cations
        frames[:, :, 2] += self.drift[:, None]
        return frames

    @property
    def trajectory(self) -> Trajectory:
        frames = [Frame(100 * k, self.spacing * k, np.diag(LENGTHS), xyz) for k, xyz in enumerate(self.positions)]
        return Trajectory(self.symbols, lambda: iter(frames))

    @property
    def parts(self) -> CellParts:
        return tie_parts(self.atoms, NAMES, INTERFACES)

    @property
    def compartments(self) -> Compartments:
        return Compartments(self.parts, regions=self.regions)

    @property
    def anchor(self) -> FrameworkAnchor:
        """On the electrolyte: the La and the first four Zr."""
        n = self.heights.shape[1]
        return anchor_framework(self.atoms, among=np.arange(n + 12))


def made_discharge(
    rng: np.random.Generator, rate: float, n_frames: int = 400, rattle: float = 0.3, n_lithium: int = N_LITHIUM
) -> tuple[MadeCell, IntArray]:
    """Ions leave the negative electrode one by one, at random with a rate [1/ps], and arrive after five frames.

    Returns
    -------
    tuple
        The cell, and how many have arrived in each frame.

    """
    spacing = 0.5
    home = np.concatenate([np.linspace(1.0, 13.5, n_lithium // 2), np.linspace(18.0, 42.0, n_lithium - n_lithium // 2)])
    leaving = np.cumsum(rng.exponential(1.0 / (rate * spacing), n_lithium // 2)).astype(np.int64) + 1
    heights = np.tile(home, (n_frames, 1))
    journey = np.linspace(0.0, 1.0, 6)
    for ion, start in enumerate(leaving):
        along = np.clip(np.arange(n_frames) - start, 0, 5)
        heights[:, ion] += journey[along] * (52.0 - home[ion])
    arrived = np.array([(leaving + 5 <= frame).sum() for frame in range(n_frames)])
    heights += rng.uniform(-rattle, rattle, heights.shape)
    drift = np.cumsum(rng.normal(0.0, 0.05, n_frames))
    return MadeCell(heights, drift - drift[0], spacing), arrived
