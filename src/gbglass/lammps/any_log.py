"""Logs of anybody's LAMMPS: what they say of units and time steps, and all their thermodynamic tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.errors import FormatError, InputError

_HEADER_WORD = "Step"
_OTHER_STYLES = {
    "thermo_style multi": re.compile(r"-+ Step\s+\d+ -+ CPU"),
    "thermo_style yaml": re.compile(r"keywords: \["),
}
"""How the output of the styles begins that print no rows."""

_UNITS = re.compile(r"units\s+([a-z]+)\s*(?:#.*)?")
_TIMESTEP = re.compile(r"timestep\s+([0-9.eE+-]+)\s*(?:#.*)?")


@dataclass(frozen=True)
class ThermoTable:
    """What LAMMPS printed during one run.

    Parameters
    ----------
    names
        Of the columns, in lower case.
    rows
        In the log's own units [(n_rows, n_columns)].
    timestep
        The last that was set before it, in the log's own unit of time; None if the log does not say.

    """

    names: tuple[str, ...]
    rows: FloatArray
    timestep: float | None

    def column(self, name: str) -> FloatArray:
        """Return a column by its name in lower case.

        Raises
        ------
        InputError
            If there is none.

        """
        if name not in self.names:
            raise InputError(f"no column {name} in the log; there are {', '.join(self.names)}")
        column: FloatArray = self.rows[:, self.names.index(name)]
        return column


@dataclass(frozen=True)
class LammpsLog:
    """A log.

    Parameters
    ----------
    path
        The file.
    units
        LAMMPS' name of them; None if the log does not say.
    tables
        Of its runs, in order.

    """

    path: Path
    units: str | None
    tables: tuple[ThermoTable, ...]


@dataclass
class _Open:
    """A table that is being read."""

    names: tuple[str, ...]
    timestep: float | None
    rows: list[list[float]] = field(default_factory=list)

    def add(self, path: Path, number: int, words: list[str]) -> None:
        try:
            row = [float(word) for word in words]
        except ValueError as error:
            raise FormatError(path, number, f"is not a row of numbers ({error})") from None
        if len(row) != len(self.names):
            raise FormatError(path, number, f"has {len(row)} columns, {len(self.names)} are due")
        self.rows.append(row)

    def closed(self) -> ThermoTable:
        return ThermoTable(self.names, frozen_floats(self.rows), self.timestep)


def read_log(path: Path) -> LammpsLog:
    """Read a log of any LAMMPS run, finished or not.

    A last line that is not yet whole is left out: the run goes on, or was killed.

    Parameters
    ----------
    path
        The file, as LAMMPS wrote it (``log.lammps``); tables of ``thermo_style one`` or ``custom``.

    Raises
    ------
    InputError
        If there is no such file, or all it holds was printed by ``thermo_style multi`` or ``yaml``.
    FormatError
        If there is no table, or a row of one is not made of as many numbers as it has columns.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> lines = ["units metal", "timestep 0.002", "   Step Lz Pzz", "0 16 5.5", "10 16.1 -3.0", "Loop time of 1 on 1"]
    >>> with TemporaryDirectory() as folder:
    ...     log = Path(folder) / "log.lammps"
    ...     _ = log.write_text("".join(f"{line}{chr(10)}" for line in lines), encoding="utf-8")
    ...     found = read_log(log)
    >>> found.units, found.tables[0].timestep, found.tables[0].column("lz").tolist()
    ('metal', 0.002, [16.0, 16.1])

    """
    if not path.is_file():
        raise InputError(f"{path} is no file; give the log of a LAMMPS run")
    units: str | None = None
    timestep: float | None = None
    tables: list[_Open] = []
    inside = False
    for number, line in _lines(path):
        words = line.split()
        if words[:1] == [_HEADER_WORD]:
            tables.append(_Open(tuple(word.lower() for word in words), timestep))
            inside = True
        elif line.startswith(("Loop time", "ERROR")):
            inside = False
        elif inside and words and words[0].isdigit():  # warnings may stand between the rows
            tables[-1].add(path, number, words)
        elif found := _UNITS.fullmatch(line.strip()):
            units = found[1]
        elif found := _TIMESTEP.fullmatch(line.strip()):
            timestep = float(found[1])
    with_rows = tuple(table.closed() for table in tables if table.rows)
    if not with_rows:
        _refuse_other_styles(path)
        raise FormatError(path, None, "there is no thermodynamic table in it that begins with the column Step")
    return LammpsLog(path, units, with_rows)


def _refuse_other_styles(path: Path) -> None:
    """Refuse a log whose thermodynamic output is of a style that prints no rows."""
    for number, line in _lines(path):
        for style, starts in _OTHER_STYLES.items():
            if starts.match(line):
                raise InputError(
                    f"{path}, line {number} is of {style}, which is not read; run again with "
                    "'thermo_style custom step time temp pxx pyy pzz lx ly lz' and without 'thermo_modify line'"
                )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield whole lines, numbered from 1."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith("\n"):
                yield number, line


def follows(table: ThermoTable, before: ThermoTable) -> bool:
    """Say whether a run goes on where the one before ended, and prints the same."""
    alike = (table.names, table.timestep) == (before.names, before.timestep)
    return alike and bool(table.rows[0, 0] == before.rows[-1, 0])


def joined(tables: tuple[ThermoTable, ...]) -> ThermoTable:
    """Join runs that follow each other; the step at which one ends and the next begins counts once."""
    rows = np.concatenate([tables[0].rows, *(table.rows[1:] for table in tables[1:])])
    return ThermoTable(tables[0].names, frozen_floats(rows), tables[0].timestep)


def evenly_spaced(rows: FloatArray) -> FloatArray:
    """Return the rows at even distances of steps, the first column: LAMMPS also prints the last step of a run.

    Examples
    --------
    >>> evenly_spaced(np.array([[0.0], [10.0], [20.0], [27.0]])).ravel().tolist()
    [0.0, 10.0, 20.0]

    """
    every = float(np.median(np.diff(rows[:, 0]))) if len(rows) > 1 else 1.0
    even: FloatArray = rows[(rows[:, 0] - rows[0, 0]) % every == 0.0]
    return even
