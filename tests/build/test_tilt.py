"""The coincidence lattice of symmetric tilt boundaries, against a table worked out independently."""

import math

import numpy as np
import pytest

from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.build.tilt import Miller, TiltBoundary, tilt_boundary
from gbglass.errors import InputError

X, DIAGONAL, LOW = (1, 0, 0), (1, -1, 0), (2, 1, 0)

# Σ, plane, axis, angle, in-plane periods (a), normal period (a), spacing (Å at a = 13.0 Å), atoms a layer.
TABLE: list[tuple[int, Miller, Miller, float, tuple[float, float], float, float, int]] = [
    (5, (0, 1, 2), X, 53.13, (1.000, 2.236), 2.236, 2.91, 96),
    (5, (0, 1, 3), X, 36.87, (1.000, 3.162), 3.162, 4.11, 192),
    (13, (0, 2, 3), X, 67.38, (1.000, 3.606), 3.606, 1.80, 96),
    (13, (0, 1, 5), X, 22.62, (1.000, 5.099), 5.099, 2.55, 192),
    (17, (0, 1, 4), X, 28.07, (1.000, 4.123), 4.123, 1.58, 96),
    (17, (0, 3, 5), X, 61.93, (1.000, 5.831), 5.831, 2.23, 192),
    (25, (0, 3, 4), X, 73.74, (1.000, 5.000), 5.000, 1.30, 96),
    (25, (0, 1, 7), X, 16.26, (1.000, 7.071), 7.071, 1.84, 192),
    (29, (0, 2, 5), X, 43.60, (1.000, 5.385), 5.385, 1.21, 96),
    (3, (1, 1, 2), DIAGONAL, 70.53, (0.866, 1.414), 2.449, 5.31, 96),
    (3, (1, 1, 1), DIAGONAL, 109.47, (1.414, 2.449), 0.866, 3.75, 192),
    (9, (2, 2, 1), DIAGONAL, 141.06, (1.414, 4.243), 3.000, 2.17, 192),
    (9, (1, 1, 4), DIAGONAL, 38.94, (1.414, 3.000), 4.243, 3.06, 192),
    (11, (3, 3, 2), DIAGONAL, 129.52, (1.414, 1.658), 4.690, 2.77, 96),
    (11, (1, 1, 3), DIAGONAL, 50.48, (1.414, 4.690), 1.658, 1.96, 192),
    (17, (3, 3, 4), DIAGONAL, 93.37, (1.414, 4.123), 5.831, 2.23, 192),
    (17, (2, 2, 3), DIAGONAL, 86.63, (1.414, 5.831), 4.123, 1.58, 192),
    (19, (3, 3, 1), DIAGONAL, 153.47, (1.414, 6.164), 2.179, 1.49, 192),
    (19, (1, 1, 6), DIAGONAL, 26.53, (1.414, 2.179), 6.164, 2.11, 96),
    (7, (1, -2, 3), LOW, 73.40, (0.866, 6.481), 3.742, 3.47, 288),
    (15, (1, -2, 5), LOW, 48.19, (2.236, 2.449), 5.477, 2.37, 192),
    (21, (1, -2, 4), LOW, 58.41, (2.449, 3.742), 4.583, 1.42, 192),
    (29, (2, -4, 3), LOW, 112.29, (2.236, 12.042), 5.385, 1.21, 480),
]


@pytest.mark.parametrize(
    ("sigma", "plane", "axis", "angle", "periods", "normal", "spacing", "atoms"),
    TABLE,
    ids=[f"{row[0]}-{row[1]}" for row in TABLE],
)
def test_table(  # noqa: PLR0913, PLR0917  # one row of the table
    sigma: int,
    plane: Miller,
    axis: Miller,
    angle: float,
    periods: tuple[float, float],
    normal: float,
    spacing: float,
    atoms: int,
) -> None:
    boundary = tilt_boundary(axis, plane, sigma)
    assert boundary.sigma == sigma
    assert boundary.angle == pytest.approx(angle, abs=0.006)
    assert sorted(boundary.lengths) == pytest.approx(periods, abs=6e-4)
    assert boundary.normal_period == pytest.approx(normal, abs=6e-4)
    assert boundary.spacing * 13.0 == pytest.approx(spacing, abs=0.006)
    assert round(boundary.cells_per_layer * 192) == atoms


def test_the_quickstart_boundary_has_the_size_of_the_table() -> None:
    boundary = tilt_boundary(X, (0, 1, 2))
    assert boundary.title == "Σ5(012)[100]"
    assert round(boundary.cells_per_layer * 192) * 9 * 2 == 1728
    assert 9 * boundary.spacing * LATTICE_PARAMETER == pytest.approx(26.1, abs=0.05)


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]}-{row[1]}" for row in TABLE])
def test_periods_are_lattice_vectors_across_the_normal_and_right_handed(
    row: tuple[int, Miller, Miller, float, tuple[float, float], float, float, int],
) -> None:
    boundary = tilt_boundary(row[2], row[1])
    first, second = (np.array(period) for period in boundary.periods)
    normal = np.array(boundary.plane)
    assert first @ second == first @ normal == second @ normal == 0.0
    assert np.cross(first, second) @ normal > 0.0
    for period in (first, second):
        doubled = 2.0 * period
        assert (doubled == np.round(doubled)).all()
        assert len(set((doubled % 2).tolist())) == 1  # body-centred: all whole or all half


def test_no_shorter_orthogonal_cell_exists_by_trying_all_lattice_vectors() -> None:
    for axis, plane in ((X, (0, 1, 2)), (DIAGONAL, (3, 3, 2)), (LOW, (1, -2, 3)), (LOW, (1, -2, 5))):
        boundary = tilt_boundary(axis, plane)
        assert math.prod(boundary.lengths) == pytest.approx(_smallest_area(boundary, reach=7.0))


def _smallest_area(boundary: TiltBoundary, reach: float) -> float:
    corners = np.stack(np.meshgrid(*3 * [np.arange(-7, 8)], indexing="ij"), axis=-1).reshape(-1, 3)
    lattice = np.concatenate([corners, corners + 0.5])
    lengths = np.linalg.norm(lattice, axis=1)
    lattice = lattice[(lattice @ np.array(boundary.plane) == 0) & (lengths > 0) & (lengths < reach)]
    areas = np.linalg.norm(lattice, axis=1)[:, None] * np.linalg.norm(lattice, axis=1)[None]
    return float(areas[lattice @ lattice.T == 0].min())


def test_a_common_factor_is_divided_out() -> None:
    assert tilt_boundary((2, 0, 0), (0, 2, 4)) == tilt_boundary((1, 0, 0), (0, 1, 2))


def test_equivalent_planes_have_one_angle() -> None:
    assert tilt_boundary(X, (0, 2, 1)).angle == pytest.approx(tilt_boundary(X, (0, 1, 2)).angle)
    assert tilt_boundary((0, 0, 1), (2, 1, 0)).angle == pytest.approx(53.13, abs=0.006)


@pytest.mark.parametrize(
    ("axis", "plane", "sigma", "says"),
    [
        ((1, 0, 0), (1, 1, 2), None, r"must contain the axis.*Σ5 \(012\)"),
        ((1, 0, 0), (0, 1, 1), None, r"mirror plane.*Σ5 \(012\)"),
        ((1, 0, 0), (0, 0, 1), None, "mirror plane"),
        ((1, 0, 0), (0, 1, 2), 7, r"has Σ5, got Σ7.*Σ5 \(013\)"),
        ((1, -1, 0), (1, 1, 2), 9, r"has Σ3, got Σ9.*Σ9 \(114\), Σ9 \(221\)"),
        ((0, 0, 0), (0, 1, 2), None, "'axis' must have an index that is not zero"),
        ((1, 0, 0), (0, 0, 0), None, "'plane' must have an index that is not zero"),
    ],
)
def test_what_cannot_be_built_says_what_can(axis: Miller, plane: Miller, sigma: int | None, says: str) -> None:
    with pytest.raises(InputError, match=says):
        tilt_boundary(axis, plane, sigma)
