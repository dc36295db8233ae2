"""The stages of a protocol: one frozen class a kind, so that a stage has the parameters of its kind and no others.

Each number carries its unit in its name, as it stands in a study file.
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

Temperature = Annotated[float, Field(gt=0.0, le=10_000.0, description="temperature [K]")]
MovingCell = Literal["fixed", "normal", "lengths"]
"""What of the cell a minimisation moves: nothing, its length along z (a boundary's normal), or each of its lengths."""


class _Stage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Minimise(_Stage):
    """Move the atoms downhill until no force exceeds the tolerance, the cell fixed or brought to 0 bar."""

    kind: Literal["minimise"] = "minimise"
    force_eV_per_A: Annotated[float, Field(gt=0.0, description="largest force left [eV/Å]")] = 0.05
    max_iterations: Annotated[int, Field(gt=0, le=100_000)] = 2000
    cell: Annotated[
        MovingCell, Field(description="what is brought to 0 bar: nothing, the length along z, or each length")
    ] = "fixed"

    @model_serializer(mode="wrap")
    def _leave_out_a_fixed_cell(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Write what was written before there was a choice, so that older folders stay those of their study."""
        plain: dict[str, object] = write(self)
        if self.cell == "fixed":
            del plain["cell"]
        return plain


class Ramp(_Stage):
    """Change the temperature at a constant rate in NPT, each cell length on its own: the paper's way to its targets."""

    kind: Literal["ramp"] = "ramp"
    from_K: Temperature
    to_K: Temperature
    rate_K_per_fs: Annotated[float, Field(gt=0.0, le=10.0, description="speed of the change [K/fs]")]
    pressure_bar: Annotated[float, Field(ge=-1e6, le=1e6, description="pressure [bar]")] = 0.0

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "Ramp":
        if self.from_K == self.to_K:
            raise ValueError(
                f"a ramp must change the temperature, got {self.from_K:g} K to {self.to_K:g} K; use a hold"
            )
        return self

    @property
    def duration_ps(self) -> float:
        """How long the ramp takes [ps]."""
        return abs(self.to_K - self.from_K) / self.rate_K_per_fs * 1e-3


class Hold(_Stage):
    """Stay at one temperature in NVT."""

    kind: Literal["hold"] = "hold"
    temperature_K: Temperature
    duration_ps: Annotated[float, Field(gt=0.0, le=1e7, description="length of the hold [ps]")]


Stage = Annotated[Minimise | Ramp | Hold, Field(discriminator="kind")]
DynamicStage = Ramp | Hold
"""The stages in which time passes."""
