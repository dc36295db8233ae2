"""Maps of a cell or a network in its record, so that those of several can be drawn on one scale of colours."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.density import DensityMap
from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.migration import MigrationMap
from gbglass.analysis.polyhedra import PolyhedraCensus, Polyhedron
from gbglass.core.arrays import FloatArray, frozen_floats, frozen_ints
from gbglass.figures.density import draw_density_maps
from gbglass.figures.interface import draw_height_maps
from gbglass.figures.migration import draw_migrations
from gbglass.figures.polyhedra import draw_polyhedra_stages
from gbglass.report.models import by_model
from gbglass.report.presented import PageFigure, page_figure
from gbglass.report.records import Plain, quantity, series_record

_FEWEST = 2
_DENSITIES = (
    "Density of lithium seen along x in the last window of time, the metal at the bottom, the first seed of each cell; "
    "one scale of colours."
)
_HEIGHTS = (
    "Height of the surface of the metal above the interface in the last window of time, the first seed of each cell; "
    "one scale of colours."
)
_CENSUSES = (
    "Whole ZrO6 (left) and lithium (right) in columns about 5 Å wide, seen along the grains, in the last stage, the "
    "first seed of each model; crosses where no ZrO6 is. One scale of colours for each."
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


def height_map_record(maps: HeightMaps) -> Plain:
    """Write the last map of heights."""
    return {
        "time": quantity(float(maps.times[-1]), "ps"),
        "lengths": series_record(maps.lengths, "Å", 3),
        "heights": [series_record(row, "Å", 3) for row in maps.heights[-1]],
    }


def census_map_record(census: PolyhedraCensus) -> Plain:
    """Write where whole polyhedra and lithium are, in columns."""
    polyhedron = census.polyhedron
    return {
        "centre": polyhedron.centre,
        "ligand": polyhedron.ligand,
        "ligands": quantity(polyhedron.number, "1"),
        "cutoff": quantity(polyhedron.cutoff, "Å"),
        "axis": "xyz"[census.axis],
        "column": [quantity(edge, "Å") for edge in census.column],
        "counts": [series_record(row, "1", 4) for row in census.counts],
        "lithium": [series_record(row, "atoms", 4) for row in census.lithium],
    }


def census_of(record: Mapping[str, Any]) -> PolyhedraCensus:
    """Read a map that `census_map_record` wrote; what comes out has no course in time."""
    nothing = frozen_ints([])
    columns = [edge["value"] for edge in record["column"]]
    polyhedron = Polyhedron(
        record["centre"], record["ligand"], record["ligands"]["value"], float(record["cutoff"]["value"])
    )
    return PolyhedraCensus(
        polyhedron=polyhedron,
        group="all",
        ligands=frozen_floats([]),
        times=frozen_floats([]),
        whole=nothing,
        centres=nothing,
        counts=_rows_of(record["counts"]),
        lithium=_rows_of(record["lithium"]),
        column=(columns[0], columns[1], columns[2]),
        axis="xyz".index(record["axis"]),
    )


def height_figure(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw the surface of the metal in several cells at the end; nothing of fewer than two models.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case; those of an older gbglass have no map.

    """
    mapped = [case for case in cases if "map" in case.get("surface", {})]
    found = {name: seeds[0]["surface"]["map"] for name, seeds in by_model(mapped).items()}
    if len(found) < _FEWEST:
        return []
    maps = {name: (frozen_floats(one["lengths"]["values"]), _rows_of(one["heights"])) for name, one in found.items()}
    return [page_figure("surfaces-beside", "The surface of the metal", draw_height_maps(maps), _HEIGHTS)]


def census_figure(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw whole polyhedra and lithium of several networks in their last stage; nothing of fewer than two models.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case; those of an older gbglass have no map.

    """
    mapped = [case for case in cases if "map" in case["network"]["polyhedra"]["after"]]
    maps = {
        name: census_of(seeds[0]["network"]["polyhedra"]["after"]["map"]) for name, seeds in by_model(mapped).items()
    }
    if len(maps) < _FEWEST:
        return []
    drawn = draw_polyhedra_stages(maps)
    return [page_figure("polyhedra-beside", "Where polyhedra are missing", drawn, _CENSUSES)]


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


def _rows_of(rows: Sequence[Mapping[str, Any]]) -> FloatArray:
    return frozen_floats([row["values"] for row in rows])


def _migration_of(record: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    y, z = (np.array(record[key]["values"], dtype=np.float64) for key in ("y", "z"))
    return y, z, np.array([row["values"] for row in record["speed"]], dtype=np.float64)
