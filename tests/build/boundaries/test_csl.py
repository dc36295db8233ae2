"""The list of boundaries about an axis, against the published table's numbers (a = 13.0 Å there, rounded)."""

import pytest
from numpy.testing import assert_allclose

from gbglass.build.boundaries.csl import list_csl, plane_at_angle
from gbglass.build.tilt import Miller
from gbglass.errors import InputError

# Σ, plane, angle, layers and atoms at 25 Å: worked out by hand and by an independent enumeration.
TABLE_100 = {
    (0, 1, 2): (5, 53.13, 9, 1728),
    (0, 1, 3): (5, 36.87, 7, 2688),
    (0, 2, 3): (13, 67.38, 14, 2688),
    (0, 1, 5): (13, 22.62, 10, 3840),
    (0, 1, 4): (17, 28.07, 16, 3072),
    (0, 3, 5): (17, 61.93, 12, 4608),
    (0, 3, 4): (25, 73.74, 20, 3840),
    (0, 1, 7): (25, 16.26, 14, 5376),
    (0, 2, 5): (29, 43.60, 21, 4032),
}


def test_the_table_of_the_100_axis() -> None:
    found = {entry.boundary.plane: entry for entry in list_csl((1, 0, 0), 29)}
    for plane, (sigma, angle, layers, atoms) in TABLE_100.items():
        entry = found.pop(plane)
        assert entry.boundary.sigma == sigma
        assert_allclose(entry.boundary.angle, angle, atol=0.01)
        assert (entry.layers, entry.n_atoms) == (layers, atoms)
    assert {entry.boundary.sigma for entry in found.values()} <= {29}, "the table leaves out the larger Σ29"


def test_one_physical_boundary_stands_once() -> None:
    for axis in [(1, 0, 0), (1, -1, 0), (2, 1, 0), (1, 1, 1)]:
        planes = [entry.boundary.plane for entry in list_csl(axis, 29)]
        families = [tuple(sorted(map(abs, plane))) for plane in planes]
        assert len(families) == len(set(families))
        assert all(sum(a * b for a, b in zip(axis, plane, strict=True)) == 0 for plane in planes)


def test_grains_are_as_thick_as_asked_and_not_a_plane_more() -> None:
    for entry in list_csl((2, 1, 0), 21, thickness=31.0):
        assert 31.0 <= entry.thickness < 31.0 + entry.thickness / entry.layers


@pytest.mark.parametrize(("sigma", "thickness", "name"), [(0, 25.0, "max_sigma"), (5, -1.0, "thickness")])
def test_wrong_wishes_are_refused(sigma: int, thickness: float, name: str) -> None:
    with pytest.raises(InputError, match=name):
        list_csl((1, 0, 0), sigma, thickness)


@pytest.mark.parametrize(
    ("axis", "sigma", "angles", "plane"),
    [
        ((1, 0, 0), 5, (36.87, 143.13, 216.87, -36.87), (0, 1, 3)),
        ((1, 0, 0), 5, (53.13, 126.87, 233.13, 306.87), (0, 1, 2)),
        ((1, -1, 0), 3, (70.53, 289.47, -70.53), (1, 1, 2)),
        ((1, -1, 0), 3, (109.47, 250.53), (1, 1, 1)),
        ((1, -1, 0), 11, (129.52,), (3, 3, 2)),
    ],
)
def test_every_equivalent_angle_names_the_same_plane(
    axis: Miller, sigma: int, angles: tuple[float, ...], plane: Miller
) -> None:
    assert {plane_at_angle(axis, angle, sigma) for angle in angles} == {plane}


def test_a_wrong_angle_lists_the_right_ones() -> None:
    with pytest.raises(
        InputError, match=r"no Σ5 boundary about \[100\] has 45°; there are 53.13° \(012\), 36.87° \(013\)"
    ):
        plane_at_angle((1, 0, 0), 45.0, 5)


def test_a_sigma_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(InputError, match=r"no symmetric Σ7 boundary about \[100\]; up to Σ33 there are Σ5, Σ13, Σ17"):
        plane_at_angle((1, 0, 0), 30.0, 7)
