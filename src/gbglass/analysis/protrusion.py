r"""Protrusions of the negative electrode into the electrolyte: how high, how wide, how sharp, how fast they grow.

A flat surface of liquid lithium has waves too. What counts as a protrusion is what rises above the 99th percentile of
the heights of the twin without a boundary, of at least three seeds. Heights are those above the median of a map.

The half-angle of a cone is from the area A(z) that its cross-section has at the height z: the radius of a cone falls
with the height as

.. math:: r(z) = \sqrt{A(z)/π} = (z_\mathrm{tip} - z) \tan α

and a ridge that runs through the cell along one edge of length L has r = A/2L. α is fitted over the middle of the
height: the tip is rounded by the smoothing of the density, the foot runs into the waves.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import label
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.rates import FEWEST_STRETCHES, mean_rate
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from gbglass.core.results import Estimate
from gbglass.errors import InputError

_FEWEST_SEEDS = 3
_PERCENTILE = 99.0
_FITTED = (0.2, 0.7)
"""Heights over which the angle is fitted, in parts of the protrusion's height."""

_LEVELS = 8
_SMALLEST = 4
"""A cross-section of fewer columns has no area worth fitting."""

_FEWEST_MAPS = 4 * FEWEST_STRETCHES


@dataclass(frozen=True)
class TwinSurface:
    """What the surface of a cell without boundaries does by itself.

    Parameters
    ----------
    threshold
        99th percentile of the heights above the median of their map, over maps and seeds [Å].
    highest
        The highest that any map rises above the threshold [Å].
    roughness
        Root mean square of the roughness of the maps [Å].
    n_seeds
        Runs.
    n_maps
        Of all runs.

    """

    threshold: float
    highest: float
    roughness: float
    n_seeds: int
    n_maps: int


@dataclass(frozen=True)
class Protrusions:
    """The highest protrusion of each map.

    Parameters
    ----------
    times
        [ps, (n_maps,)].
    heights
        Of the tip above the twin's threshold, 0 where nothing rises above it [Å, (n_maps,)].
    tips
        Where the tip is along the two edges of the interface [Å, (n_maps, 2)].
    tip_heights
        Of the tip above the face between electrode and electrolyte [Å, (n_maps,)].
    base_widths
        Diameter of a circle of the area that rises above the threshold and hangs together with the tip, or the width
        of a ridge; 0 where there is no protrusion [Å, (n_maps,)].
    half_angles
        Between the axis of the cone, or the plane of the ridge, and its side; not a number where the protrusion is too
        small to be fitted [degrees, (n_maps,)].
    volumes
        Above the threshold [Å³, (n_maps,)].
    excess_roughness
        sqrt(W² - W_twin²), 0 where the surface is smoother than the twin's [Å, (n_maps,)].
    twin
        What counted as flat.
    growth
        Rate of the heights [Å/ps]; None if there are fewer than 32 maps.

    """

    times: FloatArray
    heights: FloatArray
    tips: FloatArray
    tip_heights: FloatArray
    base_widths: FloatArray
    half_angles: FloatArray
    volumes: FloatArray
    excess_roughness: FloatArray
    twin: TwinSurface
    growth: Estimate | None

    @property
    def beyond_twin(self) -> BoolArray:
        """Whether each map has a higher protrusion than any map of the twin [bool, (n_maps,)]."""
        beyond: BoolArray = self.heights > self.twin.highest
        return beyond


def twin_surface(twins: Sequence[HeightMaps]) -> TwinSurface:
    """Learn from the twin without a boundary what a flat interface does.

    Parameters
    ----------
    twins
        Maps of runs of the twin with different seeds, made by the rule that the cell's maps are made by, after the
        start has been forgotten.

    Raises
    ------
    InputError
        If there are fewer than three runs, or their rules differ.

    """
    if len(twins) < _FEWEST_SEEDS:
        raise InputError(
            f"what a flat interface does needs {_FEWEST_SEEDS} seeds of the twin or more, got {len(twins)}"
        )
    if len({run.rule for run in twins}) > 1:
        raise InputError("the maps of all seeds must be made by one rule; they are not")
    heights = np.concatenate([run.deviations.ravel() for run in twins])
    threshold = float(np.percentile(heights, _PERCENTILE))
    squares = np.concatenate([run.roughness**2 for run in twins])
    return TwinSurface(
        threshold=threshold,
        highest=max(0.0, float(heights.max()) - threshold),
        roughness=math.sqrt(float(squares.mean())),
        n_seeds=len(twins),
        n_maps=len(squares),
    )


def find_protrusions(maps: HeightMaps, twin: TwinSurface) -> Protrusions:
    """Measure the highest protrusion of each map of a cell.

    Examples
    --------
    A cone of 10 Å on a flat face of 40 Å x 40 Å, with sides at 45 degrees:

    >>> from gbglass.analysis.interface_height import HeightRule
    >>> from gbglass.core.arrays import frozen_floats
    >>> x, y = np.meshgrid(np.arange(40.0), np.arange(40.0), indexing="ij")
    >>> cone = np.maximum(0.0, 10.0 - np.hypot(x - 20.0, y - 20.0))
    >>> lengths = frozen_floats([40.0, 40.0])
    >>> maps = HeightMaps(HeightRule(), frozen_floats([0.0]), frozen_floats(cone[None]), lengths)
    >>> found = find_protrusions(maps, TwinSurface(1.0, 0.5, 0.4, 3, 30))
    >>> float(found.heights[0]), round(float(found.half_angles[0])), bool(found.beyond_twin[0])
    (9.0, 45, True)

    """
    spacings = maps.lengths / maps.deviations.shape[1:]
    read = [_highest(deviations, twin.threshold, spacings) for deviations in maps.deviations]
    heights, places, widths, angles, volumes = (np.array(column) for column in zip(*read, strict=True))
    rises = maps.roughness**2 - twin.roughness**2
    return Protrusions(
        times=maps.times,
        heights=frozen_floats(heights),
        tips=frozen_floats((places + 0.5) * spacings),
        tip_heights=frozen_floats(maps.heights.max(axis=(1, 2))),
        base_widths=frozen_floats(widths),
        half_angles=frozen_floats(angles),
        volumes=frozen_floats(volumes),
        excess_roughness=frozen_floats(np.sqrt(np.maximum(rises, 0.0))),
        twin=twin,
        growth=mean_rate(maps.times, heights, "Å/ps") if len(heights) >= _FEWEST_MAPS else None,
    )


_Read = tuple[float, tuple[int, int], float, float, float]


def _highest(deviations: FloatArray, threshold: float, spacings: FloatArray) -> _Read:
    """Return height, place of the tip, base width, half-angle and volume of the highest protrusion of a map."""
    row, column = (int(k) for k in np.unravel_index(int(np.argmax(deviations)), deviations.shape))
    height = float(deviations[row, column]) - threshold
    if height <= 0.0:
        return 0.0, (row, column), 0.0, math.nan, 0.0
    foot = _patch(deviations > threshold, (row, column))
    volume = float((deviations[foot] - threshold).sum() * spacings.prod())
    levels = threshold + height * np.linspace(*_FITTED, _LEVELS)
    sections = [_patch(deviations > level, (row, column)) for level in levels]
    radii = np.array([_radius(section, spacings) for section in sections])
    large = np.array([section.sum() >= _SMALLEST for section in sections])
    angle = math.nan
    if large.all():
        angle = math.degrees(math.atan(-float(np.polyfit(levels, radii, 1)[0])))
    return height, (row, column), 2.0 * _radius(foot, spacings), angle, volume


def _patch(above: BoolArray, tip: tuple[int, int]) -> BoolArray:
    """Return the columns that hang together with the tip, across the edges of the cell too."""
    labels: IntArray = np.asarray(label(above)[0], dtype=np.int64)
    n = int(labels.max()) + 1
    one = np.concatenate([labels[0], labels[:, 0]])
    other = np.concatenate([labels[-1], labels[:, -1]])
    both = (one > 0) & (other > 0)
    links = coo_array((np.ones(np.count_nonzero(both)), (one[both], other[both])), shape=(n, n))
    whole = connected_components(links, directed=False)[1][labels]
    patch: BoolArray = above & (whole == whole[tip])
    return patch


def _radius(patch: BoolArray, spacings: FloatArray) -> float:
    """Return half the width of a patch: of a ridge if it runs all through the cell, else of a circle [Å]."""
    area = float(patch.sum() * spacings.prod())
    for axis in (0, 1):
        if patch.any(axis=1 - axis).all() and not patch.any(axis=axis).all():
            return 0.5 * area / float(spacings[axis] * patch.shape[axis])
    return math.sqrt(area / math.pi)
