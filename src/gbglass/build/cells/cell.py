"""The cells of the paper by their names: Li | LLZO | LixZr2O4 with and without boundaries, and half cells.

Figures are those of doi:10.1038/s41467-025-59895-9.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from ase import Atoms

from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.boundaries.cavity import CavitySpec, enlarge_cavity
from gbglass.build.cells.electrode_slabs import THICKEST, lithium_slab, lzo_slab
from gbglass.build.cells.electrolyte import (
    Electrolyte,
    Orientation,
    Stand,
    boundary_electrolyte,
    given_electrolyte,
    llzo_electrolyte,
    open_electrolyte,
    scaled_electrolyte,
    twin_electrolyte,
)
from gbglass.build.cells.given_electrode import given_electrode
from gbglass.build.cells.given_electrolyte import GivenElectrolyte
from gbglass.build.cells.match import (
    LARGEST_REPEAT,
    SPINEL_100,
    WANTED_STRAIN,
    Match,
    Surface,
    check_content,
    find_matches,
)
from gbglass.build.cells.slab import Slab
from gbglass.build.cells.stack import BuiltCell, StackSpec, stack_parts
from gbglass.build.crystals.lattice_constants import LITHIUM_LATTICE, LLZO_LATTICE, LZO_LATTICE, LatticeConstants
from gbglass.build.networks.layout import NetworkSpec
from gbglass.build.networks.network import build_network
from gbglass.build.order import check_tetrahedral
from gbglass.errors import InputError

WIDEST = 110.0
"""Edges of a cell are repeated up to this, eight garnet cells and more than the paper's models have [Å]."""

THINNEST_LZO = 9.0
"""One cell of the spinel: its outer half is held, the other half takes lithium [Å]."""

CRACK = 3.0
"""Width of the crack that makes cell-2s unless another cavity is asked for: room for one layer of lithium metal [Å]."""

FORMULA_VOLUME = 12.9827**3 / 8.0
"""Of Li7La3Zr2O12 [Å³]."""

Steps = tuple[int, int]
Given = Atoms | GivenElectrolyte | None


@dataclass(frozen=True)
class Model:
    """What a name stands for.

    Parameters
    ----------
    what
        One line for people.
    orientation
        Of the grain boundaries to the interfaces.
    has_cathode
        Whether it ends on LixZr2O4, or is a half cell.
    source
        Where the electrolyte comes from: a ``"crystal"``, a ``"boundary"`` that is built, its ``"twin"``, a
        ``"cavity"`` boundary, or it has to be ``"given"``.
    how
        For models whose electrolyte has to be given: how to make it.

    """

    what: str
    orientation: Orientation
    has_cathode: bool
    source: str
    how: str = ""


_BOTH = 2
"""Boundaries of a bicrystal."""

NETWORKS = ("cell-gb", "cell-a")
"""Cells whose electrolyte is a network of boundaries, as built or amorphised."""

_MELT = "build the boundary, melt what lies around it in a run with the rest held, and give its last frame"
_NETWORK = "build a network of boundaries (gbglass build network) and give its file, or its spec from Python"

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "cell-0": Model("no boundary (Fig. 3)", "none", True, "crystal"),
        "cell-1": Model("boundaries parallel to the electrodes (Fig. 3)", "parallel", True, "boundary"),
        "cell-2": Model("boundaries perpendicular to the electrodes (Fig. 3)", "perpendicular", True, "boundary"),
        "cell-2s": Model("the same with a larger cavity (Fig. 3)", "perpendicular", True, "cavity"),
        "layer-0": Model("the twin of layer-1 without a boundary (Fig. 4)", "parallel", True, "twin"),
        "layer-1": Model("boundaries as built (Fig. 4)", "parallel", True, "boundary"),
        "layer-2": Model("thin amorphous layer (Fig. 4)", "parallel", True, "given", _MELT),
        "layer-3": Model("thick amorphous layer (Fig. 4)", "parallel", True, "given", _MELT),
        "cell-gb": Model("network of boundaries (Fig. 5)", "none", True, "network", _NETWORK),
        "cell-a": Model(
            "the network amorphised (Fig. 5)", "none", True, "given", "melt the boundaries of a network at 1800 K"
        ),
        "half-llzo": Model("Li | LLZO (Fig. 6)", "none", False, "crystal"),
        "half-gb": Model("Li | LLZO with boundaries (Fig. 6)", "perpendicular", False, "boundary"),
        "half-a": Model("Li | LLZO with amorphous boundaries (Fig. 6)", "perpendicular", False, "given", _MELT),
        "half-both": Model(
            "one slab with a crystalline and an amorphous boundary under Li (Fig. 6c)",
            "perpendicular",
            False,
            "given",
            "build the boundary, melt what lies around boundary 2 alone with the rest held, and give its last frame",
        ),
    }
)
"""Names of the cells."""


@dataclass(frozen=True)
class Thicknesses:
    """Least thickness of each part; whole layers are taken.

    Parameters
    ----------
    llzo
        Of the electrolyte. Parallel boundaries take that of their bicrystal instead [Å].
    lzo
        Of LixZr2O4 [Å].
    lithium
        Of the lithium metal [Å].

    Raises
    ------
    InputError
        If one is not a positive number, or LixZr2O4 is thinner than one cell.

    """

    llzo: float = 25.0
    lzo: float = 18.0
    lithium: float = 20.0

    def __post_init__(self) -> None:
        for name, value in (("llzo", self.llzo), ("lzo", self.lzo), ("lithium", self.lithium)):
            if not (math.isfinite(value) and 0.0 < value <= THICKEST):
                raise InputError(f"the thickness of '{name}' must be above 0 and at most {THICKEST:g} Å, got {value}")
        if self.lzo < THINNEST_LZO:
            raise InputError(
                f"the thickness of 'lzo' must be {THINNEST_LZO:g} Å or more, got {self.lzo}: its outer half is held"
            )


@dataclass(frozen=True)
class CellSpec:
    """Which cell is to be built.

    Parameters
    ----------
    model
        One of `MODELS`.
    boundary
        For models with a boundary, and for the twin of a given one.
    network
        For cell-gb, unless its electrolyte is given; of cell-a what is amorphised before it comes into the cell.
    x
        Lithium in LixZr2O4 at the start, 0 to 1.
    thicknesses
        Of the parts.
    twin
        Build the same cell without a boundary.
    through
        Period of the bicrystal (0 or 1) that goes from electrode to electrode past perpendicular boundaries.
    boundaries
        How many parallel boundaries are kept of the two of a bicrystal, 1 or 2.
    repeats
        Of the electrolyte along x and y; searched if absent, 1 x 1 for half cells.
    cavity
        Of cell-2s; a crack along one boundary, 3 Å wide, if absent.
    n_tetrahedral
        Lithium on each 24 tetrahedra of cubic LLZO, from 8 to 13; a boundary has its own.
    llzo, lzo, lithium
        Lattice constants of the potential in use, at the temperature of the run; an electrolyte that is given keeps its
        own [Å for `llzo`].
    strain_limit
        Largest misfit of LixZr2O4 at the start [1].
    stack
        Clearance, vacuum, closure.

    Raises
    ------
    InputError
        If a value cannot be used, or does not go with the model.

    """

    model: str
    boundary: BoundarySpec | None = None
    network: NetworkSpec | None = None
    x: float = 0.0
    thicknesses: Thicknesses = field(default_factory=Thicknesses)
    twin: bool = False
    through: int | None = None
    boundaries: int = 2
    repeats: Steps | None = None
    cavity: CavitySpec | None = None
    n_tetrahedral: int = 12
    llzo: float = LLZO_LATTICE
    lzo: LatticeConstants = LZO_LATTICE
    lithium: LatticeConstants = LITHIUM_LATTICE
    strain_limit: float = WANTED_STRAIN
    stack: StackSpec = field(default_factory=StackSpec)

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise InputError(f"'model' must be one of {', '.join(MODELS)}, got {self.model!r}")
        check_content(self.x)
        check_tetrahedral(self.n_tetrahedral)
        if self.repeats is not None and not all(1 <= n <= LARGEST_REPEAT for n in self.repeats):
            raise InputError(f"'repeats' must be two numbers from 1 to {LARGEST_REPEAT}, got {self.repeats}")
        stand, source = self.stand, MODELS[self.model].source
        self._check_twin(source)
        if self.boundary is None and (source in ("boundary", "twin", "cavity") or self.twin):
            raise InputError(
                f"{self.model}{' as a twin' if self.twin else ''} needs a boundary; give its axis and plane"
            )
        if self.boundary is not None and source == "crystal":
            raise InputError(f"{self.model} has no boundary; leave out its axis and plane, or ask for the twin of one")
        if self.network is not None and self.model not in NETWORKS:
            raise InputError(f"{self.model} has no network; {' and '.join(NETWORKS)} have")
        if self.cavity is not None and source != "cavity":
            raise InputError(f"{self.model} has no cavity; cell-2s has")
        if self.boundaries != _BOTH and not stand.is_parallel:
            raise InputError(f"{self.model} keeps both boundaries of a bicrystal; 'boundaries' is for parallel ones")

    def _check_twin(self, source: str) -> None:
        if not self.twin:
            return
        if source == "crystal" and self.boundary is not None:
            raise InputError(f"{self.model} has no boundary and so no twin; take the twin of cell-1 or cell-2")
        if source == "cavity":
            raise InputError("cell-2s holds less lithium than a crystal and has no twin; take the twin of cell-2")
        if source == "network":
            raise InputError(
                f"{self.model} has grains of several orientations: no one crystal has its interface planes, so it "
                "has no twin; take cell-0 of the same size, or the twin of cell-1 or cell-2"
            )

    @property
    def stand(self) -> Stand:
        """How its electrolyte stands."""
        return Stand(MODELS[self.model].orientation, self.through, self.boundaries)


@dataclass(frozen=True)
class GivenElectrodes:
    """Electrodes that are taken as they are, each a slab.

    Parameters
    ----------
    anode
        Of lithium metal.
    cathode
        Of LixZr2O4; the electrolyte is then repeated as the spec says, once by default.

    """

    anode: Atoms | None = None
    cathode: Atoms | None = None


NO_ELECTRODES = GivenElectrodes()


def build_cell(
    spec: CellSpec,
    rng: np.random.Generator,
    electrolyte: Given = None,
    electrodes: GivenElectrodes = NO_ELECTRODES,
) -> BuiltCell:
    """Build a cell: lithium at the bottom, the electrolyte on it, LixZr2O4 on top of a full cell.

    The electrolyte sets the in-plane lengths and is not strained; the smallest number of its cells is taken on which
    LixZr2O4 fits within the limit.

    Parameters
    ----------
    spec
        Which cell.
    rng
        Decides where lithium goes.
    electrolyte
        Taken instead of the one that would be built: periodic, orthogonal, neutral, boundaries across z.
    electrodes
        Taken instead of those that would be built.

    Raises
    ------
    InputError
        If the model needs an electrolyte and none is given, nothing fits within the limit, or the cell is not sound.

    Examples
    --------
    >>> spec = CellSpec("half-llzo", thicknesses=Thicknesses(llzo=12.0, lithium=8.0))
    >>> cell = build_cell(spec, np.random.default_rng(1))
    >>> cell.parts, cell.ledger.formal_charge
    (('Li', 'LLZO'), 0.0)

    """
    model = MODELS[spec.model]
    source = _electrolyte(spec, model, rng, electrolyte)
    if electrodes.cathode is not None and not model.has_cathode:
        raise InputError(f"{spec.model} has no cathode; leave it out, or take a full cell")
    match = _match(spec, source) if model.has_cathode and electrodes.cathode is None else None
    repeats = match.repeats if match else spec.repeats or (1, 1)
    middle = _open(spec, model, source, repeats, rng)
    parts = [_anode(spec, middle, electrodes.anode), middle]
    if electrodes.cathode is not None:
        parts.append(given_electrode(electrodes.cathode, "cathode", middle.edges, spec.strain_limit))
    if match:
        parts.append(lzo_slab(match, spec.thicknesses.lzo, rng))
    cell = stack_parts(tuple(parts), spec.stack)
    return replace(cell, title=f"{spec.model}{' (twin)' if spec.twin else ''}, {source.title}")


def _anode(spec: CellSpec, middle: Slab, given: Atoms | None) -> Slab:
    if given is not None:
        return given_electrode(given, "anode", middle.edges)
    return lithium_slab(middle.edges, spec.thicknesses.lithium, spec.lithium)


def _electrolyte(spec: CellSpec, model: Model, rng: np.random.Generator, given: Given) -> Electrolyte:
    """Find the electrolyte; for a crystal without a boundary, one cell of it, which is ordered anew once repeated."""
    if given is not None:
        taken = GivenElectrolyte(given) if isinstance(given, Atoms) else given
        standing = given_electrolyte(taken, spec.stand)
    elif spec.network is not None and model.source == "network":
        standing = given_electrolyte(GivenElectrolyte(build_network(spec.network, rng).atoms), spec.stand)
    elif model.how:
        raise InputError(f"{spec.model} ({model.what}) needs an electrolyte: {model.how}")
    elif model.source == "crystal":
        return scaled_electrolyte(llzo_electrolyte((1, 1), 1.0, spec.n_tetrahedral, rng), spec.llzo / LLZO_LATTICE)
    else:
        built = bicrystal_of(spec, rng)
        standing = boundary_electrolyte(_boundary(spec), built, spec.stand, rng)
    if spec.twin or model.source == "twin":
        standing = twin_electrolyte(_boundary(spec), standing, spec.stand, rng)
    return standing if given is not None else scaled_electrolyte(standing, spec.llzo / LLZO_LATTICE)


def bicrystal_of(spec: CellSpec, rng: np.random.Generator) -> BuiltBoundary:
    """Build the bicrystal that a cell has between its electrodes, its larger cavity included.

    Raises
    ------
    InputError
        If no boundary is given, or it cannot be built.

    """
    built = build_boundary(_boundary(spec), rng)
    return enlarge_cavity(built, spec.cavity or _crack(built)) if MODELS[spec.model].source == "cavity" else built


def _boundary(spec: CellSpec) -> BoundarySpec:
    if spec.boundary is None:
        raise InputError(f"{spec.model} needs a boundary; give its axis and plane")
    return spec.boundary


def _crack(built: BuiltBoundary) -> CavitySpec:
    area = float(np.prod(built.atoms.cell.lengths()[:2]))
    return CavitySpec(units=max(1, round(area * CRACK / FORMULA_VOLUME)), shape="crack", boundary=2)


def _match(spec: CellSpec, source: Electrolyte) -> Match:
    """Choose the smallest number of cells on which LixZr2O4 fits, and of its matches the best."""
    surface = Surface(SPINEL_100, spec.lzo, spec.x)
    if spec.repeats is not None:
        cell = spec.repeats[0] * source.edges[0], spec.repeats[1] * source.edges[1]
        found = find_matches(cell, surface, spec.strain_limit, most_repeats=1)[0]
        return replace(found, repeats=spec.repeats)
    first, second = (min(LARGEST_REPEAT, max(1, math.floor(WIDEST / edge))) for edge in source.edges)
    matches = find_matches(source.edges, surface, spec.strain_limit, (first, second))
    return min(matches, key=lambda match: (round(match.area, 3), match.largest_misfit))


def _open(spec: CellSpec, model: Model, source: Electrolyte, repeats: Steps, rng: np.random.Generator) -> Slab:
    thickness = spec.thicknesses.llzo
    if source.is_crystal:
        crystal = llzo_electrolyte(repeats, thickness, spec.n_tetrahedral, rng)
        return open_electrolyte(scaled_electrolyte(crystal, spec.llzo / LLZO_LATTICE), (1, 1), thickness)
    return open_electrolyte(source, repeats, thickness if model.orientation == "perpendicular" else 1.0)
