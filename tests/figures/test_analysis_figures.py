"""Figures of the analyses show what was found."""

from typing import TypeVar

import numpy as np
from numpy.testing import assert_allclose

from gbglass.analysis.arrhenius import Arrhenius
from gbglass.analysis.coordination import TYPES, JointCoordination
from gbglass.analysis.density import DensityHistory, DensityMap
from gbglass.analysis.drift import find_drift
from gbglass.analysis.energy import RegionEnergy
from gbglass.analysis.glass_width import GlassLayers
from gbglass.analysis.group_counts import GroupCounts
from gbglass.analysis.order import FrameworkOrder
from gbglass.analysis.polyhedra import PolyhedraCensus
from gbglass.figures.arrhenius import draw_arrhenius
from gbglass.figures.coordination import draw_joint_coordination, draw_lithium_types
from gbglass.figures.density import draw_density, draw_density_history
from gbglass.figures.energy import draw_region_energies
from gbglass.figures.group_counts import draw_group_counts
from gbglass.figures.order import draw_drift, draw_glass, draw_melted
from gbglass.figures.polyhedra import draw_polyhedra
from gbglass.figures.style import to_svg
from tests.contracts.test_analyses import PRODUCERS, given

R = TypeVar("R")


def made(kind: type[R]) -> R:
    result = PRODUCERS[kind](given())
    assert isinstance(result, kind)
    return result


def test_lines_are_the_series() -> None:
    counts = made(GroupCounts)
    lines = draw_group_counts(counts).axes[0].lines
    assert_allclose(np.asarray(lines[0].get_ydata()), counts.of("low"))
    joint = made(JointCoordination)
    shares = [np.asarray(line.get_ydata()) for line in draw_lithium_types(joint).axes[0].lines]
    assert_allclose(np.sum(shares, axis=0), 100.0)
    assert_allclose(shares[0], 100.0 * joint.types[:, 0] / joint.types.sum(axis=1))
    assert len(shares) == len(TYPES)
    order = made(FrameworkOrder)
    assert_allclose(np.asarray(draw_melted({"low": order}).axes[0].lines[0].get_ydata()), 100 * order.glassy_share)
    energy = made(RegionEnergy)
    top, bottom = draw_region_energies({"low": energy}).axes
    assert_allclose(np.asarray(top.lines[0].get_ydata()), energy.raw)
    assert_allclose(np.asarray(bottom.lines[0].get_ydata()), 1e3 * energy.referenced)


def test_maps_are_the_arrays() -> None:
    density, history, census = made(DensityMap), made(DensityHistory), made(PolyhedraCensus)
    assert_allclose(np.ravel(draw_density(density).axes[0].collections[0].get_array()), density.density.ravel())  # type: ignore[arg-type]
    mesh = draw_density_history(history).axes[0].collections[0].get_array()
    assert_allclose(np.ravel(mesh), history.density.T.ravel())  # type: ignore[arg-type]
    assert_allclose(np.asarray(draw_polyhedra(census).axes[0].images[0].get_array()), census.counts.T)
    joint = made(JointCoordination)
    image = np.asarray(draw_joint_coordination({"low": joint}).axes[0].images[0].get_array())
    shown = joint.histogram.T >= 5e-4
    assert_allclose(image[shown], 100.0 * joint.histogram.T[shown])


def test_fits_are_drawn_through_their_points() -> None:
    fit = made(Arrhenius)
    figure = draw_arrhenius(fit)
    inverse = 1e3 / fit.temperatures
    points = np.asarray(figure.axes[0].lines[1].get_xydata())
    assert_allclose(points[:, 0], inverse)
    assert_allclose(points[:, 1], fit.diffusivities)
    assert "eV" in str(figure.axes[0].lines[0].get_label())
    times = np.arange(100.0)
    series = np.sin(times) - 0.1 * times
    drift = find_drift(times, series, "eV")
    line = np.asarray(draw_drift(times, series, drift).axes[0].lines[1].get_ydata())
    assert_allclose(np.diff(line), drift.slope.value, rtol=1e-9)
    layers = made(GlassLayers)
    axes = draw_glass(layers).axes[0]
    assert_allclose(np.asarray(axes.lines[0].get_ydata()), 100.0 * layers.share)
    assert len(axes.lines) == 1 + len(layers.positions)


def test_every_figure_becomes_the_same_svg_twice() -> None:
    census = made(PolyhedraCensus)
    assert to_svg(draw_polyhedra(census)) == to_svg(draw_polyhedra(census))
