"""What a loop is told: a small TOML file, every mistake in it found at once."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from gbglass.core.toml_file import read_toml
from gbglass.errors import ConfigError
from gbglass.learning.committee import CommitteeSpec
from gbglass.learning.origins import check_domain
from gbglass.protocol.stages import Duration, Temperature
from gbglass.protocol.timeline import whole_steps
from gbglass.units import PS_PER_FS

Count = Annotated[int, Field(ge=1, le=10_000)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Some = TypeVar("Some")


def _refuse_empty(value: tuple[Some, ...]) -> tuple[Some, ...]:
    """Refuse a list without entries; a mistake in an entry is told of alone."""
    if not value:
        raise ValueError("must have one entry or more")
    return value


class Training(_Table):
    """What is trained in each iteration, as for ``gbglass potential train``; one member explores as well as four."""

    preset: Literal["quick", "laptop", "paper"] = "laptop"
    members: Annotated[int, Field(ge=1, le=16)] = 1
    steps: Annotated[int | None, Field(ge=1, description="of each member, if not the preset's")] = None
    seed: Annotated[int, Field(ge=0)] = 1

    def committee(self) -> CommitteeSpec:
        """Return it as training takes it."""
        return CommitteeSpec(self.preset, self.members, self.seed, self.steps)


class Flat(_Table):
    """When an error counts as flat: see `gbglass.learning.exploration.ending.is_flat`."""

    iterations: Annotated[int, Field(ge=2, le=100, description="as many in a row")] = 2
    change: Annotated[float, Field(gt=0.0, lt=1.0, description="differ by no more than this part of the least")] = 0.05


class MdTable(_Table):
    """How the current model is run from each start at each temperature."""

    duration_ps: Duration = 5.0
    timestep_fs: Annotated[float, Field(gt=0.0, le=20.0, description="[fs]")] = 1.0
    frame_every_ps: Annotated[float, Field(gt=0.0, description="between candidates [ps]")] = 0.1
    ranks: Annotated[int, Field(ge=1, le=1024, description="MPI processes")] = 1

    @model_validator(mode="after")
    def _holds_frames(self) -> "MdTable":
        timestep = self.timestep_fs * PS_PER_FS
        whole_steps(self.duration_ps, timestep, "duration_ps")
        whole_steps(self.frame_every_ps, timestep, "frame_every_ps")
        if self.frame_every_ps > self.duration_ps:
            raise ValueError(f"'frame_every_ps' must not exceed 'duration_ps', got {self.frame_every_ps:g}")
        return self


class Start(_Table):
    """Where dynamics begin: a labelled frame of an origin, another one each time, or structures of one's own."""

    origin: Annotated[str | None, Field(description="of the store, such as c-llzo/900 K")] = None
    file: Annotated[str | None, Field(description="extxyz, relative to this file")] = None
    domain: Annotated[str | None, Field(description="what a file holds, one word")] = None
    temperatures_K: tuple[Temperature, ...]
    ensemble: Annotated[Literal["nvt", "npt"], Field(description="whether the cell stands or follows 0 bar")] = "nvt"

    _not_empty = field_validator("temperatures_K")(_refuse_empty)

    @field_validator("domain")
    @classmethod
    def _domain_is_a_word(cls, value: str | None) -> str | None:
        return None if value is None else check_domain(value)

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Start":
        if (self.origin is None) == (self.file is None):
            raise ValueError("must have either 'origin', of the store, or 'file', an extxyz of your own")
        if (self.file is None) != (self.domain is None):
            raise ValueError("'domain' must be there with 'file', and only then: an origin has its own")
        return self

    @property
    def name(self) -> str:
        """What messages and records call it."""
        return self.origin or self.file or ""


class ExplorationSpec(_Table):
    """A loop: train, measure errors, explore, choose, label, and again."""

    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="of velocities and of the frames begun from")] = 1
    iterations: Annotated[Count, Field(description="no more than these")] = 8
    limit: Annotated[Count, Field(description="frames labelled an iteration, at most")] = 20
    coverage: Annotated[float, Field(gt=0.0, le=1.0, description="of every species, to end with [1]")] = 0.99
    flat: Flat = Flat()
    leave_out: Annotated[
        tuple[str, ...], Field(description="domains that are trained, but not counted in the error")
    ] = ("close",)
    training: Training = Training()
    dynamics: MdTable = MdTable()
    start: tuple[Start, ...]

    _not_empty = field_validator("start")(_refuse_empty)

    @field_validator("leave_out")
    @classmethod
    def _domains_are_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_domain(name) for name in value)


def read_exploration(path: Path) -> ExplorationSpec:
    """Read the file of a loop.

    Raises
    ------
    ConfigError
        With every mistake at once; also if the file cannot be read.

    """
    return check_exploration(read_toml(path, "a TOML file"), path)


def check_exploration(raw: dict[str, Any], source: Path | None = None) -> ExplorationSpec:
    """Turn plain data, as they stand in a file, into a checked loop.

    Raises
    ------
    ConfigError
        With every mistake at once.

    Examples
    --------
    >>> check_exploration({"limit": 0, "start": [{"origin": "li/bcc 300 K", "temperatures_K": [-1]}]})
    Traceback (most recent call last):
    ...
    gbglass.errors.ConfigError: 2 mistakes
      limit: Input should be greater than or equal to 1, got 0
      start.1.temperatures_K.1: Input should be greater than 0, got -1

    """
    try:
        return ExplorationSpec.model_validate(raw)
    except ValidationError as error:
        problems = [
            (
                ".".join(str(part + 1) if isinstance(part, int) else part for part in one["loc"]),
                one["msg"].removeprefix("Value error, ") + _got(one["input"]),
            )
            for one in error.errors()
        ]
        raise ConfigError(problems, source) from error


def _got(value: object) -> str:
    return f", got {value!r}" if isinstance(value, int | float) else ""
