"""Atoms in regions against time, and what the boundaries gather."""

import numpy as np

from gbglass.analysis.equilibration import find_equilibration
from gbglass.analysis.group_counts import GroupCounter, GroupCounts
from gbglass.analysis.multiple_tau import MultipleTau
from gbglass.analysis.region_counts import RegionCounter, RegionCounts
from gbglass.analysis.segregation import BoundarySegregation, relaxation_time, segregation
from gbglass.analysis.statistics import estimate
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError
from gbglass.figures.group_counts import draw_group_counts
from gbglass.figures.region_counts import draw_region_counts
from gbglass.figures.segregation import draw_excess, draw_profile
from gbglass.report.records import estimate_record, quantity
from gbglass.report.segregation_numbers import excess_table
from gbglass.store.tables import Table
from gbglass.verbs.quantities.system import REGION, Numbers, Shown, System, undecided


class Regions:
    """Atoms in eleven regions against time, or in the one that was given, and means from the equilibrium on."""

    def __init__(self, system: System) -> None:
        if system.region is None:
            system.need_boundaries()
        self._regions = system.regions
        self.all = RegionCounter(system.unread, system.species, system.regions.partition, system.anchor)
        groups = system.groups
        self.one = None if groups is None else GroupCounter(system.symbols, system.species, groups)

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        (self.all if self.one is None else self.one).add(frame)

    def merge(self, other: "Regions") -> None:
        """Take in another part."""
        self.all.merge(other.all)
        if self.one is not None and other.one is not None:
            self.one.merge(other.one)

    def show(self) -> Shown:
        """Return counts, means and the figure."""
        return self._show_slabs(self.all.result()) if self.one is None else _show_group(self.one.result())

    def _show_slabs(self, counts: RegionCounts) -> Shown:
        parts = {f"boundary {n}": slabs for n, slabs in enumerate(self._regions.boundaries, start=1)}
        numbers: Numbers = {"atoms": quantity(counts.n_total, "atoms")}
        columns = {f"region {n + 1} (atoms)": counts.counts[:, n].astype(float) for n in range(counts.counts.shape[1])}
        for name, slabs in {**parts, "interior": self._regions.interior}.items():
            together = counts.counts[:, list(slabs)].sum(axis=1)
            numbers[name] = _after_equilibrium(counts.times, together)
            columns[f"{name} (atoms)"] = together.astype(float)
        table = Table("regions", {"time (ps)": counts.times, **columns})
        figure = draw_region_counts(counts, self._regions, float(counts.times[0]))
        return Shown(numbers, (table,), {"regions": figure})


class Segregation:
    """What each boundary gathers over the interior, from the equilibrium on, and whether the run is long enough."""

    def __init__(self, system: System) -> None:
        system.need_boundaries()
        self._regions = system.regions
        self.counts = RegionCounter(system.unread, system.species, system.regions.partition, system.anchor)
        self.paths = MultipleTau(system.symbols, system.species, system.anchor)

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        self.counts.add(frame)
        self.paths.add(frame)

    def merge(self, other: "Segregation") -> None:
        """Take in another part."""
        self.counts.merge(other.counts)
        self.paths.merge(other.paths)

    def show(self) -> Shown:
        """Return the excess of each boundary with its verdict, its course and the figures."""
        counts = self.counts.result()
        start = max(self._equilibrium(counts, slabs) for slabs in (*self._regions.boundaries, self._regions.interior))
        hold = counts if start == 0 else counts.after(int(counts.steps[start - 1]))
        diffusivity = self.paths.result().diffusivity.value
        relaxation = relaxation_time(float(hold.lengths[-1]) / 2, diffusivity)
        numbers: Numbers = {
            "averaged_from": quantity(float(hold.times[0]), "ps"),
            "relaxation_time": quantity(relaxation, "ps"),
        }
        found = segregation(counts, hold, self._regions, relaxation)
        for one in found:
            numbers[one.name] = _segregation_record(one)
        figures = {"segregation": draw_excess(found), "segregation-profile": draw_profile(hold, self._regions)}
        return Shown(numbers, (excess_table(hold, self._regions),), figures)

    @staticmethod
    def _equilibrium(counts: RegionCounts, slabs: tuple[int, ...]) -> int:
        series = counts.counts[:, list(slabs)].sum(axis=1).astype(np.float64)
        return find_equilibration(counts.times, series).first


def _segregation_record(one: BoundarySegregation) -> Numbers:
    needed = undecided("ns", "decided" if one.verdict != "undecided" else "no length is known that would decide")
    return {
        "gibbs_excess": estimate_record(one.gibbs_excess),
        "segregation_per_thickness": estimate_record(one.per_thickness),
        "change": estimate_record(one.change),
        "verdict": one.verdict,
        "reason": one.reason,
        "needed": needed if one.needed_ns is None else quantity(one.needed_ns, "ns"),
    }


def _show_group(counts: GroupCounts) -> Shown:
    numbers: Numbers = {
        "atoms": quantity(counts.n_total, "atoms"),
        REGION: _after_equilibrium(counts.times, counts.of(REGION)),
    }
    table = Table("regions", {"time (ps)": counts.times, "region (atoms)": counts.of(REGION)})
    figures = {"regions": draw_group_counts(counts)} if numbers[REGION]["value"] is not None else {}
    return Shown(numbers, (table,), figures)


def _after_equilibrium(times: FloatArray, series: FloatArray | IntArray) -> Numbers:
    values = series.astype(np.float64)
    try:
        found = find_equilibration(times, values)
        return {**estimate_record(estimate(values[found.first :], "atoms")), "equilibrium": found.statement}
    except InputError as error:
        return undecided("atoms", str(error))
