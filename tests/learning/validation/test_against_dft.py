"""Errors against DFT: offsets of energies do not count, what differs does, and reactions are balanced."""

import dataclasses
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from ase.calculators.morse import MorsePotential

from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.labels import Labels, LabelSource
from gbglass.core.packaged import load_potential
from gbglass.errors import InputError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.labelling import label_origins
from gbglass.learning.origins import Workshop
from gbglass.learning.small_cells import crystal_of, small_cell, small_origins
from gbglass.learning.validation.against_dft import (
    ALL,
    REACTIONS,
    Reaction,
    against_dft,
    applies,
    ask,
    dft_frames,
    labels_of,
    reaction_energies,
    restless,
)
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.validate import ValidationSpec, validate
from gbglass.report.potential_section import plain_validation, validation_section
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.units import GPA_PER_EV_PER_A3

DEPTH, PLACE, STEEP = 0.25, 3.0, 3.0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> LabelStore:
    """What soft pairs, in the place of DFT, say of two frames of each small cell."""
    calculator = MorsePotential(epsilon=DEPTH, r0=PLACE, rho0=STEEP * PLACE, rcut1=2.0, rcut2=2.3)
    teacher = CalculatorTeacher(LabelSource("morse", "ase", "1"), calculator)
    folder = tmp_path_factory.mktemp("dft")
    origins = [dataclasses.replace(origin, size=2) for origin in small_origins()]
    label_origins(origins, Workshop(teacher, find_lammps(), folder / "work"), LabelStore(folder / "store"))
    return LabelStore(folder / "store")


@pytest.fixture(scope="module")
def frames(store: LabelStore) -> list[StoredFrame]:
    return dft_frames(store.frames())


@pytest.fixture
def model(tmp_path: Path) -> LammpsEvaluator:
    table = {
        "elements": ["Li", "La", "Zr", "O"],
        "pair_style": ["morse", "6.5"],
        "pair_coeff": [["*", "*", f"{DEPTH}", f"{STEEP}", f"{PLACE}"]],
        "cutoff": 6.5,
    }
    return LammpsEvaluator(own_potential(LammpsCard.model_validate(table)), find_lammps(), tmp_path)


@pytest.mark.parametrize("reaction", REACTIONS, ids=lambda reaction: reaction.name)
def test_reactions_are_balanced(reaction: Reaction) -> None:
    atoms: dict[str, float] = defaultdict(float)
    for crystal, count in reaction.parts.items():
        for symbol, number in Counter(small_cell(crystal).get_chemical_symbols()).items():
            atoms[symbol] += count * number
    assert all(abs(left) < 1e-9 for left in atoms.values())


def test_a_zero_of_energy_of_its_own_is_no_error(frames: list[StoredFrame]) -> None:
    zero = {"Li": 1.0, "La": -3.0, "Zr": 7.0, "O": 0.5}
    shifted = {
        frame.tag.name: dataclasses.replace(
            labels, energy=labels.energy + sum(zero[symbol] for symbol in frame.atoms.get_chemical_symbols())
        )
        for frame, labels in ((frame, labels_of([frame])[frame.tag.name]) for frame in frames)
    }
    found = against_dft("shifted", frames, shifted)
    assert found.crystals[ALL].energy == pytest.approx(0.0, abs=1e-9)
    assert found.crystals[ALL].force == 0.0
    true = reaction_energies(frames, labels_of(frames))
    assert len(true) == len(REACTIONS)
    assert found.reactions == pytest.approx(true)


def test_known_errors_are_found(frames: list[StoredFrame]) -> None:
    """The pressed frame of each crystal is 0.2 eV/atom too high: 0.1 either way of the mean."""

    def wrong(frame: StoredFrame, labels: Labels) -> Labels:
        energy = labels.energy + 0.2 * frame.tag.index * len(frame.atoms)
        return Labels(energy, labels.forces + np.array([0.3, 0.0, 0.0]), labels.stress + 0.01, labels.source)

    said = {frame.tag.name: wrong(frame, labels_of([frame])[frame.tag.name]) for frame in frames}
    found = against_dft("wrong", frames, said)
    for errors in found.crystals.values():
        assert errors.energy == pytest.approx(0.1)
        assert errors.force == pytest.approx(0.3 / np.sqrt(3.0))
        assert errors.stress == pytest.approx(0.01 * GPA_PER_EV_PER_A3)
    assert found.crystals[ALL].frames == len(frames)


def test_lammps_says_of_primitive_cells_what_another_program_says(
    frames: list[StoredFrame], model: LammpsEvaluator
) -> None:
    found = against_dft("model", frames, ask(model, frames))
    errors = found.crystals[ALL]
    assert errors.energy == pytest.approx(0.0, abs=1e-3)
    assert errors.force < 2e-3
    assert errors.stress < 0.02 * errors.stress_rms


def test_fixed_charges_speak_of_neutral_cells_only(frames: list[StoredFrame]) -> None:
    buckingham = load_potential("buckingham-llzo")
    spoken = {crystal_of(frame.tag.origin) for frame in frames if applies(buckingham, frame)}
    assert spoken == {"Li2O", "ZrO2", "La2O3", "Li2ZrO3", "Zr2O4"}


def test_crystals_under_force_are_named(frames: list[StoredFrame]) -> None:
    pulled = [_with_forces(frame, 1.0 if crystal_of(frame.tag.origin) == "Li2O" else 0.1) for frame in frames]
    assert restless(pulled) == {"Li2O": pytest.approx(np.sqrt(3.0))}
    assert restless(frame for frame in pulled if frame.tag.index) == {}
    assert restless([_with_forces(frame, 0.1) for frame in frames]) == {}


def _with_forces(frame: StoredFrame, each: float) -> StoredFrame:
    assert frame.labels is not None
    forces = np.full((len(frame.atoms), 3), each)
    return dataclasses.replace(frame, labels=dataclasses.replace(frame.labels, forces=forces))


def test_a_labeller_of_other_frames_is_refused(frames: list[StoredFrame]) -> None:
    with pytest.raises(InputError, match="nobody says nothing of the frames that DFT has labelled"):
        against_dft("nobody", frames, {})
    with pytest.raises(InputError, match=r"tools/label_small_cells\.py"):
        dft_frames([dataclasses.replace(frames[0], labels=None)])


@pytest.mark.lammps
def test_a_validation_shows_teacher_and_model_side_by_side(store: LabelStore, tmp_path: Path) -> None:
    evaluator = LammpsEvaluator(load_potential("buckingham-llzo"), find_lammps(), tmp_path / "checked")
    place = store._folder  # where the fixture put it
    found, errors = validate(evaluator, None, ValidationSpec((), dft=place, dft_teacher=place), lambda _line: None)
    assert not errors
    assert found.dft is not None
    teacher, potential = found.dft.others
    assert teacher.crystals[ALL].force == 0.0
    assert potential.crystals[ALL].frames == 10
    assert "cannot speak of Li, LiZr2O4, Li0.5Zr2O4" in found.dft.remarks[-1]
    section = validation_section(found)
    assert "### Against morse" in section
    row = next(line for line in section.splitlines() if line.startswith("| mean voltage (V) |"))
    assert row.endswith("|  |")
    assert plain_validation(found)["dft"]["others"][0]["name"] == "morse"
