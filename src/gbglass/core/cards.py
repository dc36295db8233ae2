"""Cards: one TOML file a potential, one frozen model a kind, whether it comes with gbglass or from its user."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from ase.data import chemical_symbols
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails

from gbglass.core.pair_lines import buckingham_lines, core_lines
from gbglass.core.potential import KnownEnergy, LatticeConstant, MeltingPoint, Potential
from gbglass.core.provenance import content_id, sha256_text, without_defaults
from gbglass.core.species import pair_name
from gbglass.core.tokens import FOLDER, File, ModelFile, Token, command, file_problems, folder_of
from gbglass.core.toml_file import read_toml
from gbglass.errors import ConfigError

_SUBSTYLE_PLACE = 2
"""In a pair_coeff of a hybrid style: two types, then whose coefficients they are."""

_CAVITY_RADII: Mapping[str, float] = MappingProxyType({"Li-O": 1.55, "Li-Zr": 2.55, "Li-La": 2.60})
"""Measured for LLZO with buckingham-llzo [Å]: radii of a cavity fraction are fixed once, whatever the potential."""

Distances = Annotated[dict[str, Annotated[float, Field(gt=0.0)]], Field(description="by pair such as Li-O [Å]")]
Element = Annotated[str, Field(pattern="^[A-Z][a-z]?$")]
CrystalName = Literal["Li", "LLZO", "LiZr2O4", "Zr2O4"]
Elements = Annotated[tuple[Element, ...], Field(min_length=1, description="in the order of the LAMMPS atom types")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True)


class Known(_Table):
    """A structure whose energy is stated, so that a LAMMPS can be held against it."""

    file: File
    energy_eV: float


class Lattice(_Table):
    """A lattice constant that was measured with the potential, at 0 bar."""

    of: CrystalName
    temperature_K: Annotated[float, Field(ge=0.0, le=10_000.0)]
    a: Annotated[float, Field(gt=0.0, le=100.0, description="edge of the cubic cell [Å]")]


class Melting(_Table):
    """A melting point that was measured with the potential, at 0 bar."""

    of: CrystalName
    temperature_K: Annotated[float, Field(ge=100.0, le=5000.0)]
    error_K: Annotated[float, Field(gt=0.0, le=1000.0, description="standard error, or half a bracket [K]")]


class Core(_Table):
    """A repulsion that is exactly zero from its reach on, in energy and force."""

    strength: Annotated[float, Field(gt=0.0, description="energy at 0.89 of the reach [eV]")]
    reach: Distances


class _Card(_Table):
    """What every card may say."""

    title: str = ""
    citation: str = ""
    validated_for: str = "what its authors say"
    elements: Elements
    cutoff: Annotated[float, Field(gt=0.0, le=50.0, description="longest short-ranged reach [Å]")]
    cavity_radii: Distances = Field(default=dict(_CAVITY_RADII))
    shortest: Distances = Field(default={})
    known: Known | None = None
    lattice: Annotated[tuple[Lattice, ...], Field(description="lattice constants measured with it")] = ()
    melting: Annotated[tuple[Melting, ...], Field(description="melting points measured with it, one a crystal")] = ()

    @model_validator(mode="after")
    def _elements_exist(self) -> "_Card":
        unknown = [element for element in self.elements if element not in chemical_symbols]
        if unknown:
            raise ValueError(f"'elements' holds {', '.join(unknown)}, which is no element")
        if len(set(self.elements)) != len(self.elements):
            raise ValueError(f"'elements' must hold each element once, got {', '.join(self.elements)}")
        for table in (self.cavity_radii, self.shortest):
            strange = [pair for pair in table if "-" not in pair]
            if strange:
                raise ValueError(f"{', '.join(strange)} is not a pair of elements such as Li-O")
        molten = [one.of for one in self.melting]
        if len(set(molten)) != len(molten):
            raise ValueError(f"'melting' must hold each crystal once, got {', '.join(molten)}")
        return self

    def known_energy(self) -> KnownEnergy | None:
        """Return the structure whose energy is stated, if there is one."""
        if self.known is None:
            return None
        return KnownEnergy(self.known.file.path, self.known.energy_eV)


class BuckinghamCard(_Card):
    """Rigid ions with formal charges, Buckingham pairs and a core."""

    kind: Literal["buckingham"] = "buckingham"
    accuracy: Annotated[float, Field(gt=0.0, lt=1.0, description="of PPPM")]
    order: Annotated[int, Field(ge=2, le=7, description="of PPPM's stencil")]
    charges: dict[str, float]
    buckingham: dict[str, tuple[float, float, float]]
    core: Core

    @model_validator(mode="after")
    def _every_pair_has_a_core(self) -> "BuckinghamCard":
        missing = [pair for pair in _pairs(self.elements) if pair not in self.core.reach]
        if missing or set(self.charges) != set(self.elements):
            raise ValueError(f"every element needs a charge and every pair a core; missing {', '.join(missing)}")
        return self

    def potential(self, name: str, checksum: str) -> Potential:
        """Return the potential that the card describes."""
        styles = frozenset({"hybrid/overlay", "buck/coul/long", "lj/cut"})
        return _potential(self, name, checksum, _Interaction(buckingham_lines(self.model_dump()), styles, self.charges))


class DeepmdCard(_Card):
    """A DeePMD model, with a core over it if the card has one."""

    kind: Literal["deepmd"] = "deepmd"
    model: File
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="of the model file")]
    core: Core | None = None
    as_trained: Annotated[bool, Field(description="the model is slow: compress it before it runs")] = False
    committee: Annotated[
        tuple[File, ...], Field(description="more models, trained apart: where they disagree, none knows")
    ] = ()
    made: Annotated[
        dict[str, str | int | float],
        Field(
            description="data, teacher, training, versions; member_2_sha256 and so on hold the committee to its files"
        ),
    ] = Field(default={})

    @model_validator(mode="after")
    def _the_models_are_those_that_were_validated(self) -> "DeepmdCard":
        stated = [(self.model, self.sha256)]
        for number, file in enumerate(self.committee, start=2):  # the model is the first
            stated.append((file, str(self.made.get(f"member_{number}_sha256", file.sha256))))
        wrong = [(file, sha256) for file, sha256 in stated if file.sha256 != sha256]
        if wrong:
            named = [f"{file.path} (SHA-256 {file.sha256}, the card says {sha256})" for file, sha256 in wrong]
            raise ValueError(
                f"{', '.join(named)} is not the file that this card was written for; restore it, or write a card for "
                "the new one"
            )
        return self

    def potential(self, name: str, checksum: str) -> Potential:
        """Return the potential that the card describes."""
        first = _potential(self, name, checksum, self._interaction(self.model))
        others = tuple(
            replace(
                first, name=Path(file.name).stem, checksum=file.sha256, lines=self._interaction(file).lines, known=None
            )
            for file in self.committee
        )
        return replace(first, committee=others, as_trained=self.model.path if self.as_trained else None)

    def _interaction(self, model: ModelFile) -> "_Interaction":
        known = " ".join(self.elements)
        if self.core is None:
            lines = [f"pair_style deepmd {model.quoted}", f"pair_coeff * * {known}"]
            return _Interaction(tuple(lines), frozenset({"deepmd"}))
        reach = max(self.core.reach.values())
        lines = [
            f"pair_style hybrid/overlay deepmd {model.quoted} lj/cut {reach:g}",
            "pair_modify pair lj/cut shift yes",
            f"pair_coeff * * deepmd {known}",
            *core_lines(self.elements, self.core.model_dump()),
        ]
        return _Interaction(tuple(lines), frozenset({"hybrid/overlay", "deepmd", "lj/cut"}))


class LammpsCard(_Card):
    """Anything else that LAMMPS knows: its words, as lists, and the files among them."""

    kind: Literal["lammps"] = "lammps"
    pair_style: Annotated[tuple[Token, ...], Field(min_length=1, description="words after pair_style")]
    pair_coeff: Annotated[tuple[tuple[Token, ...], ...], Field(min_length=1, description="words after each pair_coeff")]
    kspace_style: Annotated[tuple[Token, ...], Field(description="words after kspace_style")] = ()
    kspace_modify: Annotated[tuple[Token, ...], Field(description="words after kspace_modify")] = ()
    files: tuple[File, ...] = ()
    charges: Annotated[dict[str, float] | None, Field(description="of each element [e], if they are fixed")] = None

    @model_validator(mode="after")
    def _words_fit(self, info: ValidationInfo) -> "LammpsCard":
        problems = [*file_problems((self.pair_style, *self.pair_coeff), self.files, folder_of(info))]
        problems += [*_element_problems(self), *_charge_problems(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def potential(self, name: str, checksum: str) -> Potential:
        """Return the potential that the card describes."""
        commands = [("pair_style", self.pair_style), *(("pair_coeff", words) for words in self.pair_coeff)]
        commands += [("kspace_style", self.kspace_style), ("kspace_modify", self.kspace_modify)]
        lines = tuple(command(word, tokens, self.files) for word, tokens in commands if tokens)
        return _potential(self, name, checksum, _Interaction(lines, self._styles(), self.charges))

    def _styles(self) -> frozenset[str]:
        first = self.pair_style[0]
        if not first.startswith("hybrid"):
            return frozenset({first})
        return frozenset(
            {first, *(words[_SUBSTYLE_PLACE] for words in self.pair_coeff if len(words) > _SUBSTYLE_PLACE)}
        )


_TELLING = {"buckingham": "buckingham", "model": "deepmd", "pair_style": "lammps"}
"""Keys that only one kind of card has."""


def _kind_of(data: Any) -> str | None:  # noqa: ANN401  # whatever a file holds
    """Return the kind that a card states, or that its keys tell."""
    if not isinstance(data, dict):
        return None
    told = data.get("kind") or next((kind for key, kind in _TELLING.items() if key in data), None)
    return told if isinstance(told, str) else None


Card = BuckinghamCard | DeepmdCard | LammpsCard
_CARD: TypeAdapter[Card] = TypeAdapter(
    Annotated[
        Annotated[BuckinghamCard, Tag("buckingham")]
        | Annotated[DeepmdCard, Tag("deepmd")]
        | Annotated[LammpsCard, Tag("lammps")],
        Discriminator(_kind_of),
    ]
)


@dataclass(frozen=True)
class _Interaction:
    """What distinguishes one kind of card from another."""

    lines: tuple[str, ...]
    styles: frozenset[str]
    charges: Mapping[str, float] | None = None


def _potential(card: _Card, name: str, checksum: str, interaction: _Interaction) -> Potential:
    charges = interaction.charges
    return Potential(
        name=name,
        title=card.title or name,
        elements=card.elements,
        fixed_charges=None if charges is None else MappingProxyType(dict(charges)),
        cutoff=card.cutoff,
        lines=interaction.lines,
        pair_styles=interaction.styles,
        validated_for=card.validated_for,
        cavity_radii=MappingProxyType(dict(card.cavity_radii)),
        citation=card.citation,
        checksum=checksum,
        shortest=MappingProxyType(dict(card.shortest)),
        known=card.known_energy(),
        lattice=tuple(LatticeConstant(one.of, one.temperature_K, one.a) for one in card.lattice),
        melting=tuple(MeltingPoint(one.of, one.temperature_K, one.error_K) for one in card.melting),
    )


def read_card(path: Path) -> Potential:
    """Read the card of a potential; its name is that of the file, names of files in it are relative to it.

    Raises
    ------
    ConfigError
        With every mistake at once; also if a file is not the one that the card was written for.

    """
    data = read_toml(path, "a card")
    try:
        card = _CARD.validate_python(data, context={FOLDER: path.parent})
    except ValidationError as error:
        raise ConfigError([_problem(details) for details in error.errors()], path) from error
    return card.potential(path.stem, _checksum(card, path.read_text(encoding="utf-8")))


def _problem(details: ErrorDetails) -> tuple[str, str]:
    if details["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return "kind", "must be one of buckingham, deepmd, lammps"
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in details["loc"][1:])
    return place, details["msg"].removeprefix("Value error, ")


def _checksum(card: BaseModel, text: str) -> str:
    """Hash the text of a card, and what is in the files that it names."""
    inside = [file.sha256 for file in _files(card)]
    return content_id([sha256_text(text), *inside]) if inside else sha256_text(text)


def _files(card: BaseModel) -> Iterator[ModelFile]:
    for _, value in card:
        for entry in value if isinstance(value, tuple) else (value,):
            if isinstance(entry, ModelFile):
                yield entry
            elif isinstance(entry, Known):
                yield entry.file


def own_potential(card: LammpsCard) -> Potential:
    """Return the potential of a user's own table, named after its pair style and its files."""
    name = " ".join([card.pair_style[0], *(file.name for file in card.files)])
    return card.potential(name, content_id(without_defaults(card)))


def _element_problems(card: LammpsCard) -> Iterator[str]:
    """Find lines whose last words give elements to the types in another order than the card."""
    order = " ".join(card.elements)
    for words in card.pair_coeff:
        last = _last_elements(words)
        fits = len(last) == len(card.elements) and all(
            a in (b, "NULL") for a, b in zip(last, card.elements, strict=True)
        )
        if last and not fits:
            yield f"pair_coeff {' '.join(words)} must end with the elements in order, {order}"
    if "deepmd" in card.pair_style and not any(_last_elements(words) for words in card.pair_coeff):
        yield f"pair_coeff of deepmd must end with the elements, {order}, or LAMMPS takes the order of the model"


def _last_elements(words: tuple[str, ...]) -> tuple[str, ...]:
    kept = len(words)
    while kept > 0 and (words[kept - 1] in chemical_symbols[1:] or words[kept - 1] == "NULL"):
        kept -= 1
    return words[kept:]


def _charge_problems(card: LammpsCard) -> Iterator[str]:
    if card.charges is not None and set(card.charges) != set(card.elements):
        yield f"'charges' must have one number for each of {', '.join(card.elements)}"
    if card.kspace_style and card.charges is None:
        yield "'kspace_style' needs 'charges'"


def _pairs(elements: tuple[str, ...]) -> list[str]:
    return [pair_name(*pair) for pair in combinations_with_replacement(elements, 2)]
