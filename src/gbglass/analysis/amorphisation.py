"""Whether a melted region has become glass and everything else has stayed crystal: measured after all was let go.

The measure is taken in a free hold after the melt, against the structure before it: a boundary is less ordered than
the bulk already as it is built, and that is not the melt's doing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.order import GLASSY, OrderCounter, cation_order
from gbglass.analysis.polyhedra import PolyhedraCounter
from gbglass.core.arrays import FloatArray
from gbglass.core.cell import cell_height, cell_volume
from gbglass.core.framework import AnchoredFrame, FrameworkAnchor
from gbglass.core.groups import RegionGroups
from gbglass.core.masses import atomic_masses
from gbglass.core.region import Box, Intersection, Outside, Region, Shell, Sites, Slab, Union
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.units import G_PER_CM3_PER_DALTON_PER_A3

LEAST_GLASS = 0.7
"""Of the La and Zr inside; a melt that was held a little too short keeps more crystal than this leaves [1]."""

MOST_NEW_GLASS = 0.1
"""Of the La and Zr outside, more than before the melt [1]."""

LEAST_KEPT = 0.9
"""Whole ZrO6 outside, of those before the melt [1]."""

LARGEST_DISPLACEMENT = 1.0
"""Root mean square of the La and Zr outside over the hold: in a crystal they rattle by a few tenths [Å]."""

LARGEST_DRIFT = 0.02
"""Of the centre of mass: 10 Å in 500 ps [Å/ps]."""

MARGIN = 4.0
"""What lies so near to a melted layer belongs to neither side: glass and crystal meet there [Å]."""

_GRID = (12, 12, 480)
"""Middles of the boxes that tell how much of the cell a region takes: finest along the normal."""

_NO_CATIONS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Amorphisation:
    """What a melted region and its surroundings are in the hold after the melt.

    Parameters
    ----------
    glass_inside
        Share of the La and Zr in the region that are glassy, mean over the hold [1].
    new_glass_outside
        Share of those outside that are glassy, above what it was before the melt [1].
    kept_octahedra
        Whole ZrO6 outside over those before the melt [1].
    displacement_outside
        Root mean square displacement of the La and Zr outside from the beginning to the end of the hold [Å].
    width
        Thickness of glass: the glassy share of all cations times the height of the cell, less that before. The order
        of a cation is averaged over its neighbours, so that a layer looks about 4 Å thicker on each face [Å].
    density_inside
        Mass density of the region, mean over the hold; None for a region of sites, which has no volume [g/cm³].
    drift
        Speed of the centre of mass over the hold [Å/ps].
    coordination_inside
        Oxygen within 2.6 Å of a Zr inside, mean over the hold [1].
    n_frames
        Of the hold.

    """

    glass_inside: float
    new_glass_outside: float
    kept_octahedra: float
    displacement_outside: float
    width: float
    density_inside: float | None
    drift: float
    coordination_inside: float
    n_frames: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why this is no amorphised region in a crystal; empty if it is one."""
        return tuple(self._faults())

    @property
    def statement(self) -> str:
        """What is left, in two sentences."""
        density = f", {self.density_inside:.2f} g/cm³" if self.density_inside is not None else ""
        return (
            f"left glass: {self.glass_inside:.0%} of the La and Zr inside are glassy{density}, "
            f"{self.coordination_inside:.2f} O around a Zr, about {self.width:.0f} Å thick; outside, "
            f"{self.kept_octahedra:.0%} of the ZrO6 are left and {self.new_glass_outside:+.0%} of the La and Zr "
            f"became glassy. After the release the whole moves by {self.drift:.4f} Å/ps."
        )

    def _faults(self) -> Iterator[str]:
        if self.glass_inside < LEAST_GLASS:
            yield (
                f"only {self.glass_inside:.0%} of the La and Zr inside are glassy, {LEAST_GLASS:.0%} are needed: melt "
                "hotter or longer"
            )
        if self.new_glass_outside > MOST_NEW_GLASS:
            yield f"{self.new_glass_outside:.0%} more of the La and Zr outside are glassy: the melt has spread"
        if self.kept_octahedra < LEAST_KEPT:
            yield f"only {self.kept_octahedra:.0%} of the ZrO6 outside are left: the melt has spread"
        if self.displacement_outside > LARGEST_DISPLACEMENT:
            yield f"La and Zr outside moved by {self.displacement_outside:.1f} Å: they are no crystal"
        if self.drift > LARGEST_DRIFT:
            yield f"the whole drifts by {self.drift:.3f} Å/ps: it was let go with a momentum"


def surroundings(region: Region, cell: FloatArray) -> Region:
    """Return what counts as outside: what lies more than 4 Å beyond the edges of a region.

    Parameters
    ----------
    region
        What is melted; sites, and what is outside of something, have no edge that could be moved, and keep theirs.
    cell
        Rows are the cell vectors [Å, (3, 3)].

    """
    return Outside(of=_widened(region, cell))


def _widened(region: Region, cell: FloatArray) -> Region:
    match region:
        case Shell():
            inner = max(0.0, region.beyond_A - MARGIN)
            return region.model_copy(update={"within_A": region.within_A + MARGIN, "beyond_A": inner})
        case Slab():
            low, high = _wider_span(region.low, region.high, MARGIN / cell_height(cell, region.axis))
            return region.model_copy(update={"low": low, "high": high})
        case Box():
            margins = [MARGIN / cell_height(cell, axis) for axis in range(3)]
            spans = [_wider_span(*ends) for ends in zip(region.low, region.high, margins, strict=True)]
            return region.model_copy(update={"low": tuple(s[0] for s in spans), "high": tuple(s[1] for s in spans)})
        case Union() | Intersection():
            return region.model_copy(update={"of": tuple(_widened(part, cell) for part in region.of)})
        case _:
            return region


def _wider_span(low: float, high: float, margin: float) -> tuple[float, float]:
    return (low - margin, high + margin) if high - low + 2.0 * margin < 1.0 else (0.0, 1.0)


def amorphisation(
    hold: Trajectory, before: Frame, region: Region, anchor: FrameworkAnchor, crystal: Region | None = None
) -> Amorphisation:
    """Measure a melted region in the hold after it was let go.

    Parameters
    ----------
    hold
        The frames of the free hold.
    before
        The last frame before the melt, unwrapped like those of the hold.
    region
        What was melted.
    anchor
        What the region is tied to.
    crystal
        What must have stayed crystal; what lies more than 4 Å beyond the edges of the region if absent.

    Raises
    ------
    InputError
        If there are fewer than two frames, no Zr, or no cation outside.

    """
    outside = surroundings(region, before.cell) if crystal is None else crystal
    groups = RegionGroups(anchor, {"inside": region, "outside": outside})
    order = OrderCounter(hold.symbols, groups)
    octahedra = PolyhedraCounter(hold.symbols, anchor, regions=groups)
    densities: list[float] = []
    first = last = None
    for frame in hold:
        order.add(frame)
        octahedra.add(frame)
        densities += _density(frame, region, anchor, hold.symbols)
        first, last = first or frame, frame
    if first is None or last is None or last.step == first.step:
        raise InputError("an amorphisation is measured over a hold of two frames or more")
    measured, census = order.result(), octahedra.result()
    earlier = _measured_once(hold.symbols, before, groups)
    whole = census["outside"].whole.mean() / max(1.0, earlier.whole)
    height = float(last.cell[2, 2])
    return Amorphisation(
        glass_inside=float(measured["inside"].glassy_share.mean()),
        new_glass_outside=float(measured["outside"].glassy_share.mean()) - earlier.glassy_outside,
        kept_octahedra=float(whole),
        displacement_outside=_displacement(first, last, before, groups),
        width=(_glassy_share(hold.symbols, last) - earlier.glassy) * height,
        density_inside=float(np.mean(densities)) if densities else None,
        drift=_drift(first, last, hold.symbols),
        coordination_inside=float(census["inside"].ligands @ np.arange(len(census["inside"].ligands))),
        n_frames=len(measured["inside"].times),
    )


@dataclass(frozen=True)
class _Before:
    """What the structure was before the melt."""

    glassy: float
    glassy_outside: float
    whole: float


def _measured_once(symbols: tuple[str, ...], frame: Frame, groups: RegionGroups) -> _Before:
    order = OrderCounter(symbols, groups)
    order.add(frame)
    octahedra = PolyhedraCounter(symbols, groups.anchor, regions=groups)
    octahedra.add(frame)
    outside = float(order.result()["outside"].glassy_share[0])
    return _Before(_glassy_share(symbols, frame), outside, float(octahedra.result()["outside"].whole[0]))


def _glassy_share(symbols: tuple[str, ...], frame: Frame) -> float:
    return float(np.mean(cation_order(np.array(symbols), frame).order < GLASSY))


def _displacement(first: Frame, last: Frame, before: Frame, groups: RegionGroups) -> float:
    """Follow the cations that were outside before the melt."""
    outside = groups.masks(before)[1]
    cations = groups.anchor.indices[outside[groups.anchor.indices]]
    if len(cations) == 0:
        raise InputError("no La or Zr lies outside the melted region; nothing can be said of the crystal around it")
    moved = (groups.anchor.coordinates(last) - groups.anchor.coordinates(first))[cations] @ last.cell
    return float(np.sqrt(np.mean(np.sum(moved**2, axis=1))))


def _drift(first: Frame, last: Frame, symbols: tuple[str, ...]) -> float:
    masses = atomic_masses(symbols)
    # In fractional coordinates: a cell that breathes about its middle moves every atom away from its corner.
    moved = masses @ (last.fractional - first.fractional) / masses.sum() @ last.cell
    return float(np.linalg.norm(moved)) / (last.time - first.time)


def _density(frame: Frame, region: Region, anchor: FrameworkAnchor, symbols: tuple[str, ...]) -> list[float]:
    """Return the mass density inside [g/cm³]; nothing for a region of sites, which has no volume."""
    if isinstance(region, Sites):
        return []
    grid = np.stack(np.meshgrid(*[(np.arange(n) + 0.5) / n for n in _GRID], indexing="ij"), axis=-1).reshape(-1, 3)
    share = float(region.mask(AnchoredFrame(grid, frame.cell, _NO_CATIONS)).mean())
    mass = float(atomic_masses(symbols)[region.mask(anchor.view(frame))].sum())
    return [mass / (share * cell_volume(frame.cell)) * G_PER_CM3_PER_DALTON_PER_A3]
