r"""Diffusivity against temperature: activation energy and prefactor, with their intervals.

.. math:: \ln D = \ln D_0 - E_a / kT

by least squares, each temperature weighted by its own relative error. Where the points scatter more around the line
than their errors say, the errors of the line grow by as much (never shrink): the law does not hold exactly, or the
errors were too small. The interval is the wider of two: that of the given errors, with the degrees of freedom behind
them, and that of the scatter, with as many as there are temperatures beyond two.

Pitfall: a line through a phase transition (tetragonal to cubic LLZO near 900 K) belongs to neither phase.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.student import student_quantile
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.results import Estimate
from gbglass.errors import InputError
from gbglass.units import BOLTZMANN_EV_PER_K

FEWEST_TEMPERATURES = 3
"""Two make a line through any error."""
_CONFIDENCE = 0.975


@dataclass(frozen=True)
class Arrhenius:
    """A line through ln D against 1/T.

    Parameters
    ----------
    temperatures
        [K, (n,)], rising.
    diffusivities, standard_errors
        [Å²/ps, (n,)].
    activation_energy
        E_a [eV].
    log_prefactor
        ln of D_0 over 1 Å²/ps [1].
    excess_scatter
        Scatter around the line over what the errors say, at least 1 [1].
    covariance
        Of ln D_0 and E_a [1, eV; (2, 2)].
    reach
        Half an interval of 95 % over its standard error [1].

    """

    temperatures: FloatArray
    diffusivities: FloatArray
    standard_errors: FloatArray
    activation_energy: Estimate
    log_prefactor: Estimate
    excess_scatter: float
    covariance: FloatArray
    reach: float

    def at(self, temperature_K: float) -> Estimate:
        """Read the line at a temperature, measured or not [Å²/ps].

        Its interval is that of the line, which knows nothing of another phase or mechanism there.
        """
        slope = np.array([1.0, -1.0 / (BOLTZMANN_EV_PER_K * temperature_K)])
        log_d = float(slope @ [self.log_prefactor.value, self.activation_energy.value])
        error = math.sqrt(float(slope @ self.covariance @ slope))
        n = len(self.temperatures)
        reach = self.reach * error
        value = math.exp(log_d)
        interval = (math.exp(log_d - reach), math.exp(log_d + reach))
        return Estimate(value, "Å²/ps", value * error, value * error, n, n - 1.0, interval)


def fit_arrhenius(diffusivities: Mapping[float, Estimate]) -> Arrhenius:
    """Fit an activation energy.

    Parameters
    ----------
    diffusivities
        By temperature [K], three or more [Å²/ps].

    Raises
    ------
    InputError
        If there are fewer than three temperatures, or a diffusivity or its error is not positive: name it, and leave it
        out only for a reason.

    Examples
    --------
    >>> def known(t):
    ...     d = 3.0 * math.exp(-0.3 / (BOLTZMANN_EV_PER_K * t))
    ...     return Estimate(d, "Å²/ps", 0.0, 0.05 * d, 100, 20.0, (0.9 * d, 1.1 * d))
    >>> fit = fit_arrhenius({t: known(t) for t in (900.0, 1000.0, 1100.0, 1200.0)})
    >>> round(fit.activation_energy.value, 6), round(math.exp(fit.log_prefactor.value), 6)
    (0.3, 3.0)

    """
    if len(diffusivities) < FEWEST_TEMPERATURES:
        raise InputError(
            f"an activation energy with an error needs 3 temperatures or more, got {sorted(diffusivities)} K"
        )
    for temperature, d in diffusivities.items():
        if not (d.value > 0.0 and 0.0 < d.standard_error < math.inf and temperature > 0.0):
            raise InputError(
                f"every diffusivity and its error must be positive, got {d.value:g} ± {d.standard_error:g} {d.unit} at "
                f"{temperature:g} K; run longer there, or leave that temperature out and say so"
            )
    temperatures = np.array(sorted(diffusivities), dtype=np.float64)
    values = np.array([diffusivities[t].value for t in temperatures])
    errors = np.array([diffusivities[t].standard_error for t in temperatures])
    design = np.stack([np.ones(len(values)), -1.0 / (BOLTZMANN_EV_PER_K * temperatures)], axis=1)
    weights = (values / errors) ** 2
    covariance = np.linalg.inv(design.T @ (weights[:, None] * design))
    line = covariance @ design.T @ (weights * np.log(values))
    freedom = len(values) - 2
    scatter = float(np.sum(weights * (np.log(values) - design @ line) ** 2)) / freedom
    excess = max(1.0, math.sqrt(scatter))
    covariance *= excess**2
    given = sum(max(d.n_independent - 1.0, 1.0) for d in diffusivities.values())
    factor = (
        max(student_quantile(_CONFIDENCE, given), student_quantile(_CONFIDENCE, freedom) * math.sqrt(scatter)) / excess
    )
    reach = factor * np.sqrt(np.diag(covariance))
    intercept, energy = (
        Estimate(
            float(line[k]), unit, float(reach[k]), math.sqrt(float(covariance[k, k])), len(values), freedom + 1.0,
            (float(line[k] - reach[k]), float(line[k] + reach[k])),
        )
        for k, unit in enumerate(("1", "eV"))
    )  # fmt: skip
    return Arrhenius(
        frozen_floats(temperatures), frozen_floats(values), frozen_floats(errors), energy, intercept, excess,
        frozen_floats(covariance), float(factor),
    )  # fmt: skip
