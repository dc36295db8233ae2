r"""Stress against strain of a cell that is pulled at a constant rate: modulus, strength, work of fracture.

.. math:: ε = \frac{L}{L_0} - 1, \qquad σ = -\frac{A}{A_0} P, \qquad w = L_0 \int σ \, dε, \qquad
    δ = L - L_0 \left( 1 + \frac{σ - σ_0}{E} \right)

=========  ==========================================================================================
symbol     here
=========  ==========================================================================================
L, A       length along the pull and area across it; with the index 0 those of the first sample
P          virial pressure along the pull [bar]; LAMMPS counts compression positive
ε, σ       engineering strain and stress; tension is positive [1, GPa]
E          slope of σ against ε in the elastic range
w          work done per area of the section until it bears nothing [J/m²]
δ          what elasticity does not explain of the elongation: the opening of a crack, or flow
=========  ==========================================================================================

Stress is averaged over 1 ps or more before a peak is looked for: the virial of some thousand atoms fluctuates by more
than a GPa. A cell has one pair of boundaries, so a strength is that of one sample at one rate; compare cells that were
pulled at the same rate (doi:10.1038/s41467-025-59895-9, Fig. 6b).
"""

import math
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.line import fit_line
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.results import Estimate
from gbglass.errors import InputError
from gbglass.units import GPA_PER_BAR, J_PER_M2_PER_GPA_A

ELASTIC = 0.02
"""The modulus is fitted up to this strain [1]."""

BROKEN = 0.5
"""Broken is what bears less than this part of its strength [1]."""

PARTED = 0.1
"""Parted is what bears less than this part of its strength [1]."""

FEWEST_IN_ELASTIC = 8
"""Samples below `ELASTIC` that a modulus needs."""
_TIME_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Pull:
    """What LAMMPS logged of a cell while it was pulled along one axis.

    Parameters
    ----------
    times
        Equally spaced [ps, (n,)].
    lengths
        Of the cell along the pull [Å, (n,)].
    areas
        Of the section across it [Å², (n,)].
    pressures
        Virial pressure along the pull, compression positive [bar, (n,)].

    Raises
    ------
    InputError
        If they differ in length, are not finite, or the times are not equally spaced.

    """

    times: FloatArray
    lengths: FloatArray
    areas: FloatArray
    pressures: FloatArray

    def __post_init__(self) -> None:
        columns = {name: getattr(self, name) for name in ("times", "lengths", "areas", "pressures")}
        for name, column in columns.items():
            if len(column) != len(self.times) or not np.isfinite(column).all():
                raise InputError(f"'{name}' must be {len(self.times)} finite numbers, got {len(column)}")
            object.__setattr__(self, name, frozen_floats(column))
        spacings = np.diff(self.times)
        if len(spacings) == 0 or spacings.max() - spacings.min() > _TIME_TOLERANCE * spacings.mean() + 1e-9:
            raise InputError("'times' must be two or more, equally spaced")

    @property
    def spacing(self) -> float:
        """Time between two samples [ps]."""
        return float(self.times[1] - self.times[0])


@dataclass(frozen=True)
class StressStrain:
    """A stress-strain curve.

    Parameters
    ----------
    strain
        Engineering strain, averaged over `window` [1, (n,)].
    stress
        Engineering stress, averaged over `window`, tension positive [GPa, (n,)].
    stress_error
        Uncertainty of one of these stresses, from the fluctuations in the elastic range [GPa].
    window
        Averaged over [ps].
    strain_rate
        [1/ps].
    modulus
        Slope up to `ELASTIC` [GPa]. Young's modulus if the sides were free, the stiffness C at fixed sides.
    strength
        Largest stress [GPa].
    strain_at_peak
        Where the stress is largest [1].
    strain_at_break
        Where it first falls below half the strength after the peak [1]; None if it does not.
    work_of_fracture
        Work per area until the stress first falls below a tenth of the strength [J/m²]; None if it does not: what was
        done so far would be too little.
    opening
        Elongation that elasticity does not explain [Å, (n,)].

    """

    strain: FloatArray
    stress: FloatArray
    stress_error: float
    window: float
    strain_rate: float
    modulus: Estimate
    strength: float
    strain_at_peak: float
    strain_at_break: float | None
    work_of_fracture: float | None
    opening: FloatArray


def stress_strain(pull: Pull, window: float = 1.0, elastic: float = ELASTIC) -> StressStrain:
    """Make the curve of a pull and read it.

    Parameters
    ----------
    pull
        What was logged.
    window
        Stress is averaged over this time [ps].
    elastic
        The modulus is fitted up to this strain [1].

    Raises
    ------
    InputError
        If the cell does not get longer, fewer than 8 samples lie in the elastic range, or the window is longer than
        the time that this range takes.

    Examples
    --------
    >>> times = np.arange(0.0, 100.0, 0.1)
    >>> lengths = 50.0 * (1.0 + 1e-3 * times)
    >>> stress = 150.0 * 1e-3 * times * (times < 80.0)  # breaks at 8 % of strain
    >>> curve = stress_strain(Pull(times, lengths, np.full(1000, 200.0), -1e4 * stress))
    >>> round(curve.modulus.value, 3), round(curve.strain_at_break, 3)
    (150.0, 0.08)
    >>> round(curve.work_of_fracture, 1), round(0.5 * 150.0 * 0.08**2 * 50.0 * 0.1, 1)  # J/m²
    (2.4, 2.4)

    """
    strain = pull.lengths / pull.lengths[0] - 1.0
    stress = -GPA_PER_BAR * pull.pressures * pull.areas / pull.areas[0]
    modulus = _modulus(strain, stress, elastic)
    samples = max(1, round(window / pull.spacing))
    if samples > modulus.n_frames:
        raise InputError(
            f"'window' must be shorter than the elastic range takes, got {window:g} ps; pull slower or average less"
        )
    smooth_strain, smooth = _averaged(strain, samples), _averaged(stress, samples)
    peak = int(np.argmax(smooth))
    strength = float(smooth[peak])
    broken, parted = (_falls_below(smooth, peak, part * strength) for part in (BROKEN, PARTED))
    relaxed = pull.lengths[0] * (smooth_strain - (smooth - _stress_at_rest(strain, stress, modulus)) / modulus.value)
    return StressStrain(
        strain=frozen_floats(smooth_strain),
        stress=frozen_floats(smooth),
        stress_error=_error_of_a_mean(strain, modulus, samples),
        window=samples * pull.spacing,
        strain_rate=float((strain[-1] - strain[0]) / (pull.times[-1] - pull.times[0])),
        modulus=modulus,
        strength=strength,
        strain_at_peak=float(smooth_strain[peak]),
        strain_at_break=None if broken is None else float(smooth_strain[broken]),
        work_of_fracture=None if parted is None else _work(smooth_strain, smooth, parted) * float(pull.lengths[0]),
        opening=frozen_floats(relaxed),
    )


def _stress_at_rest(strain: FloatArray, stress: FloatArray, modulus: Estimate) -> float:
    """Return the stress at no strain on the line of the modulus [GPa]."""
    fitted = slice(0, modulus.n_frames)
    return float(stress[fitted].mean() - modulus.value * strain[fitted].mean())


def _modulus(strain: FloatArray, stress: FloatArray, elastic: float) -> Estimate:
    beyond = np.flatnonzero(strain > elastic)
    n = int(beyond[0]) if len(beyond) else len(strain)
    if not strain[-1] > 0.0 or n < FEWEST_IN_ELASTIC:
        raise InputError(
            f"a modulus needs {FEWEST_IN_ELASTIC} samples or more up to a strain of {elastic:g} of a cell that gets "
            f"longer, got {n}; log more often"
        )
    return fit_line(strain[:n], stress[:n], "GPa")


def _error_of_a_mean(strain: FloatArray, modulus: Estimate, samples: int) -> float:
    """Return the standard error of a stress averaged over some samples, from the scatter about the line [GPa]."""
    scatter = modulus.standard_deviation * float(strain[: modulus.n_frames].std())
    return scatter / math.sqrt(max(1.0, samples * modulus.n_independent / modulus.n_frames))


def _averaged(values: FloatArray, samples: int) -> FloatArray:
    """Return means of neighbouring samples; a rest at the end that fills no window is left out."""
    whole = len(values) // samples
    means: FloatArray = values[: whole * samples].reshape(whole, samples).mean(axis=1)
    return means


def _falls_below(stress: FloatArray, peak: int, level: float) -> int | None:
    below = np.flatnonzero(stress[peak:] < level)
    return peak + int(below[0]) if len(below) else None


def _work(strain: FloatArray, stress: FloatArray, parted: int) -> float:
    """Integrate from no strain to the sample at which it has parted [J/m² for each Å of length]."""
    along = np.concatenate([[0.0], strain[: parted + 1]])
    borne = np.concatenate([[stress[0]], stress[: parted + 1]])
    return float(np.trapezoid(borne, along)) * J_PER_M2_PER_GPA_A
