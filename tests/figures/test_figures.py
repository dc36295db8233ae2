"""What is drawn is what was found."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from numpy.testing import assert_allclose

from gbglass.figures.cavity import draw_cavity
from gbglass.figures.msd import draw_msd
from gbglass.figures.palette import BOUNDARY_COLOURS, SPECIES_COLOURS
from gbglass.figures.rdf import draw_rdfs
from gbglass.figures.region_counts import draw_region_counts
from gbglass.figures.segregation import draw_excess, draw_profile
from gbglass.figures.style import to_svg
from gbglass.figures.thermodynamics import ThermodynamicSeries, draw_thermodynamics
from tests.report.sample import findings


def test_the_lines_of_the_counts_are_the_counts() -> None:
    f = findings()
    axes = draw_region_counts(f.counts, f.regions, 1.0).axes[0]
    lines = {str(line.get_label()): np.asarray(line.get_ydata()) for line in axes.lines}
    both_halves = f.counts.counts[:, 0] + f.counts.counts[:, 10]
    assert_allclose(lines["boundary 1 (region 1 + 11)"], both_halves)
    assert_allclose(lines["boundary 2 (region 6)"], f.counts.counts[:, 5])
    assert "Time (ps)" in axes.get_xlabel()


def test_bars_and_marks_are_the_means() -> None:
    f = findings()
    heights = [bar.get_height() for bar in draw_profile(f.hold_counts, f.regions).axes[0].patches]  # type: ignore[attr-defined]
    assert_allclose(heights, (f.hold_counts.counts / f.hold_counts.widths).mean(axis=0), rtol=1e-12)
    marks = [float(np.asarray(line.get_xdata())[0]) for line in draw_excess(f.segregation).axes[0].lines[1:8:2]]
    expected = [v for r in f.segregation for v in (r.gibbs_excess.value, r.change.value)]
    assert_allclose(marks, expected, rtol=1e-12)


def test_curves_are_the_curves() -> None:
    f = findings()
    assert f.cavity is not None
    assert_allclose(draw_cavity(f.cavity, f.regions).axes[0].lines[0].get_ydata(), f.cavity.fraction)  # type: ignore[arg-type]
    shown = np.asarray(draw_msd(f.msd).axes[0].lines[0].get_ydata())
    assert_allclose(shown, f.msd.msd[: len(shown)])
    for line, rdf in zip(draw_rdfs(f.rdfs).axes[0].lines, f.rdfs.values(), strict=False):
        assert_allclose(np.asarray(line.get_ydata()), rdf.g)


def test_the_same_figure_is_the_same_file() -> None:
    f = findings()
    assert to_svg(draw_msd(f.msd)) == to_svg(draw_msd(f.msd))


def test_bars_of_error_are_the_spreads_of_the_hold() -> None:
    f = findings()
    axes = draw_profile(f.hold_counts, f.regions).axes[0]
    bars = [c for c in axes.collections if isinstance(c, LineCollection)]
    halves = [np.array([np.ptp(segment[:, 1]) / 2 for segment in bar.get_segments()]) for bar in bars]
    deviations = (f.hold_counts.counts / f.hold_counts.widths).std(axis=0, ddof=1)
    assert_allclose(halves[0], deviations, rtol=1e-9)
    assert (halves[1] < halves[0]).all(), "the error of a mean is below the spread of frames"


def test_intervals_of_the_excess_are_drawn_from_end_to_end() -> None:
    f = findings()
    lines = draw_excess(f.segregation).axes[0].lines[0:8:2]
    expected = [mean.interval for r in f.segregation for mean in (r.gibbs_excess, r.change)]
    assert_allclose([np.asarray(line.get_xdata()) for line in lines], expected, rtol=1e-12)


def test_thermodynamics_are_in_the_units_of_the_labels() -> None:
    t = findings().run.thermodynamics
    series = ThermodynamicSeries(t.times, t.temperatures, t.targets, t.pressures, t.lengths, 2.0)
    top, middle, bottom = draw_thermodynamics(series).axes
    by_label = {line.get_label(): np.asarray(line.get_ydata()) for line in (*top.lines, *bottom.lines)}
    assert_allclose(by_label["thermostat"], t.targets)
    assert_allclose([np.asarray(line.get_ydata()) for line in middle.lines if len(np.asarray(line.get_ydata())) > 2],
                    [t.pressures / 1e4])  # fmt: skip
    assert by_label["z"][-1] == pytest.approx(1.6), "the sample grows by 1.6 % along z"
    assert [axes.get_ylabel() for axes in (top, middle, bottom)] == [
        "Temperature (K)",
        "Pressure (GPa)",
        "Strain of the cell (%)",
    ]


def test_every_axis_names_its_quantity() -> None:
    f = findings()
    assert f.cavity is not None
    for figure in (draw_profile(f.hold_counts, f.regions), draw_cavity(f.cavity, f.regions), draw_msd(f.msd),
                   draw_rdfs(f.rdfs), draw_excess(f.segregation)):  # fmt: skip
        axes = figure.axes[0]
        labels = axes.get_xlabel() + (axes.get_ylabel() or "excess")
        assert axes.get_xlabel()
        assert "[" not in labels, "units stand in round brackets"


@pytest.mark.parametrize("figure", ["profile", "excess", "counts", "cavity"])
def test_nothing_is_cut_off_at_the_edge(figure: str) -> None:
    f = findings()
    assert f.cavity is not None
    drawn = {
        "profile": draw_profile(f.hold_counts, f.regions),
        "excess": draw_excess(f.segregation),
        "counts": draw_region_counts(f.counts, f.regions, 2.0),
        "cavity": draw_cavity(f.cavity, f.regions),
    }[figure]
    with mpl.rc_context({"svg.fonttype": "path"}):
        drawn.draw_without_rendering()
    width, height = drawn.get_size_inches()
    legend = drawn.legends[0].get_window_extent().transformed(drawn.dpi_scale_trans.inverted())
    assert 0.0 <= legend.x0 < legend.x1 <= width
    assert legend.y1 <= height + 0.01


_DEFICIENCIES = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
"""Machado, Oliveira and Fernandes 2009 (doi:10.1109/TVCG.2009.113), full severity, on linear RGB."""


@pytest.mark.parametrize("kind", _DEFICIENCIES)
@pytest.mark.parametrize("palette", [tuple(SPECIES_COLOURS.values()), BOUNDARY_COLOURS])
def test_colours_differ_for_readers_who_see_two_of_them(kind: str, palette: tuple[str, ...]) -> None:
    linear = np.array([to_rgb(colour) for colour in palette]) ** 2.2
    seen = np.clip(linear @ np.array(_DEFICIENCIES[kind]).T, 0.0, 1.0) ** (1 / 2.2)
    distances = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(distances) > 0.2, "of a black-white distance of 1.73"


def test_no_colour_means_two_things() -> None:
    assert not set(BOUNDARY_COLOURS) & set(SPECIES_COLOURS.values())
