"""Which candidates a scan has: each physical one once, and none forgotten."""

from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.crystal import llzo_crystal
from gbglass.build.piece import distinct_offsets
from gbglass.build.tilt import tilt_boundary
from gbglass.core.arrays import FloatArray
from gbglass.core.neighbours import find_pairs
from gbglass.errors import InputError
from gbglass.scans.spec import ScanSpec, grid_shifts, plan_candidates, shift_distance
from gbglass.scans.terminations import different_terminations

AXIS, PLANE = (1, -1, 0), (1, 1, 2)
FRAMEWORK = ("La", "Zr", "O")


def spec(**changes: object) -> ScanSpec:
    return ScanSpec(AXIS, PLANE, 3, "buckingham-llzo", **changes)  # type: ignore[arg-type]


def framework(offset: float, shift: tuple[float, float] = (0.13, 0.29), wide: float = 8.0) -> Atoms:
    """The framework of a cell whose grains are too far apart to touch."""
    wanted = BoundarySpec(AXIS, PLANE, 3, cut_offset=offset, shift=shift, expansion=(wide, wide))
    atoms = build_boundary(wanted, np.random.default_rng(1)).atoms
    return atoms[np.isin(atoms.get_chemical_symbols(), FRAMEWORK)]


def distances(atoms: Atoms, reach: float) -> FloatArray:
    return np.sort(find_pairs(atoms.positions, atoms.cell.array, reach).distances)


def test_cuts_that_count_as_one_give_cells_with_the_same_distances_and_others_do_not() -> None:
    """A second way to tell: all distances in the finished cell up to 9 Å, across both boundaries."""
    crystal, geometry = llzo_crystal(), tilt_boundary(AXIS, PLANE)
    offsets = distinct_offsets(crystal, geometry.representative())
    found = different_terminations(crystal, geometry, 3, offsets)
    assert sorted(o for cut in found for o in (cut.offset, *cut.same)) == pytest.approx(sorted(offsets))
    seen: list[FloatArray] = []
    for cut in found:
        own = distances(framework(cut.offset, shift=(0.0, 0.0), wide=6.0), 9.0)
        for other in cut.same:
            assert_allclose(distances(framework(other, shift=(0.0, 0.0), wide=6.0), 9.0), own, rtol=0, atol=1e-6)
        assert all(len(own) != len(before) or np.abs(own - before).max() > 1e-3 for before in seen)
        seen.append(own)


def test_a_finer_grid_of_offsets_gives_no_further_slab() -> None:
    all_that_differ = plan_candidates(spec())
    assert len(plan_candidates(spec(offsets=64))) == len(all_that_differ) == 3
    assert len(plan_candidates(spec(offsets=1))) == 1


def test_shifts_that_are_equivalent_give_cells_with_the_same_distances() -> None:
    """Whole periods and exchanged grains; a shift that is not equivalent gives other distances."""
    geometry = tilt_boundary(AXIS, PLANE).representative()
    shift = (0.13, 0.29)
    own = distances(framework(0.0, shift, 6.0), 9.0)
    for other, is_same in (((1.13, -0.71), True), ((-0.13, -0.29), True), ((0.4, 0.1), False)):
        there = distances(framework(0.0, other, 6.0), 9.0)
        agree = len(there) == len(own) and np.abs(there - own).max() < 1e-6
        assert agree == is_same, other
        assert (shift_distance(geometry, shift, other) < 1e-9) == is_same


def test_half_of_both_periods_counts_as_none_where_it_is_a_lattice_vector() -> None:
    centred, plain = tilt_boundary((1, 0, 0), (0, 1, 3)), tilt_boundary((1, 0, 0), (0, 1, 2))
    assert shift_distance(centred, (0.1, 0.2), (0.6, 0.7)) == pytest.approx(0.0)
    assert shift_distance(plain, (0.1, 0.2), (0.6, 0.7)) > 0.3
    assert len(grid_shifts(centred, 2)) == 2
    assert len(grid_shifts(plain, 2)) == 4
    assert len(grid_shifts(plain, 3)) == 5
    assert grid_shifts(plain, 0) == ()


def test_candidates_are_all_combinations_once() -> None:
    many = plan_candidates(spec(shifts=2, expansions=(0.0, 0.5, 0.5)))
    assert len(many) == len(set(many)) == 3 * 5 * 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"offsets": 0}, "'offsets' must be 1 or more"),
        ({"shifts": -1}, "'shifts'"),
        ({"decorations": 1}, "'decorations' must be 2 or more"),
        ({"bulk_decorations": 9}, "'bulk_decorations' must be 10 or more"),
        ({"expansions": (-0.1,)}, "'expansions'"),
        ({"expansions": (float("nan"),)}, "'expansions'"),
        ({"force": 0.0}, "'force'"),
        ({"lithium": "poured"}, "'lithium'"),
        ({"n_tetrahedral": 14}, "'n_tetrahedral'"),
        ({"layers": 1}, "'layers' must make grains of 10 Å or more, got 1 of 5.3 Å"),
        ({"plane": (0, 1, 2)}, "must contain the axis"),
    ],
)
def test_what_cannot_be_scanned_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        replace(spec(), **changes)  # type: ignore[arg-type]
