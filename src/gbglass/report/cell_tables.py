"""Curves and maps of the analyses of full cells as tables, units in the headings."""

import numpy as np

from gbglass.analysis.charge import ChargeLayer, PlaneShares
from gbglass.analysis.discharge import Discharge
from gbglass.analysis.flux import Crossings
from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.metallic import MetallicLithium
from gbglass.analysis.migration import MigrationMap
from gbglass.analysis.protrusion import Protrusions
from gbglass.analysis.stress_strain import StressStrain
from gbglass.analysis.voltage import VoltageCurve
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.store.tables import Table


def discharge_table(discharge: Discharge, name: str = "discharge") -> Table:
    """List lithium in each compartment and through each face; the last column is what the account lacks."""
    compartments = {f"{c} (atoms)": _floats(discharge.compartment(c)) for c in discharge.compartments}
    faces = {f"up into {part} (atoms)": _floats(discharge.crossings[:, k]) for k, part in enumerate(discharge.parts)}
    content = {"x in LixZr2O4 (1)": discharge.content} if discharge.n_hosts else {}
    return Table(
        name,
        {
            "step (1)": _floats(discharge.steps),
            "time (ps)": discharge.times,
            **compartments,
            **faces,
            **content,
            "area (Å²)": discharge.areas,
            "ledger (atoms)": _floats(np.abs(discharge.ledger).max(axis=1)),
        },
    )


def crossings_table(crossings: Crossings, name: str = "crossings") -> Table:
    """List what went up through each plane less what came down, against time."""
    planes = {
        f"through {plane:.4f} (atoms)": _floats(crossings.crossed[:, k]) for k, plane in enumerate(crossings.planes)
    }
    return Table(
        name,
        {
            "step (1)": _floats(crossings.steps),
            "time (ps)": crossings.times,
            **planes,
            "mean of all planes (atoms)": crossings.carried,
            "area (Å²)": crossings.areas,
        },
    )


def migration_table(found: MigrationMap, name: str = "migration") -> Table:
    """List the bins of a map; a bin with too few displacements has no number."""
    first, second = (0.5 * (edges[1:] + edges[:-1]) for edges in (found.edges_1, found.edges_2))
    one, other = np.meshgrid(first, second, indexing="ij")
    along = ["xyz"[axis] for axis in found.rule.axes]
    return Table(
        name,
        {
            f"{along[0]} (Å)": one.ravel(),
            f"{along[1]} (Å)": other.ravel(),
            "displacements (1)": found.counts.ravel(),
            "speed (Å/ps)": found.speed.ravel(),
            "migration (Å/ps)": found.migration.ravel(),
            **{f"velocity along {axis} (Å/ps)": found.velocity[:, :, k].ravel() for k, axis in enumerate("xyz")},
        },
    )


def height_table(maps: HeightMaps, name: str = "interface") -> Table:
    """List the columns of all maps."""
    n_x, n_y = maps.heights.shape[1:]
    places = [(np.arange(n) + 0.5) * length / n for n, length in zip((n_x, n_y), maps.lengths, strict=True)]
    time, x, y = np.meshgrid(maps.times, *places, indexing="ij")
    return Table(
        name,
        {"time (ps)": time.ravel(), "x (Å)": x.ravel(), "y (Å)": y.ravel(), "height (Å)": maps.heights.ravel()},
    )


def protrusion_table(found: Protrusions, name: str = "protrusions") -> Table:
    """List the highest protrusion of each map against time."""
    return Table(
        name,
        {
            "time (ps)": found.times,
            "height (Å)": found.heights,
            "tip x (Å)": found.tips[:, 0],
            "tip y (Å)": found.tips[:, 1],
            "tip above the face (Å)": found.tip_heights,
            "base width (Å)": found.base_widths,
            "half-angle (degrees)": found.half_angles,
            "volume (Å³)": found.volumes,
            "excess roughness (Å)": found.excess_roughness,
        },
    )


def metal_table(metal: MetallicLithium, name: str = "metal") -> Table:
    """List metallic lithium against time."""
    return Table(
        name,
        {
            "step (1)": _floats(metal.steps),
            "time (ps)": metal.times,
            "metal (atoms)": _floats(metal.metal),
            "metal in the electrolyte (atoms)": _floats(metal.in_electrolyte),
            "largest cluster (atoms)": _floats(metal.largest_cluster),
            "isolated clusters (1)": _floats(metal.isolated_clusters),
            "largest isolated cluster (atoms)": _floats(metal.largest_isolated),
            "depth (Å)": metal.depth,
            "shorted (1)": _floats(metal.shorted),
        },
    )


def stress_strain_table(curve: StressStrain, name: str = "stress_strain") -> Table:
    """List stress against strain."""
    return Table(name, {"strain (1)": curve.strain, "stress (GPa)": curve.stress, "opening (Å)": curve.opening})


def voltage_table(curve: VoltageCurve, name: str = "voltage") -> Table:
    """List the orderings."""
    return Table(
        name,
        {
            "x (1)": curve.all_contents,
            "formation energy (eV)": curve.formation,
            "above hull (eV)": curve.above_hull,
        },
    )


def plateau_table(curve: VoltageCurve, name: str = "plateaus") -> Table:
    """List the plateaus."""
    return Table(
        name,
        {"from x (1)": curve.contents[:-1], "to x (1)": curve.contents[1:], "voltage (V)": curve.voltages},
    )


def plane_share_table(found: PlaneShares, name: str = "excess_electrons") -> Table:
    """List P(z)."""
    return Table(name, {"height (Å)": found.heights, "share (1)": found.shares})


def layer_table(layer: ChargeLayer, name: str = "charge_layer") -> Table:
    """List the columns of the grid."""
    places = [np.arange(n) * length / n for n, length in zip(layer.relative.shape, layer.lengths, strict=True)]
    one, other = np.meshgrid(*places, indexing="ij")
    along = [axis for k, axis in enumerate("xyz") if k != layer.axis]
    return Table(
        name,
        {
            f"{along[0]} (Å)": one.ravel(),
            f"{along[1]} (Å)": other.ravel(),
            "slab (1/Å³)": layer.slab.ravel(),
            "layer (1/Å)": layer.per_thickness.ravel(),
            "over an even spread (1)": layer.relative.ravel(),
        },
    )


def _floats(values: IntArray) -> FloatArray:
    return values.astype(np.float64)
