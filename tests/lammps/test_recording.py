"""What runs write down: regions counted on the fly, dense frames at the end, energies and stresses of atoms."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.core.framework import anchor_framework
from gbglass.core.region import Box, Intersection, Outside, Region, Shell, Sites, Slab, Union
from gbglass.errors import InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.task import CountedRegions, DenseWindow, Runner
from gbglass.protocol.stages import Hold, Minimise, Ramp
from tests.lammps.conftest import short_task
from tests.lammps.test_simulation import dumps

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("recording")]

REGIONS: tuple[Region, ...] = (
    Slab(low=0.0, high=0.5),
    Slab(low=0.5, high=1.0),
    Slab(low=-0.1, high=0.15, axis=0),
    Slab(low=0.0, high=1.0),
    Box(low=(0.1, 0.2, -0.3), high=(0.9, 0.7, 0.4)),
    Shell(position=0.0, within_A=3.0),
    Shell(position=0.3, within_A=5.0, beyond_A=2.0, axis=1),
    Union(of=(Slab(low=0.1, high=0.3), Shell(position=0.25, within_A=2.5))),
    Intersection(of=(Slab(low=0.1, high=0.8), Outside(of=Slab(low=0.2, high=0.4, axis=1)))),
)


def test_what_is_counted_on_the_fly_is_what_the_frames_hold(engine: Lammps, tmp_path: Path) -> None:
    """In a cell that breathes and a framework that drifts, in every frame, for every kind of region."""
    task = short_task(0.1)
    settings = replace(task.settings, counted=CountedRegions("Li", REGIONS, 5))
    stages = (
        Minimise(max_iterations=5),
        Ramp(from_K=900, to_K=1000, rate_K_per_fs=0.5),
        Hold(temperature_K=1000, duration_ps=0.1),
    )
    simulation = simulate(replace(task, settings=settings, stages=stages), tmp_path, Runner(engine))
    table = simulation.counts()
    assert table.steps.tolist() == list(range(0, 301, 5))
    rows = dict(zip(table.steps.tolist(), table.counts, strict=True))
    edges = dict(zip(table.steps.tolist(), table.edges, strict=True))
    anchor = anchor_framework(task.atoms)
    lithium = np.array(task.atoms.get_chemical_symbols()) == "Li"
    frames = list(simulation.trajectory())
    assert len(frames) == 16
    for frame in frames:
        seen = [int((region.mask(anchor.view(frame)) & lithium).sum()) for region in REGIONS]
        # Frames are rounded to 1e-6 Å; no atom stands so near an edge here.
        assert_array_equal(rows[frame.step], seen)
        assert_allclose(edges[frame.step], np.diag(frame.cell), rtol=1e-12)
    assert_array_equal(table.counts[:, 0] + table.counts[:, 1], np.full(len(table.steps), 56))
    assert np.ptp(table.counts[:, 5]) > 0, "nothing went through the shell, so this test saw nothing"


def test_one_region_alone_is_counted_too(engine: Lammps, tmp_path: Path) -> None:
    task = short_task(0.1)
    settings = replace(task.settings, counted=CountedRegions("O", (Slab(low=0.0, high=1.0),), 50))
    counts = simulate(replace(task, settings=settings), tmp_path, Runner(engine)).counts()
    assert_array_equal(counts.counts[:, 0], np.full(5, 96))


def test_sites_are_not_counted_on_the_fly(engine: Lammps, tmp_path: Path) -> None:
    task = short_task(0.1)
    settings = replace(task.settings, counted=CountedRegions("Li", (Sites(cations=(60,)),), 50))
    with pytest.raises(InputError, match="count it from the trajectory"):
        simulate(replace(task, settings=settings), tmp_path, Runner(engine))


def test_frames_are_dense_in_the_last_window_and_even_elsewhere(engine: Lammps, tmp_path: Path) -> None:
    task = short_task(0.3)
    settings = replace(task.settings, dense=DenseWindow(steps=150, every=10))
    simulation = simulate(replace(task, settings=settings), tmp_path, Runner(engine))
    assert [f.step for f in simulation.trajectory()] == list(range(0, 401, 20))
    assert [f.step for f in simulation.dense_window()] == list(range(260, 401, 10))
    plain = simulate(task, tmp_path.with_name("plain"), Runner(engine))
    for ours, theirs in zip(simulation.trajectory(), plain.trajectory(), strict=True):
        assert_array_equal(ours.positions, theirs.positions)  # looking more often changes nothing


def test_a_dense_window_moves_with_the_end_and_nothing_is_run_again(engine: Lammps, tmp_path: Path) -> None:
    task = short_task(0.2)
    settings = replace(task.settings, dense=DenseWindow(steps=100, every=10))
    simulate(replace(task, settings=settings), tmp_path, Runner(engine))
    before = dumps(tmp_path)
    longer = simulate(replace(short_task(0.4), settings=settings), tmp_path, Runner(engine))
    assert before.items() <= dumps(tmp_path).items()
    assert [f.step for f in longer.dense_window()] == list(range(410, 501, 10))
    assert [f.step for f in longer.trajectory()] == list(range(0, 501, 20))


def test_a_window_that_a_shorter_protocol_would_have_is_not_passed_off_as_dense(engine: Lammps, tmp_path: Path) -> None:
    """The window lay later when these segments were run: their frames are too few for it."""
    window = DenseWindow(steps=100, every=10)
    task = short_task(0.2)
    two_holds = (*task.stages, Hold(temperature_K=350, duration_ps=0.2))
    settings = replace(task.settings, dense=window)
    simulate(replace(task, settings=settings, stages=two_holds), tmp_path, Runner(engine))
    shorter = simulate(replace(task, settings=settings), tmp_path, Runner(engine))
    assert [f.step for f in shorter.trajectory()] == list(range(0, 301, 20))
    with pytest.raises(InputError, match="fewer frames than the dense window wants"):
        list(shorter.dense_window())


def test_dense_frames_must_include_the_others() -> None:
    with pytest.raises(InputError, match="one must divide the other"):
        replace(short_task().settings, dense=DenseWindow(steps=100, every=15))


def test_the_energies_of_atoms_sum_to_the_energy_and_their_stresses_to_the_pressure(
    engine: Lammps, tmp_path: Path
) -> None:
    task = short_task(0.1)
    settings = replace(task.settings, per_atom=("energy", "stress"))
    simulation = simulate(replace(task, settings=settings), tmp_path, Runner(engine))
    dump = simulation.segments[-1].frames.read_text(encoding="utf-8")
    heading = (
        "ITEM: ATOMS id type xu yu zu c_energy c_stress[1] c_stress[2] c_stress[3] c_stress[4] c_stress[5] c_stress[6]"
    )
    assert heading in dump
    last = np.array([line.split() for line in dump.rpartition(heading)[2].split("\n") if line.strip()], dtype=float)
    row = simulation.thermo()[-1]
    assert_allclose(last[:, 5].sum(), row[THERMO_COLUMNS.index("pe")], rtol=1e-5)
    volume = np.prod([row[THERMO_COLUMNS.index(name)] for name in ("lx", "ly", "lz")])
    kinetic = row[THERMO_COLUMNS.index("etotal")] - row[THERMO_COLUMNS.index("pe")]
    pressure = -last[:, 6:9].sum() / (3 * volume) + 2.0 / 3.0 * kinetic / volume * 1602176.634
    assert_allclose(pressure, row[THERMO_COLUMNS.index("press")], rtol=0, atol=500.0)  # mesh stress is not per atom
