r"""The ratio of two means of which each may be of either sign, with Fieller's interval.

It holds every ratio :math:`R` for which Student's interval of the mean of :math:`a - R b`, seeds paired, holds 0:

.. math:: (\bar a - R \bar b)^2 \le \frac{t_{n-1}^2}{n} \, s^2_{a - R b}

(E. C. Fieller, J. R. Stat. Soc. B 16, 175, 1954). It thus excludes 1 exactly if the interval of the mean difference
excludes 0, and no value has to be left out for its sign, as a logarithm would.
"""

import math
from collections.abc import Sequence

import numpy as np

from gbglass.analysis.student import student_quantile

_HALF = 0.5


def ratio_interval(above: Sequence[float], below: Sequence[float], level: float) -> tuple[float, float] | None:
    """Return the interval of the ratio of two means; None unless the interval of the lower one lies above 0.

    Parameters
    ----------
    above, below
        Values of what is divided and of what it is divided by, one a seed, in the same order and unit [(n,)].
    level
        Share of such intervals that miss the truth [1].

    Returns
    -------
    tuple of float
        Lower and upper end [1].

    Examples
    --------
    >>> [round(end, 3) for end in ratio_interval([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], 0.05)]
    [-0.242, 2.242]
    >>> ratio_interval([1.0, 2.0, 3.0], [0.1, -0.1, 0.0], 0.05) is None
    True

    """
    a, b = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    t_squared = student_quantile(1.0 - _HALF * level, len(a) - 1) ** 2
    squares = np.outer([a.mean(), b.mean()], [a.mean(), b.mean()]) - t_squared * np.cov(a, b) / len(a)
    if not (b.mean() > 0.0 and squares[1, 1] > 0.0):
        return None
    middle = float(squares[0, 1] / squares[1, 1])
    reach = math.sqrt(max(0.0, middle**2 - float(squares[0, 0] / squares[1, 1])))
    return middle - reach, middle + reach
