"""What quantities are told before the first frame, what they give, and what they have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, Self, TypeVar

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure

from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulator
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import FrameworkAnchor, anchor_framework
from gbglass.core.groups import RegionGroups
from gbglass.core.partition import BoundaryRegions, eleven_boundary_regions
from gbglass.core.region import Region
from gbglass.core.trajectory import Frame, Trajectory, Window
from gbglass.errors import InputError
from gbglass.report.records import estimate_record, quantity
from gbglass.store.tables import Table
from gbglass.verbs.quantities.layout import Beside, CellLayout, find_layout

FEWEST = 4
"""A mean needs so many frames."""

REGION = "region"
"""Name of the group of atoms that a region holds."""

DiffusivityBy = Literal["gbglass", "kinisi"]

Numbers = dict[str, Any]


@dataclass(frozen=True)
class System:
    """What quantities must know before the first frame is added.

    Parameters
    ----------
    symbols
        Of the atoms.
    first
        The first frame: regions are tied to its framework.
    species
        Whose counts, displacements and densities.
    regions
        Which slabs are boundaries and interior.
    region
        What a quantity is restricted to; everywhere if absent.
    window
        Which frames are taken.
    interval
        Between the first two of them [ps]; None if there is but one.
    beside
        What is known besides the trajectory.
    diffusivity_by
        Whose fit and interval a diffusivity of all atoms has.

    """

    symbols: tuple[str, ...]
    first: Frame
    species: str = "Li"
    regions: BoundaryRegions = field(default_factory=eleven_boundary_regions)
    region: Region | None = None
    window: Window = field(default_factory=Window)
    interval: float | None = None
    beside: Beside = field(default_factory=Beside)
    diffusivity_by: DiffusivityBy = "gbglass"

    @property
    def atoms(self) -> Atoms:
        """The first frame as a structure."""
        return Atoms(self.symbols, positions=self.first.positions, cell=self.first.cell, pbc=True)

    @property
    def anchor(self) -> FrameworkAnchor:
        """The framework that regions are tied to."""
        return anchor_framework(self.atoms)

    @property
    def unread(self) -> Trajectory:
        """The atoms as a trajectory without frames, for what is fed by others."""
        return Trajectory(self.symbols, lambda: iter(()))

    @property
    def groups(self) -> RegionGroups | None:
        """The atoms that the region holds, as a group; None if there is no region."""
        return None if self.region is None else RegionGroups(self.anchor, {REGION: self.region})

    def need_boundaries(self) -> None:
        """Refuse a full cell, which has no boundaries at 0 and 1/2 of its third vector as a bicrystal has.

        Raises
        ------
        InputError
            If the parts of a cell are marked or stated, or there is no framework that boundaries are tied to.

        """
        anchor_framework(self.atoms)
        if self.beside.has_parts:
            raise InputError(
                "belongs to a cell of two boundaries, at 0 and 1/2 of its third vector, not to one with electrodes; "
                "name a region of it (--region), if the quantity can be restricted to one"
            )

    @property
    def layout(self) -> CellLayout:
        """The parts of a full cell.

        Raises
        ------
        InputError
            If they are not known: says how to make them known.

        """
        return find_layout(self.atoms, self.beside)


@dataclass(frozen=True)
class Shown:
    """A result as people and programs see it.

    Parameters
    ----------
    numbers
        Plain data, each number with its unit.
    tables
        Its curves.
    figures
        By the name of their file.
    files
        Texts for other programs, by the name of their file with its ending.

    """

    numbers: Mapping[str, Any]
    tables: tuple[Table, ...]
    figures: Mapping[str, Figure]
    files: Mapping[str, str] = field(default_factory=dict)


class Quantity(Protocol):
    """An accumulator that shows its result."""

    def add(self, frame: Frame) -> None:
        """Take one frame in."""

    def merge(self, other: Self) -> None:
        """Take in what another one, made alike, took in of later frames of the same trajectory."""

    def show(self) -> Shown:
        """Return the result of all frames so far."""


A = TypeVar("A", bound=Accumulator)
R = TypeVar("R")


class Counted(Generic[A]):
    """What quantities with one accumulator have in common."""

    def __init__(self, counter: A) -> None:
        self.counter = counter

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        self.counter.add(frame)

    def merge(self, other: Self) -> None:
        """Take in what another one took in of later frames."""
        self.counter.merge(other.counter)


class FromElsewhere:
    """What quantities have in common that frames add nothing to: a log or the first frame says all."""

    def add(self, frame: Frame) -> None:
        """Take nothing in."""

    def merge(self, other: Self) -> None:
        """Take nothing in."""


def mean_record(series: FloatArray, unit: str) -> Numbers:
    """Write the mean of a series, or why it has none."""
    if len(series) < FEWEST:
        return undecided(unit, f"a mean needs {FEWEST} frames, got {len(series)}")
    return estimate_record(estimate(np.asarray(series, dtype=np.float64), unit))


def undecided(unit: str, reason: str) -> Numbers:
    """Write a number that is not known, with the reason.

    Examples
    --------
    >>> undecided("Å", "a mean needs 4 frames, got 1")["value"] is None
    True

    """
    return {"value": None, "unit": unit, "reason": reason}


def span_record(times: FloatArray) -> Numbers:
    """Write from when to when a series goes."""
    return {"from": quantity(float(times[0]), "ps"), "to": quantity(float(times[-1]), "ps")}


def need_one(found: Mapping[str, R]) -> R:
    """Return the only result there is."""
    (one,) = found.values()
    return one
