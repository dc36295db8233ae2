"""Runs that blow up: stopped soon, the frames before kept, the cause named, and mended without starting over."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gbglass.errors import EngineError
from gbglass.lammps.chain import simulate
from gbglass.lammps.dump import read_dump
from gbglass.lammps.engine import Lammps
from gbglass.lammps.task import MdTask, Runner
from gbglass.protocol.stages import Hold, Minimise
from tests.lammps.conftest import short_task, without_core
from tests.lammps.test_simulation import dumps

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("watch")]


def hot(timestep: float = 0.001, temperature: float = 300.0) -> MdTask:
    task = short_task()
    settings = replace(task.settings, timestep=timestep, segment_steps=2000, frame_every=1000)
    stages = (Minimise(max_iterations=20), Hold(temperature_K=temperature, duration_ps=2000 * timestep))
    return replace(task, settings=settings, stages=stages)


def failure_of(task: MdTask, folder: Path, engine: Lammps) -> EngineError:
    with pytest.raises(EngineError) as caught:
        simulate(task, folder, Runner(engine))
    return caught.value


def test_a_time_step_too_long_is_stopped_and_named(engine: Lammps, tmp_path: Path) -> None:
    error = failure_of(hot(timestep=0.03), tmp_path, engine)
    assert "likely cause" in str(error)
    assert error.folder == tmp_path / "2-hold" / "segment-0000.failed"
    log = (error.folder / "log.lammps").read_text(encoding="utf-8")
    steps = [int(line.split()[0]) for line in log.splitlines() if line.split() and line.split()[0].isdigit()]
    assert max(steps) <= 1000
    assert not list(tmp_path.rglob("2-hold/segment-0000/done.json"))


def test_a_collapse_in_the_minimisation_is_named_with_its_pair(engine: Lammps, tmp_path: Path) -> None:
    """Without its core the potential has a hole, into which a pair of oxygen falls that stands at its edge."""
    task = hot()
    atoms = task.atoms.copy()
    oxygen = [i for i, symbol in enumerate(atoms.get_chemical_symbols()) if symbol == "O"]
    apart = atoms.get_distances(oxygen[0], oxygen[1:], mic=True, vector=True)
    nearest = int(np.argmin(np.linalg.norm(apart, axis=1)))
    way = apart[nearest] / np.linalg.norm(apart[nearest])
    atoms.positions[oxygen[1 + nearest]] = atoms.positions[oxygen[0]] + 1.0 * way
    atoms.wrap()
    bare = replace(task.potential, lines=tuple(without_core(task.potential)))
    stages = (Minimise(max_iterations=1), task.stages[1])
    error = failure_of(replace(task, atoms=atoms, potential=bare, stages=stages), tmp_path, engine)
    assert re.search(r"fell into each other in the minimisation \(.*O-O [01]\.\d+ Å", str(error))


def test_a_collapse_in_mid_run_is_stopped_and_the_frames_before_are_kept(engine: Lammps, tmp_path: Path) -> None:
    """A thermostat cools what falls into a hole of the potential: temperature alone would not tell."""
    good = hot()
    longer = Hold(temperature_K=300, duration_ps=4.0)
    simulate(good, tmp_path, Runner(engine))
    before = dumps(tmp_path)
    holes = [re.sub(r"0\.149 27\.63", "0.149 500", line) for line in without_core(good.potential)]
    assert holes != without_core(good.potential)
    broken = replace(good, potential=replace(good.potential, lines=tuple(holes)), stages=(good.stages[0], longer))
    error = failure_of(broken, tmp_path, engine)
    assert re.search(r"likely cause: .*(fell into each other|potential has a hole)", str(error), re.DOTALL)
    assert error.folder == tmp_path / "2-hold" / "segment-0001.failed"
    kept = sorted(error.folder.glob("last.*.lammpstrj"))
    assert 1 <= len(kept) <= 2
    frames = [dumped.frame for dumped in read_dump(kept[0])]
    assert len(frames[0].positions) == 192
    assert np.isfinite(frames[0].positions).all()
    assert dumps(tmp_path).items() >= before.items()


def test_a_run_that_ends_well_keeps_no_rolling_frames(engine: Lammps, tmp_path: Path) -> None:
    simulate(short_task(), tmp_path, Runner(engine))
    assert not list(tmp_path.rglob("last.*"))
    assert not list(tmp_path.rglob("*.failed"))


def test_after_a_failure_the_mended_run_goes_on_from_what_was_finished(engine: Lammps, tmp_path: Path) -> None:
    good = short_task(0.1)
    absurd = Hold(temperature_K=9.9e3, duration_ps=0.1)
    pushed = replace(
        good, potential=replace(good.potential, lines=(*good.potential.lines, "fix push all addforce 100 0 0"))
    )
    simulate(good, tmp_path, Runner(engine))
    before = dumps(tmp_path)
    failure_of(replace(pushed, stages=(*good.stages, absurd)), tmp_path, engine)
    simulate(replace(good, stages=(*good.stages, Hold(temperature_K=350, duration_ps=0.1))), tmp_path, Runner(engine))
    assert before.items() <= dumps(tmp_path).items()
