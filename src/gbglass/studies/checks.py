"""Mistakes that no single table of a study can see: what must agree between them."""

from collections.abc import Callable, Iterator
from typing import Any

from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.build.tilt import tilt_boundary
from gbglass.errors import InputError
from gbglass.protocol.stages import Hold, Minimise, Ramp
from gbglass.protocol.timeline import whole_steps
from gbglass.units import PS_PER_FS

Problem = tuple[str, str]
Tables = dict[str, Any]


def cross_problems(tables: Tables) -> list[Problem]:
    """List what is wrong between the tables that are right by themselves.

    Parameters
    ----------
    tables
        The tables of a study that could be read, by name.

    """
    checks: tuple[Callable[[Tables], Iterator[Problem]], ...] = (
        _potential_exists,
        _boundary_exists,
        _grains_are_thick_enough,
        _stages_follow_each_other,
        _times_are_whole_steps,
    )
    return [problem for check in checks for problem in check(tables)]


def _potential_exists(tables: Tables) -> Iterator[Problem]:
    if "potential" in tables:
        try:
            tables["potential"].load()
        except InputError as error:
            yield "potential.name", str(error)


def _boundary_exists(tables: Tables) -> Iterator[Problem]:
    if "boundary" in tables:
        boundary = tables["boundary"]
        try:
            tilt_boundary(boundary.axis, boundary.plane, boundary.sigma)
        except InputError as error:
            yield "boundary", str(error)


def _grains_are_thick_enough(tables: Tables) -> Iterator[Problem]:
    """Two boundaries that see each other within the cutoff are not two boundaries."""
    if "potential" not in tables or "boundary" not in tables:
        return
    boundary = tables["boundary"]
    try:
        reach = 2.0 * tables["potential"].load().cutoff
        spacing = tilt_boundary(boundary.axis, boundary.plane, boundary.sigma).spacing * LATTICE_PARAMETER
    except InputError:
        return  # reported where it belongs
    if boundary.layers * spacing < reach:
        needed = int(-(-reach // spacing))
        thickness = f"the grains are {boundary.layers * spacing:.1f} Å thick"
        demand = f"boundaries must be {reach:g} Å apart or more (twice the potential's cutoff)"
        yield "boundary.layers", f"{thickness}, but {demand}; take {needed} layers or more"


def _stages_follow_each_other(tables: Tables) -> Iterator[Problem]:
    stages = tables.get("stage")
    if stages is None:
        return
    if not isinstance(stages[0], Minimise):
        yield "stage.1.kind", "the first stage must be a minimise: a built boundary is too rough for MD"
    if not isinstance(stages[-1], Hold):
        yield f"stage.{len(stages)}.kind", "the last stage must be a hold: the averages are taken over it"
    temperature: float | None = None
    for number, stage in enumerate(stages, start=1):
        if isinstance(stage, Minimise):
            if number > 1:
                yield f"stage.{number}.kind", "only the first stage may be a minimise: it would undo the temperature"
            continue
        start = stage.from_K if isinstance(stage, Ramp) else stage.temperature_K
        if temperature is not None and start != temperature:
            yield (
                f"stage.{number}",
                f"starts at {start:g} K, but the stage before ends at {temperature:g} K; add a ramp",
            )
        temperature = stage.to_K if isinstance(stage, Ramp) else stage.temperature_K


def _times_are_whole_steps(tables: Tables) -> Iterator[Problem]:
    if "run" not in tables:
        return
    run = tables["run"]
    timestep = run.timestep_fs * PS_PER_FS
    durations = [("run.frame_every_ps", run.frame_every_ps), ("run.segment_ps", run.segment_ps)]
    for number, stage in enumerate(tables.get("stage", ()), start=1):
        if isinstance(stage, Hold):
            durations.append((f"stage.{number}.duration_ps", stage.duration_ps))
        if isinstance(stage, Ramp):
            yield from _ramp_is_whole(number, stage, timestep)
    for path, duration in durations:
        try:
            whole_steps(duration, timestep, path.rsplit(".", 1)[-1])
        except InputError as error:
            yield path, str(error)
    yield from _frames_fit(tables)


def _ramp_is_whole(number: int, ramp: Ramp, timestep: float) -> Iterator[Problem]:
    try:
        whole_steps(ramp.duration_ps, timestep)
    except InputError:
        steps = max(1, round(ramp.duration_ps / timestep))
        rate = abs(ramp.to_K - ramp.from_K) / (steps * timestep) * PS_PER_FS
        length = f"{ramp.duration_ps:g} ps long, not a whole number of {timestep / PS_PER_FS:g} fs steps"
        yield f"stage.{number}.rate_K_per_fs", f"makes the ramp {length}; the nearest rate that is one is {rate:.12g}"


def _frames_fit(tables: Tables) -> Iterator[Problem]:
    """Averages need frames: at least twenty of them in the last hold."""
    stages = tables.get("stage", ())
    if stages and isinstance(stages[-1], Hold):
        every, duration = tables["run"].frame_every_ps, stages[-1].duration_ps
        if duration < 20 * every * (1 - 1e-9):
            yield (
                f"stage.{len(stages)}.duration_ps",
                f"{duration:g} ps hold fewer than 20 frames of {every:g} ps; lengthen it or shorten run.frame_every_ps",
            )
