"""What ``gbglass analyse`` can measure: one entry a quantity, each an accumulator that also shows its result.

A new quantity is one class and one line of the table `QUANTITIES` at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure

from gbglass.analysis.cavity import cavity_profile
from gbglass.analysis.coordination import TYPES, JointCoordinations
from gbglass.analysis.density import DensityCounter, DensityHistoryCounter
from gbglass.analysis.equilibration import find_equilibration
from gbglass.analysis.multiple_tau import MultipleTau
from gbglass.analysis.order import OrderCounter
from gbglass.analysis.polyhedra import PolyhedraCounter
from gbglass.analysis.rdf import RadialDistributions
from gbglass.analysis.region_counts import RegionCounter
from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulator
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.framework import FrameworkAnchor, anchor_framework
from gbglass.core.packaged import load_potential
from gbglass.core.partition import BoundaryRegions, eleven_boundary_regions
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.figures.cavity import draw_cavity
from gbglass.figures.coordination import draw_joint_coordination, draw_lithium_types
from gbglass.figures.density import draw_density, draw_density_history
from gbglass.figures.order import draw_melted
from gbglass.figures.polyhedra import draw_polyhedra
from gbglass.figures.rdf import draw_rdfs
from gbglass.figures.region_counts import draw_region_counts
from gbglass.figures.streamed_msd import draw_streamed_msd
from gbglass.figures.style import SPECIES_COLOURS
from gbglass.report.records import estimate_record, quantity
from gbglass.store.tables import Table

_RADII_FROM = "buckingham-llzo"
"""The packaged potential whose bulk RDF gives the radii of cavities."""

_VOXEL = 0.5
_BINS = 100
_FEWEST = 4


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

    """

    symbols: tuple[str, ...]
    first: Frame
    species: str = "Li"
    regions: BoundaryRegions = field(default_factory=eleven_boundary_regions)

    @property
    def atoms(self) -> Atoms:
        """The first frame as a structure."""
        return Atoms(self.symbols, positions=self.first.positions, cell=self.first.cell, pbc=True)

    @property
    def anchor(self) -> FrameworkAnchor:
        """The framework that regions are tied to."""
        return anchor_framework(self.atoms)


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

    """

    numbers: Mapping[str, Any]
    tables: tuple[Table, ...]
    figures: Mapping[str, Figure]


class Quantity(Protocol):
    """An accumulator that shows its result."""

    def add(self, frame: Frame) -> None:
        """Take one frame in."""

    def merge(self, other: Self) -> None:
        """Take in what another one, made alike, took in of later frames of the same trajectory."""

    def show(self) -> Shown:
        """Return the result of all frames so far."""


A = TypeVar("A", bound=Accumulator)


class _Counted(Generic[A]):
    """What quantities with one accumulator have in common."""

    def __init__(self, counter: A) -> None:
        self.counter = counter

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        self.counter.add(frame)

    def merge(self, other: Self) -> None:
        """Take in what another one took in of later frames."""
        self.counter.merge(other.counter)


class Regions(_Counted[RegionCounter]):
    """Atoms in eleven regions against time, and their means from the equilibrium on."""

    def __init__(self, system: System) -> None:
        atoms = Trajectory(system.symbols, lambda: iter(()))
        super().__init__(RegionCounter(atoms, system.species, system.regions.partition, system.anchor))
        self._regions = system.regions

    def show(self) -> Shown:
        """Return counts, means and the figure."""
        counts = self.counter.result()
        parts = {f"boundary {n}": slabs for n, slabs in enumerate(self._regions.boundaries, start=1)}
        numbers: dict[str, Any] = {"atoms": quantity(counts.n_total, "atoms")}
        for name, slabs in {**parts, "interior": self._regions.interior}.items():
            numbers[name] = _after_equilibrium(counts.times, counts.counts[:, list(slabs)].sum(axis=1))
        columns = {f"region {n + 1} (atoms)": counts.counts[:, n].astype(float) for n in range(counts.counts.shape[1])}
        table = Table("regions", {"time (ps)": counts.times, **columns})
        figure = draw_region_counts(counts, self._regions, float(counts.times[0]))
        return Shown(numbers, (table,), {"regions": figure})


class Rdf(_Counted[RadialDistributions]):
    """Radial distributions and running coordination of every pair with the species."""

    def __init__(self, system: System) -> None:
        pairs = [(system.species, other) for other in dict.fromkeys((system.species, *system.symbols))]
        super().__init__(RadialDistributions(system.symbols, pairs))

    def show(self) -> Shown:
        """Return onsets, peaks, valleys, curves and the figure."""
        rdfs = self.counter.result()
        numbers = {
            name: {
                "onset": quantity(rdf.onset, "Å"),
                "first_peak": quantity(rdf.first_peak, "Å"),
                "first_valley": quantity(rdf.first_valley, "Å"),
            }
            for name, rdf in rdfs.items()
        }
        columns = {"r (Å)": next(iter(rdfs.values())).r}
        for name, rdf in rdfs.items():
            columns |= {f"g {name} (1)": rdf.g, f"coordination {name} (1)": rdf.coordination}
        coloured = all(rdf.pair[1] in SPECIES_COLOURS for rdf in rdfs.values())
        return Shown(numbers, (Table("rdf", columns),), {"rdf": draw_rdfs(rdfs)} if coloured else {})


class Msd(_Counted[MultipleTau]):
    """Mean squared displacement at lags that double, and the diffusivity; memory stays flat."""

    def __init__(self, system: System) -> None:
        super().__init__(MultipleTau(system.symbols, system.species, system.anchor))

    def show(self) -> Shown:
        """Return the diffusivity, the curve and the figure."""
        msd = self.counter.result()
        numbers = {"diffusivity": estimate_record(msd.diffusivity), "atoms": quantity(msd.n_atoms, "atoms")}
        axes = {f"msd {name} (Å²)": msd.msd_axes[:, k] for k, name in enumerate("xyz")}
        columns = {"lag (ps)": msd.lags, "msd (Å²)": msd.msd, "standard error (Å²)": msd.standard_error, **axes}
        return Shown(numbers, (Table("msd", columns),), {"msd": draw_streamed_msd(msd)})


class Coordination(_Counted[JointCoordinations]):
    """Li-Li against Li-O coordination, and the types of lithium against time."""

    def __init__(self, system: System) -> None:
        super().__init__(JointCoordinations(system.symbols))

    def show(self) -> Shown:
        """Return shares of the types, the histogram and the figures."""
        results = self.counter.result()
        (result,) = results.values()
        few = len(result.times) < _FEWEST
        numbers = {
            kind: _too_few(len(result.times)) if few else estimate_record(result.fraction(kind)) for kind in TYPES
        }
        types = {f"{kind} (atoms)": result.types[:, n].astype(float) for n, kind in enumerate(TYPES)}
        histogram = {f"{n} O (share)": result.histogram[:, n] for n in range(result.histogram.shape[1])}
        tables = (
            Table("lithium-types", {"time (ps)": result.times, **types}),
            Table("coordination", {"Li (number)": np.arange(len(result.histogram), dtype=float), **histogram}),
        )
        figures = {"coordination": draw_joint_coordination(results), "lithium-types": draw_lithium_types(result)}
        return Shown(numbers, tables, figures)


class Density:
    """Density of the species on a plane, and along the normal against time."""

    def __init__(self, system: System) -> None:
        shape = np.maximum(1, np.ceil(np.linalg.norm(system.first.cell, axis=1) / _VOXEL)).astype(int).tolist()
        self.grid = DensityCounter(system.symbols, system.species, system.anchor, (shape[0], shape[1], shape[2]))
        self.history = DensityHistoryCounter(system.symbols, system.species, system.anchor, _BINS)

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        self.grid.add(frame)
        self.history.add(frame)

    def merge(self, other: "Density") -> None:
        """Take in another part."""
        self.grid.merge(other.grid)
        self.history.merge(other.history)

    def show(self) -> Shown:
        """Return the profile, the map and the figures."""
        grid, history = self.grid.result(), self.history.result()
        plane = grid.plane(0)
        profile = Table("density-profile", {"z (Å)": history.z, "density (1/Å³)": history.density.mean(axis=0)})
        rows = {f"y {n} (1/Å³)": row for n, row in enumerate(plane.density)}
        figures = {"density": draw_density(plane)}
        if len(history.times) > 1:
            figures["density-history"] = draw_density_history(history)
        return Shown({"atoms": quantity(grid.n_atoms, "atoms")}, (profile, Table("density-map", rows)), figures)


class Order(_Counted[OrderCounter]):
    """Crystalline against glassy La and Zr, cubic against tetragonal."""

    def __init__(self, system: System) -> None:
        super().__init__(OrderCounter(system.symbols))

    def show(self) -> Shown:
        """Return phase and glassy share, the curve and the figure."""
        results = self.counter.result()
        (order,) = results.values()
        few = len(order.times) < _FEWEST
        share = _too_few(len(order.times)) if few else estimate_record(estimate(order.glassy_share, "1"))
        table = Table("order", {"time (ps)": order.times, "glassy share (1)": order.glassy_share})
        return Shown({"phase": order.phase, "glassy_share": share}, (table,), {"order": draw_melted(results)})


class Polyhedra(_Counted[PolyhedraCounter]):
    """Whole ZrO6, and where there are none."""

    def __init__(self, system: System) -> None:
        super().__init__(PolyhedraCounter(system.symbols, system.anchor))

    def show(self) -> Shown:
        """Return the share of whole ones, the curve and the map."""
        (census,) = self.counter.result().values()
        few = len(census.times) < _FEWEST
        whole = census.whole / np.maximum(census.centres, 1)
        numbers = {
            "whole": _too_few(len(census.times)) if few else estimate_record(census.fraction),
            "empty_area": quantity(census.empty_area, "1"),
        }
        table = Table("polyhedra", {"time (ps)": census.times, f"whole {census.polyhedron.name} (1)": whole})
        return Shown(numbers, (table,), {"polyhedra": draw_polyhedra(census)})


class Cavity:
    """Li cavity fraction along the normal, of the framework of the first frame."""

    def __init__(self, system: System) -> None:
        self._regions = system.regions
        self._profile = cavity_profile(system.atoms, load_potential(_RADII_FROM).cavity_radii, system.regions)

    def add(self, frame: Frame) -> None:
        """Take nothing in: the cavity fraction predicts what happens, so it is that of the start."""

    def merge(self, other: "Cavity") -> None:
        """Take nothing in."""

    def show(self) -> Shown:
        """Return fractions, the profile and the figure."""
        found = self._profile
        numbers = {f"boundary {n}": quantity(value, "1") for n, value in enumerate(found.boundary_fractions, start=1)}
        numbers["interior"] = quantity(found.interior_fraction, "1")
        numbers |= {f"radius {pair}": quantity(radius, "Å") for pair, radius in found.radii.items()}
        table = Table("cavity", {"z (Å)": found.z, "cavity fraction (1)": found.fraction})
        return Shown(numbers, (table,), {"cavity": draw_cavity(found, self._regions)})


QUANTITIES: Mapping[str, Callable[[System], Quantity]] = MappingProxyType(
    {
        "regions": Regions,
        "msd": Msd,
        "rdf": Rdf,
        "cavity": Cavity,
        "coordination": Coordination,
        "density": Density,
        "order": Order,
        "polyhedra": Polyhedra,
    }
)
"""By the name that the command line knows."""


def _after_equilibrium(times: FloatArray, series: IntArray) -> dict[str, Any]:
    values = series.astype(np.float64)
    try:
        found = find_equilibration(times, values)
        return {**estimate_record(estimate(values[found.first :], "atoms")), "equilibrium": found.statement}
    except InputError as error:
        return {"value": None, "unit": "atoms", "reason": str(error)}


def _too_few(n_frames: int) -> dict[str, Any]:
    return {"value": None, "unit": "1", "reason": f"a mean needs {_FEWEST} frames, got {n_frames}"}
