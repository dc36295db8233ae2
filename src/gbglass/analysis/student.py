"""Student's t without `scipy.stats`, which takes longer to import than most commands to answer."""

from scipy.special import stdtr, stdtrit


def student_quantile(level: float, freedom: float) -> float:
    """Return below which t lies with a probability, for so many degrees of freedom.

    Parameters
    ----------
    level
        The probability, between 0 and 1.
    freedom
        Above 0; need not be whole.

    Examples
    --------
    >>> round(student_quantile(0.975, 4), 3), round(student_quantile(0.975, 1e9), 3)
    (2.776, 1.96)

    """
    return float(stdtrit(freedom, level))


def student_tail(value: float, freedom: float) -> float:
    """Return the probability that t lies above a value.

    Examples
    --------
    >>> round(student_tail(2.776, 4), 3)
    0.025

    """
    return float(stdtr(freedom, -value))
