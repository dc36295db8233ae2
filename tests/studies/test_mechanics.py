"""A cell pulled apart: what cannot be measured is refused; a real pull is read as its log says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase.io import write

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.errors import ConfigError, InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.report.course import with_course
from gbglass.report.folder import write_report
from gbglass.report.present import campaign_rows, present
from gbglass.report.run import results_record
from gbglass.studies.kinds import STUDIES
from gbglass.studies.mechanics import MechanicsFindings
from gbglass.studies.reading import check_study
from tests.report.browser import look_at

BULK = {"bulk": {"repeats": [1, 1, 1]}}
BOUNDARY = {"axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 9}
HOLD = {"kind": "hold", "temperature_K": 300.0, "duration_ps": 0.1, "ensemble": "npt"}


def strain(to: float = 0.02, rate: float = 0.0025) -> dict[str, Any]:
    return {"kind": "strain", "temperature_K": 300.0, "to_strain": to, "rate_per_ps": rate, "lateral": "fixed"}


def study(*stages: dict[str, Any], **models: object) -> dict[str, Any]:
    return {
        "study": "mechanics",
        "name": "pull",
        "seed": 1,
        "potential": {"name": "buckingham-llzo"},
        "stage": [{"kind": "minimise", "max_iterations": 20}, *stages],
        "run": {"frame_every_ps": 0.5, "segment_ps": 3.0, "ranks": 1},
        **models,
    }


@pytest.mark.lammps
@pytest.mark.xdist_group("mechanics")
def test_a_pull_is_read_as_its_log_says(tmp_path: Path) -> None:
    """Segments must not show: the curve is one, its first row is where the strain began."""
    kind = STUDIES["mechanics"]
    planned = kind.plan(check_study(study(HOLD, strain(), model=BULK)))
    engine = find_lammps()
    simulation = simulate(planned.task, tmp_path, Runner(engine))
    found = kind.collect(planned, simulation, engine, "gbglass run pull.toml")
    assert isinstance(found, MechanicsFindings)
    curve = found.curve
    assert curve.strain[-1] == pytest.approx(0.02 - 0.5 * 0.0025, abs=2e-4), (
        "the last mean lies half a ps before the end"
    )
    assert curve.strain_rate == pytest.approx(0.0025, rel=1e-6)
    assert 20.0 < curve.modulus.value < 300.0
    lengths = simulation.thermo()[:, 8]
    assert lengths[-1] / lengths[1] - 1.0 == pytest.approx(0.02, abs=1e-6)
    shown = with_course(present(found), simulation.trajectory())
    record = results_record(shown)
    (row,) = campaign_rows(record)
    assert row["strength (GPa)"] == curve.strength
    assert row["verdict"] == "holds"
    assert "did not break up to" in " ".join(record["remarks"])
    np.testing.assert_allclose(record["stress_strain"]["curve"]["stress"]["values"], curve.stress, atol=1e-6)
    write_report(shown, tmp_path / "page")
    look_at(tmp_path / "page" / "report.html")


@pytest.mark.parametrize(
    ("raw", "path", "says"),
    [
        (study(HOLD, strain()), "model", "is missing"),
        (study(HOLD, strain(), model={}), "model", "one of the keys boundary, bulk, file, got none"),
        (study(HOLD, strain(), model={**BULK, "boundary": BOUNDARY}), "model", "got boundary and bulk"),
        (study(HOLD, strain(), model={"boundary": {**BOUNDARY, "layers": 1}}), "model.boundary.layers", "thick"),
        (study(HOLD, strain(), model={"boundary": {**BOUNDARY, "laiers": 1}}), "model.boundary.laiers", "'layers'"),
        (study({**HOLD, "ensemble": "nvt"}, model=BULK), "stage.2.kind", "must be a strain"),
        (study(HOLD, strain(-0.02), model=BULK), "stage.3.kind", "'to_strain' above 0"),
        (study(HOLD, strain(0.4, 0.1), model=BULK), "stage.3.rate_per_ps", "take 0.0025 per ps or less"),
        (study({**HOLD, "duration_ps": 0.15}, strain(), model=BULK), "stage.3", "between two rows of the log"),
        (study(HOLD, strain(), model={"bulk": {"repeats": [0, 1, 1]}}), "model.bulk.repeats.1", "greater"),
        (study(HOLD, strain(), model={"bulk": {"repeat": [1, 1, 1]}}), "model.bulk.repeat", "did you mean 'repeats'"),
        (study(HOLD, strain(), model={"file": "absent.xyz"}), "model.file", "there is no file"),
        ({**study(HOLD, strain(), model=BULK), "study": "mechanic"}, "study", "did you mean 'mechanics'"),
        ({}, "study", "one of segregation, "),
    ],
)  # fmt: skip
def test_what_could_not_be_measured_is_named(raw: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw)
    assert says in dict(caught.value.problems)[path]


def test_a_structure_of_ones_own_is_taken_as_it_is(tmp_path: Path) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(3))
    write(tmp_path / "mine.extxyz", atoms)
    planned = STUDIES["mechanics"].plan(
        check_study(study(HOLD, strain(), model={"file": "mine.extxyz"}), tmp_path / "study.toml")
    )
    assert np.abs(planned.atoms.positions - atoms.positions).max() < 1e-6
    assert planned.title == "mine.extxyz"
    assert planned.ledger.formal_charge == 0.0


def test_a_tilted_cell_is_not_pulled(tmp_path: Path) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(3))
    atoms.set_cell([[12.98, 0, 0], [1.0, 12.98, 0], [0, 0, 12.98]], scale_atoms=True)
    write(tmp_path / "tilted.extxyz", atoms)
    with pytest.raises(InputError, match="must be at right angles"):
        STUDIES["mechanics"].plan(
            check_study(study(HOLD, strain(), model={"file": "tilted.extxyz"}), tmp_path / "study.toml")
        )
