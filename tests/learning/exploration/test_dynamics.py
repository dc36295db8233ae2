"""Frames of runs that end well and of runs that blow up; where runs start."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.core.neighbours import shortest_contacts
from gbglass.core.packaged import load_potential
from gbglass.core.trajectory import Frame
from gbglass.errors import ConfigError, EngineError
from gbglass.lammps.task import Runner
from gbglass.learning.datasets import split_frames
from gbglass.learning.exploration.dynamics import Explorer, RunPlan
from gbglass.learning.exploration.sane import CLOSER, sane_frames
from gbglass.learning.exploration.spec import MdTable, check_exploration
from gbglass.learning.exploration.starts import StartFile, make_pools, plan_runs
from tests.learning.exploration.small import CARD, engine, labelled_frames, origin_for, oxide

TRAINED = {"Li-Li": 2.0, "Li-O": 1.7, "O-O": 2.8}


def frame(atoms: Atoms, step: int = 0) -> Frame:
    return Frame(step, 1e-3 * step, atoms.cell.array, atoms.positions)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.6))
def test_a_frame_is_sane_if_each_pair_is_nearly_as_far_apart_as_trained(seed: int, size: float) -> None:
    atoms = oxide(seed, size=size)
    contacts = shortest_contacts(atoms)
    due = min(contacts.values()) >= 0.9 and all(contacts[pair] >= CLOSER * TRAINED[pair] for pair in TRAINED)
    assert bool(sane_frames([frame(atoms)], oxide(0), TRAINED).frames) == due


def test_what_comes_after_the_first_broken_frame_is_left_out() -> None:
    good, lost, swollen = oxide(1), oxide(2)[:-1], oxide(3, 1.2)
    near, wild = oxide(4), oxide(5)
    near.positions[1] = near.positions[0] + [0.0, 0.0, 0.8]
    wild.positions[3] = np.nan
    for broken, flaw in ((lost, "gone"), (swollen, "1.73 times"), (near, "0.80 Å apart"), (wild, "no numbers")):
        walk = [frame(good, 10), frame(broken, 20), frame(good, 30)]
        kept = sane_frames(walk, oxide(0), TRAINED)
        assert [step for step, _ in kept.frames] == [10]
        assert flaw in kept.flaw
        assert kept.flaw.endswith("at step 20")
    kept = sane_frames([frame(good, 10), frame(good, 30)], oxide(0), TRAINED)
    assert ([step for step, _ in kept.frames], kept.flaw) == ([10, 30], "")


@pytest.fixture
def plan() -> RunPlan:
    return RunPlan("oxide", "off", oxide(7), 300.0, "nvt", 11)


def explorer(table: MdTable) -> Explorer:
    return Explorer(load_potential(CARD), Runner(engine()), table, TRAINED)


@pytest.mark.lammps
def test_a_run_that_ends_well_leaves_all_its_frames(plan: RunPlan, tmp_path: Path) -> None:
    visited = explorer(MdTable(duration_ps=0.1, frame_every_ps=0.02)).visit(plan, tmp_path)
    assert not visited.cause
    assert [step for step, _ in visited.frames] == [0, 20, 40, 60, 80, 100]
    assert not np.array_equal(visited.frames[0][1].positions, visited.frames[-1][1].positions)


@pytest.mark.lammps
def test_a_run_that_blows_up_leaves_what_was_before(plan: RunPlan, tmp_path: Path) -> None:
    """A time step far too long: LAMMPS' own watch, or LAMMPS itself, ends it."""
    hot = RunPlan(plan.start, plan.domain, plan.atoms, 8000.0, "nvt", plan.seed)
    visited = explorer(MdTable(duration_ps=4.0, timestep_fs=20.0, frame_every_ps=0.02)).visit(hot, tmp_path)
    assert visited.cause
    assert "LAMMPS" in visited.cause
    steps = [step for step, _ in visited.frames]
    assert 1 <= len(steps) < 100
    assert steps == sorted(set(steps))
    for _, atoms in visited.frames:
        contacts = shortest_contacts(atoms)
        assert all(contacts[pair] >= CLOSER * TRAINED[pair] for pair in TRAINED)


@pytest.mark.lammps
def test_a_run_that_cannot_begin_leaves_its_start(plan: RunPlan, tmp_path: Path) -> None:
    charged = plan.atoms[:-1]  # rigid ions want a neutral cell
    visited = explorer(MdTable(duration_ps=0.1)).visit(RunPlan("x", "off", charged, 300.0, "nvt", 1), tmp_path)
    assert "did not begin" in visited.cause
    assert "neutral" in visited.cause
    assert [step for step, _ in visited.frames] == [0]


@pytest.mark.lammps
def test_a_run_that_leaves_what_was_trained_is_told_though_it_ends(plan: RunPlan, tmp_path: Path) -> None:
    closer = {**TRAINED, "Li-O": 2.15}
    table = MdTable(duration_ps=0.1, frame_every_ps=0.02)
    warm = RunPlan(plan.start, plan.domain, plan.atoms, 2000.0, "nvt", plan.seed)
    visited = Explorer(load_potential(CARD), Runner(engine()), table, closer).visit(warm, tmp_path)
    assert "ended, but Li-O are" in visited.cause
    assert len(visited.frames) < 6


@pytest.mark.lammps
def test_another_failure_is_no_result(plan: RunPlan, tmp_path: Path) -> None:
    ranks = MdTable(duration_ps=0.1, ranks=2)
    without = Runner(type(engine())(engine().binary, None, engine().environment, "x", engine().pair_styles))
    with pytest.raises(EngineError, match="mpiexec"):
        Explorer(load_potential(CARD), without, ranks, TRAINED).visit(plan, tmp_path)


def starts(*tables: dict[str, object]) -> Iterator[dict[str, object]]:
    return ({"temperatures_K": [300, 900], **table} for table in tables)


def test_starts_differ_from_iteration_to_iteration_and_are_the_same_when_asked_again() -> None:
    spec = check_exploration({"start": list(starts({"origin": origin_for("train")}))})
    pools = make_pools(spec, split_frames(labelled_frames(), ()), {})
    assert len(pools[0].structures) == 12
    planned = [plan_runs(pools, 1, iteration) for iteration in range(6)]
    assert [one.temperature_K for one in planned[0]] == [300, 900]
    assert len({one.seed for plans in planned for one in plans}) == 12
    assert len({one.atoms.positions.tobytes() for plans in planned for one in plans}) > 3
    again = plan_runs(pools, 1, 3)
    assert [one.seed for one in again] == [one.seed for one in planned[3]]


def test_starts_that_cannot_be_are_named_all_at_once() -> None:
    raw = list(
        starts(
            {"origin": "off/absent"},
            {"origin": origin_for("validation")},
            {"file": "skewed.extxyz", "domain": "li"},
            {"origin": origin_for("train")},
        )
    )
    skewed = StartFile((bulk("Li", "bcc", a=3.44),), "")
    with pytest.raises(ConfigError) as caught:
        make_pools(
            check_exploration({"start": raw}),
            split_frames(labelled_frames(), ()),
            {"skewed.extxyz": skewed},
        )
    assert [place for place, _ in caught.value.problems] == ["start.1", "start.2", "start.3"]
    for word in ("no frame with labels", "not trained but tested on", "orthogonal"):
        assert word in str(caught.value)
