"""Numbers that travel with their unit, their spread and how many independent samples stand behind them."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["accumulates", "depletes", "undecided"]


@dataclass(frozen=True)
class Estimate:
    """A mean over correlated frames.

    Parameters
    ----------
    value
        The mean, in `unit`.
    unit
        As people write it, such as ``"atoms/Å"``.
    standard_deviation
        Spread of single frames around the mean, in `unit` (what the paper's error bars show).
    standard_error
        Uncertainty of the mean, in `unit`: from the independent samples, not from the frames.
    n_frames
        Frames averaged over.
    n_independent
        Independent samples among them: duration over twice the integrated autocorrelation time.
    interval
        95 % confidence interval of the mean, in `unit`.

    """

    value: float
    unit: str
    standard_deviation: float
    standard_error: float
    n_frames: int
    n_independent: float
    interval: tuple[float, float]

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero."""
        low, high = self.interval
        return low > 0.0 or high < 0.0
