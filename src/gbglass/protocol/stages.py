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

from gbglass.core.region import Region

Temperature = Annotated[float, Field(gt=0.0, le=10_000.0, description="temperature [K]")]
Pressure = Annotated[float, Field(ge=-1e6, le=1e6, description="pressure [bar]")]
Duration = Annotated[float, Field(gt=0.0, le=1e7, description="length of the stage [ps]")]
MovingCell = Literal["fixed", "normal", "lengths"]
"""What of the cell a minimisation moves: nothing, its length along z (a boundary's normal), or each of its lengths, and
the angles of a skew cell with them."""

Coupling = Literal["isotropic", "lengths", "normal"]
"""What a barostat moves: all lengths together, each length on its own, or the length along z alone."""

PAPER_HEATING_K_PER_FS = 0.02
PAPER_COOLING_K_PER_FS = 0.0002
"""doi:10.1038/s41467-025-59895-9, Methods and Fig. 1."""


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


class _Change(_Stage):
    """A change of temperature at a constant rate, under a barostat."""

    from_K: Temperature
    to_K: Temperature
    pressure_bar: Pressure = 0.0
    coupling: Annotated[
        Coupling, Field(description="what the barostat moves: all lengths together, each on its own, or z alone")
    ] = "lengths"

    @property
    def starts_at_K(self) -> float:
        """Temperature at its beginning [K]."""
        return self.from_K

    @property
    def ends_at_K(self) -> float:
        """Temperature at its end [K]."""
        return self.to_K


class Ramp(_Change):
    """Change the temperature at a constant rate in NPT: the paper's way to its targets."""

    kind: Literal["ramp"] = "ramp"
    rate_K_per_fs: Annotated[float, Field(gt=0.0, le=10.0, description="speed of the change [K/fs]")]

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "Ramp":
        if self.from_K == self.to_K:
            raise ValueError(
                f"a ramp must change the temperature, got {self.from_K:g} K to {self.to_K:g} K; use a hold"
            )
        return self

    @property
    def duration_ps(self) -> float:
        """How long it takes [ps]."""
        return abs(self.to_K - self.from_K) / self.rate_K_per_fs * 1e-3


class Cool(_Change):
    """Lower the temperature slowly in NPT; at the paper's rate unless another is given."""

    kind: Literal["cool"] = "cool"
    rate_K_per_fs: Annotated[float, Field(gt=0.0, le=10.0, description="speed of the change [K/fs]")] = (
        PAPER_COOLING_K_PER_FS
    )

    @model_validator(mode="after")
    def _cools(self) -> "Cool":
        if self.from_K <= self.to_K:
            raise ValueError(f"'to_K' must lie below 'from_K', got {self.from_K:g} K to {self.to_K:g} K; use a ramp")
        return self

    @property
    def duration_ps(self) -> float:
        """How long it takes [ps]."""
        return (self.from_K - self.to_K) / self.rate_K_per_fs * 1e-3


class _Isothermal(_Stage):
    """A stage at one temperature."""

    temperature_K: Temperature

    @property
    def starts_at_K(self) -> float:
        """Temperature at its beginning [K]."""
        return self.temperature_K

    @property
    def ends_at_K(self) -> float:
        """Temperature at its end [K]."""
        return self.temperature_K


class Hold(_Isothermal):
    """Stay at one temperature: in NVT, or in NPT if the stage says so."""

    kind: Literal["hold"] = "hold"
    duration_ps: Duration
    ensemble: Annotated[Literal["nvt", "npt"], Field(description="whether the cell stands or follows a pressure")] = (
        "nvt"
    )
    pressure_bar: Annotated[Pressure, Field(description="pressure, in npt [bar]")] = 0.0
    coupling: Annotated[Coupling, Field(description="what the barostat moves, in npt")] = "lengths"

    @model_validator(mode="after")
    def _has_a_barostat_for_its_pressure(self) -> "Hold":
        if self.ensemble == "nvt" and {"pressure_bar", "coupling"} & self.model_fields_set:
            raise ValueError("'pressure_bar' and 'coupling' need ensemble = \"npt\": in NVT the cell stands still")
        return self

    @model_serializer(mode="wrap")
    def _without_a_barostat_in_nvt(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Write what can be read back."""
        plain: dict[str, object] = write(self)
        if self.ensemble == "nvt":
            plain.pop("pressure_bar", None)
            plain.pop("coupling", None)
        return plain


class MeltRegion(_Isothermal):
    """Heat what a region holds, everything else held where it is; then let all go.

    What is inside is decided once, at the beginning. The stage after it draws new velocities for all atoms, so that
    nothing that was held starts cold and the whole has no momentum (paper, Methods: amorphised layers).
    """

    kind: Literal["melt_region"] = "melt_region"
    region: Annotated[Region, Field(description="what is heated")]
    temperature_K: Temperature = 3000.0
    duration_ps: Duration = 100.0


class Strain(_Isothermal):
    """Lengthen the cell along z at a constant engineering rate, or shorten it if the strain is negative."""

    kind: Literal["strain"] = "strain"
    to_strain: Annotated[float, Field(gt=-0.9, le=10.0, description="engineering strain at the end [1]")]
    rate_per_ps: Annotated[float, Field(gt=0.0, le=1.0, description="size of the strain rate [1/ps]")]
    lateral: Annotated[
        Literal["free", "fixed"], Field(description="whether x and y follow 0 bar, or keep their lengths")
    ] = "free"

    @model_validator(mode="after")
    def _strains(self) -> "Strain":
        if self.to_strain == 0.0:
            raise ValueError("'to_strain' must not be 0; use a hold")
        return self

    @property
    def duration_ps(self) -> float:
        """How long it takes [ps]."""
        return abs(self.to_strain) / self.rate_per_ps

    def strain_at(self, part: float) -> float:
        """Return the engineering strain after a part of the stage [1]."""
        return self.to_strain * part


class Discharge(_Isothermal):
    """Let lithium flow from the metal to the cathode in a cell whose outer cathode layer is held.

    The metal ends at a free surface, or at a piston: atoms that move along z as one body under no load, so that the
    shrinking anode does not cavitate. There is no external circuit: what drives is the difference of chemical
    potentials.
    """

    kind: Literal["discharge"] = "discharge"
    duration_ps: Duration
    held: Annotated[
        Region | None, Field(description="the outer layer of the cathode, which stays; the builder's own if absent")
    ] = None
    piston: Annotated[Region | None, Field(description="lithium that moves as one body; a free surface if absent")] = (
        None
    )


DynamicStage = Ramp | Cool | Hold | MeltRegion | Strain | Discharge
"""The stages in which time passes."""

Stage = Annotated[Minimise | DynamicStage, Field(discriminator="kind")]
