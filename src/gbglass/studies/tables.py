"""The tables of study files: one frozen model each, no key beyond them, each number with its unit in its name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    ValidationInfo,
    model_validator,
)

from gbglass.build.boundaries.boundary import BoundarySpec
from gbglass.core.cards import LammpsCard, own_potential, read_card
from gbglass.core.packaged import load_potential
from gbglass.core.potential import Potential
from gbglass.core.region import Region
from gbglass.core.tokens import File, folder_of
from gbglass.lammps.deck import PerAtom

_TETRAHEDRAL_LI = 12

Miller = tuple[int, int, int]
Repeat = Annotated[int, Field(ge=1, le=100)]


class Table(BaseModel):
    """What every table forbids: keys that it does not know, and numbers that are none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PackagedPotential(Table):
    """A potential that comes with gbglass."""

    name: Annotated[str, Field(description="one of the potentials that 'gbglass doctor' lists")]

    def load(self) -> Potential:
        """Return it.

        Raises
        ------
        InputError
            If there is none of that name.

        """
        return load_potential(self.name)


def _card(value: object, info: ValidationInfo) -> Potential:
    if not isinstance(value, str) or not value:
        raise ValueError("must be the name of a card, relative to the study file")
    return read_card(folder_of(info) / value)


class CardPotential(Table):
    """A potential with a card, such as one that 'gbglass potential train' made."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    card: Annotated[
        Potential,
        PlainValidator(_card, json_schema_input_type=str),
        PlainSerializer(lambda potential: {"name": potential.name, "checksum": potential.checksum}, return_type=dict),
        Field(description="a TOML file, relative to the study file"),
    ]

    def load(self) -> Potential:
        """Return it."""
        return self.card


class OwnPotential(LammpsCard):
    """A user's own: whatever the LAMMPS that is found knows."""

    def load(self) -> Potential:
        """Return it, named after its pair style and its files."""
        return own_potential(self)


def _how_given(data: Any) -> str | None:  # noqa: ANN401  # whatever a file holds, or a table of ours
    """Tell how a potential is given by the key that only one way has."""
    if isinstance(data, dict):
        return next((key for key in POTENTIALS if key in data), None)
    return next((key for key, kind in POTENTIALS.items() if isinstance(data, kind)), None)


POTENTIALS: Mapping[str, type[PackagedPotential | CardPotential | OwnPotential]] = MappingProxyType(
    {"name": PackagedPotential, "card": CardPotential, "pair_style": OwnPotential}
)
"""Ways to give a potential, by the key that tells which it is."""

PotentialChoice = Annotated[
    Annotated[PackagedPotential, Tag("name")]
    | Annotated[CardPotential, Tag("card")]
    | Annotated[OwnPotential, Tag("pair_style")],
    Discriminator(_how_given),
    Field(description="which potential acts between the atoms; there is no default"),
]


class CrystalChoice(Table):
    """Which crystal the grains are cut from: cubic LLZO, or one from a file."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: Annotated[Literal["llzo-cubic"] | None, Field(description="a crystal that comes with gbglass")] = None
    file: Annotated[
        File | None,
        Field(description="a crystal of your own: one conventional cell as a CIF, a POSCAR, anything ASE reads"),
    ] = None
    tetrahedral_Li: Annotated[
        int,
        Field(ge=8, le=13, description="of llzo-cubic: Li on 24d sites of a cell of 192 atoms; 8 to 13 have an order"),
    ] = _TETRAHEDRAL_LI

    @model_validator(mode="after")
    def _is_one(self) -> "CrystalChoice":
        if (self.name is None) == (self.file is None):
            given = "none" if self.name is None else "both"
            raise ValueError(f"must have one of the keys name, file, got {given}")
        if self.file is not None and self.tetrahedral_Li != _TETRAHEDRAL_LI:
            raise ValueError("'tetrahedral_Li' is of llzo-cubic; a file says itself where its lithium is")
        return self


class BoundaryChoice(Table):
    """Which symmetric tilt boundary is built."""

    axis: Annotated[Miller, Field(description="tilt axis [uvw]")]
    plane: Annotated[Miller, Field(description="boundary plane (hkl); contains the axis")]
    sigma: Annotated[int | None, Field(ge=1, description="if given, must be that of the plane")] = None
    layers: Annotated[int, Field(ge=1, le=400, description="planes d_hkl in each grain")]
    cut_offset: Annotated[float, Field(ge=0.0, lt=1.0, description="where the plane cuts, in parts of d_hkl")] = 0.0
    shift: Annotated[
        tuple[float, float] | None,
        Field(description="in-plane shift of grain 2 as fractions of the periods; searched when absent"),
    ] = None
    lithium: Annotated[
        Literal["placed", "carried"],
        Field(description="'placed': Li where there is room; 'carried': Li as the cut exposes it, as in the paper"),
    ] = "placed"
    extra_lithium: Annotated[
        int,
        Field(
            ge=-1000,
            le=1000,
            description="Li above those that make the cell neutral, near its boundaries; not with fixed charges",
        ),
    ] = 0

    def to_build(self, crystal: CrystalChoice) -> BoundarySpec:
        """Return what the builder is asked for.

        Raises
        ------
        InputError
            If a value cannot be used.

        """
        return BoundarySpec(
            axis=self.axis,
            plane=self.plane,
            layers=self.layers,
            n_tetrahedral=crystal.tetrahedral_Li,
            cut_offset=self.cut_offset,
            shift=self.shift,
            sigma=self.sigma,
            lithium=self.lithium,
            extra_lithium=self.extra_lithium,
            allow_nonstoichiometric=self.extra_lithium != 0,
        )


class BulkChoice(Table):
    """A crystal without a boundary, to compare with."""

    repeats: Annotated[tuple[Repeat, Repeat, Repeat], Field(description="cells of the crystal along its edges")]


class ModelChoice(Table):
    """What is simulated: a boundary, a crystal without one, or a structure of one's own; one of them."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    boundary: BoundaryChoice | None = None
    bulk: BulkChoice | None = None
    file: Annotated[
        File | None,
        Field(description="a structure in any format that ASE reads, such as one that another study ended with"),
    ] = None

    @model_validator(mode="after")
    def _is_one(self) -> "ModelChoice":
        given = [name for name in MODELS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"must have one of the keys {', '.join(MODELS)}, got {' and '.join(given) or 'none'}")
        return self


MODELS = ("boundary", "bulk", "file")
"""Ways to give a model."""


class CommitteeChoice(Table):
    """Potentials that are asked beside the one that runs; where they disagree, the run pauses."""

    members: Annotated[
        tuple[PotentialChoice, ...],
        Field(description="as the table [potential]; those that the potential's own card names when absent"),
    ] = ()
    limit_eV_per_A: Annotated[float, Field(gt=0.0, description="largest spread of a force [eV/Å]")]
    every_ps: Annotated[float, Field(gt=0.0, description="time between the frames that are looked at")] = 1.0
    region: Annotated[Region | None, Field(description="whose atoms count; all when absent")] = None


class RunSettings(Table):
    """How the stages are run."""

    timestep_fs: Annotated[float, Field(gt=0.0, le=10.0)] = 1.0
    frame_every_ps: Annotated[float, Field(gt=0.0, description="time between frames of the trajectory")] = 0.1
    count_every_ps: Annotated[
        float, Field(gt=0.0, description="time between counts of the regions, which LAMMPS makes while it runs")
    ] = 0.05
    dense_last_ps: Annotated[
        float, Field(ge=0.0, description="length of a window at the end with frames closer together; 0 for none")
    ] = 0.0
    dense_every_ps: Annotated[float, Field(gt=0.0, description="time between frames in that window")] = 0.05
    per_atom: Annotated[
        tuple[PerAtom, ...], Field(description="what frames hold besides places: energies and stresses of atoms")
    ] = ()
    segment_ps: Annotated[
        float, Field(gt=0.0, description="MD runs in pieces of this length; an interruption loses at most one")
    ] = 5.0
    ranks: Annotated[int, Field(ge=1, le=4096, description="MPI processes")] = 2
