"""Diffusivities by kinisi (MIT), an optional package: a Bayesian fit with the covariance of a random walk.

It fits the same lags as `gbglass.analysis.msd`, 10 to 50 % of the trajectory: with a hundred lags up to the longest its
interval missed the truth of a random walk. Atoms that hop together break its model, which takes them as independent.
Its diffusivity is never below 0: an interval that excludes 0 does not show diffusion.
Source: McCluskey et al., doi:10.1021/acs.jctc.4c01249.
"""

from importlib import import_module
from importlib.metadata import version
from types import ModuleType

import numpy as np
from ase import Atoms

from gbglass.analysis.msd import FIT
from gbglass.core.arrays import FloatArray
from gbglass.core.results import Estimate
from gbglass.errors import InputError

TESTED = "2.1.0"
"""Release that it is tested with."""

_AXES = ("xyz", "x", "y", "z")
_SEED = 1
_MOST_LAGS = 20
"""Of the fit: more tell nothing more, and their covariance becomes singular."""

_PERCENTILES = (2.5, 97.5)


def need_kinisi() -> tuple[ModuleType, ModuleType]:
    """Import kinisi and scipp, the units that it takes.

    Raises
    ------
    InputError
        If they are not installed.

    """
    try:
        return import_module("kinisi.analyze"), import_module("scipp")
    except ImportError as error:
        raise InputError(
            f"a diffusivity by kinisi needs the package kinisi ({error}); install it (pip install kinisi=={TESTED}) "
            "or leave --diffusivity-by out"
        ) from error


def kinisi_statement() -> str:
    """Return which kinisi is installed and what it fits to."""
    return f"kinisi {version('kinisi')}, lags of {100 * FIT[0]:g} to {100 * FIT[1]:g} % of the trajectory"


def kinisi_diffusivities(paths: FloatArray, spacing: float) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """Fit the diffusivity of all three axes, and along x, y and z.

    Parameters
    ----------
    paths
        Displacements from the first frame, the drift removed [Å, (n_frames, n_atoms, 3)].
    spacing
        Between frames [ps].

    Returns
    -------
    tuple of Estimate
        [Å²/ps]. The standard deviation and error are both those of the posterior; the samples are displacements of the
        first lag that do not overlap.

    Raises
    ------
    InputError
        If kinisi is not installed.

    """
    analyze, units = need_kinisi()
    ps = units.Unit("ps")
    n_frames, n_atoms = paths.shape[:2]
    first = max(1, round(FIT[0] * n_frames))
    frames = _in_a_wide_box(paths)
    step, skip = spacing * ps, 1 * units.Unit("dimensionless")
    numbers = np.unique(np.linspace(first, max(first + 1, round(FIT[1] * n_frames)), _MOST_LAGS).round())
    lags = units.array(dims=["time interval"], values=spacing * numbers, unit=ps)
    found = []
    for axes in _AXES:
        analysis = analyze.DiffusionAnalyzer.from_ase(
            frames, specie="Li", time_step=step, step_skip=skip, dt=lags, dimension=axes, progress=False
        )
        analysis.diffusion(start_dt=lags["time interval", 0], random_state=np.random.RandomState(_SEED), progress=False)
        draws = np.asarray(analysis.D.to(unit=units.Unit("angstrom^2/ps"), copy=False).values, dtype=np.float64)
        low, high = (float(end) for end in np.percentile(draws, _PERCENTILES))
        spread = float(draws.std(ddof=1))
        n_apart = n_atoms * n_frames / first
        found.append(Estimate(float(draws.mean()), "Å²/ps", spread, spread, n_frames, n_apart, (low, high)))
    return found[0], found[1], found[2], found[3]


def _in_a_wide_box(paths: FloatArray) -> list[Atoms]:
    """Return the paths as frames beside an atom that stands still, in a box so wide that nothing goes around it."""
    n_atoms = paths.shape[1]
    side = 4.0 * float(np.abs(paths).max()) + 10.0
    middle = np.full((1, 3), 0.5 * side)
    symbols = ["Zr", *["Li"] * n_atoms]
    return [Atoms(symbols, np.concatenate([middle, middle + xyz]), cell=np.eye(3) * side, pbc=True) for xyz in paths]
