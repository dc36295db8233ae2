"""Mistakes in a protocol that no single stage can see: what must follow on what, and be a whole number of steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gbglass.errors import InputError
from gbglass.protocol.promises import promises_of
from gbglass.protocol.recipes import ProtocolEntry, Recipe, needs_potential, resolved, stages_of
from gbglass.protocol.stages import Cool, Discharge, DynamicStage, Hold, MeltRegion, Minimise, Ramp, Stage, Strain
from gbglass.protocol.timeline import whole_steps
from gbglass.studies.tables import CommitteeChoice, RunSettings
from gbglass.units import PS_PER_FS

Problem = tuple[str, str]

_FEWEST_FRAMES = 20
_FEWEST_MEASURED = 3
_WHOLE = 1e-9
_DENSE = ("dense_last_ps", "dense_every_ps")


@dataclass(frozen=True)
class PlacedStage:
    """A stage and where it stands in the study file; several stages may stand in one recipe.

    Parameters
    ----------
    path
        Of its entry, such as ``"stage.2"``.
    stage
        Itself.
    of_recipe
        Whether the entry is a recipe.
    is_guess
        Whether how hot it gets is not known, because the potential's melting point is not.

    """

    path: str
    stage: Stage
    of_recipe: bool
    is_guess: bool = False

    def key(self, name: str) -> str:
        """Return the path of a key of the stage, or that of its recipe, which has other keys."""
        return self.path if self.of_recipe else f"{self.path}.{name}"


def protocol_problems(tables: dict[str, Any]) -> Iterator[Problem]:
    """List what is wrong with the stages together, and with their times.

    Parameters
    ----------
    tables
        The tables of a study that could be read, by name.

    """
    for number, entry in enumerate(tables.get("stage", ()), start=1):
        reason = _in_kelvin(entry, tables).unknown
        if reason:
            yield f"stage.{number}.melting_fraction", reason
    placed = placed_stages(tables)
    if placed:
        yield from _begins_downhill(placed)
        yield from _temperatures_meet(placed)
    if "run" in tables:
        yield from _times_are_whole_steps(placed, tables["run"])
        entries = [_in_kelvin(entry, tables).entry for entry in tables.get("stage", ())]
        yield from _melts_are_measured(entries, placed, tables["run"].frame_every_ps)
        yield from _committee_sees_frames(tables["run"], tables.get("committee"))


def placed_stages(tables: dict[str, Any]) -> list[PlacedStage]:
    """List the stages of a study with the entries that they come from.

    Parameters
    ----------
    tables
        The tables of a study that could be read, by name.

    """
    placed: list[PlacedStage] = []
    for number, entry in enumerate(tables.get("stage", ()), start=1):
        said, of_recipe = _in_kelvin(entry, tables), isinstance(entry, Recipe)
        placed += [PlacedStage(f"stage.{number}", stage, of_recipe, said.is_guess) for stage in stages_of(said.entry)]
    return placed


@dataclass(frozen=True)
class _InKelvin:
    """An entry that says nothing in terms of its potential any more; a guess if that does not tell, and why not."""

    entry: ProtocolEntry
    is_guess: bool = False
    unknown: str = ""


def _in_kelvin(entry: ProtocolEntry, tables: dict[str, Any]) -> _InKelvin:
    """Resolve an entry, or heat as the paper does: that decides the length of its ramps and nothing else."""
    if not needs_potential(entry):
        return _InKelvin(entry)
    guess = entry.model_copy(update={"melting_fraction": None})
    try:
        potential = tables["potential"].load()
    except (KeyError, InputError):
        return _InKelvin(guess, is_guess=True)  # reported where it belongs
    try:
        return _InKelvin(resolved(entry, potential))
    except InputError as error:
        return _InKelvin(guess, is_guess=True, unknown=str(error))


def ends_with_a_hold(tables: dict[str, Any]) -> Iterator[Problem]:
    """Demand that averages can be taken over the last stage: a hold in NVT with frames enough.

    Parameters
    ----------
    tables
        The tables of a study that could be read, by name.

    """
    placed = placed_stages(tables)
    if not placed:
        return
    last = placed[-1]
    if not isinstance(last.stage, Hold):
        yield last.key("kind"), "the last stage must be a hold: the averages are taken over it"
    elif last.stage.ensemble == "npt":
        yield last.key("ensemble"), 'the last hold must be "nvt": the averages need a cell that stands still'
    if "run" in tables:
        yield from _frames_fit(placed, tables["run"].frame_every_ps)


def _begins_downhill(placed: list[PlacedStage]) -> Iterator[Problem]:
    first = placed[0]
    if not isinstance(first.stage, Minimise):
        yield first.key("kind"), "the first stage must be a minimise: a cell as built is too rough for MD"
    for later in placed[1:]:
        if isinstance(later.stage, Minimise):
            yield later.key("kind"), "only the first stage may be a minimise: it would undo the temperature"


def _temperatures_meet(placed: list[PlacedStage]) -> Iterator[Problem]:
    before: DynamicStage | None = None
    for this in placed:
        if isinstance(this.stage, Minimise):
            continue
        # What was held is let go with new velocities, and a region is heated at once: neither needs a ramp.
        anew = isinstance(before, MeltRegion | Discharge) or isinstance(this.stage, MeltRegion)
        if before is not None and not anew and this.stage.starts_at_K != before.ends_at_K:
            meets = f"starts at {this.stage.starts_at_K:g} K, but the stage before ends at {before.ends_at_K:g} K"
            yield this.path, f"{meets}; add a ramp"
        before = this.stage


def _times_are_whole_steps(placed: list[PlacedStage], run: RunSettings) -> Iterator[Problem]:
    timestep = run.timestep_fs * PS_PER_FS
    for name in ("frame_every_ps", "segment_ps", "count_every_ps", *_DENSE[: 2 if run.dense_last_ps > 0.0 else 0]):
        yield from _whole(f"run.{name}", getattr(run, name), timestep)
    yield from _dense_includes_the_others(run)
    for this in placed:
        if this.is_guess:
            continue
        match this.stage:
            case Ramp() | Cool():
                yield from _ramp_is_whole(this, this.stage, timestep)
            case Strain():
                yield from _strain_is_whole(this, this.stage, timestep)
            case Hold() | MeltRegion() | Discharge():
                yield from _whole(this.key("duration_ps"), this.stage.duration_ps, timestep)


def _dense_includes_the_others(run: RunSettings) -> Iterator[Problem]:
    ratio = run.frame_every_ps / run.dense_every_ps
    if run.dense_last_ps > 0.0 and (round(ratio) < 1 or abs(ratio - round(ratio)) > _WHOLE):
        yield (
            "run.dense_every_ps",
            f"must divide run.frame_every_ps, {run.frame_every_ps:g} ps, got {run.dense_every_ps:g} ps",
        )


def _committee_sees_frames(run: RunSettings, committee: CommitteeChoice | None) -> Iterator[Problem]:
    if committee is None:
        return
    yield from _whole("committee.every_ps", committee.every_ps, run.timestep_fs * PS_PER_FS)
    ratio = committee.every_ps / run.frame_every_ps
    if round(ratio) < 1 or abs(ratio - round(ratio)) > _WHOLE:
        said = f"must be a multiple of run.frame_every_ps, {run.frame_every_ps:g} ps, got {committee.every_ps:g} ps"
        yield "committee.every_ps", f"{said}: only frames can be looked at"


def _whole(path: str, duration: float, timestep: float) -> Iterator[Problem]:
    name = path.rsplit(".", 1)[-1]
    try:
        whole_steps(duration, timestep, "duration" if name.isdigit() else name)
    except InputError as error:
        yield path, str(error)


def _ramp_is_whole(this: PlacedStage, ramp: Ramp | Cool, timestep: float) -> Iterator[Problem]:
    try:
        whole_steps(ramp.duration_ps, timestep)
    except InputError:
        steps = max(1, round(ramp.duration_ps / timestep))
        rate = abs(ramp.to_K - ramp.from_K) / (steps * timestep) * PS_PER_FS
        length = f"{ramp.duration_ps:g} ps long, not a whole number of {timestep / PS_PER_FS:g} fs steps"
        yield this.key("rate_K_per_fs"), f"makes the ramp {length}; the nearest rate that is one is {rate:.12g}"


def _strain_is_whole(this: PlacedStage, strain: Strain, timestep: float) -> Iterator[Problem]:
    try:
        whole_steps(strain.duration_ps, timestep)
    except InputError:
        steps = max(1, round(strain.duration_ps / timestep))
        near = abs(strain.to_strain) / (steps * timestep)
        length = f"{strain.duration_ps:g} ps long, not a whole number of {timestep / PS_PER_FS:g} fs steps"
        yield this.key("rate_per_ps"), f"makes the strain {length}; the nearest rate that is one is {near:.12g}"


def _frames_fit(placed: list[PlacedStage], every: float) -> Iterator[Problem]:
    """Averages need frames: at least twenty of them in the last hold."""
    last = placed[-1] if placed else None
    if last and isinstance(last.stage, Hold) and last.stage.duration_ps < _FEWEST_FRAMES * every * (1 - 1e-9):
        few = f"{last.stage.duration_ps:g} ps hold fewer than {_FEWEST_FRAMES} frames of {every:g} ps"
        yield last.key("duration_ps"), f"{few}; lengthen it or shorten run.frame_every_ps"


def _melts_are_measured(entries: Sequence[ProtocolEntry], placed: list[PlacedStage], every: float) -> Iterator[Problem]:
    """Whether a melt left glass is measured in a hold after it: there must be one, with frames in it."""
    measured = set()
    for promise in promises_of(entries):
        hold = placed[promise.hold - 1].stage
        if isinstance(hold, Hold) and hold.duration_ps >= _FEWEST_MEASURED * every * (1 - 1e-9):
            measured.add(promise.entry)
    for number, entry in enumerate(entries, start=1):
        melts = any(isinstance(stage, MeltRegion) for stage in stages_of(entry))
        if number not in measured and (melts or (isinstance(entry, Recipe) and entry.aims)):
            what = f"a hold after it of {_FEWEST_MEASURED} frames or more, to measure whether glass is left"
            yield f"stage.{number}", f"needs {what}"
