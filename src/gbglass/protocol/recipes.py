"""Recipes: the paper's protocols by name, each written out into stages; they stand in a study file like stages.

All numbers that are not given are those of doi:10.1038/s41467-025-59895-9, Methods and SI Note 2.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gbglass.core.potential import Potential
from gbglass.core.region import Region, Shell
from gbglass.errors import InputError
from gbglass.protocol.aims import BOUNDARIES, EACH_BOUNDARY, WHOLE_CELL, Aim
from gbglass.protocol.stages import (
    PAPER_COOLING_K_PER_FS,
    PAPER_HEATING_K_PER_FS,
    Cool,
    Coupling,
    Discharge,
    Duration,
    Hold,
    MeltRegion,
    Minimise,
    Pressure,
    Ramp,
    Stage,
    Strain,
    Temperature,
)

Rate = Annotated[float, Field(gt=0.0, le=10.0, description="speed of a change of temperature [K/fs]")]
ELECTROLYTE = "LLZO"
"""The crystal whose boundaries are melted, as cards of potentials call it."""

PAPER_HEATED_TO_K = 1800.0
"""SI Note 2, Model-A: close to the melting point of LLZO, which the paper has at 1600 to 1700 K."""

_MELTING_STEP_K = 10.0
"""A fraction of a melting point is taken to the nearest of these: more is not known, and ramps stay whole steps."""


class _Recipe(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="after")
    def _can_be_written_out(self) -> Self:
        """Refuse numbers of which no stage can be made, such as cooling to what is warmer."""
        if self.needs_potential:
            return self
        try:
            self.stages()
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
        return self

    @property
    def needs_potential(self) -> bool:
        """Whether it says something in terms of the potential, and cannot be written out before that is known."""
        return False

    @property
    def aims(self) -> tuple[Aim, ...]:
        """What must be glass when it has ended, besides regions that are melted by themselves: nothing for most."""
        return ()

    @abstractmethod
    def stages(self) -> tuple[Stage, ...]:
        """Write it out."""


class Equilibrate(_Recipe):
    """Minimise, heat in NPT to a temperature, hold there in NVT.

    Examples
    --------
    >>> [stage.kind for stage in Equilibrate(temperature_K=1000).stages()]
    ['minimise', 'ramp', 'hold']

    """

    kind: Literal["equilibrate"] = "equilibrate"
    temperature_K: Temperature
    hold_ps: Duration = 500.0
    from_K: Temperature = 300.0
    rate_K_per_fs: Rate = PAPER_HEATING_K_PER_FS
    pressure_bar: Pressure = 0.0

    def stages(self) -> tuple[Stage, ...]:
        """Write it out."""
        hold = Hold(temperature_K=self.temperature_K, duration_ps=self.hold_ps)
        return Minimise(), *_ramp(self.from_K, self.temperature_K, self.rate_K_per_fs, self.pressure_bar), hold


class SlowCool(_Recipe):
    """Cool in NPT so slowly that lithium can follow, then hold in NVT (SI Fig. 7)."""

    kind: Literal["slow_cool"] = "slow_cool"
    from_K: Temperature = 500.0
    to_K: Temperature = 300.0
    rate_K_per_fs: Rate = PAPER_COOLING_K_PER_FS
    hold_ps: Duration = 50.0

    def stages(self) -> tuple[Stage, ...]:
        """Write it out."""
        cool = Cool(from_K=self.from_K, to_K=self.to_K, rate_K_per_fs=self.rate_K_per_fs)
        return cool, Hold(temperature_K=self.to_K, duration_ps=self.hold_ps)


class AmorphiseLayer(_Recipe):
    """Melt a boundary while everything else is held, release all, equilibrate (Layer-2 and Layer-3 of SI Note 2).

    Examples
    --------
    >>> melt, hold = AmorphiseLayer(thickness_A=10, temperature_K=800).stages()
    >>> melt.region, hold.duration_ps
    (Shell(kind='shell', position=0.0, within_A=5.0, beyond_A=0.0, axis=2), 500.0)

    """

    kind: Literal["amorphise_layer"] = "amorphise_layer"
    thickness_A: Annotated[float | None, Field(gt=0.0, le=1000.0, description="of the layer [Å]")] = None
    boundary: Annotated[Literal[1, 2], Field(description="which of the two boundaries of the cell")] = 1
    region: Annotated[Region | None, Field(description="what is melted, in place of a layer")] = None
    temperature_K: Annotated[Temperature, Field(description="at which it equilibrates [K]")]
    melt_K: Temperature = 3000.0
    melt_ps: Duration = 100.0
    hold_ps: Duration = 500.0

    def stages(self) -> tuple[Stage, ...]:
        """Write it out."""
        if (self.thickness_A is None) == (self.region is None):
            raise ValueError("either 'thickness_A' or 'region' must be given, not both and not neither")
        region = self.region
        if region is None:
            half = 0.5 * (self.thickness_A or 0.0)
            region = Shell(position=BOUNDARIES[self.boundary - 1], within_A=half)
        melt = MeltRegion(region=region, temperature_K=self.melt_K, duration_ps=self.melt_ps)
        return melt, Hold(temperature_K=self.temperature_K, duration_ps=self.hold_ps)


class AmorphiseHeating(_Recipe):
    """Heat the whole cell until its boundaries melt and the bulk does not, return, equilibrate (Model-A of SI Note 2).

    How hot is said in kelvin, or as a fraction of the melting point that the potential's card states (`resolved`).
    The paper names no rate for the way back; it is that of heating here.

    Examples
    --------
    >>> AmorphiseHeating(from_K=800, temperature_K=800).stages()[0]
    Ramp(from_K=800.0, to_K=1800.0, pressure_bar=0.0, coupling='lengths', kind='ramp', rate_K_per_fs=0.02)
    >>> AmorphiseHeating(from_K=800, temperature_K=800, melting_fraction=0.75).at_melting_point(2620.0).melt_K
    1960.0

    """

    kind: Literal["amorphise_heating"] = "amorphise_heating"
    from_K: Temperature
    temperature_K: Annotated[Temperature, Field(description="at which it equilibrates [K]")]
    melt_K: Annotated[Temperature | None, Field(description="1800 K, as in the paper, if nothing is said [K]")] = None
    melting_fraction: Annotated[
        float | None, Field(ge=0.1, le=1.5, description="in place of melt_K: of the potential's own melting point [1]")
    ] = None
    rate_K_per_fs: Rate = PAPER_HEATING_K_PER_FS
    melt_ps: Duration = 100.0
    hold_ps: Duration = 500.0

    @property
    def needs_potential(self) -> bool:
        """Whether it is heated to a fraction of a melting point."""
        return self.melting_fraction is not None

    @property
    def aims(self) -> tuple[Aim, ...]:
        """Each boundary glass, the interiors of the grains crystal."""
        return EACH_BOUNDARY

    @model_validator(mode="after")
    def _goes_to_one_temperature(self) -> Self:
        if self.melt_K is not None and self.melting_fraction is not None:
            raise ValueError("either 'melt_K' or 'melting_fraction' may be given, not both")
        return self

    def at_melting_point(self, temperature: float) -> "AmorphiseHeating":
        """Return the same in kelvin, to the nearest 10 K, for a melting point [K]."""
        if self.melting_fraction is None:
            return self
        heated_to = round(self.melting_fraction * temperature / _MELTING_STEP_K) * _MELTING_STEP_K
        return AmorphiseHeating.model_validate(self.model_dump() | {"melt_K": heated_to, "melting_fraction": None})

    def stages(self) -> tuple[Stage, ...]:
        """Write it out.

        Raises
        ------
        InputError
            If it is not resolved: the melting point is a potential's.

        """
        if self.melting_fraction is not None:
            raise InputError("'melting_fraction' says nothing without a potential; resolve the protocol first")
        melt_K = PAPER_HEATED_TO_K if self.melt_K is None else self.melt_K
        return (
            *_ramp(self.from_K, melt_K, self.rate_K_per_fs),
            Hold(temperature_K=melt_K, duration_ps=self.melt_ps),
            *_ramp(melt_K, self.temperature_K, self.rate_K_per_fs),
            Hold(temperature_K=self.temperature_K, duration_ps=self.hold_ps),
        )


class MeltQuench(_Recipe):
    """Melt everything, cool to a glass in NPT, hold at 0 bar and then in NVT: bulk amorphous LLZO.

    The barostat moves all lengths of the cell together. A melt keeps no shape: with each length on its own a cell of
    192 atoms came to 12.0 x 13.7 x 15.1 Å while it was cooled, and ended its run.
    """

    kind: Literal["melt_quench"] = "melt_quench"
    from_K: Temperature
    temperature_K: Annotated[Temperature, Field(description="of the glass [K]")]
    melt_K: Temperature = 3000.0
    melt_ps: Duration = 100.0
    heating_K_per_fs: Rate = 1.0
    cooling_K_per_fs: Rate = 0.01
    hold_ps: Duration = 100.0

    @property
    def aims(self) -> tuple[Aim, ...]:
        """Glass everywhere."""
        return WHOLE_CELL

    def stages(self) -> tuple[Stage, ...]:
        """Write it out."""
        return (
            *_ramp(self.from_K, self.melt_K, self.heating_K_per_fs, coupling="isotropic"),
            Hold(temperature_K=self.melt_K, duration_ps=self.melt_ps),
            Cool(
                from_K=self.melt_K,
                to_K=self.temperature_K,
                rate_K_per_fs=self.cooling_K_per_fs,
                coupling="isotropic",
            ),
            Hold(temperature_K=self.temperature_K, duration_ps=self.hold_ps, ensemble="npt", coupling="isotropic"),
            Hold(temperature_K=self.temperature_K, duration_ps=self.hold_ps),
        )


class Tensile(_Recipe):
    """Bring a cell to 0 bar, then lengthen it along the boundaries' normal at a constant rate (Fig. 6a)."""

    kind: Literal["tensile"] = "tensile"
    temperature_K: Temperature
    to_strain: Annotated[float, Field(gt=0.0, le=10.0, description="engineering strain at the end [1]")] = 0.3
    rate_per_ps: Annotated[float, Field(gt=0.0, le=1.0, description="strain rate [1/ps]")] = 1e-3
    settle_ps: Duration = 20.0
    lateral: Literal["free", "fixed"] = "free"

    def stages(self) -> tuple[Stage, ...]:
        """Write it out."""
        strain = Strain(
            temperature_K=self.temperature_K,
            to_strain=self.to_strain,
            rate_per_ps=self.rate_per_ps,
            lateral=self.lateral,
        )
        return Hold(temperature_K=self.temperature_K, duration_ps=self.settle_ps, ensemble="npt"), strain


Recipe = Equilibrate | SlowCool | AmorphiseLayer | AmorphiseHeating | MeltQuench | Tensile
"""A discharge needs no recipe: it is one stage."""

ProtocolEntry = Annotated[
    Minimise | Ramp | Cool | Hold | MeltRegion | Strain | Discharge | Recipe, Field(discriminator="kind")
]
"""What may stand in the list of stages of a study file."""


def needs_potential(entry: ProtocolEntry) -> bool:
    """Say whether an entry can be written out only when its potential is known (`resolved`)."""
    return isinstance(entry, Recipe) and entry.needs_potential


def resolved(entry: ProtocolEntry, potential: Potential) -> ProtocolEntry:
    """Say in kelvin what an entry says in terms of the potential; anything else stays as it is.

    Parameters
    ----------
    entry
        A stage or a recipe.
    potential
        What acts between the atoms.

    Raises
    ------
    InputError
        If the potential's card does not state the melting point.

    """
    if isinstance(entry, AmorphiseHeating) and entry.melting_fraction is not None:
        return entry.at_melting_point(potential.melting_point(ELECTROLYTE).temperature)
    return entry


def write_out(entries: Sequence[ProtocolEntry]) -> tuple[Stage, ...]:
    """Write the recipes of a protocol out into their stages.

    Examples
    --------
    >>> protocol = write_out([Equilibrate(temperature_K=500), SlowCool()])
    >>> [stage.kind for stage in protocol]
    ['minimise', 'ramp', 'hold', 'cool', 'hold']

    """
    return tuple(stage for entry in entries for stage in stages_of(entry))


def stages_of(entry: ProtocolEntry) -> tuple[Stage, ...]:
    """Return the stages of one entry: a recipe's, or the stage itself."""
    return entry.stages() if isinstance(entry, Recipe) else (entry,)


def _ramp(
    from_K: float, to_K: float, rate_K_per_fs: float, pressure_bar: float = 0.0, coupling: Coupling = "lengths"
) -> tuple[Ramp, ...]:
    """Return a ramp, or nothing where there is no way to go."""
    if from_K == to_K:
        return ()
    return (Ramp(from_K=from_K, to_K=to_K, rate_K_per_fs=rate_K_per_fs, pressure_bar=pressure_bar, coupling=coupling),)
