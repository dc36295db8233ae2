"""Whether a glass still transforms at the end: its energy rises where crystal melts and falls where crystal grows.

Fig. 5c of doi:10.1038/s41467-025-59895-9 tells the two apart that way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.drift import Course, find_drift
from gbglass.core.arrays import FloatArray

LARGEST_CHANGE = 0.005
"""Of the potential energy over the hold. A glass of LLZO lies 0.18 eV/atom above its crystal with buckingham-llzo, so
that this is the melting or growth of 3 % of a cell [eV/atom]."""

_FEWEST = 20


@dataclass(frozen=True)
class Settling:
    """How the energy went over a hold.

    Parameters
    ----------
    change
        Of the potential energy, along the straight line through it [eV/atom].
    course
        Where it goes, if that can be told.
    duration
        Of the hold [ps].
    n_samples
        Rows of the log.

    """

    change: float
    course: Course
    duration: float
    n_samples: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why this is not settled, or cannot be told; empty if it is."""
        return tuple(self._faults())

    @property
    def statement(self) -> str:
        """How it went, in a sentence."""
        return f"has settled: its energy went by {1e3 * self.change:+.1f} meV/atom in {self.duration:g} ps."

    def _faults(self) -> Iterator[str]:
        if self.n_samples < _FEWEST:
            yield (
                f"too short to tell whether it still transforms: {self.n_samples} energies, {_FEWEST} are needed; "
                "hold it longer"
            )
        elif self.course != "steady" and abs(self.change) > LARGEST_CHANGE:
            yield (
                f"it still transforms: the potential energy went by {1e3 * self.change:+.1f} meV/atom in "
                f"{self.duration:g} ps, {1e3 * LARGEST_CHANGE:g} are allowed; hold it longer"
            )


def settling(times: FloatArray, energies: FloatArray) -> Settling:
    """Fit a line through the potential energy of a hold.

    Parameters
    ----------
    times
        Equally spaced [ps, (n,)].
    energies
        Potential energy [eV/atom, (n,)].

    Examples
    --------
    >>> times = np.arange(400.0)
    >>> noise = np.random.default_rng(1).normal(0.0, 1e-3, 400)
    >>> settling(times, noise).reasons
    ()
    >>> settling(times, noise - 1e-4 * times).reasons[0][:60]
    'it still transforms: the potential energy went by -39.9 meV/'

    """
    duration = float(np.ptp(times)) if len(times) else 0.0
    if len(times) < _FEWEST:
        return Settling(0.0, "undecided", duration, len(times))
    drift = find_drift(times, energies, "eV/atom")
    return Settling(drift.change, drift.course, duration, len(times))
