"""Lattice constants of the electrodes, which change with their lithium."""

import math
from dataclasses import dataclass

from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.errors import InputError


@dataclass(frozen=True)
class LatticeConstants:
    """The lattice constant of an electrode, which changes with its lithium.

    Between the ends it follows Vegard's law. Give those of the potential in use, at the temperature of the run.

    Parameters
    ----------
    full
        At x = 1 [Å].
    empty
        At x = 0 [Å].

    Raises
    ------
    InputError
        If one is not a positive number.

    """

    full: float
    empty: float

    def __post_init__(self) -> None:
        for name, value in (("full", self.full), ("empty", self.empty)):
            if not (math.isfinite(value) and value > 0.0):
                raise InputError(f"'{name}' must be a lattice constant in Å, positive, got {value}")

    def at(self, x: float) -> float:
        """Return the lattice constant at a content x [Å].

        Examples
        --------
        >>> LatticeConstants(full=9.0, empty=9.4).at(0.5)
        9.2

        """
        return self.empty + x * (self.full - self.empty)


LZO_LATTICE = LatticeConstants(full=9.12, empty=9.42)
"""LiZr2O4: 9.12 Å (doi:10.1038/s41467-025-59895-9, Supplementary Note 5); Zr2O4: that times 1.033, the ratio of the
two lattice constants under SevenNet-0 (9.323 / 9.026) and under CHGNet 0.3.0 (9.212 / 8.911)."""

LLZO_LATTICE = LATTICE_PARAMETER
"""Cubic LLZO as it is built [Å]."""

LITHIUM_LATTICE = LatticeConstants(full=3.51, empty=3.51)
"""bcc lithium at room temperature."""


def given_constants(known: LatticeConstants, full: float | None, empty: float | None) -> LatticeConstants:
    """Take lattice constants from a user, and the known ones where there are none.

    Parameters
    ----------
    known
        If both are absent; if only that at x = 0 is absent, it keeps its ratio to the other.
    full, empty
        At x = 1 and at x = 0 [Å].

    Examples
    --------
    >>> round(given_constants(LZO_LATTICE, 9.026, None).empty, 3)
    9.323

    """
    taken = known.full if full is None else full
    return LatticeConstants(taken, taken * known.empty / known.full if empty is None else empty)
