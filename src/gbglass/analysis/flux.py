r"""Signed flux of lithium through planes, and the current density it stands for.

With the unwrapped coordinate u of each ion, in parts of the cell vector and the framework's drift removed, and a plane
at p, the ions that went up through the plane and its periodic images less those that came down are

.. math:: C_p(t) = \sum_i \lfloor u_i(t) - p \rfloor - \sum_i \lfloor u_i(0) - p \rfloor, \qquad
    \frac{1}{L} \int C_p \, dp = \sum_i (u_i(t) - u_i(0))

which depends on no frame between. The second is the mean over all planes: the flux through the cell as a whole, with
far less noise than any one plane has. Flux is the rate of these counts per area, positive up the cell vector; the
current density has one elementary charge for each ion.
"""

from dataclasses import dataclass

import numpy as np

from gbglass.analysis.frame_rows import FrameRows
from gbglass.analysis.rates import mean_rate
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.cell import face_area
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.units import MA_PER_CM2_PER_E_PER_NM2_PER_PS, NM2_PER_A2

_Row = tuple[float, IntArray, float, float]
"""Time, windings about each plane, sum of the coordinates, area."""

_UNIT = "atoms/(nm² ps)"


@dataclass(frozen=True)
class Crossings:
    """What went through planes since the first frame.

    Parameters
    ----------
    species
        What was counted.
    axis
        The cell vector that the planes cross: 0, 1 or 2.
    planes
        In parts of the cell vector [1, (n_planes,)].
    steps
        [int, (n_frames,)].
    times
        [ps, (n_frames,)].
    crossed
        Through each plane, up less down [atoms, (n_frames, n_planes)].
    carried
        Mean of that over all planes there are [atoms, (n_frames,)].
    areas
        Of a plane [Å², (n_frames,)].

    """

    species: str
    axis: int
    planes: FloatArray
    steps: IntArray
    times: FloatArray
    crossed: IntArray
    carried: FloatArray
    areas: FloatArray


@dataclass(frozen=True)
class Flux:
    """Mean flux over a part of a run.

    Parameters
    ----------
    start, end
        Of the part [ps].
    planes
        In parts of the cell vector [1, (n_planes,)].
    through
        Each plane, positive up the cell vector [atoms/(nm² ps)].
    whole
        Mean over all planes there are [atoms/(nm² ps)].
    current_density
        Of `whole`, one elementary charge for each ion [mA/cm²].

    """

    start: float
    end: float
    planes: FloatArray
    through: tuple[Estimate, ...]
    whole: Estimate
    current_density: Estimate


class CrossingCounter:
    """Counts frame by frame.

    Parameters
    ----------
    trajectory
        Whose atoms are counted; its frames are added by the caller.
    planes
        In parts of the cell vector, tied to the framework [1, (n_planes,)].
    anchor
        The framework whose drift is removed.
    axis
        The cell vector that the planes cross: 0, 1 or 2.
    species
        What to count.

    Raises
    ------
    InputError
        If there is no plane, or the species is not there.

    """

    def __init__(
        self,
        trajectory: Trajectory,
        planes: FloatArray,
        anchor: FrameworkAnchor,
        axis: int = 2,
        species: str = "Li",
    ) -> None:
        self._planes = frozen_floats(planes)
        if self._planes.ndim != 1 or len(self._planes) == 0 or not np.isfinite(self._planes).all():
            raise InputError(f"'planes' must be one or more fractions of a cell vector, got {planes}")
        self._indices = trajectory.indices(species)
        self._anchor, self._axis, self._species = anchor, axis, species
        self.rows = FrameRows[_Row]()

    def add(self, frame: Frame) -> None:
        """Count one frame.

        Raises
        ------
        InputError
            If a position is not finite.

        """
        along = self._anchor.coordinates(frame)[self._indices, self._axis]
        if not np.isfinite(along).all():
            raise InputError(f"positions must be finite, but some are not at step {frame.step}; the run has blown up")
        windings = np.array([np.floor(along - plane).sum() for plane in self._planes]).astype(np.int64)
        area = face_area(frame.cell, self._axis)
        self.rows.add(frame.step, (frame.time, windings, float(along.sum()), area))

    def merge(self, other: "CrossingCounter") -> None:
        """Take over what another counter counted in other frames of the same trajectory, in any order.

        Each frame is counted by itself, and the first of all is the one that crossings count from.
        """
        self.rows.merge(other.rows)

    def result(self) -> Crossings:
        """Return the crossings of all frames added so far.

        Raises
        ------
        InputError
            If there is none.

        """
        steps, rows = self.rows.in_order()
        times, windings, sums, areas = zip(*rows, strict=True)
        crossed, carried = np.stack(windings), np.array(sums)
        return Crossings(
            species=self._species,
            axis=self._axis,
            planes=self._planes,
            steps=frozen_ints(steps),
            times=frozen_floats(times),
            crossed=frozen_ints(crossed - crossed[0]),
            carried=frozen_floats(carried - carried[0]),
            areas=frozen_floats(areas),
        )


def count_crossings(
    trajectory: Trajectory, planes: FloatArray, anchor: FrameworkAnchor, axis: int = 2, species: str = "Li"
) -> Crossings:
    """Count what goes through planes over a trajectory.

    Raises
    ------
    InputError
        As `CrossingCounter` does.

    Examples
    --------
    Two ions of which one goes up by one and a half cells:

    >>> paths = [np.array([[0.0, 0, 1.0], [0, 0, 6.0], [0, 0, 5.0]]) + [[0, 0, dz], [0] * 3, [0] * 3] for dz in (0, 15)]
    >>> frames = [Frame(n, 0.1 * n, np.eye(3) * 10.0, xyz) for n, xyz in enumerate(paths)]
    >>> anchor = FrameworkAnchor(np.array([2]), np.array([[0.0, 0.0, 0.5]]))
    >>> trajectory = Trajectory(("Li", "Li", "Zr"), lambda: iter(frames))
    >>> crossings = count_crossings(trajectory, np.array([0.0, 0.3, 0.9]), anchor)
    >>> crossings.crossed[-1].tolist(), float(crossings.carried[-1])
    ([1, 2, 1], 1.5)

    """
    counter = CrossingCounter(trajectory, planes, anchor, axis, species)
    for frame in trajectory:
        counter.add(frame)
    return counter.result()


def mean_flux(crossings: Crossings, start: float = 0.0, end: float = np.inf) -> Flux:
    """Measure the flux between two times.

    Parameters
    ----------
    crossings
        Of equally spaced frames.
    start, end
        The part of the run [ps].

    Raises
    ------
    InputError
        If there are fewer than 32 frames in this part, or they are not equally spaced.

    """
    chosen = (crossings.times >= start) & (crossings.times <= end)
    if not chosen.any():
        raise InputError(f"no frame lies between {start:g} and {end:g} ps; the last is at {crossings.times[-1]:g} ps")
    times, area = crossings.times[chosen], float(crossings.areas[chosen].mean()) * NM2_PER_A2
    crossed, carried = crossings.crossed[chosen] / area, crossings.carried[chosen] / area
    current = carried * MA_PER_CM2_PER_E_PER_NM2_PER_PS
    return Flux(
        start=float(times[0]),
        end=float(times[-1]),
        planes=crossings.planes,
        through=tuple(mean_rate(times, column, _UNIT) for column in crossed.T),
        whole=mean_rate(times, carried, _UNIT),
        current_density=mean_rate(times, current, "mA/cm²"),
    )
