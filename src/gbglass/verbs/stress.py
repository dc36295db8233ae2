"""Stress against strain from the log of anybody's pull."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np

from gbglass.analysis.stress_strain import Pull, stress_strain
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError
from gbglass.figures.stress_strain import draw_stress_strain
from gbglass.lammps.any_log import LammpsLog, ThermoTable, evenly_spaced, follows, joined, read_log
from gbglass.report.cell_records import stress_strain_record
from gbglass.report.cell_tables import stress_strain_table
from gbglass.units import BAR_PER_ATM, PS_PER_FS
from gbglass.verbs.quantities.system import Numbers, Shown
from gbglass.verbs.results import Measurement, refuse_results, write_measurement

Axis = Literal["x", "y", "z"]
UnitsName = Literal["metal", "real"]


@dataclass(frozen=True)
class _Units:
    """What a style of units is in bar and ps; lengths are Å in both."""

    bar: float
    ps: float


_UNITS: Mapping[str, _Units] = MappingProxyType({"metal": _Units(1.0, 1.0), "real": _Units(BAR_PER_ATM, PS_PER_FS)})
_GROWN = 1e-4
"""What gets longer by less was not pulled [1]."""
_OTHERS: Mapping[str, str] = MappingProxyType({"x": "yz", "y": "xz", "z": "xy"})


@dataclass(frozen=True)
class StressSpec:
    """What a log does not say.

    Parameters
    ----------
    axis
        Along which the cell was pulled.
    units
        Of the log, if it does not state them.
    timestep_fs
        Of the MD [fs], if the log neither has a column Time nor states it.
    run
        Which of the runs in the log is the pull, counted from 1; the only one in which the cell gets longer if absent.

    Raises
    ------
    InputError
        If a number is not above 0.

    """

    axis: Axis = "z"
    units: UnitsName | None = None
    timestep_fs: float | None = None
    run: int | None = None

    def __post_init__(self) -> None:
        for name in ("timestep_fs", "run"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise InputError(f"'{name}' must be above 0, got {value:g}")


def stress(log: Path, out: Path, spec: StressSpec | None = None) -> Measurement:
    """Make the stress-strain curve of a pull from LAMMPS' own log, and write it to a new folder.

    Parameters
    ----------
    log
        With the columns Step, Lx, Ly, Lz (or Volume) and the pressure along the pull (Pxx, Pyy or Pzz).
    out
        Output folder; it must not hold results yet.
    spec
        What the log does not say.

    Raises
    ------
    InputError
        If units or times are not known, a column lacks, or it is not clear which run is the pull.
    FormatError
        If the log is damaged.
    StateError
        If the folder holds results.

    Examples
    --------
    >>> spec = StressSpec(axis="z", units="metal")
    >>> found = stress(Path("log.lammps"), Path("pull"), spec)
    >>> round(found.numbers["strength"]["value"], 1), found.numbers["strength"]["unit"]
    (10.7, 'GPa')

    """
    spec = spec or StressSpec()
    refuse_results(out)
    read = read_log(log)
    name = _units(read, spec)
    table, numbers = _pull(read, spec)
    curve = stress_strain(_columns(table, spec, _UNITS[name]))
    told: Numbers = {
        "along": spec.axis,
        "units": f"{name} ({'as the log states' if read.units else 'as given'})",
        "runs": f"{', '.join(map(str, numbers))} of {len(read.tables)} in the log",
    }
    figures = {"stress": draw_stress_strain({log.name: curve})}
    shown = Shown({**told, **stress_strain_record(curve)}, (stress_strain_table(curve, "stress"),), figures)
    return write_measurement(out, "stress", shown, {"log": str(log)})


def _units(log: LammpsLog, spec: StressSpec) -> str:
    if log.units is not None and spec.units is not None and log.units != spec.units:
        raise InputError(f"{log.path} states units {log.units}, but {spec.units} are given; leave --units out")
    name = log.units or spec.units
    if name is None:
        raise InputError(f"{log.path} does not state its units; give them (--units metal, or --units real)")
    if name not in _UNITS:
        raise InputError(
            f"{log.path} is in units {name}, of which no stress in GPa is known; only of {' and '.join(_UNITS)}"
        )
    return name


def _pull(log: LammpsLog, spec: StressSpec) -> tuple[ThermoTable, list[int]]:
    """Return the rows of the pull, and which runs of the log they are from, counted from 1."""
    length = f"l{spec.axis}"
    if spec.run is not None:
        if spec.run > len(log.tables):
            raise InputError(f"{log.path} holds {len(log.tables)} runs, got 'run' {spec.run}")
        return log.tables[spec.run - 1], [spec.run]
    pulls: list[list[int]] = []
    for number, table in enumerate(log.tables, start=1):
        if not _gets_longer(table, length):
            continue
        if pulls and pulls[-1][-1] == number - 1 and follows(table, log.tables[number - 2]):
            pulls[-1].append(number)
        else:
            pulls.append([number])
    if len(pulls) == 1:
        return joined(tuple(log.tables[number - 1] for number in pulls[0])), pulls[0]
    told = "; ".join(f"run {number}: {_told(table, length)}" for number, table in enumerate(log.tables, start=1))
    found = f"{len(pulls) or 'no'} pulls along {spec.axis}"
    raise InputError(
        f"{log.path} has {found}, in which {length.capitalize()} grows from row to row, where one is due; "
        f"name the axis (--axis) or the run (--run). It holds {told}"
    )


def _gets_longer(table: ThermoTable, length: str) -> bool:
    if length not in table.names:
        return False
    lengths = table.column(length)
    return bool((np.diff(lengths) >= 0.0).all() and lengths[-1] > lengths[0] * (1.0 + _GROWN))


def _told(table: ThermoTable, length: str) -> str:
    steps = f"steps {table.rows[0, 0]:.0f} to {table.rows[-1, 0]:.0f}"
    if length not in table.names:
        return f"{steps}, without a column {length.capitalize()}"
    lengths = table.column(length)
    return f"{steps}, {length.capitalize()} from {lengths[0]:g} to {lengths[-1]:g}"


def _columns(table: ThermoTable, spec: StressSpec, units: _Units) -> Pull:
    along = spec.axis
    lacking = [name for name in (f"l{along}", f"p{along}{along}") if name not in table.names]
    sides = [f"l{other}" for other in _OTHERS[along]]
    if "volume" not in table.names:
        lacking += [name for name in sides if name not in table.names]
    if lacking:
        raise InputError(
            f"the log lacks {', '.join(name.capitalize() for name in lacking)}; print "
            f"'thermo_style custom step time temp pxx pyy pzz lx ly lz' during the pull"
        )
    even = ThermoTable(table.names, evenly_spaced(table.rows), table.timestep)
    lengths = even.column(f"l{along}")
    has_sides = all(name in even.names for name in sides)
    areas = even.column(sides[0]) * even.column(sides[1]) if has_sides else even.column("volume") / lengths
    return Pull(_times(even, spec, units), lengths, areas, units.bar * even.column(f"p{along}{along}"))


def _times(table: ThermoTable, spec: StressSpec, units: _Units) -> FloatArray:
    if spec.timestep_fs is None and "time" in table.names:
        return units.ps * table.column("time")
    if spec.timestep_fs is None and table.timestep is None:
        raise InputError("the log neither has a column Time nor states its time step; give it (--timestep-fs)")
    timestep = units.ps * (table.timestep or 0.0) if spec.timestep_fs is None else PS_PER_FS * spec.timestep_fs
    times: FloatArray = timestep * table.column("step")
    return times
