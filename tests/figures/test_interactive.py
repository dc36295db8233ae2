"""A chart has the numbers, names and colours of the drawing that it stands for; what would lose any is no chart."""

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from gbglass.core.arrays import FloatArray
from gbglass.figures.against import draw_against
from gbglass.figures.interactive.chart import chart_of
from gbglass.figures.interactive.words import plotly_text
from gbglass.figures.lines import draw_lines, draw_models
from gbglass.figures.points import Point, draw_rows
from gbglass.figures.style import new_figure, to_svg

Plain = dict[str, Any]
CLOSE = 1e-6
"""Numbers are packed in four bytes each."""

NUMBERS = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=20)


def charted(figure: Figure) -> Plain:
    """What the page holds of a figure, after its drawing."""
    to_svg(figure)
    chart = chart_of(figure)
    assert chart is not None
    plain: Plain = json.loads(chart.text())
    return plain


def read(packed: Plain) -> FloatArray:
    """Read numbers as plotly does."""
    assert packed["dtype"] == "f4"
    return np.frombuffer(b64decode(packed["bdata"]), dtype="<f4").astype(np.float64)


@settings(deadline=None, max_examples=30)
@given(NUMBERS)
def test_a_line_has_the_numbers_that_were_drawn(values: list[float]) -> None:
    figure, axes = new_figure()
    axes.plot(range(len(values)), values, "s--", color="#0072B2", mfc="white", label="it")
    axes.set(xlabel="Time (ps)", ylabel="MSD (Å²)")
    axes.legend()
    plain = charted(figure)
    (trace,) = plain["data"]
    np.testing.assert_array_equal(read(trace["x"]), np.arange(len(values)))
    np.testing.assert_allclose(read(trace["y"]), values, rtol=CLOSE)
    assert (trace["name"], trace["showlegend"], trace["mode"]) == ("it", True, "lines+markers")
    assert (trace["line"]["color"], trace["line"]["dash"]) == ("#0072b2", "dash")
    assert (trace["marker"]["symbol"], trace["marker"]["color"]) == ("square", "#ffffff")
    assert "Time (ps): " in trace["hovertemplate"]
    assert "MSD (Å²): " in trace["hovertemplate"]
    assert plain["layout"]["xaxis"]["range"] == pytest.approx(axes.get_xlim(), rel=CLOSE)


def test_what_is_unknown_is_a_gap() -> None:
    figure, axes = new_figure()
    axes.plot([1.0, 2.0, 3.0], [1.0, np.nan, np.inf])
    (trace,) = charted(figure)["data"]
    np.testing.assert_array_equal(read(trace["y"]), [1.0, np.nan, np.nan])


@settings(deadline=None, max_examples=30)
@given(values=NUMBERS, has_points=st.booleans())
def test_error_bars_reach_as_far_as_they_were_drawn(values: list[float], *, has_points: bool) -> None:
    figure, axes = new_figure()
    y, errors = np.array(values), np.abs(values) / 3 + 1.0
    axes.errorbar(range(len(y)), y, errors, fmt="o" if has_points else "none", capsize=2.0, label="it")
    axes.legend()
    bars, *points = charted(figure)["data"]
    ends = read(bars["y"]).reshape(-1, 3)
    np.testing.assert_allclose(ends[:, 0], y - errors, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(ends[:, 1], y + errors, rtol=CLOSE, atol=CLOSE)
    assert np.isnan(ends[:, 2]).all(), "bars do not hang together"
    assert [one["showlegend"] for one in (bars, *points)] == ([False, True] if has_points else [True])
    for one in points:
        np.testing.assert_allclose(read(one["y"]), y, rtol=CLOSE)
        np.testing.assert_allclose(one["customdata"], np.stack([y - errors, y + errors], axis=1), rtol=1e-5, atol=CLOSE)
        assert one["legendgroup"] == bars["legendgroup"], "the bars go with their points"


def test_bars_stand_where_they_stood_in_their_colours() -> None:
    figure, axes = new_figure()
    axes.bar([1, 2, 4], [3.0, 5.0, 1.0], width=0.5, bottom=[0.0, 1.0, 0.0], color=["#ff0000", "#00ff00", "#0000ff"])
    (trace,) = charted(figure)["data"]
    assert trace["type"] == "bar"
    for name, wanted in (("x", [1, 2, 4]), ("y", [3, 5, 1]), ("width", [0.5] * 3), ("base", [0, 1, 0])):
        np.testing.assert_allclose(read(trace[name]), wanted, atol=1e-6)
    assert trace["marker"]["color"] == ["#ff0000", "#00ff00", "#0000ff"]


def test_a_band_has_both_its_edges_and_goes_with_its_curve() -> None:
    figure, axes = new_figure()
    x, low, high = np.arange(4.0), np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 3.0, 5.0, 7.0])
    axes.fill_between(x, low, high, color="#d55e00", alpha=0.25, lw=0)
    axes.plot(x, (low + high) / 2, color="#d55e00", label="mean")
    axes.legend()
    band, line = charted(figure)["data"]
    edges = set(zip(read(band["x"]).tolist(), read(band["y"]).tolist(), strict=True))
    assert edges == {*zip(x, low, strict=True), *zip(x, high, strict=True)}
    assert band["fillcolor"] == "rgba(213,94,0,0.25)"
    assert (band["legendgroup"], band["showlegend"]) == (line["legendgroup"], False)


def test_steps_go_across_then_up() -> None:
    figure, axes = new_figure()
    axes.stairs([2.0, 1.0], [0.0, 0.5, 2.0], baseline=None, color="#0072B2", ls="--")
    (trace,) = charted(figure)["data"]
    assert (trace["line"]["shape"], trace["line"]["dash"]) == ("hv", "dash")
    np.testing.assert_allclose(read(trace["x"]), [0.0, 0.5, 2.0])
    np.testing.assert_allclose(read(trace["y"]), [2.0, 1.0, 1.0])


def test_axes_keep_their_scale_and_their_range() -> None:
    figure, axes = new_figure()
    axes.plot([1.0, 10.0, 1000.0], [3.0, 2.0, 1.0])
    axes.axvline(10.0, color="black", lw=0.8, ls=":", label="_mark")
    axes.set(xscale="log", xlim=(1.0, 1e4), ylim=(5.0, 0.0))
    plain = charted(figure)
    (trace,), layout = plain["data"], plain["layout"]
    np.testing.assert_allclose(read(trace["x"]), [1.0, 10.0, 1000.0])
    assert (layout["xaxis"]["type"], layout["xaxis"]["range"]) == ("log", [0.0, 4.0])
    assert layout["yaxis"]["range"] == [5.0, 0.0], "the rows of a table go down"
    (mark,) = layout["shapes"]
    assert (mark["x0"], mark["x1"], mark["xref"], mark["yref"]) == (10.0, 10.0, "x", "y domain")


def test_rows_have_their_words_at_their_ticks_and_at_each_point() -> None:
    rows = {
        "first": {"a": [Point(1.0, 0.5, 1.5)], "b": [Point(2.0, 1.5, 2.5)]},
        "second": {"a": [Point(3.0, 2.0, 4.0)]},
    }
    plain = charted(draw_rows(rows, "Excess (1/nm²)", 0.0))
    assert plain["layout"]["yaxis"]["ticktext"] == ["first", "second"]
    points = [one for one in plain["data"] if one["mode"] == "markers" and one["x"] != [None]]
    assert [(*one["text"], one["name"], float(read(one["x"])[0])) for one in points] == [
        ("first", "a", 1.0), ("first", "b", 2.0), ("second", "a", 3.0),
    ]  # fmt: skip
    named = [one["name"] for one in plain["data"] if one["showlegend"]]
    assert named == ["a", "b"]
    assert all(one["legendgroup"] in named for one in plain["data"]), "each point and bar goes off with its group"


def test_seeds_of_a_model_are_switched_by_its_one_line_in_the_legend() -> None:
    curve = (np.arange(3.0), np.arange(3.0))
    models = {"cell": [curve, curve], "twin": [curve]}
    data = charted(draw_models(models, ("Time (ps)", "x (1)"), {"start": 1.0}))["data"]
    assert [one["legendgroup"] for one in data] == ["cell (2 seeds)", "cell (2 seeds)", "twin"]
    assert [one["showlegend"] for one in data] == [True, False, True]


def test_panels_lie_where_they_lay_and_share_what_they_shared() -> None:
    figure = Figure(layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.plot([0.0, 1.0], [0.0, 1.0])
    bottom.plot([0.0, 1.0], [0.0, 1.0])
    bottom.set_xlabel("Time (ps)")
    plain = charted(figure)
    layout = plain["layout"]
    assert layout["yaxis"]["domain"][0] > layout["yaxis2"]["domain"][1]
    assert (layout["xaxis2"]["matches"], layout["xaxis"]["showticklabels"]) == ("x", False)
    assert all(one["hovertemplate"].startswith("Time (ps): ") for one in plain["data"]), "also where it is not written"


def test_a_panel_a_curve_names_each_panel_and_each_line_once() -> None:
    curve = (np.arange(3.0), np.arange(3.0))
    plain = charted(draw_against({"Li-O": curve, "Li-Li": curve}, {"Li-O": curve}, ("r (Å)", "g(r)")))
    assert [one["text"] for one in plain["layout"]["annotations"]] == ["Li-O", "Li-Li"]
    assert [one["name"] for one in plain["data"] if one["showlegend"]] == ["teacher", "model"]
    assert {one["xaxis"] for one in plain["data"]} == {"x", "x2"}


def test_text_of_users_is_text() -> None:
    evil = "</script><b>%{x}"
    curve = (np.arange(3.0), np.arange(3.0))
    plain = charted(draw_lines({evil: curve}, (f"{evil} (ps)", "y (1)")))
    (trace,) = plain["data"]
    assert trace["name"] == "&lt;/script&gt;&lt;b&gt;%&#123;x}"
    assert "<b>" not in json.dumps(plain)
    assert trace["hovertemplate"].count("%{x") == 1, "only our own place for the number"


def test_indices_are_set_and_other_formulas_are_not_guessed() -> None:
    assert plotly_text("$E_a$ = 0.3 ± 0.1 eV") == "E<sub>a</sub> = 0.3 ± 0.1 eV"
    figure, axes = new_figure()
    axes.set_xlabel(r"$\frac{a}{b}$")
    assert chart_of(figure) is None


def _image(figure: Figure) -> None:
    figure.axes[0].imshow(np.eye(3))


def _map(figure: Figure) -> None:
    figure.colorbar(figure.axes[0].pcolormesh(np.eye(3)))


def _cloud(figure: Figure) -> None:
    figure.axes[0].scatter([1.0], [1.0])


def _many(figure: Figure) -> None:
    figure.axes[0].plot(np.arange(9.0), np.arange(9.0), ".", rasterized=True)


def _twin(figure: Figure) -> None:
    figure.axes[0].twinx().plot([1.0, 2.0], [1.0, 2.0])


def _space(figure: Figure) -> None:
    figure.add_subplot(projection="3d")


def _arrow(figure: Figure) -> None:
    figure.axes[0].annotate("here", (0.0, 0.0), xytext=(1.0, 1.0), arrowprops={"arrowstyle": "->"})


@pytest.mark.parametrize("more", [_image, _map, _cloud, _many, _twin, _space, _arrow])
def test_what_would_be_lost_is_no_chart(more: Callable[[Figure], None]) -> None:
    figure, axes = new_figure()
    axes.plot([1.0, 2.0], [1.0, 2.0])
    assert chart_of(figure) is not None
    more(figure)
    assert chart_of(figure) is None
