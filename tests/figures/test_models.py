"""Several models in one figure: a colour is a model, a colour in a map is one number in all of its panels."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from gbglass.analysis.coordination import JointCoordination
from gbglass.analysis.density import DensityMap
from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.figures.coordination import draw_joint_coordination
from gbglass.figures.density import draw_density_maps
from gbglass.figures.interface import draw_height_maps
from gbglass.figures.lines import draw_models
from gbglass.figures.migration import draw_migrations
from gbglass.figures.points import Point, draw_against, draw_rows
from gbglass.figures.polyhedra import draw_polyhedra_stages
from tests.figures.test_analysis_figures import made


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for one in figure.legends for text in one.get_texts()]


def test_seeds_share_the_colour_of_their_model_and_the_legend_names_it_once() -> None:
    x = np.arange(4.0)
    figure = draw_models({"bulk": [(x, x), (x, 2 * x)], "glass": [(x, -x)]}, ("Strain (1)", "Stress (GPa)"))
    colours = [to_hex(line.get_color()) for line in figure.axes[0].lines]
    assert colours[0] == colours[1] != colours[2]
    assert_allclose(np.asarray(figure.axes[0].lines[1].get_ydata()), 2 * x)
    assert legend(figure) == ["bulk (2 seeds)", "glass"]


def test_long_names_stay_within_the_figure() -> None:
    x, name = np.arange(4.0), "Σ3(112)[1-10], LLZO 24 Å, melt_region to 1800 K, then hold at 300 K"
    figure = draw_models({name: [(x, x)] * 3, f"{name}, twin": [(x, -x)]}, ("x", "y"))
    figure.draw_without_rendering()
    box = figure.legends[0].get_window_extent()
    assert 0.0 <= box.x0 < box.x1 <= figure.bbox.x1


def test_points_stand_at_their_numbers_with_their_intervals() -> None:
    figure = draw_against(
        {"[100]": [Point(1.0, 0.5, 1.5, x=0.2)], "[110]": [Point(2.0, np.nan, np.nan, x=0.3)]}, ("x", "y"), joined=True
    )
    lines = [np.asarray(line.get_xydata()) for line in figure.axes[0].lines]
    assert any(np.array_equal(line, [[0.2, 0.5], [0.2, 1.5]]) for line in lines)
    assert any(np.array_equal(line, [[0.3, 2.0], [0.3, 2.0]]) for line in lines), "no interval is no bar"
    assert legend(figure) == ["[100]", "[110]"]


def test_a_row_for_each_model_in_their_order() -> None:
    rows = {"a": {"one": [Point(1.0, 0.0, 2.0), Point(1.5, 1.0, 2.0)]}, "b": {"one": [Point(3.0, 2.0, 4.0)]}}
    axes = draw_rows(rows, "Li excess (1/nm²)", 0.0).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    drawn = [np.asarray(line.get_xydata()) for line in axes.lines if line.get_marker() == "o"]
    drawn = [points for points in drawn if len(points)]
    assert [round(float(line[0, 1])) for line in drawn] == [0, 0, 1]


@pytest.mark.parametrize("factor", [0.3, 4.0])
def test_maps_of_one_figure_have_one_scale(factor: float) -> None:
    joint, density, census = made(JointCoordination), made(DensityMap), made(PolyhedraCensus)
    joints = draw_joint_coordination({"a": joint, "b": replace(joint, histogram=factor * joint.histogram)})
    images = [axes.images[0] for axes in joints.axes if axes.images]
    assert {image.get_clim() for image in images} == {(0.0, 100.0 * max(1.0, factor) * float(joint.histogram.max()))}
    maps = draw_density_maps({"a": density, "b": replace(density, density=factor * density.density)})
    meshes = [axes.collections[0] for axes in maps.axes[:2]]
    assert {mesh.get_clim() for mesh in meshes} == {(0.0, max(1.0, factor) * float(density.density.max()))}
    stages = draw_polyhedra_stages({"first": census, "last": replace(census, counts=factor * census.counts)})
    whole = [axes.images[0].get_clim() for axes in stages.axes if axes.get_title()][::2]
    assert whole == [(0.0, max(1.0, factor) * float(census.counts.max()))] * 2
    edges, speeds = np.arange(3.0), np.array([[1.0, np.nan], [2.0, 0.5]])
    cells = draw_migrations({"a": (edges, edges, speeds), "b": (edges, edges, factor * speeds)}, "(Å/ps)")
    assert {axes.collections[0].get_clim() for axes in cells.axes[:2]} == {(0.0, 2.0 * max(1.0, factor))}
    sides, heights = np.array([12.0, 9.0]), np.array([[1.0, 2.0, 4.0], [3.0, 2.0, 1.0]])
    surfaces = draw_height_maps({"a": (sides, heights), "b": (sides, factor * heights)})
    ends = (min(1.0, factor), 4.0 * max(1.0, factor))
    assert [axes.collections[0].get_clim() for axes in surfaces.axes[:2]] == [ends] * 2
    drawn = np.asarray(surfaces.axes[1].collections[0].get_array())
    assert_allclose(drawn.ravel(), factor * heights.ravel())
