"""Every result that holds arrays becomes tables with units; what is in them is what was found."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.coordination import JointCoordination
from gbglass.analysis.equilibration import Equilibration
from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.analysis.rdf import RadialDistribution
from gbglass.report.curves import curves, named_tables
from gbglass.store.tables import csv_text
from tests.contracts.test_analyses import PRODUCERS, given

WITHOUT = {
    "BoundarySegregation", "ConvergedCavity", "Equilibration", "LithiumTypes", "Polyhedron",
    "Vitrification", "Settling", "CationOrder", "DensityGrid", "Drift", "RankCorrelation",
    "Amorphisation", "Comparison", "Compartments", "DischargeRate", "Flux", "MigrationRule", "HeightRule",
    "TwinSurface", "Ordering", "Patch", "Evenness", "Stretch", "Voids", "MetalRule", "Pull",
    "Thinnest", "Lobe",
}  # fmt: skip
"""A few numbers, no curve; a density in space is a cube."""


@pytest.mark.parametrize("kind", [k for k in PRODUCERS if k.__name__ not in WITHOUT], ids=lambda kind: kind.__name__)
def test_every_curve_has_a_table_whose_headings_have_units(kind: type) -> None:
    tables = named_tables("quantity", {"all": PRODUCERS[kind](given())})
    assert tables
    for table in tables:
        assert re.fullmatch(r"[\w.-]+", table.name)
        assert all(re.search(r"\(.+\)$", heading) for heading in table.columns)
        assert len(csv_text(table).splitlines()) == 1 + len(next(iter(table.columns.values())))


def test_what_has_no_curve_is_refused_by_name() -> None:
    result = PRODUCERS[Equilibration](given())
    with pytest.raises(TypeError, match="no table is known for Equilibration"):
        list(curves(result))


def test_numbers_are_those_of_the_result() -> None:
    rdf = PRODUCERS[RadialDistribution](given())
    assert isinstance(rdf, RadialDistribution)
    (table,) = named_tables("rdf", {"Li-O, boundary 1": rdf})
    assert table.name == "rdf_Li-O_boundary_1"
    assert_allclose(table.columns["g (1)"], rdf.g)
    joint = PRODUCERS[JointCoordination](given())
    assert isinstance(joint, JointCoordination)
    histogram = dict(curves(joint))["_histogram"]
    mean = np.sum(histogram["O around (1)"] * histogram["share (1)"])
    assert_allclose(mean, joint.histogram.sum(axis=0) @ np.arange(13), rtol=1e-12)
    census = PRODUCERS[PolyhedraCensus](given())
    assert isinstance(census, PolyhedraCensus)
    assert_allclose(dict(curves(census))["_map"]["Li (atoms)"].sum(), census.lithium.sum(), rtol=1e-12)
