"""Maps of a full cell in its record, so that those of several cells can be drawn on one scale of colours."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.density import DensityMap
from gbglass.analysis.migration import MigrationMap
from gbglass.core.arrays import frozen_floats
from gbglass.figures.density import draw_density_maps
from gbglass.figures.migration import draw_migrations
from gbglass.report.models import by_model
from gbglass.report.presented import PageFigure, page_figure
from gbglass.report.records import Plain, quantity, series_record

_FEWEST = 2
_DENSITIES = (
    "Density of lithium seen along x in the last window of time, the metal at the bottom, the first seed of each cell; "
    "one scale of colours."
)
_MIGRATIONS = "How fast lithium migrates, seen along x, the first seed of each cell; one scale of colours."


def density_record(density: DensityMap) -> Plain:
    """Write a map with what it needs to be drawn to scale."""
    return {
        "species": density.species,
        "axis": "xyz"[density.axis],
        "slab": [quantity(end, "cell lengths") for end in density.slab],
        "column": quantity(density.column, "Å³"),
        "vectors": [series_record(vector, "Å", 4) for vector in density.vectors],
        "density": [series_record(row, "1/Å³", 5) for row in density.density],
    }


def density_of(record: Mapping[str, Any]) -> DensityMap:
    """Read a map that `density_record` wrote."""
    return DensityMap(
        species=record["species"],
        density=frozen_floats([row["values"] for row in record["density"]]),
        vectors=frozen_floats([vector["values"] for vector in record["vectors"]]),
        axis="xyz".index(record["axis"]),
        slab=(record["slab"][0]["value"], record["slab"][1]["value"]),
        column=record["column"]["value"],
    )


def migration_map_record(found: MigrationMap) -> Plain:
    """Write a map of migration; a bin with too few displacements is null."""
    return {
        "y": series_record(found.edges_1, "Å", 3),
        "z": series_record(found.edges_2, "Å", 3),
        "speed": [series_record(row, "Å/ps", 4) for row in found.migration],
    }


def density_figure(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw where the lithium of several cells is at the end; nothing of fewer than two.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case; those of an older gbglass have no map.

    """
    maps = {
        name: density_of(seeds[0]["last_map"])
        for name, seeds in by_model([case for case in cases if "last_map" in case]).items()
    }
    if len(maps) < _FEWEST:
        return []
    return [page_figure("maps-beside", "Lithium in each cell", draw_density_maps(maps), _DENSITIES)]


def migration_figure(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw how fast lithium migrates in several cells; nothing of fewer than two.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case; those of an older gbglass have no map.

    """
    mapped = [case for case in cases if "map" in case.get("migration", {})]
    maps = {name: _migration_of(seeds[0]["migration"]["map"]) for name, seeds in by_model(mapped).items()}
    if len(maps) < _FEWEST:
        return []
    drawn = draw_migrations(maps, "Migration of lithium (Å/ps)")
    return [page_figure("migration-beside", "Where lithium migrates", drawn, _MIGRATIONS)]


def _migration_of(record: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    y, z = (np.array(record[key]["values"], dtype=np.float64) for key in ("y", "z"))
    return y, z, np.array([row["values"] for row in record["speed"]], dtype=np.float64)
