"""Coverage and choice: known answers, a second version without a tree, and what the committed labels say."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError
from gbglass.learning.crystals import oxide
from gbglass.learning.disturb import scale
from gbglass.learning.labelled import LabelStore
from gbglass.learning.selection.coverage import (
    PERCENTILE,
    Coverage,
    Measure,
    _to_other_frames,
    make_measure,
    measure_coverage,
)
from gbglass.learning.selection.descriptor import Descriptor
from gbglass.learning.selection.select import select

DATA = Path(__file__).parents[3] / "data" / "training"
SEEDS = st.integers(0, 2**32 - 1)


def small_oxide() -> Atoms:
    """Li2O of twelve atoms."""
    return bulk("OLi2", "fluorite", a=4.62, cubic=True)


def shaken(count: int, start: int = 0, size: float = 0.15, stretch: float = 1.0) -> list[Atoms]:
    """Li2O, each time shaken anew."""
    made = []
    for number in range(start, start + count):
        atoms = scale(small_oxide(), stretch)
        atoms.positions += np.random.default_rng(number).normal(scale=size, size=atoms.positions.shape)
        made.append(atoms)
    return made


@cache
def measure_of_many() -> tuple[list[Atoms], Measure]:
    training = shaken(60)
    return training, make_measure(training)


@cache
def described_training() -> dict[str, FloatArray]:
    training, measure = measure_of_many()
    descriptor = Descriptor(measure.species)
    rows = [(atoms, descriptor.describe(atoms)) for atoms in training]
    return {name: np.concatenate([row[atoms.symbols == name] for atoms, row in rows]) for name in measure.species}


def test_a_training_set_is_covered_by_itself_and_leaving_each_out_by_99_percent() -> None:
    training, measure = measure_of_many()
    assert measure_coverage(training, training, measure).worst == 1.0
    places = measure.place(training)
    for species, place in places.items():
        near = _to_other_frames(place.points, place.frames) <= 1.0
        assert near.mean() == pytest.approx(PERCENTILE / 100, abs=1.5 / len(near)), species


def test_fresh_draws_of_the_same_are_covered_and_wilder_ones_less_and_less() -> None:
    training, measure = measure_of_many()
    same = measure_coverage(training, shaken(20, start=500), measure)
    assert same.worst > 0.96
    shares = [measure_coverage(training, shaken(10, 900, size), measure).worst for size in (0.15, 0.3, 0.6)]
    assert shares[0] > shares[1] > shares[2]
    assert shares[2] < 0.3


def test_a_far_cluster_is_uncovered_and_chosen_first_and_once() -> None:
    training, measure = measure_of_many()
    near, far = shaken(6, start=700, size=0.1), shaken(3, start=700, size=0.02, stretch=1.25)
    found = select(training, [*near[:3], *far, *near[3:]], measure, limit=9)
    assert_allclose(found.before.uncovered_by_frame[3:6], 1.0)
    assert found.before.uncovered_by_frame[:3].max() < 0.1
    assert found.chosen[0] in (3, 4, 5)
    assert found.farthest[0] == max(found.farthest) > 2.0
    assert len({*found.chosen} & {3, 4, 5}) == 1  # the first of them covers the others
    assert found.after.worst == 1.0


def test_a_limit_is_kept_and_leaves_the_rest_uncovered() -> None:
    training, measure = measure_of_many()
    wild = shaken(8, start=40, size=0.6)
    few, all_of_them = select(training, wild, measure, 2), select(training, wild, measure, 8)
    assert few.chosen == all_of_them.chosen[:2]
    assert few.before.worst < few.after.worst < all_of_them.after.worst == 1.0
    assert measure_coverage([*training, *(wild[k] for k in few.chosen)], wild, measure).covered == few.after.covered


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_a_second_version_without_a_tree_counts_the_same(seed: int) -> None:
    training, measure = measure_of_many()
    candidates = shaken(3, start=seed % 10_000, size=0.3)
    found = measure_coverage(training, candidates, measure)
    descriptor, described = Descriptor(measure.species), described_training()
    covered = dict.fromkeys(measure.species, 0)
    uncovered = np.zeros(3)
    for number, atoms in enumerate(candidates):
        for symbol, row in zip(atoms.get_chemical_symbols(), descriptor.describe(atoms), strict=True):
            part = measure.by_species[symbol]
            away = (described[symbol] - row) @ part.components.T
            is_covered = float(np.sqrt((away**2).sum(axis=1)).min()) <= part.radius
            covered[symbol] += is_covered
            uncovered[number] += not is_covered
        uncovered[number] /= len(atoms)
    assert found.covered == covered
    assert_allclose(found.uncovered_by_frame, uncovered)


@settings(max_examples=20)
@given(SEEDS, st.integers(2, 9))
def test_the_nearest_of_another_frame_by_a_second_version(seed: int, frames: int) -> None:
    rng = np.random.default_rng(seed)
    owner = np.sort(np.concatenate([rng.integers(0, frames, 40), [0, 1]]))
    points = owner[:, None] * rng.choice([0.0, 9.0]) + rng.normal(size=(len(owner), 2))
    every = np.linalg.norm(points[:, None] - points[None], axis=2)
    every[owner[:, None] == owner[None]] = np.inf
    assert_allclose(_to_other_frames(points, owner), every.min(axis=1))


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(InputError, match="two or more structures"):
        make_measure([])
    with pytest.raises(InputError, match="O"):
        make_measure([bulk("Li"), bulk("Li", a=3.6), small_oxide()])
    training, measure = measure_of_many()
    with pytest.raises(InputError, match="La"):
        measure_coverage(training, [oxide("La2O3")], measure)
    for limit, candidates in ((0, training), (1, [])):
        with pytest.raises(InputError, match="at least one"):
            select(training, candidates, measure, limit)


def test_structures_that_are_all_the_same_cover_themselves() -> None:
    same = [small_oxide()] * 3
    assert measure_coverage(same, same, make_measure(same)).worst == 1.0


def test_the_committed_domains_cover_each_other_as_physics_says() -> None:
    """Two garnets look alike; metal, spinel and garnet do not; glass needs frames of its own."""
    frames = [frame for frame in LabelStore(DATA).frames() if frame.labels is not None]
    by_domain: dict[str, list[Atoms]] = {}
    for frame in frames:
        if frame.tag.domain != "close" and len(by_domain.setdefault(frame.tag.domain, [])) < 6:
            by_domain[frame.tag.domain].append(frame.atoms)
    measure = make_measure([atoms for group in by_domain.values() for atoms in group])

    def share(known: str, asked: str) -> float:
        return _share(measure_coverage(by_domain[known], by_domain[asked], measure))

    assert share("c-llzo", "t-llzo") > 0.95
    assert share("a-llzo", "c-llzo") > 0.9
    assert share("c-llzo", "a-llzo") < 0.7
    assert share("c-llzo", "lzo") < 0.05
    assert share("c-llzo", "li") < 0.05
    assert share("li", "c-llzo") < 0.05


def _share(coverage: Coverage) -> float:
    return sum(coverage.covered.values()) / sum(coverage.atoms.values())
