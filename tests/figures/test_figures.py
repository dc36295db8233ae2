"""What is drawn is what was found."""

import numpy as np
from numpy.testing import assert_allclose

from gbglass.figures.cavity import draw_cavity
from gbglass.figures.msd import draw_msd
from gbglass.figures.rdf import draw_rdfs
from gbglass.figures.region_counts import draw_region_counts
from gbglass.figures.segregation import draw_excess, draw_profile
from gbglass.figures.style import to_svg
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
    assert_allclose(draw_cavity(f.cavity, f.regions).axes[0].lines[0].get_ydata(), f.cavity.fraction)  # type: ignore[arg-type]
    shown = np.asarray(draw_msd(f.msd).axes[0].lines[0].get_ydata())
    assert_allclose(shown, f.msd.msd[: len(shown)])
    for line, rdf in zip(draw_rdfs(f.rdfs).axes[0].lines, f.rdfs.values(), strict=False):
        assert_allclose(np.asarray(line.get_ydata()), rdf.g)


def test_the_same_figure_is_the_same_file() -> None:
    f = findings()
    assert to_svg(draw_msd(f.msd)) == to_svg(draw_msd(f.msd))
