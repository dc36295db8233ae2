"""Whatever boundary is asked for: a sound cell or a clean refusal, nothing between."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gbglass.build.account import count_species, forbidden_contacts, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.boundaries.join import join_grains
from gbglass.build.crystal import llzo_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.garnet import garnet_motif
from gbglass.build.piece import CrystalPiece, cut_slab, plan_cut
from gbglass.build.tilt import Miller, TiltBoundary, tilt_boundary
from gbglass.core.species import formal_charge
from gbglass.errors import InputError

SMALL: list[tuple[Miller, Miller, int]] = [
    ((1, 0, 0), (0, 1, 2), 4),
    ((1, -1, 0), (1, 1, 2), 2),
    ((1, -1, 0), (3, 3, 2), 4),
    ((1, 1, 1), (1, -2, 1), 2),
]


def cut(geometry: TiltBoundary, layers: int, cut_offset: float) -> CrystalPiece:
    return cut_slab(llzo_crystal(), plan_cut(llzo_crystal(), geometry, layers, cut_offset))


boundaries = st.sampled_from(SMALL)
offsets = st.floats(0.0, 1.0, exclude_max=True)
seeds = st.integers(0, 2**31 - 1)
shifts = st.none() | st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
lithiums = st.integers(8, 13)


@given(boundaries, lithiums, offsets, shifts, seeds)
@settings(max_examples=18, deadline=None)
def test_a_boundary_is_sound_or_refused(
    boundary: tuple[Miller, Miller, int],
    n_tetrahedral: int,
    cut_offset: float,
    shift: tuple[float, float] | None,
    seed: int,
) -> None:
    spec = BoundarySpec(*boundary, n_tetrahedral=n_tetrahedral, cut_offset=cut_offset, shift=shift)
    try:
        built = build_boundary(spec, np.random.default_rng(seed))
    except InputError as error:
        assert "apart at the two boundaries" in str(error) or "room for" in str(error)  # noqa: PT017
        return
    assert formal_charge(built.atoms) == 0
    assert intact_octahedra(built.atoms) == 100.0
    assert forbidden_contacts(built.atoms) == []
    counts = count_species(built.atoms)
    assert (counts["Li"] * 2, counts["La"] * 2, counts["O"]) == tuple(n * counts["Zr"] for n in (7, 3, 6))
    assert built.ledger.shortest_contacts["Li-Li"] >= 2.0
    scaled = built.atoms.get_scaled_positions(wrap=False)
    assert scaled.min() >= 0.0
    assert scaled.max() <= 1.0


@given(boundaries, offsets)
@settings(max_examples=20, deadline=None)
def test_a_cut_at_the_opposite_height_swaps_the_boundaries(
    boundary: tuple[Miller, Miller, int], cut_offset: float
) -> None:
    """Inversion turns the slab over: a cut at height c becomes one at -c, that is, offset o becomes 1/2 - o."""
    axis, plane, layers = boundary
    geometry = tilt_boundary(axis, plane)
    assume(_from_nearest_plane(geometry, 0.25 + cut_offset) > 1e-5)  # on a plane of cations, the gap above it is taken
    here, there = (cut(geometry, layers, offset) for offset in (cut_offset, (0.5 - cut_offset) % 1.0))
    for one, other in ((here.of(s), there.of(s)) for s in ("Zr", "La", "O")):
        heights, depths = np.sort(one[..., 2].ravel()), np.sort(there.lengths[2] - other[..., 2].ravel())
        np.testing.assert_allclose(heights, depths, atol=1e-6)


def _from_nearest_plane(geometry: TiltBoundary, height: float) -> float:
    """Return the distance of a height from the nearest plane of La or Zr, in plane spacings."""
    cations = np.concatenate([garnet_motif().la, garnet_motif().zr])
    apart = cations @ np.array(geometry.plane) / np.linalg.norm(geometry.plane) / geometry.spacing - height
    return float(np.abs(apart - np.round(apart)).min())


@given(boundaries, offsets, st.integers(-3, 3), st.integers(-3, 3))
@settings(max_examples=8, deadline=None)
def test_shifting_by_whole_periods_changes_nothing(
    boundary: tuple[Miller, Miller, int], cut_offset: float, i: int, j: int
) -> None:
    axis, plane, layers = boundary
    piece = cut(tilt_boundary(axis, plane), layers, cut_offset)
    try:
        found = join_grains(piece)
    except InputError:
        return
    moved = join_grains(piece, shift=(found.shift[0] + i, found.shift[1] + j))
    np.testing.assert_allclose(moved.expansion, found.expansion, atol=1e-6)


@given(lithiums, seeds)
@settings(max_examples=40, deadline=None)
def test_every_ordered_cell_keeps_the_exclusion_rule(n_tetrahedral: int, seed: int) -> None:
    lithium = cubic_llzo(n_tetrahedral, np.random.default_rng(seed))[:56]
    distances = lithium.get_all_distances(mic=True) + 9.0 * np.eye(56)
    assert distances.min() > 2.379
