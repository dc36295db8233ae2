"""A teacher in another process says what it says in this one, and its death costs one structure."""

import sys
from pathlib import Path

import ase
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from numpy.testing import assert_array_equal

from gbglass.core.labels import LabelSource
from gbglass.errors import EngineError, StateError
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.teachers.program import TeacherProgram

SOURCE = LabelSource("emt", f"ase {ase.__version__}", "")

SCRIPT = """#!{python}
import os, sys
from pathlib import Path
from ase.calculators.emt import EMT
from gbglass.core.labels import LabelSource
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.teachers.serve import serve

class Mortal(EMT):
    def calculate(self, atoms=None, properties=("energy",), system_changes=()):
        print("packages print whatever they like")
        if "Au" in atoms.symbols:
            print("no memory", file=sys.stderr)
            os._exit(9)
        EMT.calculate(self, atoms, properties, system_changes)

def load():
    print("so do they when they are loaded")
    if Path(__file__).with_name("gone").exists():
        raise RuntimeError("the weights are gone")
    return CalculatorTeacher(LabelSource("emt", "ase {version}", ""), Mortal())

serve(load)
"""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Stand in for a Python: a program that serves EMT whatever it is asked to load."""
    path = tmp_path / "python"
    path.write_text(SCRIPT.format(python=sys.executable, version=ase.__version__), encoding="utf-8")
    path.chmod(0o755)
    return path


def rattled(seed: int) -> Atoms:
    atoms: Atoms = bulk("Cu", cubic=True) * (2, 1, 1)
    atoms.positions += np.random.default_rng(seed).normal(scale=0.05, size=atoms.positions.shape)
    return atoms


def test_labels_come_through_to_the_last_bit_and_it_ends_with_the_block(python: Path) -> None:
    here = CalculatorTeacher(SOURCE, EMT())
    with TeacherProgram("any", python) as there:
        assert there.source == SOURCE
        process = there._process
        for seed in range(3):
            mine, its = here.label(rattled(seed)), there.label(rattled(seed))
            assert its.energy == mine.energy
            assert_array_equal(its.forces, mine.forces)
            assert_array_equal(its.stress, mine.stress)
        with pytest.raises(EngineError, match="emt failed on Zr"):
            there.label(bulk("Zr"))
        assert there.label(rattled(9)).energy == pytest.approx(here.label(rattled(9)).energy)
    assert process is not None
    assert process.returncode == 0


def test_a_structure_that_kills_it_has_no_labels_and_the_next_one_has(python: Path) -> None:
    with TeacherProgram("any", python) as teacher:
        with pytest.raises(EngineError, match="died on Au") as caught:
            teacher.label(bulk("Au"))
        assert "no memory" in caught.value.log_tail
        assert np.isfinite(teacher.label(rattled(1)).energy)
        with pytest.raises(EngineError, match="died on Au"):
            teacher.label(bulk("Au"))
        python.with_name("gone").touch()
        with pytest.raises(StateError, match="does not start again"):
            teacher.label(rattled(1))


def test_it_ends_when_whoever_asked_is_gone(python: Path) -> None:
    teacher = TeacherProgram("any", python)
    process = teacher._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # what the kernel does when we die
    assert process.wait(timeout=10) == 0
    teacher.__exit__(None, None, None)


@pytest.mark.parametrize("name", ["absent", "python"])
def test_a_python_that_cannot_is_named_with_what_to_do(name: str, python: Path) -> None:
    python.with_name("gone").touch()
    with pytest.raises(EngineError, match=r"gbglass\[teacher\]") as caught:
        TeacherProgram("sevennet", python.with_name(name))
    assert name == "absent" or "the weights are gone" in caught.value.log_tail
