"""The figure of a loop: every iteration is there, in both panels, and what is not known is left out."""

import numpy as np
from numpy.testing import assert_array_equal

from gbglass.figures.exploration import draw_exploration
from gbglass.figures.style import to_svg


def test_each_iteration_is_a_point_of_coverage_and_error() -> None:
    coverage, errors = np.array([0.6, 0.9, 0.995]), np.array([0.3, 0.2, 0.19])
    figure = draw_exploration(coverage, errors, np.array([0.5, 0.3, np.nan]), 0.99)
    by_number, against, force = figure.axes
    assert_array_equal(np.asarray(by_number.lines[0].get_xydata()), np.column_stack([range(3), coverage]))
    assert_array_equal(np.asarray(force.lines[0].get_ydata()), errors)
    assert_array_equal(np.asarray(against.lines[1].get_xydata()), np.column_stack([coverage, errors]))
    assert [text.get_text() for text in against.texts] == ["0", "1", "2"]
    assert "nan" not in to_svg(figure).lower()


def test_one_iteration_can_be_drawn() -> None:
    assert to_svg(draw_exploration(np.array([0.5]), np.array([0.1]), np.array([np.nan]), 0.99)).endswith("</svg>\n")
