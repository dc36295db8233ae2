"""From labels to a potential in LAMMPS through the real DeePMD-kit; needs the extra `deepmd`."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.core.arrays import FloatArray
from gbglass.core.cards import read_card
from gbglass.core.neighbours import find_pairs
from gbglass.core.potential import Potential
from gbglass.core.species import pair_name
from gbglass.errors import ConfigError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.preflight import preflight
from gbglass.lammps.single_points import single_points
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.learning.committee import CommitteeSpec
from gbglass.learning.compression import fast_potential
from gbglass.learning.deepmd_kit import newest_checkpoint
from gbglass.learning.labelled import LabelStore
from gbglass.learning.prepare import KNOWN
from gbglass.learning.validation.validate import ValidationSpec
from gbglass.protocol.stages import Hold, Minimise, Ramp
from gbglass.verbs.potential import Trained, train_potential, validate_potential
from tests.learning.conftest import soft_labeller
from tests.learning.frames import add_frames, soft_oxide

pytestmark = [pytest.mark.heavy, pytest.mark.lammps, pytest.mark.filterwarnings("ignore")]

Record = Callable[[str, object], None]

STEPS = 200
SPEC = CommitteeSpec("quick", members=2, seed=1, steps=STEPS)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("deepmd")
    folder = tmp_path_factory.mktemp("deepmd")
    add_frames(LabelStore(folder / "store"), soft_labeller(), ("train", "validation", "held_out"))
    return folder


@pytest.fixture(scope="module")
def trained(place: Path) -> Trained:
    """Two members of 200 steps; the first try is killed after its first checkpoint."""
    words = ["potential", "train", str(place / "store"), str(place / "soft"), "--preset", "quick", "--members", "2"]
    first = subprocess.Popen([sys.executable, "-m", "gbglass", *words, "--steps", str(STEPS)])
    deadline = time.monotonic() + 300
    while newest_checkpoint(place / "soft" / "member-1") is None:
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.2)
    first.send_signal(signal.SIGKILL)
    first.wait()
    reached = newest_checkpoint(place / "soft" / "member-1")
    assert reached is not None
    trained = train_potential(place / "store", place / "soft", SPEC)
    said = (place / "soft" / "member-1" / "train.txt").read_text(encoding="utf-8", errors="replace")
    assert reached[1] == STEPS or f"model.ckpt-{reached[1]}" in said
    return trained


@pytest.fixture(scope="module")
def engine(place: Path) -> Lammps:
    assert place.is_dir()
    return find_lammps()


def _model(trained: Trained) -> Path:
    return trained.card.with_name(f"{trained.potential.name}.pb")


def _by_deepmd(model: Path, atoms: Atoms) -> tuple[float, FloatArray, FloatArray]:
    """Ask DeePMD-kit itself: energy, forces, virial."""
    infer = pytest.importorskip("deepmd.infer")
    types = [("Li", "La", "Zr", "O").index(symbol) for symbol in atoms.get_chemical_symbols()]
    said = infer.DeepPot(str(model)).eval(atoms.positions.reshape(1, -1), atoms.cell.array.reshape(1, -1), types)
    return float(said[0].ravel()[0]), said[1][0], said[2].reshape(3, 3)


def test_the_card_makes_a_potential_of_two_of_the_models_four_elements(trained: Trained, place: Path) -> None:
    potential = trained.potential
    assert potential.elements == ("Li", "O")
    assert potential.pair_styles == {"hybrid/overlay", "deepmd", "lj/cut"}
    assert set(potential.shortest) == {"Li-Li", "Li-O", "O-O"}
    assert (place / "soft" / "soft-2.pb").is_file()
    assert potential.known is not None
    start = time.monotonic()
    assert train_potential(place / "store", place / "soft", SPEC).potential.checksum == potential.checksum
    assert time.monotonic() - start < 20, "a finished training is not done again"


def test_lammps_says_what_deepmd_kit_says_in_a_skewed_cell(trained: Trained, engine: Lammps) -> None:
    atoms = soft_oxide(77)
    atoms.set_cell(
        atoms.cell.array @ (np.eye(3) + np.array([[0, 0.1, 0], [0, 0, 0], [-0.05, 0.08, 0]])), scale_atoms=True
    )
    said = single_points([atoms], trained.potential, engine)[0]
    energy, forces, virial = _by_deepmd(_model(trained), atoms)
    assert said.energy == pytest.approx(energy, abs=1e-4)
    assert_allclose(said.forces, forces, atol=1e-4)
    assert_allclose(said.virial(atoms.get_volume()), virial, atol=1e-3)


def test_the_core_adds_nothing_where_was_training_and_its_formula_below(trained: Trained, engine: Lammps) -> None:
    atoms = soft_oxide(78)
    atoms.positions[40] = atoms.positions[3] + np.array([0.9, 0.3, 0.2])
    said = single_points([atoms], trained.potential, engine)[0]
    energy, _, _ = _by_deepmd(_model(trained), atoms)
    assert said.energy - energy == pytest.approx(_core(atoms, trained.potential), rel=1e-4)
    assert said.energy - energy > 1.0


def _core(atoms: Atoms, potential: Potential) -> float:
    """Sum the cores over all pairs, written from the formula: 4 [(σ/r)^12 - (σ/r)^6] + 1 within 2^(1/6) σ."""
    symbols = np.array(atoms.get_chemical_symbols())
    pairs = find_pairs(atoms.positions, atoms.cell.array, 4.0)
    total = 0.0
    for a, b in combinations_with_replacement(potential.elements, 2):
        reach = potential.shortest[pair_name(a, b)]
        kinds = (symbols[pairs.first], symbols[pairs.second])
        chosen = ((kinds[0] == a) & (kinds[1] == b)) | ((kinds[0] == b) & (kinds[1] == a))
        r = pairs.distances[chosen & (pairs.distances < reach)]
        x = (reach / 2.0 ** (1.0 / 6.0) / r) ** 6
        total += float(np.sum(4.0 * (x**2 - x) + 1.0))
    return total


@pytest.mark.parametrize("ranks", [1, 2])
def test_it_runs_on_one_rank_and_on_two(trained: Trained, engine: Lammps, ranks: int, record_property: Record) -> None:
    found = preflight(soft_oxide(79) * (2, 2, 1), trained.potential, engine, ranks)
    record_property(f"atom-steps a second, {ranks} ranks", round(found.atom_steps_per_second))
    record_property(f"memory, {ranks} ranks (MiB)", round(found.memory_mib))
    assert found.memory_mib > 100.0 * ranks


def test_compressed_it_says_the_same_sooner(
    trained: Trained, engine: Lammps, tmp_path: Path, record_property: Record
) -> None:
    fast = fast_potential(trained.potential, print, tmp_path)
    assert (fast.checksum, fast.as_trained) == (trained.potential.checksum, None)
    atoms = soft_oxide(82) * (2, 2, 1)
    slow_said, fast_said = (single_points([atoms], one, engine)[0] for one in (trained.potential, fast))
    assert fast_said.energy == pytest.approx(slow_said.energy, abs=1e-5 * len(atoms))
    assert_allclose(fast_said.forces, slow_said.forces, atol=1e-3)
    slow_run, fast_run = (preflight(atoms, one, engine, 1) for one in (trained.potential, fast))
    gain = fast_run.atom_steps_per_second / slow_run.atom_steps_per_second
    record_property("compressed over as trained", f"{gain:.1f}")


def test_md_in_segments_goes_on_from_restarts(trained: Trained, engine: Lammps, tmp_path: Path) -> None:
    """A hybrid style with a plugin in it must come back from a restart file; energies go on without a step."""
    stages = (
        Minimise(max_iterations=20),
        Ramp(from_K=100, to_K=150, rate_K_per_fs=0.5),
        Hold(temperature_K=150, duration_ps=0.2),
    )
    settings = MdSettings(timestep=0.001, frame_every=10, segment_steps=100, ranks=2, seed=3)
    done = simulate(MdTask(soft_oxide(80), trained.potential, stages, settings), tmp_path, Runner(engine))
    assert len(done.segments) == 3
    assert [frame.step for frame in done.trajectory()] == list(range(0, 301, 10))
    positions = np.array([frame.positions for frame in done.trajectory()])
    assert np.abs(np.diff(positions, axis=0)).max() < 0.5


def test_errors_are_smaller_than_the_forces_and_virials_have_their_sign(
    trained: Trained, place: Path, record_property: Record
) -> None:
    found = validate_potential(str(trained.card), place / "store", place / "checked", ValidationSpec(()))
    assert set(found.errors) == {"not trained", "of kinds never trained"}
    for title, domains in found.errors.items():
        record_property(
            f"force error, {title} (eV/Å)", f"{domains['all'].force_rmse:.3f} of {domains['all'].force_rms:.3f}"
        )
        assert domains["all"].force_rmse < domains["all"].force_rms
    for name in ("validation.json", "section.md", "figures/force-not-trained.svg", "figures/energy-not-trained.svg"):
        assert (place / "checked" / name).stat().st_size > 100


def test_the_card_holds_each_member_to_its_file(trained: Trained, tmp_path: Path) -> None:
    for name in (trained.card.name, "soft.pb", "soft-2.pb", KNOWN):
        shutil.copy(trained.card.with_name(name), tmp_path)
    assert read_card(tmp_path / trained.card.name).checksum == trained.potential.checksum
    with (tmp_path / "soft-2.pb").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ConfigError, match=r"soft-2\.pb .*is not the file that this card was written for"):
        read_card(tmp_path / trained.card.name)


def test_both_members_of_the_committee_are_models_of_the_same_thing(trained: Trained) -> None:
    atoms = soft_oxide(81)
    first, second = (_by_deepmd(trained.card.with_name(name), atoms)[1] for name in ("soft.pb", "soft-2.pb"))
    assert not np.array_equal(first, second)
    labels = soft_labeller().label(atoms).forces
    for forces in (first, second):
        assert float(np.corrcoef(forces.ravel(), labels.ravel())[0, 1]) > 0.5
