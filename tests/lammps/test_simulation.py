"""Whole protocols in segments: each step once, lengthened, refused, at the right temperature."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.errors import EngineError, InputError, StateError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.stages import Hold, Minimise, Ramp
from tests.lammps.conftest import short_task

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("simulation")]

TEMPERATURE, TIME, STEP = (THERMO_COLUMNS.index(name) for name in ("temp", "time", "step"))
ABSENT = Path("/absent/lmp")


def dumps(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("frames.*"))}


@pytest.fixture(scope="module")
def finished(engine: Lammps, tmp_path_factory: pytest.TempPathFactory) -> tuple[Simulation, Path]:
    """A finished short run, which tests only read."""
    folder = tmp_path_factory.mktemp("finished")
    return simulate(short_task(), folder, Runner(engine)), folder


def _copy(finished: tuple[Simulation, Path], tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    shutil.copytree(finished[1], folder)
    return folder


def _without_lammps(engine: Lammps) -> Runner:
    """A runner that cannot start anything: whoever finishes with it started nothing."""
    return Runner(replace(engine, binary=ABSENT))


def test_every_step_stands_once_with_its_true_time(finished: tuple[Simulation, Path]) -> None:
    simulation, _ = finished
    frames = list(simulation.trajectory())
    assert [frame.step for frame in frames] == list(range(0, 301, 20))
    assert_allclose([frame.time for frame in frames], np.arange(0, 301, 20) * 1e-3, rtol=0, atol=1e-12)
    assert [frame.step for frame in simulation.last_stage()] == list(range(120, 301, 20))


def test_thermo_rows_stand_once_and_in_order(finished: tuple[Simulation, Path]) -> None:
    table = finished[0].thermo()
    assert table[:, STEP].tolist() == [0, 100, 200, 300]
    assert_allclose(table[:, TIME], table[:, STEP] * 1e-3, rtol=0, atol=1e-9)


def test_atoms_keep_their_order_and_do_not_jump_between_segments(finished: tuple[Simulation, Path]) -> None:
    simulation, _ = finished
    assert simulation.minimised_atoms().get_chemical_symbols() == list(simulation.trajectory().symbols)
    frames = list(simulation.trajectory())
    assert_allclose(frames[0].positions, simulation.minimised_atoms().positions, rtol=0, atol=2e-6)
    for before, after in pairwise(frames):
        moved = (after.fractional - before.fractional) @ after.cell
        assert np.abs(moved).max() < 1.0, f"an atom jumped between steps {before.step} and {after.step}"


def test_the_cell_moves_in_the_ramp_and_stands_in_the_hold(finished: tuple[Simulation, Path]) -> None:
    frames = list(finished[0].trajectory())
    edges = np.array([np.diag(frame.cell) for frame in frames])
    assert np.ptp(edges[:6], axis=0).min() > 1e-5
    assert_allclose(edges[6:], np.broadcast_to(edges[6], edges[6:].shape), rtol=1e-12, atol=0)


def test_a_finished_simulation_starts_nothing(finished: tuple[Simulation, Path], engine: Lammps) -> None:
    simulation, folder = finished
    before = dumps(folder)
    again = simulate(short_task(), folder, _without_lammps(engine))
    assert again.segments == simulation.segments
    assert dumps(folder) == before


def test_the_same_task_gives_the_same_bytes_elsewhere(
    finished: tuple[Simulation, Path], engine: Lammps, tmp_path: Path
) -> None:
    simulate(short_task(), tmp_path / "other", Runner(engine))
    assert dumps(tmp_path / "other") == dumps(finished[1])


def test_another_seed_gives_another_motion(finished: tuple[Simulation, Path], engine: Lammps, tmp_path: Path) -> None:
    other = simulate(short_task(hold_ps=0.1, seed=6), tmp_path / "other", Runner(engine))
    positions = [list(s.trajectory())[5].positions for s in (finished[0], other)]
    assert np.abs(positions[0] - positions[1]).max() > 0.01


def test_a_lengthened_hold_goes_on_from_a_short_last_segment(engine: Lammps, tmp_path: Path) -> None:
    simulate(short_task(hold_ps=0.14), tmp_path, Runner(engine))
    before = dumps(tmp_path)
    longer = simulate(short_task(hold_ps=0.32), tmp_path, Runner(engine))
    after = dumps(tmp_path)
    assert before.items() <= after.items(), "a finished segment was run again"
    spans = [(s.first_step - 100, s.last_step - 100) for s in longer.stages[-1]]
    assert spans == [(0, 100), (100, 140), (140, 200), (200, 300), (300, 320)]
    assert [frame.step for frame in longer.trajectory()] == list(range(0, 421, 20))
    with pytest.raises(StateError, match="longer hold"):
        simulate(short_task(hold_ps=0.14), tmp_path, Runner(engine))
    assert dumps(tmp_path) == after


SLOWER = Ramp(from_K=300, to_K=340, rate_K_per_fs=0.4)
CHANGES: dict[str, Callable[[MdTask], MdTask]] = {
    "seed": lambda task: replace(task, settings=replace(task.settings, seed=99)),
    "ranks": lambda task: replace(task, settings=replace(task.settings, ranks=2)),
    "frames": lambda task: replace(task, settings=replace(task.settings, frame_every=10)),
    "structure": lambda task: replace(task, atoms=cubic_llzo(12, np.random.default_rng(12))),
    "potential": lambda task: replace(task, potential=replace(task.potential, checksum="0" * 64)),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_other_inputs_are_refused_and_nothing_is_overwritten(
    finished: tuple[Simulation, Path], engine: Lammps, what: str
) -> None:
    folder = finished[1]
    before = dumps(folder)
    with pytest.raises(StateError, match="move"):
        simulate(CHANGES[what](short_task()), folder, Runner(engine))
    assert dumps(folder) == before


HOTTER = Hold(temperature_K=360, duration_ps=0.2)
CHANGED_STAGES: dict[str, tuple[Callable[[MdTask], MdTask], set[str]]] = {
    "ramp": (lambda task: replace(task, stages=(task.stages[0], SLOWER, task.stages[2])), {"2-ramp", "3-hold"}),
    "temperature": (lambda task: replace(task, stages=(*task.stages[:2], HOTTER)), {"3-hold"}),
    "kind": (lambda task: replace(task, stages=(*task.stages[:2], SLOWER, HOTTER)), {"3-hold"}),
    "fewer": (lambda task: replace(task, stages=task.stages[:2]), {"3-hold"}),
    "minimisation": (
        lambda task: replace(task, stages=(Minimise(max_iterations=25), *task.stages[1:])),
        {"1-minimise", "2-ramp", "3-hold"},
    ),
}


@pytest.mark.parametrize("what", CHANGED_STAGES)
def test_a_changed_stage_reruns_just_what_follows_from_it_and_loses_nothing(
    finished: tuple[Simulation, Path], engine: Lammps, tmp_path: Path, what: str
) -> None:
    folder = _copy(finished, tmp_path)
    change, changed = CHANGED_STAGES[what]
    before = dumps(folder)
    simulate(change(short_task()), folder, Runner(engine))
    after = dumps(folder)
    kept = {name: content for name, content in before.items() if name.partition("/")[0] not in changed}
    assert kept.items() <= after.items(), "what comes before the change was run again"
    aside = [content for name, content in after.items() if name.startswith("set-aside/")]
    assert sorted(aside) == sorted(before[name] for name in before.keys() - kept.keys()), "finished work was lost"
    back = simulate(short_task(), folder, _without_lammps(engine))  # as it was: all is there still
    assert {name: content for name, content in dumps(folder).items() if not name.startswith("set-aside")} == before
    assert [segment.key for segment in back.segments] == [segment.key for segment in finished[0].segments]


def test_a_changed_dump_is_noticed(finished: tuple[Simulation, Path], engine: Lammps, tmp_path: Path) -> None:
    folder = _copy(finished, tmp_path)
    dump = next(folder.rglob("3-hold/segment-0001/frames.lammpstrj"))
    content = bytearray(dump.read_bytes())
    place = content.rfind(b".") + 1
    content[place] = ord("1") if content[place] != ord("1") else ord("2")
    dump.write_bytes(bytes(content))
    with pytest.raises(StateError, match="changed after it was finished"):
        simulate(short_task(), folder, _without_lammps(engine))


def test_what_an_interruption_left_is_redone_to_the_same_bytes(
    finished: tuple[Simulation, Path], engine: Lammps, tmp_path: Path
) -> None:
    folder = _copy(finished, tmp_path)
    last = folder / "3-hold" / "segment-0001"
    (last / "done.json").unlink()
    last.rename(last.with_name("segment-0001.partial"))
    again = simulate(short_task(), folder, Runner(engine))
    assert dumps(folder) == dumps(finished[1])
    assert [frame.step for frame in again.trajectory()] == list(range(0, 301, 20))
    assert not list(folder.rglob("*.partial"))


def test_progress_is_told_on_one_clock(engine: Lammps, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    simulate(short_task(hold_ps=0.2, segment_steps=300), tmp_path, Runner(engine, lambda *word: told.append(word)))
    assert {total for _, _, total in told} == {300}
    steps = [step for _, step, _ in told]
    assert steps == sorted(steps)
    assert {kind for kind, _, _ in told} <= {"minimise", "ramp", "hold"}


def test_a_lammps_that_fails_leaves_nothing_that_looks_finished(engine: Lammps, tmp_path: Path) -> None:
    task = short_task()
    broken = replace(task.potential, lines=(*task.potential.lines, "pair_coeff 9 9 lj/cut 1.0 1.0"))
    with pytest.raises(EngineError, match=r"(?s)ERROR.*Last input line: pair_coeff 9 9"):
        simulate(replace(task, potential=broken), tmp_path, Runner(engine))
    assert not list(tmp_path.rglob("done.json"))


def test_a_protocol_must_begin_with_rest(engine: Lammps) -> None:
    task = short_task()
    with pytest.raises(InputError, match="one minimise"):
        replace(task, stages=task.stages[1:])
    with pytest.raises(InputError, match="one minimise"):
        replace(task, stages=(Minimise(),))
    del engine


def test_the_temperature_follows_the_ramp_and_kinetic_energy_is_shared(engine: Lammps, tmp_path: Path) -> None:
    """Within four standard errors of a canonical ensemble, sqrt(2 / 3N), of a rattled start that has had its time."""
    stages = (
        Minimise(max_iterations=50),
        Ramp(from_K=600, to_K=800, rate_K_per_fs=0.2),
        Hold(temperature_K=800, duration_ps=1.0),
    )
    atoms = cubic_llzo(12, np.random.default_rng(11))
    settings = MdSettings(timestep=0.001, frame_every=2, segment_steps=1000, ranks=1, seed=3)
    simulation = simulate(MdTask(atoms, short_task().potential, stages, settings), tmp_path, Runner(engine))
    table = simulation.thermo()
    ramp = table[(table[:, STEP] >= 500) & (table[:, STEP] <= 1000)]
    target = 600.0 + 0.2 * ramp[:, STEP]
    one = np.sqrt(2.0 / (3 * len(atoms))) * 750.0
    assert abs(float(np.mean(ramp[:, TEMPERATURE] - target))) < 4.0 * one / np.sqrt(4)
    held = table[table[:, STEP] >= 1400]
    assert_allclose(held[:, TEMPERATURE].mean(), 800.0, rtol=0, atol=4.0 * one / np.sqrt(4))
    masses = atoms.get_masses()
    frames = [frame for frame in simulation.last_stage() if frame.step >= 1400]
    moved = np.diff([frame.positions for frame in frames], axis=0) / (2e-3)
    mean_square = (moved**2).mean(axis=0).sum(axis=1)
    per_atom = masses * mean_square / 3.0 / (8.617333262e-5 * 9648.533212)
    for species in ("Li", "La", "Zr", "O"):
        chosen = np.array(atoms.get_chemical_symbols()) == species
        # Velocities from positions 2 fs apart lose a few percent of the fastest oscillations.
        assert_allclose(per_atom[chosen].mean(), 800.0, rtol=0.15, atol=0)


def test_the_dump_states_its_units_and_times(finished: tuple[Simulation, Path]) -> None:
    text = finished[0].segments[0].frames.read_text(encoding="utf-8")
    assert text.startswith("ITEM: UNITS\nmetal\nITEM: TIME\n")
    assert re.findall(r"ITEM: TIMESTEP\n(\d+)", text) == ["0", "20", "40", "60", "80", "100"]


def test_a_segment_in_which_no_frame_is_due_is_still_a_segment(engine: Lammps, tmp_path: Path) -> None:
    task = short_task(hold_ps=0.13, segment_steps=10)
    simulation = simulate(task, tmp_path, Runner(engine))
    assert [frame.step for frame in simulation.trajectory()] == list(range(0, 221, 20))
    assert simulation.segments[-1].last_step == 230
    assert simulation.final_atoms().get_chemical_symbols() == task.atoms.get_chemical_symbols()
