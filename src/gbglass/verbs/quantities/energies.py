"""Energies of atoms by region, and whether the energy still goes somewhere."""

from dataclasses import dataclass

import numpy as np

from gbglass.analysis.discharge import Compartments
from gbglass.analysis.drift import find_drift
from gbglass.analysis.energy import NOT_UNIQUE, RegionEnergies, RegionEnergy
from gbglass.analysis.msd import equal_spacing
from gbglass.analysis.streaming import Accumulation
from gbglass.core.arrays import BoolArray, FloatArray, frozen_floats
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.groups import Groups, RegionGroups
from gbglass.core.partition import INTERIOR
from gbglass.core.region import Outside, Region
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError
from gbglass.figures.energy import draw_region_energies
from gbglass.figures.order import draw_drift
from gbglass.report.records import estimate_record, quantity
from gbglass.store.tables import Table
from gbglass.verbs.quantities.logs import last_stage_energies
from gbglass.verbs.quantities.system import (
    REGION,
    Counted,
    Numbers,
    Shown,
    System,
    mean_record,
    span_record,
    undecided,
)

_KNOWN = ("c_energy", "c_pe", "c_eng", "c_peatom", "pe", "energy", "energies")
"""What columns with the potential energies of atoms are called, by gbglass and by others."""

_OUTSIDE = "outside"


@dataclass(frozen=True)
class _Columns:
    """Energies of the atoms of a frame from its columns, one for each potential."""

    names: tuple[str, ...]

    def __call__(self, frame: Frame) -> FloatArray:
        return np.stack([frame.arrays[name] for name in self.names])


@dataclass(frozen=True)
class _PartsOfCell:
    """The compartments of a full cell as groups: electrodes, a region of the electrolyte, the rest of it."""

    anchor: FrameworkAnchor
    compartments: Compartments

    @property
    def names(self) -> tuple[str, ...]:
        return self.compartments.names

    def masks(self, frame: Frame) -> BoolArray:
        view = self.anchor.view(frame)
        held = self.compartments.assign(view, self.compartments.parts.edges(view.fractional))
        masks: BoolArray = held == np.arange(len(self.names))[:, None]
        return masks


class Energy(Counted[RegionEnergies]):
    """Energy per atom of boundaries over the interior, a region over the rest, parts of a cell over its electrolyte."""

    def __init__(self, system: System) -> None:
        columns = _columns(system)
        self._parts = ""
        if system.beside.has_parts:
            groups, reference = _parts(system)
            self._parts = system.layout.statement
        else:
            regions, reference = _regions(system)
            groups = RegionGroups(system.anchor, regions)
        super().__init__(RegionEnergies(system.symbols, _Columns(columns), groups, reference))
        self._columns, self._reference = columns, reference

    def show(self) -> Shown:
        """Return means by region, the curves and the figure."""
        results = self.counter.result()
        numbers: Numbers = {"columns": " ".join(self._columns), "reference": self._reference, "remark": NOT_UNIQUE}
        if self._parts:
            numbers["parts"] = self._parts
        columns = {"time (ps)": next(iter(results.values())).times}
        for name, one in results.items():
            numbers[name] = _energy_record(one)
            columns |= {f"raw, {name} (eV)": one.raw, f"referenced, {name} (eV)": one.referenced}
            if np.isfinite(one.spread).all():
                columns[f"spread, {name} (eV)"] = one.spread
        return Shown(numbers, (Table("energy", columns),), {"energy": draw_region_energies(results)})


class _Totals(Accumulation):
    """Energy per atom of the whole cell, frame by frame."""

    def __init__(self, column: str) -> None:
        super().__init__("energy", column)
        self._column = column

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        self.take_note_of(frame)
        self.rows[frame.step] = (frame.time, float(frame.arrays[self._column].mean()))


class EnergyDrift:
    """Whether the energy of the cell still falls or rises: from energies of atoms, or from the log of a run."""

    def __init__(self, system: System) -> None:
        self._logged: tuple[FloatArray, FloatArray] | None = None
        self.totals: _Totals | None = None
        try:
            self.totals = _Totals(_columns(system)[0])
        except InputError as error:
            if system.beside.run is None or system.beside.known.energies:
                raise InputError(f"{error}; or give the folder of a run of gbglass, whose log has it") from None
            self._logged = last_stage_energies(system.beside.run, system.window, len(system.symbols))

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        if self.totals is not None:
            self.totals.add(frame)

    def merge(self, other: "EnergyDrift") -> None:
        """Take in another part."""
        if self.totals is not None and other.totals is not None:
            self.totals.merge(other.totals)

    def show(self) -> Shown:
        """Return the slope, its course, the series and the figure."""
        times, energies = self._series()
        equal_spacing(times)
        found = find_drift(times, energies, "eV/atom")
        numbers: Numbers = {
            **span_record(times),
            "slope": estimate_record(found.slope),
            "change": quantity(found.change, "eV/atom"),
            "course": found.course,
            "reason": found.reason,
        }
        table = Table("drift", {"time (ps)": times, "energy per atom (eV)": energies})
        return Shown(numbers, (table,), {"drift": draw_drift(times, energies, found)})

    def _series(self) -> tuple[FloatArray, FloatArray]:
        if self._logged is not None:
            return self._logged
        rows = [] if self.totals is None else self.totals.in_order()
        times, energies = (frozen_floats([row[k] for row in rows]) for k in (0, 1))
        return times, energies


def _columns(system: System) -> tuple[str, ...]:
    """Return the names of the columns with energies of atoms.

    Raises
    ------
    InputError
        If there is none, or more than one could be meant.

    """
    there, wanted = tuple(system.first.arrays), system.beside.known.energies
    absent = [name for name in wanted if name not in there]
    if absent:
        raise InputError(f"no column {', '.join(absent)} in the frames; there are {', '.join(there) or 'none'}")
    found = [name for name in _KNOWN if name in there]
    if not wanted and len(found) > 1:
        raise InputError(f"the columns {', '.join(found)} could all be energies of atoms; name one (--energies COLUMN)")
    if not wanted and not found:
        raise InputError(
            f"the frames have no energies of atoms, as a column {_KNOWN[0]} from 'compute energy all pe/atom'; if "
            f"another column holds them, name it (--energies COLUMN)"
        )
    return wanted or tuple(found)


def _parts(system: System) -> tuple[Groups, str]:
    """Return the parts of a full cell, the region as one of its electrolyte, and which of them is the reference."""
    layout = system.layout
    regions = {} if system.region is None else {REGION: system.region}
    compartments = Compartments(layout.parts, layout.electrolyte, regions)
    return _PartsOfCell(layout.anchor, compartments), compartments.electrolyte_names[-1]


def _regions(system: System) -> tuple[dict[str, Region], str]:
    """Return the regions that are compared, and which of them is the reference."""
    if system.region is not None:
        return {REGION: system.region, _OUTSIDE: Outside(of=system.region)}, _OUTSIDE
    system.need_boundaries()
    return system.regions.as_regions(), INTERIOR


def _energy_record(one: RegionEnergy) -> Numbers:
    spread = float(one.spread.mean())
    alone = "a committee needs two columns of energies or more (--energies 'ONE OTHER')"
    return {
        "raw": mean_record(one.raw, "eV/atom"),
        "referenced": mean_record(one.referenced, "eV/atom"),
        "committee_spread": quantity(spread, "eV/atom") if np.isfinite(spread) else undecided("eV/atom", alone),
    }
