"""What LAMMPS logs: tables of thermodynamic output, also while they grow."""

import os
import re
from pathlib import Path

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.errors import FormatError

THERMO_COLUMNS = (
    *("step", "time", "temp", "press", "pe", "etotal"),
    *("lx", "ly", "lz", "pxx", "pyy", "pzz", "v_normal"),
)
"""What our decks print: [1, ps, K, bar, eV, eV; Å, Å, Å, bar, bar, bar, bar].

The temperature is that of the atoms that move. The last column is what acts along z: the pressure, or in a discharge
the force on the held layer over the area.
"""

PRESSURES = "pressures along the cell"
"""Introduces the line in which a minimisation says what pressures it left."""

SHEARS = "shears of the cell"
"""The same of what would change its angles, xy, xz and yz."""

_HEADER_WORD = "Step"
_TAIL_BYTES = 4096


def last_step(log: Path) -> int | None:
    """Return the MD step of the newest complete row of a log, or None before the first."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES), os.SEEK_SET)
            lines = file.read().decode(errors="replace").splitlines(keepends=True)
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        words = line.split()
        if line.endswith("\n") and len(words) == len(THERMO_COLUMNS) and words[0].isdigit():
            return int(words[0])
    return None


def read_thermo(log: Path) -> FloatArray:
    """Read all rows of the thermodynamic tables of a finished log.

    Returns
    -------
    FloatArray
        One row an output, columns as in `THERMO_COLUMNS` [(n_rows, 13)].

    Raises
    ------
    FormatError
        If there is no table, or one of its rows is not made of numbers.

    """
    rows: list[list[float]] = []
    inside = False
    for number, line in enumerate(log.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        words = line.split()
        if words[:1] == [_HEADER_WORD]:
            inside = True
        elif line.startswith("Loop time"):
            inside = False
        elif inside and words and words[0].isdigit():  # warnings may stand between the rows
            rows.append(_row(log, number, words))
    if not rows:
        raise FormatError(log, 1, "there is no thermodynamic table in it")
    return np.array(rows)


def stopping_criterion(log: Path) -> str:
    """Return why a minimisation ended, in LAMMPS' words, such as ``"force tolerance"`` or ``"max iterations"``.

    If the cell moved too, there were several in a row: the last one counts.

    Raises
    ------
    FormatError
        If the log does not say.

    """
    found = re.findall(r"^  Stopping criterion = (.+)$", log.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if not found:
        raise FormatError(log, 1, "does not say why its minimisation ended")
    return str(found[-1]).strip()


def pressures_left(log: Path) -> tuple[float, float, float]:
    """Return the pressures along x, y and z that a minimisation left [bar].

    Raises
    ------
    FormatError
        If the log does not say.

    """
    return _three(log, PRESSURES)


def shears_left(log: Path) -> tuple[float, float, float]:
    """Return the shears xy, xz and yz that a minimisation left [bar].

    Raises
    ------
    FormatError
        If the log does not say.

    """
    return _three(log, SHEARS)


def _three(log: Path, what: str) -> tuple[float, float, float]:
    found = re.search(rf"^{what}: (\S+) (\S+) (\S+) bar$", log.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if not found:
        raise FormatError(log, 1, f"does not say the {what} that its minimisation left")
    x, y, z = map(float, found.groups())
    return x, y, z


def _row(log: Path, number: int, words: list[str]) -> list[float]:
    try:
        row = [float(word) for word in words]
    except ValueError as error:
        raise FormatError(log, number, f"is not a row of numbers ({error})") from error
    if len(row) != len(THERMO_COLUMNS):
        raise FormatError(log, number, f"has {len(row)} columns, {len(THERMO_COLUMNS)} are due")
    return row
