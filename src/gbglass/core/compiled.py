"""Loops that NumPy cannot do in one go, compiled by numba when first called and kept on disk."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """Compile a function of numbers and arrays; it lets other threads run, and rounds as Python does.

    Examples
    --------
    >>> @compiled
    ... def triangle(n: int) -> int:
    ...     total = 0
    ...     for k in range(n + 1):
    ...         total += k
    ...     return total
    >>> triangle(4)
    10

    """
    try:
        return cast(_F, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder that a cache could lie in may be written to
        return cast(_F, njit(nogil=True)(function))
