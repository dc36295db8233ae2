"""The learning curve that DeePMD-kit writes while it trains."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.errors import FormatError


@dataclass(frozen=True)
class LearningCurve:
    """Errors while training went on; each row is of a few frames only, so that single rows scatter.

    Parameters
    ----------
    steps
        Of Adam [int, (n_rows,)].
    energy, force, virial
        Root mean square errors on frames that are not trained [eV/atom, eV/Å, eV/atom, (n_rows,)].
    trained_force
        The same of forces on trained frames [eV/Å, (n_rows,)].
    rate
        Learning rate [1, (n_rows,)].

    """

    steps: IntArray
    energy: FloatArray
    force: FloatArray
    virial: FloatArray
    trained_force: FloatArray
    rate: FloatArray


def read_learning_curve(path: Path) -> LearningCurve:
    """Read ``lcurve.out``, also while it grows; what a restart wrote again is taken once.

    Raises
    ------
    FormatError
        If it is something else.

    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    header = lines[0].removeprefix("#").split() if lines else []
    if header and (header[0], header[-1]) != ("step", "lr"):
        raise FormatError(path, 1, f"is not the header of a learning curve: {lines[0].strip()}")
    rows: dict[int, list[float]] = {}
    for number, line in enumerate(lines, start=1):
        if line.startswith("#") or not line.endswith("\n"):
            continue
        try:
            row = [float(word) for word in line.split()]
        except ValueError as error:
            raise FormatError(path, number, f"is not a row of numbers ({error})") from error
        if len(row) == len(header):
            rows[int(row[0])] = row
    table = np.array([rows[step] for step in sorted(rows)]).reshape(len(rows), len(header))
    columns = {name: frozen_floats(table[:, place]) for place, name in enumerate(header)}
    return _curve(columns)


def last_step(path: Path, since: int) -> int | None:
    """Return the step of the last whole row that was written after a place in a learning curve, None without one.

    A restart appends: the steps between its checkpoint and the end of what was there stand in the file twice.

    Parameters
    ----------
    path
        ``lcurve.out``; may not exist yet.
    since
        Size that the file had [bytes].

    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(since)
        rows = [line for line in file.read().splitlines(keepends=True) if line.endswith(b"\n") and line[:1] != b"#"]
    words = rows[-1].split() if rows else []
    return int(words[0]) if words and words[0].isdigit() else None


def _curve(columns: Mapping[str, FloatArray]) -> LearningCurve:
    """Take the columns of validation; without any, DeePMD-kit writes those of trained frames without a suffix."""
    nothing = frozen_floats([])

    def column(name: str, kind: str) -> FloatArray:
        return columns.get(f"{name}_{kind}", columns.get(name, nothing))

    return LearningCurve(
        frozen_ints(columns.get("step", nothing)),
        column("rmse_e", "val"),
        column("rmse_f", "val"),
        column("rmse_v", "val"),
        column("rmse_f", "trn"),
        columns.get("lr", nothing),
    )
