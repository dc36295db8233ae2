"""Joining grains: the smallest expansion is the smallest, and grain 2 is a mirror image that is turned."""

import numpy as np
import pytest

from gbglass.build.boundaries.join import LARGEST_EXPANSION, Bicrystal, Shift, join_grains
from gbglass.build.crystal import WHOLE_OCTAHEDRON, llzo_crystal
from gbglass.build.piece import CrystalPiece, cut_slab, plan_cut
from gbglass.build.tilt import Miller, tilt_boundary
from gbglass.core.arrays import FloatArray
from gbglass.core.species import FRAMEWORK, contact_limit
from gbglass.errors import InputError


def small_piece(cut_offset: float = 0.0) -> CrystalPiece:
    crystal = llzo_crystal()
    return cut_slab(crystal, plan_cut(crystal, tilt_boundary((1, -1, 0), (1, 1, 2)), 3, cut_offset))


def tightest(piece: CrystalPiece, shift: Shift, expansion: tuple[float, float], boundary: int) -> float:
    """Return the smallest distance across one boundary beyond its limit, by trying all pairs: slow and obvious."""
    bicrystal = Bicrystal(piece, shift, expansion)
    box = bicrystal.lengths
    points = piece.framework()
    middle = 0.0 if boundary == 0 else 0.5 * box[2]
    smallest = np.inf
    for first in FRAMEWORK:
        for second in FRAMEWORK:
            limit = WHOLE_OCTAHEDRON if {first, second} == {"Zr", "O"} else contact_limit(first, second)
            one, two = (_near(bicrystal.place(points[s], g), middle, box) for s, g in ((first, 1), (second, 2)))
            apart = one[:, None] - two[None]
            apart[..., :2] -= box[:2] * np.round(apart[..., :2] / box[:2])
            smallest = min(smallest, float(np.linalg.norm(apart, axis=2).min()) - limit)
    return smallest


def _near(points: FloatArray, middle: float, box: FloatArray) -> FloatArray:
    heights = points[:, 2] - middle
    moved = points.copy()
    moved[:, 2] = heights - box[2] * np.round(heights / box[2])
    near: FloatArray = moved[np.abs(moved[:, 2]) < 0.25 * box[2]]
    return near


@pytest.mark.parametrize("cut_offset", [0.0, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("boundary", [0, 1])
def test_expansion_is_enough_and_no_larger_than_needed(cut_offset: float, boundary: int) -> None:
    piece = small_piece(cut_offset)
    found = join_grains(piece)
    assert tightest(piece, found.shift, found.expansion, boundary) >= 0.0
    if found.expansion[boundary] > 0.0:
        less = list(found.expansion)
        less[boundary] = max(0.0, less[boundary] - 0.02)
        assert tightest(piece, found.shift, (less[0], less[1]), boundary) < 0.0


def test_search_beats_an_even_grid_of_shifts() -> None:
    piece = small_piece()
    sums = []
    for i in range(6):
        for j in range(6):
            try:
                sums.append(sum(join_grains(piece, shift=(i / 6, j / 6)).expansion))
            except InputError:
                continue
    assert sums
    assert sum(join_grains(piece).expansion) <= min(sums)


def test_a_given_shift_is_taken_and_a_hopeless_one_refused_with_numbers() -> None:
    piece = small_piece()
    found = join_grains(piece)
    assert join_grains(piece, shift=found.shift) == found
    # Unshifted, the mirror image of a plane of La cut close to it stands right above it.
    with pytest.raises(InputError, match=r"\d\.\d\d Å and \d\.\d\d Å apart.*leave out the shift"):
        join_grains(small_piece(0.75), shift=(0.0, 0.0))


def test_expansion_never_exceeds_the_limit_when_searched() -> None:
    for cut_offset in (0.0, 0.25, 0.5, 0.75):
        assert max(join_grains(small_piece(cut_offset)).expansion) <= LARGEST_EXPANSION


@pytest.mark.parametrize(
    ("axis", "plane"),
    [((1, 0, 0), (0, 1, 2)), ((1, -1, 0), (1, 1, 2)), ((2, 1, 0), (1, -2, 3)), ((1, 0, 0), (0, 1, 3))],
)
def test_grain_2_is_grain_1_turned_by_the_tilt_angle(axis: Miller, plane: Miller) -> None:
    geometry = tilt_boundary(axis, plane)
    crystal = llzo_crystal()
    piece = cut_slab(crystal, plan_cut(crystal, geometry, max(4, round(1.2 / geometry.spacing)), 0.0))
    bicrystal = Bicrystal(piece, (0.1, 0.2), (1.0, 1.0))
    one, two = (_bond_directions(bicrystal.place(piece.of("Zr"), grain)) for grain in (1, 2))
    axes = np.array([*geometry.periods, geometry.plane])
    along = axes / np.linalg.norm(axes, axis=1)[:, None] @ (np.array(axis) / np.linalg.norm(axis))
    assert not _same_directions(one, two), "the grains must be misoriented"
    angles = [sign * geometry.angle for sign in (1, -1)]
    assert any(_same_directions(one @ _rotation(along, angle).T, two) for angle in angles)


def _bond_directions(points: FloatArray) -> FloatArray:
    """Return the distinct vectors between nearest Zr: the cube diagonals of a body-centred lattice."""
    apart = points[:, None] - points[None]
    length = np.linalg.norm(apart, axis=2)
    bonds = apart[(length > 1.0) & (length < 5.7)]
    directions: FloatArray = np.unique(np.round(bonds, 4) + 0.0, axis=0)
    return directions


def _same_directions(first: FloatArray, second: FloatArray) -> bool:
    apart = np.linalg.norm(first[:, None] - second[None], axis=2)
    return bool((apart.min(axis=1) < 1e-3).all())


def _rotation(axis: FloatArray, degrees: float) -> FloatArray:
    """Rodrigues' formula."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(degrees)
    rotation: FloatArray = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    return rotation
