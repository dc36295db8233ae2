"""A teacher in another Python: PyTorch there, TensorFlow here, and neither hears of the other."""

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from ase import Atoms

from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import EngineError, StateError

_SERVER = "gbglass.teachers.serve"
_TAIL_LINES = 15
_SECONDS_TO_END = 10.0
_INSTALL = (
    "make an environment of its own with: pip install 'gbglass[teacher]', and name its Python with --teacher-python"
)


class TeacherProgram:
    """A teacher that runs as a program of another Python; it is started at once and ends with the ``with`` block.

    A structure on which it dies has no labels, and it is started again for the next one.

    Parameters
    ----------
    name
        One of `gbglass.teachers.named.TEACHERS`.
    python
        Which has gbglass and the teacher's packages.
    threads
        It may use.

    Raises
    ------
    EngineError
        If it does not start; says how to install it.

    Examples
    --------
    >>> from ase.build import bulk
    >>> with TeacherProgram("sevennet", Path("teacher/bin/python"), 1) as teacher:  # doctest: +SKIP
    ...     teacher.label(bulk("Li", "bcc", a=3.44)).energy
    -1.91

    """

    def __init__(self, name: str, python: Path, threads: int = 1) -> None:
        self._words = [str(python), "-m", _SERVER, name, str(threads)]
        self._log = tempfile.TemporaryFile(prefix="gbglass-teacher-")  # noqa: SIM115  # closed by __exit__
        self._process: subprocess.Popen[str] | None = None
        try:
            self._source = self._start()
        except BaseException:
            self._end()
            raise

    @property
    def source(self) -> LabelSource:
        """Who it is."""
        return self._source

    def label(self, atoms: Atoms) -> Labels:
        """Label one structure, which stays as it is.

        Raises
        ------
        EngineError
            If the teacher fails, or dies.
        StateError
            If it has died and does not start again, or not as who it was: then no other structure will fare better.

        """
        if self._process is None:
            self._start_again()
        said = self._ask(
            {
                "numbers": atoms.numbers.tolist(),
                "positions": atoms.positions.tolist(),
                "cell": atoms.cell.array.tolist(),
                "pbc": atoms.pbc.tolist(),
            }
        )
        if said is None:
            self._stop()
            raise EngineError(f"{self.source.name} died on {atoms.symbols}", None, self._tail())
        if "failed" in said:
            raise EngineError(str(said["failed"]))
        forces = np.array(said["forces"], dtype=np.float64)
        return Labels(float(said["energy"]), forces, np.array(said["stress"], dtype=np.float64), self.source)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> LabelSource:
        try:
            self._process = subprocess.Popen(
                self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True
            )
        except OSError as error:
            raise EngineError(f"{self._words[0]} cannot be started ({error.strerror}); {_INSTALL}") from error
        try:
            return LabelSource(**json.loads(self._pipe(self._process.stdout).readline()))
        except (ValueError, TypeError) as error:
            self._stop()
            raise EngineError(f"{' '.join(self._words)} does not answer; {_INSTALL}", None, self._tail()) from error

    def _start_again(self) -> None:
        try:
            found = self._start()
        except EngineError as error:
            raise StateError(f"{self.source.name} died and does not start again: {error}") from error
        if found != self._source:
            self._stop()
            raise StateError(f"{self.source.name} was changed while it labelled: it was {self._source}, is {found}")

    def _ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """Return what it says of one structure, or None if it has died."""
        if self._process is None:
            return None
        try:
            pipe = self._pipe(self._process.stdin)
            pipe.write(f"{json.dumps(question)}\n")
            pipe.flush()
            said: dict[str, Any] = json.loads(self._pipe(self._process.stdout).readline())
        except (OSError, ValueError):
            return None
        return said

    def _stop(self) -> None:
        """End it: closing its input is enough, unless it hangs."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            try:
                self._pipe(pipe).close()
            except OSError:  # what was not read any more
                continue
        try:
            process.wait(timeout=_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _end(self) -> None:
        self._stop()
        self._log.close()

    def _tail(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", errors="replace").splitlines()
        return "\n".join([line for line in lines if line.strip()][-_TAIL_LINES:])

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        if pipe is None:
            raise StateError("a teacher's pipes are gone")
        return pipe
