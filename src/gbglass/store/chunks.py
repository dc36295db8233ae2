"""How many frames of a store are read and written together."""

_CHUNK = 2**16
"""Of positions as float32 [bytes]."""


def frames_at_once(n_atoms: int) -> int:
    """Return how many frames share a chunk.

    Examples
    --------
    >>> frames_at_once(500), frames_at_once(100_000)
    (10, 1)

    """
    return max(1, _CHUNK // (12 * max(1, n_atoms)))
