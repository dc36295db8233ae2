"""The bicrystal that a cell needs, from the boundary that is wanted in it."""

from dataclasses import dataclass

from gbglass.build.boundaries.boundary import BoundarySpec
from gbglass.build.boundaries.csl import RECOMMENDED_THICKNESS
from gbglass.build.cells.cell import MODELS, Thicknesses
from gbglass.build.cells.electrolyte import fewest_layers
from gbglass.build.tilt import Miller
from gbglass.errors import InputError


@dataclass(frozen=True)
class WantedBoundary:
    """A boundary as a user names it for a cell.

    Parameters
    ----------
    axis, plane
        Tilt axis [uvw] and plane (hkl).
    layers
        Planes in each grain; enough for the cell if absent.
    cut_offset
        Where the plane cuts the crystal, in parts of the plane spacing [1].

    """

    axis: Miller
    plane: Miller
    layers: int | None = None
    cut_offset: float = 0.0


def boundary_for(model: str, wanted: WantedBoundary, thicknesses: Thicknesses, boundaries: int = 2) -> BoundarySpec:
    """Say which bicrystal a cell needs.

    Parameters
    ----------
    model
        Name of the cell.
    wanted
        What the user gave. Layers that are absent are those that give the electrolyte its thickness if boundaries lie
        parallel to the electrodes, and grains of 25 Å if they stand perpendicular; always so many that a twin exists.
    thicknesses
        Of the parts of the cell.
    boundaries
        How many parallel ones are kept, 1 or 2.

    Raises
    ------
    InputError
        If there is no such cell or boundary.

    Examples
    --------
    >>> boundary_for("cell-2", WantedBoundary((1, 0, 0), (0, 1, 2)), Thicknesses()).layers
    10

    """
    if model not in MODELS:
        raise InputError(f"'model' must be one of {', '.join(MODELS)}, got {model!r}")
    layers = wanted.layers
    if layers is None:
        is_parallel = MODELS[model].orientation == "parallel"
        grain = thicknesses.llzo / max(boundaries, 1) if is_parallel else RECOMMENDED_THICKNESS
        layers = fewest_layers(wanted.axis, wanted.plane, grain)
    return BoundarySpec(wanted.axis, wanted.plane, layers, cut_offset=wanted.cut_offset)
