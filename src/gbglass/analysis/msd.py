r"""Mean squared displacement and diffusivity.

.. math:: \mathrm{MSD}(t) = \langle |r_i(t_0 + t) - r_i(t_0)|^2 \rangle_{i, t_0}, \qquad
    D = \frac{1}{6} \frac{d\,\mathrm{MSD}}{dt}

over all atoms of a species and all time origins, with the drift of the framework (La, Zr) removed: lithium that moves
to a boundary moves the centre of mass of everything, but not the framework. Each atom's first position is subtracted
before squares are taken, so that atoms far from the origin lose no digits.

Atoms that hop together are not independent. How many move as one is measured: over ten stretches of time that do not
overlap, the mean of ``|Δr|²`` over the atoms scatters f² times as much as it would if each atom went by itself,

.. math:: f^2 = N \frac{\mathrm{var}_w(\langle |Δr|^2 \rangle_i)}{\langle \mathrm{var}_i(|Δr|^2) \rangle_w}

(w a stretch, i one of N atoms; never less than 1), and every uncertainty here is f times that of independent atoms.
Blocks of time alone would need lags five times shorter, inside the cage in a hold of tens of picoseconds.

Of a group of atoms, such as those of a region or near a boundary, displacements count that *begin* in the group,

.. math:: \mathrm{MSD}_R(t) =
    \frac{\langle m_i(t_0)\, |r_i(t_0 + t) - r_i(t_0)|^2 \rangle}{\langle m_i(t_0) \rangle}

with m = 1 inside and 0 outside. Pitfall: at long lags these atoms have left; what is read then is where they went.

Along each Cartesian axis :math:`D_x = \frac{1}{2} d\,\mathrm{MSD}_x/dt`; D is the mean of the three.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from gbglass.analysis.streaming import Accumulation, stream
from gbglass.analysis.student import student_quantile
from gbglass.core.arrays import BoolArray, FloatArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.groups import WHOLE, Groups, WholeCell
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

FIT = (0.1, 0.5)
"""Lags that the diffusivity is fitted over, in parts of the trajectory: past the cage, before statistics run out."""

N_PARTS = 10
"""Parts of the atoms, each fitted by itself; their spread is the uncertainty of the diffusivity of lone atoms."""

_STRETCHES = 10
"""Stretches of time that do not overlap, as long as the shortest fitted lag; they tell how much atoms move together."""

FEWEST_FRAMES = 20
"""Of a mean squared displacement."""

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
    msd_axes
        Along x, y and z; they sum to the MSD [Å², (n_lags, 3)].
    diffusivity_axes
        Along x, y and z [Å²/ps].
    group
        In which displacements begin; ``"all"`` for the whole cell.

    """

    species: str
    n_atoms: int
    lags: FloatArray
    msd: FloatArray
    standard_error: FloatArray
    diffusivity: Estimate
    msd_axes: FloatArray
    diffusivity_axes: tuple[Estimate, Estimate, Estimate]
    group: str = WHOLE


class Displacements(Accumulation):
    """Keeps the paths of a species, 24 bytes an atom and frame; parts are joined exactly, in order of time.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    species
        Whose paths.
    anchor
        The framework whose drift is removed.
    origins
        Groups in which displacements begin; an MSD for each.

    """

    def __init__(
        self, symbols: tuple[str, ...], species: str, anchor: FrameworkAnchor, origins: Groups | None = None
    ) -> None:
        self._indices = np.flatnonzero(np.array(symbols) == species)
        if len(self._indices) == 0:
            raise InputError(f"no atom of {species} in the trajectory; it holds {', '.join(sorted(set(symbols)))}")
        self._species = species
        self._anchor = anchor
        self._origins = WholeCell() if origins is None else origins
        super().__init__("mean squared displacement", species, self._origins.names)

    def add(self, frame: Frame) -> None:
        """Take the positions of one frame."""
        self.take_note_of(frame)
        masks = self._origins.masks(frame)[:, self._indices]
        self.rows[frame.step] = (frame.time, frame.cell, self._anchor.coordinates(frame)[self._indices], masks)

    def paths(self) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Return times [ps, (n,)], displacements from the first frame [Å, (n, n_atoms, 3)] and masks.

        Raises
        ------
        InputError
            If the frames are too few or unequally spaced, or the cell changes.

        """
        rows = self.in_order()
        if len(rows) < FEWEST_FRAMES:
            raise InputError(f"a mean squared displacement needs {FEWEST_FRAMES} frames or more, got {len(rows)}")
        cell, start = rows[0][1], rows[0][2]
        times = np.array([row[0] for row in rows])
        for step, row in zip(sorted(self.rows), rows, strict=True):
            check_cell(row[1], cell, step)
        equal_spacing(times)
        paths = np.empty((len(rows), *start.shape))
        for number, row in enumerate(rows):
            paths[number] = (row[2] - start) @ cell
        return times, paths, np.stack([row[3] for row in rows], axis=1)

    def result(self) -> dict[str, MeanSquareDisplacement]:
        """Return the MSD of each group by its name, ``"all"`` when there are none.

        Raises
        ------
        InputError
            As `paths`, or if no displacement begins in a group.

        """
        self.need_frames()
        times, paths, masks = self.paths()
        return {
            name: _one_group(self._species, name, times, paths, None if mask.all() else mask)
            for name, mask in zip(self._origins.names, masks, strict=True)
        }


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
    >>> cell, zirconium = np.eye(3) * 9.0, np.zeros((1, 3))
    >>> walk = np.cumsum(np.random.default_rng(0).normal(0.0, 0.2, size=(200, 50, 3)), axis=0)
    >>> frames = [Frame(n, 0.1 * n, cell, np.concatenate([zirconium, xyz])) for n, xyz in enumerate(walk)]
    >>> trajectory = Trajectory(("Zr",) + ("Li",) * 50, lambda: iter(frames))
    >>> msd = mean_square_displacement(trajectory, "Li", FrameworkAnchor(np.array([0]), zirconium))
    >>> low, high = msd.diffusivity.interval
    >>> low < 0.2**2 / (2 * 0.1) < high  # steps of 0.2 Å a direction every 0.1 ps
    True

    """
    return stream(trajectory, Displacements(trajectory.symbols, species, anchor)).result()[WHOLE]


def equal_spacing(times: FloatArray) -> float:
    """Return the time between frames [ps].

    Raises
    ------
    InputError
        If it is not always the same.

    """
    spacings = np.diff(times)
    spacing = float(spacings.mean())
    if np.abs(spacings - spacing).max() > _TIME_TOLERANCE * spacing + 1e-9:
        raise InputError(
            f"frames must be equally spaced in time, got spacings from {spacings.min():g} to {spacings.max():g} ps"
        )
    return spacing


def check_cell(cell: FloatArray, first: FloatArray, step: int) -> None:
    """Refuse a cell that is not that of the first frame.

    Raises
    ------
    InputError
        Names the step.

    """
    if np.abs(cell - first).max() > _CELL_TOLERANCE:
        raise InputError(
            f"the cell must not change, but it does at step {step}; take an NVT stage, or the time in which it stands "
            "(--from PS)"
        )


def windowed_squares(paths: FloatArray, mask: BoolArray | None = None) -> FloatArray:
    r"""Sum squared displacements over atoms, averaged over all origins, along each axis [Å², (n_lags, 3)].

    By Fourier transform in chunks of atoms (doi:10.1051/sfn/201112010): with m = 1 where a displacement may begin,
    :math:`\sum m(t_0) (x(t_0+t) - x(t_0))^2 = (m ⋆ x^2) - 2 (m x ⋆ x) + \sum m x^2`.

    Parameters
    ----------
    paths
        [Å, (n, n_atoms, 3)].
    mask
        Where displacements may begin [bool, (n, n_atoms)]; everywhere when absent.

    """
    n, n_atoms = paths.shape[:2]
    size = next_fast_len(2 * n, real=True)
    spectrum = np.zeros((_DIMENSIONS, size // 2 + 1), dtype=np.complex128)
    starts = np.zeros((_DIMENSIONS, n))
    ends = np.zeros((_DIMENSIONS, n))
    for first in range(0, n_atoms, _ATOMS_AT_ONCE):
        x = np.ascontiguousarray(paths[:, first : first + _ATOMS_AT_ONCE].transpose(2, 1, 0))
        transformed = rfft(x, size)
        if mask is None:
            spectrum -= 2.0 * np.einsum("kij,kij->kj", transformed, transformed.conj())
            starts += np.einsum("kij,kij->kj", x, x)
            continue
        m = np.ascontiguousarray(mask[:, first : first + _ATOMS_AT_ONCE].T).astype(np.float64)
        spectrum += np.einsum("kij,ij->kj", rfft(x * x, size), rfft(m, size).conj())
        spectrum -= 2.0 * np.einsum("kij,kij->kj", transformed, rfft(m * x, size).conj())
        starts += np.einsum("ij,kij,kij->kj", m, x, x)
    products = irfft(spectrum, size)[:, :n]
    if mask is None:
        ends = np.cumsum(starts[:, ::-1], axis=1)[:, ::-1]
    sums = (np.cumsum(starts, axis=1)[:, ::-1] + ends + products) / np.arange(n, 0, -1)
    sums[:, 0] = 0.0
    return np.ascontiguousarray(sums.T)


def fit_window(n_lags: int) -> slice:
    """Return which lags the diffusivity is fitted over."""
    return slice(round(FIT[0] * n_lags), round(FIT[1] * n_lags))


def diffusivity_from(squares: FloatArray, lags: FloatArray, together: float, n_frames: int) -> Estimate:
    """Fit the MSD of all atoms for the value, and of parts of them for its uncertainty.

    Parameters
    ----------
    squares
        MSD of each part of the atoms and, last, of all, at the lags to be fitted, over the number of axes that it was
        summed over [Å², (n_parts + 1, n_lags)].
    lags
        [ps, (n_lags,)].
    together
        How many times larger collective motion makes the scatter [1].
    n_frames
        Of the trajectory.

    """
    n_parts = len(squares) - 1
    slopes = np.polyfit(lags, squares.T, 1)[0] / 2.0
    spread = float(np.std(slopes[:-1], ddof=1)) if n_parts > 1 else np.inf
    error = together * spread / math.sqrt(n_parts)
    # The error is a product of two spreads, of parts and of stretches: their relative variances add (Satterthwaite).
    freedom = 1.0 / (1.0 / max(n_parts - 1, 1) + 1.0 / (_STRETCHES - 1))
    reach = student_quantile(_CONFIDENCE, freedom) * error
    value = float(slopes[-1])
    return Estimate(value, "Å²/ps", spread, error, n_frames, freedom + 1.0, (value - reach, value + reach))


def msd_exponent(msd: MeanSquareDisplacement) -> float:
    r"""Return α of :math:`\mathrm{MSD} \propto t^α` over the fitted lags: 1 of diffusion, less of atoms in cages [1].

    Parameters
    ----------
    msd
        Of atoms that moved: their MSD is above 0 at every fitted lag.

    Examples
    --------
    >>> cell, zirconium = np.eye(3) * 9.0, np.zeros((1, 3))
    >>> straight = np.linspace(0.0, 5.0, 100)[:, None, None] * np.ones((1, 8, 3))
    >>> frames = [Frame(n, 0.1 * n, cell, np.concatenate([zirconium, xyz])) for n, xyz in enumerate(straight)]
    >>> trajectory = Trajectory(("Zr",) + ("Li",) * 8, lambda: iter(frames))
    >>> msd = mean_square_displacement(trajectory, "Li", FrameworkAnchor(np.array([0]), zirconium))
    >>> round(msd_exponent(msd), 6)  # atoms that all go one way go with the square of time
    2.0

    """
    window = fit_window(len(msd.lags))
    return float(np.polyfit(np.log(msd.lags[window]), np.log(msd.msd[window]), 1)[0])


def _one_group(
    species: str, name: str, times: FloatArray, paths: FloatArray, mask: BoolArray | None
) -> MeanSquareDisplacement:
    n, n_atoms = paths.shape[:2]
    spacing = equal_spacing(times)
    n_parts = min(N_PARTS, n_atoms)
    parts = [slice(part, None, n_parts) for part in range(n_parts)]
    weights = np.stack([_origins(paths[:, part], None if mask is None else mask[:, part]) for part in parts])
    if not (weights > 0.0).all():
        raise InputError(
            f"too few displacements of {species} begin in {name}: one tenth of the atoms has none at some lag; "
            "take a larger region or a longer trajectory"
        )
    sums = np.stack([windowed_squares(paths[:, part], None if mask is None else mask[:, part]) for part in parts])
    axes = np.concatenate([sums / weights[:, :, None], (sums.sum(axis=0) / weights.sum(axis=0)[:, None])[None]])
    together = _collectivity(paths, mask)
    window = fit_window(n)
    lags: FloatArray = spacing * np.arange(n, dtype=np.float64)
    fitted: list[FloatArray] = [axes.mean(axis=2), *np.moveaxis(axes, 2, 0)]
    whole, *along = (diffusivity_from(values[:, window], lags[window], together, n) for values in fitted)
    return MeanSquareDisplacement(
        species,
        n_atoms,
        frozen_floats(lags),
        frozen_floats(axes[-1].sum(axis=1)),
        frozen_floats(together * _standard_errors(paths, mask)),
        whole,
        frozen_floats(axes[-1]),
        (along[0], along[1], along[2]),
        name,
    )


def _origins(paths: FloatArray, mask: BoolArray | None) -> FloatArray:
    """Return the mean number of displacements that begin at an origin, for every lag [1, (n_lags,)]."""
    n, n_atoms = paths.shape[:2]
    if mask is None:
        return np.full(n, float(n_atoms))
    return np.cumsum(mask.sum(axis=1, dtype=np.float64))[::-1] / np.arange(n, 0, -1)


def _standard_errors(paths: FloatArray, mask: BoolArray | None) -> FloatArray:
    """Return the standard error of <|Δr|²> of independent atoms, from stretches without overlap [Å², (n_lags,)]."""
    errors = np.zeros(len(paths))
    for lag in range(1, len(paths)):
        ends = paths[lag::lag]
        moved = ends - paths[:-lag:lag][: len(ends)]
        squares: FloatArray = np.einsum("ijk,ijk->ij", moved, moved)  # three times as fast as a sum over three
        if mask is not None:
            squares = squares[mask[:-lag:lag][: len(ends)]]
        errors[lag] = squares.std() / np.sqrt(squares.size) if squares.size else np.inf
    return errors


def _collectivity(paths: FloatArray, mask: BoolArray | None = None) -> float:
    """Return how many times larger collective motion makes the scatter of <|Δr|²>; 1 for independent atoms [1]."""
    stretch = (len(paths) - 1) // _STRETCHES
    moved = np.diff(paths[::stretch][: _STRETCHES + 1], axis=0)
    squares: FloatArray = np.einsum("ijk,ijk->ij", moved, moved)
    if mask is None:
        inside = list(squares)
    else:
        inside = [row[which] for row, which in zip(squares, mask[::stretch][:_STRETCHES], strict=True)]
    inside = [row for row in inside if len(row) > 1]
    apart = float(np.mean([row.var(ddof=1) / len(row) for row in inside])) if len(inside) > 1 else 0.0
    if apart == 0.0:
        return 1.0
    together = float(np.var([row.mean() for row in inside], ddof=1))
    return max(1.0, math.sqrt(together / apart))
