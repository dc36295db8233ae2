"""What the logs of a run of gbglass say: one series of rows a stage, each step once."""

from pathlib import Path

import numpy as np

from gbglass.analysis.stress_strain import Pull
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.trajectory import Window
from gbglass.errors import InputError
from gbglass.lammps.any_log import evenly_spaced
from gbglass.lammps.log import THERMO_COLUMNS, read_thermo
from gbglass.lammps.segments import finished_segments, load_record, stage_folders

_STRAIN = "strain"
_MINIMISE = "minimise"


def last_stage_energies(run: Path, window: Window, n_atoms: int) -> tuple[FloatArray, FloatArray]:
    """Return times [ps] and potential energies per atom [eV] of the last stage of MD of a run.

    Raises
    ------
    InputError
        If nothing of it is finished, or nothing lies in the window.

    """
    stages = [stage for stage in _stages(run) if not stage.name.endswith(_MINIMISE)]
    rows = _rows(stages[-1]) if stages else np.empty((0, len(THERMO_COLUMNS)))
    times = _column(rows, "time")
    within = np.array([window.begins_by(time) and not window.ends_before(time) for time in times.tolist()], dtype=bool)
    if not within.any():
        raise InputError(f"the last stage of {run} has no logged row in this window of time")
    return frozen_floats(times[within]), frozen_floats(_column(rows, "pe")[within] / n_atoms)


def pull_of_run(run: Path) -> Pull:
    """Return what a run logged while its cell was strained along z.

    Raises
    ------
    InputError
        If it has no stage that strains, or more than one.

    """
    stages = [stage for stage in _stages(run) if stage.name.endswith(_STRAIN)]
    if len(stages) != 1:
        names = ", ".join(stage.name for stage in _stages(run)) or "none"
        raise InputError(f"needs a run with one stage that strains, but {run} has {len(stages)} among {names}")
    rows = _rows(stages[0])
    areas = _column(rows, "lx") * _column(rows, "ly")
    return Pull(_column(rows, "time"), _column(rows, "lz"), areas, _column(rows, "pzz"))


def _stages(run: Path) -> list[Path]:
    """Return the stages of a run that have a finished segment."""
    md = run / "md" if (run / "md").is_dir() else run
    return [stage for stage in stage_folders(md) if finished_segments(stage)]


def _rows(stage: Path) -> FloatArray:
    """Return the equally spaced rows of a stage's log, from its start on."""
    rows = np.concatenate([read_thermo(load_record(folder).log) for folder in finished_segments(stage)])
    _, first = np.unique(rows[:, 0], return_index=True)
    rows = rows[first]
    return evenly_spaced(rows)


def _column(rows: FloatArray, name: str) -> FloatArray:
    column: FloatArray = rows[:, THERMO_COLUMNS.index(name)]
    return column
