"""Which stage, which step, which temperature, pressure and strain: answered without LAMMPS."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gbglass.core.provenance import without_defaults
from gbglass.errors import InputError
from gbglass.protocol.stages import Cool, Discharge, DynamicStage, Hold, MeltRegion, Minimise, Ramp, Stage, Strain


def whole_steps(duration: float, timestep: float, name: str = "duration") -> int:
    """Divide a duration by a time step, both [ps]; the quotient must be whole.

    Raises
    ------
    InputError
        If the duration is not a whole number of steps.

    Examples
    --------
    >>> whole_steps(1.0, 0.1)
    10

    """
    steps = round(duration / timestep)
    if steps < 1 or abs(steps * timestep - duration) > 1e-6 * timestep:
        near = max(steps, 1) * timestep
        raise InputError(
            f"'{name}' must be a whole number of {timestep * 1e3:g} fs steps, got {duration:g} ps; "
            f"the nearest that is one is {near:.12g} ps"
        )
    return steps


@dataclass(frozen=True)
class Conditions:
    """What is imposed on a system at one step.

    Parameters
    ----------
    temperature
        Target of the thermostat [K].
    pressure
        Target of the barostat; None where no length of the cell follows a pressure [bar].
    strain
        Engineering strain along z that is imposed, against the cell when z last followed a pressure or, if it never
        did, as it was minimised; 0 while z follows one [1].

    """

    temperature: float
    pressure: float | None
    strain: float


@dataclass(frozen=True)
class TimedStage:
    """A stage in which time passes, laid on the common clock.

    Parameters
    ----------
    number
        Place among all stages of the protocol, from 1.
    stage
        What is done.
    first_step, n_steps
        Where it starts on the clock and how long it is [MD steps].
    name
        What messages call it; by its number if nobody gave it a name.
    strain_before
        That was imposed when it began [1].

    """

    number: int
    stage: DynamicStage
    first_step: int
    n_steps: int
    name: str = ""
    strain_before: float = 0.0

    @property
    def last_step(self) -> int:
        """The step at which it ends."""
        return self.first_step + self.n_steps

    def conditions_at(self, step: int) -> Conditions:
        """Return what is imposed at a step of the clock."""
        stage = self.stage
        part = (step - self.first_step) / self.n_steps
        temperature = stage.starts_at_K + (stage.ends_at_K - stage.starts_at_K) * part
        return Conditions(temperature, _pressure(stage), self._strain_at(part))

    def _strain_at(self, part: float) -> float:
        """Return the strain that is imposed after a part of the stage: those of two stages multiply."""
        if _lets_z_go(self.stage):
            return 0.0
        if not isinstance(self.stage, Strain):
            return self.strain_before
        added = self.stage.strain_at(part)
        return added + self.strain_before + added * self.strain_before


def _lets_z_go(stage: DynamicStage) -> bool:
    """Say whether the length along z follows a pressure: every barostat here moves it."""
    return isinstance(stage, Ramp | Cool) or (isinstance(stage, Hold) and stage.ensemble == "npt")


def _pressure(stage: DynamicStage) -> float | None:
    if isinstance(stage, Ramp | Cool):
        return stage.pressure_bar
    if isinstance(stage, Hold):
        return stage.pressure_bar if stage.ensemble == "npt" else None
    return 0.0 if isinstance(stage, Strain) and stage.lateral == "free" else None


def without_what_may_grow(stage: Stage) -> dict[str, Any]:
    """Return a stage as plain data without its length, if a longer one would begin in just the same way.

    A stage at one temperature goes on as it began, and so does a strain at one rate. A ramp does not: LAMMPS takes its
    temperatures from both of its ends.

    Examples
    --------
    >>> from gbglass.protocol.stages import Hold
    >>> "duration_ps" in without_what_may_grow(Hold(temperature_K=300, duration_ps=5))
    False

    """
    plain = without_defaults(stage)
    if isinstance(stage, Strain):
        plain["to_strain"] = "longer" if stage.to_strain > 0.0 else "shorter"
    elif isinstance(stage, Hold | MeltRegion | Discharge):
        plain.pop("duration_ps", None)
    return plain


def lay_out(stages: Sequence[Stage], timestep: float, names: Sequence[str] = ()) -> tuple[TimedStage, ...]:
    """Put the stages in which time passes on one clock that starts at step 0; a minimisation takes no time.

    Parameters
    ----------
    stages
        The protocol.
    timestep
        [ps].
    names
        What messages call each of the stages (`gbglass.protocol.promises.names_of`); by its number if absent.

    Raises
    ------
    InputError
        If a stage is not a whole number of steps.

    Examples
    --------
    >>> from gbglass.protocol.stages import Hold, Minimise, Ramp
    >>> ramp = Ramp(from_K=300, to_K=1000, rate_K_per_fs=0.1)
    >>> ramp, hold = lay_out([Minimise(), ramp, Hold(temperature_K=1000, duration_ps=30)], 0.001)
    >>> hold.first_step, hold.last_step, ramp.conditions_at(3500)
    (7000, 37000, Conditions(temperature=650.0, pressure=0.0, strain=0.0))

    """
    timed: list[TimedStage] = []
    step, strain = 0, 0.0
    for number, stage in enumerate(stages, start=1):
        if isinstance(stage, Minimise):
            continue
        name = names[number - 1] if names else f"stage.{number}"
        n_steps = whole_steps(stage.duration_ps, timestep, f"{name}: duration")
        timed.append(TimedStage(number, stage, step, n_steps, name, strain))
        step += n_steps
        strain = timed[-1].conditions_at(step).strain
    return tuple(timed)


def conditions_at(timeline: Sequence[TimedStage], step: int) -> Conditions:
    """Return what is imposed at a step; where two stages meet, that of the later one.

    Raises
    ------
    InputError
        If no stage covers the step.

    """
    for timed in reversed(timeline):
        if timed.first_step <= step <= timed.last_step:
            return timed.conditions_at(step)
    raise InputError(
        f"'step' must lie in the protocol, got {step}; it ends at step {timeline[-1].last_step if timeline else 0}"
    )
