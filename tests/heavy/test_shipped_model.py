"""The model in the wheel, as LAMMPS runs it: the energy of its card, its labels, its committee, a study by its name."""

import json
from pathlib import Path

import numpy as np
import pytest

from gbglass.core.arrays import FloatArray
from gbglass.core.packaged import load_potential
from gbglass.core.potential import Potential
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.preflight import check_known_energy
from gbglass.lammps.single_points import single_points
from gbglass.learning.compression import fast_potential
from gbglass.learning.datasets import split_frames
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.verbs.potential import held_out_origins
from tests.cli.here import gbglass

pytestmark = [pytest.mark.heavy, pytest.mark.lammps, pytest.mark.filterwarnings("ignore")]

STORE = Path(__file__).parents[2] / "data" / "training"

STUDY = """
study = "transport"
name = "toy"
seed = 1
potential = { name = "buckingham-llzo" }
model = { bulk = { repeats = [1, 1, 1] } }
stage = [{ kind = "minimise", max_iterations = 5 }, { kind = "hold", temperature_K = 900.0, duration_ps = 0.2 }]
run = { frame_every_ps = 0.01, segment_ps = 0.1, ranks = 1 }
"""


@pytest.fixture(scope="module")
def model() -> Potential:
    pytest.importorskip("deepmd")
    return load_potential("deepmd-llzo")


@pytest.fixture(scope="module")
def engine() -> Lammps:
    return find_lammps()


@pytest.fixture(scope="module")
def unseen() -> list[StoredFrame]:
    """Two frames of cubic LLZO and two of lithium on it that were never trained."""
    frames = split_frames(LabelStore(STORE).frames(), held_out_origins()).validation
    by_domain = {name: [frame for frame in frames if frame.tag.domain == name] for name in ("c-llzo", "li on llzo")}
    return [frame for some in by_domain.values() for frame in some[:2]]


def forces_of(potential: Potential, frames: list[StoredFrame], engine: Lammps) -> FloatArray:
    return np.concatenate([found.forces for found in single_points([f.atoms for f in frames], potential, engine)])


def rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def test_it_gives_the_energy_of_its_card_as_trained_and_compressed(model: Potential, engine: Lammps) -> None:
    assert model.known is not None
    check_known_energy(model, engine)
    check_known_energy(fast_potential(model, print), engine)


def test_each_of_the_committee_is_near_the_teacher_and_none_is_another(
    model: Potential, engine: Lammps, unseen: list[StoredFrame]
) -> None:
    true = np.concatenate([frame.labels.forces for frame in unseen if frame.labels is not None])
    said = [forces_of(one, unseen, engine) for one in (model, *model.committee)]
    assert len(said) == 4
    for forces in said:
        assert rms(forces - true) < 0.25 < 0.5 * rms(true)
    for number, forces in enumerate(said):
        for other in said[:number]:
            assert 0.01 < rms(forces - other) < 0.25


def test_a_study_of_another_potential_runs_with_it_and_says_so(model: Potential, tmp_path: Path) -> None:
    (tmp_path / "toy.toml").write_text(STUDY, encoding="utf-8")
    done = gbglass("run", "toy.toml", "--potential", model.name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name == "toy-deepmd-llzo"
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert (results["potential"]["name"], results["potential"]["checksum"]) == (model.name, model.checksum)
    assert "deepmd-llzo" in (folder / "report.html").read_text(encoding="utf-8")
