"""A committee of potentials: its spread is what a slow look finds, and a run pauses where it is too large."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase.io import read
from numpy.testing import assert_allclose

from gbglass.core.potential import Potential
from gbglass.core.region import Slab
from gbglass.errors import InputError, OutsideDomainError
from gbglass.lammps.chain import simulate
from gbglass.lammps.committee import Committee, force_spread
from gbglass.lammps.dump import read_dump
from gbglass.lammps.engine import Lammps
from gbglass.lammps.single_points import single_points
from gbglass.lammps.task import MdTask, Runner
from gbglass.store.segment_store import H5mdStore
from tests.lammps.conftest import short_task
from tests.lammps.test_simulation import dumps

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("committee")]


def other(potential: Potential, strength: float) -> Potential:
    """The same with a little more repulsion between Li and O."""
    lines = tuple(line.replace("632.102", f"{632.102 * strength:g}") for line in potential.lines)
    assert lines != potential.lines
    return replace(potential, lines=lines, checksum=f"{strength:g}".rjust(64, "0"))


def watched(limit: float, region: Slab | None = None) -> MdTask:
    task = short_task(0.2)
    members = (other(task.potential, 1.02), other(task.potential, 0.98))
    return replace(task, settings=replace(task.settings, committee=Committee(members, limit, 100, region)))


def test_the_spread_is_the_root_mean_square_distance_from_the_mean_force(engine: Lammps) -> None:
    task = short_task()
    potentials = [task.potential, other(task.potential, 1.1), other(task.potential, 0.7)]
    atoms = task.atoms.copy()
    atoms.rattle(0.1, seed=1)
    found = force_spread([task.atoms, atoms], potentials, engine)
    forces = [single_points([atoms], one, engine)[0].forces for one in potentials]
    expected = []
    for i in range(len(atoms)):
        middle = np.mean([f[i] for f in forces], axis=0)
        expected.append(np.sqrt(np.mean([np.sum((f[i] - middle) ** 2) for f in forces])))
    assert_allclose(found[1], expected, rtol=1e-9, atol=1e-12)


def test_a_run_pauses_where_the_members_disagree_and_goes_on_when_more_is_allowed(
    engine: Lammps, tmp_path: Path
) -> None:
    with pytest.raises(OutsideDomainError, match=r"atom \d+ at step \d+ by .* eV/Å, 0.001 are allowed"):
        simulate(watched(1e-3), tmp_path, Runner(engine))
    before = dumps(tmp_path)
    assert [name for name in before if name.startswith("3-hold")] == [], "it did not pause at the first segment"
    kept = next(tmp_path.rglob("*.worth-labelling.extxyz"))
    frames = read(kept, index=":")
    assert isinstance(frames, list)
    assert len(frames) == 2  # steps 0 and 100
    first = next(read_dump(next(tmp_path.rglob("2-ramp/segment-0000/frames.lammpstrj")))).frame
    assert_allclose(frames[0].get_positions(), first.positions, rtol=0, atol=1e-6)
    finished = simulate(watched(10.0), tmp_path, Runner(engine))
    assert before.items() <= dumps(tmp_path).items(), "a finished segment was run again"
    plain = simulate(short_task(0.2), tmp_path.with_name("plain"), Runner(engine))
    assert [s.checksums["frames.lammpstrj"] for s in finished.segments] == [
        s.checksums["frames.lammpstrj"] for s in plain.segments
    ], "being watched changed the run"


def test_frames_that_are_stored_are_looked_at_as_those_in_text_are(engine: Lammps, tmp_path: Path) -> None:
    """The run pauses at the same atom and step, keeps the same frames, and goes on to its end."""
    messages = []
    for name, store in (("text", None), ("stored", H5mdStore())):
        with pytest.raises(OutsideDomainError) as paused:
            simulate(watched(1e-3), tmp_path / name, Runner(engine, store=store))
        messages.append(str(paused.value).replace(str(tmp_path / name), ""))
    assert messages[0] == messages[1]
    text, stored = (read(next((tmp_path / name).rglob("*.worth-labelling.extxyz")), ":") for name in ("text", "stored"))
    assert isinstance(text, list)
    assert isinstance(stored, list)
    for one, other in zip(text, stored, strict=True):
        assert_allclose(other.positions, one.positions, rtol=0, atol=1e-5)
    finished = simulate(watched(10.0), tmp_path / "stored", Runner(engine, store=H5mdStore()))
    assert finished.segments[-1].frames.name == "frames.h5md"


def test_only_atoms_of_the_region_count(engine: Lammps, tmp_path: Path) -> None:
    nothing_moves = Slab(low=0.001, high=0.002)
    finished = simulate(watched(1e-3, nothing_moves), tmp_path, Runner(engine))
    assert finished.segments


def test_a_committee_that_cannot_look_is_refused() -> None:
    task = watched(0.1)
    assert task.settings.committee
    with pytest.raises(InputError, match="at frames only"):
        replace(task.settings, committee=replace(task.settings.committee, every=30))
    with pytest.raises(InputError, match="got none"):
        replace(task.settings.committee, members=())
    with pytest.raises(InputError, match="above 0"):
        replace(task.settings.committee, limit=float("nan"))
