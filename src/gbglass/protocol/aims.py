"""What a recipe is for: the part of the cell that it turns to glass and the part that it leaves a crystal."""

from dataclasses import dataclass

from gbglass.core.region import Region, Shell, Slab, Union

BOUNDARIES = (0.0, 0.5)
"""Where the two boundaries of a periodic cell lie, in parts of its height."""

AT_BOUNDARY = 6.0
"""To each side of a boundary's plane [Å]. Nearer to it a boundary looks like glass as it is built: of the La and Zr
within 4 Å of Σ5(012) and Σ5(013) 72 to 86 % do, within 6 Å 42 to 54 %, in Σ3 none to 12 %; 70 % must after a melt."""

INTERIORS = Union(of=(Slab(low=1 / 6, high=1 / 3), Slab(low=2 / 3, high=5 / 6)))
"""The middle third of each grain: nothing less may be left of a crystal whose boundaries alone were to melt."""


@dataclass(frozen=True)
class Aim:
    """What has to be glass and what crystal when a recipe has ended.

    Parameters
    ----------
    glass
        None for the whole cell.
    crystal
        None for what lies beyond the rim of the glass.
    part
        What people call the glass, such as ``"boundary 1"``; empty if it needs no name.

    """

    glass: Region | None
    crystal: Region | None = None
    part: str = ""


WHOLE_CELL = (Aim(None),)
EACH_BOUNDARY = tuple(
    Aim(Shell(position=position, within_A=AT_BOUNDARY), INTERIORS, f"boundary {number}")
    for number, position in enumerate(BOUNDARIES, start=1)
)
