r"""Ionic conductivity: of ions that move by themselves (Nernst-Einstein), of all together, and the Haven ratio.

.. math:: σ = \frac{n q^2 D}{kT}, \qquad
    D_σ = \frac{1}{6 N} \frac{d}{dt} \Big\langle \Big| \sum_i Δr_i(t) \Big|^2 \Big\rangle, \qquad
    H_R = \frac{D}{D_σ}

=========  ====================================================================
symbol     here
=========  ====================================================================
n, q       mobile ions a volume [Å⁻³] and their charge [e]
D          of single ions (tracer) [Å²/ps]
D_σ        of the charge that they carry together, relative to the framework [Å²/ps]
H_R        Haven ratio; below 1 where ions push each other on [1]
=========  ====================================================================

All ions together give one path where N single ions give N, so D_σ is known √N times worse than D. Its value is the mean
over 16 stretches of time that do not overlap, each fitted over lags of 10 to 50 % of its length; its error is the
scatter of stretches and axes, so an anisotropic cell makes it larger. A square scatters more above its mean than below
it, so intervals are even in the logarithm: of 2000 walks they held the truth 95 %, plain ones 93 % of the time.
Source: Murch, doi:10.1016/0167-2738(82)90050-9.
"""

import math
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.msd import Displacements, check_cell, equal_spacing, fit_window, windowed_squares
from gbglass.analysis.streaming import Accumulation, stream
from gbglass.analysis.student import student_quantile
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.groups import WHOLE
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.units import BOLTZMANN_EV_PER_K, S_PER_CM_PER_E2_PER_EV_A_PS

_STRETCHES = 16
FEWEST_FOR_HAVEN = 320
"""Frames that a Haven ratio needs."""
_CONFIDENCE = 0.975


@dataclass(frozen=True)
class ChargePath:
    """Where the ions of a species went, all together.

    Parameters
    ----------
    species
        Which.
    n_atoms
        How many.
    times
        [ps, (n,)].
    path
        Sum of their displacements from the first frame, relative to the framework [Å, (n, 3)].

    """

    species: str
    n_atoms: int
    times: FloatArray
    path: FloatArray


class ChargePaths(Accumulation):
    """Sums the places of ions frame by frame, three numbers a frame; parts are joined exactly, in order of time.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    species
        The mobile ions.
    anchor
        The framework that they move against.

    """

    def __init__(self, symbols: tuple[str, ...], species: str, anchor: FrameworkAnchor) -> None:
        self._indices = np.flatnonzero(np.array(symbols) == species)
        if len(self._indices) == 0:
            raise InputError(f"no atom of {species} in the trajectory; it holds {', '.join(sorted(set(symbols)))}")
        super().__init__("path of charge", species, len(self._indices))
        self._species, self._anchor = species, anchor

    def add(self, frame: Frame) -> None:
        """Sum the places of one frame."""
        self.take_note_of(frame)
        together = self._anchor.coordinates(frame)[self._indices].sum(axis=0)
        self.rows[frame.step] = (frame.time, frame.cell, together)

    def result(self) -> ChargePath:
        """Return the path of all frames added so far.

        Raises
        ------
        InputError
            If there is none, or the cell changes.

        """
        self.need_frames()
        rows = self.in_order()
        cell, start = rows[0][1], rows[0][2]
        for step, row in zip(sorted(self.rows), rows, strict=True):
            check_cell(row[1], cell, step)
        path = np.stack([(row[2] - start) @ cell for row in rows])
        times = frozen_floats([row[0] for row in rows])
        return ChargePath(self._species, len(self._indices), times, frozen_floats(path))


@dataclass(frozen=True)
class HavenRatio:
    """How much ions of a species help or hinder each other.

    Parameters
    ----------
    species
        Which.
    tracer
        D of single ions [Å²/ps].
    charge
        D_σ of all together [Å²/ps].
    ratio
        H_R [1]; not a number where D_σ was found negative, that is, not found.
    fitted_to
        Longest lag that D_σ was fitted over [ps]; it must lie past the cage.
    lags
        [ps, (n_lags,)], from 0 to the length of a stretch.
    msd_together
        Squared displacement of all ions together over their number, mean of the stretches; as long as that of single
        ions if each moves by itself [Å², (n_lags,)].

    """

    species: str
    tracer: Estimate
    charge: Estimate
    ratio: Estimate
    fitted_to: float
    lags: FloatArray
    msd_together: FloatArray


def nernst_einstein(diffusivity: Estimate, number_density: float, charge: float, temperature_K: float) -> Estimate:
    """Turn a diffusivity into the conductivity of ions that move by themselves [S/cm].

    Parameters
    ----------
    diffusivity
        Of the ions, or of their charge: then the Haven ratio is in it [Å²/ps].
    number_density
        Of the ions [Å⁻³].
    charge
        Of an ion [e].
    temperature_K
        [K].

    Raises
    ------
    InputError
        If the density or the temperature is not positive.

    Examples
    --------
    Cubic LLZO at 1000 K, 8.6e-6 cm²/s:

    >>> d = Estimate(0.086, "Å²/ps", 0.0, 0.0, 100, 10.0, (0.08, 0.09))
    >>> round(nernst_einstein(d, 0.0256, 1.0, 1000.0).value, 2)
    0.41

    """
    if not (number_density > 0.0 and temperature_K > 0.0):
        raise InputError(
            f"'number_density' and 'temperature_K' must be positive, got {number_density:g} Å⁻³ and {temperature_K:g} K"
        )
    factor = S_PER_CM_PER_E2_PER_EV_A_PS * number_density * charge**2 / (BOLTZMANN_EV_PER_K * temperature_K)
    low, high = diffusivity.interval
    return Estimate(
        factor * diffusivity.value, "S/cm", factor * diffusivity.standard_deviation,
        factor * diffusivity.standard_error, diffusivity.n_frames, diffusivity.n_independent,
        (factor * low, factor * high),
    )  # fmt: skip


def haven_ratio(trajectory: Trajectory, species: str, anchor: FrameworkAnchor) -> HavenRatio:
    """Compare the diffusivity of single ions with that of the charge that they carry together.

    Parameters
    ----------
    trajectory
        Equally spaced frames at constant volume, 320 or more.
    species
        The mobile ions.
    anchor
        The framework that they move against.

    Raises
    ------
    InputError
        If the frames are too few or unequally spaced, or the cell changes.

    """
    recorded = stream(trajectory, Displacements(trajectory.symbols, species, anchor))
    times, paths, _ = recorded.paths()
    together = ChargePath(species, paths.shape[1], frozen_floats(times), frozen_floats(paths.sum(axis=1)))
    return haven_of(together, recorded.result()[WHOLE].diffusivity)


def haven_of(charge: ChargePath, tracer: Estimate) -> HavenRatio:
    """Compare a diffusivity of single ions with the path of all together, of the same frames.

    Parameters
    ----------
    charge
        320 equally spaced frames or more.
    tracer
        D of single ions [Å²/ps].

    Raises
    ------
    InputError
        If the frames are too few or unequally spaced.

    """
    n_frames = len(charge.times)
    if n_frames < FEWEST_FOR_HAVEN:
        raise InputError(f"a Haven ratio needs {FEWEST_FOR_HAVEN} frames or more, got {n_frames}")
    spacing, length = equal_spacing(charge.times), n_frames // _STRETCHES
    window, lags = fit_window(length), spacing * np.arange(length, dtype=np.float64)
    squares = _squares(charge.path, length) / charge.n_atoms
    slopes = np.stack([np.polyfit(lags[window], of_one[window], 1)[0] for of_one in squares]) / 2.0
    together = _mean(slopes, n_frames)
    return HavenRatio(
        charge.species, tracer, together, _ratio(tracer, together), spacing * (window.stop - 1), frozen_floats(lags),
        frozen_floats(squares.mean(axis=0).sum(axis=1)),
    )  # fmt: skip


def _squares(path: FloatArray, length: int) -> FloatArray:
    """Return the squared displacement in each stretch along each axis [Å², (n_stretches, n_lags, 3)]."""
    starts = range(0, _STRETCHES * length, length)
    return np.stack([windowed_squares((path[k : k + length] - path[k])[:, None]) for k in starts])


def _mean(slopes: FloatArray, n_frames: int) -> Estimate:
    value, n = float(slopes.mean()), slopes.size
    spread = float(slopes.std(ddof=1))
    error = spread / math.sqrt(n)
    reach = student_quantile(_CONFIDENCE, n - 1) * error
    interval = (value - reach, value + reach)
    if value > 0.0:
        interval = (value * math.exp(-reach / value), value * math.exp(reach / value))
    return Estimate(value, "Å²/ps", spread, error, n_frames, float(n), interval)


def _ratio(tracer: Estimate, charge: Estimate) -> Estimate:
    """Divide; relative errors add up in squares. Nothing is known of a ratio to what may be zero."""
    if tracer.value <= 0.0 or charge.value <= 0.0:
        return Estimate(math.nan, "1", math.inf, math.inf, charge.n_frames, charge.n_independent, (0.0, math.inf))
    value = tracer.value / charge.value
    error = value * math.hypot(tracer.standard_error / tracer.value, charge.standard_error / charge.value)
    of_tracer = (tracer.interval[1] - tracer.value) / tracer.value
    reach = math.hypot(of_tracer, math.log(charge.interval[1] / charge.value))
    interval = (value * math.exp(-reach), value * math.exp(reach))
    return Estimate(value, "1", error, error, charge.n_frames, charge.n_independent, interval)
