"""Regions: parts of a cell tied to the framework; the same object freezes, melts, counts and averages.

A region is plain data, as it stands in a study file, and one function: which atoms of a frame does it hold?
"""

import math
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy.spatial import KDTree

from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.core.cell import cell_height
from gbglass.core.framework import AnchoredFrame
from gbglass.errors import InputError

Axis = Literal[0, 1, 2]
Fraction = Annotated[float, Field(ge=-1.0, le=2.0)]
Length = Annotated[float, Field(ge=0.0, le=1e6)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Slab(_Part):
    """What lies between two fractions of a cell vector; `low` belongs to it, `high` does not.

    Examples
    --------
    >>> from gbglass.core.framework import AnchoredFrame
    >>> view = AnchoredFrame(np.array([[0, 0, 0.02], [0, 0, 0.5], [0, 0, -0.04]]), np.eye(3) * 20, np.array([1]))
    >>> Slab(low=-0.05, high=0.05).mask(view).tolist()  # a boundary at 0, through the face of the cell
    [True, False, True]

    """

    kind: Literal["slab"] = "slab"
    low: Annotated[Fraction, Field(description="where it begins, in parts of the cell vector")]
    high: Annotated[Fraction, Field(description="where it ends, in parts of the cell vector; may lie beyond 1")]
    axis: Annotated[Axis, Field(description="the cell vector: 0, 1 or 2")] = 2

    @model_validator(mode="after")
    def _is_a_part(self) -> "Slab":
        _check_span(self.low, self.high)
        return self

    def mask(self, view: AnchoredFrame) -> BoolArray:
        """Say of each atom whether it is inside [bool, (n_atoms,)]."""
        return _between(view.fractional[:, self.axis], self.low, self.high)


class Box(_Part):
    """What lies between two fractions of each cell vector."""

    kind: Literal["box"] = "box"
    low: Annotated[tuple[Fraction, Fraction, Fraction], Field(description="where it begins along each cell vector")]
    high: Annotated[tuple[Fraction, Fraction, Fraction], Field(description="where it ends along each cell vector")]

    @model_validator(mode="after")
    def _is_a_part(self) -> "Box":
        for low, high in zip(self.low, self.high, strict=True):
            _check_span(low, high)
        return self

    def mask(self, view: AnchoredFrame) -> BoolArray:
        """Say of each atom whether it is inside [bool, (n_atoms,)]."""
        inside = [_between(view.fractional[:, k], self.low[k], self.high[k]) for k in range(3)]
        all_of: BoolArray = np.logical_and.reduce(inside)
        return all_of


class Shell(_Part):
    """What is nearer to a plane across a cell vector than one distance, and not nearer than another, on both sides.

    Examples
    --------
    >>> from gbglass.core.framework import AnchoredFrame
    >>> view = AnchoredFrame(np.array([[0, 0, 0.95], [0, 0, 0.2]]), np.eye(3) * 20, np.array([1]))
    >>> Shell(position=0.0, within_A=2.0).mask(view).tolist()
    [True, False]

    """

    kind: Literal["shell"] = "shell"
    position: Annotated[Fraction, Field(description="of the plane, in parts of the cell vector")]
    within_A: Annotated[float, Field(gt=0.0, le=1e6, description="largest distance to the plane [Å]")]
    beyond_A: Annotated[Length, Field(description="smallest distance to the plane [Å]")] = 0.0
    axis: Annotated[Axis, Field(description="the cell vector that the plane crosses: 0, 1 or 2")] = 2

    @model_validator(mode="after")
    def _holds_something(self) -> "Shell":
        if self.beyond_A >= self.within_A:
            raise ValueError(f"'beyond_A' must be less than 'within_A', got {self.beyond_A:g} and {self.within_A:g} Å")
        return self

    def mask(self, view: AnchoredFrame) -> BoolArray:
        """Say of each atom whether it is inside [bool, (n_atoms,)]."""
        away = (view.fractional[:, self.axis] - self.position + 0.5) % 1.0 - 0.5
        distance = np.abs(away) * cell_height(view.cell, self.axis)
        return (distance >= self.beyond_A) & (distance < self.within_A)


class Sites(_Part):
    """What is nearest to chosen cations of the framework, such as those that an order parameter calls glassy."""

    kind: Literal["sites"] = "sites"
    cations: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1, description="indices, from 0")]

    def mask(self, view: AnchoredFrame) -> BoolArray:
        """Say of each atom whether the framework cation nearest to it is a chosen one [bool, (n_atoms,)]."""
        strangers = sorted(set(self.cations) - set(view.cations.tolist()))
        if strangers:
            raise InputError(f"'cations' must be indices of La or Zr, got {strangers[:3]}; {len(strangers)} are not")
        chosen = np.isin(view.cations, self.cations)
        nearest: BoolArray = chosen[_nearest(view)]
        return nearest


class Union(_Part):
    """What any of several regions holds."""

    kind: Literal["union"] = "union"
    of: Annotated[tuple["Region", ...], Field(min_length=1)]

    def mask(self, view: AnchoredFrame) -> BoolArray:
        """Say of each atom whether one of the regions holds it [bool, (n_atoms,)]."""
        any_of: BoolArray = np.logical_or.reduce([region.mask(view) for region in self.of])
        return any_of


class Intersection(_Part):
    """What all of several regions hold."""

    kind: Literal["intersection"] = "intersection"
    of: Annotated[tuple["Region", ...], Field(min_length=1)]

    def mask(self, view: AnchoredFrame) -> BoolArray:
        """Say of each atom whether all of the regions hold it [bool, (n_atoms,)]."""
        all_of: BoolArray = np.logical_and.reduce([region.mask(view) for region in self.of])
        return all_of


class Outside(_Part):
    """Everything that a region does not hold."""

    kind: Literal["outside"] = "outside"
    of: "Region"

    def mask(self, view: AnchoredFrame) -> BoolArray:
        """Say of each atom whether the region leaves it out [bool, (n_atoms,)]."""
        return ~self.of.mask(view)


Region = Annotated[Slab | Box | Shell | Sites | Union | Intersection | Outside, Field(discriminator="kind")]
"""A part of a cell."""

REGION_KINDS = tuple(
    model.model_fields["kind"].default for model in (Slab, Box, Shell, Sites, Union, Intersection, Outside)
)

Union.model_rebuild()
Intersection.model_rebuild()
Outside.model_rebuild()


def _check_span(low: float, high: float) -> None:
    if not 0.0 < high - low <= 1.0:
        raise ValueError(f"'high' must lie above 'low' by one cell vector at most, got {low:g} to {high:g}")


def _between(fractions: FloatArray, low: float, high: float) -> BoolArray:
    start, end = within_the_cell(low, high)
    inside = fractions % 1.0
    above, below = inside >= start, inside < end
    held: BoolArray = above & below if start < end else above | below
    return held


def within_the_cell(low: float, high: float) -> tuple[float, float]:
    """Return a span with both ends in the cell; it goes through the cell's face if it ends before it starts.

    Ends are compared as they were given, so that two spans that meet at one number neither share an atom nor lose one.
    A span that ends at the face has no end: a fraction may round up to 1.

    Examples
    --------
    >>> within_the_cell(-0.25, 0.25), within_the_cell(0.5, 1.0), within_the_cell(0.0, 1.0)
    ((0.75, 0.25), (0.5, inf), (0.0, inf))

    """
    if high - low == 1.0:
        return 0.0, math.inf
    end = high % 1.0
    return low % 1.0, end if end > 0.0 else math.inf


def _nearest(view: AnchoredFrame) -> IntArray:
    """Return for each atom which of the cations is nearest [int, (n_atoms,)]."""
    fractional = view.fractional % 1.0
    shifts = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    cations = fractional[view.cations]
    images = (cations[None, :, :] + shifts[:, None, :]).reshape(-1, 3)
    _, found = KDTree(images @ view.cell).query(fractional @ view.cell)
    nearest: IntArray = found % len(cations)
    return nearest
