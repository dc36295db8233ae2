"""A made discharge: every ion is where it was sent, and the account closes in every frame."""

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.analysis.discharge import Compartments, Discharge, DischargeCounter, measure_discharge
from gbglass.analysis.discharge_rate import compare_with_twin, discharge_rate
from gbglass.build.cells.cell import CellSpec, Thicknesses, build_cell
from gbglass.core.arrays import IntArray
from gbglass.core.framework import anchor_framework
from gbglass.core.interfaces import tie_parts
from gbglass.core.region import Box, Region, Slab
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError, StateError
from tests.analysis.cells import AREA_NM2, INTERFACES, LENGTHS, NAMES, MadeCell, made_discharge
from tests.analysis.synthetic import shifted

seeds = st.integers(0, 2**31 - 1)


def measure(cell: MadeCell) -> Discharge:
    return measure_discharge(cell.trajectory, cell.compartments, cell.anchor)


def naive_parts(cell: MadeCell) -> IntArray:
    """Count by the heights the ions were given, which know nothing of drift or frameworks."""
    rows = []
    for heights in cell.heights:
        at = [height % LENGTHS[2] for height in heights]
        closing = 0.5 * (59.0 + LENGTHS[2])  # between the topmost Zr and the image of the bottom, roughly
        low = sum(1 for z in at if z < INTERFACES[0] or z >= closing)
        middle = sum(1 for z in at if INTERFACES[0] <= z < INTERFACES[1])
        rows.append([low, middle, len(at) - low - middle])
    return np.array(rows)


def test_every_ion_is_counted_where_it_was_sent_though_the_whole_cell_drifts() -> None:
    cell, arrived = made_discharge(np.random.default_rng(1), rate=0.2)
    discharge = measure(cell)
    assert_array_equal(discharge.part_counts, naive_parts(cell))
    assert_array_equal(discharge.part_counts[:, 2], arrived)
    assert_array_equal(discharge.crossings[:, 2], arrived)
    assert_array_equal(discharge.crossings[:, 0], 0)
    assert_array_equal(discharge.ledger, 0)
    assert_allclose(discharge.content, arrived / 4)  # eight Zr in the positive electrode


def test_regions_of_the_electrolyte_and_its_rest_are_the_electrolyte() -> None:
    cell, _ = made_discharge(np.random.default_rng(2), rate=0.2)
    regions: dict[str, Region] = {
        "boundary 1": Slab(low=0.2, high=0.25),
        "boundary 2": Slab(low=0.4, high=0.9),
    }  # reaches into LZO
    with_regions = measure(MadeCell(cell.heights, cell.drift, cell.spacing, regions))
    assert with_regions.compartments == ("Li", "boundary 1", "boundary 2", "rest of LLZO", "LZO")
    assert_array_equal(with_regions.part_counts, measure(cell).part_counts)
    heights = cell.heights % LENGTHS[2]
    assert_array_equal(with_regions.compartment("boundary 1"), ((heights >= 16.0) & (heights < 20.0)).sum(axis=1))
    assert_array_equal(with_regions.compartment("boundary 2"), ((heights >= 32.0) & (heights < 45.0)).sum(axis=1))


@given(seeds, st.floats(0.1, 30.0))
@settings(max_examples=25, deadline=None)
def test_the_account_closes_however_lithium_moves(seed: int, step: float) -> None:
    """Steps of up to a third of the cell, ions that go round through the vacuum many times."""
    rng = np.random.default_rng(seed)
    heights = rng.uniform(0.0, 60.0, (1, 40)) + np.cumsum(rng.normal(0.0, step, (30, 40)), axis=0)
    drift = np.cumsum(rng.normal(0.0, 1.0, 30))
    cell = MadeCell(heights, drift - drift[0])
    discharge = measure(cell)
    assert_array_equal(discharge.ledger, 0)
    assert_array_equal(discharge.counts.sum(axis=1), 40)
    # What went round raises all faces alike; one face by itself is counted ion by ion here.
    cells_up = np.floor((heights - INTERFACES[0]) / LENGTHS[2])
    slow = [sum(int(now - start) for now, start in zip(row, cells_up[0], strict=True)) for row in cells_up]
    assert_array_equal(discharge.crossings[:, 1], slow)


@given(seeds, st.sampled_from([100.0, -1234.5]))
@settings(max_examples=10, deadline=None)
def test_shifting_renumbering_and_splitting_the_work_change_no_count(seed: int, by: float) -> None:
    rng = np.random.default_rng(seed)
    cell, _ = made_discharge(rng, rate=0.4, n_frames=60)
    whole = measure(cell)
    far = measure_discharge(shifted(cell.trajectory, by), cell.compartments, cell.anchor)
    assert_array_equal(far.counts, whole.counts)
    assert_array_equal(far.crossings, whole.crossings)
    order = rng.permutation(cell.heights.shape[1])
    assert_array_equal(measure(MadeCell(cell.heights[:, order], cell.drift, cell.spacing)).counts, whole.counts)
    workers = [DischargeCounter(cell.trajectory, cell.compartments, cell.anchor) for _ in range(3)]
    for frame in cell.trajectory:
        workers[int(rng.integers(3))].add(frame)
    workers[2].merge(workers[0])
    workers[2].merge(workers[1])
    merged = workers[2].result()
    assert_array_equal(merged.counts, whole.counts)
    assert_array_equal(merged.crossings, whole.crossings)
    assert_array_equal(merged.steps, whole.steps)


def test_a_cell_twice_as_wide_discharges_at_the_same_rate_per_area() -> None:
    cell, _ = made_discharge(np.random.default_rng(3), rate=0.3)
    single = discharge_rate(measure(cell))
    double = MadeCell(np.concatenate([cell.heights, cell.heights], axis=1), cell.drift, cell.spacing)

    def wide() -> Trajectory:
        frames = [
            Frame(f.step, f.time, f.cell * np.array([[2.0], [1.0], [1.0]]), f.positions) for f in double.trajectory
        ]
        return Trajectory(double.symbols, lambda: iter(frames))

    rate = discharge_rate(measure_discharge(wide(), double.compartments, double.anchor))
    assert_allclose(rate.into_positive.value, single.into_positive.value, rtol=1e-9)
    assert_allclose(rate.from_negative.interval, single.from_negative.interval, rtol=1e-9)


def test_intervals_of_the_rate_hold_the_rate_the_cell_was_made_with() -> None:
    rng, held, currents = np.random.default_rng(4), [], []
    for _ in range(40):
        cell, _ = made_discharge(rng, rate=0.2, n_frames=160, n_lithium=100)
        rate = discharge_rate(measure(cell), start=4.0)
        low, high = rate.into_positive.interval
        held.append(low < 0.2 / AREA_NM2 < high)
        currents.append(rate.current_density.value)
        assert rate.through_closure == 0
    assert np.mean(held) >= 0.87  # 40 draws of 95 % scatter by 3.4 %
    assert_allclose(np.mean(currents), 0.2 / AREA_NM2 * 1.602176634e10, rtol=0.08)


def test_a_slower_cell_differs_from_its_twin_and_an_equal_one_does_not() -> None:
    rng = np.random.default_rng(5)
    fast, slow, other = (
        discharge_rate(measure(made_discharge(rng, rate, n_frames=400, n_lithium=300)[0]), start=5.0)
        for rate in (0.6, 0.15, 0.6)
    )
    assert compare_with_twin(slow, fast).verdict == "smaller"
    assert compare_with_twin(other, fast).verdict == "undecided"
    with pytest.raises(InputError, match="over the same time"):
        compare_with_twin(fast, discharge_rate(measure(made_discharge(rng, 0.6)[0]), start=100.0))


def test_lithium_that_takes_the_back_door_is_seen() -> None:
    heights = np.tile(np.array([2.0, 30.0]), (64, 1))
    heights[:, 0] -= np.linspace(0.0, 30.0, 64)  # down through the vacuum into LZO
    rate = discharge_rate(measure(MadeCell(heights, np.zeros(64))))
    assert rate.through_closure == -1
    assert rate.from_negative.value == 0.0


def test_what_cannot_be_counted_is_refused() -> None:
    cell, _ = made_discharge(np.random.default_rng(6), rate=0.2, n_frames=40)
    twice: dict[str, Region] = {"a": Slab(low=0.2, high=0.4), "b": Box(low=(0.0, 0.0, 0.3), high=(1.0, 1.0, 0.5))}
    with pytest.raises(InputError, match=r"'b' holds .* that another region holds too"):
        measure(MadeCell(cell.heights, cell.drift, cell.spacing, twice))
    with pytest.raises(InputError, match="'electrolyte' must be one of Li, LLZO, LZO"):
        Compartments(cell.parts, electrolyte="glass")
    with pytest.raises(InputError, match="names of their own"):
        Compartments(cell.parts, regions={"Li": Slab(low=0.2, high=0.4)})
    with pytest.raises(InputError, match="rising heights"):
        tie_parts(cell.atoms, NAMES, (45.0, 15.0))
    with pytest.raises(InputError, match="other ions than those of charge one"):
        tie_parts(Atoms("Li2", cell=[5, 5, 20]), ("Li", "x"), (3.0,))
    blown = next(iter(cell.trajectory))
    blown.positions[3] = np.nan
    counter = DischargeCounter(cell.trajectory, cell.compartments, cell.anchor)
    with pytest.raises(InputError, match="blown up"):
        counter.add(blown)
    with pytest.raises(InputError, match="one frame is needed, got none"):
        counter.result()


def test_a_part_that_vanished_stops_the_count() -> None:
    cell, _ = made_discharge(np.random.default_rng(8), rate=0.2, n_frames=2)
    frame = next(iter(cell.trajectory))
    moved = frame.positions.copy()
    moved[-8:, 2] -= 60.0  # the positive electrode's Zr fall through the electrolyte
    with pytest.raises(StateError, match="no longer in this order"):
        DischargeCounter(cell.trajectory, cell.compartments, cell.anchor).add(Frame(0, 0.0, frame.cell, moved))


def test_a_half_cell_is_counted_too_but_has_no_rate() -> None:
    heights = np.tile(np.array([2.0, 12.0, 30.0]), (40, 1))
    heights[20:, 1] = 25.0
    cell = MadeCell(heights, np.zeros(40))
    compartments = Compartments(tie_parts(cell.atoms, ("Li", "LLZO"), INTERFACES[:1]))
    discharge = measure_discharge(cell.trajectory, compartments, cell.anchor)
    assert discharge.part_counts[[0, -1]].tolist() == [[2, 1], [1, 2]]
    assert discharge.crossings[-1].tolist() == [0, 1]
    with pytest.raises(InputError, match="from electrode to electrode"):
        discharge_rate(discharge)


def test_faces_of_a_built_cell_lie_between_its_parts() -> None:
    """The real builder: the parts that the faces give are the parts that it stacked."""
    built = build_cell(
        CellSpec("cell-0", thicknesses=Thicknesses(12.0, 9.0, 8.0), strain_limit=0.06), np.random.default_rng(1)
    )
    parts = tie_parts(built.atoms, built.parts, built.interfaces)
    fractional = built.atoms.get_scaled_positions(wrap=False)
    assert_array_equal(parts.assign(fractional, parts.edges(fractional)), built.atoms.arrays["part"])
    anchor = anchor_framework(built.atoms, among=np.flatnonzero(built.atoms.arrays["part"] == 1))
    frame = Frame(0, 0.0, built.atoms.cell.array, built.atoms.positions + 100.0)
    trajectory = Trajectory(tuple(built.atoms.get_chemical_symbols()), lambda: iter([frame]))
    counted = measure_discharge(trajectory, Compartments(parts), anchor)
    expected = np.bincount(built.atoms.arrays["part"][np.array(trajectory.symbols) == "Li"], minlength=3)
    assert_array_equal(counted.part_counts[0], expected)
