r"""Mean squared displacement and diffusivity.

.. math:: \mathrm{MSD}(t) = \langle |r_i(t_0 + t) - r_i(t_0)|^2 \rangle_{i, t_0}, \qquad
    D = \frac{1}{6} \frac{d\,\mathrm{MSD}}{dt}

over all atoms of a species and all time origins, with the drift of the framework (La, Zr) removed: lithium that moves
to a boundary moves the centre of mass of everything, but not the framework. Each atom's first position is subtracted
before squares are taken, so that atoms far from the origin lose no digits.

Atoms that hop together are not independent. How many move as one is measured: over ten stretches of time that do not
overlap, the mean of |Δr|² over the atoms scatters f² times as much as it would if each atom went by itself,

.. math:: f^2 = N \frac{\mathrm{var}_w(\langle |Δr|^2 \rangle_i)}{\langle \mathrm{var}_i(|Δr|^2) \rangle_w}

(w a stretch, i one of N atoms; never less than 1), and every uncertainty here is f times that of independent atoms.
Blocks of time alone would need lags five times shorter, inside the cage in a hold of tens of picoseconds.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.stats import t as student

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Trajectory
from gbglass.errors import InputError

_FIT = (0.1, 0.5)
"""Lags that the diffusivity is fitted over, in parts of the trajectory: past the cage, before statistics run out."""

_GROUPS = 10
"""Groups of atoms, each fitted by itself; their spread is the uncertainty of the diffusivity of independent atoms."""

_STRETCHES = 10
"""Stretches of time that do not overlap, as long as the shortest fitted lag; they tell how much atoms move together."""

_FEWEST_FRAMES = 20
_DIMENSIONS = 3
_CONFIDENCE = 0.975
_ATOMS_AT_ONCE = 256
_CELL_TOLERANCE = 1e-6
_TIME_TOLERANCE = 1e-6


@dataclass(frozen=True)
class MeanSquareDisplacement:
    """MSD of a species.

    Parameters
    ----------
    species
        Whose.
    n_atoms
        How many.
    lags
        [ps, (n_lags,)], from 0.
    msd
        [Å², (n_lags,)].
    standard_error
        Of each value, from stretches of time that do not overlap and as many atoms as move by themselves
        [Å², (n_lags,)].
    diffusivity
        From the slope over lags of 10 to 50 % of the trajectory [Å²/ps]. Its standard deviation is the spread of
        groups of atoms; its independent samples are one more than the degrees of freedom of its error bar.

    """

    species: str
    n_atoms: int
    lags: FloatArray
    msd: FloatArray
    standard_error: FloatArray
    diffusivity: Estimate


def mean_square_displacement(trajectory: Trajectory, species: str, anchor: FrameworkAnchor) -> MeanSquareDisplacement:
    """Measure the MSD of a species at constant volume.

    Holds the positions of the species in memory: 24 bytes an atom and frame.

    Parameters
    ----------
    trajectory
        Equally spaced frames of a cell that does not change, 20 at the least.
    species
        Whose MSD.
    anchor
        The framework whose drift is removed.

    Raises
    ------
    InputError
        If the frames are too few or unequally spaced, or the cell changes: displacements in a breathing cell are not
        those of atoms.

    Examples
    --------
    >>> from gbglass.core.trajectory import Frame
    >>> cell, zirconium = np.eye(3) * 9.0, np.zeros((1, 3))
    >>> walk = np.cumsum(np.random.default_rng(0).normal(0.0, 0.2, size=(200, 50, 3)), axis=0)
    >>> frames = [Frame(n, 0.1 * n, cell, np.concatenate([zirconium, xyz])) for n, xyz in enumerate(walk)]
    >>> trajectory = Trajectory(("Zr",) + ("Li",) * 50, lambda: iter(frames))
    >>> msd = mean_square_displacement(trajectory, "Li", FrameworkAnchor(np.array([0]), zirconium))
    >>> low, high = msd.diffusivity.interval
    >>> low < 0.2**2 / (2 * 0.1) < high  # steps of 0.2 Å a direction every 0.1 ps
    True

    """
    times, paths = _collect(trajectory, species, anchor)
    spacing = _equal_spacing(times)
    squares = _windowed(paths)
    lags = spacing * np.arange(len(times))
    together = _collectivity(paths)
    return MeanSquareDisplacement(
        species,
        paths.shape[1],
        frozen_floats(lags),
        frozen_floats(squares),
        frozen_floats(together * _standard_errors(paths)),
        _diffusivity(paths, spacing, together),
    )


def _collect(trajectory: Trajectory, species: str, anchor: FrameworkAnchor) -> tuple[FloatArray, FloatArray]:
    """Return times [ps, (n,)] and displacements from the first frame [Å, (n, n_atoms, 3)]."""
    indices = trajectory.indices(species)
    times: list[float] = []
    paths: list[FloatArray] = []
    cell: FloatArray | None = None
    start: FloatArray | None = None
    for frame in trajectory:
        fractional = anchor.coordinates(frame)[indices]
        cell = frame.cell if cell is None else cell
        start = fractional if start is None else start
        if np.abs(frame.cell - cell).max() > _CELL_TOLERANCE:
            raise InputError(f"the cell must not change, but it does at step {frame.step}; take an NVT stage")
        times.append(frame.time)
        paths.append((fractional - start) @ cell)
    if len(times) < _FEWEST_FRAMES:
        raise InputError(f"a mean squared displacement needs {_FEWEST_FRAMES} frames or more, got {len(times)}")
    return np.array(times), np.stack(paths)


def _equal_spacing(times: FloatArray) -> float:
    spacings = np.diff(times)
    spacing = float(spacings.mean())
    if np.abs(spacings - spacing).max() > _TIME_TOLERANCE * spacing + 1e-9:
        raise InputError(
            f"frames must be equally spaced in time, got spacings from {spacings.min():g} to {spacings.max():g} ps"
        )
    return spacing


def _windowed(paths: FloatArray) -> FloatArray:
    """Return the mean of |Δr|² over atoms and all origins, for every lag [Å², (n_lags,)]."""
    squares = np.zeros(len(paths))
    for first in range(0, paths.shape[1], _ATOMS_AT_ONCE):
        squares += _squares_of(paths[:, first : first + _ATOMS_AT_ONCE])
    squares /= paths.shape[1]
    return squares


def _standard_errors(paths: FloatArray) -> FloatArray:
    """Return the standard error of <|Δr|²> of independent atoms, from stretches without overlap [Å², (n_lags,)]."""
    errors = np.zeros(len(paths))
    for lag in range(1, len(paths)):
        ends = paths[lag::lag]
        squares = np.sum((ends - paths[:-lag:lag][: len(ends)]) ** 2, axis=2)
        errors[lag] = squares.std() / np.sqrt(squares.size)
    return errors


def _squares_of(paths: FloatArray) -> FloatArray:
    """Sum |Δr|² over atoms, averaged over origins, by Fourier transform (doi:10.1051/sfn/201112010)."""
    n = len(paths)
    size = next_fast_len(2 * n, real=True)
    spectrum = rfft(paths, size, axis=0)
    products = irfft(spectrum * spectrum.conj(), size, axis=0)[:n].sum(axis=(1, 2))
    lengths = (paths**2).sum(axis=(1, 2))
    from_start = np.concatenate([[0.0], np.cumsum(lengths)])
    remaining = np.arange(n, 0, -1)
    ends = from_start[n] - from_start[:n]
    starts = from_start[remaining]
    sums: FloatArray = (ends + starts - 2.0 * products) / remaining
    sums[0] = 0.0
    return sums


def _collectivity(paths: FloatArray) -> float:
    """Return how many times larger collective motion makes the scatter of <|Δr|²>; 1 for independent atoms [1]."""
    n_atoms = paths.shape[1]
    stretch = (len(paths) - 1) // _STRETCHES
    squares = np.sum(np.diff(paths[::stretch][: _STRETCHES + 1], axis=0) ** 2, axis=2)
    apart = float(squares.var(axis=1, ddof=1).mean()) / n_atoms if n_atoms > 1 else 0.0
    if apart == 0.0:
        return 1.0
    together = float(squares.mean(axis=1).var(ddof=1))
    return max(1.0, math.sqrt(together / apart))


def _diffusivity(paths: FloatArray, spacing: float, together: float) -> Estimate:
    """Fit the MSD of all atoms for the value, and of groups of atoms for its uncertainty."""
    n_groups = min(_GROUPS, paths.shape[1])
    value = _slope(paths, spacing) / (2 * _DIMENSIONS)
    groups = [_slope(paths[:, group::n_groups], spacing) / (2 * _DIMENSIONS) for group in range(n_groups)]
    spread = float(np.std(groups, ddof=1)) if n_groups > 1 else np.inf
    error = together * spread / math.sqrt(n_groups)
    # The error is a product of two spreads, of groups and of stretches: their relative variances add (Satterthwaite).
    freedom = 1.0 / (1.0 / max(n_groups - 1, 1) + 1.0 / (_STRETCHES - 1))
    reach = float(student.ppf(_CONFIDENCE, freedom)) * error
    return Estimate(value, "Å²/ps", spread, error, len(paths), freedom + 1.0, (value - reach, value + reach))


def _slope(paths: FloatArray, spacing: float) -> float:
    squares = _squares_of(paths) / paths.shape[1]
    first, last = round(_FIT[0] * len(squares)), round(_FIT[1] * len(squares))
    lags = spacing * np.arange(first, last)
    return float(np.polyfit(lags, squares[first:last], 1)[0])
