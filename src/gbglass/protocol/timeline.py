"""Which stage, which step, which temperature: answered without LAMMPS."""

from collections.abc import Sequence
from dataclasses import dataclass

from gbglass.errors import InputError
from gbglass.protocol.stages import DynamicStage, Minimise, Ramp, Stage


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

    """

    number: int
    stage: DynamicStage
    first_step: int
    n_steps: int

    @property
    def last_step(self) -> int:
        """The step at which it ends."""
        return self.first_step + self.n_steps

    def temperature_at(self, step: int) -> float:
        """Return the thermostat's target [K] at a step of the clock."""
        if isinstance(self.stage, Ramp):
            done = (step - self.first_step) / self.n_steps
            return self.stage.from_K + (self.stage.to_K - self.stage.from_K) * done
        return self.stage.temperature_K


def lay_out(stages: Sequence[Stage], timestep: float) -> tuple[TimedStage, ...]:
    """Put the stages in which time passes on one clock that starts at step 0; a minimisation takes no time.

    Parameters
    ----------
    stages
        The protocol.
    timestep
        [ps].

    Raises
    ------
    InputError
        If a stage is not a whole number of steps.

    Examples
    --------
    >>> from gbglass.protocol.stages import Hold, Minimise, Ramp
    >>> ramp = Ramp(from_K=300, to_K=1000, rate_K_per_fs=0.1)
    >>> ramp, hold = lay_out([Minimise(), ramp, Hold(temperature_K=1000, duration_ps=30)], 0.001)
    >>> hold.first_step, hold.last_step, ramp.temperature_at(3500)
    (7000, 37000, 650.0)

    """
    timed: list[TimedStage] = []
    step = 0
    for number, stage in enumerate(stages, start=1):
        if isinstance(stage, Minimise):
            continue
        n_steps = whole_steps(stage.duration_ps, timestep, f"stage.{number}: duration")
        timed.append(TimedStage(number, stage, step, n_steps))
        step += n_steps
    return tuple(timed)


def temperature_at(timeline: Sequence[TimedStage], step: int) -> float:
    """Return the thermostat's target [K] at a step; where two stages meet, that of the later one.

    Raises
    ------
    InputError
        If no stage covers the step.

    """
    for timed in reversed(timeline):
        if timed.first_step <= step <= timed.last_step:
            return timed.temperature_at(step)
    raise InputError(
        f"'step' must lie in the protocol, got {step}; it ends at step {timeline[-1].last_step if timeline else 0}"
    )
