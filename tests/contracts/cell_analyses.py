"""Makers of every result of the analyses of full cells, and every accumulator, for the contracts."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from ase import Atoms

from gbglass.analysis.charge import (
    ChargeLayer,
    Evenness,
    Patch,
    PlaneShares,
    charge_layer,
    evenness,
    plane_shares,
)
from gbglass.analysis.comparison import Comparison, compare
from gbglass.analysis.discharge import Compartments, Discharge, DischargeCounter, measure_discharge
from gbglass.analysis.discharge_rate import DischargeRate, discharge_rate
from gbglass.analysis.flux import CrossingCounter, Crossings, Flux, count_crossings, mean_flux
from gbglass.analysis.interface_height import HeightMaps, HeightRule, InterfaceHeights, interface_heights
from gbglass.analysis.metallic import MetallicCounter, MetallicLithium, MetalRule, find_metal
from gbglass.analysis.migration import MigrationCounter, MigrationMap, MigrationRule, map_migration
from gbglass.analysis.protrusion import Protrusions, TwinSurface, find_protrusions, twin_surface
from gbglass.analysis.statistics import estimate
from gbglass.analysis.stress_strain import Pull, StressStrain, stress_strain
from gbglass.analysis.surface_summary import SurfaceSummary, summarise_surface
from gbglass.analysis.voids import Stretch, Voids, find_voids
from gbglass.analysis.voltage import Ordering, VoltageCurve, voltage_curve
from gbglass.core.charge_density import ChargeDensity
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.core.region import Slab
from gbglass.core.trajectory import Frame, Trajectory
from tests.analysis.synthetic import anchor_of


class Accumulator(Protocol):
    """What every accumulator can do; `merge` takes another of its own kind."""

    def add(self, frame: Frame) -> None: ...
    def merge(self, other: "Accumulator") -> None: ...
    def result(self) -> object: ...


def parts_of(trajectory: Trajectory) -> CellParts:
    frame = next(iter(trajectory))
    return tie_parts(
        Atoms(trajectory.symbols, positions=frame.positions, cell=frame.cell), ("Li", "LLZO", "LZO"), (9, 20)
    )


def compartments_of(trajectory: Trajectory) -> Compartments:
    return Compartments(parts_of(trajectory), regions={"boundary": Slab(low=0.4, high=0.5)})


def discharge_of(trajectory: Trajectory) -> Discharge:
    return measure_discharge(trajectory, compartments_of(trajectory), anchor_of(trajectory))


def comparison_of(trajectory: Trajectory) -> Comparison:
    heights = np.array([frame.positions[:4, 2] for frame in trajectory])
    return compare(estimate(heights[:, 0], "Å"), estimate(heights[:, 1], "Å"))


def pull_of(trajectory: Trajectory) -> Pull:
    times = np.array([frame.time for frame in trajectory])
    pressures = np.array([frame.positions[0, 2] for frame in trajectory])
    return Pull(times, 50.0 * (1.0 + 0.005 * times), np.full(len(times), 100.0), pressures)


RULE = HeightRule(window=1.0, width=1.0, below=2.0, above=5.0, level=0.01)


def heights_of(trajectory: Trajectory) -> HeightMaps:
    return interface_heights(trajectory, parts_of(trajectory), anchor_of(trajectory), RULE)


def voids_of(trajectory: Trajectory) -> Voids:
    frame = next(iter(trajectory))
    return find_voids(frame.positions, frame.cell)


def crossings_of(trajectory: Trajectory) -> Crossings:
    return count_crossings(trajectory, np.array([0.1, 0.6]), anchor_of(trajectory))


SHORT = MigrationRule(lag=0.4, average=0.2, spacing=4.0, fewest=1)


def migration_of(trajectory: Trajectory) -> MigrationMap:
    return map_migration(trajectory, anchor_of(trajectory), SHORT)


def follow(trajectory: Trajectory) -> MigrationCounter:
    return MigrationCounter(trajectory, anchor_of(trajectory), next(iter(trajectory)).cell, SHORT)


DENSITY = ChargeDensity(np.random.default_rng(1).uniform(0.0, 1.0, (6, 8, 10)), np.diag([10.0, 11.0, 30.0]))
LAYER = charge_layer(DENSITY, 3.0, 12.0)

CELL_PRODUCERS: dict[type, Callable[[Trajectory], object]] = {
    Comparison: comparison_of,
    Compartments: compartments_of,
    Discharge: discharge_of,
    DischargeRate: lambda trajectory: discharge_rate(discharge_of(trajectory)),
    Crossings: crossings_of,
    Flux: lambda trajectory: mean_flux(crossings_of(trajectory)),
    MigrationRule: lambda _trajectory: SHORT,
    MigrationMap: migration_of,
    HeightRule: lambda _trajectory: RULE,
    HeightMaps: heights_of,
    SurfaceSummary: lambda trajectory: summarise_surface(heights_of(trajectory)),
    TwinSurface: lambda trajectory: twin_surface([heights_of(trajectory)] * 3),
    Protrusions: lambda trajectory: find_protrusions(heights_of(trajectory), TwinSurface(0.1, 0.5, 0.3, 3, 12)),
    Ordering: lambda _trajectory: Ordering(0.0, -53.0),
    VoltageCurve: lambda _trajectory: voltage_curve([Ordering(0.0, -53.0), Ordering(1.0, -56.4)], -1.9),
    PlaneShares: lambda _trajectory: plane_shares(DENSITY),
    ChargeLayer: lambda _trajectory: charge_layer(DENSITY, 3.0, 12.0),
    Patch: lambda _trajectory: Patch("boundary", 0.2, 0.8),
    Evenness: lambda _trajectory: evenness(LAYER)[0],
    Stretch: lambda _trajectory: Stretch(0.2, 0.5),
    Voids: voids_of,
    MetalRule: lambda _trajectory: MetalRule(),
    MetallicLithium: lambda trajectory: find_metal(trajectory, parts_of(trajectory), anchor_of(trajectory)),
    Pull: pull_of,
    StressStrain: lambda trajectory: stress_strain(pull_of(trajectory), window=0.2),
}

ACCUMULATORS: dict[type, Callable[[Trajectory], object]] = {
    DischargeCounter: lambda trajectory: DischargeCounter(
        trajectory, compartments_of(trajectory), anchor_of(trajectory)
    ),
    MetallicCounter: lambda trajectory: MetallicCounter(trajectory, parts_of(trajectory), anchor_of(trajectory)),
    InterfaceHeights: lambda trajectory: InterfaceHeights(
        trajectory, parts_of(trajectory), anchor_of(trajectory), RULE
    ),
    MigrationCounter: follow,
    CrossingCounter: lambda trajectory: CrossingCounter(trajectory, np.array([0.1, 0.6]), anchor_of(trajectory)),
}
