"""Boundary networks: many grains in one periodic box, neutral, whole polyhedra, no forbidden contact, or an error.

The networks of doi:10.1038/s41467-025-59895-9, Fig. 5a, and polycrystals.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers

from gbglass.build.account import (
    OCTAHEDRAL,
    contacts,
    count_species,
    first_shell,
    forbidden_contacts,
    intact_octahedra,
)
from gbglass.build.crystal import Crystal, llzo_crystal, neutral_count
from gbglass.build.networks.grain_lithium import NetworkFrame, NetworkLithium, settle_network
from gbglass.build.networks.grains import Framework, Grain, cut_framework, cut_sites, make_grains
from gbglass.build.networks.layout import Layout, NetworkSpec, PolycrystalSpec, lay_out_network, lay_out_polycrystal
from gbglass.build.networks.orient import disorientation, proper_rotations
from gbglass.build.networks.shifts import search_shifts
from gbglass.build.networks.sieve import drop_clashing_groups, restore_composition, units_per_cell
from gbglass.build.networks.voronoi import tessellate
from gbglass.build.piece import wrap_into
from gbglass.build.room import NEAREST_LITHIUM
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.ledger import Ledger
from gbglass.core.neighbours import Pairs
from gbglass.errors import InputError

_ATTEMPTS = 5
"""To find room for the mobile ions by leaving out formula units."""

_NO_LITHIUM = NetworkLithium(np.empty((0, 3)), np.empty(0, dtype=np.int64), 0, 0, 0, 0, 0)

_LISTED_CONTACTS = 5
_ALL_INTACT = 100.0
_A_PER_NM = 10.0


@dataclass(frozen=True)
class GrainBoundary:
    """What two neighbouring grains share.

    Parameters
    ----------
    first, second
        Numbers of the grains, from 1; the same for a grain that meets its own periodic image.
    angle
        The smallest rotation from one to the other under the crystal's symmetry [degrees].
    area
        Of all their common faces [Å²].

    """

    first: int
    second: int
    angle: float
    area: float


@dataclass(frozen=True)
class BuiltNetwork:
    """Grains in a periodic box.

    Parameters
    ----------
    atoms
        The mobile ion first, then the framework (Li, La, Zr, O), with the array ``grain`` from 1.
    ledger
        What was done.
    seeds
        One in each grain [Å, (n_grains, 3)].
    origins
        Where the origin of each grain's crystal stands [Å, (n_grains, 3)].
    orientations
        Turn vectors of the crystal into the box [1, (n_grains, 3, 3)].
    boundaries
        Each pair of neighbouring grains once.

    """

    atoms: Atoms
    ledger: Ledger
    seeds: FloatArray
    origins: FloatArray
    orientations: FloatArray
    boundaries: tuple[GrainBoundary, ...]

    @property
    def boundary_area_per_volume(self) -> float:
        """Area of all boundaries over the volume of the box [1/Å]."""
        return sum(boundary.area for boundary in self.boundaries) / float(self.atoms.get_volume())


def build_polycrystal(spec: PolycrystalSpec, rng: np.random.Generator, crystal: Crystal | None = None) -> BuiltNetwork:
    """Build a polycrystal in a periodic orthogonal box.

    Parameters
    ----------
    spec
        What to build.
    rng
        Decides seeds and orientations that are not given, and how lithium is ordered.
    crystal
        LLZO by default.

    Raises
    ------
    InputError
        If two seeds are too near to each other, an orientation is no rotation, or no neutral box without forbidden
        contacts was found.

    Examples
    --------
    >>> from gbglass.build.networks.layout import PolycrystalSpec
    >>> spec = PolycrystalSpec(size=(30.0, 30.0, 30.0), grains=2)
    >>> built = build_polycrystal(spec, np.random.default_rng(1))
    >>> len(built.seeds), built.ledger.formal_charge, built.ledger.intact_octahedra
    (2, 0.0, 100.0)

    """
    return _build(lay_out_polycrystal(spec, crystal or llzo_crystal(), rng), spec, rng)


def build_network(spec: NetworkSpec, rng: np.random.Generator, crystal: Crystal | None = None) -> BuiltNetwork:
    """Build columns of crystal turned about one axis, which repeat exactly along it.

    Parameters
    ----------
    spec
        What to build.
    rng
        Decides positions that are not given, if they are to be random, and how lithium is ordered.
    crystal
        LLZO by default.

    Raises
    ------
    InputError
        As for a polycrystal.

    Examples
    --------
    >>> from gbglass.build.networks.layout import NetworkSpec
    >>> spec = NetworkSpec(axis=(1, 0, 0), angles=(0.0, 30.0), size=(35.0, 35.0))
    >>> built = build_network(spec, np.random.default_rng(1))
    >>> [round(boundary.angle, 3) for boundary in built.boundaries]
    [30.0]

    """
    return _build(lay_out_network(spec, crystal or llzo_crystal(), rng), spec, rng)


def _build(layout: Layout, spec: PolycrystalSpec | NetworkSpec, rng: np.random.Generator) -> BuiltNetwork:
    # Everything is done as seen from the first seed, so that moving all seeds moves the structure.
    crystal, box, seeds = layout.crystal, layout.box, layout.seeds - layout.seeds[0]
    grains = make_grains(crystal, seeds, layout.orientations, tessellate(seeds, box))
    if isinstance(spec, NetworkSpec):
        grains = search_shifts(crystal, grains, box, spec.trials, rng)
    whole = cut_framework(crystal, grains)
    frame = NetworkFrame(crystal, box, grains, whole)
    framework, lithium = _settle(frame, spec, rng)
    atoms = _assemble(layout, framework, lithium)
    boundaries = _boundaries(crystal, grains)
    shell = first_shell(atoms)
    ledger = _account(atoms, crystal, (whole, framework), lithium, boundaries, shell=shell)
    _check(ledger, atoms, crystal, shell)
    return BuiltNetwork(
        atoms,
        ledger,
        frozen_floats(wrap_into(layout.seeds, box)),
        frozen_floats(wrap_into(layout.seeds + [grain.origin for grain in grains], box)),
        frozen_floats(layout.orientations),
        boundaries,
    )


def _settle(
    whole: NetworkFrame, spec: PolycrystalSpec | NetworkSpec, rng: np.random.Generator
) -> tuple[Framework, NetworkLithium]:
    """Take out what clashes, then settle the mobile ions; if they have no room, fewer formula units are left."""
    crystal, box, framework = whole.crystal, whole.box, whole.framework
    clashing = gone = drop_clashing_groups(crystal, framework, box)
    sites = cut_sites(crystal, whole.grains, spec.n_tetrahedral, rng) if crystal.content else None
    fewer = 0
    for _ in range(_ATTEMPTS):
        if spec.keep_composition:
            gone = restore_composition(crystal, framework, clashing, box, fewer)
        left = framework.keep(~gone[framework.group])
        if sites is None:
            return left, _NO_LITHIUM
        total = neutral_count(crystal, _counts(crystal, left))
        lithium = settle_network(replace(whole, framework=left), sites, total)
        missing = total - len(lithium.grain)
        if not missing or not spec.keep_composition:
            break
        # More than are missing: what goes leaves room, but other ions may move into it.
        fewer = 2 * fewer + math.ceil(missing * units_per_cell(crystal) / crystal.content)
    return left, lithium


def _assemble(layout: Layout, framework: Framework, lithium: NetworkLithium) -> Atoms:
    """Make the atoms, the mobile ion first, then species by species."""
    order = np.argsort(framework.species, kind="stable")
    framework_numbers = np.array([atomic_numbers[s] for s in layout.crystal.framework])
    numbers = np.concatenate(
        [
            np.full(len(lithium.grain), atomic_numbers[layout.crystal.mobile]),
            framework_numbers[framework.species[order]],
        ]
    )
    points = np.concatenate([lithium.positions, framework.positions[order]]) + layout.seeds[0]
    atoms = Atoms(numbers, positions=wrap_into(points, layout.box), cell=layout.box, pbc=True)
    atoms.set_array("grain", 1 + np.concatenate([lithium.grain, framework.grain[order]]))
    return atoms


def _boundaries(crystal: Crystal, grains: tuple[Grain, ...]) -> tuple[GrainBoundary, ...]:
    symmetry = proper_rotations(crystal)
    areas: dict[tuple[int, int], float] = {}
    for number, grain in enumerate(grains):
        for other, area in zip(
            grain.cell.neighbours[grain.is_boundary].tolist(), grain.cell.areas[grain.is_boundary].tolist(), strict=True
        ):
            pair = (min(number, other), max(number, other))
            # Each face is seen from both of its sides.
            areas[pair] = areas.get(pair, 0.0) + 0.5 * area
    return tuple(
        GrainBoundary(
            first + 1,
            second + 1,
            disorientation(grains[first].orientation, grains[second].orientation, symmetry),
            area,
        )
        for (first, second), area in sorted(areas.items())
        if area > 0.0
    )


def _counts(crystal: Crystal, framework: Framework) -> dict[str, int]:
    counts = np.bincount(framework.species, minlength=len(crystal.framework))
    return dict(zip(crystal.framework, counts.tolist(), strict=True))


def _account(
    atoms: Atoms,
    crystal: Crystal,
    frameworks: tuple[Framework, Framework],
    lithium: NetworkLithium,
    boundaries: tuple[GrainBoundary, ...],
    *,
    shell: Pairs,
) -> Ledger:
    cut, left = (_counts(crystal, framework) for framework in frameworks)
    counts = count_species(atoms)
    valence = {species: float(crystal.valence[species]) for species in counts}
    has_octahedra = any(centre in OCTAHEDRAL and ligand == "O" for centre, ligand in crystal.keep_out)
    return Ledger(
        atoms=counts,
        cut=_sorted({crystal.mobile: lithium.cut} if crystal.content else {}, cut),
        removed=_sorted(
            {crystal.mobile: lithium.removed} if crystal.content else {}, {s: cut[s] - left[s] for s in cut}
        ),
        added={crystal.mobile: lithium.added} if crystal.content else {},
        formal_charge=sum(valence[species] * count for species, count in counts.items()),
        valence={"grains": valence},
        shortest_contacts=contacts(atoms, shell=shell),
        intact_octahedra=intact_octahedra(atoms, shell) if has_octahedra else None,
        remarks=_remarks(atoms, lithium, boundaries),
    )


def _sorted(mobile: dict[str, int], framework: dict[str, int]) -> dict[str, int]:
    return dict(sorted({**mobile, **framework}.items()))


def _remarks(atoms: Atoms, lithium: NetworkLithium, boundaries: tuple[GrainBoundary, ...]) -> tuple[str, ...]:
    grains = int(atoms.get_array("grain").max())
    if not boundaries:
        return (f"{grains} grain that repeats without a boundary.",)
    angles = [boundary.angle for boundary in boundaries]
    density = _A_PER_NM * sum(boundary.area for boundary in boundaries) / float(atoms.get_volume())
    shape = f"{grains} grains, {len(boundaries)} pairs of neighbours, {density:.2f} nm² of boundary in a nm³"
    return (
        f"{shape}, disorientations {min(angles):.1f} to {max(angles):.1f}°.",
        f"{lithium.sites_lost} sites of mobile ions closed by other grains, {lithium.on_cavities} ions on cavities.",
    )


def _check(ledger: Ledger, atoms: Atoms, crystal: Crystal, shell: Pairs) -> None:
    """Refuse a box that no simulation should start from, and show why."""
    if ledger.formal_charge:
        raise InputError(
            f"the boundaries have no room for all {crystal.mobile} (no two nearer than {NEAREST_LITHIUM} Å): "
            f"{ledger.atoms} of {ledger.cut} as cut would carry {ledger.formal_charge:+g} e; take larger grains, other "
            "positions or another seed"
        )
    problems = [str(contact) for contact in forbidden_contacts(atoms, shell)]
    if len(problems) > _LISTED_CONTACTS:
        problems = [*problems[:_LISTED_CONTACTS], f"and {len(problems) - _LISTED_CONTACTS} more"]
    if ledger.intact_octahedra is not None and ledger.intact_octahedra < _ALL_INTACT:
        problems.append(f"only {ledger.intact_octahedra:.1f} % of the octahedra have exactly six O within 2.6 Å")
    if problems:
        raise InputError(f"the box is not sound: {'; '.join(problems)}; take other positions or another seed")
