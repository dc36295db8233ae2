"""How each kind of stage moves its atoms, as LAMMPS commands.

Fixes carry the number of their stage, so that a stage never takes over the state of another one's, and within a stage
each segment takes over that of the one before. Lengths are strained segment by segment, from where the cell is to where
the schedule of the whole stage wants it: what ``fix deform`` remembers in a restart file is not used, it is inexact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType

import numpy as np

from gbglass.core.arrays import IntArray
from gbglass.protocol.stages import Cool, Coupling, Discharge, Hold, MeltRegion, Ramp, Strain
from gbglass.protocol.timeline import TimedStage
from gbglass.units import BAR_PER_EV_PER_A3

_THERMOSTAT_PS, _BAROSTAT_PS = 0.1, 1.0
"""Damping times of the Nosé-Hoover chains, the values the LAMMPS manual recommends [ps]."""

_RANGES_PER_LINE = 12
_NONE: IntArray = np.empty(0, dtype=np.int64)

PRESSURE_ALONG_Z = "variable normal equal pzz"


@dataclass(frozen=True)
class StageStart:
    """What a stage found when it began.

    Parameters
    ----------
    height
        Of the cell along z [Å].
    groups
        Indices of the atoms that its regions held, by what becomes of them: ``"mobile"``, ``"held"`` or ``"piston"``.
    held_above
        Whether what is held lies above what moves: what presses it up there pulls it down here.

    """

    height: float
    groups: Mapping[str, IntArray] = field(default_factory=lambda: MappingProxyType({}))
    held_above: bool = False

    def group(self, name: str) -> IntArray:
        """Return the atoms of a group; none if the stage has no such group [int, (n,)]."""
        return self.groups.get(name, _NONE)


@dataclass(frozen=True)
class SegmentSpan:
    """A part of a stage: what lies after `first_step` up to and with `last_step`.

    Parameters
    ----------
    timed
        The stage on the clock.
    first_step, last_step
        On the common clock.
    start
        What the stage found when it began.
    energy_before
        Potential energy at the end of the segment before [eV].
    velocity_seed
        For a segment that draws velocities; else None.

    """

    timed: TimedStage
    first_step: int
    last_step: int
    start: StageStart
    energy_before: float
    velocity_seed: int | None = None

    @property
    def begins_stage(self) -> bool:
        """Whether the stage begins here."""
        return self.first_step == self.timed.first_step


def normal_line(span: SegmentSpan) -> str:
    """Write what the log calls `v_normal`; it must stand before the log's columns."""
    if isinstance(span.timed.stage, Discharge):
        bar = BAR_PER_EV_PER_A3 if span.start.held_above else -BAR_PER_EV_PER_A3
        return f"variable normal equal f_{_name(span)}held[3]/(lx*ly)*{bar:.10g}"
    return PRESSURE_ALONG_Z


def _name(span: SegmentSpan) -> str:
    return f"stage{span.timed.number}"


def motion_lines(span: SegmentSpan) -> tuple[str, ...]:
    """Write groups, velocities and fixes of a segment, and how its log takes the temperature."""
    stage, name = span.timed.stage, _name(span)
    if isinstance(stage, MeltRegion):
        return _melting(span, name, stage)
    if isinstance(stage, Discharge):
        return _discharging(span, name, stage)
    draw = _velocities("all", span, stage.starts_at_K)
    return (*draw, *_moving_all(span, name, stage))


def _moving_all(span: SegmentSpan, name: str, stage: Ramp | Cool | Hold | Strain) -> tuple[str, ...]:
    if isinstance(stage, Strain):
        return _straining(span, name, stage)
    thermostat = _thermostat(stage.starts_at_K, stage.ends_at_K)
    if isinstance(stage, Hold) and stage.ensemble == "nvt":
        return (f"fix {name} all nvt {thermostat}",)
    return (f"fix {name} all npt {thermostat} {_barostat(stage.coupling, stage.pressure_bar)}",)


def _straining(span: SegmentSpan, name: str, stage: Strain) -> tuple[str, ...]:
    parts = [(step - span.timed.first_step) / span.timed.n_steps for step in (span.first_step, span.last_step)]
    begin, end = map(stage.strain_at, parts)
    half = 0.5 * span.start.height * (end - begin)
    temperature = _thermostat(stage.temperature_K, stage.temperature_K)
    sides = f"x 0 0 {_BAROSTAT_PS:g} y 0 0 {_BAROSTAT_PS:g}"
    return (
        f"fix {name} all npt {temperature} {sides}" if stage.lateral == "free" else f"fix {name} all nvt {temperature}",
        f"fix {name}strain{span.first_step} all deform 1 z delta {-half:.16g} {half:.16g} remap x",
    )


def _melting(span: SegmentSpan, name: str, stage: MeltRegion) -> tuple[str, ...]:
    return (
        *_group("mobile", span.start.group("mobile")),
        *_fresh("held"),
        "group held subtract all mobile",
        *(("velocity held set 0 0 0",) if span.begins_stage else ()),
        *_velocities("mobile", span, stage.temperature_K),
        f"fix {name} mobile nvt {_thermostat(stage.temperature_K, stage.temperature_K)}",
        *_measured_temperature(name),
    )


def _discharging(span: SegmentSpan, name: str, stage: Discharge) -> tuple[str, ...]:
    lines = [*_group("held", span.start.group("held")), *_group("piston", span.start.group("piston"))]
    lines += [*_fresh("mobile"), "group mobile subtract all held piston"]
    if span.begins_stage:
        lines += ["velocity held set 0 0 0", "velocity piston set 0 0 0"]
    lines += _velocities("mobile", span, stage.temperature_K)
    lines += [f"fix {name}held held setforce 0 0 0"]
    if stage.piston is not None:
        lines += [
            f"fix {name}sides piston setforce 0 0 NULL",
            f"fix {name}load piston aveforce NULL NULL 0",
            f"fix {name}piston piston nve",
        ]
    lines += [f"fix {name} mobile nvt {_thermostat(stage.temperature_K, stage.temperature_K)}"]
    return (*lines, *_measured_temperature(name))


def _velocities(group: str, span: SegmentSpan, temperature: float) -> tuple[str, ...]:
    if span.velocity_seed is None:
        return ()
    return (f"velocity {group} create {temperature:.10g} {span.velocity_seed} mom yes rot no dist gaussian",)


def _measured_temperature(name: str) -> tuple[str, ...]:
    """Let the log give the temperature of what moves: what is held would dilute it.

    What moves beside held atoms keeps all its degrees of freedom: its momentum is not conserved.
    """
    return (
        f"compute_modify {name}_temp extra/dof 0",
        "compute moving mobile temp",
        "compute_modify moving extra/dof 0",
        "thermo_modify temp moving",
    )


def _thermostat(start: float, end: float) -> str:
    return f"temp {start:.10g} {end:.10g} {_THERMOSTAT_PS:g}"


def _barostat(coupling: Coupling, pressure: float) -> str:
    words: Mapping[Coupling, str] = {"isotropic": "iso", "lengths": "aniso", "normal": "z"}
    return f"{words[coupling]} {pressure:.10g} {pressure:.10g} {_BAROSTAT_PS:g}"


def _fresh(name: str) -> tuple[str, str]:
    """Empty a group, whether or not the restart file brought one of that name."""
    return f"group {name} empty", f"group {name} clear"


def _group(name: str, indices: IntArray) -> tuple[str, ...]:
    """Write the atoms of a group as ranges of their ids."""
    ranges = _ranges((indices + 1).tolist())
    chunks = [ranges[k : k + _RANGES_PER_LINE] for k in range(0, len(ranges), _RANGES_PER_LINE)]
    return (*_fresh(name), *(f"group {name} id {' '.join(chunk)}" for chunk in chunks))


def _ranges(ids: Sequence[int]) -> list[str]:
    """Write rising numbers as LAMMPS ranges.

    >>> _ranges([1, 2, 3, 7])
    ['1:3', '7']
    """
    runs: list[str] = []
    for _, together in groupby(enumerate(sorted(ids)), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in together]
        runs.append(f"{run[0]}:{run[-1]}" if len(run) > 1 else str(run[0]))
    return runs
