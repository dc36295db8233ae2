"""What each kind of stage promises, looked for in the frames and logs of real runs of tiny systems."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import fcc100
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.core.framework import anchor_framework
from gbglass.core.packaged import load_potential
from gbglass.core.potential import Potential
from gbglass.core.region import Shell, Slab
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.stages import Cool, Discharge, Hold, MeltRegion, Minimise, Stage, Strain
from gbglass.protocol.timeline import conditions_at
from tests.lammps.conftest import short_task
from tests.lammps.test_simulation import dumps

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("stages")]

TEMPERATURE, LX, LY, LZ, PZZ, NORMAL = (
    THERMO_COLUMNS.index(name) for name in ("temp", "lx", "ly", "lz", "pzz", "v_normal")
)
REST = Minimise(max_iterations=20)


def task_of(stages: Sequence[Stage], segment_steps: int = 100, frame_every: int = 50) -> MdTask:
    task = short_task()
    settings = replace(task.settings, segment_steps=segment_steps, frame_every=frame_every)
    return replace(task, stages=(REST, *stages), settings=settings)


def edges_of(frames: Sequence[Frame]) -> list[list[float]]:
    return [np.diag(frame.cell).tolist() for frame in frames]


MELT = MeltRegion(region=Shell(position=0.5, within_A=3.0), temperature_K=2000, duration_ps=0.3)


def test_outside_a_melted_region_nothing_moves_until_all_is_let_go(engine: Lammps, tmp_path: Path) -> None:
    task = task_of([Hold(temperature_K=300, duration_ps=0.1), MELT, Hold(temperature_K=600, duration_ps=0.3)])
    simulation = simulate(task, tmp_path, Runner(engine))
    frames = {frame.step: frame for frame in simulation.trajectory()}
    melting = [frames[step].positions for step in (100, 150, 250, 400)]
    inside = MELT.region.mask(anchor_framework(task.atoms).view(frames[100]))
    assert 0 < inside.sum() < len(inside)
    for later in melting[1:]:
        # The dump rounds to 1e-6 Å.
        assert_allclose(later[~inside], melting[0][~inside], rtol=0, atol=2e-6)
        assert np.abs(later[inside] - melting[0][inside]).max() > 0.3
    moved = frames[700].positions - frames[400].positions
    assert np.linalg.norm(moved[~inside], axis=1).min() > 1e-3, "an atom is still held after all was let go"
    masses = task.atoms.get_masses()[:, None]
    assert np.abs((masses * moved).sum(axis=0) / masses.sum()).max() < 1e-3, "the whole was let go with a momentum"


def test_the_log_of_a_melt_gives_the_temperature_of_what_melts(engine: Lammps, tmp_path: Path) -> None:
    longer = MELT.model_copy(update={"duration_ps": 1.0})
    task = task_of([longer, Hold(temperature_K=600, duration_ps=1.0)], segment_steps=1000)
    rows = simulate(task, tmp_path, Runner(engine)).thermo()
    n_inside = len(
        task.groups_at(task.timeline[0], Frame(0, 0.0, task.atoms.cell.array, task.atoms.positions))["mobile"]
    )
    spread = np.sqrt(2.0 / (3 * n_inside)) * 2000.0
    assert_allclose(rows[5:10, TEMPERATURE].mean(), 2000.0, rtol=0, atol=3.0 * spread)


STRETCH = Strain(temperature_K=300, to_strain=0.04, rate_per_ps=0.1)


@pytest.mark.parametrize("segment_steps", [100, 130, 400])
@pytest.mark.parametrize("lateral", ["free", "fixed"])
def test_a_strain_is_on_schedule_however_it_is_cut(
    engine: Lammps, tmp_path: Path, lateral: str, segment_steps: int
) -> None:
    stretch = STRETCH.model_copy(update={"lateral": lateral})
    task = task_of([Hold(temperature_K=300, duration_ps=0.1), stretch], segment_steps)
    simulation = simulate(task, tmp_path, Runner(engine))
    frames = {frame.step: np.diag(frame.cell) for frame in simulation.trajectory()}
    start = frames[100][2]
    for step in range(100, 501, 50):
        assert_allclose(frames[step][2], start * (1.0 + 0.1 * (step - 100) * 1e-3), rtol=1e-12)
    sides = np.array([frames[step][:2] for step in range(150, 501, 50)])
    assert np.ptp(sides, axis=0).min() > 1e-4 if lateral == "free" else np.ptp(sides) < 1e-12


def test_a_longer_strain_and_a_further_stage_go_on_from_what_is_there(engine: Lammps, tmp_path: Path) -> None:
    simulate(task_of([STRETCH.model_copy(update={"to_strain": 0.015})]), tmp_path, Runner(engine))
    before = dumps(tmp_path)
    task = task_of([STRETCH, Hold(temperature_K=300, duration_ps=0.1)])
    further = simulate(task, tmp_path, Runner(engine))
    assert before.items() <= dumps(tmp_path).items(), "a finished segment was run again"
    lengths = {frame.step: frame.cell[2, 2] for frame in further.trajectory()}
    assert_allclose(lengths[400], task.atoms.cell[2, 2] * 1.04, rtol=1e-12)
    for step, length in lengths.items():  # what is said of each step without LAMMPS
        strained = 1.0 + conditions_at(task.timeline, step).strain
        assert_allclose(length, task.atoms.cell[2, 2] * strained, rtol=1e-12)
    assert lengths[500] == lengths[400]


def test_a_cell_that_is_pulled_pulls_back(engine: Lammps, tmp_path: Path) -> None:
    """The sign: tension is a negative pressure along z, and sets in at once."""
    stretch = Strain(temperature_K=50, to_strain=0.03, rate_per_ps=0.03, lateral="fixed")
    rows = simulate(task_of([Hold(temperature_K=50, duration_ps=0.5), stretch], 500), tmp_path, Runner(engine)).thermo()
    assert rows[-1, PZZ] < rows[5, PZZ] - 2e4  # 3 % of a modulus of 2 Mbar is 60 kbar
    assert_array_equal(rows[:, NORMAL], rows[:, PZZ])


@pytest.mark.parametrize(("coupling", "moves"), [("isotropic", "xyz together"), ("lengths", "xyz"), ("normal", "z")])
def test_a_barostat_moves_what_it_is_told_to(engine: Lammps, tmp_path: Path, coupling: str, moves: str) -> None:
    hold = Hold.model_validate(
        {"temperature_K": 300.0, "duration_ps": 0.2, "ensemble": "npt", "pressure_bar": 5e4, "coupling": coupling}
    )
    edges = np.array(edges_of(list(simulate(task_of([hold]), tmp_path, Runner(engine)).trajectory())))
    change = np.abs(edges[-1] / edges[0] - 1.0)
    if moves == "z":
        assert change[2] > 1e-5
        assert change[:2].max() < 1e-12
    elif moves == "xyz":
        assert change.min() > 1e-6
        assert np.ptp(edges[-1] / edges[0]) > 1e-6
    else:
        assert change.min() > 1e-5
        assert_allclose(edges[-1] / edges[0], np.full(3, edges[-1, 0] / edges[0, 0]), rtol=1e-12)


def test_cooling_follows_its_schedule(engine: Lammps, tmp_path: Path) -> None:
    cool = Cool(from_K=600, to_K=300, rate_K_per_fs=0.3)
    rows = simulate(task_of([Hold(temperature_K=600, duration_ps=1.0), cool], 500), tmp_path, Runner(engine)).thermo()
    one = np.sqrt(2.0 / (3 * 192)) * 450.0
    assert_allclose(rows[11:, TEMPERATURE].mean(), np.mean(600.0 - 0.3 * 100 * np.arange(1, 11)), rtol=0, atol=3 * one)


def lennard_jones() -> Potential:
    """Two kinds of soft spheres: Zr as a wall, Li as what moves; no charges."""
    lines = ("pair_style lj/cut 6.0", "pair_coeff * * 0.15 2.5", "pair_coeff 3 3 0.8 2.5")
    known = load_potential("buckingham-llzo")
    return replace(known, name="spheres", fixed_charges=None, lines=lines, pair_styles=frozenset({"lj/cut"}))


def half_cell() -> Atoms:
    """A wall of 2 layers at the bottom, 6 layers above it, vacuum above those."""
    slab: Atoms = fcc100("Li", (4, 4, 8), a=2.5 * 2**0.5 * 1.12, vacuum=8.0)
    slab.set_pbc(True)
    order = np.argsort(slab.positions[:, 2], kind="stable")
    slab = slab[order]
    slab.symbols[:32] = "Zr"
    return slab


WALL = Slab(low=0.2, high=0.36)
"""The two layers of Zr: at 8 and 10 Å of about 28."""

LOWER_WALL = Slab(low=0.2, high=0.31)


def discharge(piston: Slab | None = None) -> MdTask:
    atoms = half_cell()
    stage = Discharge(temperature_K=300, duration_ps=0.4, held=WALL, piston=piston)
    return MdTask(atoms, lennard_jones(), (REST, stage), MdSettings(0.001, 50, 200, 1, 5))


def test_in_a_discharge_the_held_layer_stands_and_its_load_is_told(engine: Lammps, tmp_path: Path) -> None:
    task = discharge()
    groups = task.groups_at(task.timeline[0], Frame(0, 0.0, task.atoms.cell.array, task.atoms.positions))
    assert sorted(groups["held"]) == list(range(32)), "the wall of this test is not where it should be"
    simulation = simulate(task, tmp_path, Runner(engine))
    frames = [frame.positions for frame in simulation.trajectory()]
    assert_allclose(frames[-1][:32], frames[0][:32], rtol=0, atol=2e-6)
    assert np.abs(frames[-1][32:] - frames[0][32:]).min(axis=1).max() > 1e-3
    rows = simulation.thermo()
    assert np.all(rows[1:, NORMAL] != rows[1:, PZZ])
    # With a free surface nothing but inertia loads the wall: far below what a closed cell would press with.
    assert np.abs(rows[1:, NORMAL]).mean() < 3e4


def pressed(held_above: bool) -> MdTask:  # noqa: FBT001  # the two ways up of one cell
    """A half cell whose lithium presses on its wall: closed by a piston that the test pushes in from the start."""
    task = discharge()
    atoms = task.atoms.copy()
    atoms.positions[32:, 2] -= 0.35  # the lithium begins too near to the wall
    if held_above:
        atoms.positions[:, 2] = atoms.cell[2, 2] - atoms.positions[:, 2]
        atoms.wrap()
    wall = Slab(low=1.0 - WALL.high, high=1.0 - WALL.low) if held_above else WALL
    stage = Discharge(temperature_K=1, duration_ps=0.02, held=wall)
    return replace(task, atoms=atoms, stages=(Minimise(max_iterations=1, force_eV_per_A=100.0), stage))


def test_what_presses_on_the_held_layer_is_positive_whichever_way_up(engine: Lammps, tmp_path: Path) -> None:
    found = []
    for name in (False, True):
        simulation = simulate(pressed(name), tmp_path / str(name), Runner(engine))
        log = simulation.segments[0].log.read_text(encoding="utf-8").splitlines()
        header = next(n for n, line in enumerate(log) if line.split()[:1] == ["Step"])
        found.append(float(log[header + 1].split()[NORMAL]))
    assert found[0] > 1e3
    assert_allclose(found[1], found[0], rtol=1e-3)


def test_a_piston_moves_along_z_as_one_body(engine: Lammps, tmp_path: Path) -> None:
    top = Slab(low=0.66, high=0.80)
    simulation = simulate(discharge(top), tmp_path, Runner(engine))
    task = simulation.task
    frames = [frame.positions for frame in simulation.trajectory()]
    start = Frame(0, 0.0, task.atoms.cell.array, simulation.minimised_atoms().positions)
    piston = task.groups_at(task.timeline[0], start)["piston"]
    assert 0 < len(piston) < 64
    moved = np.array([frame[piston] - frames[0][piston] for frame in frames[1:]])
    assert np.abs(moved[:, :, :2]).max() < 2e-6
    assert np.ptp(moved[:, :, 2], axis=1).max() < 4e-6, "parts of the piston move against each other"
    assert np.abs(moved[:, :, 2]).max() > 1e-3


def closed(gap: float) -> Atoms:
    """The half cell with so much room between its metal and the image of its wall [Å]."""
    atoms = half_cell()
    atoms.positions[:, 2] -= atoms.positions[:, 2].min()
    atoms.cell[2, 2] = atoms.positions[:, 2].max() + gap
    return atoms


WALL_BELOW = Slab(low=-0.05, high=0.12)


@pytest.mark.parametrize("gap", [2.0, 7.4, 7.6])
@pytest.mark.parametrize("piston", [None, Slab(low=0.6, high=0.8)], ids=["free", "piston"])
@pytest.mark.parametrize("turn", [0.0, 0.3, 0.9])
def test_a_discharge_needs_a_gap_as_wide_as_the_potential_reaches_wherever_it_lies(
    gap: float, piston: Slab | None, turn: float
) -> None:
    atoms = closed(gap)
    atoms.positions[:, 2] += turn * atoms.cell[2, 2]
    atoms.wrap()
    wall = WALL_BELOW.model_copy(update={"low": WALL_BELOW.low + turn, "high": WALL_BELOW.high + turn})
    top = piston and Slab(low=0.62 + turn, high=0.9 + turn)
    stage = Discharge(temperature_K=300, duration_ps=0.1, held=wall, piston=top)
    if gap > 7.5:
        assert replace(discharge(), atoms=atoms, stages=(REST, stage)).timeline
        return
    with pytest.raises(InputError, match=rf"stage.2: the widest gap along z is {gap:.1f} Å.*gbglass build cell --vac"):
        replace(discharge(), atoms=atoms, stages=(REST, stage))


def test_a_gap_that_the_lithium_or_the_held_layer_does_not_reach_is_no_free_surface() -> None:
    shut_in = half_cell()
    shut_in.symbols[-16:] = "Zr"
    with pytest.raises(
        InputError, match=r"one of its faces, and lithium alone at the other; below it lies Zr and above"
    ):
        replace(discharge(), atoms=shut_in)
    inner = Discharge(temperature_K=300, duration_ps=0.1, held=Slab(low=0.32, high=0.38))
    with pytest.raises(InputError, match="below it lies Li and above it Zr: choose the held layer at the outer face"):
        replace(discharge(), stages=(REST, inner))


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (MeltRegion(region=Slab(low=0.0, high=1.0)), "stage.2: 'region' holds all 128 atoms"),
        (MeltRegion(region=Slab(low=0.01, high=0.05)), "stage.2: 'region' holds no atom"),
        (
            Discharge(temperature_K=300, duration_ps=0.1, held=LOWER_WALL, piston=Slab(low=0.31, high=0.5)),
            "one species",
        ),
    ],
)
def test_a_region_that_cannot_be_meant_is_refused_before_anything_runs(stage: Stage, said: str) -> None:
    with pytest.raises(InputError, match=said):
        replace(discharge(), stages=(REST, stage))
