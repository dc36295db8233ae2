"""Checks on model and teacher: where both are the same physics, both must say the same; and known answers."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from ase.calculators.morse import MorsePotential
from numpy.testing import assert_allclose

from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.labels import LabelSource
from gbglass.errors import EngineError, InputError, StateError
from gbglass.lammps.drift import FreeMotion, energy_drift
from gbglass.lammps.engine import find_lammps
from gbglass.learning.crystals import lithium, spinel_host
from gbglass.learning.datasets import Split
from gbglass.learning.labelled import StoredFrame, Tag, rounded
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.by_teacher import TeacherEvaluator
from gbglass.learning.validation.check import Check, Curve, Number, read_check
from gbglass.learning.validation.checks import CHECKS, read_checks, run_checks
from gbglass.learning.validation.elastic import elastic_constants
from gbglass.learning.validation.errors import ALL, frame_errors
from gbglass.learning.validation.evaluator import Dynamics, Evaluator
from gbglass.learning.validation.states import equations_of_state
from gbglass.learning.validation.structure import CRYSTAL, MELT, distance_between
from gbglass.learning.validation.surfaces import surface_energies
from gbglass.learning.validation.validate import ValidationSpec, validate
from gbglass.report.potential_section import plain_validation, validation_section
from gbglass.teachers.calculator import CalculatorTeacher

DEPTH, PLACE, STEEP = 0.25, 3.0, 3.0
"""Of a Morse pair, the same for all elements [eV, Å, 1/Å]; at 6 Å it is 1e-4 of its depth."""


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> TeacherEvaluator:
    calculator = MorsePotential(epsilon=DEPTH, r0=PLACE, rho0=STEEP * PLACE, rcut1=2.0, rcut2=2.3)
    return TeacherEvaluator(
        CalculatorTeacher(LabelSource("morse", "ase", "1"), calculator), tmp_path_factory.mktemp("teacher")
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LammpsEvaluator:
    table = {
        "elements": ["Li", "La", "Zr", "O"],
        "pair_style": ["morse", "6.5"],
        "pair_coeff": [["*", "*", f"{DEPTH}", f"{STEEP}", f"{PLACE}"]],
        "cutoff": 6.5,
    }
    potential = own_potential(LammpsCard.model_validate(table))
    return LammpsEvaluator(potential, find_lammps(), tmp_path_factory.mktemp("checks"))


def frames(teacher: TeacherEvaluator, count: int = 4) -> list[StoredFrame]:
    found = []
    for k in range(count):
        atoms = lithium("bcc", (2, 2, 2))
        atoms.rattle(0.1, seed=k)
        atoms = rounded(atoms)
        found.append(StoredFrame(Tag("li" if k % 2 else "close", f"li/{k}", k), atoms, teacher.label([atoms])[0]))
    return found


@pytest.mark.lammps
@pytest.mark.parametrize(
    "check",
    [
        lambda evaluator: equations_of_state(evaluator, ("Li", "Zr2O4")),
        lambda evaluator: elastic_constants(evaluator, ("Li", "Zr2O4")),
        lambda evaluator: surface_energies(evaluator, ("Li",)),
    ],
    ids=["states", "elastic", "surfaces"],
)
def test_one_physics_asked_in_two_ways_gives_one_answer(
    check: Callable[[Evaluator], Check], model: LammpsEvaluator, teacher: TeacherEvaluator
) -> None:
    ours, theirs = check(model), check(teacher)
    assert [number.name for number in ours.numbers] == [number.name for number in theirs.numbers]
    assert ours.numbers
    for a, b in zip(ours.numbers, theirs.numbers, strict=True):
        assert a.value == pytest.approx(b.value, rel=0.01, abs=0.02), a.name


@pytest.mark.lammps
def test_errors_are_zero_for_the_same_physics_and_known_for_a_shift(
    model: LammpsEvaluator, teacher: TeacherEvaluator
) -> None:
    labelled = frames(teacher)
    same = frame_errors(labelled, model)
    assert list(same.domains) == ["close", "li", ALL]
    assert same.domains[ALL].force_rmse < 2e-3
    assert same.domains[ALL].energy_rmse < 2e-3
    shifted = [_shifted(frame) for frame in labelled]
    found = frame_errors(shifted, model).domains[ALL]
    assert found.energy_bias == pytest.approx(-0.1, abs=2e-3)
    assert found.energy_rmse == pytest.approx(0.1, abs=2e-3)
    assert_allclose(found.force_by_component, [0.3, 0.0, 0.0], atol=2e-3)
    assert found.force_rmse == pytest.approx(0.3 / np.sqrt(3.0), abs=2e-3)
    assert found.atoms == 4 * 16
    with pytest.raises(InputError, match="no frame to test on"):
        frame_errors([], model)


def _shifted(frame: StoredFrame) -> StoredFrame:
    """Labels with 0.1 eV more an atom, and 0.3 eV/Å more along x."""
    assert frame.labels is not None
    energy = frame.labels.energy + 0.1 * len(frame.atoms)
    forces = frame.labels.forces + np.array([0.3, 0.0, 0.0])
    return dataclasses.replace(frame, labels=dataclasses.replace(frame.labels, energy=energy, forces=forces))


@pytest.mark.lammps
def test_a_validation_is_written_down_and_its_checks_are_done_once(
    model: LammpsEvaluator, teacher: TeacherEvaluator, tmp_path: Path
) -> None:
    labelled = tuple(frames(teacher))
    run_checks(teacher, tmp_path / "teacher", ["states"])
    spec = ValidationSpec(("states",), tmp_path / "teacher")
    told: list[str] = []
    found, errors = validate(model, Split(labelled, labelled[:2], labelled[2:]), spec, told.append)
    assert told == ["errors on 4 frames", "states"]
    assert set(errors) == {"not trained", "of kinds never trained"}
    told.clear()
    again, _ = validate(model, Split(labelled, labelled[:2], labelled[2:]), spec, told.append)
    assert told == ["errors on 4 frames"]
    assert plain_validation(again) == plain_validation(found)
    section = validation_section(found)
    assert "| volume of Li (Å³/atom) |" in section
    assert section.count("| all |") == 2
    assert "| all |" not in section.split("- close: li/0 (1)\n- li: 1 (1)\n")[1].split("###")[0], "below the table"
    assert "- li: 3 (1)\n" in section
    assert found.potential in section


@pytest.mark.lammps
def test_a_check_that_fails_leaves_a_remark_and_is_tried_again(tmp_path: Path, model: LammpsEvaluator) -> None:
    lacking = dataclasses.replace(model.potential, lines=("pair_style nothing",))
    broken = dataclasses.replace(model, potential=lacking)
    found = run_checks(broken, tmp_path, ["elastic"])["elastic"]
    assert "LAMMPS failed" in found.remarks[0]
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="there is no check colour; there are states"):
        run_checks(model, tmp_path, ["colour"])
    (tmp_path / "elastic.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StateError, match="not the result of a check"):
        read_checks(tmp_path)
    assert "elastic" in CHECKS


@pytest.mark.lammps
def test_long_runs_that_blow_up_hide_nothing_of_what_else_was_found(
    tmp_path: Path, model: LammpsEvaluator, teacher: TeacherEvaluator
) -> None:
    """Spheres that attract each other without end, as a bad model's may."""
    table = {
        "elements": ["Li", "La", "Zr", "O"],
        "pair_style": ["buck", "6.5"],
        "pair_coeff": [["*", "*", "0.0", "1.0", "1000.0"]],
        "cutoff": 6.5,
    }
    bad = LammpsEvaluator(own_potential(LammpsCard.model_validate(table)), model.engine, tmp_path)
    labelled = tuple(frames(teacher))
    asked = ("stability", "melting", "transition")
    found, errors = validate(bad, Split(labelled, labelled, ()), ValidationSpec(asked), lambda _: None)
    assert set(found.checks) == set(asked)
    for check in found.checks.values():
        assert check.numbers == ()
        assert check.remarks[0].startswith("Failed: ")
    assert errors["not trained"].domains[ALL].frames == len(labelled)
    assert validation_section(found).count("Failed: ") == len(asked)
    assert not list(tmp_path.glob("checks/*.json"))


@pytest.mark.lammps
def test_dynamics_of_both_sides_sample_the_same_liquid(model: LammpsEvaluator, teacher: TeacherEvaluator) -> None:
    atoms = lithium("bcc", (2, 2, 2))
    asked = Dynamics(temperature_K=300.0, skip_ps=0.1, duration_ps=0.2, timestep_fs=2.0)
    for evaluator in (model, teacher):
        kept = list(evaluator.run(atoms, asked))
        assert len(kept) == 10
        spread = np.std([frame.positions for frame in kept], axis=0)
        assert 0.05 < float(np.sqrt((spread**2).sum(axis=1)).mean()) < 0.6


@pytest.mark.lammps
def test_free_motion_keeps_its_energy(model: LammpsEvaluator) -> None:
    found = energy_drift(lithium("bcc", (3, 3, 3)), model.potential, model.engine, FreeMotion(600.0, 1.0))
    assert abs(found.per_atom_ps) < 1e-4
    assert 200.0 < found.temperature_K < 700.0  # no lattice of Morse spheres is bcc: it changes, and warms itself
    with pytest.raises(EngineError):
        energy_drift(
            lithium("bcc", (3, 3, 3)),
            dataclasses.replace(model.potential, lines=("pair_style nothing",)),
            model.engine,
            FreeMotion(600.0, 0.1),
        )


@pytest.mark.parametrize("count", range(9))
def test_orders_of_the_electrode_differ_and_hold_what_they_should(count: int) -> None:
    cells = spinel_host().orders(count, 3)
    assert 1 <= len(cells) <= 3
    for atoms in cells:
        assert atoms.symbols.count("Li") == count
        assert (atoms.symbols.count("Zr"), atoms.symbols.count("O")) == (16, 32)


def test_a_check_is_read_back_as_it_was_written() -> None:
    curve = Curve("g", np.array([1.0, 2.0]), np.array([0.0, 1.0]), "r (Å)", "g(r)")
    check = Check("title", (Number("a", 1.5, "Å"),), (curve,), ("remark",))
    back = read_check(check.plain())
    assert back.numbers == check.numbers
    assert_allclose(back.curves[0].y, curve.y)
    assert distance_between(check, back) == {"g": 0.0}


@pytest.mark.parametrize("asked", [CRYSTAL, MELT])
def test_dynamics_that_are_asked_for_are_whole_steps_and_frames(asked: Dynamics) -> None:
    timestep = asked.timestep_fs * 1e-3
    for duration in (asked.skip_ps, asked.duration_ps, 0.02, 2.0):
        assert duration / timestep == pytest.approx(round(duration / timestep))
