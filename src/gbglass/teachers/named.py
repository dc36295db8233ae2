"""The teachers by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.teachers.chgnet import chgnet_teacher
from gbglass.teachers.sevennet import sevennet_teacher

TEACHERS: Mapping[str, Callable[[int], CalculatorTeacher]] = MappingProxyType(
    {"sevennet": sevennet_teacher, "chgnet": chgnet_teacher}
)
"""Functions that load a teacher with a number of threads."""
