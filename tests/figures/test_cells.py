"""What is drawn of full cells is what was found."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from gbglass.analysis.charge import plane_shares
from gbglass.analysis.flux import mean_flux
from gbglass.analysis.metallic import find_metal
from gbglass.analysis.protrusion import TwinSurface, find_protrusions
from gbglass.analysis.stress_strain import stress_strain
from gbglass.analysis.voids import find_voids
from gbglass.analysis.voltage import Ordering, voltage_curve
from gbglass.figures.charge import draw_charge_layer, draw_plane_shares
from gbglass.figures.discharge import draw_discharge, draw_transfers
from gbglass.figures.interface import draw_height_map, draw_protrusions
from gbglass.figures.metallic import draw_metal
from gbglass.figures.migration import draw_flux, draw_migration
from gbglass.figures.stress_strain import draw_stress_strain
from gbglass.figures.style import to_svg
from gbglass.figures.voids import draw_voids
from gbglass.figures.voltage import draw_voltage
from tests.analysis.synthetic import anchor_of
from tests.contracts import cell_analyses as made
from tests.contracts.test_analyses import given

TRAJECTORY = given().trajectory
DISCHARGE = made.discharge_of(TRAJECTORY)
FLUX = mean_flux(made.crossings_of(TRAJECTORY))
CURVE = stress_strain(made.pull_of(TRAJECTORY), window=0.2)
VOLTAGE = voltage_curve([Ordering(0.0, -53.0), Ordering(0.5, -55.0), Ordering(1.0, -56.4)], -1.9)
MIGRATION = made.migration_of(TRAJECTORY)
HEIGHTS = made.heights_of(TRAJECTORY)
SHARES = plane_shares(made.DENSITY)
WALL = np.stack(np.meshgrid(*[np.arange(12.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
TILTED = np.array([[12.0, 0.0, 0.0], [0.0, 12.0, 0.0], [0.0, 3.0, 12.0]])
VOIDS = find_voids(WALL[(WALL[:, 1] < 6.0) | (WALL[:, 2] < 4.0)], TILTED)

FIGURES: dict[str, Figure] = {
    "discharge": draw_discharge(DISCHARGE),
    "transfers": draw_transfers({"cell-2": DISCHARGE, "twin": DISCHARGE}),
    "migration": draw_migration(MIGRATION),
    "flux": draw_flux(FLUX),
    "heights": draw_height_map(HEIGHTS),
    "protrusions": draw_protrusions(find_protrusions(HEIGHTS, TwinSurface(0.1, 0.5, 0.3, 3, 12))),
    "metal": draw_metal(find_metal(TRAJECTORY, made.parts_of(TRAJECTORY), anchor_of(TRAJECTORY))),
    "stress-strain": draw_stress_strain({"LLZO-GB": CURVE}),
    "voltage": draw_voltage(VOLTAGE, "x in LixZr2O4"),
    "shares": draw_plane_shares(SHARES),
    "layer": draw_charge_layer(made.LAYER),
    "voids": draw_voids(VOIDS),
}


def lines(name: str, axes: int = 0) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return [np.asarray(line.get_ydata(), dtype=np.float64) for line in FIGURES[name].axes[axes].lines]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_becomes_svg_and_names_its_axes_with_units_in_round_brackets(name: str) -> None:
    assert to_svg(FIGURES[name]).startswith("<svg")
    labels = [axes.get_ylabel() for axes in FIGURES[name].axes] + [FIGURES[name].axes[-1].get_xlabel()]
    assert any(labels)
    assert "[" not in "".join(labels)
    assert FIGURES[name].axes[0].get_ylabel()


def test_curves_are_the_curves() -> None:
    gained = DISCHARGE.counts - DISCHARGE.counts[0]
    for drawn, found in zip(lines("discharge"), gained.T, strict=False):
        assert_allclose(drawn, found)
    assert_allclose(lines("discharge", 1)[0], DISCHARGE.content)
    into = DISCHARGE.part_counts[:, -1] - DISCHARGE.part_counts[0, -1]
    assert_allclose(lines("transfers")[0], into / 1.1)
    assert_allclose(lines("flux")[0], [mean.value for mean in FLUX.through])
    assert_allclose(lines("stress-strain")[0], CURVE.stress)
    assert_allclose(lines("shares")[0] * 3.0 / 100.0, SHARES.shares)
    assert_allclose(lines("voltage", 1)[1], [0.0, 1000.0 * VOLTAGE.formation[1], 0.0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("migration", MIGRATION.migration.T), ("heights", HEIGHTS.heights[-1]), ("layer", made.LAYER.relative)],
)
def test_maps_are_the_maps(name: str, expected: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> None:
    mesh = FIGURES[name].axes[0].collections[0].get_array()
    assert mesh is not None
    assert_allclose(np.ma.filled(mesh.reshape(expected.shape), np.nan), expected)


def test_the_map_of_voids_is_the_void_that_there_is_and_none_says_so() -> None:
    """Each field holds what of the void lies on it: its depth times the face of a line of points."""
    depth = VOIDS.depth()
    face = abs(np.linalg.det(TILTED)) / 12.0 / depth.size
    assert_allclose(depth.sum() * face, VOIDS.volume, rtol=1e-9)
    mesh = FIGURES["voids"].axes[0].collections[0].get_array()
    assert mesh is not None
    assert_allclose(np.ma.filled(mesh.reshape(depth.shape), 0.0), depth)
    assert_allclose(depth.max(), 12.0)  # the crack goes right through
    none = draw_voids(find_voids(WALL, np.eye(3) * 12.0)).axes[0]
    assert not none.collections
    assert "no ball of 2.8" in none.get_title()
