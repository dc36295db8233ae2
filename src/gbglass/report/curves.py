"""Results of analyses as tables: every array in a column with its unit, to become CSV."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial, singledispatch
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gbglass.analysis.arrhenius import Arrhenius
from gbglass.analysis.cavity import CavityProfile
from gbglass.analysis.charge import ChargeLayer, PlaneShares
from gbglass.analysis.conductivity import ChargePath, HavenRatio
from gbglass.analysis.coordination import TYPES, JointCoordination
from gbglass.analysis.density import DensityHistory, DensityMap
from gbglass.analysis.discharge import Discharge
from gbglass.analysis.energy import RegionEnergy
from gbglass.analysis.flux import Crossings
from gbglass.analysis.glass_width import GlassLayers
from gbglass.analysis.group_counts import GroupCounts
from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.local_structure import LocalStructure
from gbglass.analysis.melting import Melting
from gbglass.analysis.metallic import MetallicLithium
from gbglass.analysis.migration import MigrationMap
from gbglass.analysis.msd import MeanSquareDisplacement
from gbglass.analysis.multiple_tau import StreamedDisplacement
from gbglass.analysis.order import FrameworkOrder
from gbglass.analysis.place_displacement import PlaceDisplacement
from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.analysis.protrusion import Protrusions
from gbglass.analysis.rdf import RadialDistribution
from gbglass.analysis.region_counts import RegionCounts
from gbglass.analysis.stress_strain import StressStrain
from gbglass.analysis.surface_summary import BIN, SurfaceSummary
from gbglass.analysis.voltage import VoltageCurve
from gbglass.core.arrays import FloatArray
from gbglass.report.cell_tables import (
    crossings_table,
    discharge_table,
    height_table,
    layer_table,
    metal_table,
    migration_table,
    plane_share_table,
    plateau_table,
    protrusion_table,
    stress_strain_table,
    voltage_table,
)
from gbglass.store.tables import Table


def named_tables(quantity: str, results: Mapping[str, object]) -> list[Table]:
    """Make the tables of some results of one quantity, such as one for each region; names say which.

    Raises
    ------
    TypeError
        If there is no table for such a result.

    """
    return [
        Table(f"{quantity}_{name}{part}".replace(", ", "_").replace(" ", "_"), columns)
        for name, result in results.items()
        for part, columns in curves(result)
    ]


@singledispatch
def curves(result: object) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    """Give the parts of a result that have a table each: an ending for its name, and its columns by heading.

    Raises
    ------
    TypeError
        If there is none for such a result.

    """
    raise TypeError(f"no table is known for {type(result).__name__}; write one in report/curves.py")


@curves.register
def _(rdf: RadialDistribution) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", {"r (Å)": rdf.r, "g (1)": rdf.g, "coordination (1)": rdf.coordination}


@curves.register
def _(msd: MeanSquareDisplacement) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield (
        "",
        {"lag (ps)": msd.lags, "MSD (Å²)": msd.msd, "standard error (Å²)": msd.standard_error, **_axes(msd.msd_axes)},
    )


@curves.register
def _(msd: StreamedDisplacement) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield (
        "",
        {
            "lag (ps)": msd.lags, "MSD (Å²)": msd.msd, "standard error (Å²)": msd.standard_error,
            "origins (1)": msd.n_origins, **_axes(msd.msd_axes),
        },
    )  # fmt: skip


@curves.register
def _(charge: ChargePath) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", {"time (ps)": charge.times, **{f"{axis} (Å)": charge.path[:, k] for k, axis in enumerate("xyz")}}


@curves.register
def _(found: HavenRatio) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", {"lag (ps)": found.lags, "MSD of all together (Å²)": found.msd_together}


@curves.register
def _(fit: Arrhenius) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield (
        "",
        {
            "temperature (K)": fit.temperatures, "D (Å²/ps)": fit.diffusivities,
            "standard error (Å²/ps)": fit.standard_errors,
            "fitted D (Å²/ps)": np.array([fit.at(float(t)).value for t in fit.temperatures]),
        },
    )  # fmt: skip


@curves.register
def _(counts: RegionCounts) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    columns = {f"region {k + 1} (atoms)": _floats(counts.counts[:, k]) for k in range(counts.partition.n_slabs)}
    yield "", {"time (ps)": counts.times, **columns}


@curves.register
def _(counts: GroupCounts) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", {"time (ps)": counts.times, **{f"{group} (atoms)": counts.of(group) for group in counts.groups}}


@curves.register
def _(joint: JointCoordination) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    columns = {f"{kind} (atoms)": _floats(joint.types[:, k]) for k, kind in enumerate(TYPES)}
    yield "_types", {"time (ps)": joint.times, **columns}
    to_lithium, to_oxygen = np.indices(joint.histogram.shape)
    yield (
        "_histogram",
        {
            "Li around (1)": _floats(to_lithium),
            "O around (1)": _floats(to_oxygen),
            "share (1)": joint.histogram.ravel(),
        },
    )


@curves.register
def _(census: PolyhedraCensus) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield (
        "_counts",
        {"time (ps)": census.times, "whole (1)": _floats(census.whole), "centres (1)": _floats(census.centres)},
    )
    u, v = np.indices(census.counts.shape)
    edge_u, edge_v, _ = census.column
    yield (
        "_map",
        {
            "u (Å)": (_floats(u) + 0.5) * edge_u, "v (Å)": (_floats(v) + 0.5) * edge_v,
            "whole (1)": census.counts.ravel(), "Li (atoms)": census.lithium.ravel(),
        },
    )  # fmt: skip


@curves.register
def _(density: DensityMap) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    n_u, n_v = density.density.shape
    u, v = np.indices((n_u, n_v))
    columns = {"u (1)": (_floats(u) + 0.5) / n_u, "v (1)": (_floats(v) + 0.5) / n_v}
    yield "", {**columns, "density (Å⁻³)": density.density.ravel()}


@curves.register
def _(history: DensityHistory) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    columns = {f"z = {z:.2f} Å (Å⁻³)": history.density[:, k] for k, z in enumerate(history.z)}
    yield "", {"time (ps)": history.times, **columns}


@curves.register
def _(profile: CavityProfile) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", {"z (Å)": profile.z, "cavity fraction (1)": profile.fraction}


@curves.register
def _(order: FrameworkOrder) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    edges = {f"edge {k + 1} (Å)": order.lattice[:, k] for k in range(3)}
    yield (
        "",
        {
            "time (ps)": order.times, "glassy (1)": order.glassy_share, "cations (atoms)": _floats(order.cations),
            "crystalline Zr (atoms)": _floats(order.crystalline_zr), **edges,
        },
    )  # fmt: skip


@curves.register
def _(layers: GlassLayers) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    widths = {f"boundary {k + 1} (Å)": layers.widths[:, k] for k in range(len(layers.positions))}
    yield "_widths", {"time (ps)": layers.times, **widths}
    yield "_profile", {"z (Å)": layers.z, "glassy share (1)": layers.share}


@curves.register
def _(energy: RegionEnergy) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield (
        "",
        {
            "time (ps)": energy.times, "atoms (1)": _floats(energy.n_atoms), "raw (eV/atom)": energy.raw,
            "referenced (eV/atom)": energy.referenced, "committee spread (eV/atom)": energy.spread,
        },
    )  # fmt: skip


@curves.register
def _(surface: SurfaceSummary) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield (
        "",
        {
            "time (ps)": surface.times, "mean height (Å)": surface.mean_height, "roughness (Å)": surface.roughness,
            "highest above the median (Å)": surface.highest,
        },
    )  # fmt: skip
    bins = _floats(surface.low + BIN * (np.arange(len(surface.counts)) + 0.5))
    yield "_histogram", {"above the median (Å)": bins, "columns (1)": _floats(surface.counts)}


@curves.register
def _(moved: PlaceDisplacement) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield from curves(moved.msd)


@curves.register
def _(melting: Melting) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", {"time (ps)": melting.times, "melted (1)": melting.melted}


@curves.register
def _(local: LocalStructure) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    for pair, rdf in local.rdfs.items():
        yield f"_{pair}", next(curves(rdf))[1]
    yield from curves(local.coordination)


def _one_table(table: Callable[[Any], Table], result: object) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", table(result).columns


for _kind, _table in (
    (Discharge, discharge_table),
    (Crossings, crossings_table),
    (MigrationMap, migration_table),
    (HeightMaps, height_table),
    (Protrusions, protrusion_table),
    (MetallicLithium, metal_table),
    (StressStrain, stress_strain_table),
    (PlaneShares, plane_share_table),
    (ChargeLayer, layer_table),
):
    curves.register(_kind, partial(_one_table, _table))


@curves.register
def _(voltage: VoltageCurve) -> Iterator[tuple[str, Mapping[str, FloatArray]]]:
    yield "", voltage_table(voltage).columns
    yield "_plateaus", plateau_table(voltage).columns


def _axes(msd: FloatArray) -> dict[str, FloatArray]:
    return {f"MSD along {axis} (Å²)": msd[:, number] for number, axis in enumerate("xyz")}


def _floats(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64).ravel()
