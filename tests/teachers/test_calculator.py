"""A calculator as a teacher: signs and orders of what it says, and what it says when it cannot."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.lj import LennardJones
from numpy.testing import assert_allclose

from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import EngineError, InputError
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.teachers.chgnet import chgnet_teacher
from gbglass.teachers.sevennet import sevennet_teacher

SOURCE = LabelSource("by hand", "1", "")


@pytest.fixture
def teacher() -> CalculatorTeacher:
    return CalculatorTeacher(LabelSource("emt", "ase", ""), EMT())


@pytest.fixture
def sheared() -> Atoms:
    """Copper without any symmetry, so that all six stresses differ."""
    atoms: Atoms = bulk("Cu", cubic=True) * (2, 2, 2)
    atoms.rattle(0.1, seed=1)
    strain = np.array([[1.03, 0.02, 0.01], [0.0, 0.98, 0.04], [0.0, 0.0, 1.01]])
    atoms.set_cell(atoms.cell.array @ strain, scale_atoms=True)
    return atoms


def test_forces_and_virial_are_derivatives_of_the_energy(teacher: CalculatorTeacher, sheared: Atoms) -> None:
    """By central differences: F = -dE/dx and W = -dE/dε, each component by itself."""
    labels, step = teacher.label(sheared), 1e-4
    for atom, axis in ((0, 0), (7, 1), (20, 2)):
        energies = []
        for sign in (1, -1):
            moved = sheared.copy()
            moved.positions[atom, axis] += sign * step
            energies.append(teacher.label(moved).energy)
        assert_allclose(labels.forces[atom, axis], -(energies[0] - energies[1]) / (2 * step), atol=1e-6)
    virial = labels.virial(sheared.get_volume())
    for i in range(3):
        for j in range(3):
            energies = []
            for sign in (1, -1):
                strain = np.eye(3)
                strain[i, j] += 0.5 * sign * step
                strain[j, i] += 0.5 * sign * step
                strained = sheared.copy()
                strained.set_cell(sheared.cell.array @ strain, scale_atoms=True)
                energies.append(teacher.label(strained).energy)
            assert_allclose(virial[i, j], -(energies[0] - energies[1]) / (2 * step), rtol=1e-4, atol=1e-4)


def test_the_structure_stays_as_it_is(teacher: CalculatorTeacher, sheared: Atoms) -> None:
    before = sheared.copy()
    teacher.label(sheared)
    assert sheared == before
    assert sheared.calc is None


def test_what_a_calculator_raises_becomes_a_named_cause() -> None:
    teacher = CalculatorTeacher(LabelSource("emt", "ase", ""), EMT())
    with pytest.raises(EngineError, match=r"emt failed on Li2: \w+: .*Li"):
        teacher.label(bulk("Li", cubic=True))


def test_numbers_that_are_not_finite_are_refused() -> None:
    two_on_one_place = Atoms("Ar2", np.zeros((2, 3)), cell=[9, 9, 9], pbc=True)
    teacher = CalculatorTeacher(LabelSource("lj", "ase", ""), LennardJones())
    with np.errstate(all="ignore"), pytest.raises((EngineError, InputError), match="lj"):
        teacher.label(two_on_one_place)
    for energy, forces, stress in (
        (np.nan, np.zeros((1, 3)), np.zeros(6)),
        (0.0, np.full((1, 3), np.inf), np.zeros(6)),
        (0.0, np.zeros((1, 3)), np.full(6, np.nan)),
    ):
        with pytest.raises(InputError, match="not finite"):
            Labels(energy, forces, stress, SOURCE)


def test_arrays_of_another_shape_are_refused_and_none_can_be_written_to() -> None:
    with pytest.raises(InputError, match=r"\(6,\)"):
        Labels(0.0, np.zeros((2, 3)), np.zeros((3, 3)), SOURCE)
    with pytest.raises(InputError, match=r"\(n_atoms, 3\)"):
        Labels(0.0, np.zeros(6), np.zeros(6), SOURCE)
    labels = Labels(0.0, np.zeros((2, 3)), np.zeros(6), SOURCE)
    with pytest.raises(ValueError, match="read-only"):
        labels.forces[0, 0] = 1.0


@pytest.mark.parametrize("load", [sevennet_teacher, chgnet_teacher])
def test_a_missing_package_is_named_with_its_extra(load: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_name: str) -> None:
        return None

    monkeypatch.setattr("gbglass.teachers.calculator.find_spec", nothing)
    assert callable(load)
    with pytest.raises(EngineError, match=r"pip install 'gbglass\[teacher\]'"):
        load()
