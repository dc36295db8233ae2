"""Atoms followed through the faces of a periodic cell."""

from collections.abc import Iterator

import numpy as np

from gbglass.core.trajectory import Frame
from gbglass.errors import InputError

LARGEST_STEP = 0.4
"""Of a cell length between two frames. From one half on nobody can tell which way an atom went, and where some move 0.4
others have moved more [1]."""


def unwrapped(frames: Iterator[Frame]) -> Iterator[Frame]:
    """Follow every atom from frame to frame by its nearest image.

    It works in fractional coordinates, so that the cell may change. What is unwrapped already stays as it is, if its
    steps are short enough.

    Parameters
    ----------
    frames
        In order of time, with the same atoms.

    Raises
    ------
    InputError
        If an atom moves by more than 0.4 of a cell length between two frames.

    Examples
    --------
    >>> places = (9.5, 0.5, 1.5)  # through the face of a cell of 10 Å
    >>> wrapped = (Frame(n, float(n), np.eye(3) * 10.0, np.array([[x, 0.0, 0.0]])) for n, x in enumerate(places))
    >>> [float(frame.positions[0, 0]) for frame in unwrapped(wrapped)]
    [9.5, 10.5, 11.5]

    """
    last = None
    for frame in frames:
        fractional = frame.fractional
        last = fractional if last is None else last
        images = np.rint(fractional - last)
        fractional -= images
        steps = np.abs(fractional - last)
        if steps.size and steps.max() > LARGEST_STEP:
            atom, axis = np.unravel_index(int(steps.argmax()), steps.shape)
            raise InputError(
                f"atom {atom + 1} moves {steps[atom, axis]:.2f} of the cell along axis {axis + 1} up to step "
                f"{frame.step}: too far to be followed through the faces; write frames more often, or "
                "unwrapped coordinates (xu yu zu)"
            )
        last = fractional
        positions = frame.positions - images @ frame.cell if images.any() else frame.positions
        yield Frame(frame.step, frame.time, frame.cell, positions, frame.arrays)
