"""A teacher that answers through its standard input and output, for a Python that has not its packages.

``python -m gbglass.teachers.serve sevennet 1`` writes who it is in a line of JSON, then one line for each line that it
reads: a structure in, its labels out, or why there are none. It ends when its input does, so that it never outlives
whoever asked. Whatever its packages print goes to standard error.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from ase import Atoms

from gbglass.errors import GbglassError
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.teachers.named import TEACHERS


def answer(teacher: CalculatorTeacher, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Label a structure given as plain data; a failure is an answer too.

    Parameters
    ----------
    teacher
        Who is asked.
    asked
        ``numbers``, ``positions`` [Å], ``cell`` [Å] and ``pbc``.

    Examples
    --------
    >>> from ase.calculators.emt import EMT
    >>> from gbglass.core.labels import LabelSource
    >>> teacher = CalculatorTeacher(LabelSource("emt", "ase", ""), EMT())
    >>> answer(teacher, {"numbers": [3], "positions": [[0, 0, 0]], "cell": [3, 3, 3], "pbc": True})
    {'failed': 'emt failed on Li: NotImplementedError: No EMT-potential for Li'}

    """
    try:
        labels = teacher.label(Atoms(**asked))
    except GbglassError as error:
        return {"failed": str(error)}
    return {"energy": labels.energy, "forces": labels.forces.tolist(), "stress": labels.stress.tolist()}


def serve(load: Callable[[], CalculatorTeacher]) -> None:
    """Load a teacher and answer until there is nothing more to read.

    Parameters
    ----------
    load
        Returns the teacher; what it prints goes to standard error already.

    """
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        teacher = load()
        answers.write(f"{json.dumps(asdict(teacher.source))}\n")
        answers.flush()
        for line in sys.stdin:
            answers.write(f"{json.dumps(answer(teacher, json.loads(line)))}\n")
            answers.flush()


if __name__ == "__main__":
    serve(lambda: TEACHERS[sys.argv[1]](int(sys.argv[2])))
