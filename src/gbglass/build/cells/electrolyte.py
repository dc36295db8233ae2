"""The electrolyte of a cell before it is opened: a crystal, a bicrystal turned either way, its twin, or a given one."""

import math
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np
from ase import Atoms

from gbglass.build.account import count_species, is_garnet
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary
from gbglass.build.cells.filled_box import fill_box
from gbglass.build.cells.given_electrolyte import GivenElectrolyte
from gbglass.build.cells.opening import open_slab, polarity, quietest_cut
from gbglass.build.cells.slab import GARNET, OTHER, Slab, StandingBoundary, Z, check_orthogonal, in_species_order
from gbglass.build.cells.through import period_through
from gbglass.build.crystal import llzo_crystal
from gbglass.build.piece import plan_cut, wrap_into
from gbglass.build.tilt import TiltBoundary, tilt_boundary
from gbglass.core.ledger import BoundaryEntry
from gbglass.errors import InputError

Orientation = Literal["none", "parallel", "perpendicular"]
"""How grain boundaries lie to the electrodes."""

LARGE_STRAIN = 0.02
"""Beyond it a remark says how to make the strain of a twin smaller [1]."""

_WHOLE = 1e-6
_MIDDLE_OF_GRAIN = 0.25
"""Boundaries of a bicrystal are at heights 0 and 1/2."""

_CUTS = 24
"""Places within one plane's thickness that are compared."""

Steps = tuple[int, int]


@dataclass(frozen=True)
class Stand:
    """How an electrolyte with boundaries stands between the electrodes.

    Parameters
    ----------
    orientation
        Of its boundaries to the interfaces.
    through
        Period of the bicrystal (0 or 1) that goes from electrode to electrode past perpendicular boundaries; that
        along the tilt axis if absent, or else the shorter one.
    boundaries
        Of parallel ones, how many are kept: both, or only boundary 2 with half of each grain.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    orientation: Orientation
    through: int | None = None
    boundaries: int = 2

    def __post_init__(self) -> None:
        if self.through not in (None, 0, 1):
            raise InputError(f"'through' must be 0 or 1, the periods of the boundary, got {self.through}")
        if self.boundaries not in (1, 2):
            raise InputError(f"'boundaries' must be 1 or 2, got {self.boundaries}")

    @property
    def is_parallel(self) -> bool:
        """Whether lithium has to cross the boundaries."""
        return self.orientation == "parallel"


@dataclass(frozen=True)
class Electrolyte:
    """A periodic electrolyte and how it stands between the electrodes.

    Parameters
    ----------
    atoms
        Orthogonal; boundaries, if there are any, across z.
    axis
        That will go from electrode to electrode: 0, 1 or 2.
    at
        Where it will be opened; the quietest place if absent [1].
    keep
        How much of the cell is taken [1].
    title
        For people.
    is_crystal
        Whether it is a perfect crystal, whose lithium is ordered over all of it and not repeated.
    strain
        Put into it, along the axes of this cell [1].
    boundaries
        Of the ledger of the bicrystal.
    remarks
        What a user must know of it.

    """

    atoms: Atoms
    axis: int = 2
    at: float | None = None
    keep: float = 1.0
    title: str = "LLZO"
    is_crystal: bool = False
    strain: tuple[float, float, float] = (0.0, 0.0, 0.0)
    boundaries: tuple[BoundaryEntry, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, int, int]:
        """Which of its axes become x, y and z of the slab."""
        return ((1, 2, 0), (0, 2, 1), (0, 1, 2))[self.axis]

    @property
    def edges(self) -> tuple[float, float]:
        """In-plane lengths of the slab that it will be [Å]."""
        lengths = self.atoms.cell.lengths()
        return float(lengths[self.order[0]]), float(lengths[self.order[1]])

    @property
    def period(self) -> float:
        """Length from electrode to electrode [Å]."""
        return self.keep * float(self.atoms.cell.lengths()[self.axis])


def scaled_electrolyte(electrolyte: Electrolyte, factor: float) -> Electrolyte:
    """Bring an electrolyte to the lattice constant of a potential: that is no strain for it.

    Parameters
    ----------
    electrolyte
        As it was built.
    factor
        The potential's lattice constant over the builder's [1].

    """
    if factor == 1.0:
        return electrolyte
    atoms: Atoms = electrolyte.atoms.copy()
    atoms.set_cell(atoms.cell.array * factor, scale_atoms=True)
    return replace(electrolyte, atoms=atoms)


def llzo_electrolyte(repeats: Steps, thickness: float, n_tetrahedral: int, rng: np.random.Generator) -> Electrolyte:
    """Cut cubic LLZO for (001) surfaces, lithium ordered over the whole of it.

    Parameters
    ----------
    repeats
        Cubic cells along x and y.
    thickness
        At least this, in half cells [Å].
    n_tetrahedral
        Lithium on each 24 tetrahedra, from 8 to 13.
    rng
        Decides the ordering.

    """
    # The lattice is body-centred: each half cell holds the whole composition.
    halves = max(1, math.ceil(2.0 * thickness / llzo_crystal().lattice_parameter - _WHOLE))
    cells = math.ceil(halves / 2)
    edges = np.diag([float(repeats[0]), float(repeats[1]), float(cells)])
    atoms = fill_box(edges, np.zeros(3), n_tetrahedral, rng)
    return Electrolyte(atoms, keep=0.5 * halves / cells, title="LLZO (001)", is_crystal=True)


def crystal_electrolyte(normal: tuple[int, int, int], n_tetrahedral: int, rng: np.random.Generator) -> Electrolyte:
    """Cut cubic LLZO for surfaces across any direction of the cubic lattice, lithium ordered over the whole of it.

    Parameters
    ----------
    normal
        Of the surfaces [uvw]; the cell is that long, in lattice parameters.
    n_tetrahedral
        Lithium on each 24 tetrahedra, from 8 to 13.
    rng
        Decides the ordering.

    Examples
    --------
    >>> crystal_electrolyte((1, -1, 0), 12, np.random.default_rng(1)).atoms.cell.lengths().round(2).tolist()
    [12.98, 18.36, 18.36]

    """
    up = np.array(normal)
    around = [np.array(step) for step in product((0, 1, -1, 2, -2, 3, -3), repeat=3) if any(step)]
    first = min((step for step in around if step @ up == 0), key=lambda step: int(step @ step))
    second = np.cross(up, first)
    edges = np.array([first, second // np.gcd.reduce(second), up], dtype=np.float64)
    atoms = fill_box(edges, np.zeros(3), n_tetrahedral, rng)
    return Electrolyte(atoms, title=f"LLZO across [{' '.join(map(str, normal))}]", is_crystal=True)


def boundary_electrolyte(
    spec: BoundarySpec, built: BuiltBoundary, stand: Stand, rng: np.random.Generator
) -> Electrolyte:
    """Stand a bicrystal between electrodes.

    Parameters
    ----------
    spec
        What was built.
    built
        With its boundaries across z.
    stand
        How.
    rng
        Orders the crystal whose planes are looked at; its own state stays as it is.

    """
    axis, at, keep = period_through(built.geometry, stand.through), None, 1.0
    if stand.is_parallel and stand.boundaries == 1:
        cell = float(built.atoms.cell.lengths()[2])
        half = spec.layers // 2 * built.geometry.spacing * llzo_crystal().lattice_parameter
        half += 0.5 * built.ledger.boundaries[1].expansion
        axis, at, keep = 2, 0.5 - half / cell, 2.0 * half / cell
    elif stand.is_parallel:
        axis, at = 2, _shared_cut(spec, built, rng)
    remarks = tuple(f"LLZO: {remark}" for remark in built.ledger.remarks)
    title, boundaries = built.geometry.title, built.ledger.boundaries
    return Electrolyte(built.atoms, axis, at, keep, title, boundaries=boundaries, remarks=remarks)


def given_electrolyte(given: GivenElectrolyte, stand: Stand) -> Electrolyte:
    """Take an electrolyte as it is: from a file, or the last frame of a run.

    Parameters
    ----------
    given
        Orthogonal and neutral, its boundaries across z at heights 0 and 1/2, as the builder of boundaries makes them;
        it is opened in the middle between them if they are to be parallel.
    stand
        How; ``through`` is what the electrolyte says, or 0, if absent.

    Raises
    ------
    InputError
        If the cell is not orthogonal.

    """
    atoms = given.atoms
    check_orthogonal(atoms, "a given electrolyte")
    taken = Atoms(atoms.get_chemical_symbols(), positions=atoms.positions, cell=atoms.cell, pbc=True)
    for name in ("grain", "layer"):
        if atoms.has(name):
            taken.set_array(name, atoms.get_array(name).astype(np.int64))
    taken.positions = wrap_into(taken.positions, taken.cell.lengths())
    return Electrolyte(
        in_species_order(taken),
        axis=(stand.through or given.through or 0) if stand.orientation == "perpendicular" else 2,
        at=_MIDDLE_OF_GRAIN if stand.is_parallel else None,
        keep=0.5 if stand.is_parallel and stand.boundaries == 1 else 1.0,
        title=given.title,
        boundaries=given.boundaries,
    )


def twin_electrolyte(spec: BoundarySpec, standing: Electrolyte, stand: Stand, rng: np.random.Generator) -> Electrolyte:
    """Build the same piece of crystal without a boundary: the same planes at the interfaces, area, thickness and Li.

    Parameters
    ----------
    spec
        Of the boundary.
    standing
        The bicrystal as it stands between the electrodes, built or given.
    stand
        How it stands.
    rng
        Decides the ordering.

    Raises
    ------
    InputError
        If the grains are not a number of planes after which the crystal repeats, or the bicrystal does not have the
        crystal's composition.

    """
    crystal = llzo_crystal()
    geometry = tilt_boundary(spec.axis, spec.plane, spec.sigma, crystal.lattice).representative()
    _check_twin(geometry, spec.layers)
    cut = plan_cut(crystal, geometry, 2 * spec.layers, spec.cut_offset)
    atoms = fill_box(cut.edges, cut.origin, spec.n_tetrahedral, rng)
    if count_species(atoms) != count_species(standing.atoms):
        raise InputError(
            f"a twin holds the same atoms as its boundary cell: the crystal has {atoms.get_chemical_formula()}, the "
            f"electrolyte {standing.atoms.get_chemical_formula()}; give the axis, plane and layers that it was built "
            "with"
        )
    natural, wanted = atoms.cell.lengths(), standing.atoms.cell.lengths()
    stretch = wanted / natural
    at, keep = standing.at, standing.keep
    if stand.is_parallel:
        # The space between the grains is the boundary's own; the crystal keeps its thickness.
        stretch[2] = 1.0
        at, keep = _twin_cut(spec, standing, stand, (float(wanted[2]), float(natural[2])))
    atoms.set_cell(natural * stretch, scale_atoms=True)
    strain = stretch - 1.0
    remarks = [f"LLZO: the twin without a boundary of {geometry.title}"]
    if abs(strain).max() > LARGE_STRAIN:
        remarks.append(
            f"LLZO: strained by {100 * strain[np.argmax(abs(strain))]:+.1f} % to the area of the boundary cell; relax "
            "the boundary first and give it as the electrolyte, and its twin needs less"
        )
    return Electrolyte(
        atoms,
        standing.axis,
        at,
        keep,
        f"twin of {geometry.title}",
        strain=(float(strain[0]), float(strain[1]), float(strain[2])),
        remarks=tuple(remarks),
    )


def fewest_layers(axis: tuple[int, int, int], plane: tuple[int, int, int], thickness: float) -> int:
    """Return the planes in each grain for a thickness, such that the boundary has a twin.

    Parameters
    ----------
    axis, plane
        Of the boundary.
    thickness
        Least thickness of a grain [Å].

    Examples
    --------
    >>> fewest_layers((1, 0, 0), (0, 1, 2), 25.0)
    10

    """
    geometry = tilt_boundary(axis, plane).representative()
    step = _twin_step(geometry)
    return step * max(1, math.ceil(thickness / (step * geometry.spacing * llzo_crystal().lattice_parameter) - _WHOLE))


def open_electrolyte(electrolyte: Electrolyte, repeats: Steps, thickness: float) -> Slab:
    """Repeat an electrolyte in its plane and from electrode to electrode, and open it.

    Parameters
    ----------
    electrolyte
        What is to be opened.
    repeats
        Along x and y of the slab.
    thickness
        At least this, in whole periods [Å].

    """
    along = max(1, math.ceil(thickness / electrolyte.period - _WHOLE))
    counts = [0, 0, 0]
    for place, count in zip(electrolyte.order, (*repeats, along), strict=True):
        counts[place] = count
    atoms = electrolyte.atoms.repeat(counts)
    at = electrolyte.at
    if at is None:
        at = quietest_cut(electrolyte.atoms, electrolyte.axis)
    # Whole periods are added below the part that is kept.
    keep = (along - 1 + electrolyte.keep) / along
    name = GARNET if is_garnet(atoms.get_chemical_symbols()) else OTHER
    slab = open_slab(in_species_order(atoms), electrolyte.axis, at / along, keep, name)
    strain = tuple(electrolyte.strain[place] for place in electrolyte.order)
    remarks = [f"{name}: {electrolyte.title}", *electrolyte.remarks, *slab.remarks]
    if along * repeats[0] * repeats[1] > 1 and not electrolyte.is_crystal:
        remarks.append(
            f"{name}: {repeats[0]} x {repeats[1]} x {along} copies of its cell, alike in their lithium at the start"
        )
    standing = tuple(_standing(electrolyte, slab, at, (repeats[1], along)))
    return replace(
        slab,
        strain={name: (strain[0], strain[1], strain[2])},
        remarks=tuple(remarks),
        boundaries=standing,
    )


def _twin_cut(
    spec: BoundarySpec, standing: Electrolyte, stand: Stand, heights: tuple[float, float]
) -> tuple[float, float]:
    """Return where the crystal is opened and how much of it is kept, so that it shows the planes of the bicrystal."""
    if stand.boundaries == 1:
        planes = spec.layers // 2
        return 0.5 - 0.5 * planes / spec.layers, planes / spec.layers
    # Of a given electrolyte it is not known how much space each boundary has: half of it.
    cell, natural = heights
    space = standing.boundaries[0].expansion if standing.boundaries else 0.5 * (cell - natural)
    at = _MIDDLE_OF_GRAIN if standing.at is None else standing.at
    return ((at * cell - 0.5 * space) / natural) % 1.0, 1.0


def _standing(electrolyte: Electrolyte, slab: Slab, at: float, copies: Steps) -> list[StandingBoundary]:
    found = []
    n_copies = copies[1] if electrolyte.axis == Z else copies[0]
    length = float(electrolyte.atoms.cell.lengths()[2])
    for copy in range(n_copies):
        for entry in electrolyte.boundaries:
            named = replace(entry, name=f"{entry.name}, copy {copy + 1}") if n_copies > 1 else entry
            above = (entry.position - at) % 1.0
            if electrolyte.axis != Z:
                found.append(StandingBoundary(named, 1, (entry.position + copy) * length))
            elif above < electrolyte.keep:
                found.append(StandingBoundary(named, 2, (above + copy) * length + slab.face))
    return found


def _shared_cut(spec: BoundarySpec, built: BuiltBoundary, rng: np.random.Generator) -> float:
    """Find the plane in the middle of grain 1 at which the bicrystal and its twin, together, open most quietly."""
    cell, crystal = float(built.atoms.cell.lengths()[2]), llzo_crystal()
    geometry = built.geometry.representative()
    cut = plan_cut(crystal, geometry, 2 * _twin_step(geometry), spec.cut_offset)
    twin = fill_box(cut.edges, cut.origin, spec.n_tetrahedral, rng.spawn(1)[0])
    spacing = geometry.spacing * crystal.lattice_parameter
    first = spec.layers // 2 * spacing
    depths = first + spacing * np.arange(_CUTS) / _CUTS
    places = (depths + 0.5 * built.ledger.boundaries[0].expansion) / cell
    charges = abs(polarity(built.atoms, 2, places)) + abs(polarity(twin, 2, depths / float(twin.cell.lengths()[2])))
    return float(places[int(np.argmin(np.round(charges, 6)))])


def _twin_step(geometry: TiltBoundary) -> int:
    """Return the number of planes in a grain whose double is a period of the crystal."""
    planes = round(geometry.normal_period / geometry.spacing)
    return planes // 2 if planes % 2 == 0 else planes


def _check_twin(geometry: TiltBoundary, layers: int) -> None:
    step = _twin_step(geometry)
    if layers % step:
        raise InputError(
            f"a twin of {geometry.title} needs grains of {step}, {2 * step}, {3 * step}... planes, after which the "
            f"crystal repeats; got {layers} layers"
        )
