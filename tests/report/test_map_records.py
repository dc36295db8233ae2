"""Maps in records are the maps, and those of two models are drawn beside each other; one has its own page."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.testing import assert_allclose

from gbglass.analysis.interface_height import HeightMaps
from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.report.map_records import (
    census_figure,
    census_map_record,
    census_of,
    height_figure,
    height_map_record,
)
from tests.claims.made import made as case
from tests.figures.test_analysis_figures import made


def network(name: str, census: PolyhedraCensus) -> Mapping[str, Any]:
    found = {"title": name, "network": {"polyhedra": {"after": {"map": census_map_record(census)}}}}
    record: Mapping[str, Any] = json.loads(json.dumps(case("network", 1, {}, found).results))
    return record


def cell(name: str, maps: HeightMaps) -> Mapping[str, Any]:
    found = {"title": name, "surface": {"map": height_map_record(maps)}}
    record: Mapping[str, Any] = json.loads(json.dumps(case("orientation", 1, {}, found).results))
    return record


def test_a_census_comes_back_from_its_record() -> None:
    census = made(PolyhedraCensus)
    back = census_of(json.loads(json.dumps(census_map_record(census), allow_nan=False)))
    assert_allclose(back.counts, census.counts, atol=1e-4)
    assert_allclose(back.lithium, census.lithium, atol=1e-4)
    assert (back.polyhedron, back.column, back.axis) == (census.polyhedron, census.column, census.axis)
    assert back.empty_area == census.empty_area


def test_a_map_of_heights_is_the_last_one_to_scale() -> None:
    maps = made(HeightMaps)
    record = height_map_record(maps)
    assert_allclose([row["values"] for row in record["heights"]], maps.heights[-1], atol=1e-3)
    assert_allclose(record["lengths"]["values"], maps.lengths, atol=1e-3)
    assert record["time"]["value"] == maps.times[-1]


def test_two_models_are_drawn_beside_each_other_and_two_seeds_of_one_are_not() -> None:
    census, maps = made(PolyhedraCensus), made(HeightMaps)
    doubled = replace(census, counts=2 * np.asarray(census.counts))
    for figures, name in (
        (
            [
                census_figure([network(title, one) for title in titles for one in (census, doubled)])
                for titles in ("a", "ab")
            ],
            "polyhedra-beside",
        ),
        (
            [height_figure([cell(title, maps) for title in titles for _ in range(2)]) for titles in ("a", "ab")],
            "surfaces-beside",
        ),
    ):
        one_model, two = figures
        assert one_model == []
        assert [figure.name for figure in two] == [name]


def test_results_of_an_older_gbglass_have_no_maps() -> None:
    old = case("network", 1, {}, {"network": {"polyhedra": {"after": {}}}, "surface": {}}).results
    other = {**old, "title": "another"}
    assert census_figure([old, other]) == height_figure([old, other]) == []
