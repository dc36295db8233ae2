"""Figures of a validation: all points on the diagonal if model and teacher agree; files that can be opened."""

import numpy as np
from numpy.testing import assert_allclose

from gbglass.figures.against import draw_against
from gbglass.figures.parity import draw_energy_errors, draw_force_parity
from gbglass.figures.style import to_svg


def test_forces_lie_on_the_diagonal_where_model_and_teacher_agree() -> None:
    forces = np.random.default_rng(1).normal(size=(5000, 3))
    figure = draw_force_parity({"a": np.stack([forces, forces], axis=-1), "b": np.zeros((3, 3, 2))})
    assert len(figure.axes) == 3
    for axis, axes in enumerate(figure.axes):
        points = np.asarray(axes.lines[0].get_xydata())
        assert_allclose(points[:, 0], points[:, 1])
        assert np.isin(points[:, 0], forces[:, axis]).all()
        assert len(points) <= 5000
    assert len(to_svg(figure)) < 500_000


def test_energies_are_drawn_by_their_difference_in_mev() -> None:
    figure = draw_energy_errors({"li": np.array([[-1.9, -1.89], [-1.8, -1.81]])})
    assert_allclose(np.asarray(figure.axes[0].lines[0].get_ydata()), [10.0, -10.0])
    assert to_svg(figure).endswith("</svg>\n")


def test_a_curve_without_a_teacher_is_drawn_alone() -> None:
    x = np.linspace(0.0, 1.0, 5)
    figure = draw_against({"a": (x, x), "b": (x, -x), "c": (x, x**2)}, {"a": (x, 2 * x)}, ("x (Å)", "y (1)"))
    assert [len(axes.lines) for axes in figure.axes] == [2, 1, 1]
    assert figure.axes[0].get_xlabel() == "x (Å)"
