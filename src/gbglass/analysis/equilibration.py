"""From when on a series is in equilibrium: found in the data, not guessed.

Whatever is left out at the start costs samples; whatever is kept of the relaxation makes those that remain look
correlated. The start that leaves the most independent samples balances the two (Chodera,
doi:10.1021/acs.jctc.5b00784), but flatters itself: it is chosen for looking uncorrelated. Of series of 50
autocorrelation times, in equilibrium all through, 95 % intervals from that start held the truth 82 % of the time. So
the earliest start is taken that leaves about as many samples as the best: of n at best, n / (1 + (60/n)²) count as
alike. A few tens of samples are known to a factor of two or three, some hundreds to a few per cent, and then a slow
relaxation shows. A series that is still going somewhere has one long relaxation and few samples whatever is left out:
then it is not in equilibrium, and says so.
"""

from dataclasses import dataclass

import numpy as np

from gbglass.analysis.statistics import THIN, autocorrelation_time
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError

_STARTS = 50
"""Candidates, evenly spaced over the first four fifths of the series."""

_LATEST = 0.8
FEWEST_SAMPLES = 20
"""Of a series in which a start is looked for."""

_WELL_KNOWN = 60.0
"""Independent samples, of which half as many count as alike."""


@dataclass(frozen=True)
class Equilibration:
    """Where the equilibrium of a series begins.

    Parameters
    ----------
    time
        From which on the series counts [ps].
    first
        Index of that frame.
    n_independent
        Independent samples from there on [1].
    reached
        Whether these are enough (10) to call it an equilibrium.

    """

    time: float
    first: int
    n_independent: float
    reached: bool

    @property
    def statement(self) -> str:
        """What was found, in a sentence."""
        if self.reached:
            return f"in equilibrium from {self.time:g} ps on, with {self.n_independent:.0f} independent samples"
        return (
            f"no equilibrium was found: the best start, {self.time:g} ps, leaves {self.n_independent:.1f} independent "
            f"samples, {THIN:g} are needed; run longer"
        )


def find_equilibration(times: FloatArray, series: FloatArray) -> Equilibration:
    """Find the earliest start that leaves about as many independent samples as any.

    Parameters
    ----------
    times
        [ps, (n,)].
    series
        Equally spaced samples of anything [(n,)].

    Raises
    ------
    InputError
        If there are fewer than 20 samples or one is not finite.

    Examples
    --------
    >>> times = np.arange(500.0)
    >>> noise = np.random.default_rng(1).normal(0.0, 1.0, 500)
    >>> found = find_equilibration(times, 20.0 * np.exp(-times / 20.0) + noise)
    >>> 30.0 < found.time < 120.0, found.reached
    (True, True)

    """
    n = len(series)
    if n < FEWEST_SAMPLES:
        raise InputError(f"an equilibration needs {FEWEST_SAMPLES} samples or more, got {n}")
    starts = np.unique(np.linspace(0, _LATEST * n, _STARTS).astype(np.int64))
    left = np.array([(n - start) / (2.0 * autocorrelation_time(series[start:])) for start in starts])
    best = float(left.max())
    alike = best / (1.0 + (_WELL_KNOWN / best) ** 2)
    enough = max(alike, min(best, THIN))  # an equilibrium that is there is not lost for being called alike
    chosen = int(np.argmax(left >= enough))
    first = int(starts[chosen])
    return Equilibration(float(times[first]), first, float(left[chosen]), bool(left[chosen] >= THIN))
