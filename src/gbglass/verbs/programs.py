"""Programs besides LAMMPS that a study may ask: a teacher and GPAW, each in a Python of its own."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from gbglass.dft.gpaw import Gpaw, find_gpaw
from gbglass.studies.static import Labeller
from gbglass.teachers.program import TeacherProgram

_PACKAGES = {"sevennet": "sevenn", "chgnet": "chgnet"}


@dataclass(frozen=True)
class OtherPrograms:
    """Which Pythons have them; where one is not named, ours counts if it has the package.

    Parameters
    ----------
    teacher
        A Python with gbglass and the packages of a teacher.
    gpaw
        A Python with GPAW.

    """

    teacher: Path | None = None
    gpaw: Path | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """The options of ``gbglass`` that name them."""
        teacher = ("--teacher-python", str(self.teacher.absolute())) if self.teacher is not None else ()
        gpaw = ("--gpaw-python", str(self.gpaw.absolute())) if self.gpaw is not None else ()
        return *teacher, *gpaw

    def why_no_teacher(self, name: str) -> str:
        """Say what is missing for a teacher; empty if nothing is."""
        if self.teacher is not None or find_spec(_PACKAGES[name]) is not None:
            return ""
        return f"no Python with the teacher {name} was named (--teacher-python or GBGLASS_TEACHER_PYTHON)"

    def why_no_gpaw(self) -> str:
        """Say what is missing for GPAW; empty if nothing is."""
        if self.gpaw is not None or find_spec("gpaw") is not None:
            return ""
        return "no Python with GPAW was named (--gpaw-python or GBGLASS_GPAW_PYTHON)"

    def find_gpaw(self) -> Gpaw | None:
        """Ask for its version; None if there is none.

        Raises
        ------
        EngineError
            If a Python was named and has none.

        """
        return None if self.why_no_gpaw() else find_gpaw(self.gpaw)


NO_OTHERS = OtherPrograms()
"""None are named."""


@contextmanager
def one_teacher(programs: OtherPrograms, threads: int) -> Iterator["OneTeacher"]:
    """Keep a teacher from its first question to the end of the block: it takes long to start."""
    keeper = OneTeacher(programs, threads)
    try:
        yield keeper
    finally:
        keeper.end()


class OneTeacher:
    """Starts a teacher when it is first asked."""

    def __init__(self, programs: OtherPrograms, threads: int) -> None:
        self._start = partial(TeacherProgram, python=programs.teacher or Path(sys.executable), threads=threads)
        self._started: dict[str, TeacherProgram] = {}

    def ask(self, name: str) -> AbstractContextManager[Labeller]:
        """Return a teacher; it stays when the block of its use ends."""
        if name not in self._started:
            self._started[name] = self._start(name)
        return nullcontext(self._started[name])

    def end(self) -> None:
        """End all."""
        while self._started:
            self._started.popitem()[1].__exit__(None, None, None)
