"""A real but cheap labeller that knows every element."""

import ase
import pytest
from ase.calculators.lj import LennardJones

from gbglass.core.labels import LabelSource
from gbglass.teachers.calculator import CalculatorTeacher


def soft_labeller() -> CalculatorTeacher:
    """Lennard-Jones spheres, the same for all elements, small enough to fit anywhere."""
    source = LabelSource("soft-spheres", f"ase {ase.__version__}", "sigma 2.2, epsilon 0.05, rc 4")
    return CalculatorTeacher(source, LennardJones(sigma=2.2, epsilon=0.05, rc=4.0, smooth=True))


@pytest.fixture(scope="session")
def labeller() -> CalculatorTeacher:
    return soft_labeller()
